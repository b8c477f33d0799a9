"""Dates and times as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[Tt]"
    r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?P<fraction>\.\d+)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<off_hour>\d{2}):(?P<off_minute>\d{2}))"
    r"(?P<suffix>(?:\[[!A-Za-z0-9_=/+.-]+\])*)",
    re.ASCII,
)
_LEAP_SECOND = 60
_DAY = 86400
# One and the same time comes up in many answers, and is looked at by several laws.
_REMEMBERED = 4096


@lru_cache(maxsize=_REMEMBERED)
def is_date(value: str) -> bool:
    """Whether a text is a `full-date` of RFC 3339, section 5.6, that the calendar has."""
    found = _DATE.fullmatch(value)
    if not found:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=_REMEMBERED)
def is_date_time(value: str) -> bool:
    """Whether a text is a `date-time` of RFC 3339, section 5.6, with its offset.

    A leap second is legal (section 5.7), and so is the zone suffix of RFC 9557, section 4.1.
    """
    found = _DATE_TIME.fullmatch(value)
    if not found or not is_date(found["date"]):
        return False
    offset_is_real = not found["off_hour"] or (
        int(found["off_hour"]) < 24 and int(found["off_minute"]) < 60  # noqa: PLR2004  # a clock
    )
    return (
        int(found["hour"]) < 24  # noqa: PLR2004  # a clock
        and int(found["minute"]) < 60  # noqa: PLR2004  # a clock
        and int(found["second"]) <= _LEAP_SECOND
        and offset_is_real
    )


@lru_cache(maxsize=_REMEMBERED)
def moment(value: str) -> Fraction | None:
    """Return a date or date-time of RFC 3339 as seconds, to be compared; None for other texts."""
    if is_date(value):
        return Fraction(date.fromisoformat(value).toordinal() * _DAY)
    found = _DATE_TIME.fullmatch(value)
    if not found or not is_date_time(value):
        return None
    day = date.fromisoformat(found["date"]).toordinal() * _DAY
    clock = int(found["hour"]) * 3600 + int(found["minute"]) * 60 + int(found["second"])
    offset = 0
    if found["off_hour"]:
        offset = int(found["off_hour"]) * 3600 + int(found["off_minute"]) * 60
        offset = -offset if found["sign"] == "-" else offset
    return day + clock - offset + Fraction(f"0{found['fraction'] or ''}")
