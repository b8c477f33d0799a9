"""Orders: a sorted list is sorted, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.formats.collation import may_precede
from conformance.formats.dates import moment
from conformance.listing import Key, at
from conformance.paging import allowed_sizes, declared, page, undeclared
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_KEYS = 3
_FEWEST = 2
InOrder = Callable[[Any, Any], bool]


@check(catalogue="IOP-016", per="operation", requests=1 + 2 * _KEYS, listing=True)
def sorting_is_obeyed(probe: Probe, operation: Operation) -> None:
    """A sorted list is sorted, and the other way round where that is asked for.

    Asks for each declared key in both directions: numbers are compared as numbers, times as
    points in time, texts only in the order that is declared. Equal keys may come in any order,
    entries without a key anywhere. No entry of one direction surpasses the first of the other, and
    the smaller half of the list holds nothing larger than the other half: a page that is sorted
    for itself is not enough (OpenAPI 3.1, Parameter Object: the parameter does what the contract
    describes).
    """
    sort = declared(operation).sort
    if sort is None:
        what = Text(vi="cách sắp xếp", en="orders")
        raise undeclared(operation, what, "sort: {parameter: …, keys: {…: /…}}")
    sized = _half(probe, operation)
    for key in sort.keys[:_KEYS]:
        rising, falling = (
            _values(probe, operation, key, {**sort.asking(key, descending=down), **sized})
            for down in (False, True)
        )
        if not (rising and falling):
            raise _nothing_to_compare(key)
        in_order = _order(key, [*rising, *falling])
        _distinct(key, [*rising, *falling], in_order)
        smallest_first = [*pairwise(rising), *((rising[0], value) for value in falling)]
        largest_last = [*pairwise(falling[::-1]), *((value, falling[0]) for value in rising)]
        apart = sized and max(len(rising), len(falling)) <= int(*sized.values())
        halves = [(rising[-1], falling[-1])] if apart else []
        for before, after in (*smallest_first, *largest_last, *halves):
            require(
                in_order(before, after),
                expected=Text(
                    vi=f"sắp xếp theo {key.name}, cả hai chiều",
                    en=f"sorted by {key.name}, in both directions",
                ),
                observed=Text(vi=f"{after} xếp sau {before}", en=f"{after} ranked above {before}"),
            )


def _half(probe: Probe, operation: Operation) -> dict[str, str]:
    """Return the query for pages of half the list, so that two of them do not overlap."""
    size, total = declared(operation).size, page(probe, operation, {}).total
    if size is None or total is None or total < 2 * _FEWEST:
        return {}
    half = allowed_sizes(operation, [total // 2])[0]
    return {size: str(half)} if 2 * half <= total else {}


def _values(probe: Probe, operation: Operation, key: Key, query: dict[str, str]) -> list[Any]:
    entries = page(probe, operation, query).entries
    return [value for entry in entries if (value := at(entry, key.at)) is not None]


def _order(key: Key, values: list[Any]) -> InOrder:
    """Return how values compare: as numbers, as points in time, or as texts in a declared order.

    Raises:
        NotTested: they are texts and nobody said in which order, or of several kinds.
    """
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return lambda before, after: before <= after
    if all(isinstance(v, str) for v in values):
        if all(moment(v) is not None for v in values):
            return lambda before, after: moment(before) <= moment(after)  # type: ignore[operator]  # neither is None
        if key.collation == "codepoint":
            return lambda before, after: before <= after
        if key.collation == "vi":
            return may_precede
    raise NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"{key.name} là chuỗi ký tự: khai báo `collation: vi` hoặc `codepoint`",
            en=f"{key.name} is text: declare `collation: vi` or `codepoint`",
        ),
    )


def _distinct(key: Key, values: list[Any], in_order: InOrder) -> None:
    """Refuse to conclude from lists in which nothing could be out of order."""
    if all(in_order(values[0], v) and in_order(v, values[0]) for v in values):
        raise _nothing_to_compare(key)


def _nothing_to_compare(key: Key) -> NotTested:
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"không có hai giá trị {key.name} khác nhau để so sánh",
            en=f"there are no two values of {key.name} to compare",
        ),
    )
