"""Patterns of a contract, matched in bounded time: neither a contract nor a body may hang a run.

Python's engine goes back over a text for every way in which a pattern could fit it: `(a+)+$` takes
twice as long for every letter more. Patterns in which that cannot come to much go through it;
all others go to RE2, whose time is linear in the text. Which one it is depends on the pattern and
the length of the text alone, so a rejudgement decides as the run did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]  # the tree of a pattern has no public name
from typing import Any

# Steps that Python's engine may take for one text; some hundredths of a second.
_BEARABLE = 2_000_000
# However a pattern is built, a text as short as this is done with soon.
_SHORT = 20
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_SINGLE = ("LITERAL", "NOT_LITERAL", "IN", "ANY", "CATEGORY", "RANGE", "AT")


class UnboundedError(ValueError):
    """No engine here matches a pattern in bounded time."""


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text, as ECMA-262 means it.

    Digits are those of ASCII, and `$` is not satisfied before a final line feed.

    Raises:
        re.error: it is no pattern.
        UnboundedError: it could take for ever: it repeats repetitions, and looks around as well.
    """
    ecma = _ecma(pattern)
    loops, nested = _loops(pattern)
    bearable = not nested and (len(text) + 1) ** (loops + 1) <= _BEARABLE
    if bearable or len(text) <= _SHORT:
        return ecma.search(text) is not None
    linear = _linear(pattern)
    if linear is None:
        raise UnboundedError("the pattern may take for ever")
    return linear.search(text.encode("utf-8", "surrogatepass")) is not None


@lru_cache(maxsize=1024)
def _ecma(pattern: str) -> re.Pattern[str]:
    return re.compile(_spelt(pattern, r"\Z"), re.ASCII)


def _spelt(pattern: str, end: str) -> str:
    """Return a pattern with what `$` means in ECMA-262 without the flag `m`."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\$(?![^\[]*\])", lambda found: found[1] + end, pattern)


@lru_cache(maxsize=1024)
def _loops(pattern: str) -> tuple[int, bool]:
    """Return how many repetitions a pattern has, and whether one is inside another.

    A repetition of anything longer than one sign counts as nested: its rounds can begin at
    different places.
    """
    return _counted(_parser.parse(_spelt(pattern, r"\Z"), re.ASCII))


def _counted(nodes: Iterable[tuple[Any, Any]]) -> tuple[int, bool]:
    loops, nested = 0, False
    for kind, argument in nodes:
        if str(kind) in _REPEATS:
            _, most, inner = argument
            if most > 1:
                single = all(str(part) in _SINGLE for part, _ in inner) and len(inner) == 1
                loops, nested = loops + 1, nested or not single
                continue
        for inner in _within(argument):
            more, deeper = _counted(inner)
            loops, nested = loops + more, nested or deeper
    return loops, nested


def _within(argument: Any) -> list[Any]:
    """Return the sequences of nodes inside the argument of a node."""
    found: list[Any] = []
    for part in argument if isinstance(argument, tuple | list) else [argument]:
        if isinstance(part, _parser.SubPattern):
            found.append(part)
        elif isinstance(part, list):
            found += [each for each in part if isinstance(each, _parser.SubPattern)]
    return found


@lru_cache(maxsize=128)
def _linear(pattern: str) -> Any:
    """Return a pattern as RE2 reads it; None where it has what RE2 knows no way to bound."""
    import re2  # noqa: PLC0415  # few patterns need it

    options = re2.Options()
    options.log_errors, options.never_capture = False, True
    # Bytes, for JSON may hold halves of surrogate pairs, which no UTF-8 can.
    try:
        return re2.compile(_spelt(pattern, r"\z"), options)
    except (re2.error, UnicodeEncodeError):
        return None
