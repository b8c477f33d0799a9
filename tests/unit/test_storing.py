"""Texts that come back: what a server makes itself, or refuses to anybody, is no loss."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from making import (
    WRITING,
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

from conformance.own_words import MADE_UP

EQUAL = "state.storing.vietnamese_comes_back_equal"
TEXT = {"type": "string", "maxLength": 200}
Answers = Callable[[dict[str, Any]], Reply]


def told(value: Any, status: int = 201) -> Reply:
    return Reply(status, json.dumps(value).encode())


def judged(
    answer: Answers, folder: Path, members: tuple[str, ...] = ("title",), **given: Any
) -> tuple[str, str | None, list[dict[str, Any]]]:
    """Return verdict and reason on a server that answers a POST, and the bodies that it got."""
    schema = {"type": "object", "properties": dict.fromkeys(members, TEXT)}
    write = answers(schema, operationId="write")
    write["responses"] = {"201": write["responses"]["200"]}
    write["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    bodies: list[dict[str, Any]] = []

    def serve(seen: Seen) -> Reply:
        if seen.method != "POST":
            return Reply(404)
        bodies.append(json.loads(seen.body))
        return answer(bodies[-1])

    with agency(serve) as server:
        wanted = goal(server.base_url, **WRITING, examples={"write": {"body": given}})
        promised = contract({"/things": {"post": write}})
        ran = run(planned(promised, wanted, profile(demand("T-FMT-01", EQUAL))), folder)
    (finding,) = ran.findings
    return ran.verdict("T-FMT-01"), finding.reason, bodies


def from_the_path(sent: dict[str, Any]) -> Reply:
    return told({**sent, "name": "moi.txt"})


def lower(sent: dict[str, Any]) -> Reply:
    return told({**sent, "name": sent.get("name", "").lower()})


def test_a_member_that_the_server_makes_is_left_for_another(tmp_path: Path) -> None:
    for server in (from_the_path, lower):
        verdict, _, bodies = judged(server, tmp_path, ("name", "content"), kind="file")
        assert verdict == "pass"
        assert any("ữ" in body.get("content", "") for body in bodies)


def test_nothing_is_told_where_the_server_makes_every_member(tmp_path: Path) -> None:
    verdict, reason, _ = judged(from_the_path, tmp_path, ("name",), kind="file")
    assert (verdict, reason) == ("not_tested", "inconclusive")


def test_members_of_the_example_come_first(tmp_path: Path) -> None:
    def serve(sent: dict[str, Any]) -> Reply:
        return told(sent | {"content": sent["content"].encode("ascii", "replace").decode()})

    verdict, _, bodies = judged(serve, tmp_path, ("name", "content"), content="a")
    assert verdict == "fail"
    assert not any("name" in body for body in bodies)


def _asciionly(status: int) -> Answers:
    return lambda sent: told(sent) if sent["title"].isascii() else told({}, status)


@pytest.mark.parametrize(
    ("serve", "outcome"),
    [
        (_asciionly(500), ("fail", None)),
        (_asciionly(422), ("not_tested", "inconclusive")),
        (lambda _: told({}, 500), ("not_tested", "no_test_data")),
        (lambda _: told({}, 409), ("not_tested", "no_test_data")),
        (
            lambda sent: told({}, 500) if len(sent["title"]) > 150 else told(sent),
            ("not_tested", "no_test_data"),
        ),
        (
            lambda sent: told({}, 500) if len(sent["title"].encode()) > 250 else told(sent),
            ("fail", None),
        ),
    ],
    ids=[
        "breaks on Vietnamese",
        "a code",
        "breaks on all",
        "there already",
        "breaks on what is long",
        "breaks on many bytes",
    ],
)
def test_a_refusal_counts_where_the_control_succeeds(
    serve: Answers, outcome: tuple[str, str | None], tmp_path: Path
) -> None:
    assert judged(serve, tmp_path, title="Sổ")[:2] == outcome


def test_what_may_be_there_only_once_is_new_each_time_also_in_a_second_run(tmp_path: Path) -> None:
    there: set[str] = set()

    def serve(sent: dict[str, Any]) -> Reply:
        if sent["title"] in there:
            return told({}, 500)
        there.add(sent["title"])
        return told(sent)

    # The second has the seed of the first: all words are the same, so nobody accepts the control.
    assert judged(serve, tmp_path, title="Sổ")[0] == "pass"
    assert all(MADE_UP.search(title) for title in there - {"Sổ"})
    assert judged(serve, tmp_path, title="Sổ")[:2] != ("fail", None)
