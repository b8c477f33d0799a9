"""Filters: what comes back has the value that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.listing import Filter, at
from conformance.paging import Page, declared, page, undeclared
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_FILTERS = 3
_PAIR = 2
_VALUES = 12


@check(catalogue="IOP-015", per="operation", requests=1 + 2 * _FILTERS, listing=True)
def filters_are_obeyed(probe: Probe, operation: Operation) -> None:
    """A filter lets through what has the value, and nothing else.

    Takes a value from an entry of the list and asks for it, and for another one: every entry that
    comes back has the value, the entry it was taken from shows that something does, and no more
    come back than without a filter (OpenAPI 3.1, Parameter Object: the parameter does what the
    contract describes).
    """
    filters = declared(operation).filters[:_FILTERS]
    if not filters:
        raise undeclared(operation, Text(vi="bộ lọc", en="filters"), "filters: {…: /…}")
    everything = page(probe, operation, {})
    for chosen in filters:
        value, other = _two_values(chosen, everything, operation)
        found = _obeys(probe, operation, chosen, value)
        require(
            found.entries,
            expected=Text(
                vi="mục có giá trị được lọc nằm trong kết quả", en="the entry that has the value"
            ),
            observed=Text(vi=f"{chosen.parameter}: rỗng", en=f"{chosen.parameter}: nothing"),
        )
        require(
            None in {found.total, everything.total} or found.total <= everything.total,  # type: ignore[operator]  # numbers, as said before
            expected=Text(vi="không nhiều hơn khi không lọc", en="no more than without the filter"),
            observed=f"{found.total} > {everything.total}",
        )
        _obeys(probe, operation, chosen, other)


@check(catalogue="IOP-015", per="operation", requests=2, listing=True)
def filters_hold_together(probe: Probe, operation: Operation) -> None:
    """Two filters at once let through what passes both, and nothing else.

    Takes two values that entries of the list have, where some have one of them only: every entry
    that comes back has both, and something comes back where an entry has both (OpenAPI 3.1,
    Parameter Object). One filter alone is judged elsewhere.
    """
    filters = declared(operation).filters
    if len(filters) < _PAIR:
        raise undeclared(operation, Text(vi="hai bộ lọc", en="two filters"), "filters: {…: /…}")
    chosen = _telling_pair(filters, page(probe, operation, {}), operation)
    query = {each.parameter: value for each, value in chosen.filters}
    found = page(probe, operation, query)
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    for entry in found.entries:
        for each, value in chosen.filters:
            require(
                _matches(at(entry, each.at), value, each.match),
                expected=Text(
                    vi="mọi mục thoả cả hai bộ lọc", en="every entry to pass both filters"
                ),
                observed=f"{asked}: {each.at} = {at(entry, each.at)}",
            )
    require(
        found.entries or not chosen.held,
        expected=Text(
            vi="mục có cả hai giá trị nằm trong kết quả", en="the entry that has both values"
        ),
        observed=Text(vi=f"{asked}: rỗng", en=f"{asked}: nothing"),
    )


@dataclass(frozen=True)
class _Pair:
    """Two filters with a value each; `held` where an entry has both."""

    filters: tuple[tuple[Filter, str], ...]
    held: bool


def _telling_pair(filters: Sequence[Filter], everything: Page, operation: Operation) -> _Pair:
    """Return two filters and two values, of each of which entries have it without the other.

    With values that always go together, a filter that does nothing could not be told from one that
    works. Rather two that some entry has both of.
    """
    found: _Pair | None = None
    for one, other in combinations(filters, _PAIR):
        pairs = [(_plain(at(e, one.at)), _plain(at(e, other.at))) for e in everything.entries]
        columns = (list(dict.fromkeys(v))[:_VALUES] for v in zip(*pairs, strict=True))
        for first, second in product(*columns):
            if first is None or second is None:
                continue
            fits = [(_fits(left, first, one), _fits(right, second, other)) for left, right in pairs]
            if (True, False) in fits and (False, True) in fits:
                made = _Pair(((one, first), (other, second)), held=(True, True) in fits)
                if made.held:
                    return made
                found = found or made
    if found is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{operation.unit}: không có các mục khác nhau ở từng bộ lọc để thử hai bộ lọc"
                " cùng lúc",
                en=f"{operation.unit}: no entries differ in one filter at a time, to try two at"
                " once",
            ),
        )
    return found


def _fits(value: str | None, wanted: str, chosen: Filter) -> bool:
    return value is not None and _matches(value, wanted, chosen.match)


def _obeys(probe: Probe, operation: Operation, chosen: Filter, value: str) -> Page:
    found = page(probe, operation, {chosen.parameter: value})
    for entry in found.entries:
        require(
            _matches(at(entry, chosen.at), value, chosen.match),
            expected=Text(
                vi=f"mọi mục có {chosen.at} khớp với {chosen.parameter}",
                en=f"every entry to have a {chosen.at} that fits {chosen.parameter}",
            ),
            observed=f"{chosen.parameter}={value}: {at(entry, chosen.at)}",
        )
    return found


def _two_values(chosen: Filter, everything: Page, operation: Operation) -> tuple[str, str]:
    """Return a value that an entry has, and one that it has not.

    With one value only, a filter that does nothing could not be told from one that works.
    """
    held = [_plain(at(entry, chosen.at)) for entry in everything.entries]
    values = list(dict.fromkeys(value for value in held if value is not None))
    schemas = [p.schema for p in operation.parameters if p.name == chosen.parameter]
    allowed = [str(c) for schema in schemas for c in schema.get("enum", ())]
    others = [v for v in [*values, *allowed] if values and not _matches(values[0], v, chosen.match)]
    if not others:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"không có hai giá trị {chosen.at} khác nhau để thử {chosen.parameter}",
                en=f"there are no two values of {chosen.at} to try {chosen.parameter} with",
            ),
        )
    return values[0], others[0]


def _matches(found: Any, wanted: str, match: str) -> bool:
    value = _plain(found)
    if value is None:
        return False
    if match == "prefix":
        return value.startswith(wanted)
    if match == "ignore-case":
        return value.casefold() == wanted.casefold()
    return value == wanted


def _plain(value: Any) -> str | None:
    """Return a value as a query parameter writes it; None for what none can."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None
