"""Open data: who may read them, and whether they may be kept."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from making import Reply, Seen, agency, answers, attempted, contract, demand, goal, planned, profile

from conformance.verdict import Reason, Verdict

READ = "opendata.reading.any_origin_may_read"
KEPT = "opendata.reading.caches_may_keep_it"
SECURED: dict[str, Any] = {
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}}},
    "security": [{"key": []}],
}
PATHS = {"/data": {"get": answers(operationId="data")}}
JSON = ("Content-Type", "application/json")
OPEN = ("Access-Control-Allow-Origin", "*")


def found(check: str, reply: Reply, folder: Path, *, secured: bool = False, **more: Any) -> Any:
    def answer(seen: Seen) -> Reply:
        told = tuple((n, v.format(seen.header("Origin"))) for n, v in reply.headers)
        return Reply(reply.status, reply.body, told)

    with agency(answer) as server:
        made = contract(PATHS, **(SECURED if secured else {}))
        plan = planned(made, goal(server.base_url, **more), profile(demand("T-OPN-01", check)))
        if not plan.items:
            return None
        _, (finding,) = attempted(plan, folder)
        return finding.verdict, finding.reason


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (200, [OPEN], Verdict.PASS),
        (200, [("Access-Control-Allow-Origin", "{}")], Verdict.PASS),
        (200, [], Verdict.FAIL),
        (200, [("Access-Control-Allow-Origin", "https://portal.example")], Verdict.FAIL),
        # Two of them are none to a browser (Fetch, CORS check).
        (200, [OPEN, OPEN], Verdict.FAIL),
        (401, [OPEN], Verdict.FAIL),
        (403, [OPEN], Verdict.FAIL),
        (500, [OPEN], Verdict.NOT_TESTED),
        (404, [OPEN], Verdict.NOT_TESTED),
        (302, [OPEN], Verdict.NOT_TESTED),
    ],
)
def test_who_may_read(
    tmp_path: Path, status: int, headers: list[tuple[str, str]], verdict: Verdict
) -> None:
    reply = Reply(status, b"{}", (JSON, *headers))
    assert found(READ, reply, tmp_path)[0] == verdict


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ([("ETag", '"1"')], Verdict.PASS),
        ([("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")], Verdict.PASS),
        ([("Cache-Control", "public, Max-Age=60")], Verdict.PASS),
        ([("Cache-Control", "public"), ("Cache-Control", "s-maxage=60")], Verdict.PASS),
        (
            [
                ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("Expires", "Mon, 07 Nov 1994 08:49:37 GMT"),
            ],
            Verdict.PASS,
        ),
        ([], Verdict.FAIL),
        ([("Expires", "0")], Verdict.FAIL),
        ([("Cache-Control", "max-age=0")], Verdict.FAIL),
        ([("Cache-Control", "max-age=60"), ("Cache-Control", "No-Store")], Verdict.FAIL),
        ([("ETag", '"1"'), ("Cache-Control", "no-store")], Verdict.FAIL),
        ([("ETag", 'W/"1"')], Verdict.PASS),
        ([("ETag", "1")], Verdict.FAIL),
        ([("ETag", "1"), ("Cache-Control", "max-age=60")], Verdict.PASS),
        ([("Cache-Control", "private, max-age=60")], Verdict.FAIL),
        ([("Cache-Control", 'max-age=60, private="a, no-store"')], Verdict.PASS),
        ([("ETag", '"1"'), ("Vary", "Origin, *")], Verdict.FAIL),
        ([("ETag", '"1"'), ("Vary", "Origin")], Verdict.PASS),
    ],
)
def test_what_may_be_kept(tmp_path: Path, headers: list[tuple[str, str]], verdict: Verdict) -> None:
    assert found(KEPT, Reply(200, b"{}", (JSON, *headers)), tmp_path)[0] == verdict


@pytest.mark.parametrize(
    ("bodies", "more", "outcome"),
    [
        (["{}"], (), (Verdict.FAIL, None)),
        (["{}"], (("Cache-Control", "max-age=60"),), (Verdict.PASS, None)),
        ([f'{{"n": {n}}}' for n in range(9)], (), (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)),
    ],
    ids=["same content", "with a life", "other content"],
)
def test_a_version_that_is_always_new_is_none(
    bodies: list[str], more: tuple[tuple[str, str], ...], outcome: Any, tmp_path: Path
) -> None:
    asked = count()

    def answer(_: Seen) -> Reply:
        number = next(asked)
        body = bodies[number % len(bodies)].encode()
        return Reply(200, body, (JSON, ("ETag", f'"{number}"'), *more))

    with agency(answer) as server:
        wanted = profile(demand("T-OPN-01", KEPT))
        plan = planned(contract(PATHS), goal(server.base_url), wanted)
        _, (finding,) = attempted(plan, tmp_path)
    assert (finding.verdict, finding.reason) == outcome


@pytest.mark.parametrize("check", [READ, KEPT])
def test_what_is_not_open_owes_nothing(tmp_path: Path, check: str) -> None:
    reply = Reply(200, b"{}", (JSON,))
    key = {"api_key": {"in": "header", "name": "K", "value": "demo:a-key-of-a-reader"}}
    closed = {"secured": True, "identities": {"reader": key}}
    assert found(check, reply, tmp_path / "a", **closed)[0] == Verdict.NOT_APPLICABLE
    # What the target file calls public is open, whatever the contract says of keys.
    said = {**closed, "operations": {"public": ["data"]}}
    assert found(check, reply, tmp_path / "b", **said) == (Verdict.FAIL, None)
    # Where the target file names what is public, nothing else is open data.
    others = {"operations": {"public": []}}
    assert found(check, reply, tmp_path / "c", **others)[0] == Verdict.NOT_APPLICABLE


def test_a_baseline_without_data_proves_nothing(tmp_path: Path) -> None:
    reply = Reply(404, b"{}", (JSON,))
    assert found(KEPT, reply, tmp_path) == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


def test_a_version_that_was_told_once_is_not_taken_for_kept(tmp_path: Path) -> None:
    calls = count()

    def answer(_: Seen) -> Reply:
        # The baseline has it; whoever asks again is refused, and so has not seen it again.
        return Reply(404) if next(calls) else Reply(200, b"{}", (JSON, ("ETag", '"1"')))

    with agency(answer) as server:
        plan = planned(contract(PATHS), goal(server.base_url), profile(demand("T-OPN-01", KEPT)))
        _, (finding,) = attempted(plan, tmp_path)
    assert finding.verdict == Verdict.NOT_TESTED
