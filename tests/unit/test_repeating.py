"""What is put twice: at any depth, and beside what a server makes of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from making import Reply, Seen, agency, answers, attempted, contract, demand, goal, planned, profile

from conformance.verdict import Reason, Verdict

PUT = "state.repeating.putting_twice_is_putting_once"
WRITING = {"/thing": {"get": answers(operationId="read"), "put": answers(operationId="write")}}
WRITING["/thing"]["put"]["requestBody"] = {"content": {"application/json": {}}}
SENT = {"data": {"title": "Sổ", "rows": [1], "password": "dat-lai-mat-khau"}}


def put_twice(told: Any, folder: Path) -> Any:
    """Return the finding on a server that tells, of the n-th writing, what `told(n)` says."""
    written = 0

    def serve(seen: Seen) -> Reply:
        nonlocal written
        written += seen.method == "PUT"
        return Reply(200, json.dumps({"data": told(written)}).encode())

    with agency(serve) as server:
        allowed = goal(
            server.base_url,
            allow=["read", "write"],
            authorisation={"reference": "r", "by": "b"},
            examples={"write": {"body": SENT}},
        )
        demanded = profile(demand("T-IOP-01", PUT))
        _, (finding,) = attempted(planned(contract(WRITING), allowed, demanded), folder)
    return finding.verdict, finding.reason


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (lambda n: {**SENT["data"], "last_modified": n}, (Verdict.PASS, None)),
        (lambda n: {**SENT["data"], "password": f"salted-{n}-0123456789"}, (Verdict.PASS, None)),
        (lambda n: {**SENT["data"], "rows": [1] * n}, (Verdict.FAIL, None)),
        (lambda n: {**SENT["data"], "title": "Sổ" if n % 2 else "Vở"}, (Verdict.FAIL, None)),
        (lambda n: {"made": n}, (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)),
    ],
    ids=["a time beside it", "a salt", "a list that grows", "a text that turns", "nothing of it"],
)
def test_what_was_sent_stays_as_it_was(told: Any, outcome: Any, tmp_path: Path) -> None:
    assert put_twice(told, tmp_path) == outcome
