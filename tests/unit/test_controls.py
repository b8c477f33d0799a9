"""The control for a question about the target as a whole: a read that does succeed."""

from pathlib import Path

import pytest
from making import Reply, Seen, agency, answers, contract, demand, goal, planned, profile, run

from conformance.verdict import Reason, Verdict

TRACE = "http.methods.trace_echoes_nothing"
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
