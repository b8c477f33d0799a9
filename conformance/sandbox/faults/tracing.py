"""Requests that nobody finds again, and trace contexts that break what they pass."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

ID = "http.tracing.requests_get_an_id"
IGNORED = "http.tracing.bad_trace_context_is_ignored"
BREAKS = "contract.answers.server_does_not_break"
_ID = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@fault(breaks=[ID])
def requests_without_an_id(agency: Agency) -> Agency:
    """Nothing in an answer says which request it answers."""
    return agency.with_(request_id=lambda _told: ())


@fault(breaks=[ID])
def ids_of_requests_left_empty(agency: Agency) -> Agency:
    """The field for the id is there, with the word for nothing in it."""
    return agency.with_(request_id=lambda _told: (("X-Request-ID", "null"),))


@fault(breaks=[IGNORED])
def bad_trace_context_refused(agency: Agency) -> Agency:
    """Who sends a trace context that cannot be read is refused."""
    return _refusing(agency, lambda told: not _ID.fullmatch(told), 400)


@fault(breaks=[IGNORED, BREAKS])
def unknown_trace_version_breaks(agency: Agency) -> Agency:
    """The version of a trace context that is none breaks the agency."""
    return _refusing(agency, lambda told: told.startswith("ff-"), 500)


@fault(breaks=[IGNORED])
def empty_trace_refused(agency: Agency) -> Agency:
    """Ids of a trace that are all zero are refused as a bad request."""
    return _refusing(agency, lambda told: "0" * 32 in told, 422)


def _refusing(agency: Agency, is_bad: Callable[[str], bool], status: int) -> Agency:
    def hook(call: Call) -> Answer | None:
        told = call.first("traceparent")
        if told is None or not is_bad(told):
            return None
        body = agency.encode({"type": "about:blank", "status": status, "title": "traceparent"})
        return Answer(status, (("Content-Type", PROBLEM),), body)

    return agency.intercepting(hook)
