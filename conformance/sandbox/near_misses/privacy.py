"""Other ways of keeping personal data out of caches."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

NOT_STORED = "privacy.caching.personal_answers_are_not_stored"


@near_miss(spares=[NOT_STORED])
def no_store_among_others(agency: Agency) -> Agency:
    """no-store stands in a list with other directives (RFC 9111, 5.2)."""
    return agency.with_(personal_cache=("private, max-age=0, no-store, must-revalidate",))


@near_miss(spares=[NOT_STORED])
def no_store_in_a_second_field(agency: Agency) -> Agency:
    """Field lines of one name are one list (RFC 9110, 5.3)."""
    return agency.with_(personal_cache=("private", "no-store"))


@near_miss(spares=[NOT_STORED])
def no_store_in_capitals(agency: Agency) -> Agency:
    """Cache directives are compared without regard to case (RFC 9111, 5.2)."""
    return agency.with_(personal_cache=("Private,No-Store",))


@near_miss(spares=[NOT_STORED])
def public_answers_never_stored(agency: Agency) -> Agency:
    """Public answers need not be cacheable (RFC 9111, 3)."""
    return agency.with_(public_cache=("no-store",))
