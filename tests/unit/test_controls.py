"""The control for a question about the target as a whole: a read that does succeed."""

from pathlib import Path
from typing import Any

import pytest
from making import (
    SCHEMES,
    SECURED,
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

from conformance.verdict import Reason, Verdict

TRACE = "http.methods.trace_echoes_nothing"
HEAD = "http.methods.head_mirrors_get"
CORS = "headers.cors.origins_are_not_reflected"
PATHS = {
    "/gone": {"get": answers(operationId="gone")},
    "/there": {"get": answers(operationId="there")},
}


def careless(seen: Seen) -> Reply:
    """Echo what must not be echoed, but only where there is something at all."""
    if seen.path != "/there":
        return Reply(404, b"{}")
    if seen.method == "TRACE":
        told = "".join(f"{name}: {value}\r\n" for name, value in seen.headers)
        return Reply(200, told.encode(), (("Content-Type", "message/http"),))
    origin = seen.header("Origin")
    allowed = (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
    )
    return Reply(200, b"{}", (("Content-Type", "application/json"), *allowed[: 2 * bool(origin)]))


@pytest.mark.parametrize("check", [TRACE, CORS])
def test_the_first_read_that_succeeds_is_the_control(check: str, tmp_path: Path) -> None:
    with agency(careless) as server:
        wanted = goal(
            server.base_url,
            allow=["read", "write"],
            authorisation={"reference": "No. 1", "by": "The owner"},
        )
        ran = run(planned(contract(PATHS), wanted, profile(demand("T-SEC-01", check))), tmp_path)
    assert [finding.verdict for finding in ran.findings] == [Verdict.FAIL]


def test_where_no_read_succeeds_the_first_says_why(tmp_path: Path) -> None:
    def nothing(seen: Seen) -> Reply:
        return Reply(404 if seen.path == "/gone" else 500, b"{}")

    with agency(nothing) as server:
        wanted = planned(contract(PATHS), goal(server.base_url), profile(demand("T-SEC-01", CORS)))
        (finding,) = run(wanted, tmp_path).findings
    assert (finding.verdict, finding.reason) == (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)


@pytest.mark.parametrize(
    ("examples", "list_status", "reason"),
    [
        ({}, 200, Reason.NO_TEST_DATA),
        ({"one": {"id": "7"}}, 200, Reason.NO_CREDENTIALS),
        ({}, 403, Reason.NO_CREDENTIALS),
    ],
)
def test_a_refused_sample_of_somebody_known_wants_test_data(
    examples: dict[str, Any], list_status: int, reason: Reason, tmp_path: Path
) -> None:
    """403 may mean that there is no such thing; whether it does cannot be told of other values."""
    sample = {"name": "id", "in": "path", "required": True, "example": "8", "schema": {}}
    paths = {
        "/all": {"get": answers(security=SECURED)},
        "/all/{id}": {"get": answers(operationId="one", parameters=[sample], security=SECURED)},
    }

    def answer(seen: Seen) -> Reply:
        return Reply(list_status if seen.path == "/all" else 403)

    with agency(answer) as server:
        people = {"a": {"bearer": "demo:a-token-of-somebody"}}
        wanted = goal(server.base_url, identities=people, examples=examples)
        plan = planned(contract(paths, **SCHEMES), wanted, profile(demand("T-IOP-01", HEAD)))
        found = {f.unit: f for f in run(plan, tmp_path).findings}
    assert found["GET /all/{id}"].reason is reason
    because = found["GET /all/{id}"].because
    assert because is not None
    assert ("`examples: {one: {id: …}}`" in because.en) == (reason is Reason.NO_TEST_DATA)


def test_searching_goes_on_to_the_next_parameter(tmp_path: Path) -> None:
    """Some parameters take closed words, and their contract does not say so."""
    names = ["meta", "fields", "search"]
    text = {"type": "string"}
    listed = [{"name": name, "in": "query", "schema": text} for name in names]
    paths = {
        "/all": {"get": answers(operationId="all", parameters=listed)},
        "/some": {"get": answers(operationId="some", parameters=listed[:2])},
    }

    def answer(seen: Seen) -> Reply:
        return Reply(422 if "meta=" in seen.path or "fields=" in seen.path else 200)

    with agency(answer) as server:
        check = "http.queries.vietnamese_in_queries_is_understood"
        plan = planned(contract(paths), goal(server.base_url), profile(demand("T-IOP-01", check)))
        found = {f.unit: f for f in run(plan, tmp_path).findings}
    assert found["GET /all"].verdict is Verdict.PASS
    assert found["GET /some"].verdict is Verdict.NOT_TESTED
    assert "`enum`" in str(found["GET /some"].because)
