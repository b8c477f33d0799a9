"""A stranger who gets round a refusal, and one who only seems to."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from making import (
    SCHEMES,
    SECURED,
    Reply,
    Seen,
    agency,
    answers,
    attempted,
    contract,
    demand,
    goal,
    planned,
    profile,
)

from conformance.checks.bypass.paths import spellings
from conformance.verdict import Reason, Verdict

SPELLED = "bypass.paths.other_spellings_open_nothing"
SPOOFED = "bypass.headers.spoofed_identities_are_ignored"
PATHS = {"/people/{id}": {"get": answers(operationId="read", security=SECURED)}}
PERSON = {"name": "Nguyễn Thị Bình An", "born": "1990-05-17", "mail": "a@example.com", "n": 1}
REFUSED = Reply(401, b'{"title": "Unauthorized"}')


def told(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


def found(
    check: str, answer: Callable[[Seen], Reply], folder: Path, **more: object
) -> tuple[Verdict, Reason | None]:
    """Return what a check finds at a server that refuses whoever is not known, or answers so."""

    def serve(seen: Seen) -> Reply:
        if seen.path == "/people/an" and seen.header("Authorization"):
            return told(PERSON)
        return answer(seen)

    with agency(serve) as server:
        wanted = goal(
            server.base_url,
            identities={"a": {"bearer": "demo:a-token-of-somebody"}},
            examples={"read": {"id": "an"}},
            **more,
        )
        plan = planned(contract(PATHS, **SCHEMES), wanted, profile(demand("T-SEC-01", check)))
        _, (finding,) = attempted(plan, folder)
        return finding.verdict, finding.reason


def strict(seen: Seen) -> Reply:
    return REFUSED if seen.path == "/people/an" else told({"title": "Not Found"}, 404)


def test_capitals_leave_the_values_of_variables_alone() -> None:
    assert "/PEOPLE/an" in set(spellings("/people/an", "/people/{id}"))
    assert len(list(spellings("/1/an", "/1/{id}"))) == 7


@pytest.mark.parametrize("check", [SPELLED, SPOOFED])
def test_a_server_that_refuses_them_all_passes(check: str, tmp_path: Path) -> None:
    assert found(check, strict, tmp_path) == (Verdict.PASS, None)


def test_every_spelling_reaches_the_server_as_it_was_written(tmp_path: Path) -> None:
    seen: list[str] = []

    def note(one: Seen) -> Reply:
        seen.append(one.path)
        return strict(one)

    found(SPELLED, note, tmp_path)
    assert set(spellings("/people/an", "/people/{id}")) <= set(seen)


@pytest.mark.parametrize("spelling", list(spellings("/people/an", "/people/{id}")))
def test_each_spelling_that_brings_the_data_is_found(spelling: str, tmp_path: Path) -> None:
    def serve(seen: Seen) -> Reply:
        return told(PERSON) if seen.path == spelling else strict(seen)

    assert found(SPELLED, serve, tmp_path) == (Verdict.FAIL, None)


def test_where_everybody_is_told_the_same_nothing_can_be_disclosed(tmp_path: Path) -> None:
    def serve(seen: Seen) -> Reply:
        return REFUSED if seen.path == "/people/an" else told(PERSON)

    assert found(SPELLED, serve, tmp_path) == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


@pytest.mark.parametrize(
    "shell",
    [
        told({"name": None, "born": None, "mail": None, "n": 0}),
        told({"code": "success", "message": "Thành công"}),
        told({"path": "/people/an/", "name": "Nguyễn Thị Bình An"}),
        Reply(200, b"<p>1990-05-17</p>", (("Content-Type", "text/html"),)),
        Reply(200, b""),
    ],
)
def test_a_success_without_the_data_is_no_disclosure(shell: Reply, tmp_path: Path) -> None:
    def serve(seen: Seen) -> Reply:
        return shell if seen.path.endswith("/") else strict(seen)

    assert found(SPELLED, serve, tmp_path) == (Verdict.PASS, None)


def test_records_of_somebody_else_disclose_only_at_the_very_path(tmp_path: Path) -> None:
    other = told({"name": "Đặng Quốc Ưng", "born": "1985-02-28", "mail": "b@example.com", "n": 2})

    def spoofed(seen: Seen) -> Reply:
        return other if seen.header("X-User-ID") else strict(seen)

    def spelled(seen: Seen) -> Reply:
        return other if seen.path.endswith("/") else strict(seen)

    assert found(SPOOFED, spoofed, tmp_path / "a") == (Verdict.FAIL, None)
    assert found(SPELLED, spelled, tmp_path / "b") == (Verdict.PASS, None)


def test_real_data_are_not_looked_at_so_a_success_stays_open(tmp_path: Path) -> None:
    def serve(seen: Seen) -> Reply:
        return told(PERSON) if seen.path.endswith("/") else strict(seen)

    real = {"data": "real"}
    assert found(SPELLED, serve, tmp_path / "a", **real) == (Verdict.NOT_TESTED, Reason.REDACTED)
    assert found(SPELLED, strict, tmp_path / "b", **real) == (Verdict.PASS, None)


def test_where_a_stranger_is_let_in_there_is_nothing_to_get_round(tmp_path: Path) -> None:
    verdict = found(SPELLED, lambda _: told(PERSON), tmp_path)
    assert verdict == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


def test_no_answer_to_a_spelling_is_no_pass(tmp_path: Path) -> None:
    def serve(seen: Seen) -> Reply:
        if seen.path.endswith("%00"):
            raise ConnectionAbortedError
        return strict(seen)

    assert found(SPELLED, serve, tmp_path) == (Verdict.NOT_TESTED, Reason.UNREACHABLE)
