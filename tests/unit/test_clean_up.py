"""What a run keeps back of its budget to remove what it created, and why something is left."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from making import (
    OPTIONS,
    WRITING,
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
from conformance.contract import Contract
from conformance.engine import ledger
from conformance.generation.depth import DEPTHS

BREAKS_NOT = "contract.answers.server_does_not_break"
ENOUGH = 5_000
THING = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "amount": {"type": "integer"}},
}
ONE = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
SENT = {"title": "Sổ", "amount": 5}


def things() -> Contract:
    """Things that are created, read and deleted."""
    body = {"content": {"application/json": {"schema": THING}}, "required": True}
    made = {"201": {"description": "ok", "content": {"application/json": {"schema": THING}}}}
    return contract(
        {
            "/things": {"post": {"operationId": "c", "requestBody": body, "responses": made}},
            "/things/{id}": {
                "get": answers(THING, operationId="r", parameters=ONE),
                "delete": {"operationId": "d", "parameters": ONE, "responses": {"204": {}}},
            },
        }
    )


@dataclass
class Store:
    """Takes whatever is sent; nothing is checked.

    Attributes:
        things: what there is.
        stop: a file that is made once so many were created.
        breaks: whether it breaks on everything but what is fine.
    """

    things: set[str] = field(default_factory=set)
    stop: tuple[int, Path] | None = None
    breaks: bool = False
    _numbers: Any = field(default_factory=itertools.count)

    def __call__(self, seen: Seen) -> Reply:
        name = seen.path.removeprefix("/things/")
        if seen.method == "POST" and seen.path == "/things":
            return self._create(seen)
        if name not in self.things:
            return Reply(404)
        if seen.method == "DELETE":
            self.things.remove(name)
            return Reply(204, b"")
        return Reply(body=json.dumps({**SENT, "id": name}).encode())

    def _create(self, seen: Seen) -> Reply:
        if self.breaks and b'"amount": 5' not in seen.body and b'"amount":5' not in seen.body:
            return Reply(500)
        name = f"n{next(self._numbers)}"
        self.things.add(name)
        if self.stop and len(self.things) == self.stop[0]:
            self.stop[1].touch()
        headers = (("Content-Type", "application/json"), ("Location", f"/things/{name}"))
        return Reply(201, json.dumps({**SENT, "id": name}).encode(), headers)


def stored(store: Store, tmp_path: Path, budget: int = ENOUGH, **pace: Any) -> tuple[Ran, int]:
    """Return a run that creates with every generated request, and how many requests came."""
    with agency(store) as server:
        pace = {"requests_per_second": 5000, "budget": budget, **pace}
        wanted = goal(server.base_url, **WRITING, pace=pace, examples={"c": {"body": SENT}})
        options = replace(OPTIONS, depth=DEPTHS["quick"])
        demands = profile(demand("T-FUZ-10", BREAKS_NOT))
        ran = run(planned(things(), wanted, demands, options=options), tmp_path)
    again = engine.rejudge(ran.folder)
    assert again.differences == ()
    assert again.results["created"] == ran.results["created"]
    return ran, len(server.seen)


# Odd and even, so that the last request is once a creation.
@pytest.mark.parametrize("budget", range(9, 15))
def test_what_was_created_is_removed_within_the_budget(budget: int, tmp_path: Path) -> None:
    store = Store()
    ran, sent = stored(store, tmp_path, budget)
    assert not store.things
    assert sent <= budget
    assert ran.results["created"]["removed"] == ran.results["created"]["count"] > 1
    assert ran.results["created"]["orphans"] == []


def test_a_violation_of_a_write_stands_though_the_rest_was_not_sent(tmp_path: Path) -> None:
    ran, sent = stored(Store(breaks=True), tmp_path, 12)
    assert sent <= 12
    (line,) = [
        line for line in ran.results["requirements"][0]["results"] if line["unit"] == "POST /things"
    ]
    assert line["verdict"] == "fail"


def test_what_is_left_says_what_ended_the_clean_up(tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    store = Store(stop=(4, stop))
    ran, _ = stored(store, tmp_path / "run", stop_file=str(stop))
    orphans = ran.results["created"]["orphans"]
    assert len(orphans) == len(store.things) == 4
    assert all("an operator stopped the run" in one["why"]["en"] for one in orphans)


def test_what_is_left_says_that_there_was_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MOST_DELETIONS", 3)
    store = Store()
    ran, _ = stored(store, tmp_path)
    created = ran.results["created"]
    assert created["removed"] == 3
    assert len(created["orphans"]) == len(store.things) > 1
    assert all("no more than" in one["why"]["en"] for one in created["orphans"])
