"""What decides about generated input: only a refusal of the input, beside a success without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from making import BASE_URL, answers, contract, exchange, goal

from conformance.checks.contract import generated
from conformance.evidence import Exchange, Request
from conformance.verdict import NotApplicable, NotTested, Violation

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}}
LISTS = contract({"/x": {"get": answers({"type": "object"}, parameters=[LIMIT])}})
UNIT = "GET /x"


def bent(status: int, query: str, *, origin: str = "value", control: int = 200) -> Exchange:
    facts: dict[str, Any] = {
        "origin": origin,
        "place": "query limit",
        "scenario": "above the maximum",
        "control": control,
        "control_seconds": 0.01,
    }
    made = exchange(unit=UNIT, case="generated", status=status, operation=UNIT, generated=facts)
    return replace(made, request=Request("GET", f"{BASE_URL}/x?{query}"))


def refusal_of(answer: Exchange) -> None:
    operation = LISTS.operation(UNIT)
    assert operation is not None
    generated.invalid_input_is_refused(answer, operation, LISTS, goal())


def example_taken(answer: Exchange) -> None:
    operation = LISTS.operation(UNIT)
    assert operation is not None
    generated.shown_input_is_accepted(answer, operation, LISTS, goal())


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_of_invalid_input_is_one(status: int) -> None:
    refusal_of(bent(status, "limit=10"))


def test_a_success_is_none() -> None:
    with pytest.raises(Violation):
        refusal_of(bent(200, "limit=10"))


@pytest.mark.parametrize("status", [202, 302, 401, 403, 404, 409, 429, 500])
def test_whatever_else_comes_decides_nothing_about_invalid_input(status: int) -> None:
    with pytest.raises(NotTested):
        refusal_of(bent(status, "limit=10"))


def test_what_the_good_call_has_already_is_nobodys_fault() -> None:
    elsewhere = bent(200, "limit=10")
    elsewhere.facts["generated"]["place"] = "header X-Trace"
    with pytest.raises(NotApplicable):
        refusal_of(elsewhere)
    with pytest.raises(NotApplicable):
        refusal_of(bent(200, "limit=10", origin="example"))
    elsewhere.facts["generated"]["place"] = "request"
    with pytest.raises(Violation):
        refusal_of(elsewhere)


def test_a_refusal_decides_nothing_where_the_good_call_is_refused_too() -> None:
    with pytest.raises(NotTested):
        refusal_of(bent(400, "limit=10", control=400))


@pytest.mark.parametrize(
    "query", ["limit=9", "limit=", "limit=null", "limit=5&limit=10", "other=10"]
)
def test_what_some_reading_allows_is_not_looked_at(query: str) -> None:
    with pytest.raises(NotApplicable):
        refusal_of(bent(200, query))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Violation), (422, Violation), (302, NotTested), (403, NotTested), (404, NotTested)],
)
def test_an_example_is_accepted_only_where_it_succeeds(
    status: int, outcome: type[BaseException]
) -> None:
    example_taken(bent(200, "limit=9", origin="example"))
    with pytest.raises(outcome):
        example_taken(bent(status, "limit=9", origin="example"))


def test_an_example_of_credentials_is_nobodys_where_the_caller_is_let_in() -> None:
    with pytest.raises(NotApplicable):
        example_taken(bent(401, "limit=9", origin="example"))
    with pytest.raises(NotTested):
        example_taken(bent(401, "limit=9", origin="example", control=401))
