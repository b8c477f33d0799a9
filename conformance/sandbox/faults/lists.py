"""Lists that lose, repeat, mix up or hand out too much."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, with_parameters, without, without_parameters
from conformance.sandbox.listing import Listed, Listing
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

SCHEMA = "contract.answers.body_matches_schema"
INVALID = "contract.generated.invalid_input_is_refused"
WALK = "lists.paging.a_walk_meets_every_entry_once"
HONOURED = "lists.paging.page_size_is_honoured"
BOUNDED = "lists.paging.page_size_is_bounded"
FILTERS = "lists.filtering.filters_are_obeyed"
SEARCH = "lists.searching.composition_does_not_matter"
SORTING = "lists.sorting.sorting_is_obeyed"
TOGETHER = "lists.filtering.filters_hold_together"
KEEPS = "lists.sorting.sorting_keeps_every_entry"
BREAKS = "contract.answers.server_does_not_break"


@fault(breaks=[WALK])
def pages_overlap(agency: Agency) -> Agency:
    """Each page begins with the last entry of the page before."""

    class Overlapping(Listing):
        def cut(self, items: list[Any], page: int, size: int) -> list[Any]:
            start = max(0, (page - 1) * size - 1)
            return items[start : start + size]

    return agency.with_(listing=Overlapping())


@fault(breaks=[WALK])
def last_entry_of_a_page_lost(agency: Agency) -> Agency:
    """Pages after the first begin one entry too late, so that one is lost at each boundary."""

    class Losing(Listing):
        def cut(self, items: list[Any], page: int, size: int) -> list[Any]:
            start = (page - 1) * size + (page > 1)
            return items[start : page * size]

    return agency.with_(listing=Losing())


@fault(breaks=[WALK], also=[INVALID])
def page_number_ignored(agency: Agency) -> Agency:
    """Whatever page is asked for, the first one is answered."""
    return agency.reading(without_parameters("page"))


@fault(breaks=[WALK], also=[KEEPS])
def total_counts_the_page(agency: Agency) -> Agency:
    """The total of the list of procedures counts the entries of the page only."""

    def bend(call: Call, value: Any) -> Any:
        return {**value, "total": len(value["items"])} if call.asks == LIST else value

    return agency.bending_values(bend)


@fault(breaks=[WALK])
def total_is_one_too_many(agency: Agency) -> Agency:
    """The total counts one entry that no page has, such as a deleted one."""

    def bend(call: Call, value: Any) -> Any:
        return {**value, "total": value["total"] + 1} if call.asks == LIST else value

    return agency.bending_values(bend)


@fault(breaks=[HONOURED], also=[INVALID])
def page_size_ignored(agency: Agency) -> Agency:
    """Whatever page size is asked for, the usual one is answered."""
    return agency.reading(without_parameters("size"))


@fault(breaks=[HONOURED], also=[WALK])
def pages_have_one_entry_more(agency: Agency) -> Agency:
    """Each page has one entry more than was asked for, the first of the next page."""

    class Generous(Listing):
        def cut(self, items: list[Any], page: int, size: int) -> list[Any]:
            return items[(page - 1) * size : page * size + 1]

    return agency.with_(listing=Generous())


@fault(breaks=[BOUNDED], also=[INVALID, SCHEMA])
def page_size_unbounded(agency: Agency) -> Agency:
    """Any page size is served, however large."""
    return agency.reading(_without_bound)


@fault(breaks=[BOUNDED])
def negative_page_size_means_everything(agency: Agency) -> Agency:
    """A page size of -1 answers the whole list, as the database understands it."""

    def read(call: Call) -> Call:
        if ("size", "-1") not in call.query:
            return call
        return _without_bound(with_parameters(size="1000")(call))

    return agency.reading(read)


@fault(breaks=[BOUNDED], also=[BREAKS])
def page_size_of_zero_breaks(agency: Agency) -> Agency:
    """A page size of 0 ends in a division by zero."""

    def bend(call: Call, made: Answer) -> Answer:
        return replace(made, status=500) if ("size", "0") in call.query else made

    return agency.bending_answers(bend)


@fault(breaks=[FILTERS], also=[INVALID])
def filter_ignored(agency: Agency) -> Agency:
    """A filter is accepted and has no effect."""
    return agency.reading(without_parameters("maLinhVuc", "trangThai"))


@fault(breaks=[FILTERS])
def filter_compares_the_beginning(agency: Agency) -> Agency:
    """A filter compares the first letters only: Hộ tịch is answered with Chứng thực."""

    class Shortened(Listing):
        def matches(self, held: Any, wanted: Any) -> bool:
            return str(held)[:3] == str(wanted)[:3]

    return agency.with_(listing=Shortened())


@fault(breaks=[FILTERS])
def filter_finds_nothing(agency: Agency) -> Agency:
    """A filter compares with a column that is never filled, so nothing is found."""

    class Empty(Listing):
        def matches(self, held: Any, wanted: Any) -> bool:
            return held is None and wanted is None

    return agency.with_(listing=Empty())


@fault(breaks=[SORTING])
def order_ignored(agency: Agency) -> Agency:
    """An order is accepted and has no effect."""
    return agency.reading(without_parameters("sort"))


@fault(breaks=[SORTING])
def numbers_sorted_as_text(agency: Agency) -> Agency:
    """Numbers are sorted as texts: 10000 stands before 2000."""

    class AsText(Listing):
        def sorted(self, items: list[Any], key: str, *, falling: bool) -> list[Any]:
            return sorted(items, key=lambda item: str(item[key]), reverse=falling)

    return agency.with_(listing=AsText())


@fault(breaks=[SORTING])
def descending_is_ascending(agency: Agency) -> Agency:
    """A descending order is answered in ascending order."""
    return agency.with_(listing=_Rising())


@fault(breaks=[SORTING])
def page_sorted_for_itself(agency: Agency) -> Agency:
    """The first entries are taken as they come, and only then sorted."""

    class Late(Listing):
        def sorted(self, items: list[Any], key: str, *, falling: bool) -> list[Any]:
            del key, falling
            return items

        def rearranged(self, shown: list[Any], order: str) -> list[Any]:
            falling = order.startswith("-")
            return sorted(shown, key=lambda i: i[order.removeprefix("-")], reverse=falling)

    return agency.with_(listing=Late())


@fault(breaks=[TOGETHER])
def second_filter_ignored(agency: Agency) -> Agency:
    """Of two filters only the first one has an effect: else-if where two ifs were meant."""

    class First(Listing):
        def told(self, listed: Listed) -> dict[str, Any]:
            given = [name for name in listed.filters if listed.values.get(name) is not None]
            kept = {name: listed.filters[name] for name in given[:1]}
            return super().told(replace(listed, filters=kept))

    return agency.with_(listing=First())


@fault(breaks=[TOGETHER])
def filters_are_alternatives(agency: Agency) -> Agency:
    """Two filters let through what passes one of them: or where and was meant."""

    class Either(Listing):
        def told(self, listed: Listed) -> dict[str, Any]:
            given = {n: at for n, at in listed.filters.items() if listed.values.get(n) is not None}
            kept = [
                item
                for item in listed.items
                if not given
                or any(self.matches(item[at], listed.values[n]) for n, at in given.items())
            ]
            return super().told(replace(listed, items=kept, filters={}))

    return agency.with_(listing=Either())


@fault(breaks=[KEEPS], also=[SORTING])
def sorting_loses_an_entry(agency: Agency) -> Agency:
    """Sorted lists come without their last entry: an inner join has nothing to join it with."""

    class Joined(Listing):
        def told(self, listed: Listed) -> dict[str, Any]:
            items = listed.items[:-1] if listed.values.get("sort") else listed.items
            return super().told(replace(listed, items=items))

    return agency.with_(listing=Joined())


@fault(breaks=[KEEPS], also=[SORTING])
def falling_order_repeats_an_entry(agency: Agency) -> Agency:
    """In descending order an entry comes twice: it is joined with two rows."""

    class Twice(Listing):
        def told(self, listed: Listed) -> dict[str, Any]:
            order = str(listed.values.get("sort") or "")
            items = [*listed.items, listed.items[0]] if order.startswith("-") else listed.items
            return super().told(replace(listed, items=items))

    return agency.with_(listing=Twice())


class _Rising(Listing):
    def sorted(self, items: list[Any], key: str, *, falling: bool) -> list[Any]:
        del falling
        return super().sorted(items, key, falling=False)


def _without_bound(call: Call) -> Call:
    """Return a call whose page size is not checked against a maximum."""
    if call.operation is None:
        return call
    parameters = tuple(
        replace(p, schema=without(p.schema, "maximum")) if p.name == "size" else p
        for p in call.operation.parameters
    )
    return replace(call, operation=replace(call.operation, parameters=parameters))


@fault(breaks=[SEARCH])
def search_by_bytes(agency: Agency) -> Agency:
    """A search compares code points, so that words in pieces are found nowhere."""

    def hook(call: Call, value: Any) -> Any:
        words = dict(call.query).get("tuKhoa", "")
        if call.asks != LIST or unicodedata.is_normalized("NFC", words):
            return value
        return {**value, "items": [], "total": 0}

    return agency.bending_values(hook)


@fault(breaks=[SEARCH])
def search_for_what_is_left(agency: Agency) -> Agency:
    """A search drops marks that stand alone and looks for the letters that are left."""

    def read(call: Call) -> Call:
        if call.asks != LIST:
            return call
        query = tuple(
            (name, "".join(sign for sign in value if not unicodedata.combining(sign)))
            if name == "tuKhoa"
            else (name, value)
            for name, value in call.query
        )
        return replace(call, query=query)

    return agency.reading(read)
