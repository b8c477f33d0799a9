"""Selecting members: less of the same is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation, Parameter
from conformance.evidence import Exchange
from conformance.likeness import VOLATILE, steady
from conformance.listing import at
from conformance.privacy.hidden import Hidden
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_NAMES = frozenset({"fields", "$select"})
# What standards add to any object: links, types, contexts.
_TECHNICAL = ("_", "@", "$")
_CHOSEN = 2
_SHOWN = 5


def _selects(_: Any, operation: Operation | None) -> bool:
    return operation is not None and _parameter(operation) is not None


@check(catalogue="FUZ-024", per="operation", requests=2, methods=["GET"], applies=_selects)
def selection_is_a_projection(probe: Probe, operation: Operation) -> None:
    """Who asks for some members is told these as they are, and nothing that is not told otherwise.

    Asked of reads whose contract has a query parameter `fields` or `$select`: reads once without
    it and once for two members of the first entry, or of the object. Every entry, known by its
    declared identifier or by its place, has only members that it has without the parameter, with
    the same values; members that are told beside those asked for, left empty, or added by standards
    (`_links`, `@type`) are no fault. What changes between two calls without it is not compared.
    Where nothing is left out the parameter may mean something else, and the question does not apply
    (the parameter does what the contract says of it: OpenAPI 3.1, Parameter Object).
    """
    parameter = _parameter(operation)
    assert parameter is not None  # noqa: S101  # it applies
    whole = _entries(probe.control(operation), operation)
    before = _entries(probe.baseline(operation), operation)
    pattern = steady(whole, before)
    if pattern is VOLATILE or not whole or not isinstance(whole[0], Mapping):
        raise _nothing_to_compare()
    asked = _choice(whole[0], pattern[0], parameter, operation)
    answer = probe.call(operation, query={parameter.name: ",".join(asked)})
    if not answer.succeeded:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{parameter.name}={','.join(asked)} → {answer.status}",
                en=f"{parameter.name}={','.join(asked)} → {answer.status}",
            ),
        )
    found = _entries(answer, operation)
    pairs = list(_pairs(found, pattern, operation))
    if not pairs:
        raise _nothing_to_compare()
    beyond = [place for entry, full in pairs for place in _beyond(entry, full, "")]
    require(
        not beyond,
        expected=Text(
            vi="chỉ các thành phần vốn có, với giá trị như khi không chọn",
            en="members that are there anyway, with the values that they have without a selection",
        ),
        # The members are told, never what stands in them.
        observed=", ".join(dict.fromkeys(beyond[:_SHOWN])),
    )
    if all(set(entry) >= set(full) for entry, full in pairs):
        raise NotApplicable(
            Text(
                vi=f"{parameter.name} không bớt thành phần nào",
                en=f"{parameter.name} leaves no member out",
            )
        )


def _parameter(operation: Operation) -> Parameter | None:
    return next((p for p in operation.parameters if p.place == "query" and p.name in _NAMES), None)


def _entries(answer: Exchange, operation: Operation) -> list[Any]:
    """Return the entries of a list, or the object that is answered as the only one."""
    body = answer.json() if answer.is_json else None
    listed = at(body, operation.listing.items) if operation.listing else body
    if isinstance(listed, list):
        return listed
    return [body] if isinstance(body, Mapping) else []


def _choice(
    entry: Mapping[str, Any], pattern: Mapping[str, Any], parameter: Parameter, operation: Operation
) -> list[str]:
    """Return members to ask for: the identifier, and what stands in the entry by itself."""
    names = [name for name in entry if pattern[name] is not VOLATILE and name.isascii()]
    names = [name for name in names if not name.startswith(_TECHNICAL) and "," not in name]
    known = operation.listing.id if operation.listing else None
    names.sort(key=lambda name: (f"/{name}" != known, isinstance(entry[name], Mapping | list)))
    # An array is written with its name before each value; one is enough.
    several = parameter.schema.get("type") != "array"
    if len(names) <= _CHOSEN:
        raise _nothing_to_compare()
    return names[: _CHOSEN if several else 1]


def _pairs(
    found: list[Any], pattern: list[Any], operation: Operation
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each entry beside what is steady of the same one without a selection."""
    known = operation.listing.id if operation.listing else None
    for number, entry in enumerate(found):
        full = pattern[number] if len(found) == len(pattern) else None
        name = at(entry, known) if known else None
        if known and name is not None:
            full = next((each for each in pattern if _same(at(each, known), name)), None)
        if isinstance(entry, Mapping) and isinstance(full, Mapping):
            yield entry, full


def _same(one: Any, other: Any) -> bool:
    return one is not VOLATILE and type(one) is type(other) and bool(one == other)


def _beyond(part: Any, full: Any, place: str) -> Iterator[str]:
    """Yield the places of what a selection tells and the whole does not."""
    if full is VOLATILE or part is None or (not isinstance(part, Hidden) and part in ("", [], {})):
        return
    if isinstance(part, Mapping) and isinstance(full, Mapping):
        for name, value in part.items():
            if name in full:
                yield from _beyond(value, full[name], f"{place}/{name}")
            elif value is not None and not str(name).startswith(_TECHNICAL):
                yield f"{place}/{name}"
    elif isinstance(part, list) and isinstance(full, list):
        if len(part) == len(full):
            for number, pair in enumerate(zip(part, full, strict=True)):
                yield from _beyond(*pair, f"{place}/{number}")
    elif not _same(part, full):
        yield place or "/"


def _nothing_to_compare() -> NotTested:
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi="không có mục nào đủ thành phần ổn định để so",
            en="no entry with enough steady members to compare",
        ),
    )
