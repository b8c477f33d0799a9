"""Fields in what is sent: where they stand in a body, and a body in which one of them is bent.

As in answers, nobody guesses: a field stands where an annotation of the contract says
(`x-vnda-field` in the schema of the request), or where the target file points in any body.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance import members
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.mapping import Mapped, asked, at


def known(
    contract: Contract, mapping: Mapped, operations: Iterable[Operation], names: Iterable[str]
) -> list[str]:
    """Return which of several fields somebody said to stand in requests.

    Raises:
        NotTested: none of them (no_mapping).
        NotApplicable: the owner says that there is none of them.
    """
    names = list(names)
    denied = {name for name in names if name in mapping.fields and not mapping.fields[name]}
    told = {name for operation in operations for name, _ in asked(contract, operation)} - denied
    return [name for name in names if name in told] or mapping.known(names)


def find(
    contract: Contract, mapping: Mapped, operation: Operation, body: Any, field: str
) -> dict[str, Any]:
    """Return what a body holds of a field, by plain JSON pointer; nothing where it has none."""
    places = [place for name, place in asked(contract, operation) if name == field]
    places += [place for unit, place in mapping.fields.get(field, ()) if unit is None]
    return {place: value for pointer in places for place, value in at(body, pointer).items()}


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, at any depth; numbers and flags as JSON writes them."""
    parts: list[Any] = []
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    elif value is not None:
        yield value if isinstance(value, str) else json.dumps(value)
    for part in parts:
        yield from texts(part)


def put(body: Any, pointer: str, value: Any) -> bytes:
    """Return a body, written, with another value at a place."""
    return _written(members.put(body, _steps(pointer), value))


def without(body: Any, pointer: str) -> bytes:
    """Return a body, written, without the member at a place."""
    return _written(members.without(body, _steps(pointer)))


def _steps(pointer: str) -> list[str | int]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return [int(part) if part.isdecimal() else part for part in parts]


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
