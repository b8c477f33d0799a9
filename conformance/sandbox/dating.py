"""When answers were made, and when what they tell was changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.bending import LIST, when_asked
from conformance.sandbox.messages import Answer, Call

Moment = datetime
# When the list of procedures was changed last, where an agency tells.
CHANGED = "Sun, 02 Nov 2025 08:49:37 GMT"


def http_date(moment: Moment) -> str:
    """Write a point in time for a header field (RFC 9110, section 5.6.7)."""
    return format_datetime(moment, usegmt=True)


def dating(agency: Agency, write: Callable[[Moment], str | None]) -> Agency:
    """Return an agency behind a gateway that writes Date anew, or not at all."""

    def relay(_method: str, said: bytes) -> bytes:
        head, blank, body = said.partition(b"\r\n\r\n")
        told = write(datetime.now(UTC))
        kept = re.sub(rb"(?im)^date:[^\r\n]*\r\n", b"", head + b"\r\n")
        return kept + (f"Date: {told}\r\n".encode() if told else b"") + blank[2:] + body

    return agency.with_(wire=Wire(relay=relay))


def last_changed(agency: Agency, write: Callable[[Moment], str]) -> Agency:
    """Return an agency that tells when its list of procedures was changed last."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Last-Modified", write(datetime.now(UTC)))

    return agency.bending_answers(when_asked(LIST, bend))


def not_modified(made: Answer) -> Answer:
    """Return what is answered in place of content that its reader has (RFC 9110, 15.4.5)."""
    return replace(made, status=304, body=b"").without("Content-Type")
