"""Conditions and searches that are answered in other legal ways."""

from __future__ import annotations

import unicodedata

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, with_parameters
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

CHANGED = "http.conditional.changed_content_is_always_sent"
KNOWN = "http.conditional.known_content_is_not_sent_again"
QUERIES = "http.queries.vietnamese_in_queries_is_understood"


@near_miss(spares=[CHANGED, KNOWN])
def no_versions_told(agency: Agency) -> Agency:
    """No answer has an ETag; none has to have one (RFC 9110, 8.8.3)."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.without("ETag")

    return agency.bending_answers(bend)


@near_miss(spares=[QUERIES])
def search_overlooks_marks(agency: Agency) -> Agency:
    """A search takes a letter for any letter with marks, as many people type (RFC 3986, 2.5)."""

    def read(call: Call) -> Call:
        words = dict(call.query).get("tuKhoa", "")
        plain = "".join(
            c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c)
        )
        return with_parameters(tuKhoa=plain)(call) if call.asks == LIST else call

    return agency.reading(read)


@near_miss(spares=[QUERIES])
def search_without_results_is_not_found(agency: Agency) -> Agency:
    """A search that finds nothing is answered 404, with marks and without (RFC 9110, 15.5.5)."""

    def bend(call: Call, made: Answer) -> Answer:
        if "tuKhoa" not in dict(call.query) or b'"items": []' not in made.body:
            return made
        body = b'{"type": "about:blank", "title": "Not Found", "status": 404}'
        return Answer(404, made.headers).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)
