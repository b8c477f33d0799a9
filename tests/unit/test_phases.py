"""Gates of the roadmap are asked from their due date on, and not the day before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conformance import profile as profiles


@pytest.mark.parametrize(
    ("phase", "first", "last"),
    [
        ("urgent-phase", date(2025, 6, 28), date(2025, 7, 1)),
        ("breakthrough-phase", date(2025, 12, 31), date(2025, 12, 31)),
    ],
)
def test_gates_bind_from_their_day_on(phase: str, first: date, last: date) -> None:
    demands = profiles.read(phase).requirements
    assert demands
    assert not any(demand.binds(first - timedelta(days=1)) for demand in demands)
    assert all(demand.binds(last) for demand in demands)
