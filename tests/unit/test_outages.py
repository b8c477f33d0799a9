"""Whole runs against a sound agency behind a front server that is slow, throttles, flaps or dies.

The agency is the same each time; what differs is the way to it. No mood of the way may become a
finding about the agency, and nothing that nobody answered may count as a success.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from front import Front, Mood, front

from conformance import engine, opening, record
from conformance.engine.rejudging import rejudge
from conformance.opening import Wishes
from conformance.sandboxes import Serving

# Reads, negative questions, laws and the ones about server errors; a run of a few seconds.
SOME = ("BASE-IOP-*", "BASE-SEC-0*", "BASE-PRV-*", "BASE-AUT-0*", "BASE-FUZ-*")
Run = tuple[dict[str, Any], Front, float]
_done: dict[str, Run] = {}


def examined(
    serving: Serving, folder: Path, mood: Mood, *, select: tuple[str, ...] = SOME, **pace: Any
) -> Run:
    """Return the results of a run through a front server of a mood, and how long it took."""
    with requests.Session() as session:
        session.trust_env = False
        document = yaml.safe_load(session.get(serving.target, timeout=10).content)
    with front(document["base_url"], mood) as made:
        quick = {"requests_per_second": 400, "failures": 4, "pause_seconds": 0.3}
        document |= {"base_url": made.base_url, "pace": {**quick, "timeout_seconds": 2, **pace}}
        path = folder / "target.yaml"
        path.write_text(json.dumps(document, default=str), encoding="utf-8")
        plan = opening.plan(("base",), Wishes(target=str(path), seed=7, select=select))
        start = time.monotonic()
        session_ = engine.open_session(plan, folder / "runs")
        try:
            for item in plan.items:
                session_.run(item)
            # Raises where the record is judged differently from the run.
            results = session_.finish()
        finally:
            session_.close()
        took = time.monotonic() - start
    assert not rejudge(session_.folder).differences
    record.read(session_.folder)
    return results, made, took


def findings(results: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    return {
        (entry["id"], line["unit"], line["check"]): line["verdict"]
        for entry in results["requirements"]
        for line in entry["results"]
    }


def reasons(results: dict[str, Any]) -> set[str]:
    return {
        line["reason"]
        for entry in results["requirements"]
        for line in entry["results"]
        if line["verdict"] == "not_tested"
    }


@pytest.fixture
def healthy(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> dict[Any, str]:
    """The findings of the same run where the way is sound; made once."""
    if "healthy" not in _done:
        folder = tmp_path_factory.mktemp("healthy")
        _done["healthy"] = examined(serving, folder, lambda _: None)
    return findings(_done["healthy"][0])


def compared(results: dict[str, Any], healthy: dict[Any, str]) -> tuple[set[Any], set[Any]]:
    """Return what failed, and what passed, that did not with the healthy twin."""
    told = findings(results)
    failed = {k for k, v in told.items() if v == "fail" and healthy.get(k) != "fail"}
    passed = {k for k, v in told.items() if v == "pass" and healthy.get(k) != "pass"}
    return failed, passed


def test_the_way_itself_is_sound(healthy: dict[Any, str]) -> None:
    verdicts = list(healthy.values())
    assert verdicts.count("pass") > 60
    assert "error" not in verdicts


def flapping(number: int) -> int | None:
    return 502 if number > 3 and number % 2 else None


def in_threes(number: int) -> int | None:
    return 503 if number > 3 and number % 3 == 0 else None


def in_spells(number: int) -> int | str | None:
    # Away for a dozen requests, now as a front server says it, now as a connection that ends.
    if number < 20 or number // 12 % 3:
        return None
    return 504 if number // 36 % 2 else "hang up"


@pytest.mark.parametrize(
    "mood",
    [
        pytest.param(flapping, id="every other request"),
        pytest.param(in_threes, id="every third request"),
        pytest.param(in_spells, id="in spells"),
    ],
)
def test_a_flapping_way_is_no_finding(
    serving: Serving, tmp_path: Path, healthy: dict[Any, str], mood: Mood
) -> None:
    results, _, _ = examined(serving, tmp_path, mood, failures=20)
    assert compared(results, healthy) == (set(), set())
    told = findings(results)
    assert list(told.values()).count("pass") >= 0.4 * list(healthy.values()).count("pass")


@pytest.mark.parametrize("last", [12, 60, 150])
def test_a_target_that_dies_leaves_the_rest_open(
    serving: Serving, tmp_path: Path, healthy: dict[Any, str], last: int
) -> None:
    results, made, took = examined(
        serving, tmp_path, lambda number: "hang up" if number > last else None
    )
    assert compared(results, healthy) == (set(), set())
    assert results["verdict"] in {"INCOMPLETE", "NONCONFORMANT"}
    assert results["exit_basis"] in {"open", "failed"}
    assert "unreachable" in reasons(results)
    # Failures until it was given up, and one trial; nothing after that.
    assert len(made.arrivals) <= last + 4 + 1 + 2
    assert took < 30
    because = [e["because"]["en"] for e in results["requirements"] if e["reason"] == "unreachable"]
    assert any("has not answered since" in said for said in because)


def test_a_target_that_recovers_is_examined_to_the_end(
    serving: Serving, tmp_path: Path, healthy: dict[Any, str]
) -> None:
    # Four failures, the pause, and the trial is answered.
    results, _, _ = examined(serving, tmp_path, lambda n: 502 if 60 <= n < 64 else None)
    assert compared(results, healthy) == (set(), set())
    same = {k for k, v in findings(results).items() if v == healthy[k]}
    assert len(same) >= 0.97 * len(healthy)


def test_a_throttling_target_is_heeded(
    serving: Serving, tmp_path: Path, healthy: dict[Any, str]
) -> None:
    told_at: list[tuple[int, float]] = []

    def mood(number: int) -> int | None:
        if number % 40 == 0:
            told_at.append((number, time.monotonic()))
            return 429
        return None

    results, made, _ = examined(serving, tmp_path, mood, select=("BASE-IOP-0*",))
    failed, passed = compared(results, healthy)
    assert (failed, passed) == (set(), set())
    assert told_at
    for number, at in told_at:
        # Whatever came next came after the second that was asked for.
        later = [arrival for arrival in made.arrivals[number:] if arrival > at]
        assert not later or later[0] - at >= 0.95


def test_a_slow_target_is_left_open_in_bounded_time(
    serving: Serving, tmp_path: Path, healthy: dict[Any, str]
) -> None:
    results, made, took = examined(
        serving, tmp_path, lambda n: 0.6 if n > 30 else None, timeout_seconds=0.2
    )
    assert compared(results, healthy) == (set(), set())
    assert "unreachable" in reasons(results)
    assert len(made.arrivals) < 60
    assert took < 30


def test_an_operator_stops_a_run(serving: Serving, tmp_path: Path, healthy: dict[Any, str]) -> None:
    stop = tmp_path / "stop"

    def mood(number: int) -> None:
        if number == 50:
            stop.touch()

    results, made, _ = examined(serving, tmp_path, mood, stop_file=str(stop))
    assert compared(results, healthy) == (set(), set())
    assert "stopped" in reasons(results)
    assert results["exit_basis"] in {"open", "failed"}
    assert len(made.arrivals) == 50
