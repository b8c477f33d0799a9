"""OpenAPI contracts: load, find operations, validate bodies.

OpenAPI 3.0.x and 3.1.x, from a file or from bytes fetched by the probe. References inside the
document are followed; a schema that leads outside makes the operations that need it untestable,
not the contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, unquote

import jsonschema
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import UnknownType, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from conformance import documents
from conformance.errors import ContractError, DocumentError
from conformance.evidence import canonical, digest, holds_token
from conformance.formats.dates import is_date, is_date_time
from conformance.text import Text
from conformance.verdict import NotTested, Reason

METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# In the place of media types: the response lies behind a reference that cannot be followed.
UNREADABLE = "unreadable"
_URN = "urn:contract"
_MAX_REFERENCES = 50
_MAX_EXPONENT = 400
# What makes a schema unusable: a matter of the contract, told for the operations that need it.
_UNUSABLE = (Unresolvable, UnknownType, jsonschema.SchemaError, re.error, RecursionError)


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation: name, place (`path`, `query`, `header`, `cookie`)."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    example: Any = None


@dataclass(frozen=True)
class Operation:
    """One operation of a contract, with what the target file adds to it.

    `responses` maps a status (`"200"`, `"4XX"`, `"default"`) to the media types it names, each
    with the JSON pointer of its schema or None. `security` lists alternatives; an empty
    alternative means that nothing is needed.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    responses: Mapping[str, Mapping[str, str | None]]
    security: tuple[frozenset[str], ...]
    request_types: Mapping[str, Any] = field(default_factory=dict)
    request_required: bool = False
    safe: bool = False
    personal: bool = False
    public: bool = False

    @property
    def unit(self) -> str:
        """The name of the operation's unit: `METHOD path`."""
        return f"{self.method} {self.path}"

    @property
    def secured(self) -> bool:
        """Whether the contract demands credentials, with no anonymous alternative."""
        return bool(self.security) and all(self.security) and not self.public

    @property
    def reads(self) -> bool:
        """Whether the operation is safe: by its method, or declared so (RFC 9110, 9.2.1)."""
        return self.method in SAFE_METHODS or self.safe

    def fits(self, path: str) -> bool:
        """Whether a path, without its query, is one that the operation's template stands for."""
        return bool(_template(self.path).fullmatch(path))

    def documented(self, status: int) -> Mapping[str, str | None] | None:
        """Return the media types documented for a status: exact, then range, then default."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


def unreadable() -> NotTested:
    """Return the outcome of a check that comes upon a reference that cannot be followed."""
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi="đặc tả giao diện dẫn tới chỗ không đọc được ($ref)",
            en="the contract leads to a reference that cannot be followed",
        ),
    )


@dataclass(frozen=True)
class Breach:
    """One place where a body breaks its schema; the value itself is not repeated.

    `hidden`: what stands there holds a token of something hidden, so nothing is proven.
    """

    path: str
    rule: str
    wanted: str
    hidden: bool = False


class Contract:
    """One OpenAPI document, read once and never changed."""

    def __init__(self, document: Mapping[str, Any], source: str) -> None:
        self.document: Mapping[str, Any] = _text_keys(document)
        self.source = source
        self.version = str(document.get("openapi", ""))
        self.digest = digest(canonical(self.document))
        self._registry: Registry[Any] = Registry().with_resource(
            _URN, DRAFT202012.create_resource(_exact(self.document))
        )
        self.operations = tuple(self._operations())

    @property
    def proposed(self) -> bool:
        """Whether the contract is a proposal of this programme, not the owner's own."""
        info = self.document.get("info")
        return isinstance(info, Mapping) and info.get("x-norm-status") == "proposed"

    def operation(self, name: str) -> Operation | None:
        """Return the operation with this operationId or `METHOD path`."""
        return next((o for o in self.operations if name in {o.id, o.unit}), None)

    def server_paths(self) -> list[str]:
        """Return the path parts of the declared server URLs, for advice on a wrong base URL."""
        servers = self.document.get("servers") or []
        urls = [s.get("url", "") for s in servers if isinstance(s, Mapping)]
        return [re.sub(r"^[a-z]+://[^/]*", "", url).rstrip("/") for url in urls]

    def breaches(
        self, pointer: str, instance: Any, limit: int = 5, *, shown: Callable[[str], str] = str
    ) -> list[Breach]:
        """Return where an instance breaks the schema at a JSON pointer of the document.

        Numbers of the instance are to be `Decimal`, so that `multipleOf` is exact; `shown` says
        how names of members may be told.

        Raises:
            ContractError: the schema leads to a reference that cannot be followed.
        """
        validator = self._validator(pointer)
        found = []
        try:
            for problem in validator.iter_errors(instance):
                wanted = _short(problem.validator_value)
                hidden = holds_token(problem.instance)
                path = _json_path(problem.absolute_path, shown)
                found.append(Breach(path, str(problem.validator), wanted, hidden))
                if len(found) == limit:
                    break
        except _UNUSABLE as error:
            raise ContractError(
                Text(
                    vi=f"không dùng được lược đồ ({_told(error)})",
                    en=f"the schema cannot be used ({_told(error)})",
                ),
                place=f"{self.source}#{pointer}",
            ) from error
        return found

    def at(self, pointer: str) -> Any:
        """Return what stands at a JSON pointer, references not followed."""
        return self._at(pointer)

    def followed(self, schema: Any) -> Mapping[str, Any]:
        """Return a schema with the references at its top followed inside the document."""
        return self._followed(schema)

    # --- reading --------------------------------------------------------------------------------

    @cache  # noqa: B019  # a contract lives as long as the run
    def _validator(self, pointer: str) -> Any:
        return _validator_class(self.version)(
            {"$ref": f"{_URN}#{quote(pointer)}"},
            registry=self._registry,
            format_checker=_formats(),
        )

    def _at(self, pointer: str) -> Any:
        node: Any = self.document
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, Mapping) and key in node:
                node = node[key]
            else:
                return {}
        return node

    def _followed(self, node: Any) -> Mapping[str, Any]:
        return self._resolved(node, "")[0]

    def _resolved(self, node: Any, pointer: str) -> tuple[Mapping[str, Any], str]:
        """Return what the references at a node's top lead to, and where that stands."""
        for _ in range(_MAX_REFERENCES):
            if not isinstance(node, Mapping):
                return {}, pointer
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, pointer
            # A reference is a URI: its fragment is percent-encoded, a pointer is not.
            pointer = unquote(reference[1:]) if reference.startswith("#/") else ""
            node = self._at(pointer) if pointer else {}
        return {}, pointer

    def _operations(self) -> Iterator[Operation]:
        paths = self.document.get("paths")
        for path, item_node in (paths if isinstance(paths, Mapping) else {}).items():
            item, base = self._resolved(item_node, f"/paths/{_escape(path)}")
            for method in METHODS:
                node = item.get(method)
                if isinstance(node, Mapping):
                    yield self._operation(path, f"{base}/{method}", item, node)

    def _operation(
        self, path: str, base: str, item: Mapping[str, Any], node: Mapping[str, Any]
    ) -> Operation:
        method = base.rpartition("/")[2].upper()
        body = self._followed(node.get("requestBody") or {})
        security = node.get("security", self.document.get("security")) or []
        personal = bool(node.get("x-vnda-personal", False))
        return Operation(
            id=str(node.get("operationId") or f"{method} {path}"),
            method=method,
            path=path,
            parameters=self._parameters(item, node),
            responses=self._responses(node, base),
            security=tuple(frozenset(alternative) for alternative in security),
            request_types=_content(body),
            request_required=bool(body.get("required", False)),
            safe=bool(node.get("x-safe", False)),
            personal=personal,
        )

    def _parameters(
        self, item: Mapping[str, Any], node: Mapping[str, Any]
    ) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for entry in [*_list(item.get("parameters")), *_list(node.get("parameters"))]:
            parameter = self._followed(entry)
            name, place = str(parameter.get("name", "")), str(parameter.get("in", ""))
            if not name:
                continue
            schema = self._followed(parameter.get("schema") or {})
            found[name, place] = Parameter(
                name=name,
                place=place,
                required=bool(parameter.get("required", place == "path")),
                schema=schema,
                example=_sent(parameter, schema),
            )
        return tuple(found.values())

    def _responses(self, node: Mapping[str, Any], base: str) -> dict[str, dict[str, str | None]]:
        result: dict[str, dict[str, str | None]] = {}
        responses = node.get("responses")
        for status, entry in (responses if isinstance(responses, Mapping) else {}).items():
            key = str(status)
            response, pointer = self._resolved(entry, f"{base}/responses/{key}")
            if isinstance(entry, Mapping) and "$ref" in entry and not response:
                result[key.upper() if key != "default" else key] = {UNREADABLE: None}
                continue
            result[key.upper() if key != "default" else key] = {
                media_type.lower(): f"{pointer}/content/{_escape(media_type)}/schema"
                if isinstance(content, Mapping) and content.get("schema")
                else None
                for media_type, content in _content(response).items()
            }
        return result


def load(content: bytes, source: str) -> Contract:
    """Return the contract in these bytes (YAML or JSON).

    Raises:
        ContractError: not YAML or JSON, not an object, not OpenAPI 3.0 or 3.1, or no paths.
    """
    try:
        document = documents.parse(content, place=source)
    except DocumentError as error:
        raise ContractError(
            Text(
                vi=f"không phải đặc tả OpenAPI: {error.what.vi}",
                en=f"not an OpenAPI contract: {error.what.en}",
            ),
            mend=_MEND,
            place=error.place,
        ) from error
    version = document.get("openapi") if isinstance(document, Mapping) else None
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1")):
        found = f"openapi: {version}" if version else "no `openapi` key"
        if isinstance(document, Mapping) and "swagger" in document:
            found = f"swagger: {document['swagger']}"
        raise ContractError(
            Text(
                vi=f"cần OpenAPI 3.0 hoặc 3.1, tìm thấy: {found}",
                en=f"wanted OpenAPI 3.0 or 3.1, found: {found}",
            ),
            mend=_MEND,
            place=source,
        )
    contract = Contract(document, source)
    if not contract.operations:
        raise ContractError(
            Text(
                vi="đặc tả giao diện không có thao tác nào dưới `paths`",
                en="the contract has no operation under `paths`",
            ),
            mend=_MEND,
            place=source,
        )
    return contract


_MEND = Text(
    vi="đặt khoá `contract` của tệp đích trỏ tới tài liệu OpenAPI (YAML hoặc JSON)",
    en="let `contract` in the target file name the OpenAPI document (YAML or JSON)",
)


@cache
def _formats() -> FormatChecker:
    """Return the format checker: jsonschema's own, with dates and times as RFC 3339 means them."""
    checker = FormatChecker()
    # rfc3339-validator refuses the leap second and the zone suffix, which are legal.
    checker.checks("date-time")(lambda value: not isinstance(value, str) or is_date_time(value))
    checker.checks("date")(lambda value: not isinstance(value, str) or is_date(value))
    return checker


def _multiple_of(_: Any, divisor: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Divide exactly: neither binary fractions nor the precision of decimals get in the way."""
    if not _is_number(None, instance) or not _is_number(None, divisor):
        return
    number = Decimal(instance)
    # A number of hundreds of digits is no amount; another law speaks of it.
    bearable = number.is_finite() and abs(number.adjusted()) < _MAX_EXPONENT
    if bearable and Fraction(number) % Fraction(Decimal(divisor)):
        yield ValidationError("is not a multiple")


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Match as ECMA-262 does: digits are ASCII, and $ is not satisfied before a final line feed."""
    if isinstance(instance, str):
        ecma = re.sub(r"(?<!\\)((?:\\\\)*)\$(?![^\[]*\])", r"\1\\Z", pattern)
        if not re.search(ecma, instance, re.ASCII):
            yield ValidationError("does not match the pattern")


def _required(
    validator: Any, names: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Demand members of an answer, but not those that only requests carry.

    OpenAPI 3.0.3, Schema Object: a required member that is `writeOnly` is required in requests.
    """
    if not isinstance(instance, Mapping) or not isinstance(names, list):
        return
    properties = schema.get("properties")
    declared = properties if isinstance(properties, Mapping) else {}
    for name in names:
        if name not in instance and not _only_written(validator, declared.get(name)):
            yield ValidationError("is required")


def _only_written(validator: Any, schema: Any) -> bool:
    for _ in range(_MAX_REFERENCES):
        if not isinstance(schema, Mapping) or schema.get("writeOnly") is True:
            break
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        schema = validator._resolver.lookup(reference).contents  # noqa: SLF001  # jsonschema has no public way
    return isinstance(schema, Mapping) and schema.get("writeOnly") is True


_KEYWORDS = {"pattern": _pattern, "multipleOf": _multiple_of, "required": _required}


@lru_cache(maxsize=2)
def _validator_class(version: str) -> Any:
    if version.startswith("3.0"):
        from openapi_schema_validator import OAS30Validator  # noqa: PLC0415  # pulls pydantic

        base: Any = OAS30Validator
    else:
        base = Draft202012Validator
    # JSON Schema: 1.0 is an integer. Bodies are read with Decimal, which jsonschema counts among
    # the numbers but not among the integers.
    checker = base.TYPE_CHECKER.redefine("integer", _is_integer).redefine("number", _is_number)
    return extend(base, _KEYWORDS, type_checker=checker)  # type: ignore[no-untyped-call]  # untyped there


def _is_integer(_: Any, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_: Any, value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _json_path(parts: Iterable[str | int], shown: Callable[[str], str]) -> str:
    """Return a JSONPath (RFC 9535), with the names of members as they may be told."""
    path = "$"
    for part in parts:
        name = part if isinstance(part, int) else shown(part)
        if isinstance(name, int) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            path += f"[{name}]" if isinstance(name, int) else f"[{name!r}]"
        else:
            path += f".{name}"
    return path


def _told(error: Exception) -> str:
    if isinstance(error, UnknownType):
        # Its text quotes the instance.
        return f"type {_short(error.type)}"
    # The text of an unresolvable reference quotes the whole document.
    reference = getattr(error, "ref", None)
    return f"$ref {reference}" if reference else _short(str(error) or type(error).__name__)


@cache
def _template(path: str) -> re.Pattern[str]:
    # A parameter is one segment (OpenAPI, Path Templating).
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", path)))


def _text_keys(node: Any) -> Any:
    # YAML reads the key 200 as a number; JSON, and every JSON pointer, knows text keys only.
    if isinstance(node, Mapping):
        return {str(key): _text_keys(value) for key, value in node.items()}
    return [_text_keys(value) for value in node] if isinstance(node, list) else node


def _exact(node: Any) -> Any:
    # 0.1 in a contract means one tenth, not the nearest binary fraction: 4.35 % 0.01 is zero.
    if isinstance(node, float):
        return Decimal(repr(node))
    if isinstance(node, Mapping):
        return {key: _exact(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_exact(value) for value in node]
    return node


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _content(node: Mapping[str, Any]) -> Mapping[str, Any]:
    content = node.get("content")
    return content if isinstance(content, Mapping) else {}


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def example(node: Any, schema: Mapping[str, Any]) -> Any:
    """Return the example of a parameter or media type: its own, else its schema's; else None."""
    if isinstance(node, Mapping):
        if "example" in node:
            return node["example"]
        examples = node.get("examples")
        for entry in examples.values() if isinstance(examples, Mapping) else ():
            if isinstance(entry, Mapping) and "value" in entry:
                return entry["value"]
    if "example" in schema:
        return schema["example"]
    listed = schema.get("examples")
    return listed[0] if isinstance(listed, list) and listed else None


def _sent(parameter: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return what a parameter is sent as where nobody says: an example, a default, a choice."""
    value = example(parameter, schema)
    if value is None:
        value = schema.get("default")
    if value is None and isinstance(schema.get("enum"), list) and schema["enum"]:
        value = schema["enum"][0]
    return value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:120] + "…"  # noqa: PLR2004  # one line
