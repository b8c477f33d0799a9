"""Conditions on records: what counts for a share, and what has the property."""

from __future__ import annotations

import pytest

from conformance import conditions
from conformance.mapping import Held

HELD = Held(
    "/items/0",
    {
        "status": ["10"],
        "fee": ["0", "15000"],
        "free": ["0"],
        "due": ["20250715170000"],
        "ended": ["20250715170000"],
        "late": ["20250715170001"],
        "paper": ["a", "b", ""],
        "code": ["1.004222"],
        "empty": [""],
        "none": [],
    },
)


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("status", True),
        ("empty", False),
        ("none", False),
        ("status=9|10", True),
        ("status=1", False),
        ("fee!=0", True),
        ("free!=0", False),
        ("none!=0", False),
        ("ended<=due", True),
        ("late<=due", False),
        ("none<=due", False),
        ("#paper<=2", True),
        ("#paper<=1", False),
        ("#none<=0", True),
        ("code~vn-procedure-code", True),
        ("paper~vn-procedure-code", False),
        ("none~vn-procedure-code", False),
        ("status=1/late<=due/free=0", True),
        ("status=1/late<=due", False),
    ],
)
def test_a_record_meets_what_it_meets(condition: str, *, met: bool) -> None:
    assert conditions.meets(HELD, condition) is met


def test_the_fields_of_conditions_are_known() -> None:
    told = conditions.named(["a<=b", "#c<=1", "d~date/e!=0", "f", ""])
    assert told == {"a", "b", "c", "d", "e", "f"}
