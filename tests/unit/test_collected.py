"""Exchanges found by id and case, and calls counted request by request, however many there are."""

import random
import sys
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from making import BASE_URL, exchange

from conformance.availability import Availability
from conformance.collected import Evidence
from conformance.evidence import Exchange, Request

ODD = ["target.007", "target.0", "target.-1", "target.٣", "target.", "x", "target.999999999999999"]


def called(page: int, status: int = 200, number: int = 1) -> Exchange:
    made = exchange(number, status=status, operation="GET /things")
    return replace(made, request=Request("GET", f"{BASE_URL}/things?page={page}"))


# --- found by id ---------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 60), unique=True), st.integers(1, 60))
def test_ids_are_found_though_they_come_in_disorder(ordinals: list[int], other: int) -> None:
    held = Evidence(exchange(ordinal) for ordinal in ordinals)
    for ordinal in ordinals:
        found = held.get(f"target.{ordinal}")
        assert found is not None
        assert found.id == f"target.{ordinal}"
    assert (held.get(f"target.{other}") is None) == (other not in ordinals)


def test_odd_ids_of_a_record_from_elsewhere_are_found_and_fill_no_memory() -> None:
    held = Evidence(replace(exchange(1), id=name) for name in [*ODD, "target.999999999"])
    for name in (*ODD, "target.999999999"):
        found = held.get(name)
        assert found is not None
        assert found.id == name
    assert held.get("target.7") is None
    assert sum(sys.getsizeof(row) for row in held._by_id._rows.values()) < 100_000


# --- calls counted -------------------------------------------------------------------------------


def test_calls_of_one_request_are_counted_together_and_failures_shown() -> None:
    statuses = [200, 500, 200, 503, 404]
    held = Evidence(called(1, status, n) for n, status in enumerate(statuses, 1))
    (calls,) = held.calls
    assert (calls.answered, calls.succeeded, calls.broken) == (3, 2, 2)
    assert [failure.id for failure in calls.failing] == ["target.2", "target.4"]


def test_of_very_many_requests_a_sample_is_counted_whole_in_whatever_order() -> None:
    # Each page was asked three times, and every third answer of it failed.
    asked = [(page, 500 if turn == 2 else 200) for page in range(300) for turn in range(3)]
    found = []
    for seed in range(3):
        random.Random(seed).shuffle(asked)  # noqa: S311  # an order, no secret
        availability = Availability(most=50)
        for number, (page, status) in enumerate(asked):
            availability.add(number, called(page, status))
        sample = list(availability.calls())
        assert len(sample) == 50
        assert all(
            (calls.answered, calls.broken, len(numbers)) == (2, 1, 1) for calls, numbers in sample
        )
        found.append({asked[numbers[0]][0] for _, numbers in sample})
    assert found[0] == found[1] == found[2]


def test_as_many_as_fit_are_all_counted() -> None:
    availability = Availability(most=300)
    for page in range(300):
        availability.add(page, called(page))
    assert len(list(availability.calls())) == 300


def test_what_breaks_on_a_field_is_another_request() -> None:
    availability = Availability()
    availability.add(1, called(1))
    odd = called(1, status=500)
    odd = replace(odd, request=replace(odd.request, headers=(("If-Match", "*x"),)))
    availability.add(2, odd)
    availability.add(3, called(1))
    assert [(calls.answered, calls.broken) for calls, _ in availability.calls()] == [(2, 0), (0, 1)]


def test_what_tells_nothing_of_the_server_takes_no_room() -> None:
    availability = Availability()
    for facts in (
        {"housekeeping": True},
        {"unsent": "paused"},
        {"tls_refused": "alert"},
        {"wellformed": False},
        {"operation": ""},
    ):
        made = called(1)
        availability.add(0, replace(made, facts={**made.facts, **facts}))
    resting = exchange(status=503, headers=(("Retry-After", "5"),), operation="GET /things")
    availability.add(0, resting)
    assert not list(availability.calls())
