"""Other answers for other spellings, which disclose nothing."""

from __future__ import annotations

from dataclasses import replace

from conformance.sandbox import authorisation
from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import when_unknown_path
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

PATHS = "bypass.paths.other_spellings_open_nothing"
REWRITTEN = "bypass.headers.rewriting_fields_are_ignored"
SPOOFED = "bypass.headers.spoofed_identities_are_ignored"
HEAD = "bypass.methods.head_is_refused_like_get"
OVERRIDDEN = "bypass.methods.overridden_methods_open_nothing"


@near_miss(spares=[PATHS])
def other_spellings_are_bad_requests(agency: Agency) -> Agency:
    """A gateway refuses paths that are not in their plain form with 400 (RFC 9110, 15.5.1)."""

    def bend(call: Call) -> Answer | None:
        odd = any(part in call.path for part in ("//", "/.", ";", "\0"))
        # `/.well-known/` is its plain form (RFC 8615).
        if not odd or authorisation.owns(call.path):
            return None
        return Answer(400, (("Content-Type", PROBLEM),), b'{"title": "Bad Request", "status": 400}')

    return agency.intercepting(bend)


@near_miss(spares=[PATHS])
def other_spellings_are_led_home(agency: Agency) -> Agency:
    """A path with a slash at its end is redirected to the path without one (RFC 9110, 15.4.2)."""

    def bend(call: Call, made: Answer) -> Answer:
        if not call.path.endswith("/") or len(call.path) == 1:
            return made
        place = call.base + call.path.rstrip("/")
        return Answer(301, (("Location", place),))

    return agency.bending_answers(when_unknown_path(bend))


@near_miss(spares=[PATHS, REWRITTEN])
def odd_paths_show_a_page(agency: Agency) -> Agency:
    """Some odd paths are answered 200 with the page to log in, which holds no data."""

    def bend(call: Call, made: Answer) -> Answer:
        if not call.path.endswith(("/", ";x=1")):
            return made
        return replace(made, status=200).with_body(PAGE.encode(), "text/html; charset=utf-8")

    return agency.bending_answers(when_unknown_path(bend))


@near_miss(spares=[PATHS])
def odd_paths_show_an_envelope(agency: Agency) -> Agency:
    """Some odd paths are answered 200 with an envelope that says in its body what went wrong."""

    def bend(call: Call, made: Answer) -> Answer:
        if not call.path.endswith((".json", ";x=1")):
            return made
        text = '{"page": 1, "size": 20, "total": 0, "items": null, "message": "Không tìm thấy"}'
        return replace(made, status=200).with_body(text.encode(), "application/json")

    return agency.bending_answers(when_unknown_path(bend))


@near_miss(spares=[SPOOFED])
def claims_are_bad_requests(agency: Agency) -> Agency:
    """A gateway refuses fields that only it may set with 400 (RFC 9110, 15.5.1)."""

    def bend(call: Call) -> Answer | None:
        if not any(name.startswith(("x-forwarded", "x-user")) for name, _ in call.headers):
            return None
        return Answer(400, (("Content-Type", PROBLEM),), b'{"title": "Bad Request", "status": 400}')

    return agency.intercepting(bend)


@near_miss(spares=[HEAD])
def head_leads_to_a_page(agency: Agency) -> Agency:
    """HEAD without credentials is answered 200 with the fields of the page to log in."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.method != "HEAD" or made.status != 401:
            return made
        return replace(made, status=200).with_body(PAGE.encode(), "text/html; charset=utf-8")

    return agency.bending_answers(bend)


@near_miss(spares=[OVERRIDDEN])
def overrides_are_refused(agency: Agency) -> Agency:
    """A POST that asks for another method is refused with 405 (RFC 9110, 15.5.6)."""

    def bend(call: Call) -> Answer | None:
        if call.first("x-http-method-override") is None:
            return None
        fields = (("Content-Type", PROBLEM), ("Allow", "GET, HEAD, POST"))
        return Answer(405, fields, b'{"title": "Method Not Allowed", "status": 405}')

    return agency.intercepting(bend)
