"""Ends that are told in a way that no program understands, or not at all."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, READ
from conformance.sandbox.partners import deprecating
from conformance.sandbox.variations import fault

DATED = "http.deprecation.ends_are_dated"
STANDARD = "http.deprecation.deprecation_is_of_the_standard"
SAID = "http.deprecation.deprecated_operations_say_so"


@fault(breaks=[DATED])
def sunset_as_a_day(agency: Agency) -> Agency:
    """Sunset is a day of the calendar, as JSON has it, and no date of HTTP."""
    return agency.with_(banners=(("Sunset", "2027-06-30"),))


@fault(breaks=[DATED])
def sunset_before_deprecation(agency: Agency) -> Agency:
    """What is deprecated from 2026 on was switched off in 2025."""
    return agency.with_(
        banners=(
            ("Deprecation", "@1767225600"),
            ("Sunset", "Wed, 31 Dec 2025 23:59:59 GMT"),
        )
    )


@fault(breaks=[DATED, STANDARD])
def deprecation_as_a_bare_number(agency: Agency) -> Agency:
    """Deprecation is a number of seconds without the sign that makes it a date."""
    return agency.with_(banners=(("Deprecation", "1688169599"),))


@fault(breaks=[STANDARD])
def deprecation_of_an_old_draft(agency: Agency) -> Agency:
    """Deprecation is `true`, as a draft had it."""
    return agency.with_(banners=(("Deprecation", "true"),))


@fault(breaks=[STANDARD])
def deprecation_as_a_date_of_http(agency: Agency) -> Agency:
    """Deprecation is a date of HTTP, as a later draft had it."""
    return agency.with_(banners=(("Deprecation", "Sun, 11 Nov 2018 23:59:59 GMT"),))


@fault(breaks=[SAID])
def deprecated_in_the_contract_only(agency: Agency) -> Agency:
    """The contract calls the list of procedures deprecated; its answers do not."""
    return deprecating(agency, LIST)


@fault(breaks=[SAID])
def deprecated_in_the_body_only(agency: Agency) -> Agency:
    """What is deprecated is told in a Warning, which nobody reads any more (RFC 9111, 5.5)."""
    return deprecating(agency, READ, ("Warning", '299 - "deprecated"'))
