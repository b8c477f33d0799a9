"""Refusals of methods and answers to HEAD that HTTP allows."""

from __future__ import annotations

import itertools
from dataclasses import replace

from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

ALLOW = "http.methods.refusals_name_what_is_allowed"
REFUSED = "http.methods.undeclared_methods_are_refused"
MIRROR = "http.methods.head_mirrors_get"
NO_BODY = "http.methods.head_has_no_body"
BREAKS = "contract.answers.server_does_not_break"
TRACE = "http.methods.trace_echoes_nothing"


@near_miss(spares=[ALLOW, REFUSED])
def allow_empty(agency: Agency) -> Agency:
    """Allow is there and empty: the resource allows no method just now (RFC 9110, 10.2.1)."""
    return agency.with_(allow="")


@near_miss(spares=[ALLOW])
def allow_in_lower_case(agency: Agency) -> Agency:
    """The name of the field is in lower case; names have no case (RFC 9110, 5.1)."""

    def bend(_call: Call, made: Answer) -> Answer:
        return replace(made, headers=tuple((n.lower(), v) for n, v in made.headers))

    return agency.bending_answers(bend)


@near_miss(spares=[REFUSED, ALLOW, BREAKS])
def methods_not_implemented(agency: Agency) -> Agency:
    """Methods that no path has are answered 501 (RFC 9110, 15.6.2)."""
    return agency.with_(method_status=501)


@near_miss(spares=[REFUSED, ALLOW])
def undeclared_methods_are_forbidden(agency: Agency) -> Agency:
    """A gateway answers 403 before the method is looked at (RFC 9110, 15.5.4)."""
    return agency.with_(method_status=403)


@near_miss(spares=[REFUSED, ALLOW])
def undeclared_methods_are_not_found(agency: Agency) -> Agency:
    """A router that looks at path and method together answers 404 (RFC 9110, 15.5.5)."""
    return agency.with_(method_status=404)


@near_miss(spares=[REFUSED])
def options_tell_what_is_allowed(agency: Agency) -> Agency:
    """OPTIONS is answered 204 with Allow though no contract names it (RFC 9110, 9.3.7)."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.method != "OPTIONS" or made.status != 405:
            return made
        return replace(made, status=204, body=b"").without("Content-Type")

    return agency.bending_answers(bend)


@near_miss(spares=[MIRROR, NO_BODY])
def head_without_length(agency: Agency) -> Agency:
    """HEAD does not tell how long the body would be, which it need not (RFC 9110, 8.6)."""

    def bend(call: Call, made: Answer) -> Answer:
        # Chunked framing is the other way to leave the length open; HEAD still has no chunk.
        return made.plus(("Transfer-Encoding", "chunked")) if call.method == "HEAD" else made

    return agency.bending_answers(bend)


@near_miss(spares=[MIRROR])
def answers_are_numbered(agency: Agency) -> Agency:
    """A trace id differs between GET and HEAD, as it differs between any two answers."""
    numbers = itertools.count(1)

    def bend(_call: Call, made: Answer) -> Answer:
        return made.plus(("X-Request-Id", f"{next(numbers):08x}"))

    return agency.bending_answers(bend)


@near_miss(spares=[NO_BODY, MIRROR], transport="wire")
def answers_in_small_pieces(agency: Agency) -> Agency:
    """The fields arrive a few bytes at a time; TCP has no messages."""
    return agency.with_(wire=Wire(piece=7))


@near_miss(spares=[NO_BODY, MIRROR], transport="wire")
def connection_closed_after_each_answer(agency: Agency) -> Agency:
    """Each connection carries one answer and is closed (RFC 9112, 9.6)."""
    return agency.with_(wire=Wire())


@near_miss(spares=[TRACE])
def trace_not_implemented(agency: Agency) -> Agency:
    """TRACE is not implemented and answered 501 (RFC 9110, 15.6.2)."""

    def bend(call: Call, made: Answer) -> Answer:
        return replace(made, status=501) if call.method == "TRACE" else made

    return agency.bending_answers(bend)


@near_miss(spares=[TRACE])
def trace_answered_like_get(agency: Agency) -> Agency:
    """TRACE brings the ordinary page, without a word of the request, so nothing is echoed."""

    def gateway(call: Call) -> Call:
        return replace(call, method="GET") if call.method == "TRACE" else call

    return agency.with_(gateway=gateway)
