"""Which part of a generated request is to blame, and how often a law was broken in which way."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from exam.serving import serving, write_target
from making import contract, exchange

from conformance import engine, incidents, opening
from conformance.engine.minimising import differences
from conformance.generation.call import Body, Call
from conformance.opening import Wishes
from conformance.text import Text
from conformance.verdict import Violation

# That no request breaks the server.
DEMAND = "BASE-FUZ-04"
REFUSED = Text(vi="từ chối", en="a refusal")


def violation(observed: str = "500") -> Violation:
    return Violation(expected=REFUSED, observed=Text(vi=observed, en=observed))


def generated(number: int, status: int = 500, place: str = "body /title", **more: Any) -> Any:
    bent = {"origin": "value", "place": place, "scenario": "U+0000", **more}
    made = exchange(number, unit="POST /dossiers", status=status)
    return replace(made, facts={**made.facts, "generated": bent})


def test_an_incident_tells_the_smallest_request_that_did_the_same() -> None:
    first = generated(1, place="body")
    smaller, smallest = generated(2, place="body /title, body /note"), generated(3)
    told = incidents.of(first, violation(), generated(4, place="body"), [smaller, smallest])
    assert (told.exchange, told.least, told.again) == tuple(
        f"POST /dossiers.{number}" for number in (1, 3, 4)
    )
    assert (told.place, told.scenario, told.status) == ("body /title", "U+0000", 500)


def test_an_incident_is_told_in_vietnamese_too_and_once() -> None:
    first = generated(1, place="body", scenario="U+0000 in every text")
    least = generated(2, scenario="U+0000 in every text")
    found = incidents.of(first, violation(), None, [least])
    told = found.as_json()
    assert (told["exchange"], told["least"], told["place"]) == (first.id, least.id, "body /title")
    assert told["scenario_vi"] == "ký tự U+0000, ở mọi trường văn bản"
    again = incidents.of(least, violation(), None, [])
    assert len(incidents.told([found, again])) == 1


def test_where_nothing_is_smaller_the_first_is_the_least() -> None:
    told = incidents.of(generated(1), violation(), None, [])
    assert (told.least, told.again) == (told.exchange, "")


def test_two_that_come_to_the_same_are_one_incident() -> None:
    ones = [incidents.of(generated(n), violation(), None, []) for n in (1, 2)]
    other = incidents.of(generated(3, place="query limit"), violation(), None, [])
    assert [one.exchange for one in incidents.told([*ones, other])] == [
        "POST /dossiers.1",
        "POST /dossiers.3",
    ]


def test_a_single_one_that_was_not_generated_tells_nothing() -> None:
    plain = incidents.of(exchange(status=500), violation(), None, [])
    assert incidents.told([plain]) == ()
    whole = incidents.of(generated(2, place="body"), violation(), None, [])
    assert incidents.told([whole]) == (whole,)
    both = incidents.told([plain, incidents.of(generated(2), violation(), None, [])])
    assert len(both) == 2


def test_the_smaller_requests_have_a_case_of_their_own() -> None:
    unit, name, attempt = incidents.case_of(generated(7))
    assert name == f"{incidents.MINIMISED}POST /dossiers.7"
    # No law is judged on a second attempt by itself: they would be counted twice.
    assert attempt == 2
    assert unit == generated(7).unit


GOOD, OTHER = "vnctabcdefgh", "vncthgfedcba"


def call(word: str, body: Body, page: str = "1", header: str = "x") -> Call:
    made = contract({"/things/{id}": {"post": {"responses": {"200": {"description": "ok"}}}}})
    (operation,) = made.operations
    query = (("tag", f"a {word}"), ("page", page))
    return Call(operation, {"id": word}, query, (("X-Name", f"{header} {word}"),), body)


def members(word: str, title: str = "t", **more: str) -> Body:
    return Body("application/json", {"code": word, "title": title, "who": {"name": word, **more}})


def multipart(word: str) -> Body:
    return Body("multipart/form-data; boundary=x", content=f"--x\r\n\r\n{word}\r\n".encode())


@pytest.mark.parametrize("body", [members, multipart])
def test_words_that_each_request_makes_up_are_no_difference(body: Any) -> None:
    good = call(GOOD, body(GOOD))
    assert list(differences(good, call(OTHER, body(OTHER)))) == []
    (part,) = differences(good, call(OTHER, body(OTHER), page="0"))
    assert part.place == "query page"


def test_what_departs_beside_made_up_words_is_a_difference() -> None:
    good = call(GOOD, members(GOOD))
    bent = call(OTHER, members(OTHER, title="\0", note="x"), header="y")
    found = {part.place: part for part in differences(good, bent)}
    assert list(found) == ["header x-name", "body /title", "body /who/note"]
    # An empty text in the place of a made-up word is one, too.
    emptied = [part.place for part in differences(good, call(OTHER, members("")))]
    assert emptied == ["body /code", "body /who/name"]
    whole = found["body /who/note"].bent(good).body
    assert whole is not None
    assert whole.value["who"] == {"name": GOOD, "note": "x"}
    again = found["body /who/note"].good(bent).body
    assert again is not None
    assert again.value["who"] == {"name": OTHER}


def examined(base_url: str, folder: Path, unit: str, depth: str, *allowed: str) -> dict[str, Any]:
    """Return what came of `DEMAND` on one operation of the exam agency; all if none is named."""
    path = write_target(base_url, folder)
    target = yaml.safe_load(path.read_text("utf-8"))
    target["allow"] = list(allowed)
    path.write_text(yaml.safe_dump(target, allow_unicode=True), "utf-8")
    wishes = Wishes(target=str(path), select=(DEMAND,), seed=3, depth=depth)
    plan = opening.plan(("base",), wishes)
    if unit:
        named = (f"{DEMAND}::{unit}",)
        items = tuple(item for item in plan.items if item.name in named)
        plan = replace(plan, items=items, options=replace(plan.options, items=named))
    session = engine.open_session(plan, folder / "runs")
    try:
        for item in plan.items:
            session.run(item)
        return session.finish()
    finally:
        session.close()


def found_in(results: dict[str, Any]) -> list[dict[str, Any]]:
    (demand,) = (one for one in results["requirements"] if one["id"] == DEMAND)
    return [one for line in demand["results"] for one in line.get("incidents", ())]


def test_the_one_member_to_blame_is_found(tmp_path: Path) -> None:
    with serving("title-nul") as agency:
        results = examined(agency.base_url, tmp_path, "POST /dossiers", "standard", "read", "write")
    (told,) = found_in(results)
    assert (told["place"], told["status"]) == ("body /title", 500)
    assert "U+0000" in told["scenario"]
    assert told["least"] != told["exchange"]


def test_a_run_that_only_reads_sends_nothing_but_reads(tmp_path: Path) -> None:
    log = tmp_path / "asked.jsonl"
    with serving("all", log=log) as agency:
        results = examined(agency.base_url, tmp_path, "", "quick", "read")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {line["asked"].split(" ")[0] for line in lines} <= {"GET", "HEAD"}
    assert set(results["traffic"]["by_method"]) <= {"GET", "HEAD"}
    # And generated reads were among them, smaller ones too.
    assert len(lines) > 60
    assert found_in(results)
