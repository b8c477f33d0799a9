"""Methods that are answered as they must not be, and answers to HEAD that are none."""

from __future__ import annotations

from dataclasses import replace

from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

ALLOW = "http.methods.refusals_name_what_is_allowed"
REFUSED = "http.methods.undeclared_methods_are_refused"
BREAKS = "contract.answers.server_does_not_break"
MIRROR = "http.methods.head_mirrors_get"
NO_BODY = "http.methods.head_has_no_body"
TRACE = "http.methods.trace_echoes_nothing"


@fault(breaks=[ALLOW])
def allow_missing(agency: Agency) -> Agency:
    """A method is refused with 405 and nothing says which are allowed."""
    return agency.with_(allow=False)


@fault(breaks=[ALLOW])
def allow_under_another_name(agency: Agency) -> Agency:
    """What is allowed is told in a field of CORS instead of Allow."""

    def bend(_call: Call, made: Answer) -> Answer:
        if made.status != 405:
            return made
        named = made.plus(("Access-Control-Allow-Methods", made.get("Allow") or ""))
        return named.without("Allow")

    return agency.bending_answers(bend)


@fault(breaks=[REFUSED])
def undeclared_methods_answer_empty(agency: Agency) -> Agency:
    """Whatever method is tried on a known path, the answer is 200 with an empty object."""

    def bend(call: Call, made: Answer) -> Answer:
        if not _undeclared(call):
            return made
        done = replace(made, status=200).without("Allow")
        return done.with_body(b"{}", "application/json")

    return agency.bending_answers(bend)


@fault(breaks=[REFUSED])
def undeclared_methods_do_nothing(agency: Agency) -> Agency:
    """Whatever method is tried on a known path, the answer is 204 as if it had been done."""

    def bend(call: Call, made: Answer) -> Answer:
        if not _undeclared(call):
            return made
        return replace(made, status=204, body=b"").without("Allow").without("Content-Type")

    return agency.bending_answers(bend)


@fault(breaks=[MIRROR])
def head_not_supported(agency: Agency) -> Agency:
    """HEAD is refused with 405 where GET is answered."""
    return agency.with_(head=False)


@fault(breaks=[MIRROR])
def head_answers_no_content(agency: Agency) -> Agency:
    """HEAD is answered 204 where GET is answered 200."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.method != "HEAD" or made.status != 200:
            return made
        return replace(made, status=204, body=b"").without("Content-Type")

    return agency.bending_answers(bend)


@fault(breaks=[MIRROR])
def head_tells_another_type(agency: Agency) -> Agency:
    """HEAD tells another media type than GET."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.method != "HEAD" or made.status != 200:
            return made
        return made.with_field("Content-Type", "text/plain")

    return agency.bending_answers(bend)


@fault(breaks=[MIRROR])
def head_tells_another_version(agency: Agency) -> Agency:
    """HEAD tells another ETag than GET, as if it were computed over no body."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.method != "HEAD" or not made.has("ETag"):
            return made
        return made.with_field("ETag", '"d41d8cd98f00b204e9800998"')

    return agency.bending_answers(bend)


@fault(breaks=[MIRROR], also=[BREAKS])
def head_breaks(agency: Agency) -> Agency:
    """HEAD is answered with an internal error where GET is answered 200."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.method != "HEAD" or made.status != 200:
            return made
        return replace(made, status=500)

    return agency.bending_answers(bend)


@fault(breaks=[NO_BODY], transport="wire")
def head_answered_like_get(agency: Agency) -> Agency:
    """A gateway turns HEAD into GET and sends the whole body."""
    return agency.with_(wire=Wire(forward=_as_get))


@fault(breaks=[NO_BODY], transport="wire")
def head_followed_by_stray_bytes(agency: Agency) -> Agency:
    """A few bytes follow the fields of the answer to HEAD."""
    return agency.with_(wire=Wire(relay=_with_stray_bytes))


@fault(breaks=[NO_BODY], transport="wire")
def head_followed_by_a_chunk(agency: Agency) -> Agency:
    """The answer to HEAD is chunked and its closing chunk is sent."""
    return agency.with_(wire=Wire(relay=_with_last_chunk))


@fault(breaks=[TRACE])
def trace_sends_the_request_back(agency: Agency) -> Agency:
    """TRACE is answered with the request, fields and all."""
    return agency.intercepting(lambda call: _echo(call, "message/http"))


@fault(breaks=[TRACE])
def trace_echoes_as_text(agency: Agency) -> Agency:
    """TRACE is answered with the request under the name of plain text."""
    return agency.intercepting(lambda call: _echo(call, "text/plain; charset=utf-8"))


def _echo(call: Call, media_type: str) -> Answer | None:
    if call.method != "TRACE":
        return None
    lines = (f"TRACE {call.path} HTTP/1.1", *(f"{name}: {value}" for name, value in call.headers))
    return Answer(200, (("Content-Type", media_type),), "\r\n".join(lines).encode("utf-8"))


def _undeclared(call: Call) -> bool:
    """Whether a known path was asked with a method that it does not have."""
    return call.template is not None and call.operation is None and call.method != "HEAD"


def _as_get(head: bytes) -> bytes:
    return b"GET " + head.removeprefix(b"HEAD ") if head.startswith(b"HEAD ") else head


def _with_stray_bytes(method: str, response: bytes) -> bytes:
    return response + b"\n\n" if method == "HEAD" else response


def _with_last_chunk(method: str, response: bytes) -> bytes:
    if method != "HEAD":
        return response
    lines = response[:-4].split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"content-length:")]
    return b"\r\n".join([*kept, b"Transfer-Encoding: chunked", b"", b"0", b"", b""])
