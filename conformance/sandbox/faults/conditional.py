"""Conditions on versions that are not understood, and queries that are not."""

from __future__ import annotations

from dataclasses import replace

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without_field
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

CHANGED = "http.conditional.changed_content_is_always_sent"
KNOWN = "http.conditional.known_content_is_not_sent_again"
QUERIES = "http.queries.vietnamese_in_queries_is_understood"
BREAKS = "contract.answers.server_does_not_break"


@fault(breaks=[CHANGED])
def any_version_is_the_present_one(agency: Agency) -> Agency:
    """Whatever If-None-Match holds, the answer is 304."""

    def bend(call: Call, made: Answer) -> Answer:
        held = call.first("if-none-match") is not None
        return _not_modified(made) if held and made.has("ETag") and made.status == 200 else made

    return agency.bending_answers(bend)


@fault(breaks=[CHANGED])
def weak_versions_always_match(agency: Agency) -> Agency:
    """A weak tag is taken for "good enough", whichever it is."""

    def bend(call: Call, made: Answer) -> Answer:
        weak = "W/" in (call.first("if-none-match") or "")
        return _not_modified(made) if weak and made.has("ETag") and made.status == 200 else made

    return agency.bending_answers(bend)


@fault(breaks=[CHANGED, KNOWN], also=[BREAKS])
def several_versions_break(agency: Agency) -> Agency:
    """If-None-Match with more than one tag ends in an internal error."""

    def bend(call: Call, made: Answer) -> Answer:
        several = "," in (call.first("if-none-match") or "")
        return replace(made, status=500) if several and made.status < 400 else made

    return agency.bending_answers(bend)


@fault(breaks=[KNOWN])
def conditions_ignored(agency: Agency) -> Agency:
    """If-None-Match is not looked at: the content is sent each time."""
    return agency.reading(without_field("if-none-match"))


@fault(breaks=[KNOWN])
def versions_read_as_one(agency: Agency) -> Agency:
    """If-None-Match is compared as a whole: a list of tags never matches."""

    def read(call: Call) -> Call:
        several = "," in (call.first("if-none-match") or "")
        return without_field("if-none-match")(call) if several else call

    return agency.reading(read)


@fault(breaks=[QUERIES], also=[BREAKS])
def search_with_marks_breaks(agency: Agency) -> Agency:
    """A search for letters beyond ASCII ends in an internal error."""

    def bend(call: Call, made: Answer) -> Answer:
        return made if _searched(call).isascii() else replace(made, status=500)

    return agency.bending_answers(bend)


@fault(breaks=[QUERIES])
def decomposed_search_refused(agency: Agency) -> Agency:
    """A firewall takes combining marks for an attack and answers 400."""

    def bend(call: Call, made: Answer) -> Answer:
        if not any("\u0300" <= c <= "\u036f" for c in _searched(call)):
            return made
        body = b'{"type": "about:blank", "title": "Bad Request", "status": 400}'
        return replace(made, status=400).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


def _searched(call: Call) -> str:
    return "".join(value for name, value in call.query if name == "tuKhoa")


def _not_modified(made: Answer) -> Answer:
    return replace(made, status=304, body=b"").without("Content-Type")
