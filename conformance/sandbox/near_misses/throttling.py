"""Limits, and times to wait, in the other ways in which they are told."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.partners import limiting
from conformance.sandbox.variations import near_miss

WAITING = "http.throttling.throttled_callers_are_told_when"
READABLE = "http.throttling.rate_limits_are_readable"
KEPT = "http.throttling.declared_limits_are_kept"


@near_miss(spares=[WAITING])
def waiting_until_a_date_of_old(agency: Agency) -> Agency:
    """When to come again is a date of the obsolete form (RFC 9110, 5.6.7)."""
    return agency.with_(banners=(("Retry-After", "Sunday, 06-Nov-94 08:49:37 GMT"),))


@near_miss(spares=[WAITING])
def waiting_until_a_date_of_c(agency: Agency) -> Agency:
    """When to come again is a date as C's asctime() writes it (RFC 9110, 5.6.7)."""
    return agency.with_(banners=(("Retry-After", "Sun Nov  6 08:49:37 1994"),))


@near_miss(spares=[READABLE])
def rate_limits_of_today(agency: Agency) -> Agency:
    """Lists of policies, with parameters that nobody else knows (the draft of 2026)."""
    return agency.with_(
        banners=(
            ("RateLimit-Policy", '"burst";q=100;w=60, "daily";q=5000;w=86400;pk=:Y2FsbGVy:'),
            ("RateLimit", '"burst";r=98;t=31, "daily";r=4990'),
        )
    )


@near_miss(spares=[READABLE])
def rate_limits_of_2023(agency: Agency) -> Agency:
    """One dictionary, and quotas without names (the seventh draft)."""
    return agency.with_(
        banners=(
            ("RateLimit-Policy", "100;w=60, 1000;w=3600;comment=sliding"),
            ("RateLimit", "limit=100, remaining=98, reset=31"),
        )
    )


@near_miss(spares=[READABLE])
def rate_limits_of_2021(agency: Agency) -> Agency:
    """Three fields, the first with its windows behind it (the third draft)."""
    return agency.with_(
        banners=(
            ("RateLimit-Limit", "100, 100;w=60, 1000;w=3600"),
            ("RateLimit-Remaining", "98"),
            ("RateLimit-Reset", "31"),
        )
    )


@near_miss(spares=[READABLE])
def rate_limits_of_gateways(agency: Agency) -> Agency:
    """Fields of no standard: a limit that is not known, and a reset that is a moment."""
    return agency.with_(
        banners=(
            ("X-RateLimit-Limit", "100.0"),
            ("X-RateLimit-Remaining", "-1"),
            ("X-RateLimit-Reset", "2026-11-23T15:00:00Z"),
            ("X-RateLimit-Limit-Minute", "100"),
        )
    )


@near_miss(spares=[KEPT])
def limit_kept(agency: Agency) -> Agency:
    """Who asks one thing more often than declared is refused, and told when to come again."""
    return limiting(agency.with_(rate_limit=(30, 600)), 30)


@near_miss(spares=[KEPT])
def limit_kept_by_two_windows(agency: Agency) -> Agency:
    """One window ends within the burst, so that twice the limit passes, and no more."""
    return limiting(agency.with_(rate_limit=(30, 600)), 60)


@near_miss(spares=[KEPT])
def limit_kept_by_a_server_that_rests(agency: Agency) -> Agency:
    """Beyond the limit stands 503 with Retry-After, as some gateways say (RFC 9110, 15.6.4)."""
    return limiting(agency.with_(rate_limit=(30, 600)), 30, status=503)
