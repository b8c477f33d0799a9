"""However many workers settle a run: equal traffic, equal verdicts, and an order that is kept."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from making import WRITING, answers, contract, demand, goal, planned, profile
from recording import recorded

from conformance import engine, opening, sandboxes
from conformance.engine.once import Once
from conformance.opening import Wishes
from conformance.plan import phases
from conformance.plan.phases import Phase

# What walks lists, what writes, what ends sessions, and what looks at all traffic.
SELECTED = ("BASE-IOP-09", "BASE-IOP-16", "BASE-AUT-0*", "BASE-FMT-0*", "TTHC-AUT-*")


def ran(workers: int, depth: str, out: Path) -> tuple[Counter[str], list[Any]]:
    """Return what a server was asked, and the verdicts; the agency is a fresh one each time."""
    with sandboxes.serving("procedure-system") as served, recorded(served.base_url) as at:
        address, asked = at
        known = {"rate": 5000, "seed": 7, "select": SELECTED, "depth": depth, "base_url": address}
        plan = opening.plan(("procedure-system",), Wishes(target=served.target, **known))
        session = engine.open_session(plan, out)
        engine.run_all(session, workers=workers)
        results = session.finish()
    verdicts = [
        (entry["id"], line["check"], line["unit"], line["verdict"], line["reason"])
        for entry in results["requirements"]
        for line in entry["results"]
    ]
    return Counter(asked), verdicts


@pytest.mark.parametrize("depth", ["quick", pytest.param("standard", marks=pytest.mark.slow)])
def test_a_server_sees_the_same_from_one_worker_and_from_eight(tmp_path: Path, depth: str) -> None:
    one, alone = ran(1, depth, tmp_path / "1")
    eight, together = ran(8, depth, tmp_path / "8")
    assert len(alone) > 40
    assert alone == together
    assert (eight - one, one - eight) == (Counter(), Counter())


def test_what_changes_something_or_wants_to_be_alone_is_settled_by_itself() -> None:
    paths = {
        "/a": {"get": answers(), "post": answers()},
        "/session": {"get": answers(operationId="logout")},
    }
    asked = [
        demand("T-1", "http.methods.head_mirrors_get"),
        demand("T-2", "formats.json.json_is_strict"),
        demand("T-3", "state.storing.vietnamese_comes_back_equal"),
    ]
    plan = planned(contract(paths), goal(**WRITING), profile(*asked))
    found = {(i.requirement.id, i.unit): phases.of(i, plan.scene) for i in plan.items}
    assert found == {
        ("T-1", "GET /a"): Phase.SIDE_BY_SIDE,
        ("T-3", "POST /a"): Phase.ONE_BY_ONE,
        ("T-1", "GET /session"): Phase.ENDING_SESSIONS,
        ("T-2", "target"): Phase.ON_ALL_TRAFFIC,
    }
    # The plan is in that order, so pytest asks in it too.
    assert [*found.values()] == sorted(found.values())
    quiet = plan.items[0]
    (head,) = quiet.asked
    alone = replace(quiet, asked=(replace(head, check=replace(head.check, alone=True)),))
    assert phases.of(alone, plan.scene) is Phase.ONE_BY_ONE


def test_what_several_ask_for_is_made_once() -> None:
    made: list[int] = []
    once: Once[str, int] = Once()
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait(5)
        once.get("key", lambda: made.append(1) or len(made))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert made == [1]


def test_what_could_not_be_made_is_tried_again() -> None:
    once: Once[str, int] = Once()

    def broken() -> int:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        once.get("key", broken)
    assert once.get("key", lambda: 7) == 7
