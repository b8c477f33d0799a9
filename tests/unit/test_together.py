"""Cases that are asked together: each is asked, and each that fails is named."""

from __future__ import annotations

import pytest
from together import together


@pytest.fixture
def seven() -> int:
    return 7


@together("number", [7, 7.0])
def test_fixtures_are_there_beside_the_case(seven: int, number: float) -> None:
    assert number == seven


def test_all_who_fail_are_named_however_they_fail() -> None:
    asked = []

    @together("word", ["1", "two", "3"], ids="<{}>".format)
    def test(word: str) -> None:
        asked.append(word)
        assert int(word) == 1

    with pytest.raises(pytest.fail.Exception) as told:
        test()
    assert asked == ["1", "two", "3"]
    first, *others = str(told.value).splitlines()
    assert first == "2 of 3 cases"
    assert "<1>" not in str(told.value)
    assert any(line.startswith("<two>: ValueError: ") for line in others)
    assert any(line.startswith("<3>: AssertionError: ") for line in others)


def test_where_there_is_no_case_nothing_was_shown() -> None:
    @together("word", [])
    def test(word: str) -> None:
        assert word

    with pytest.raises(pytest.fail.Exception, match="0 of 0 cases"):
        test()
