"""Dates and times as RFC 3339 writes them, and as fields of HTTP do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from fractions import Fraction
from functools import lru_cache

from http_sfv.item import Item

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[Tt]"
    r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?P<fraction>\.\d+)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<off_hour>\d{2}):(?P<off_minute>\d{2}))"
    r"(?P<suffix>(?:\[[!A-Za-z0-9_=/+.-]+\])*)",
    re.ASCII,
)
_CLOCK = r"\d{2}:\d{2}:\d{2}"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# The form of today, and the two that recipients still have to understand.
_HTTP_DATE = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{{2}} {_MONTH} \d{{4}} {_CLOCK} GMT"
    rf"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{{2}}-{_MONTH}-\d{{2}} {_CLOCK} GMT"
    rf"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH} [\d ]\d {_CLOCK} \d{{4}}",
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


def http_date(value: str) -> datetime | None:
    """Return the moment of an `HTTP-date` (RFC 9110, section 5.6.7); None for other texts."""
    if not _HTTP_DATE.fullmatch(value):
        return None
    try:
        # Python's clock knows no leap second, which the grammar allows.
        found = parsedate_to_datetime(re.sub(r"(:\d{2}):60", r"\1:59", value))
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC)


def structured_date(value: str) -> datetime | None:
    """Return a date of structured fields (RFC 9651, section 3.3.7); None for other texts."""
    found = Item()
    try:
        found.parse(value.encode())
    except ValueError:
        return None
    # It comes in the time of this machine.
    return found.value.astimezone(UTC) if isinstance(found.value, datetime) else None


def is_waiting_time(value: str) -> bool:
    """Whether a value of Retry-After can be read (RFC 9110, section 10.2.3)."""
    return (value.isascii() and value.isdecimal()) or http_date(value) is not None
