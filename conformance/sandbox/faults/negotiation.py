"""Agencies that stumble over what a caller accepts."""

from __future__ import annotations

import re

from conformance.sandbox.agency import Agency
from conformance.sandbox.negotiation import JSON, lets_through
from conformance.sandbox.variations import fault

ACCEPT = "http.negotiation.accept_never_breaks"
BREAKS = "contract.answers.server_does_not_break"


@fault(breaks=[ACCEPT, BREAKS])
def unknown_accept_breaks(agency: Agency) -> Agency:
    """A media type that the agency cannot produce is answered with an internal error."""
    return agency.with_(unacceptable_status=500)


@fault(breaks=[ACCEPT])
def qualities_rounded_down(agency: Agency) -> Agency:
    """Qualities are read as whole numbers, so that 0.5 becomes a refusal."""

    def rounded(value: str) -> bool:
        return lets_through(JSON, re.sub(r"q=0\.[0-9]+", "q=0", value))

    return agency.with_(accept=rounded)


@fault(breaks=[ACCEPT])
def lists_of_types_not_understood(agency: Agency) -> Agency:
    """Only the first media type of Accept is looked at, qualities included."""

    def first_exactly(value: str) -> bool:
        return value.partition(",")[0].strip() in ("application/json", "*/*")

    return agency.with_(accept=first_exactly)
