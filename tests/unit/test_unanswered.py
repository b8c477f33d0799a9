"""Values to which nothing comes though others are answered: told, and not asked for ever."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from making import (
    OPTIONS,
    Ran,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    goal,
    planned,
    profile,
    run,
)

from conformance import engine
from conformance.generation.depth import DEPTHS

BREAKS = "contract.answers.server_does_not_break"
HEAD = "http.methods.head_mirrors_get"
IN_TIME = "contract.generated.answers_come_in_time"
PACE = {"requests_per_second": 5000, "timeout_seconds": 0.4}
NAMES = ("a", "b", "c", "d", "e")
PARAMETERS = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in NAMES]
PATHS = {
    "/x": {"get": answers({"type": "object"}, parameters=PARAMETERS)},
    "/y": {"get": answers({"type": "object"})},
}


def far(seen: Seen) -> list[str]:
    """The parameters with a number that is far away."""
    pairs = parse_qsl(urlsplit(seen.path).query)
    return [name for name, value in pairs if value.lstrip("-").isdigit() and len(value) > 8]


class Keeping:
    """An agency that answers nothing to far numbers: it goes on counting, or its worker dies."""

    def __init__(self, *, names: tuple[str, ...], times: int = 10_000, dies: bool = False) -> None:
        self.over = threading.Event()
        self.names, self.left, self.dies = names, times, dies
        self.kept: Counter[str] = Counter()

    def __call__(self, seen: Seen) -> Reply:
        caught = [name for name in far(seen) if name in self.names]
        if caught and self.left:
            self.left -= 1
            self.kept.update(caught)
            if self.dies:
                raise ConnectionAbortedError
            self.over.wait(5)
        return Reply()


def judged(keeping: Keeping, tmp_path: Path) -> tuple[Ran, dict[str, Any]]:
    """Run the law against an agency; return also what it came to on the operation."""
    with agency(keeping) as server:
        wanted = goal(server.base_url, pace=PACE)
        options = replace(OPTIONS, depth=DEPTHS["quick"])
        plan = planned(
            contract(PATHS),
            wanted,
            profile(demand("T-FUZ-18", {IN_TIME: {"seconds": 0.3}})),
            options=options,
        )
        try:
            done = run(plan, tmp_path)
        finally:
            keeping.over.set()
    (line,) = [r for r in done.results["requirements"][0]["results"] if r["unit"] == "GET /x"]
    assert engine.rejudge(done.folder).differences == ()
    return done, line


def test_a_value_that_is_never_answered_breaks_the_law(tmp_path: Path) -> None:
    _, line = judged(Keeping(names=("a",)), tmp_path)
    assert line["verdict"] == "fail"
    assert line["observed"] == "none at all"
    assert {one["place"] for one in line["incidents"]} == {"query a"}


def test_what_keeps_a_server_busy_is_not_asked_over_and_over(tmp_path: Path) -> None:
    keeping = Keeping(names=NAMES)
    judged(keeping, tmp_path)
    # Once for each place, three places, and once more to confirm each.
    assert sum(keeping.kept.values()) <= 8


def test_other_places_are_asked_on(tmp_path: Path) -> None:
    done, _ = judged(Keeping(names=("a",)), tmp_path)
    (seen,) = [one for one in done.results["coverage"] if one["operation"] == "GET /x"]
    assert seen["succeeded"] > 8


def test_an_answer_that_was_lost_once_breaks_nothing(tmp_path: Path) -> None:
    _, line = judged(Keeping(names=("a",), times=1), tmp_path)
    assert (line["verdict"], line["reason"]) == ("not_tested", "flaky")


def test_a_connection_that_ends_leaves_the_question_open(tmp_path: Path) -> None:
    _, line = judged(Keeping(names=("a",), dies=True), tmp_path)
    assert (line["verdict"], line["reason"]) == ("not_tested", "inconclusive")
    assert "nobody knows why" in line["because"]["en"]


def test_a_good_call_that_is_never_answered_is_no_success_of_others(tmp_path: Path) -> None:
    """A worker that dies on the contract's own example answers HEAD and other methods well."""

    def answer(seen: Seen) -> Reply:
        if seen.method == "GET" and seen.path.startswith("/x"):
            raise ConnectionAbortedError
        return Reply()

    with agency(answer) as server:
        wanted = goal(server.base_url, pace=PACE)
        asked = profile(demand("T-FUZ-04", BREAKS), demand("T-IOP-06", HEAD))
        done = run(planned(contract(PATHS), wanted, asked), tmp_path)
    lines = {
        line["unit"]: line
        for entry in done.results["requirements"]
        for line in entry["results"]
        if line["check"] == BREAKS
    }
    assert lines["GET /x"]["verdict"] == "not_tested"
    assert "nothing came" in lines["GET /x"]["because"]["en"]
    assert lines["GET /y"]["verdict"] == "pass"
    (seen,) = [one for one in done.results["coverage"] if one["operation"] == "GET /x"]
    assert seen["unanswered"] >= 1


def test_an_agency_that_answers_all_keeps_the_law(tmp_path: Path) -> None:
    _, line = judged(Keeping(names=()), tmp_path)
    assert line["verdict"] == "pass"
