"""What the contract says of bodies."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.check import check, require_none
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation, unreadable
from conformance.contract.parts import Part
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

# What says nothing about the shape of a value.
_REMARKS = frozenset(
    {
        "title", "description", "example", "examples", "default", "nullable", "deprecated",
        "readOnly", "writeOnly", "externalDocs", "xml", "$comment", "$schema", "$id", "type",
    }
)  # fmt: skip
_BRANCHES = frozenset({"allOf", "anyOf", "oneOf"})
_OF_ITEMS = frozenset({"items", "maxItems", "minItems", "uniqueItems"})
_BARE = Text(vi="lược đồ trống", en="an empty schema")
_FREE = Text(vi="đối tượng không có thành phần nào", en="an object without members")
_LIST = Text(vi="mảng không rõ phần tử", en="an array of anything")


@check(catalogue="DOC-006", per="operation", requests=0, contract=True)
def json_bodies_have_schemas(contract: Contract, operation: Operation) -> None:
    """Every JSON body has a schema that says something.

    In requests and responses: not missing, not `{}`, no object without members and no array of
    anything (OpenAPI 3.1, Media Type Object). Whoever means an object of any members says so:
    `additionalProperties: true`.
    """
    bodies = [parts.request_body(contract, operation)]
    bodies += [part for _, part in parts.responses(contract, operation)]
    described = [
        media for body in bodies for name, media in parts.media_types(body) if parts.is_json(name)
    ]
    all_read = parts.all_read(contract, operation, "requestBody", "responses")
    if not described and all_read:
        raise NotApplicable(Text(vi="không có nội dung JSON", en="there is no JSON body"))
    require_none(
        [offender for media in described for offender in _saying_nothing(contract, media)],
        expected=Text(vi="lược đồ có nội dung", en="a schema that says something"),
    )
    if not all_read:
        raise unreadable()


def _saying_nothing(contract: Contract, media: Part) -> Iterator[Offender]:
    schema = media.child("schema")
    # Since 3.2 the items of a sequence may have a schema of their own.
    if schema.node is None and "itemSchema" not in media.object:
        yield Offender(media.pointer, Text(vi="không có lược đồ", en="there is no schema"))
    elif (why := _empty(contract, schema, frozenset())) is not None:
        yield Offender(schema.pointer, why)


def _empty(contract: Contract, schema: Part, seen: frozenset[str]) -> Text | None:
    """Return in what way a schema says nothing, or None where it says something."""
    part = parts.followed(contract, schema)
    # Round in a circle, or outside: not for us to tell.
    if part.pointer in seen or (part.node is None and schema.node is not None):
        return None
    if part.node is True or part.node == {}:
        return _BARE
    seen |= {part.pointer}
    says = {key for key in part.object if key not in _REMARKS and not key.startswith("x-")}
    if says and says <= _BRANCHES:
        return _empty_in_all(contract, part, seen)
    kinds = part.object.get("type")
    if kinds == "array" and says <= _OF_ITEMS:
        items = part.child("items")
        nothing = items.node is None or _empty(contract, items, seen) is _BARE
        return _LIST if nothing else None
    bare = {"object": _FREE, None: _BARE}.get(kinds) if isinstance(kinds, str | None) else None
    return None if says or not part.object else bare


def _empty_in_all(contract: Contract, schema: Part, seen: frozenset[str]) -> Text | None:
    branches = [
        _empty(contract, branch, seen)
        for keyword in sorted(_BRANCHES)
        for _, branch in schema.child(keyword).children()
    ]
    return branches[0] if branches and all(branches) else None
