"""Input that is obeyed, and input that only changes what is found."""

import json
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from making import (
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

from conformance.verdict import Reason, Verdict

SQL = "injection.sql.parameters_stay_data_in_sql"
FILES = "injection.files.parameters_name_no_files"
NOSQL = "injection.nosql.parameters_stay_data_in_nosql"
SPLIT = "injection.splitting.parameters_end_no_header"


def parameter(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string", **schema}}


LIST = {
    "/items": {
        "get": answers(
            operationId="list",
            parameters=[
                parameter("page", type="integer", default=1),
                parameter("kind", enum=["a", "b"]),
                parameter("q", example="anh"),
            ],
        )
    }
}


def found(check: str, answer: Callable[[dict[str, str]], Reply], folder: Path, **more: Any) -> Any:
    def serve(seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.path).query)
        return answer({name: given[0] for name, given in query.items()})

    with agency(serve) as server:
        plan = planned(
            contract(LIST), goal(server.base_url, **more), profile(demand("T-INJ-01", check))
        )
        _, (finding,) = attempted(plan, folder)
        return finding.verdict, finding.reason


def told(*rows: Any) -> Reply:
    return Reply(200, json.dumps({"items": rows}).encode())


def searched(statement: Callable[[str], str]) -> Callable[[dict[str, str]], Reply]:
    """Return a server that pastes a text into a statement and hides what goes wrong."""

    def answer(query: dict[str, str]) -> Reply:
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE items (name TEXT, number INTEGER)")
        database.executemany("INSERT INTO items VALUES (?, ?)", [("anh", 1), ("binh", 2)])
        try:
            return told(*database.execute(statement(query.get("q", "anh"))).fetchall())
        except sqlite3.Error:
            return Reply(500, b"{}")
        finally:
            database.close()

    return answer


def test_a_text_pasted_into_a_statement_is_found(tmp_path: Path) -> None:
    pasted = searched(lambda q: f"SELECT * FROM items WHERE name = '{q}'")  # noqa: S608  # what is to be found
    assert found(SQL, pasted, tmp_path) == (Verdict.FAIL, None)


def test_a_text_with_its_quotes_doubled_is_data(tmp_path: Path) -> None:
    def escaped(q: str) -> str:
        doubled = q.replace("'", "''")
        return f"SELECT * FROM items WHERE name = '{doubled}'"  # noqa: S608  # it is escaped

    assert found(SQL, searched(escaped), tmp_path) == (Verdict.PASS, None)


def test_a_parameter_without_effect_proves_nothing(tmp_path: Path) -> None:
    verdict = found(SQL, lambda _: told("anh"), tmp_path)
    assert verdict == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


def test_answers_that_always_differ_prove_nothing(tmp_path: Path) -> None:
    numbers = iter(range(100000))

    def answer(_: dict[str, str]) -> Reply:
        return Reply(200, str(next(numbers)).encode())

    assert found(SQL, answer, tmp_path) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


def test_a_time_in_every_answer_hides_no_injection(tmp_path: Path) -> None:
    numbers = iter(range(100000))
    pasted = searched(lambda q: f"SELECT * FROM items WHERE name = '{q}'")  # noqa: S608  # what is to be found

    def answer(query: dict[str, str]) -> Reply:
        made = pasted(query)
        if made.status != 200:
            return made
        return Reply(200, json.dumps({**json.loads(made.body), "at": next(numbers)}).encode())

    assert found(SQL, answer, tmp_path) == (Verdict.FAIL, None)


def test_words_of_ours_that_change_what_is_found_are_not_obeyed(tmp_path: Path) -> None:
    def answer(query: dict[str, str]) -> Reply:
        # A search by words: more of them find less, and say so in their own way.
        words = query.get("q", "anh").replace("'", " ").replace("=", " ").split()
        return told("anh") if len(words) in {1, len({*words}) + 1} else told(*sorted(words)[:-1])

    assert found(SQL, answer, tmp_path) == (Verdict.PASS, None)


def test_refusals_that_repeat_the_question_are_alike(tmp_path: Path) -> None:
    def answer(query: dict[str, str]) -> Reply:
        asked = query.get("q", "anh")
        return told("anh") if asked == "anh" else Reply(404, json.dumps({"q": asked}).encode())

    assert found(SQL, answer, tmp_path) == (Verdict.PASS, None)


def test_a_firewall_in_front_proves_nothing_of_the_statement(tmp_path: Path) -> None:
    page = Reply(403, b"<p>no</p>", (("Content-Type", "text/html"), ("cf-ray", "1")))

    def answer(query: dict[str, str]) -> Reply:
        return page if "'" in query.get("q", "") else told(query.get("q"))

    assert found(SQL, answer, tmp_path) == (Verdict.NOT_TESTED, Reason.BLOCKED)


def test_a_firewall_in_front_keeps_files_and_fields_safe(tmp_path: Path) -> None:
    page = Reply(403, b"<p>no</p>", (("Content-Type", "text/html"), ("cf-ray", "1")))

    def answer(query: dict[str, str]) -> Reply:
        return page if query else told()

    assert found(FILES, answer, tmp_path / "a") == (Verdict.PASS, None)
    assert found(SPLIT, answer, tmp_path / "b") == (Verdict.PASS, None)


@pytest.mark.parametrize("splits", [True, False])
def test_where_to_go_next_is_a_header_too(tmp_path: Path, *, splits: bool) -> None:
    def answer(query: dict[str, str]) -> Reply:
        where = query.get("q", "")
        lines = where.split("\r\n") if splits else [where.replace("\r\n", " ").replace("\n", " ")]
        fields = [("Location", lines[0].encode("ascii", "replace").decode())]
        fields += [(name, value) for name, _, value in (line.partition(": ") for line in lines[1:])]
        return Reply(302, b"", tuple(fields))

    verdict, _ = found(SPLIT, answer, tmp_path)
    assert verdict is (Verdict.FAIL if splits else Verdict.PASS)


def test_an_operation_that_only_refuses_shows_no_header(tmp_path: Path) -> None:
    verdict = found(SPLIT, lambda _: Reply(404), tmp_path)
    assert verdict == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


def test_what_the_target_gives_is_tried_first(tmp_path: Path) -> None:
    asked: list[dict[str, str]] = []

    def answer(query: dict[str, str]) -> Reply:
        asked.append(query)
        return told(query.get("kind"))

    found(SQL, answer, tmp_path, examples={"list": {"kind": "a"}})
    assert any("'" in query.get("kind", "") for query in asked)
    assert not any("'" in query.get("q", "") for query in asked)


@pytest.mark.parametrize("check", [FILES, SPLIT])
def test_the_content_of_real_data_is_not_looked_at(check: str, tmp_path: Path) -> None:
    verdict, reason = found(check, lambda _: told("anh"), tmp_path, data="real")
    # A header field is seen either way; the body is not.
    expected = (Verdict.NOT_TESTED, Reason.REDACTED) if check == FILES else (Verdict.PASS, None)
    assert (verdict, reason) == expected


TWO = {
    "/gate": {"get": answers(operationId="gate", parameters=[parameter("a", example="anh")])},
    "/items": {
        "get": answers(
            operationId="list",
            parameters=[parameter("q", example="anh"), parameter("r", example="anh")],
        )
    },
}


def found_of_two(
    answer: Callable[[dict[str, str]], Reply], folder: Path, *, example: str, **params: Any
) -> Any:
    """Return the finding where one operation wants a log-in that nobody has."""

    def serve(seen: Seen) -> Reply:
        place = urlsplit(seen.path)
        query = {name: given[0] for name, given in parse_qs(place.query).items()}
        return Reply(401) if place.path == "/gate" else answer(query)

    with agency(serve) as server:
        given = {"gate": {"a": "anh"}, "list": {example: "anh"}}
        plan = planned(
            contract(TWO),
            goal(server.base_url, examples=given),
            profile(demand("T-INJ-01", {SQL: params} if params else SQL)),
        )
        _, (finding,) = attempted(plan, folder)
        return finding.verdict, finding.reason


def test_an_operation_that_turns_everybody_away_hides_no_other(tmp_path: Path) -> None:
    pasted = searched(lambda q: f"SELECT * FROM items WHERE name = '{q}'")  # noqa: S608  # what is to be found
    assert found_of_two(pasted, tmp_path, example="q") == (Verdict.FAIL, None)


def test_where_everybody_is_turned_away_nothing_is_told(tmp_path: Path) -> None:
    outcome = found_of_two(lambda _: Reply(401), tmp_path, example="q")
    assert outcome == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


@pytest.mark.parametrize("escaped", [True, False])
def test_a_parameter_that_leaves_it_open_hides_no_other(tmp_path: Path, *, escaped: bool) -> None:
    def statement(q: str) -> str:
        text = q.replace("'", "''") if escaped else q
        return f"SELECT * FROM items WHERE name = '{text}'"  # noqa: S608  # what is to be found

    # `r`, which comes first because its value is given, changes nothing in the answer.
    outcome = found_of_two(searched(statement), tmp_path, example="r", max_params=2)
    expected = (Verdict.NOT_TESTED, Reason.NO_TEST_DATA) if escaped else (Verdict.FAIL, None)
    assert outcome == expected


ITEM = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
VERSION = {"name": "version", "in": "path", "required": True, "schema": {"type": "string"}}
DOCUMENTED = {
    "/{version}/_openapi": {"get": answers(operationId="document", parameters=[VERSION])},
    "/items/{id}": {"get": answers(operationId="read", parameters=[ITEM])},
    "/pages": {"get": answers(operationId="pages", parameters=[parameter("page", type="integer")])},
}
GIVEN = {"document": {"version": "v1"}, "read": {"id": 1}, "pages": {"page": 1}}


def item_by_pasting(seen: Seen) -> Reply:
    """Answer the contract, pages that are all alike, and items by a number that is pasted."""
    path = unquote(urlsplit(seen.path).path)
    if path == "/v1/_openapi":
        return Reply(200, b'{"openapi": "3.0.3", "paths": {}}')
    if not path.startswith("/items/"):
        return Reply(404)
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE TABLE items (id INTEGER, name TEXT)")
        database.executemany("INSERT INTO items VALUES (?, ?)", [(1, "anh"), (2, "binh")])
        pasted = f"SELECT name FROM items WHERE id = {path.removeprefix('/items/')}"  # noqa: S608  # what is to be found
        row = database.execute(pasted).fetchone()
        return told(*row) if row else Reply(404)
    except sqlite3.Error:
        return Reply(500)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("most", "verdict", "looked_at"),
    [(1, Verdict.FAIL, "1 of 3 parameters of this kind looked at: GET /items/{id}, id")],
)
def test_an_identifier_is_tried_before_the_version_of_the_contract(
    most: int, verdict: Verdict, looked_at: str, tmp_path: Path
) -> None:
    with agency(item_by_pasting) as server:
        wanted = goal(server.base_url, examples=GIVEN)
        asked = profile(demand("T-INJ-01", {SQL: {"max_params": most}}))
        _, (finding,) = attempted(planned(contract(DOCUMENTED), wanted, asked), tmp_path)
    assert finding.verdict is verdict
    assert [note.en for note in finding.notes] == [looked_at]


def test_kinds_of_parameters_take_turns(tmp_path: Path) -> None:
    names = [parameter(name, example="a") for name in ("first", "second")]
    paths = {
        "/list": {"get": answers(operationId="list", parameters=names)},
        "/items/{id}": {"get": answers(operationId="read", parameters=[ITEM])},
    }
    with agency(lambda _: told("anh")) as server:
        wanted = goal(server.base_url, examples={"read": {"id": 1}, "list": {"first": "a"}})
        asked = profile(demand("T-INJ-01", {SQL: {"max_params": 2}}))
        _, (finding,) = attempted(planned(contract(paths), wanted, asked), tmp_path)
    (note,) = finding.notes
    assert "first" in note.en
    assert "id" in note.en.partition("looked at")[2]
    assert "second" not in note.en


# --- operators of document stores -----------------------------------------------------------------

ROWS = ("anh", "binh", "chi")


def documents(query: dict[str, str], *, unknown: Reply, refuses: bool = False) -> Reply:
    """Answer as a framework does that reads brackets as objects and asks its store with them."""
    sign = next((name for name in query if name.startswith("q[")), None)
    if sign is None:
        rows = [row for row in ROWS if query.get("q", row) == row]
        return told(*rows) if rows or not refuses else Reply(400)
    if sign == "q[$ne]":
        return told(*(row for row in ROWS if row != query[sign]))
    return told(*(row for row in ROWS if row == query[sign])) if sign == "q[$eq]" else unknown


@pytest.mark.parametrize("unknown", [Reply(500), Reply(400), told()], ids=["500", "400", "empty"])
@pytest.mark.parametrize("refuses", [False, True])
def test_an_operator_in_a_filter_is_found(tmp_path: Path, unknown: Reply, refuses: bool) -> None:  # noqa: FBT001  # a parameter of the table
    def answer(query: dict[str, str]) -> Reply:
        return documents(query, unknown=unknown, refuses=refuses)

    assert found(NOSQL, answer, tmp_path) == (Verdict.FAIL, None)


def test_an_operator_is_found_beside_a_time(tmp_path: Path) -> None:
    numbers = iter(range(100000))

    def answer(query: dict[str, str]) -> Reply:
        made = documents(query, unknown=told())
        return Reply(200, json.dumps({**json.loads(made.body), "at": next(numbers)}).encode())

    assert found(NOSQL, answer, tmp_path) == (Verdict.FAIL, None)


def overlooked(query: dict[str, str]) -> Reply:
    return told(*(row for row in ROWS if query.get("q", row) == row))


def an_object_is_overlooked(query: dict[str, str]) -> Reply:
    return told(*ROWS) if any("[" in name for name in query) else overlooked(query)


def overlooked_and_repeated(query: dict[str, str]) -> Reply:
    return Reply(200, json.dumps({"asked": query, **json.loads(overlooked(query).body)}).encode())


def overlooked_unless_unknown(query: dict[str, str]) -> Reply:
    return Reply(400) if "q[$vnct]" in query else an_object_is_overlooked(query)


def overlooked_at_a_time(query: dict[str, str]) -> Reply:
    told_so = json.loads(an_object_is_overlooked(query).body)
    return Reply(200, json.dumps({**told_so, "at": str(uuid.uuid4())}).encode())


def a_list(query: dict[str, str]) -> Reply:
    return overlooked({name.partition("[")[0]: value for name, value in query.items()})


def refused(query: dict[str, str]) -> Reply:
    return Reply(400) if any("[" in name for name in query) else overlooked(query)


@pytest.mark.parametrize(
    "answer",
    [
        overlooked,
        an_object_is_overlooked,
        overlooked_and_repeated,
        overlooked_unless_unknown,
        overlooked_at_a_time,
        a_list,
        refused,
    ],
    ids=lambda answer: answer.__name__,
)
def test_brackets_that_are_no_operators_are_spared(
    tmp_path: Path, answer: Callable[[dict[str, str]], Reply]
) -> None:
    assert found(NOSQL, answer, tmp_path) == (Verdict.PASS, None)


def test_operators_without_effect_or_without_equal_prove_nothing(tmp_path: Path) -> None:
    verdict = found(NOSQL, lambda _: told("anh"), tmp_path / "one")
    assert verdict == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)

    def answer(query: dict[str, str]) -> Reply:
        return told("a page of help") if "q[$eq]" in query else documents(query, unknown=told())

    verdict = found(NOSQL, answer, tmp_path / "two")
    assert verdict == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)
