"""Answers that differ from call to call, or tell their length in another legal way."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import count

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

SAME = "http.reading.same_question_has_one_answer"
ENDS = "http.reading.answers_end_where_they_say"
LENGTHS = "http.reading.lengths_are_true"
_LENGTH = re.compile(rb"(?im)^content-length:[^\r\n]*\r\n")


@near_miss(spares=[SAME])
def time_of_each_answer_told(agency: Agency) -> Agency:
    """The list tells when it was asked for, which is always another time (RFC 9110, 9.2.1)."""

    def bend(_call: Call, made: Answer) -> Answer:
        told = f'{{"thoiDiemTraCuu": "{datetime.now(UTC).isoformat()}", '
        return made.with_body(told.encode() + made.body[1:])

    return agency.bending_answers(bending.when_asked(bending.LIST, bend))


@near_miss(spares=[SAME])
def member_that_is_null_by_turns(agency: Agency) -> Agency:
    """A notice is there at times, and null at others (RFC 8259, 3)."""
    return bending.by_turns(agency, b'{"thongBao": null, ', b'{"thongBao": {"ma": "BT"}, ')


@near_miss(spares=[SAME])
def member_that_comes_to_stay(agency: Agency) -> Agency:
    """While it is asked, somebody adds a member, and it stays (RFC 9110, 9.2.1)."""
    asked = count()

    def bend(call: Call, made: Answer) -> Answer:
        if not bending.is_bare(call) or next(asked) < 2:  # in the midst of four
            return made
        return made.with_body(b'{"thongBaoMoi": "x", ' + made.body[1:])

    return agency.bending_answers(bending.when_asked(bending.LIST, bend))


@near_miss(spares=[ENDS, LENGTHS], transport="wire")
def answers_in_chunks(agency: Agency) -> Agency:
    """Every answer with content comes in one chunk and an empty one (RFC 9112, 7.1)."""

    def relay(method: str, said: bytes) -> bytes:
        head, _, body = said.partition(b"\r\n\r\n")
        if not body or method == "HEAD":
            return said
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        return _LENGTH.sub(b"", head + b"\r\n") + b"Transfer-Encoding: chunked\r\n\r\n" + chunks

    return agency.with_(wire=Wire(relay=relay))


@near_miss(spares=[ENDS, LENGTHS], transport="wire")
def length_told_twice(agency: Agency) -> Agency:
    """Two servers on the way write the same length (RFC 9110, 8.6)."""

    def relay(_method: str, said: bytes) -> bytes:
        head, blank, body = said.partition(b"\r\n\r\n")
        found = _LENGTH.search(head + b"\r\n")
        return head + b"\r\n" + found[0].rstrip() + blank + body if found else said

    return agency.with_(wire=Wire(relay=relay))


@near_miss(spares=[ENDS, LENGTHS], transport="wire")
def content_until_the_connection_ends(agency: Agency) -> Agency:
    """No length is told: the content ends where the connection does (RFC 9112, 6.3)."""

    def relay(method: str, said: bytes) -> bytes:
        head, blank, body = said.partition(b"\r\n\r\n")
        told = head if not body or method == "HEAD" else _LENGTH.sub(b"", head + b"\r\n").rstrip()
        return told + blank + body

    return agency.with_(wire=Wire(relay=relay))
