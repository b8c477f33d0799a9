"""Orders: a sorted list is sorted, in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.formats.collation import may_precede
from conformance.formats.dates import moment
from conformance.listing import Key, Sort, at
from conformance.paging import Page, allowed_sizes, declared, largest_size, page, undeclared
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_KEYS = 3
_ORDERS = 6
_SAME = Text(vi="danh sách như khi không sắp xếp", en="the list as it is without an order")
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


@check(catalogue="IOP-016", per="operation", requests=1 + _ORDERS, listing=True)
def sorting_keeps_every_entry(probe: Probe, operation: Operation) -> None:
    """However a list is sorted, it is the same list: nothing is lost, nothing comes twice.

    Asks for each order that the contract lists as a choice of the parameter, or for the declared
    keys in both directions: the total stays the same, and where the whole list stands on one page,
    its identifiers do (OpenAPI 3.1, Parameter Object).
    """
    listing = declared(operation)
    if listing.sort is None:
        what = Text(vi="cách sắp xếp", en="orders")
        raise undeclared(operation, what, "sort: {parameter: …, keys: {…: /…}}")
    most = largest_size(operation)
    sized = {listing.size: str(most)} if listing.size and most else {}
    plain = page(probe, operation, sized)
    short = most is not None and plain.total is None and len(plain.entries) < most
    whole = None
    if short or plain.total == len(plain.entries):
        whole = _identifiers(plain, listing.id)
    if plain.total is None and whole is None:
        raise NotApplicable(
            Text(
                vi="danh sách không cho biết tổng số và dài hơn một trang: không có gì để so",
                en="the list tells no total and is longer than one page: nothing to compare",
            )
        )
    for query in _orders(operation, listing.sort)[:_ORDERS]:
        found = page(probe, operation, {**sized, **query})
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        require(
            None in {found.total, plain.total} or found.total == plain.total,
            expected=_SAME,
            observed=f"{asked}: {found.total} / {plain.total}",
        )
        if whole is not None and found.total in {None, len(found.entries)}:
            require(
                Counter(_identifiers(found, listing.id) or ()) == Counter(whole),
                expected=_SAME,
                observed=Text(vi=f"{asked}: các mục khác", en=f"{asked}: other entries"),
            )


def _orders(operation: Operation, sort: Sort) -> list[dict[str, str]]:
    """Return the queries for the orders of a list: the contract's choices, else declared keys."""
    schemas = [p.schema for p in operation.parameters if p.name == sort.parameter]
    choices = [str(c) for schema in schemas for c in schema.get("enum", ())]
    if choices and sort.direction is None:
        # One direction of each first: what a key loses is lost both ways.
        rising = [c for c in choices if not c.startswith("-")]
        ordered = [*rising, *(c for c in choices if c not in rising)]
        return [{sort.parameter: choice} for choice in ordered]
    return [sort.asking(key, descending=down) for down in (False, True) for key in sort.keys]


def _identifiers(found: Page, pointer: str | None) -> list[str] | None:
    if pointer is None:
        return None
    return [str(at(entry, pointer)) for entry in found.entries]


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
