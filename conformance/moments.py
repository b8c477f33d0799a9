"""Points in time as documents tell them: UTC, to the second (RFC 3339)."""

from __future__ import annotations

from datetime import UTC, datetime

_FORM = "%Y-%m-%dT%H:%M:%SZ"


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
