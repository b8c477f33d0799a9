"""Readings of Accept that HTTP allows."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

ACCEPT = "http.negotiation.accept_never_breaks"


@near_miss(spares=[ACCEPT])
def accept_disregarded(agency: Agency) -> Agency:
    """A type that cannot be produced is answered with the only one there is (RFC 9110, 12.5.1)."""
    return agency.with_(unacceptable_status=None)


@near_miss(spares=[ACCEPT])
def answers_name_what_they_depend_on(agency: Agency) -> Agency:
    """Every answer has Vary: Accept, which changes nothing for the caller (RFC 9110, 12.5.5)."""
    return agency.with_(banners=(("Vary", "Accept"),))
