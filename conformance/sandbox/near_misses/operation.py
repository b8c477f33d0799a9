"""Honest words about being busy, and about oneself."""

from __future__ import annotations

import itertools

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

STEADY = "operation.steadiness.reads_are_answered_steadily"
HEALTH = "operation.health.health_is_told_and_nothing_else"
RESTING = "operation.resting.resting_systems_say_until_when"
WAITING = "http.throttling.throttled_callers_are_told_when"


@near_miss(spares=[STEADY, RESTING, WAITING])
def busy_at_times_and_says_when(agency: Agency) -> Agency:
    """One read in fifteen is put off, and told when to come back (RFC 9110, 15.6.4)."""
    calls = itertools.count(1)

    def bend(call: Call, made: Answer) -> Answer:
        if call.operation is None or call.method != "GET" or next(calls) % 15:
            return made
        told = b'{"type": "about:blank", "title": "Service Unavailable", "status": 503}'
        headers = (("Content-Type", "application/problem+json"), ("Retry-After", "0"))
        return Answer(503, (*headers, ("X-Content-Type-Options", "nosniff")), told)

    return agency.bending_answers(bend)


@near_miss(spares=[HEALTH])
def health_tells_the_edition_of_the_interface(agency: Agency) -> Agency:
    """The version is that of the interface, which its contract prints as well."""
    return agency.with_(
        health={"status": "pass", "version": "1", "releaseId": "1.4.2", "uptime": "10.4.12"}
    )


@near_miss(spares=[HEALTH])
def health_is_a_problem_document(agency: Agency) -> Agency:
    """The state is a problem document whose status is 200, as some national guides have it."""
    return agency.with_(
        health={"type": "about:blank", "title": "OK", "status": 200, "detail": "Bình thường"}
    )


@near_miss(spares=[RESTING, WAITING])
def busy_at_times_until_a_date(agency: Agency) -> Agency:
    """One read in forty is put off until a date, which has come already (RFC 9110, 10.2.3)."""
    calls = itertools.count(1)

    def bend(call: Call, made: Answer) -> Answer:
        if call.operation is None or call.method != "GET" or next(calls) % 40:
            return made
        told = b'{"type": "about:blank", "title": "Service Unavailable", "status": 503}'
        headers = (
            ("Content-Type", "application/problem+json"),
            ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),
        )
        return Answer(503, (*headers, ("X-Content-Type-Options", "nosniff")), told)

    return agency.bending_answers(bend)
