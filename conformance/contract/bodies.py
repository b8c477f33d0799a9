"""What a request holds and what a success holds, as the schemas of a contract say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract import Contract
from conformance.contract.operations import Operation


def asked(operation: Operation, contract: Contract) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of the members of a JSON body by name.

    Where a body may be one object or many of them (`oneOf`), those of the one.
    """
    members: dict[str, Mapping[str, Any]] = {}
    for media_type, body in operation.request_types.items():
        if "json" in media_type.lower() and isinstance(body, Mapping):
            schema = contract.followed(body.get("schema"))
            members |= contract.members(schema)
            choices = [c for key in ("oneOf", "anyOf") for c in schema.get(key) or ()]
            objects = [found for c in choices if (found := contract.members(c))]
            members |= objects[0] if len(objects) == 1 else {}
    return members


def needed(operation: Operation, contract: Contract) -> frozenset[str]:
    """Return the names of the members without which a JSON body is not complete."""
    found: set[str] = set()
    for media_type, body in operation.request_types.items():
        if "json" in media_type.lower() and isinstance(body, Mapping):
            schema = contract.followed(body.get("schema"))
            parts = schema.get("allOf")
            layers = [schema, *map(contract.followed, parts if isinstance(parts, list) else ())]
            lists = [layer.get("required") for layer in layers]
            found.update(str(n) for names in lists if isinstance(names, list) for n in names)
    return frozenset(found)


def successes(operation: Operation, contract: Contract) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas of what a success holds, an empty one where JSON is all that is said."""
    for status, types in operation.responses.items():
        for name, pointer in types.items() if status[:1] == "2" else ():
            if pointer is not None or "json" in name.lower():
                yield contract.followed(contract.at(pointer)) if pointer else {}
