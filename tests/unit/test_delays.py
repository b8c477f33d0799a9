"""Words to sleep, told from servers that are slow for another reason."""

from collections.abc import Callable
from itertools import cycle

import pytest

from conformance.checks.injection import delays
from conformance.evidence import Exchange, Request, Response
from conformance.verdict import NotTested, Reason

SLEEP = "v sleep({})"


def late(seconds_of: Callable[[str], float], kinds: int = 1) -> tuple[bool, int]:
    """Return whether a server was found to sleep, and after how many questions."""
    asked: list[str] = []

    def ask(value: str) -> Exchange:
        asked.append(value)
        answer = Response(200, "OK", "HTTP/1.1", (), b"", seconds_of(value))
        return Exchange("1", "", "u", "c", 1, None, Request("GET", "http://a/"), answer)

    return delays.obeyed(ask, "v", [SLEEP.format] * kinds, "v") is not None, len(asked)


def told(value: str) -> float:
    return float(value.partition("(")[2].rstrip(")") or 0)


def test_what_takes_as_long_as_it_says_sleeps() -> None:
    assert late(lambda value: 0.1 + told(value)) == (True, delays.USUAL + 1 + delays.ROUNDS * 3)


def test_a_sleep_that_is_carried_out_twice_is_one() -> None:
    assert late(lambda value: 0.1 + 2 * told(value))[0]


def test_whoever_is_slow_at_odd_words_sleeps_not() -> None:
    assert not late(lambda value: 2.0 if "sleep" in value else 0.1)[0]
    assert not late(lambda value: 3.0 if told(value) else 0.1)[0]
    assert late(lambda _: 0.1, kinds=3) == (False, delays.USUAL + 3)


def test_an_answer_that_is_slow_by_chance_sleeps_not() -> None:
    turns = cycle([0.1, 0.1, 0.1, 2.0, 0.1, 2.0, 0.4])
    assert not late(lambda _: next(turns))[0]


def test_where_usual_answers_differ_too_much_nothing_is_told() -> None:
    turns = cycle([0.1, 2.0, 0.5])
    with pytest.raises(NotTested) as raised:
        late(lambda _: next(turns))
    assert raised.value.reason is Reason.INCONCLUSIVE
