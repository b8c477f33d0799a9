"""Ends that are told as the standards have it."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, READ
from conformance.sandbox.partners import deprecating
from conformance.sandbox.variations import near_miss

DATED = "http.deprecation.ends_are_dated"
STANDARD = "http.deprecation.deprecation_is_of_the_standard"
SAID = "http.deprecation.deprecated_operations_say_so"


@near_miss(spares=[DATED, STANDARD, SAID])
def deprecated_and_told_so(agency: Agency) -> Agency:
    """Deprecation and Sunset are of different forms, and of the same moment (RFC 9745, 4)."""
    return deprecating(
        agency,
        LIST,
        ("Deprecation", "@1767225599"),
        ("Sunset", "Wed, 31 Dec 2025 23:59:59 GMT"),
    )


@near_miss(spares=[DATED, SAID])
def only_the_end_is_told(agency: Agency) -> Agency:
    """A deprecated operation tells when it ends, and not since when (RFC 8594, 3)."""
    return deprecating(agency, READ, ("Sunset", "Sun, 30 Jun 2030 23:59:59 GMT"))


@near_miss(spares=[DATED, STANDARD])
def deprecated_from_some_day_on(agency: Agency) -> Agency:
    """The date is to come, and has a parameter that nobody knows (RFC 9745, 2.1)."""
    return agency.with_(banners=(("Deprecation", "@1909094400; since=v2"),))
