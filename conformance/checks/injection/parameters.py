"""Which parameters are tried first, and how a value is put into one byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, islice, zip_longest
from typing import Any
from urllib.parse import quote

from conformance.contract.operations import Operation, Parameter
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested

_TEXT = frozenset({"string"})
_NUMBERS = frozenset({"integer", "number"})
# Words that choose a form of the answer; whoever serves it has a handful of them and no store.
_SPEAKS_OF_VERSIONS = re.compile(
    r"(?i)(api_?)?v(er(sion)?)?|phien_?ban|lang(uage)?|locale|ngon_?ngu|format|dinh_?dang"
)
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

    @property
    def is_a_version(self) -> bool:
        """Whether it chooses a form of the answer rather than what the answer is about."""
        return bool(_SPEAKS_OF_VERSIONS.fullmatch(self.parameter.name))

    @property
    def remoteness(self) -> int:
        """How far its values are from what a store is asked for: the lower, the nearer.

        Identifiers, filters and search words come first, those of records (personal data, lists,
        what is kept from most) before others; then what only shapes an answer or knows a few words
        only, such as pages and orders; then versions.
        """
        if self.is_a_version:
            return 3
        operation, parameter, listing = self.operation, self.parameter, self.operation.listing
        filters = {f.parameter for f in listing.filters} if listing else set()
        shapes = set(listing.parameters()) - filters if listing else set()
        selects = parameter.place == "path" or parameter.name in filters or not self.numeric
        if not selects or parameter.name in shapes or {"enum", "const"} & set(parameter.schema):
            return 2
        return 0 if operation.personal or operation.privileged or listing else 1

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
    probe: Probe,
    rank: Callable[[Place], Any],
    most: int,
    *,
    numbers: bool = False,
    wanted: Callable[[Place], bool] = lambda _: True,
) -> list[Place]:
    """Return the parameters of GET operations to try, by rank, those of public ones before others.

    Among those of one rank, identifiers and query parameters, texts and numbers take turns.
    Operations that turn away even the call that their contract means, and those that answer the
    contract itself, are left out unless there are no others: what they answer to a hostile value
    tells nothing of what others do. A note says which were looked at, and of how many.

    Args:
        probe: who asks.
        rank: the lower, the earlier; those that are alike in its first part take turns.
        most: how many at most.
        numbers: whether those that take numbers are meant, besides those that take texts.
        wanted: whether one is meant at all.

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
    kinds = _TEXT | _NUMBERS if numbers else _TEXT
    found = [p for p in found if _types(p.parameter.schema) & kinds and wanted(p)]
    if not found:
        raise NotApplicable(
            Text(
                vi="không thao tác GET nào có tham số thuộc loại này",
                en="no GET operation has a parameter of this kind",
            )
        )
    found.sort(key=lambda place: (rank(place), place.operation.secured))
    found = [*_in_turn(found, rank)]
    let_in = [*islice((p for p in found if _is_let_in(probe, p.operation)), most)]
    chosen = let_in or found[:most]
    names = "; ".join(place.name for place in chosen)
    probe.note(
        Text(
            vi=f"đã xét {len(chosen)} trong {len(found)} tham số thuộc loại này: {names}",
            en=f"{len(chosen)} of {len(found)} parameters of this kind looked at: {names}",
        )
    )
    return chosen


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


def _in_turn(found: list[Place], rank: Callable[[Place], Any]) -> Iterator[Place]:
    """Yield sorted places so that kinds take turns among those that are alike in rank."""
    for _, alike in groupby(found, key=lambda place: rank(place)[0]):
        kinds: dict[tuple[str, bool], list[Place]] = {}
        for place in alike:
            kinds.setdefault((place.parameter.place, place.numeric), []).append(place)
        for turn in zip_longest(*kinds.values()):
            yield from (place for place in turn if place is not None)


def _is_let_in(probe: Probe, operation: Operation) -> bool:
    """Whether an operation answers what its contract means: a success, or the way elsewhere."""
    try:
        answer = probe.baseline(operation)
    except NotTested:
        return False
    return answer.status < 400 and not _is_a_contract(answer)  # RFC 9110, section 15


def _is_a_contract(answer: Exchange) -> bool:
    """Whether an answer is itself an OpenAPI document: it comes from no store of records."""
    try:
        members = answer.json_object()
    except NotTested:
        return False
    return "paths" in members and bool({"openapi", "swagger"} & members.keys())


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the types that a schema allows; without a word on it, a text."""
    given = schema.get("type", "string")
    return frozenset(given) if isinstance(given, list) else frozenset({given})
