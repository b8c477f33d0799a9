"""Manners of the live door, as servers see them: pace, pauses, outages, and the stop file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from loopback import CONTRACT, TARGET, Seen, recording
from making import exchange

from conformance import plan as plans
from conformance import target
from conformance.collected import Evidence
from conformance.contract import Contract
from conformance.door import breaker
from conformance.door.live import LiveDoor
from conformance.evidence import Exchange
from conformance.generation.depth import DEPTHS
from conformance.identities.credentials import Credentials
from conformance.judge import ReplayDoor
from conformance.plan import Options
from conformance.privacy.redaction import Redactor
from conformance.probe import Probe
from conformance.probe.obstacles import seconds_told
from conformance.probe.questions import Case, Handshake, Question
from conformance.verdict import NotTested, Reason

CASE = Case("target", "a test")
PAGE = {"Content-Type": "text/html"}
Reply = tuple[int, dict[str, str], bytes]
Opened = Callable[..., tuple[LiveDoor, list[Exchange]]]

WRITING = {
    "environment": "sandbox",
    "allow": ["read", "write"],
    "authorisation": {"reference": "No. 1", "by": "The owner"},
}


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open a door to a base URL, with a pace of its own; it is closed in the end."""
    with ExitStack() as stack:

        def open_door(
            base_url: str, more: dict[str, Any] | None = None, **pace: Any
        ) -> tuple[LiveDoor, list[Exchange]]:
            quick = {"requests_per_second": 1000, "failures": 4, "pause_seconds": 0.2}
            goal = target.of(
                {**TARGET, **(more or {}), "base_url": base_url, "pace": {**quick, **pace}},
                place="target.yaml",
            )
            options = Options(date(2026, 11, 21), 1, depth=DEPTHS["quick"])
            scene = plans.make([], goal, Contract(CONTRACT, "contract.json"), options).scene
            kept: list[Exchange] = []
            redactor = Redactor({}, key=b"k" * 32, synthetic=True)
            door = LiveDoor(scene, Credentials(goal), redactor, kept.append)
            stack.callback(door.close)
            return door, kept

        yield open_door


def get(base_url: str, path: str = "/things", **more: Any) -> Question:
    return Question("GET", base_url + path, **more)


class Nothing:
    """No shared answers: each question of these tests is its own."""

    def baseline(self, operation: Any) -> Exchange:
        raise AssertionError(operation)


def probe(door: Any, scene: Any, name: str = "a test") -> Probe:
    return Probe(scene, Case("target", name), door, Nothing())  # type: ignore[arg-type]  # the one method asked for


def outcome_of(door: LiveDoor, question: Question, name: str = "a test") -> NotTested:
    """Return why a question was not decided; a probe asks it."""
    with pytest.raises(NotTested) as outcome:
        probe(door, door._scene, name).send(question)
    return outcome.value


def gaps(seen: list[Seen]) -> list[float]:
    return [b.at - a.at for a, b in pairwise(seen)]


def ok(_: Seen) -> Reply:
    return 200, {"Content-Type": "application/json"}, b"{}"


def last(_: Seen) -> Reply:
    """Answer, and leave no connection open that would outlive the server."""
    return 200, {"Connection": "close"}, b"{}"


# --- pace -----------------------------------------------------------------------------------------


def test_log_ins_and_questions_keep_the_pace_together(opened: Opened) -> None:
    def api(seen: Seen) -> Reply:
        if seen.path == "/token":
            return 200, {}, json.dumps({"access_token": f"t{time.monotonic()}"}).encode()
        return ok(seen)

    identity = {
        "oauth2": {
            "token_url": "/token",
            "grant": "client_credentials",
            "client_id": "c",
            "client_secret": "demo:secret",
        }
    }
    with recording(api) as server:
        who = {"identities": {"citizen_a": identity, "citizen_b": identity}}
        door, _ = opened(server.base_url, who, requests_per_second=20)
        for name in ("citizen_a", "citizen_b", None, "citizen_a"):
            door.ask(get(server.base_url, identity=name), CASE)
    assert [seen.path for seen in server.seen].count("/token") == 2
    assert len(server.seen) == 6
    assert min(gaps(server.seen)) >= 1 / 20 * 0.8


def test_repetitions_and_controls_keep_the_pace(opened: Opened) -> None:
    flaky = iter([200, 502, 502, 200, 200, 502, 429, 200])

    def api(_: Seen) -> Reply:
        return next(flaky), {"Retry-After": "0"}, b"{}"

    with recording(api) as server:
        door, _ = opened(server.base_url, requests_per_second=20)
        door.ask(get(server.base_url), CASE)
        door.ask(get(server.base_url, "/things/7"), CASE)
        probe(door, door._scene).send(get(server.base_url, "/search"))
    assert len(server.seen) == 8
    assert min(gaps(server.seen)) >= 1 / 20 * 0.8


def test_handshakes_take_turns_too(opened: Opened) -> None:
    door, _ = opened("https://127.0.0.1:9", requests_per_second=20)
    start = time.monotonic()
    for _ in range(4):
        door.shake(Handshake(), CASE)
    assert time.monotonic() - start >= 3 / 20 * 0.9
    assert door.sent == 4


# --- who asks us to wait --------------------------------------------------------------------------

AT = "2026-11-21T00:00:00.000Z"


@pytest.mark.parametrize(
    ("told", "clock", "seconds"),
    [
        ("17", "", 17),
        ("Sat, 21 Nov 2026 00:00:30 GMT", "", 30),
        # The target's own clock counts: it is four minutes ahead of ours.
        ("Sat, 21 Nov 2026 00:04:30 GMT", "Sat, 21 Nov 2026 00:04:00 GMT", 30),
        ("Saturday, 21-Nov-26 00:00:30 GMT", "", 30),
        ("Fri, 20 Nov 2026 00:00:00 GMT", "", 0),
        ("30 s", "", None),
        ("-1", "", None),
        ("", "", None),
    ],
)
def test_how_long_to_wait_is_read(told: str, clock: str, seconds: float | None) -> None:
    fields = (("Retry-After", told), ("Date", clock))
    answer = exchange(status=429, headers=tuple(field for field in fields if field[1]))
    assert answer.at == AT
    assert seconds_told(answer) == seconds


def test_the_pause_is_the_runs(opened: Opened) -> None:
    """Whoever is told to wait holds back everybody, also those who ask something else."""

    def api(seen: Seen) -> Reply:
        return (429, {"Retry-After": "1"}, b"") if len(server.seen) == 1 else ok(seen)

    with recording(api) as server:
        door, _ = opened(server.base_url)
        assert door.ask(get(server.base_url), CASE).status == 429
        door.ask(get(server.base_url, "/search"), Case("target", "another"))
    assert gaps(server.seen)[0] >= 0.95


def test_who_does_not_say_how_long_is_asked_ever_more_rarely(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "_FIRST_PAUSE", 0.1)
    with recording(lambda _: (429, {}, b"")) as server:
        door, _ = opened(server.base_url)
        assert outcome_of(door, get(server.base_url)).reason is Reason.THROTTLED
    first, second = gaps(server.seen)
    assert first >= 0.095
    assert second >= 0.19


def test_a_pause_beyond_the_end_of_the_run_ends_it(opened: Opened) -> None:
    with recording(lambda _: (429, {"Retry-After": "7200"}, b"")) as server:
        door, kept = opened(server.base_url)
        start = time.monotonic()
        first = outcome_of(door, get(server.base_url))
        second = outcome_of(door, get(server.base_url, "/search"))
        assert time.monotonic() - start < 2
    assert (first.reason, second.reason) == (Reason.THROTTLED, Reason.THROTTLED)
    assert "7200" in second.because.vi
    assert "7200" in second.because.en
    assert len(server.seen) == 1
    assert kept[-1].facts["unsent"] == "throttled"


def test_who_throttles_everything_is_left_alone(opened: Opened) -> None:
    with recording(lambda _: (503, {"Retry-After": "0"}, b"")) as server:
        door, _ = opened(server.base_url)
        outcomes = [outcome_of(door, get(server.base_url, f"/{n}"), str(n)) for n in range(20)]
    assert {outcome.reason for outcome in outcomes} == {Reason.THROTTLED}
    assert len(server.seen) == 9
    assert "since" in outcomes[-1].because.en


def test_a_log_in_that_is_put_off_is_repeated(opened: Opened) -> None:
    def api(seen: Seen) -> Reply:
        if seen.path != "/login":
            return ok(seen)
        if len(server.seen) == 1:
            return 429, {"Retry-After": "0"}, b""
        return 200, {}, b'{"token": "issued-token"}'

    login = {"path": "/login", "body": {"user": "an"}, "take": {"member": "/token"}}
    login["put"] = {"header": "Authorization"}
    with recording(api) as server:
        who = {"identities": {"citizen_a": {"login": login}}}
        door, _ = opened(server.base_url, {**who, "examples": {}})
        assert door.ask(get(server.base_url, identity="citizen_a"), CASE).status == 200
    assert [seen.path for seen in server.seen] == ["/login", "/login", "/things"]


# --- who is away ----------------------------------------------------------------------------------


def test_a_server_that_dies_is_given_up_after_one_trial(opened: Opened) -> None:
    with recording(last) as server:
        door, kept = opened(server.base_url)
        door.ask(get(server.base_url), CASE)
    start = time.monotonic()
    outcomes = [outcome_of(door, get(server.base_url, f"/{n}"), str(n)) for n in range(30)]
    took = time.monotonic() - start
    assert 0.2 <= took < 3
    assert {outcome.reason for outcome in outcomes} == {Reason.UNREACHABLE}
    tried = [e for e in kept if e.error and "unsent" not in e.facts]
    # One question and its controls until four failed; after the pause, one trial.
    assert len(tried) == 4 + 1
    assert min(e.at for e in tried) in outcomes[-1].because.vi
    assert "refused" in outcomes[-1].because.en
    again = Probe(door._scene, Case("target", "29"), replay(door, kept), Nothing())  # type: ignore[arg-type]  # the one method asked for
    with pytest.raises(NotTested) as replayed:
        again.send(get(server.base_url, "/29"))
    assert (replayed.value.reason, replayed.value.because) == (
        outcomes[-1].reason,
        outcomes[-1].because,
    )


def replay(door: LiveDoor, kept: list[Exchange]) -> ReplayDoor:
    read = [Exchange.of(json.loads(json.dumps(e.as_json()))) for e in kept]
    return ReplayDoor(Evidence(read), door._guard)


def test_an_outage_that_ends_costs_no_answer(opened: Opened) -> None:
    back = [0.0]

    def api(seen: Seen) -> Reply:
        if len(server.seen) == 2:
            back[0] = time.monotonic() + 0.15
        away = time.monotonic() < back[0]
        return (502, PAGE, b"<h1>Bad Gateway</h1>") if away else ok(seen)

    with recording(api) as server:
        door, kept = opened(server.base_url)
        door.ask(get(server.base_url), CASE)
        answer = probe(door, door._scene, "next").send(get(server.base_url, "/search"))
    assert answer.status == 200
    assert "away" not in answer.facts
    assert all(e.facts.get("housekeeping") for e in kept if e.status == 502)


@pytest.mark.parametrize("alive", [2, 3])
def test_one_dead_server_behind_a_balancer_breaks_nothing(opened: Opened, alive: int) -> None:
    """A balancer sends every other, or every third, request to a server that is gone."""

    def api(seen: Seen) -> Reply:
        dead = len(server.seen) % alive == 0
        return (502, PAGE, b"<h1>Bad Gateway</h1>") if dead else ok(seen)

    with recording(api) as server:
        door, kept = opened(server.base_url)
        for n in range(30):
            door.ask(get(server.base_url, f"/things/{n}"), Case("target", str(n)))
    believed = [e for e in kept if e.status == 502 and not e.facts.get("housekeeping")]
    assert all(e.facts.get("away") for e in believed)
    assert door.halt is None


def test_one_request_that_always_breaks_is_believed(opened: Opened) -> None:
    def api(seen: Seen) -> Reply:
        return (502, PAGE, b"<h1>Bad Gateway</h1>") if seen.path == "/things/7" else ok(seen)

    with recording(api) as server:
        door, _ = opened(server.base_url)
        door.ask(get(server.base_url), CASE)
        answer = probe(door, door._scene).send(get(server.base_url, "/things/7"))
    assert answer.status == 502
    assert "away" not in answer.facts
    # Three times the question, and one, then two controls.
    assert len(server.seen) == 1 + 3 + 3


def test_a_500_needs_no_control(opened: Opened) -> None:
    with recording(lambda _: (500, PAGE, b"")) as server:
        door, _ = opened(server.base_url)
        assert probe(door, door._scene).send(get(server.base_url)).status == 500
    assert len(server.seen) == 1


def test_what_was_answered_well_before_did_not_break_by_itself(opened: Opened) -> None:
    def api(seen: Seen) -> Reply:
        gone = seen.path == "/things" and len(server.seen) > 2
        return (504, PAGE, b"") if gone else ok(seen)

    with recording(api) as server:
        door, _ = opened(server.base_url)
        for path in ("/things", "/search"):
            door.ask(get(server.base_url, path), CASE)
        outcome = outcome_of(door, get(server.base_url))
    assert outcome.reason is Reason.UNREACHABLE
    assert "504" in outcome.because.vi


@pytest.mark.parametrize(
    ("media_type", "believed"), [("text/html", False), ("application/problem+json", True)]
)
def test_a_write_is_never_repeated_and_believed_only_in_the_apis_words(
    opened: Opened, media_type: str, *, believed: bool
) -> None:
    def api(seen: Seen) -> Reply:
        return (503, {"Content-Type": media_type}, b"{}") if seen.method == "POST" else ok(seen)

    with recording(api) as server:
        door, _ = opened(server.base_url, WRITING)
        door.ask(get(server.base_url), CASE)
        answer = door.ask(Question("POST", f"{server.base_url}/things"), CASE)
    assert ("away" not in answer.facts) is believed
    assert [seen.method for seen in server.seen] == ["GET", "POST", "GET", "GET", "GET"]


def test_silence_over_plain_http_is_no_answer_of_a_dead_host(opened: Opened) -> None:
    with recording(last) as server:
        door, _ = opened(server.base_url)
        door.ask(get(server.base_url), CASE)
    silent = door.ask(get(server.base_url, "/plain", wellformed=False), CASE)
    assert silent.facts.get("away") or "unsent" in silent.facts


# --- the stop file --------------------------------------------------------------------------------


def test_the_stop_file_ends_the_asking(opened: Opened, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    with recording(ok) as server:
        door, kept = opened(server.base_url, stop_file=str(stop))
        assert door.ask(get(server.base_url), CASE).status == 200
        stop.touch()
        outcome = outcome_of(door, get(server.base_url))
        door.shake(Handshake(), CASE)
        stop.unlink()
        # Stopped is stopped: half a run of two days is no run.
        outcome_of(door, get(server.base_url))
    assert outcome.reason is Reason.STOPPED
    assert len(server.seen) == 1
    assert [e.facts.get("unsent") for e in kept] == [None, "stopped", "stopped", "stopped"]
    assert str(tmp_path) not in json.dumps([e.as_json() for e in kept])


def test_the_stop_file_is_noticed_during_a_pause(opened: Opened, tmp_path: Path) -> None:
    stop = tmp_path / "stop"

    def api(_: Seen) -> Reply:
        stop.touch()
        return 429, {"Retry-After": "60"}, b""

    with recording(api) as server:
        door, _ = opened(server.base_url, stop_file=str(stop))
        start = time.monotonic()
        assert outcome_of(door, get(server.base_url)).reason is Reason.STOPPED
        assert time.monotonic() - start < 2
