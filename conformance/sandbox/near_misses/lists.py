"""Lists that are told in other legal ways."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, with_parameters, without
from conformance.sandbox.listing import Listing
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

WALK = "lists.paging.a_walk_meets_every_entry_once"
HONOURED = "lists.paging.page_size_is_honoured"
BOUNDED = "lists.paging.page_size_is_bounded"
FILTERS = "lists.filtering.filters_are_obeyed"
SEARCH = "lists.searching.composition_does_not_matter"
SORTING = "lists.sorting.sorting_is_obeyed"
TOGETHER = "lists.filtering.filters_hold_together"
KEEPS = "lists.sorting.sorting_keeps_every_entry"


@near_miss(spares=[BOUNDED, HONOURED])
def page_size_clamped(agency: Agency) -> Agency:
    """A page size that is too large is answered with the largest page (OWASP API4:2023)."""

    def read(call: Call) -> Call:
        too_large = call.asks == LIST and ("size", "1000000") in call.query
        return with_parameters(size="20")(call) if too_large else call

    return agency.reading(read)


@near_miss(spares=[BOUNDED])
def absurd_page_size_means_the_usual(agency: Agency) -> Agency:
    """A page size that is no positive number is taken for the usual one (OWASP API4:2023)."""

    def read(call: Call) -> Call:
        absurd = any(pair in call.query for pair in (("size", "0"), ("size", "-1")))
        return with_parameters(size="3")(call) if absurd else call

    return agency.reading(read)


@near_miss(spares=[WALK, HONOURED, FILTERS])
def total_not_told(agency: Agency) -> Agency:
    """No total is told, nor promised: counting is dear (OpenAPI, Schema Object)."""

    def bend(call: Call, value: Any) -> Any:
        return without(value, "total") if call.asks == LIST else value

    return _promising(agency, _forget_total).bending_values(bend)


@near_miss(spares=[WALK])
def pages_are_linked(agency: Agency) -> Agency:
    """The next page is named by a link in each answer (RFC 8288, 3.3)."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != LIST or made.status != 200:
            return made
        asked = dict(call.query)
        page, size = int(asked.get("page", 1)), int(asked.get("size", 20))
        if page * size >= _PROCEDURES:
            return made
        there = urlencode({**asked, "page": page + 1, "size": size})
        link = f'<{call.base}/procedures?{there}>; rel="next", <{call.base}/>; rel="start"'
        return made.plus(("Link", link))

    def declare(document: dict[str, Any]) -> None:
        declared = document["paths"]["/procedures"]["get"]["x-vnda-list"]
        del declared["page"]
        declared["next"] = "Link"

    return _promising(agency, declare).bending_answers(bend)


@near_miss(spares=[WALK])
def page_behind_the_last_is_the_last(agency: Agency) -> Agency:
    """A page behind the last one is the last one again (OpenAPI, Parameter Object)."""

    class Clamping(Listing):
        def cut(self, items: list[Any], page: int, size: int) -> list[Any]:
            last = max(1, -(-len(items) // size))
            return super().cut(items, min(page, last), size)

    return agency.with_(listing=Clamping())


@near_miss(spares=[WALK])
def page_behind_the_last_is_not_found(agency: Agency) -> Agency:
    """Who asks for a page behind the last one is told that there is none (RFC 9110, 15.5.5)."""

    def bend(call: Call, made: Answer) -> Answer:
        behind = call.asks == LIST and dict(call.query).get("page", "1") != "1"
        if not behind or made.status != 200 or b'"items": []' not in made.body:
            return made
        body = b'{"type": "about:blank", "title": "Not Found", "status": 404}'
        return replace(made, status=404).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


@near_miss(spares=[FILTERS, TOGETHER])
def filter_without_case(agency: Agency) -> Agency:
    """A filter takes capitals and small letters alike, and says so (OpenAPI, Parameter Object)."""

    class WithoutCase(Listing):
        def matches(self, held: Any, wanted: Any) -> bool:
            return str(held).casefold() == str(wanted).casefold()

    def declare(document: dict[str, Any]) -> None:
        declared = document["paths"]["/procedures"]["get"]["x-vnda-list"]
        declared["filters"] = {"maLinhVuc": {"at": "/maLinhVuc", "match": "ignore-case"}}

    return _promising(agency, declare).with_(listing=WithoutCase())


@near_miss(spares=[SORTING, KEEPS])
def equals_come_in_another_order(agency: Agency) -> Agency:
    """Entries of equal rank change places with the direction; no order binds them."""

    class Turned(Listing):
        def sorted(self, items: list[Any], key: str, *, falling: bool) -> list[Any]:
            rising = super().sorted(items, key, falling=False)
            return rising[::-1] if falling else rising

    return agency.with_(listing=Turned())


_PROCEDURES = 24


def _promising(agency: Agency, change: Callable[[dict[str, Any]], None]) -> Agency:
    """Return an agency with a changed contract; what it does stays the same."""
    document = deepcopy(dict(agency.contract.document))
    change(document)
    return agency.with_(contract=replace(agency.contract, document=document))


def _forget_total(document: dict[str, Any]) -> None:
    del document["paths"]["/procedures"]["get"]["x-vnda-list"]["total"]
    schema = document["components"]["schemas"]["ProcedurePage"]
    schema["required"].remove("total")
    del schema["properties"]["total"]


@near_miss(spares=[SEARCH])
def search_without_marks(agency: Agency) -> Agency:
    """Everything whose letters fit is found, whatever their marks: more, and alike (UAX 15)."""

    def read(call: Call) -> Call:
        if call.asks != LIST:
            return call
        query = tuple((n, "h" if n == "tuKhoa" else v) for n, v in call.query)
        return replace(call, query=query)

    return agency.reading(read)
