"""The self-test proves itself: what it says of faults, spared faults and near-misses is true."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from processes import Done

from conformance import check as checks
from conformance import sandboxes, selftest
from conformance.errors import UsageError
from conformance.sandboxes import Serving
from conformance.selftest import Outcome
from conformance.text import Text
from conformance.verdict import Violation

pytestmark = pytest.mark.slow

SYSTEM = "procedure-system"
Say = Callable[..., Done]
FAULTS = (
    "status_not_repeated",
    "head_followed_by_stray_bytes",
    "hsts_missing",
    "any_token_accepted",
    "dates_as_times",
)
NEAR_MISSES = ("nosniff_in_capitals", "hsts_quoted", "unknown_paths_are_gone")


@pytest.fixture(autouse=True)
def one_sandbox(agency: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every self-test here share the sandbox of the session."""

    @contextmanager
    def serving(system: str, *arguments: str) -> Iterator[Serving]:
        assert (system, arguments) == (SYSTEM, ("--all",))
        yield agency

    monkeypatch.setattr(sandboxes, "serving", serving)


def listed(monkeypatch: pytest.MonkeyPatch, name: str, **changes: Any) -> None:
    """Let the sandbox declare something else of one variation."""
    known = selftest.known_variations()
    changed = tuple({**v, **changes} if v["id"] == name else v for v in known)
    monkeypatch.setattr(selftest, "known_variations", lambda: changed)


def asking(monkeypatch: pytest.MonkeyPatch, check_id: str, ask: Callable[..., None]) -> None:
    """Let a check ask something else than what it is there for, in this very process."""

    def threads(jobs: int, **_: Any) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(jobs)

    monkeypatch.setattr(selftest, "ProcessPoolExecutor", threads)
    known: Mapping[str, Any] = checks.every()
    changed = {**known, check_id: replace(known[check_id], ask=ask)}
    monkeypatch.setattr(checks, "every", lambda: changed)


def nothing(*_: Any, **__: Any) -> None:
    """Find everything in order."""


def test_faults_of_every_kind_are_killed() -> None:
    done: list[str] = []
    outcome = selftest.run(SYSTEM, "kill", only=FAULTS, progress=done.append)
    assert (outcome.faults, outcome.killed, outcome.survived) == (5, 5, [])
    assert outcome.succeeded
    assert sorted(done) == sorted(FAULTS)
    assert {"BASE-IOP-01", "BASE-IOP-02", "BASE-AUT-02", "BASE-SEC-05"} <= outcome.proven
    assert len(outcome.proven) < outcome.requirements


def test_a_layer_is_proved_on_the_first_system() -> None:
    assert "open-data" in selftest.systems()
    outcome = selftest.run("open-data", "spare", only=("open_data_for_a_key",))
    assert (outcome.faults, outcome.killed) == (1, 1)
    assert outcome.succeeded
    # Its variations are none of the system's own.
    with pytest.raises(UsageError):
        selftest.run(SYSTEM, "kill", only=("open_data_for_a_key",))


def test_what_a_broken_check_spares_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch, "http.errors.problem_details", nothing)
    outcome = selftest.run(SYSTEM, "kill", only=("error_is_a_page", "nosniff_missing"))
    assert outcome.survived == ["error_is_a_page"]
    assert outcome.killed == 1
    assert not outcome.succeeded


def test_one_of_two_broken_checks_is_enough_to_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch, "http.errors.status_is_repeated", nothing)
    outcome = selftest.run(SYSTEM, "kill", only=("status_not_repeated",))
    assert outcome.survived == ["status_not_repeated"]


def test_a_check_that_breaks_down_kills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    asking(monkeypatch, "headers.sniffing.sniffing_is_refused", broken)
    outcome = selftest.run(SYSTEM, "kill", only=("nosniff_missing",))
    assert outcome.survived == ["nosniff_missing"]


def test_a_control_that_fails_beside_a_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def always(*_: Any, **__: Any) -> None:
        raise Violation(Text(vi="điều khác", en="something else"), Text(vi="thế", en="this"))

    asking(monkeypatch, "http.errors.problem_details", always)  # BASE-IOP-01 is a control
    outcome = selftest.run(SYSTEM, "kill", only=("nosniff_missing",))
    assert outcome.undeclared == [("nosniff_missing", "BASE-IOP-01")]
    assert not outcome.succeeded


def test_undeclared_and_stale_entries_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(
        monkeypatch,
        "status_not_repeated",
        breaks=["http.errors.problem_details"],
        also=["headers.sniffing.sniffing_is_refused"],
    )
    outcome = selftest.run(SYSTEM, "spare", only=("status_not_repeated",))
    assert outcome.survived == []
    assert outcome.undeclared == [("status_not_repeated", "BASE-IOP-02")]
    assert [fault for fault, _ in outcome.stale] == ["status_not_repeated"]
    assert not outcome.succeeded


def test_a_fault_that_declares_the_truth_is_spared() -> None:
    outcome = selftest.run(SYSTEM, "spare", only=("status_not_repeated",))
    assert outcome.succeeded, outcome.as_json()


def test_the_agency_and_its_near_misses_are_clean() -> None:
    outcome = selftest.run(SYSTEM, "clean", only=NEAR_MISSES)
    assert outcome.clean == 4
    assert outcome.succeeded, outcome.false_alarms


def test_a_check_that_cries_wolf_is_a_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    # The near-miss under test spells the value in capitals: a check that minds is too strict.
    def pedantic(answer: Any) -> None:
        checks.require(
            answer.header("X-Content-Type-Options") == "nosniff",
            expected=Text(vi="nosniff", en="nosniff"),
            observed=answer.header("X-Content-Type-Options"),
        )

    asking(monkeypatch, "headers.sniffing.sniffing_is_refused", pedantic)
    outcome = selftest.run(SYSTEM, "clean", only=("nosniff_in_capitals",))
    assert set(outcome.false_alarms) == {"nosniff_in_capitals"}
    assert "BASE-SEC-03" in outcome.false_alarms["nosniff_in_capitals"]
    assert not outcome.succeeded


# --- the shape of --json --------------------------------------------------------------------------


def test_the_json_of_the_command_line_has_the_promised_shape(say: Say) -> None:
    done = say("selftest", "--mode", "kill", "--only", "nosniff_missing", "--json")
    assert done.code == 0, done.said
    found = json.loads(done.out)
    shapes = {
        "mode": str,
        "requirements": int,
        "proven": int,
        "unproven": list,
        "faults": int,
        "killed": int,
        "survived": list,
        "undeclared": list,
        "stale": list,
        "controls": dict,
    }
    assert {name: type(value) for name, value in found.items()} == shapes
    assert {name: type(v) for name, v in found["controls"].items()} == {
        "clean": int,
        "false_alarms": list,
    }
    assert (found["faults"], found["killed"], found["survived"]) == (1, 1, [])


def test_survivors_are_1_on_the_command_line(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch, "headers.sniffing.sniffing_is_refused", nothing)
    done = say("selftest", "--mode", "kill", "--only", "nosniff_missing", "--json")
    assert done.code == 1, done.said
    assert json.loads(done.out)["survived"] == ["nosniff_missing"]


def test_false_alarms_are_ids_in_json() -> None:
    outcome = Outcome("clean", false_alarms={"nosniff_in_capitals": ["BASE-SEC-03"]})
    assert outcome.as_json()["controls"]["false_alarms"] == ["nosniff_in_capitals"]


def test_stale_names_requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    also = ["headers.sniffing.sniffing_is_refused"]
    listed(monkeypatch, "error_is_a_page", also=also)
    outcome = selftest.run(SYSTEM, "spare", only=("error_is_a_page",))
    assert outcome.stale == [("error_is_a_page", "BASE-SEC-03")]


def test_a_self_test_of_nothing_does_not_succeed() -> None:
    with pytest.raises(UsageError) as caught:
        selftest.run(SYSTEM, "kill", only=("nosniff_missing", "no_such_fault"))
    assert "no_such_fault" in caught.value.what.en


@pytest.mark.parametrize(
    ("variation", "depth"),
    [("leap_day_breaks", "standard"), ("nosniff_missing", "quick"), (None, "standard")],
)
def test_what_shows_in_generated_traffic_only_is_looked_for_deeper(
    variation: str | None, depth: str
) -> None:
    assert selftest._depth_of(variation) == depth
