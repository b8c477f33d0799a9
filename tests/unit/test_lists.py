"""The laws of lists against servers that page in every way, and against some that do it wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from making import Reply, Seen, agency, answers, attempted, contract, demand, goal, planned, profile

from conformance.judge import Finding
from conformance.listing import EXTENSION
from conformance.verdict import Reason, Verdict

WALK = "lists.paging.a_walk_meets_every_entry_once"
BOUNDED = "lists.paging.page_size_is_bounded"
FILTERS = "lists.filtering.filters_are_obeyed"
SHARE = "measures.shares.shares_reach_their_threshold"
SORTING = "lists.sorting.sorting_is_obeyed"
ENTRIES = [{"id": n, "state": "ab"[n % 2], "n": (n * 7) % 9} for n in range(9)]
Query = dict[str, str]


def reply(members: dict[str, Any], *headers: tuple[str, str]) -> Reply:
    fields = (("Content-Type", "application/json"), *headers)
    return Reply(body=json.dumps(members).encode(), headers=fields)


def asked(seen: Seen) -> Query:
    return dict(parse_qsl(urlsplit(seen.path).query))


def judged(
    tmp_path: Path,
    check: str | dict[str, Any],
    declared: dict[str, Any],
    serve: Callable[[Query], Reply],
    **more: Any,
) -> Finding:
    names = ("page", "offset", "cursor", "size", "state", "sort")
    parameters = [{"name": n, "in": "query", "schema": {"type": "string"}} for n in names]
    declared = {"items": "/items", "id": "/id"} | declared
    made = contract({"/a": {"get": answers(parameters=parameters, **{EXTENSION: declared})}})
    with agency(lambda seen: serve(asked(seen))) as server:
        plan = planned(made, goal(server.base_url, **more), profile(demand("T-IOP-01", check)))
        _, (found,) = attempted(plan, tmp_path)
    return found


def size_of(query: Query) -> int:
    return int(query.get("size", "4"))


def by_page(query: Query) -> Reply:
    start = int(query.get("page", "0")) * size_of(query)
    return reply({"items": ENTRIES[start : start + size_of(query)], "total": len(ENTRIES)})


def by_offset(query: Query) -> Reply:
    # Whatever is asked for, at most three at once: the caller goes on by what was received.
    start = int(query.get("offset", "0"))
    return reply({"items": ENTRIES[start : start + min(3, size_of(query))]})


def by_cursor(query: Query) -> Reply:
    start = int(query.get("cursor", "0"))
    following = str(start + 2) if start + 2 < len(ENTRIES) else None
    return reply({"items": ENTRIES[start : start + 2], "next": following})


def by_link(query: Query) -> Reply:
    start = int(query.get("offset", "0"))
    if start + 2 >= len(ENTRIES):
        return reply({"items": ENTRIES[start:]})
    link = f'</>; rel="start", </a?offset={start + 2}>; title=x; rel="last next"'
    return reply({"items": ENTRIES[start : start + 2]}, ("Link", link))


def by_pointer(query: Query) -> Reply:
    start = int(query.get("offset", "0"))
    links = {"next": f"a?offset={start + 2}"} if start + 2 < len(ENTRIES) else {}
    return reply({"items": ENTRIES[start : start + 2], "links": links})


PAGES = {"page": "page", "start": 0, "size": "size", "total": "/total"}
CURSOR = {"cursor": {"parameter": "cursor", "next": "/next"}}
STYLES: list[tuple[dict[str, Any], Callable[[Query], Reply]]] = [
    (PAGES, by_page),
    ({"offset": "offset", "size": "size"}, by_offset),
    (CURSOR, by_cursor),
    ({"next": "Link"}, by_link),
    ({"next": "/links/next"}, by_pointer),
]


@pytest.mark.parametrize(("declared", "serve"), STYLES)
def test_a_sound_list_is_walked_in_every_style(
    tmp_path: Path, declared: dict[str, Any], serve: Callable[[Query], Reply]
) -> None:
    assert judged(tmp_path, WALK, declared, serve).verdict is Verdict.PASS


def circular(query: Query) -> Reply:
    start = int(query.get("cursor", "0"))
    return reply({"items": ENTRIES[start : start + 2], "next": str((start + 2) % 6)})


def doubled(query: Query) -> Reply:
    start = int(query.get("offset", "0"))
    links = {"next": f"/a?offset={start + 2}"} if start + 2 < len(ENTRIES) else {}
    return reply({"items": ENTRIES[start : start + 3], "links": links})


@pytest.mark.parametrize(
    ("declared", "serve"), [(CURSOR, circular), ({"next": "/links/next"}, doubled)]
)
def test_loops_and_repetitions_are_violations(
    tmp_path: Path, declared: dict[str, Any], serve: Callable[[Query], Reply]
) -> None:
    assert judged(tmp_path, WALK, declared, serve).verdict is Verdict.FAIL


def test_a_list_that_changes_is_not_blamed(tmp_path: Path) -> None:
    calls = []

    def serve(query: Query) -> Reply:
        calls.append(query)
        # Each answer tells another total, as when others write all the time.
        return reply({"items": by_page_items(query), "total": len(ENTRIES) + len(calls)})

    found = judged(tmp_path, WALK, PAGES, serve)
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.FLAKY)


def by_page_items(query: Query) -> list[Any]:
    start = int(query.get("page", "0")) * size_of(query)
    return ENTRIES[start : start + size_of(query)]


@pytest.mark.parametrize("entries", [[], ENTRIES[:1]])
def test_too_little_is_no_evidence(tmp_path: Path, entries: list[Any]) -> None:
    def serve(query: Query) -> Reply:
        first = query.get("page", "0") == "0"
        return reply({"items": entries if first else [], "total": len(entries)})

    found = judged(tmp_path, WALK, PAGES, serve)
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


def test_a_one_page_list_that_answers_any_page_is_not_blamed(tmp_path: Path) -> None:
    declared = {"page": "page", "start": 0}
    found = judged(tmp_path, WALK, declared, lambda _: reply({"items": ENTRIES}))
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


def test_a_share_counts_each_page_once(tmp_path: Path) -> None:
    """Five of nine have the property: were the last page counted twice, five of ten would."""

    def serve(query: Query) -> Reply:
        page = min(int(query.get("page", "0")), 2)
        entries = sorted(ENTRIES, key=lambda entry: str(entry["state"]))
        return reply({"items": entries[page * 4 : page * 4 + 4], "total": len(ENTRIES)})

    asked_for = {SHARE: {"least": 0.55, "key": "key", "has": ["state=a"]}}
    fields = {"key": "/items/*/id", "state": "/items/*/state"}
    assert judged(tmp_path, asked_for, PAGES, serve, fields=fields).verdict is Verdict.PASS


def test_a_list_too_long_to_walk_stays_open(tmp_path: Path) -> None:
    def serve(query: Query) -> Reply:
        start = int(query.get("cursor", "0"))
        return reply({"items": [{"id": start}], "next": str(start + 1)})

    found = judged(tmp_path, WALK, CURSOR, serve)
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


@pytest.mark.parametrize("declared", [{"items": "/entries"}, {"id": "/number"}])
def test_a_wrong_declaration_is_no_fault_of_the_target(
    tmp_path: Path, declared: dict[str, Any]
) -> None:
    found = judged(tmp_path, WALK, PAGES | declared, by_page)
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.NO_MAPPING)


def test_a_link_to_somewhere_else_is_not_followed(tmp_path: Path) -> None:
    def serve(_: Query) -> Reply:
        return reply({"items": ENTRIES[:2], "links": {"next": "http://127.0.0.2:9/a?offset=2"}})

    found = judged(tmp_path, WALK, {"next": "/links/next"}, serve)
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("total", "verdict"), [(9, Verdict.NOT_TESTED), (50, Verdict.PASS), (None, Verdict.NOT_TESTED)]
)
def test_a_bound_nobody_declares_shows_in_a_longer_list_only(
    tmp_path: Path, total: int | None, verdict: Verdict
) -> None:
    def serve(query: Query) -> Reply:
        if not query.get("size", "4").isdecimal():
            return Reply(status=400)
        return reply({"items": ENTRIES[: size_of(query)], "total": total})

    found = judged(tmp_path, BOUNDED, {"size": "size", "total": "/total"}, serve)
    assert found.verdict is verdict


def test_a_filter_needs_two_values_to_be_told_from_none(tmp_path: Path) -> None:
    same = [{"id": n, "state": "a"} for n in range(4)]
    found = judged(
        tmp_path, FILTERS, {"filters": {"state": "/state"}}, lambda _: reply({"items": same})
    )
    assert (found.verdict, found.reason) == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


@pytest.mark.parametrize(("match", "verdict"), [("prefix", Verdict.PASS), ("exact", Verdict.FAIL)])
def test_a_filter_is_held_to_what_it_is_declared_to_mean(
    tmp_path: Path, match: str, verdict: Verdict
) -> None:
    states = ["x", "xy", "z"]

    def serve(query: Query) -> Reply:
        wanted = query.get("state", "")
        items = [{"id": s, "state": s} for s in states if s.startswith(wanted)]
        return reply({"items": items})

    declared = {"filters": {"state": {"at": "/state", "match": match}}}
    assert judged(tmp_path, FILTERS, declared, serve).verdict is verdict


NAMES = ["an", "Ánh", "ban", "đá", "đê", "em"]


@pytest.mark.parametrize(
    ("collation", "verdict"),
    [("vi", Verdict.PASS), ("codepoint", Verdict.FAIL), (None, Verdict.NOT_TESTED)],
)
def test_texts_have_an_order_where_one_is_declared(
    tmp_path: Path, collation: str | None, verdict: Verdict
) -> None:
    def serve(query: Query) -> Reply:
        falling = query.get("sort", "").startswith("-")
        return reply({"items": [{"id": n, "name": n} for n in NAMES[:: -1 if falling else 1]]})

    at = {"at": "/name"} | ({"collation": collation} if collation else {})
    declared = {"sort": {"parameter": "sort", "keys": {"name": at}}}
    assert judged(tmp_path, SORTING, declared, serve).verdict is verdict


def test_entries_without_a_key_may_stand_anywhere(tmp_path: Path) -> None:
    def serve(query: Query) -> Reply:
        rising = [{"n": None}, {"n": 1}, {}, {"n": 2.5}, {"n": 10}, {"n": None}]
        return reply({"items": rising[:: -1 if query.get("sort") == "-n" else 1]})

    declared = {"sort": {"parameter": "sort", "keys": {"n": "/n"}}}
    assert judged(tmp_path, SORTING, declared, serve).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("total", "verdict", "reason"),
    [
        (len(ENTRIES), Verdict.NOT_TESTED, Reason.NO_MAPPING),
        (4, Verdict.NOT_APPLICABLE, None),
        (None, Verdict.NOT_APPLICABLE, None),
    ],
)
@pytest.mark.parametrize("check", [WALK, BOUNDED])
def test_a_list_that_shows_a_part_has_pages_whoever_declared_them(
    check: str, total: int | None, verdict: Verdict, reason: Reason | None, tmp_path: Path
) -> None:
    def serve(_: Query) -> Reply:
        return reply({"items": ENTRIES[:4], "total": total})

    found = judged(tmp_path, check, {"total": "/total"}, serve)
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("check", "declared", "key"),
    [
        (FILTERS, PAGES, "filters:"),
        (SORTING, PAGES, "sort:"),
        (WALK, {}, "page:"),
        (BOUNDED, {}, "size:"),
        (BOUNDED, CURSOR, "size:"),
    ],
)
def test_what_nobody_declared_is_not_said_to_be_wanting(
    tmp_path: Path, check: str, declared: dict[str, Any], key: str
) -> None:
    found = judged(tmp_path, check, declared, by_page)
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.because is not None
    assert "không khai báo" in found.because.vi
    assert "declares" in found.because.en
    for said in (found.because.vi, found.because.en):
        assert "`lists: {" in said
        assert key in said
        assert EXTENSION in said


def test_identifiers_are_told_apart_where_they_are_hidden(tmp_path: Path) -> None:
    entries = [{"id": 4_000_000_000 + n} for n in range(5)]

    def serve(query: Query) -> Reply:
        start = int(query.get("page", "0")) * 2
        return reply({"items": entries[start : start + 2]})

    found = judged(tmp_path, WALK, {"page": "page", "start": 0}, serve, data="real")
    assert found.verdict is Verdict.PASS
