"""How the fields of a record are looked at: what is missing, what is hidden, when something was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from conformance import advice
from conformance.evidence import Exchange
from conformance.mapping import Held, Mapped
from conformance.privacy.hidden import Hidden, redacted
from conformance.text import Text
from conformance.verdict import NotApplicable

# Times without an offset are those of the country (norms of the packets say so).
_VIETNAM = timezone(timedelta(hours=7))
_PACKET_TIME = re.compile(r"\d{14}")


def absent(*names: str) -> NotApplicable:
    """Return what is said where no answer has the fields."""
    told = ", ".join(names)
    return NotApplicable(
        Text(vi=f"trả lời không có trường {told}", en=f"the answer has no field {told}")
    )


def values(answer: Exchange, mapping: Mapped, field: str) -> list[tuple[str, Any]]:
    """Return every value of a field that is not empty, with its JSON pointer.

    Raises:
        NotApplicable: the answer has none.
    """
    mapping.known([field])
    found = [(at, value) for at, value in mapping.values(answer, field) if not is_empty(value)]
    if not found:
        raise absent(field)
    return found


def declared(answer: Exchange, mapping: Mapped, *fields: str) -> list[tuple[str, Any]]:
    """Return every value of fields that are looked at where somebody declares them.

    Values that are empty are left out.

    Raises:
        NotApplicable: nobody declared any of the fields, or the answer has none.
    """
    known = [field for field in fields if mapping.fields.get(field)]
    if not known:
        line = advice.line("fields", fields[0], "/…")
        raise NotApplicable(
            Text(
                vi=f"tệp đích và đặc tả không khai báo trường {fields[0]} nào; nếu có thì thêm"
                f" {line}",
                en=f"neither the target file nor the contract declares a field {fields[0]}; where"
                f" there is one, add {line}",
            )
        )
    found = [pair for field in known for pair in mapping.values(answer, field)]
    told = [(place, value) for place, value in found if not is_empty(value)]
    if not told:
        raise absent(*known)
    return told


def records(answer: Exchange, mapping: Mapped, *fields: str) -> list[Held]:
    """Return the objects of an answer that have the first of several fields.

    Raises:
        NotApplicable: the answer has none.
        NotTested: nobody said where one of the fields stands.
    """
    for field in fields:
        mapping.known([field])
    found = mapping.records(answer, fields)
    if not found:
        raise absent(fields[0])
    return found


def is_empty(value: Any) -> bool:
    """Whether a value says nothing; what is hidden says something."""
    return value is None or (isinstance(value, str) and not value)


def plain(value: Any) -> str:
    """Return a value as a text; true is 1 and false 0, as the packets have them.

    Raises:
        NotTested: it is hidden.
    """
    if isinstance(value, Hidden):
        raise redacted()
    return str(int(value)) if isinstance(value, bool) else str(value)


def numbers(found: Sequence[Any]) -> Iterator[int | float]:
    """Yield the numbers among some values, those written as texts too."""
    for value in found:
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int | float) and not isinstance(value, Hidden):
            yield value
        elif re.fullmatch(r"-?\d{1,15}", plain(value)):
            yield int(value)


def moment(value: Any) -> datetime | date | None:
    """Return the point in time or the day that a text tells in one of the styles of the norms.

    RFC 3339, ISO 8601 without an offset (QCVN 109), and `yyyyMMddHHmmss` (QCVN 120); None for
    anything else: other checks judge how times are written.
    """
    if value is None:
        return None
    text = plain(value).strip()
    try:
        if _PACKET_TIME.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_VIETNAM)
        if len(text) == len("2025-07-01"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=_VIETNAM)


def is_before(one: datetime | date, other: datetime | date) -> bool:
    """Whether something was before something else; where one tells the day only, days count."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.astimezone(UTC) < other.astimezone(UTC)
    return day(one) < day(other)


def day(moment_: datetime | date) -> date:
    """Return the day, in Viet Nam, of a point in time."""
    return moment_.astimezone(_VIETNAM).date() if isinstance(moment_, datetime) else moment_


def another_day(value: Any) -> str | None:
    """Return another day of the same year, written alike; None for what is no date."""
    found = moment(value)
    if found is None:
        return None
    first = date(day(found).year, 1, 1)
    other = first if day(found) != first else first.replace(day=2)
    return f"{other:%Y-%m-%d}" if "-" in plain(value) else f"{other:%Y%m%d}"


def spellings(value: Any) -> tuple[str, ...]:
    """Return the ways in which a date is written here; nothing for what is none."""
    found = moment(value)
    if found is None:
        return ()
    told = day(found)
    return (f"{told:%Y-%m-%d}", f"{told:%d/%m/%Y}", f"{told:%Y%m%d}")
