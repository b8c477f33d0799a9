"""Pieces of generated texts, and the ways in which a text is nearly right."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

_Value = TypeVar("_Value")

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What looks like an ASCII digit and is none: full-width, Arabic-Indic, Devanagari, mathematical.
_OTHER_ZEROS = (0xFF10, 0x0660, 0x0966, 0x1D7CE)
# What may stand around or inside a text unseen: spaces, line feed, NBSP, zero-width space, BOM.
_UNSEEN = (" ", "\n", "\t", "\u00a0", "\u200b", "\ufeff")
# Years that dates are made of: those of people and papers of today.
_FIRST_DAY, _DAYS = date(1930, 1, 1), 40_000


def digits(random: Random, count: int) -> str:
    """Return some digits."""
    return "".join(random.choice(DIGITS) for _ in range(count))


def capitals(random: Random, count: int) -> str:
    """Return some capital letters."""
    return "".join(random.choice(CAPITALS) for _ in range(count))


def day(random: Random) -> date:
    """Return a day."""
    return _FIRST_DAY + timedelta(days=random.randrange(_DAYS))


def no_day(random: Random) -> tuple[int, int, int]:
    """Return year, month and day of a date that the calendar does not have."""
    year, month = random.randrange(1930, 2040), random.randrange(1, 13)
    last = calendar.monthrange(year, month)[1]
    wrong = [(year, 0, 1), (year, 13, 1), (year, month, 0), (year, month, last + 1), (year, 2, 30)]
    return random.choice(wrong)


def spoilt(text: str, random: Random) -> str:
    """Return an ASCII text with a sign that belongs nowhere in it.

    Something unseen before, in or after it, or a digit of another script in the place of one of
    its own.
    """
    places = [place for place, sign in enumerate(text) if sign in DIGITS]
    if places and random.random() < 0.5:  # noqa: PLR2004  # the other half of the ways
        place = random.choice(places)
        other = chr(random.choice(_OTHER_ZEROS) + int(text[place]))
        return text[:place] + other + text[place + 1 :]
    place = random.choice((0, len(text), random.randrange(len(text) + 1)))
    return text[:place] + random.choice(_UNSEEN) + text[place:]


def either(*ways: Callable[[Random], _Value]) -> Callable[[Random], _Value]:
    """Return a maker that takes one of several ways."""
    return lambda random: random.choice(ways)(random)


def longer_or_shorter(text: str, random: Random) -> str:
    """Return a text of digits with one more, or without one."""
    if random.random() < 0.5:  # noqa: PLR2004  # either
        return text + random.choice(DIGITS)
    place = random.randrange(len(text))
    return text[:place] + text[place + 1 :]


def with_letter(
    text: str, random: Random, letters: Sequence[str] = ("O", "o", "l", "I", "A")
) -> str:
    """Return a text in which a letter stands in the place of one of its digits."""
    place = random.choice([place for place, sign in enumerate(text) if sign in DIGITS])
    return text[:place] + random.choice(letters) + text[place + 1 :]
