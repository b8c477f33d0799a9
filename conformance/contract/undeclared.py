"""Members of a body that its schema does not declare, though it may allow them.

`additionalProperties` is open by default, so that a body with members that nobody declared still
fits its schema. A map is open by design, and so is an object of which nothing is said: what stands
in those is declared as far as its author meant to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.contract import Contract
from conformance.contract.references import OBJECTS

_MOST_SCHEMAS = 200
_MOST_VALUES = 100_000
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
# What leaves the names of members to whoever answers, where it says anything but no.
_REST = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True)
class Member:
    """A member of an object: its JSON pointer, name, value and the object around it."""

    pointer: str
    name: str
    value: Any
    around: Mapping[str, Any]


def members(contract: Contract, pointer: str, body: Any) -> Iterator[Member]:
    """Return the undeclared members of a body, with whatever stands inside them.

    What is declared to be sent only (`writeOnly`) is not declared for an answer.

    Args:
        contract: whose schema it is.
        pointer: where the schema of the body stands.
        body: the body as JSON.
    """
    waiting: list[tuple[Any, list[Any] | None, str]] = [(body, [contract.at(pointer)], "")]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        node, schemas, place = waiting.pop()
        # Below a member that nobody declared, nothing is declared: there are no schemas.
        known = None if schemas is None else _spread(contract, schemas)
        if isinstance(node, list):
            inner = None if known is None else _of_items(known)
            waiting += [(part, inner, f"{place}/{n}") for n, part in enumerate(node)]
        elif isinstance(node, Mapping):
            if known is not None and _is_open(known):
                continue
            declared = {} if known is None else _declared(known)
            for name, value in node.items():
                here = f"{place}/{name}"
                if name in declared:
                    waiting.append((value, declared[name], here))
                else:
                    yield Member(here, str(name), value, node)
                    waiting.append((value, None, here))


def _spread(contract: Contract, schemas: list[Any]) -> list[Mapping[str, Any]]:
    """Return schemas with all that they are put together from, references followed."""
    found: list[Mapping[str, Any]] = []
    waiting, seen = list(schemas), set[int]()
    while waiting and len(found) < _MOST_SCHEMAS:
        node = waiting.pop()
        current = contract.followed(node)
        if id(current) in seen:
            continue
        seen.add(id(current))
        found.append(current)
        if isinstance(node, OBJECTS) and "$ref" in node and len(node) > 1:
            # OpenAPI 3.1: keywords beside a reference count as well.
            found.append(node)
        for keyword in _ALTERNATIVES:
            entries = current.get(keyword)
            waiting += entries if isinstance(entries, list) else []
        waiting += [current[keyword] for keyword in _CONDITIONS if keyword in current]
        dependent = current.get("dependentSchemas")
        waiting += dependent.values() if isinstance(dependent, OBJECTS) else []
        waiting += _kinds(current)
    return found


def _kinds(schema: Mapping[str, Any]) -> list[Any]:
    """Return references to the schemas that a discriminator leads to."""
    discriminator = schema.get("discriminator")
    mapped = discriminator.get("mapping") if isinstance(discriminator, OBJECTS) else None
    targets = mapped.values() if isinstance(mapped, OBJECTS) else ()
    return [{"$ref": t if "#" in t else f"#/components/schemas/{t}"} for t in map(str, targets)]


def _is_open(schemas: list[Mapping[str, Any]]) -> bool:
    """Whether names of members are left to whoever answers."""
    if not any(isinstance(s.get("properties"), OBJECTS) and s["properties"] for s in schemas):
        return True  # nothing is said of any member
    return any(
        any(s.get(keyword) is True or isinstance(s.get(keyword), OBJECTS) for keyword in _REST)
        or bool(s.get("patternProperties"))
        # Kinds that are not listed are found by the name of a schema, whichever it is.
        or ("discriminator" in s and not _kinds(s))
        # Nothing at all is said, as behind a reference that cannot be followed.
        or not s
        for s in schemas
    )


def _declared(schemas: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for schema in schemas:
        properties = schema.get("properties")
        for name, part in properties.items() if isinstance(properties, OBJECTS) else ():
            if not (isinstance(part, OBJECTS) and part.get("writeOnly") is True):
                found.setdefault(name, []).append(part)
    return found


def _of_items(schemas: list[Mapping[str, Any]]) -> list[Any]:
    found: list[Any] = []
    for schema in schemas:
        first = schema.get("prefixItems")
        found += first if isinstance(first, list) else []
        if isinstance(schema.get("items"), OBJECTS):
            found.append(schema["items"])
    # An array of which nothing is said holds what it likes.
    return found or [{}]
