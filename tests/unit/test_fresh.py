"""Values that have to be new: another word in each call, and the same one in a replay."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from making import (
    WRITING,
    Agency,
    Ran,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    exchange,
    goal,
    planned,
    profile,
    run,
)

from conformance import engine
from conformance.errors import TargetError
from conformance.plan import Options
from conformance.probe.obstacles import why_no_success
from conformance.target import Target
from conformance.verdict import Verdict

PERSON = {"type": "object", "properties": {"note": {"type": "string"}}}
BODY = {"application/json": {"schema": PERSON}}
CONTRACT = contract(
    {
        "/people": {"post": answers(PERSON, operationId="make", requestBody={"content": BODY})},
        "/people/{id}": {
            "get": answers(operationId="read"),
            "put": answers(operationId="put", requestBody={"content": BODY}),
        },
    }
)
STORED = "state.storing.vietnamese_comes_back_equal"
TWICE = "state.repeating.putting_twice_is_putting_once"
WORD = r"vnct[a-p]{8}"


class People:
    """A register in which a name can be given once."""

    def __init__(self) -> None:
        self.people: dict[str, Any] = {}

    def answer(self, seen: Seen) -> Reply:
        body = json.loads(seen.body) if seen.body else None
        if seen.method == "POST":
            known = [person["mail"] for person in self.people.values()]
            if body["mail"] in known:
                return told({}, 422)
            self.people[str(len(self.people))] = body
            return told(body, 201)
        if seen.method == "PUT":
            self.people[seen.path] = body
        return told(self.people.get(seen.path, {}))


def told(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def wanted(server: Agency, body: Any, **more: Any) -> Target:
    examples = {"make": {"body": body}, "put": {"id": "7", "body": body}, "read": {"id": "7"}}
    return goal(server.base_url, examples=examples, **WRITING, **more)


def ran(server: Agency, check: str, body: Any, folder: Path, **more: Any) -> Ran:
    plan = planned(CONTRACT, wanted(server, body, **more), profile(demand("T-IOP-01", check)))
    return run(plan, folder)


def sent(server: Agency, method: str) -> list[Any]:
    return [json.loads(s.body) for s in server.seen if s.method == method and s.body]


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_each_creation_has_a_word_of_its_own(data: str, tmp_path: Path) -> None:
    body = {"mail": {"fresh": "u-{}@example.vn"}, "more": [{"fresh": "{}/{}"}, {"fresh": 1}]}
    with agency(People().answer) as server:
        done = ran(server, STORED, body, tmp_path, data=data)
    made = [b["mail"] for b in sent(server, "POST")]
    assert len(made) == len(set(made)) > 1
    assert all(re.fullmatch(rf"u-{WORD}@example\.vn", mail) for mail in made)
    (first, *_) = sent(server, "POST")
    assert re.fullmatch(rf"({WORD})/\1", first["more"][0])
    assert first["more"][1] == {"fresh": 1}
    # `run` has judged it again from its record already; a year later it is the same.
    assert not engine.rejudge(done.folder).differences
    assert {f.unit: f.verdict for f in done.findings}["POST /people"] is Verdict.PASS


def test_what_is_put_twice_is_the_same(tmp_path: Path) -> None:
    with agency(People().answer) as server:
        done = ran(server, TWICE, {"mail": {"fresh": "u-{}@example.vn"}}, tmp_path)
    (verdict,) = {f.verdict for f in done.findings if f.unit.startswith("PUT")}
    assert verdict is Verdict.PASS
    assert len({body["mail"] for body in sent(server, "PUT")}) == 1


def test_another_run_has_other_words(tmp_path: Path) -> None:
    said = []
    for seed in (1, 2):
        with agency(People().answer) as server:
            goal_ = wanted(server, {"mail": {"fresh": "{}"}})
            options = Options(as_of=date(2026, 11, 21), seed=seed)
            plan = planned(CONTRACT, goal_, profile(demand("T-IOP-01", STORED)), options=options)
            run(plan, tmp_path)
            said.append({body["mail"] for body in sent(server, "POST")})
    assert not said[0] & said[1]


@pytest.mark.parametrize(("unit", "told"), [("make", True), ("read", False)])
def test_who_cannot_create_the_same_twice_is_told_of_fresh_values(*, unit: str, told: bool) -> None:
    operation = next(o for o in CONTRACT.operations if o.id == unit)
    because = why_no_success(operation, exchange(status=422)).because
    assert ('`{fresh: "…{}"}`' in because.vi, '`{fresh: "…{}"}`' in because.en) == (told, told)


@pytest.mark.parametrize("where", [{"id": {"fresh": "HS"}}, {"body": {"a": {"fresh": "HS"}}}])
def test_a_form_without_a_place_for_the_word_is_refused(where: dict[str, Any]) -> None:
    with pytest.raises(TargetError):
        goal(examples={"put": where})
