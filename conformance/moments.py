"""Points in time as documents tell them: UTC, to the second (RFC 3339); and as header fields do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_IN_FIELDS = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2}"
    r" (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT",
    re.ASCII,
)


def now() -> datetime:
    """Return the time, to the second, as documents tell it."""
    return datetime.now(UTC).replace(microsecond=0)


def told(moment: datetime) -> str:
    """Return a moment as documents tell it."""
    return moment.astimezone(UTC).strftime(_FORM)


def read(text: str) -> datetime:
    """Return the moment that a document tells.

    Raises:
        ValueError: it is in another form.
    """
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def in_field(text: str) -> datetime | None:
    """Return the moment that a header field tells; None where it is of no form to be sent.

    Senders write one form only (RFC 9110, section 5.6.7).
    """
    if not _IN_FIELDS.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def as_field(moment: datetime) -> str:
    """Return a moment as header fields tell it (RFC 9110, section 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def seconds(amount: float) -> timedelta:
    """Return a span of time."""
    return timedelta(seconds=amount)


def of_exchange(at: str) -> datetime:
    """Return when an exchange began, as evidence tells it."""
    return datetime.fromisoformat(at)
