"""Which parameters are tried first, and how a value is put into one byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import quote

from conformance.contract.operations import Operation, Parameter
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested

_TEXT = frozenset({"string"})
_NUMBERS = frozenset({"integer", "number"})
# What a schema says that turns most hostile values away before they reach anything.
_NARROW = ("enum", "const", "pattern", "format")


@dataclass(frozen=True)
class Place:
    """One parameter of one GET operation."""

    operation: Operation
    parameter: Parameter

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return bool(_types(self.parameter.schema) & _NUMBERS)

    @property
    def name(self) -> str:
        """What it is called in a finding."""
        return f"{self.operation.unit}, {self.parameter.name}"

    def is_given(self, probe: Probe) -> bool:
        """Whether the target file gives a value for it."""
        return self.parameter.name in (probe.scene.examples(self.operation) or {})

    def value(self, probe: Probe) -> str | None:
        """Return the value that the target or the contract gives for it, if it stands there."""
        given = (probe.scene.examples(self.operation) or {}).get(self.parameter.name)
        value = self.parameter.example if given is None else given
        return str(value) if isinstance(value, str | int | float) else None

    def ask(self, probe: Probe, value: str) -> Exchange:
        """Call the operation with a value, encoded as it should be."""
        who = probe.allowed(self.operation)
        question = probe.form(self.operation, identity=who, values={self.parameter.name: value})
        return probe.send(replace(question, operation=self.operation.unit, wellformed=False))

    def ask_literally(self, probe: Probe, written: str) -> Exchange:
        """Call the operation with a value written into the URL as it is, over the raw wire."""
        who, word = probe.allowed(self.operation), probe.canary()
        question = probe.form(self.operation, identity=who, values={self.parameter.name: word})
        url = question.url.replace(word, written)
        return probe.send(
            replace(question, url=url, raw=True, operation=self.operation.unit, wellformed=False)
        )

    def written(self, literal: str) -> str:
        """Return a literal as it may stand in its place: a query needs more encoded than a path."""
        kept = "/%.:;\\" if self.parameter.place == "path" else "%"
        return quote(literal, safe=kept)


def places(
    probe: Probe, rank: Callable[[Place], Any], most: int, *, numbers: bool = False
) -> list[Place]:
    """Return the parameters of GET operations to try, by rank, those of public ones before others.

    Operations that turn away even the call that their contract means are left out, unless there
    are no others: what they answer to a hostile value tells nothing of it.

    Args:
        probe: who asks.
        rank: the lower, the earlier.
        most: how many at most.
        numbers: whether those that take numbers are meant, besides those that take texts.

    Raises:
        NotApplicable: no GET operation has such a parameter in its path or query.
    """
    found = [
        Place(operation, parameter)
        for operation in probe.scene.operations
        if operation.method == "GET"
        for parameter in operation.parameters
        if parameter.place in {"path", "query"}
    ]
    wanted = _TEXT | _NUMBERS if numbers else _TEXT
    found = [place for place in found if _types(place.parameter.schema) & wanted]
    if not found:
        raise NotApplicable(
            Text(
                vi="không thao tác GET nào có tham số thuộc loại này",
                en="no GET operation has a parameter of this kind",
            )
        )
    found.sort(key=lambda place: (rank(place), place.operation.secured))
    let_in = [*islice((p for p in found if _is_let_in(probe, p.operation)), most)]
    return let_in or found[:most]


def each(found: Iterable[Place], look: Callable[[Place], None]) -> None:
    """Look at every parameter, also where another one leaves the question open.

    Raises:
        NotTested: at least one could not be decided, and none is broken; that of the first.
    """
    why: NotTested | None = None
    for place in found:
        try:
            look(place)
        except NotTested as outcome:
            why = why or outcome
    if why is not None:
        raise why


def narrowness(place: Place) -> int:
    """Return how many rules of the schema turn hostile values away."""
    return sum(rule in place.parameter.schema for rule in _NARROW)


def _is_let_in(probe: Probe, operation: Operation) -> bool:
    """Whether an operation answers what its contract means with a success, or leads elsewhere."""
    try:
        return probe.baseline(operation).status < 400  # RFC 9110, section 15
    except NotTested:
        return False


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the types that a schema allows; without a word on it, a text."""
    given = schema.get("type", "string")
    return frozenset(given) if isinstance(given, list) else frozenset({given})
