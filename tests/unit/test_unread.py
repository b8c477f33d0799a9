"""What could not be looked at whole does not pass by what else was looked at."""

from pathlib import Path
from typing import Any

import pytest
from making import WRITING, Ran, Reply, Seen, agency, answers, contract, demand, goal, planned
from making import profile as requiring
from making import run as ran

DUPLICATES = "formats.json.names_are_unique"
BREAKS = "contract.answers.server_does_not_break"
HEAD = "http.methods.head_mirrors_get"
PATHS: dict[str, Any] = {
    "/things": {"get": answers({"type": "object"})},
    "/deep": {"get": answers({})},
}


def judged(answer: Any, folder: Path, *checks: str) -> Ran:
    with agency(answer) as server:
        wanted = goal(server.base_url, **WRITING)
        demands = [demand(f"T-IOP-{n:02}", check) for n, check in enumerate(checks, 1)]
        return ran(planned(contract(PATHS), wanted, requiring(*demands)), folder)


@pytest.mark.parametrize(
    ("depth", "wanted"), [(2, "fail"), (150, "not_tested"), (3000, "not_tested")]
)
def test_a_body_too_deep_to_read_does_not_pass_by_the_others(
    depth: int, wanted: str, tmp_path: Path
) -> None:
    hidden = "[" * depth + '{"k": 1, "k": 2}' + "]" * depth

    def answer(seen: Seen) -> Reply:
        return Reply(200, body=hidden.encode() if seen.path == "/deep" else b'{"n": 1}')

    found = judged(answer, tmp_path, DUPLICATES).results["requirements"][0]
    assert found["verdict"] == wanted


def test_a_server_that_breaks_on_another_method_breaks(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(500 if seen.method == "HEAD" and seen.path == "/things" else 200)

    made = judged(answer, tmp_path, HEAD, BREAKS)
    found = {entry["id"]: entry for entry in made.results["requirements"]}
    failed = [line["unit"] for line in found["T-IOP-02"]["results"] if line["verdict"] == "fail"]
    assert failed == ["GET /things"]
    assert found["T-IOP-02"]["verdict"] == "fail"
