"""For how long certificates may live, by the day that they were issued on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conformance.sandbox.tls import Leaf, Shop
from conformance.tls import certificates

SHOP = Shop()


@pytest.mark.parametrize(
    ("issued", "policy", "days"),
    [
        ("2019-06-01", "2.23.140.1.2.1", None),
        ("2020-09-02", "2.23.140.1.2.1", 398),
        ("2026-03-14", "2.23.140.1.2.2", 398),
        ("2026-03-15", "2.23.140.1.1", 200),
        ("2027-03-15", "2.23.140.1.2.3", 100),
        ("2029-03-15", "2.23.140.1.2.1", 47),
        ("2026-03-15", "1.3.6.1.4.1.55555.1.1", None),
        ("2026-03-15", "", None),
    ],
)
def test_the_limit_is_that_of_the_day_of_issue(issued: str, policy: str, days: int | None) -> None:
    age = datetime.now(UTC) - datetime.fromisoformat(f"{issued}T12:00:00+00:00")
    wanted = Leaf(age=age, left=timedelta(days=10) - age, policy=policy)
    leaf = certificates.parsed(SHOP.der(wanted))[0]
    limit = certificates.longest_life(leaf)
    assert (limit.days if limit else None) == days
