"""What is declared of a list, and what is said where nothing is."""

from typing import Any

import pytest
from making import answers, contract, demand, goal, planned, profile

from conformance import engine, listing
from conformance.errors import ContractError, TargetError
from conformance.listing import Cursor, Filter, Key, Listing, Sort
from conformance.plan import TARGET_UNIT
from conformance.verdict import Reason, Verdict

WALK = "lists.paging.a_walk_meets_every_entry_once"
PARAMETERS = ["page", "size", "state", "sort", "order", "cursor"]
DECLARED = {"items": "/items", "id": "/id", "page": "page", "size": "size"}


def read(**more: Any) -> Listing:
    return listing.of({"items": "/items"} | more, PARAMETERS, place="x", error=ContractError)


def test_a_declaration_is_read() -> None:
    found = read(
        id="/id",
        total="/total",
        cursor={"parameter": "cursor", "next": "/next"},
        filters={"state": {"at": "/state", "match": "prefix"}},
        sort={
            "parameter": "sort",
            "keys": {"day": "/day", "name": {"at": "/n", "collation": "vi"}},
        },
    )
    assert found.cursor == Cursor("cursor", "/next")
    assert found.filters == (Filter("state", "/state", "prefix"),)
    assert found.sort is not None
    assert found.sort.keys == (Key("day", "/day"), Key("name", "/n", "vi"))
    assert found.paged
    assert not read().paged


@pytest.mark.parametrize(
    ("more", "rising", "falling"),
    [
        ({}, {"sort": "day"}, {"sort": "-day"}),
        ({"ascending": "{key},asc"}, {"sort": "day,asc"}, {"sort": "-day"}),
        ({"direction": "order"}, {"sort": "day", "order": "asc"}, {"sort": "day", "order": "desc"}),
    ],
)
def test_an_order_is_asked_for_as_declared(
    more: dict[str, str], rising: dict[str, str], falling: dict[str, str]
) -> None:
    sort = read(sort={"parameter": "sort", "keys": {"day": "/day"}, **more}).sort
    assert isinstance(sort, Sort)
    assert sort.asking(sort.keys[0], descending=False) == rising
    assert sort.asking(sort.keys[0], descending=True) == falling


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"items": "items"}, "items"),
        ({"id": "id"}, "id"),
        ({"colour": "red"}, "colour"),
        ({"start": 2}, "start"),
        ({"page": "page", "offset": "cursor"}, "page, offset"),
        ({"page": "pge"}, "page"),
        ({"filters": {"stat": "/state"}}, "state"),
        ({"filters": {"state": {"at": "/state", "match": "like"}}}, "match"),
        ({"sort": {"parameter": "sort", "keys": {}}}, "keys"),
    ],
)
def test_a_slip_is_refused_and_named(more: dict[str, Any], told: str) -> None:
    with pytest.raises(ContractError) as refused:
        read(**more)
    said = f"{refused.value.place} {refused.value.what.en} {refused.value.mend}"
    assert told in said


@pytest.mark.parametrize(
    ("pointer", "found"),
    [("", {"a": [1, {"b/c": 2}]}), ("/a/0", 1), ("/a/1/b~1c", 2), ("/a/7", None), ("/x/y", None)],
)
def test_a_pointer_leads_somewhere_or_nowhere(pointer: str, found: object) -> None:
    assert listing.at({"a": [1, {"b/c": 2}]}, pointer) == found


def queries(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]


def a_list(**more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"items": {"type": "array"}, "n": {}}}
    return {"get": answers(schema, operationId="a", parameters=queries("page", "size"), **more)}


ASKED = profile(demand("T-IOP-01", WALK))


def test_a_declared_list_is_asked() -> None:
    made = contract({"/a": a_list(**{listing.EXTENSION: DECLARED}), "/b": {"get": answers()}})
    (item,) = planned(made, goal(), ASKED).items
    assert (item.unit, item.asked[0].preset) == ("GET /a", None)


def test_head_is_no_list_whatever_was_copied_to_it() -> None:
    """HEAD has no content (RFC 9110, section 9.3.2)."""
    declared = {listing.EXTENSION: DECLARED}
    made = contract({"/a": a_list(**declared) | {"head": a_list(**declared)["get"]}})
    assert [item.unit for item in planned(made, goal(), ASKED).items] == ["GET /a"]


def test_what_the_target_file_says_wins() -> None:
    made = contract({"/a": a_list(**{listing.EXTENSION: DECLARED})})
    wanted = goal(lists={"a": {"items": "/items", "id": "/number"}})
    (operation,) = planned(made, wanted, ASKED).scene.operations
    assert operation.listing == Listing("/items", id="/number")


def test_an_undeclared_list_stays_open_and_the_line_is_told() -> None:
    (item,) = planned(contract({"/a": a_list()}), goal(), ASKED).items
    preset = item.asked[0].preset
    assert item.unit == TARGET_UNIT
    assert preset is not None
    assert (preset.verdict, preset.reason) == (Verdict.NOT_TESTED, Reason.NO_MAPPING)
    assert "lists: {a:" in preset.because.en


@pytest.mark.parametrize("lists", [{}, None])
def test_where_there_is_no_list_nothing_is_asked(lists: dict[str, Any] | None) -> None:
    """Either nothing looks like a list, or the owner says that nothing is one."""
    path = a_list() if lists is not None else {"get": answers({"type": "object"})}
    more = {"lists": lists} if lists is not None else {}
    (item,) = planned(contract({"/a": path}), goal(**more), ASKED).items
    assert item.preset is not None
    assert item.preset.verdict is Verdict.NOT_APPLICABLE


def test_an_array_looks_like_a_list_and_two_arrays_do_not() -> None:
    two = {"type": "object", "properties": {"a": {"type": "array"}, "b": {"type": "array"}}}
    made = contract({"/a": {"get": answers({"type": "array"})}, "/b": {"get": answers(two)}})
    assert [made.looks_like_a_list(o) for o in made.operations] == [True, False]


def test_a_slip_in_the_target_file_is_placed_there() -> None:
    with pytest.raises(TargetError, match="pge"):
        planned(contract({"/a": a_list()}), goal(lists={"a": DECLARED | {"page": "pge"}}), ASKED)
    with pytest.raises(TargetError, match="listA"):
        engine.preparing.known_operations(
            goal(lists={"listA": DECLARED}), contract({"/a": a_list()})
        )
