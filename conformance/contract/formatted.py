"""The values of a body that a contract gives a format, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from conformance.contract import Contract
from conformance.contract.operations import unreadable

_MAX_DEPTH = 60


def values(
    contract: Contract, wanted: frozenset[str], body: Any, pointer: str
) -> Iterator[tuple[str, Any, str]]:
    """Return the values of a body to which its schema gives one of these formats.

    Looks along properties, items and `allOf`, some sixty levels deep.

    Args:
        contract: whose schema it is.
        wanted: the formats.
        body: a JSON value.
        pointer: where the schema of the body stands.

    Returns:
        Where each value stands (JSON pointer), the value, and its format.

    Raises:
        NotTested: a reference on the way leads nowhere.
    """
    return _places(contract, wanted).of(body, pointer)


@lru_cache(maxsize=256)
def _places(contract: Contract, wanted: frozenset[str]) -> _Places:
    return _Places(contract, wanted)


@dataclass(slots=True)
class _Place:
    """What a schema says of where values of some formats stand; its parts are looked at later.

    Attributes:
        broken: the schema refers to what is not there.
        wanted: the one of these formats that a value here has, if any.
        also: schemas of this place that lead to some (`allOf`).
        members: schemas of members that lead to some, by name.
        entries: the schema of the entries of an array, where it leads to some.
    """

    broken: bool = False
    wanted: str | None = None
    also: Sequence[Any] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    entries: Any = None


class _Places:
    """Where the schemas of one contract have values of some formats; each schema looked at once."""

    def __init__(self, contract: Contract, wanted: frozenset[str]) -> None:
        self._contract = contract
        self._wanted = wanted
        # By identity: the contract holds its schemas, so ids stay their own.
        self._known: dict[int, _Place] = {}

    def of(self, body: Any, pointer: str) -> Iterator[tuple[str, Any, str]]:
        """Return the values in a body whose schema stands at a pointer: place, value, format."""
        schema = self._contract.at(pointer)
        if self._leads(schema):
            yield from self._walk(body, schema, "", 0)

    def _leads(self, schema: Any) -> bool:
        return any(self._contract.leads_to(schema, wanted) for wanted in self._wanted)

    def _walk(
        self, node: Any, schema: Any, path: str, depth: int
    ) -> Iterator[tuple[str, Any, str]]:
        place = self._known.get(id(schema)) or self._look(schema)
        if place.broken:
            raise unreadable()
        if depth > _MAX_DEPTH:
            return
        if place.wanted:
            yield path or "/", node, place.wanted
        for part in place.also:
            yield from self._walk(node, part, path, depth + 1)
        if isinstance(node, dict):
            for name, part in place.members.items():
                if name in node:
                    yield from self._walk(node[name], part, f"{path}/{name}", depth + 1)
        elif isinstance(node, list) and place.entries is not None:
            for number, value in enumerate(node):
                yield from self._walk(value, place.entries, f"{path}/{number}", depth + 1)

    def _look(self, schema: Any) -> _Place:
        place = self._known[id(schema)] = self._looked_at(schema)
        return place

    def _looked_at(self, schema: Any) -> _Place:
        behind = self._contract.followed(schema)
        if isinstance(schema, dict) and "$ref" in schema and not behind:
            return _Place(broken=True)
        declared, entries = behind.get("properties"), behind.get("items")
        named = declared if isinstance(declared, dict) else {}
        style = behind.get("format")
        return _Place(
            wanted=style if isinstance(style, str) and style in self._wanted else None,
            also=[part for part in behind.get("allOf") or () if self._leads(part)],
            members={name: part for name, part in named.items() if self._leads(part)},
            entries=entries if self._leads(entries) else None,
        )
