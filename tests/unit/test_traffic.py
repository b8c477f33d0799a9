"""What was reached of each operation: nothing is tested that only ever turned callers away."""

from __future__ import annotations

from typing import Any

import pytest
from making import answers, contract, exchange

from conformance import traffic
from conformance.evidence import Exchange
from conformance.tally import Tally
from conformance.text import Text
from conformance.verdict import Violation

UNIT = "GET /things"
THINGS = contract({"/things": {"get": answers({"type": "object"}, operationId="list")}})
BENT = {"origin": "value", "control": 200, "control_seconds": 0.01}


def called(*statuses: int, **facts: Any) -> traffic.Reached:
    made = [
        exchange(number, unit=UNIT, status=status, operation=UNIT, **facts)
        for number, status in enumerate(statuses, 1)
    ]
    return traffic.of(THINGS.operations, made).reached[UNIT]


@pytest.mark.parametrize(
    ("statuses", "tested"),
    [((), False), ((401, 403), False), ((404,), False), ((404, 400), True), ((403, 200), True)],
)
def test_an_operation_is_tested_where_somebody_got_past_the_door(
    statuses: tuple[int, ...], *, tested: bool
) -> None:
    found = called(*statuses)
    assert found.tested is tested
    assert (found.why_not() is None) is tested


def test_housekeeping_and_what_was_not_sent_reach_nothing() -> None:
    assert not called(200, housekeeping=True).tested
    assert traffic.of(THINGS.operations, [exchange(unsent="stopped")]).requests.total() == 0


def test_what_was_not_tested_is_told_first_and_answers_are_counted() -> None:
    both = contract(
        {
            "/things": {"get": answers({"type": "object"})},
            "/secrets": {"get": answers({"type": "object"})},
        }
    )
    made = [
        exchange(1, unit=UNIT, operation=UNIT, status=200),
        exchange(2, unit=UNIT, operation=UNIT, status=500, generated=BENT),
        exchange(3, unit="GET /secrets", operation="GET /secrets", status=403),
    ]
    whole = traffic.of(both.operations, made)
    assert whole.as_json()["generated"] == {"value": 1}
    told = whole.coverage()
    assert [entry["operation"] for entry in told] == ["GET /secrets", UNIT]
    assert told[0]["because"]["en"] == "only ever answered 403"
    first = told[1]
    assert (first["calls"], first["generated"], first["succeeded"]) == (2, 1, 1)
    assert first["statuses"] == {"200": 1, "500": 1}
    assert (first["answers_seen"], first["answers_documented"]) == (1, 1)


def broke(
    number: int, place: str, scenario: str, status: int = 500, body: bytes = b"x"
) -> Exchange:
    bent = {**BENT, "place": place, "scenario": scenario}
    return exchange(number, unit=UNIT, case="generated", status=status, body=body, generated=bent)


def buckets(*exchanges: Exchange) -> int:
    tally = Tally()
    for one in exchanges:
        tally.add(one, Violation(Text("a", "a"), Text(str(one.status), str(one.status))))
    return len(tally.buckets)


def test_two_errors_of_the_server_in_one_operation_are_two() -> None:
    quote = broke(1, "query q", "quotation marks", body=b"syntax error")
    other = broke(2, "query q", "a backslash at the end", body=b"bad pattern")
    assert buckets(quote, other) == 2
    assert buckets(quote, broke(3, "query page", "quotation marks", body=b"syntax error")) == 2


def test_one_error_by_many_values_of_a_family_is_one() -> None:
    # What differs from answer to answer, such as the id of the request, tells nothing apart.
    one = broke(1, "query page", "a number: 0", body=b'{"trace": "0af7651916cd43dd"}')
    other = broke(2, "query page", "a number: -1", body=b'{"trace": "b9c7c989f97918e1"}')
    assert buckets(one, other) == 1


def test_how_wrong_input_is_refused_is_told_once() -> None:
    refused = [broke(n, f"query p{n}", f"scenario {n}", status=400) for n in range(9)]
    assert buckets(*refused) == 1
