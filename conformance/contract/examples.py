"""The examples of a contract, each held against the schema it illustrates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from conformance.contract import Contract, parts, wording
from conformance.contract.parts import Described, Part, Way
from conformance.errors import ContractError
from conformance.text import Text
from conformance.verdict import Offender

# Members that the other side sends and that an example of this side may therefore lack.
_SPARED: dict[Way, tuple[str, ...]] = {
    "request": ("readOnly",),
    "response": ("writeOnly",),
    "either": ("readOnly", "writeOnly"),
}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def of(contract: Contract) -> Iterator[tuple[Part, str, Way]]:
    """Return every example that can be judged: its value, its schema's pointer, who sends it."""
    for each in parts.described(contract):
        if each.kind == "schema":
            for schema in parts.subschemas(each.part):
                yield from ((e, schema.pointer, "either") for e in _of_schema(contract, schema))
        elif _can_be_judged(each):
            schema = each.part.child("schema")
            if schema.node is not None:
                yield from ((e, schema.pointer, each.way) for e in _of_media(contract, each.part))


def offence(contract: Contract, example: Part, schema: str, way: Way) -> Offender | None:
    """Return what is wrong with an example, or None; the value itself is not repeated.

    Raises:
        ContractError: the schema leads to a reference that cannot be followed.
    """
    breaches = contract.breaches(schema, _exact(example.node), spared=_SPARED[way])
    if breaches and isinstance(example.node, str) and _matches_as_text(contract, example, schema):
        return None
    if not breaches:
        return None
    said = wording.told(breaches)
    return Offender(
        example.pointer,
        Text(vi=f"không đúng lược đồ: {said.vi}", en=f"against its schema: {said.en}"),
    )


def _matches_as_text(contract: Contract, example: Part, schema: str) -> bool:
    """Whether an example is written the way it travels: JSON as text, or a joined list."""
    try:
        value = json.loads(example.node, parse_float=Decimal)
    except (ValueError, RecursionError):
        kind = parts.find(contract, schema)
        wanted = parts.followed(contract, kind).object.get("type") if kind else None
        # How lists and objects are joined is a matter of `style`, not of the schema.
        return "/parameters/" in example.pointer and wanted in {"array", "object"}
    spared = _SPARED["either"]
    return isinstance(value, dict | list) and not contract.breaches(schema, value, spared=spared)


def _can_be_judged(each: Described) -> bool:
    # An example of another media type is text of that type, which no schema describes.
    return each.kind != "media" or parts.is_json(each.name) or each.name in _FORMS


def _of_media(contract: Contract, holder: Part) -> Iterator[Part]:
    if "example" in holder.object:
        yield holder.child("example")
    for _, entry in holder.child("examples").children():
        # `externalValue` lies elsewhere and is not fetched; 3.2 has the value as data.
        found = parts.followed(contract, entry)
        for key in ("value", "dataValue"):
            if key in found.object:
                yield found.child(key)


def _of_schema(contract: Contract, schema: Part) -> Iterator[Part]:
    if "example" in schema.object:
        yield schema.child("example")
    listed = schema.child("examples")
    # A list since 3.1; before, schemas had no such keyword.
    if isinstance(listed.node, list) and not contract.version.startswith("3.0"):
        yield from (part for _, part in listed.children())


def _exact(value: Any) -> Any:
    # Numbers as the validator wants them, so that 4.35 is a multiple of 0.01.
    return json.loads(json.dumps(value), parse_float=Decimal)


@lru_cache(maxsize=4)
def offences(contract: Contract) -> tuple[int, tuple[Offender, ...], tuple[Offender, ...]]:
    """Return how many examples there are, what is wrong with them, and which stay open."""
    count, wrong, open_ = 0, list[Offender](), list[Offender]()
    for example, schema, way in of(contract):
        count += 1
        try:
            found = offence(contract, example, schema, way)
        except ContractError as error:
            open_.append(Offender(example.pointer, error.what))
            continue
        if found:
            wrong.append(found)
    return count, tuple(wrong), tuple(open_)
