"""Answers that change their form from call to call, or do not end where they say."""

from __future__ import annotations

import re

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.variations import fault

SAME = "http.reading.same_question_has_one_answer"
ENDS = "http.reading.answers_end_where_they_say"
LENGTHS = "http.reading.lengths_are_true"


@fault(breaks=[SAME])
def two_versions_take_turns(agency: Agency) -> Agency:
    """Behind a balancer one of two servers is of another version, and knows one member more."""
    return bending.by_turns(agency, b"{", b'{"phienBanDuLieu": "2", ')


@fault(breaks=[SAME])
def numbers_are_texts_by_turns(agency: Agency) -> Agency:
    """One of two servers writes a number as a text."""
    return bending.by_turns(agency, b'{"soTrang": 3, ', b'{"soTrang": "3", ')


@fault(breaks=[ENDS], transport="wire")
def line_break_behind_the_content(agency: Agency) -> Agency:
    """A line break follows the announced end of every answer to GET."""
    return agency.with_(wire=Wire(relay=lambda method, said: _behind(method, said, b"\r\n")))


@fault(breaks=[ENDS], transport="wire")
def content_followed_by_stray_bytes(agency: Agency) -> Agency:
    """The remains of another answer follow every answer to GET."""
    return agency.with_(wire=Wire(relay=lambda method, said: _behind(method, said, b'"x"}]}')))


@fault(breaks=[LENGTHS], transport="wire")
def length_beside_chunks(agency: Agency) -> Agency:
    """A gateway cuts the map into chunks and leaves its length in the header."""

    def relay(_method: str, said: bytes) -> bytes:
        head, _, body = said.partition(b"\r\n\r\n")
        if not _is_map(body):
            return said
        chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        return head + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk

    return agency.with_(wire=Wire(relay=relay))


@fault(breaks=[LENGTHS], transport="wire")
def content_cut_short(agency: Agency) -> Agency:
    """The end of the map is missing: its length was counted in other bytes."""

    def relay(_method: str, said: bytes) -> bytes:
        return said[:-10] if _is_map(said) else said

    return agency.with_(wire=Wire(relay=relay))


def _is_map(said: bytes) -> bool:
    return b'"FeatureCollection"' in said


def _behind(method: str, said: bytes, more: bytes) -> bytes:
    return said + more if method == "GET" and re.match(rb"HTTP/1\.1 200", said) else said
