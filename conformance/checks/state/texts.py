"""Which members of what is written are free texts."""

from __future__ import annotations

from typing import Any

from conformance.contract import Contract
from conformance.contract.operations import Operation

# What a member may hold where its contract names no bound.
_UNSAID = 100
_SHORTEST = 30
_LONGEST = 2000
_BOUND = frozenset({"enum", "const", "pattern", "format"})


def written(operation: Operation, contract: Contract) -> dict[str, int]:
    """Return the free texts of a JSON body and how long they may be, the roomiest first."""
    members: dict[str, Any] = {}
    for media_type, content in operation.request_types.items():
        if "json" in media_type.lower() and isinstance(content, dict):
            members |= contract.members(content.get("schema"))
    found = {
        name: min(int(schema.get("maxLength", _UNSAID)), _LONGEST)
        for name, schema in members.items()
        if _is_free(schema)
    }
    roomy = [(name, most) for name, most in found.items() if most >= _SHORTEST]
    return dict(sorted(roomy, key=lambda pair: -pair[1]))


def echoed(operation: Operation, contract: Contract) -> dict[str, int]:
    """Return those of them that a successful answer has too."""
    answered: dict[str, Any] = {}
    for status, types in operation.responses.items():
        for pointer in types.values() if status.startswith("2") else ():
            answered |= contract.members(contract.at(pointer)) if pointer else {}
    return {
        name: most
        for name, most in written(operation, contract).items()
        if _is_free(answered.get(name, {}))
    }


def _is_free(schema: Any) -> bool:
    return schema.get("type") in ("string", ["string", "null"]) and not _BOUND & set(schema)
