"""One place of a JSON value changed, and the rest left as it was."""

from typing import Any

import pytest

from conformance import members

WHOLE: dict[str, Any] = {"a": {"b": [1, {"c": 2}], "d": 3}, "e": None}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((), 9),
        (("e",), {**WHOLE, "e": 9}),
        (("new",), {**WHOLE, "new": 9}),
        (("a", "b", 1, "c"), {**WHOLE, "a": {"b": [1, {"c": 9}], "d": 3}}),
        (("e", "f"), {**WHOLE, "e": {"f": 9}}),
        (("g", 0, "h"), {**WHOLE, "g": [{"h": 9}]}),
    ],
)
def test_a_value_is_put_at_a_place(place: tuple[str | int, ...], expected: Any) -> None:
    before = repr(WHOLE)
    changed = members.put(WHOLE, place, 9)
    assert changed == expected
    assert repr(WHOLE) == before


def test_members_keep_their_order_and_what_is_not_on_the_way_is_shared() -> None:
    changed = members.put(WHOLE, ("a", "d"), 9)
    assert list(changed) == list(WHOLE)
    assert list(changed["a"]) == ["b", "d"]
    assert changed["a"]["b"] is WHOLE["a"]["b"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("e",), {"a": WHOLE["a"]}),
        (("a", "d"), {"a": {"b": [1, {"c": 2}]}, "e": None}),
        (("a", "b", 1, "c"), {"a": {"b": [1, {}], "d": 3}, "e": None}),
        (("none",), WHOLE),
    ],
)
def test_a_member_is_left_out(place: tuple[str | int, ...], expected: Any) -> None:
    before = repr(WHOLE)
    assert members.without(WHOLE, place) == expected
    assert repr(WHOLE) == before
