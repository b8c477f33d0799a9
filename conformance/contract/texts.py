"""Which members of what is written are free texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract import Contract, bodies
from conformance.contract.operations import Operation

# What a member may hold where its contract names no bound.
_UNSAID = 100
_SHORTEST = 30
_LONGEST = 2000
_BOUND = frozenset({"enum", "const", "pattern", "format"})
_NO_OBJECTS = frozenset({"string", "integer", "number", "boolean", "null", "array"})


def written(operation: Operation, contract: Contract) -> dict[str, int]:
    """Return the free texts of a JSON body and how long they may be, the roomiest first."""
    found = {
        name: min(int(schema.get("maxLength", _UNSAID)), _LONGEST)
        for name, schema in bodies.asked(operation, contract).items()
        if _is_free(schema)
    }
    roomy = [(name, most) for name, most in found.items() if most >= _SHORTEST]
    return dict(sorted(roomy, key=lambda pair: -pair[1]))


def echoed(operation: Operation, contract: Contract) -> dict[str, int]:
    """Return those of them that a successful answer has too, at its top or in an envelope."""
    answered = [
        level
        for schema in bodies.successes(operation, contract)
        for level in (contract.members(schema), *_inside(contract, schema))
    ]
    return {
        name: most
        for name, most in written(operation, contract).items()
        if any(_is_free(level.get(name, {})) for level in answered)
    }


def untold(operation: Operation, contract: Contract) -> bool:
    """Whether the contract leaves open what a success holds: an object of unknown members."""
    return any(
        _is_unknown(contract, part)
        for schema in bodies.successes(operation, contract)
        for part in (schema, *contract.members(schema).values())
    )


def _inside(contract: Contract, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in contract.members(schema).values():
        yield contract.members(part)


def _is_unknown(contract: Contract, schema: Mapping[str, Any]) -> bool:
    types = schema.get("type", "object")
    plain = _NO_OBJECTS.issuperset(types if isinstance(types, list) else [types])
    return not plain and not contract.members(schema)


def _is_free(schema: Any) -> bool:
    return schema.get("type") in ("string", ["string", "null"]) and not _BOUND & set(schema)
