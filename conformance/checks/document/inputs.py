"""What callers may send, and where."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.check import check, require_none
from conformance.contract import Contract, bounds, parts
from conformance.contract.operations import Operation, unreadable
from conformance.contract.parts import Part
from conformance.formats.names import PAGING, PERSONAL, SECRETS, words
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

# The transport owns these; what stands in them is not for the contract to bound.
_OWNED = frozenset({"accept", "content-type", "authorization", "cookie", "host"})
# Alone these are secrets; behind another word (`pageToken`, `nextToken`) they are something else.
_ALONE = frozenset({"token", "secret", "otp"})


@check(catalogue="DOC-008", per="operation", requests=0, contract=True)
def inputs_are_bounded(contract: Contract, operation: Operation) -> None:
    """Whatever a caller may send has an upper bound.

    In parameters and request bodies: a string has maxLength, a closed list of values, a short
    format or a pattern that ends; a number has minimum and maximum or the width of a machine
    word; an array has maxItems (ASVS 5.0, 2.2.1; OpenAPI 3.1, Schema Object). Bounds count
    wherever they stand in the schema; what only answers carry (`readOnly`) is not looked at.
    """
    schemas = list(_sent(contract, operation))
    if not schemas:
        raise NotApplicable(Text(vi="bên gọi không gửi gì", en="callers send nothing"))
    known = bounds.of(contract)
    require_none(
        [offender for schema in schemas for offender in known.unbounded(schema)],
        expected=Text(
            vi="maxLength, minimum và maximum, maxItems ở mọi dữ liệu đầu vào",
            en="maxLength, minimum and maximum, maxItems on all input",
        ),
    )
    _be_read(contract, operation, "parameters", "requestBody")


def _sent(contract: Contract, operation: Operation) -> Iterator[Part]:
    holders = [
        part
        for part in parts.parameters(contract, operation)
        if not (part.object.get("in") == "header" and part.object["name"].lower() in _OWNED)
    ]
    for holder in (*holders, parts.request_body(contract, operation)):
        for described in (holder, *(media for _, media in parts.media_types(holder))):
            schema = described.child("schema")
            if schema.node is not None:
                yield schema


@check(catalogue="DOC-011", per="operation", requests=0, contract=True)
def urls_carry_no_secrets(
    contract: Contract, operation: Operation, *, names: tuple[str, ...] = SECRETS
) -> None:
    """No parameter in path or query is a password, key or token (ASVS 5.0, 14.2.1).

    The last words of a name count, whatever joins them; `page_token`, `nextToken`, `state` and
    `code` are no secrets, nor is a `token` beside `limit` and the like. A scheme that puts the key
    into the query counts as such a parameter.
    """
    in_query = [
        part
        for name, part in parts.root(contract)
        .child("components")
        .child("securitySchemes")
        .children()
        if any(name in alternative for alternative in operation.security)
        and parts.followed(contract, part).object.get("in") == "query"
    ]
    key = Text(vi="khoá API nằm trong truy vấn", en="the API key travels in the query")
    require_none(
        [*_named(contract, operation, names), *(Offender(part.pointer, key) for part in in_query)],
        expected=Text(vi="không có bí mật trong địa chỉ", en="no secret in the address"),
    )
    _be_read(contract, operation, "parameters")


@check(catalogue="DOC-011", per="operation", requests=0, contract=True)
def urls_carry_no_personal_data(
    contract: Contract, operation: Operation, *, names: tuple[str, ...] = PERSONAL
) -> None:
    """No parameter in path or query is a person's number, name, address, phone or e-mail.

    Addresses are written to logs and histories of every machine on the way (ASVS 5.0, 14.2.1);
    such data belong into the body. The last words of a name count, whatever joins them.
    """
    require_none(
        _named(contract, operation, names),
        expected=Text(
            vi="không có dữ liệu cá nhân trong địa chỉ", en="no personal data in the address"
        ),
    )
    _be_read(contract, operation, "parameters")


def _be_read(contract: Contract, operation: Operation, *keys: str) -> None:
    """What stands behind a reference that cannot be followed may be anything."""
    if not parts.all_read(contract, operation, *keys):
        raise unreadable()


def _named(contract: Contract, operation: Operation, names: tuple[str, ...]) -> Iterator[Offender]:
    declared = parts.parameters(contract, operation)
    paged = bool(PAGING & {words(part.object["name"]) for part in declared})
    for part in declared:
        name, place = part.object["name"], part.object.get("in")
        # `sendEmail: true` tells nothing of anybody.
        schema = parts.followed(contract, part.child("schema"))
        if place not in {"path", "query"} or schema.object.get("type") == "boolean":
            continue
        said = words(name)
        if paged and said == "token":
            continue
        if any(said == n or (n not in _ALONE and said.endswith(f" {n}")) for n in names):
            yield Offender(part.pointer, Text(vi=f"tham số {name}", en=f"the parameter {name}"))
