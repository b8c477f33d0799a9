"""Words that would have a server sleep, told from a server that is only slow.

Who carries them out answers later by as many seconds as they say. A network, a busy server or a
firewall that holds up what it dislikes may be slow as well, but not in that proportion, and not
only where the words say a number other than zero. All is judged from the seconds in the record.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# How often the usual answer is timed, and how often each suspicion is looked at.
USUAL, ROUNDS = 3, 4
_PER_ROUND = 3
# Of the seconds that were asked for, so much has to show; a clock is never that wrong.
_SHOWN = 0.8
# Twice the sleep is twice the delay, whatever else the answer takes.
_LEAST, _MOST = 1.5, 3.0
_QUIET = 4
_LONGEST = 4

Ask = Callable[[str], Exchange]
Words = Callable[[int], str]


def requests(kinds: int) -> int:
    """Return how many requests it takes at most to try so many kinds of words."""
    return USUAL + kinds * (1 + ROUNDS * _PER_ROUND)


def obeyed(ask: Ask, usual: str, kinds: Sequence[Words], name: str) -> Exchange | None:
    """Return an answer that came late because its question said so; None where none did.

    Args:
        ask: asks with a value.
        usual: the value without any words.
        kinds: functions that return the value with words to sleep for some seconds.
        name: of the parameter.

    Raises:
        NotTested: the usual answers differ so much from each other that no delay would show.
    """
    plain = [_seconds(ask(usual)) for _ in range(USUAL)]
    delay = max(1, math.ceil(_QUIET * (max(plain) - min(plain))))
    if delay > _LONGEST:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{name}: thời gian trả lời thường lệ dao động quá nhiều để thấy được sự chậm",
                en=f"{name}: the usual answers take too differently long for a delay to show",
            ),
        )
    for words in kinds:
        first = _asked(ask, words(delay))
        if first is None or _seconds(first) < max(plain) + _SHOWN * delay:
            continue
        if all(_in_proportion(ask, words, delay) for _ in range(ROUNDS)):
            return first
    return None


def _in_proportion(ask: Ask, words: Words, delay: int) -> bool:
    """Whether no sleep, a sleep, and one of twice its length take as long as they say."""
    answers = [_asked(ask, words(seconds)) for seconds in (0, delay, 2 * delay)]
    if None in answers:
        return False
    none, once, twice = (_seconds(answer) for answer in answers if answer is not None)
    more, most = once - none, twice - none
    return (
        more >= _SHOWN * delay
        and most >= _SHOWN * 2 * delay
        and _LEAST * more <= most <= _MOST * more
    )


def _asked(ask: Ask, value: str) -> Exchange | None:
    """Return the answer to a value; None where a firewall stopped it in front of the server."""
    try:
        return ask(value)
    except NotTested as outcome:
        if outcome.reason is Reason.BLOCKED:
            return None
        raise


def _seconds(answer: Exchange) -> float:
    return answer.response.seconds if answer.response else 0.0
