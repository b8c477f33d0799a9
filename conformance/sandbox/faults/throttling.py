"""Limits that are told in a way that no program understands, or that are not kept."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import MAP, when_asked
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.partners import limiting
from conformance.sandbox.variations import fault

WAITING = "http.throttling.throttled_callers_are_told_when"
READABLE = "http.throttling.rate_limits_are_readable"
KEPT = "http.throttling.declared_limits_are_kept"
RESTING = "operation.resting.resting_systems_say_until_when"
BREAKS = "contract.answers.server_does_not_break"
DOCUMENTED = "contract.answers.status_is_documented"


@fault(breaks=[WAITING])
def waiting_time_in_words(agency: Agency) -> Agency:
    """The time to wait is told in words and not in seconds."""
    return agency.with_(banners=(("Retry-After", "in half a minute"),))


@fault(breaks=[WAITING])
def waiting_until_a_local_time(agency: Agency) -> Agency:
    """When to come again is told in the form of a database, without a zone."""
    return agency.with_(banners=(("Retry-After", "2026-11-23 22:00:00"),))


@fault(breaks=[READABLE])
def rate_limit_told_in_words(agency: Agency) -> Agency:
    """The policy of limits is a sentence, and no structured field."""
    return agency.with_(banners=(("RateLimit-Policy", "100 requests per minute"),))


@fault(breaks=[READABLE])
def rate_limit_without_what_remains(agency: Agency) -> Agency:
    """RateLimit names a policy and not how much of it is left."""
    return agency.with_(banners=(("RateLimit", '"default";t=30'),))


@fault(breaks=[READABLE])
def rate_limit_with_a_unit_before_it(agency: Agency) -> Agency:
    """What is left of the limit begins with a word."""
    return agency.with_(banners=(("X-RateLimit-Remaining", "requests=98"),))


@fault(breaks=[KEPT])
def limit_only_on_paper(agency: Agency) -> Agency:
    """The owner declares a limit, and nothing counts."""
    return agency.with_(rate_limit=(30, 600))


@fault(breaks=[KEPT])
def limit_set_far_too_high(agency: Agency) -> Agency:
    """What is counted is allowed a hundred times as often as the owner says."""
    return limiting(agency.with_(rate_limit=(30, 600)), 3000)


@fault(breaks=[RESTING, BREAKS])
def maintenance_without_an_end(agency: Agency) -> Agency:
    """One operation is under maintenance; nothing says until when."""
    told = b'{"type": "about:blank", "title": "Service Unavailable", "status": 503}'

    def bend(_call: Call, made: Answer) -> Answer:
        return Answer(503, made.headers, told).with_field(
            "Content-Type", "application/problem+json"
        )

    return agency.bending_answers(when_asked(MAP, bend))


@fault(breaks=[RESTING, BREAKS])
def maintenance_until_in_the_body(agency: Agency) -> Agency:
    """When maintenance ends stands in the body for people, and not in Retry-After."""
    told = '{"type": "about:blank", "status": 503, "detail": "Bảo trì đến 22 giờ."}'

    def bend(_call: Call, made: Answer) -> Answer:
        return Answer(503, made.headers, told.encode()).with_field(
            "Content-Type", "application/problem+json"
        )

    return agency.bending_answers(when_asked(MAP, bend))
