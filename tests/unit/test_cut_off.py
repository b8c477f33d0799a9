"""What a spent budget leaves open: what was not sent decides nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from making import (
    OPTIONS,
    Ran,
    Reply,
    Seen,
    agency,
    contract,
    demand,
    exchange,
    goal,
    planned,
    profile,
    run,
)

from conformance import engine
from conformance.generation.depth import DEPTHS
from conformance.probe import obstacles
from conformance.probe.questions import GENERATED

BREAKS_NOT = "contract.answers.server_does_not_break"
DOCUMENTED = "contract.answers.status_is_documented"
REFUSED = "contract.generated.invalid_input_is_refused"
NOT_GENERATED = "formats.text.vietnamese_is_composed"
SPENT = "the requests, the time or the bytes that the run may use were spent"
ENOUGH = 5_000
SIZE = [{"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 50}}]
LISTED = {"responses": {"200": {"description": "ok"}, "400": {"description": "wrong"}}}
READS = contract({"/x": {"get": {**LISTED, "parameters": SIZE}}})


def is_fit(seen: Seen) -> bool:
    value = seen.path.partition("size=")[2]
    return "size=" not in seen.path or (value.lstrip("-").isdigit() and int(value) <= 50)


def asked(answer: Any, tmp_path: Path, budget: int, *laws: str) -> tuple[Ran, int]:
    """Return a run of laws, and how many requests came."""
    with agency(answer) as server:
        wanted = goal(server.base_url, pace={"requests_per_second": 5000, "budget": budget})
        options = replace(OPTIONS, depth=DEPTHS["quick"])
        demands = (demand(f"T-FUZ-{n:02}", law) for n, law in enumerate(laws, 10))
        ran = run(planned(READS, wanted, profile(*demands), options=options), tmp_path)
    assert engine.rejudge(ran.folder).differences == ()
    return ran, len(server.seen)


def lines(ran: Ran) -> dict[str, dict[str, Any]]:
    return {
        line["check"]: line for entry in ran.results["requirements"] for line in entry["results"]
    }


def test_what_was_not_repeated_for_want_of_budget_says_so(tmp_path: Path) -> None:
    def breaks(seen: Seen) -> Reply:
        return Reply(200 if is_fit(seen) else 500)

    ran, whole = asked(breaks, tmp_path / "whole", ENOUGH, BREAKS_NOT)
    assert ran.verdict("T-FUZ-10") == "fail"
    ran, _ = asked(breaks, tmp_path / "cut", whole // 2, BREAKS_NOT)
    line = lines(ran)[BREAKS_NOT]
    assert (line["verdict"], line["reason"]) == ("not_tested", "out_of_budget")
    assert line["because"]["en"] == SPENT


def test_generated_traffic_that_was_cut_off_passes_nothing(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(200 if is_fit(seen) else 400)

    laws = (BREAKS_NOT, DOCUMENTED, REFUSED)
    ran, whole = asked(answer, tmp_path / "whole", ENOUGH, *laws, NOT_GENERATED)
    told = {name: line["verdict"] for name, line in lines(ran).items()}
    assert [told[law] for law in laws] == ["pass"] * 3
    # From the very first of them to the very last.
    for budget in (2, whole // 2, whole - 1):
        ran, sent = asked(answer, tmp_path / str(budget), budget, *laws, NOT_GENERATED)
        assert sent == budget
        cut = lines(ran)
        assert {cut[law]["verdict"] for law in laws} == {"not_tested"}
        assert {cut[law]["reason"] for law in laws} == {"out_of_budget"}
        assert cut[DOCUMENTED]["because"]["en"].startswith("a part of the generated requests")
        # What rests on other traffic is what it was.
        assert cut[NOT_GENERATED]["verdict"] == told[NOT_GENERATED]
        assert cut[DOCUMENTED]["evidence"]


@pytest.mark.parametrize(
    ("case", "unsent", "opens"),
    [
        *((GENERATED, r, True) for r in ("out_of_budget", "unreachable", "stopped", "throttled")),
        *((GENERATED, r, False) for r in ("no_credentials", "redacted", "tool_missing", None)),
        ("again:target.1", "out_of_budget", False),
    ],
)
def test_only_the_end_of_all_asking_cuts_off(case: str, unsent: str | None, opens: Any) -> None:
    missing = obstacles.cut_off(exchange(case=case, **({"unsent": unsent} if unsent else {})))
    assert (missing is not None) is opens
    assert missing is None or missing.reason == unsent
