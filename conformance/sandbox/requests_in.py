"""Reading what a caller sent: parameters and bodies, strictly, and never with a server error."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from conformance.sandbox import contract
from conformance.sandbox.contract import Operation, Parameter
from conformance.sandbox.messages import Call, Refusal

LARGEST_BODY = 64 * 1024
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?[0-9]{1,17}(\.[0-9]{1,17})?")


def parameters(call: Call, operation: Operation) -> dict[str, Any]:
    """Return the declared parameters of a call, checked; undeclared ones are ignored.

    Raises:
        Refusal: 400, naming the parameters that do not hold.
    """
    values: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        raw = _raw(call, parameter)
        if raw is None:
            if "default" in parameter.schema:
                values[parameter.name] = parameter.schema["default"]
            elif parameter.required:
                errors.append((f"/{parameter.name}", "thiếu tham số bắt buộc"))
            continue
        value = _typed(raw, parameter.schema)
        found = contract.problems(parameter.schema, value)
        errors += [(f"/{parameter.name}", reason) for _, reason in found]
        values[parameter.name] = value
    if errors:
        raise Refusal(400, "Tham số của yêu cầu không hợp lệ.", errors=tuple(errors[:10]))
    return values


def body(
    call: Call, operation: Operation, *, aside: frozenset[str] = frozenset()
) -> tuple[Any, dict[str, Any]]:
    """Return the body of a call, checked against the contract; None where none is declared.

    Args:
        call: the call.
        operation: what it asks for.
        aside: members that are taken out before it is checked, where the contract has none such.

    Returns:
        The body, and what was taken out.

    Raises:
        Refusal: 413, 415 or 400.
    """
    if operation.body is None:
        return None, {}
    if call.body is None:
        raise Refusal(413, f"Nội dung yêu cầu vượt quá {LARGEST_BODY} byte.")
    if not call.body:
        raise Refusal(400, "Yêu cầu phải có nội dung JSON.")
    value = _form(call.body) if operation.form and _is_form(call) else _json(call, call.body)
    extra = {}
    if aside and isinstance(value, dict):
        declared = set(operation.body.get("properties", ()))
        extra = {name: value.pop(name) for name in sorted((aside - declared) & set(value))}
    errors = contract.problems(operation.body, value)
    if errors:
        raise Refusal(400, "Nội dung yêu cầu không hợp lệ.", errors=tuple(errors))
    return value, extra


def _raw(call: Call, parameter: Parameter) -> str | None:
    if parameter.place == "path":
        return call.arguments[parameter.name]
    if parameter.place == "header":
        return call.first(parameter.name)
    return next((value for name, value in call.query if name == parameter.name), None)


def _typed(raw: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "integer" and _INTEGER.fullmatch(raw):
        return int(raw)
    if kind == "number" and _NUMBER.fullmatch(raw):
        return float(raw)
    if kind == "array":  # in the style `form`, not exploded (OpenAPI 3.1, style values)
        return [_typed(part, schema.get("items", {})) for part in raw.split(",")]
    return raw


def _is_form(call: Call) -> bool:
    media_type = (call.first("content-type") or "").partition(";")[0]
    return media_type.strip().lower() == "application/x-www-form-urlencoded"


def _form(data: bytes) -> dict[str, str]:
    """Parse a form in which each name stands once.

    Raises:
        Refusal: 400 for anything else.
    """
    try:
        pairs = parse_qsl(
            data.decode("utf-8"), keep_blank_values=True, max_num_fields=100, errors="strict"
        )
        return _object(pairs)
    except ValueError:
        raise Refusal(400, "Nội dung yêu cầu không phải là biểu mẫu hợp lệ.") from None


def _json(call: Call, data: bytes) -> Any:
    _demand_json(call)
    return parse(data)


def _demand_json(call: Call) -> None:
    """Refuse bodies in another media type, charset or content coding."""
    media_type, _, rest = (call.first("content-type") or "").partition(";")
    charset = re.search(r'charset\s*=\s*"?([^";\s]+)', rest, re.IGNORECASE)
    if media_type.strip().lower() != "application/json":
        raise Refusal(415, "Nội dung yêu cầu phải có kiểu application/json.")
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise Refusal(415, "Nội dung yêu cầu phải dùng bảng mã UTF-8.")
    if (call.first("content-encoding") or "identity").strip().lower() != "identity":
        raise Refusal(415, "Không hỗ trợ nội dung yêu cầu được nén.")


def parse(data: bytes) -> Any:
    """Parse as RFC 8259 and RFC 7493 ask, with texts brought to Unicode form NFC.

    Raises:
        Refusal: 400 for anything that is not exactly one JSON value.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
        composed = _composed(value)
        # A lone surrogate is JSON, but no text: it could not be written again.
        json.dumps(composed, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refusal(400, "Nội dung yêu cầu không phải là JSON hợp lệ.") from None
    return composed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name is repeated")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {name: _composed(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_composed(part) for part in value]
    return value
