"""Versions that are outdated: what is a refusal, and what only looks like one."""

import json
from pathlib import Path
from typing import Any

import pytest
from making import WRITING as PERMIT
from making import Reply, Seen, agency, answers, attempted, contract, demand, goal, planned, profile

from conformance.verdict import Reason, Verdict

VERSIONS = "state.versions.outdated_versions_are_not_overwritten"
THING = {"/thing": {"get": answers(operationId="read"), "put": answers(operationId="write")}}
THING["/thing"]["put"]["requestBody"] = {"content": {"application/json": {}}}


def written_over(refusal: int, folder: Path, *, keeps: bool = True) -> Any:
    """Return the finding on a server that answers outdated versions with a status.

    Args:
        refusal: the status.
        folder: where the run is kept.
        keeps: whether the thing stays as it was.
    """
    version = 1

    def serve(seen: Seen) -> Reply:
        nonlocal version
        held = seen.header("If-Match")
        outdated = seen.method == "PUT" and held not in {"", f'"{version}"'}
        version += seen.method == "PUT" and not (outdated and keeps)
        fields = [("Content-Type", "application/json"), ("ETag", f'"{version}"')]
        if outdated and 300 <= refusal < 400:
            fields.append(("Location", "/elsewhere"))
        return Reply(refusal if outdated else 200, json.dumps({"name": "a"}).encode(), (*fields,))

    with agency(serve) as server:
        allowed = goal(server.base_url, **PERMIT, examples={"write": {"body": {"name": "a"}}})
        demanded = profile(demand("T-IOP-01", VERSIONS))
        _, (finding,) = attempted(planned(contract(THING), allowed, demanded), folder)
    return finding.verdict, finding.reason


@pytest.mark.parametrize("refusal", [409, 412, 428])
def test_a_refusal_keeps_what_is_there(refusal: int, tmp_path: Path) -> None:
    assert written_over(refusal, tmp_path) == (Verdict.PASS, None)


@pytest.mark.parametrize("answer", [303, 307, 500])
def test_what_is_neither_success_nor_refusal_tells_nothing(answer: int, tmp_path: Path) -> None:
    assert written_over(answer, tmp_path) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


def test_a_success_is_judged_by_what_it_did(tmp_path: Path) -> None:
    # It may say that the same was done before (RFC 9110, section 13.1.1).
    done_before = written_over(200, tmp_path / "a")
    assert done_before == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)
    assert written_over(200, tmp_path / "b", keeps=False) == (Verdict.FAIL, None)
