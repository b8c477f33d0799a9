"""Filters: what comes back has the value that was asked for."""

from __future__ import annotations

from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.listing import Filter, at
from conformance.paging import Page, declared, page, undeclared
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_FILTERS = 3


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
