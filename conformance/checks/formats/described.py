"""The values of a body that the contract gives a format, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.contract import Contract
from conformance.contract.operations import UNREADABLE, Operation, unreadable
from conformance.evidence import Exchange, holds_token
from conformance.privacy.hidden import Hidden
from conformance.text import Text
from conformance.verdict import NotApplicable

_MAX_DEPTH = 60


def of_format(
    wanted: str, answer: Exchange, operation: Operation, contract: Contract
) -> list[tuple[str, Any]]:
    """Return every value that the contract gives a format, with its JSON pointer.

    Values of secrets, which are in no record, are left out; nulls as well.

    Raises:
        NotTested: a reference leads nowhere.
        NotApplicable: the body is not described, or has no such value.
    """
    documented = operation.documented(answer.status) or {}
    if UNREADABLE in documented:
        raise unreadable()
    pointer = operation.schema_at(answer.status, answer.media_type)
    body = answer.json() if pointer else None
    if pointer is None or body is None:
        raise NotApplicable(
            Text(
                vi="đặc tả giao diện không mô tả nội dung này",
                en="the contract does not describe this body",
            )
        )
    found = list(_walk(body, contract.at(pointer), contract, wanted, "", 0))
    if not found:
        raise NotApplicable(Text(vi=f"không có giá trị kiểu {wanted}", en=f"no {wanted} value"))
    return found


def told(path: str, value: Any) -> Text | str:
    """Return where a value stands and what it is, unless it is hidden."""
    if isinstance(value, Hidden) or holds_token(value):
        return Text(vi=f"{path}: giá trị đã được che", en=f"{path}: a hidden value")
    return f"{path}: {value!r}"


def _is_shown_or_noted(node: Any) -> bool:
    """Whether there is a value to judge: a secret in its place, without facts, is none."""
    return node is not None and (isinstance(node, Hidden) or not _is_secret(node))


def _is_secret(node: Any) -> bool:
    return isinstance(node, str) and holds_token(node)


def _walk(  # noqa: PLR0913, PLR0917  # a body and its schema, side by side
    node: Any, schema: Any, contract: Contract, wanted: str, path: str, depth: int
) -> Iterator[tuple[str, Any]]:
    behind = contract.followed(schema)
    if isinstance(schema, dict) and "$ref" in schema and not behind:
        raise unreadable()
    schema = behind
    if depth > _MAX_DEPTH or not contract.leads_to(schema, wanted):
        return
    if schema.get("format") == wanted and _is_shown_or_noted(node):
        yield path or "/", node
    for part in schema.get("allOf") or []:
        yield from _walk(node, part, contract, wanted, path, depth + 1)
    if isinstance(node, dict):
        declared = schema.get("properties")
        properties = declared if isinstance(declared, dict) else {}
        for name, value in node.items():
            inner = properties.get(name)
            # Asked before going there: most members lead to none, and every value comes by here.
            if inner is not None and contract.leads_to(inner, wanted):
                yield from _walk(value, inner, contract, wanted, f"{path}/{name}", depth + 1)
    elif isinstance(node, list) and contract.leads_to(inner := schema.get("items"), wanted):
        for number, value in enumerate(node):
            yield from _walk(value, inner, contract, wanted, f"{path}/{number}", depth + 1)
