"""The order of Vietnamese words."""

import pytest

from conformance.formats.collation import may_precede


@pytest.mark.parametrize(
    ("before", "after"),
    [("an", "ăn"), ("ăn", "ân"), ("Đào", "em"), ("dung", "đào"), ("ông", "ơn"), ("uy", "ưa")],
)
def test_letters_have_one_order(before: str, after: str) -> None:
    assert may_precede(before, after)
    assert not may_precede(after, before)


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("má", "mà"), ("An", "an"), ("an xa", "anh"), ("a-b", "ab")]
)
def test_where_orders_differ_either_is_right(one: str, other: str) -> None:
    assert may_precede(one, other)
    assert may_precede(other, one)
