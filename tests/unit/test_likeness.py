"""Answers compared without what changes by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.likeness import VOLATILE, fits, record_kinds, steady, tells_something, values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(JSON, JSON)
def test_two_values_both_fit_what_they_have_in_common(one: Any, other: Any) -> None:
    pattern = steady(one, other)
    assert fits(one, pattern)
    assert fits(other, pattern)


@given(JSON, JSON)
def test_a_value_fits_another_only_where_they_are_the_same(one: Any, other: Any) -> None:
    assert fits(one, one)
    assert fits(one, other) == (repr(one) == repr(other) or _equal(one, other))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return type(one) is type(other) and bool(one == other)


def test_only_what_changes_is_left_out_of_the_comparison() -> None:
    pattern = steady({"id": 1, "at": "08:00", "of": [1, 2]}, {"id": 1, "at": "08:01", "of": [1, 2]})
    assert pattern == {"id": 1, "at": VOLATILE, "of": [1, 2]}
    assert fits({"id": 1, "at": "09:00", "of": [1, 2]}, pattern)
    assert not fits({"id": 2, "at": "09:00", "of": [1, 2]}, pattern)
    assert not fits({"id": 1, "at": "09:00"}, pattern)
    assert not fits({"id": True, "at": "09:00", "of": [1, 2]}, pattern)


@pytest.mark.parametrize("pattern", [VOLATILE, {}, [], {"at": VOLATILE}, [{"at": VOLATILE}], None])
def test_a_pattern_in_which_nothing_is_left_tells_nothing(pattern: Any) -> None:
    assert not tells_something(pattern)


def test_short_texts_prove_nothing() -> None:
    assert values({"a": "short", "b": ["long enough", 123456]}) == {"long enough"}


def test_an_envelope_is_no_kind_of_record() -> None:
    record = {"code": "a", "name": "b"}
    assert record_kinds({"message": "x", "data": [record, {"code": "c"}]}) == {
        frozenset({"code", "name"}),
        frozenset({"code"}),
    }
    assert record_kinds({"message": "x", "data": []}) == set()
