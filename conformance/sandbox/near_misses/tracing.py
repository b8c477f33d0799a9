"""Ids of requests in other fields, and of the agency's own making."""

from __future__ import annotations

import itertools

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

ID = "http.tracing.requests_get_an_id"
IGNORED = "http.tracing.bad_trace_context_is_ignored"


@near_miss(spares=[ID])
def requests_are_numbered_by_the_agency(agency: Agency) -> Agency:
    """The id is the agency's own, whatever the caller sent."""
    numbers = itertools.count(1)
    return agency.with_(request_id=lambda _told: (("correlation-id", f"{next(numbers):08}"),))


@near_miss(spares=[ID])
def ids_come_back_under_a_name_of_their_own(agency: Agency) -> Agency:
    """The caller's id comes back in a field that only the agency knows."""
    return agency.with_(request_id=lambda told: (("X-Ma-Yeu-Cau", told),) if told else ())


@near_miss(spares=[ID, IGNORED])
def traces_come_back(agency: Agency) -> Agency:
    """The trace is told in Server-Timing, where there is one that can be read."""

    def bend(call: Call, made: Answer) -> Answer:
        trace = call.first("traceparent") or ""
        if len(trace.split("-")) != 4 or trace.startswith("ff-"):
            return made
        return made.plus(("Server-Timing", f'traceparent;desc="{trace}"'))

    return agency.with_(request_id=lambda _told: ()).bending_answers(bend)
