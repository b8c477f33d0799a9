"""No change is made that nobody has seen: not with an empty body, not where nobody named it."""

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

CHECKS = (
    "http.bodies.unsupported_types_are_refused",
    "contract.answers.server_does_not_break",
    "state.repeating.putting_twice_is_putting_once",
    "state.versions.outdated_versions_are_not_overwritten",
    "http.creation.what_was_created_is_where_location_says",
)
BODY = {"content": {"application/json": {"schema": {"properties": {"name": {"type": "string"}}}}}}
SEARCH = answers(operationId="search", requestBody=BODY, **{"x-safe": True})
PATHS = {
    "/users": {
        "get": answers(operationId="list"),
        "post": answers(operationId="make", requestBody=BODY),
    },
    "/settings": {
        "put": answers(operationId="set", requestBody=BODY),
        "patch": answers(operationId="change", requestBody=BODY),
    },
    "/cache/clear": {"post": answers(operationId="clear")},
    "/search": {"post": SEARCH},
}


def changed(folder: Path, **given: Any) -> tuple[set[str], list[Seen], str]:
    """Return the writes that arrived, and what the findings say, on a server that takes all."""
    with agency(lambda _: Reply()) as server:
        wanted = goal(server.base_url, **WRITING, examples=given)
        asked = profile(*(demand(f"T-IOP-0{n}", check) for n, check in enumerate(CHECKS, 1)))
        ran = run(planned(contract(PATHS), wanted, asked), folder)
        writes = [seen for seen in server.seen if seen.method not in {"GET", "HEAD", "OPTIONS"}]
    told = " ".join(found.because.en for found in ran.findings if found.because)
    return {f"{seen.method} {seen.path}" for seen in writes}, writes, told


def test_nothing_is_changed_without_a_body_that_somebody_gave(tmp_path: Path) -> None:
    reached, _, told = changed(tmp_path)
    assert reached == {"POST /search"}
    assert "`examples: {make: {body: …}}`" in told
    assert "`examples: {clear: {}}`" in told


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        ({"clear": {}}, {"POST /search", "POST /cache/clear"}),
        ({"make": {"body": {"name": "Sổ"}}}, {"POST /search", "POST /users"}),
    ],
    ids=["named", "with a body"],
)
def test_what_the_target_file_names_is_called(
    given: dict[str, Any], reached: set[str], tmp_path: Path
) -> None:
    assert changed(tmp_path, **given)[0] == reached


def test_a_body_that_the_contract_gives_is_sent(tmp_path: Path) -> None:
    given = {"example": {"name": "Sổ"}, **BODY["content"]["application/json"]}
    body = {"content": {"application/json": given}}
    paths = {"/users": {"post": answers(operationId="make", requestBody=body)}}
    with agency(lambda _: Reply()) as server:
        wanted = goal(server.base_url, **WRITING)
        run(planned(contract(paths), wanted, profile(demand("T-IOP-01", CHECKS[1]))), tmp_path)
        assert any(seen.method == "POST" and seen.body for seen in server.seen)
