"""Orders: a sorted list is sorted, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from conformance.check import check, require
from conformance.contract import Operation
from conformance.formats.collation import may_precede
from conformance.formats.dates import moment
from conformance.listing import Key, at
from conformance.paging import declared, page
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_KEYS = 3
_FEWEST = 2
InOrder = Callable[[Any, Any], bool]


@check(catalogue="IOP-016", per="operation", requests=2 * _KEYS, listing=True)
def sorting_is_obeyed(probe: Probe, operation: Operation) -> None:
    """A sorted list is sorted, and the other way round where that is asked for.

    Asks for each declared key in both directions: numbers are compared as numbers, times as
    points in time, texts only in the order that is declared. Equal keys may come in any order,
    entries without a key anywhere. No entry of one direction surpasses the first of the other: a
    page that is sorted for itself is not enough (OpenAPI 3.1, Parameter Object: the parameter
    does what the contract describes).
    """
    sort = declared(operation).sort
    if sort is None:
        raise NotApplicable(Text(vi="danh sách không sắp xếp được", en="the list has no orders"))
    for key in sort.keys[:_KEYS]:
        rising, falling = (
            [
                value
                for entry in page(probe, operation, sort.asking(key, descending=down)).entries
                if (value := at(entry, key.at)) is not None
            ]
            for down in (False, True)
        )
        in_order = _order(key, [*rising, *falling])
        _distinct(key, rising, falling, in_order)
        smallest_first = [*pairwise(rising), *((rising[0], value) for value in falling)]
        largest_last = [*pairwise(falling[::-1]), *((value, falling[0]) for value in rising)]
        for before, after in (*smallest_first, *largest_last):
            require(
                in_order(before, after),
                expected=Text(
                    vi=f"sắp xếp theo {key.name}, cả hai chiều",
                    en=f"sorted by {key.name}, in both directions",
                ),
                observed=Text(vi=f"{after} xếp sau {before}", en=f"{after} ranked above {before}"),
            )


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


def _distinct(key: Key, rising: list[Any], falling: list[Any], in_order: InOrder) -> None:
    """Refuse to conclude from a list in which nothing could be out of order."""
    for values in (rising, falling):
        differ = any(not (in_order(values[0], v) and in_order(v, values[0])) for v in values[1:])
        if len(values) < _FEWEST or not differ:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"không có hai giá trị {key.name} khác nhau để so sánh",
                    en=f"there are no two values of {key.name} to compare",
                ),
            )
