"""The values that a contract describes, each schema with all that `allOf` lays over it.

References are followed, and what many operations share is met once. Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conformance.contract import Contract, parts
from conformance.contract.parts import Part

_ALTERNATIVES = ("oneOf", "anyOf")
_OF_CHILDREN = ("items", "additionalProperties", "unevaluatedProperties")
_REST = (None, "rest")
# What says of an alternative, from outside, how far its values reach.
_REACH = frozenset(
    {
        "format", "pattern", "enum", "const", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "additionalProperties", "unevaluatedProperties",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One value: where its schema stands, and what all layers of it say, the first before others.

    `narrowed` says that it is one branch of several, and that more is said of it beside them.
    """

    place: Part
    layers: tuple[Part, ...]
    narrowed: bool = False

    @property
    def said(self) -> Mapping[str, Any]:
        """The keywords of all layers."""
        return {key: part for layer in reversed(self.layers) for key, part in layer.object.items()}

    @property
    def types(self) -> frozenset[str]:
        """The types that it names; empty where it names none."""
        told = self.said.get("type")
        listed = told if isinstance(told, list) else [told]
        return frozenset(name for name in listed if isinstance(name, str))

    def members(self) -> Iterator[tuple[str, Part]]:
        """Yield the properties of all layers, each with the place where it stands."""
        for layer in self.layers:
            yield from layer.child("properties").children()

    def branches(self) -> Iterator[Part]:
        """Yield the branches of `oneOf` and `anyOf` of all layers."""
        for layer in self.layers:
            for keyword in _ALTERNATIVES:
                yield from (branch for _, branch in layer.child(keyword).children())


def of(contract: Contract, schema: Part, *, narrowed: bool = False) -> Value:
    """Return the value that a schema describes, with all that it refers to and composes."""
    found: dict[str, Part] = {}
    waiting = [schema]
    while waiting:
        part = waiting.pop(0)
        if part.pointer in found or not isinstance(part.node, Mapping):
            continue
        found[part.pointer] = part
        if isinstance(part.node.get("$ref"), str):
            waiting.append(parts.followed(contract, part))
        waiting += [branch for _, branch in part.child("allOf").children()]
    return Value(schema, tuple(found.values()), narrowed)


@lru_cache(maxsize=4)
def sent(contract: Contract) -> tuple[Value, ...]:
    """Return the values of the JSON request bodies of operations that speak REST."""
    bodies = [parts.request_body(contract, o) for o in contract.operations if o.protocol in _REST]
    return tuple(_below(contract, _schemas(bodies)))


@lru_cache(maxsize=4)
def answered(contract: Contract) -> tuple[Value, ...]:
    """Return the values of the JSON answers of operations that speak REST."""
    bodies = [
        response
        for o in contract.operations
        if o.protocol in _REST
        for _, response in parts.responses(contract, o)
    ]
    return tuple(_below(contract, _schemas(bodies)))


@lru_cache(maxsize=4)
def of_parameters(contract: Contract) -> tuple[tuple[Part, Value], ...]:
    """Return the parameters of operations that speak REST, each with the value that it takes."""
    found: dict[str, tuple[Part, Value]] = {}
    for operation in contract.operations:
        if operation.protocol in _REST:
            for part in parts.parameters(contract, operation):
                if part.pointer not in found:
                    found[part.pointer] = part, of(contract, part.child("schema"))
    return tuple(found.values())


def below(contract: Contract, schema: Part) -> Iterator[Value]:
    """Yield the value of a schema and every value inside it."""
    return _below(contract, [schema])


def _schemas(bodies: Iterable[Part]) -> list[Part]:
    return [
        media.child("schema")
        for body in bodies
        for name, media in parts.media_types(body)
        if parts.is_json(name)
    ]


def _below(contract: Contract, schemas: Iterable[Part]) -> Iterator[Value]:
    seen: set[str] = set()
    waiting = [(schema, False) for schema in schemas]
    while waiting:
        schema, narrowed = waiting.pop()
        place = parts.followed(contract, schema) if len(schema.object) == 1 else schema
        if place.pointer in seen or not isinstance(place.node, Mapping):
            continue
        seen.add(place.pointer)
        value = of(contract, place, narrowed=narrowed)
        yield value
        reach = narrowed or not _REACH.isdisjoint(value.said)
        waiting += [(branch, reach) for branch in value.branches()]
        waiting += [(part, False) for _, part in value.members()]
        for layer in value.layers:
            for keyword in ("patternProperties", "prefixItems"):
                waiting += [(part, False) for _, part in layer.child(keyword).children()]
            waiting += [(layer.child(key), False) for key in _OF_CHILDREN]
