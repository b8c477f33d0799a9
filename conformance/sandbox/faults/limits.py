"""Requests that are too long, and requests that can be read in two ways."""

from __future__ import annotations

import re

from conformance.sandbox.agency import PROBLEM, Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

FRAMING = "http.ambiguity.ambiguous_lengths_are_refused"
HOST = "http.ambiguity.hosts_are_named_once"
LONG = "http.limits.overlong_requests_are_refused_cleanly"
_LONGEST, _MOST = 8 * 1024, 100


def _broken(call: Call, *, too_long: bool) -> Answer | None:
    del call
    told = b'{"title": "Internal Server Error", "status": 500}'
    return Answer(500, (("Content-Type", PROBLEM),), told) if too_long else None


@fault(breaks=[LONG])
def long_queries_break(agency: Agency) -> Agency:
    """A query of more than 8 KiB breaks the server."""
    return agency.intercepting(
        lambda call: _broken(call, too_long=sum(len(v) for _, v in call.query) > _LONGEST)
    )


@fault(breaks=[LONG])
def long_fields_break(agency: Agency) -> Agency:
    """A header field of more than 8 KiB breaks the server."""
    return agency.intercepting(
        lambda call: _broken(call, too_long=any(len(v) > _LONGEST for _, v in call.headers))
    )


@fault(breaks=[LONG])
def many_fields_break(agency: Agency) -> Agency:
    """More than a hundred header fields break the server."""
    return agency.intercepting(lambda call: _broken(call, too_long=len(call.headers) > _MOST))


@fault(breaks=[HOST], transport="wire")
def missing_host_filled_in(agency: Agency) -> Agency:
    """A proxy fills in a host where a request names none."""

    def forward(head: bytes) -> bytes:
        if re.search(rb"(?im)^host:", head):
            return head
        line, end, rest = head.partition(b"\r\n")
        return line + end + b"Host: he-thong.example" + end + rest

    return agency.with_(wire=Wire(forward=forward))


@fault(breaks=[HOST], transport="wire")
def second_host_overlooked(agency: Agency) -> Agency:
    """A proxy hands on the first of two hosts."""
    return agency.with_(wire=Wire(forward=lambda head: _first_only(head, b"host")))


@fault(breaks=[FRAMING], transport="wire")
def second_length_overlooked(agency: Agency) -> Agency:
    """A proxy hands on the first of two lengths."""
    return agency.with_(wire=Wire(forward=lambda head: _first_only(head, b"content-length")))


@fault(breaks=[FRAMING], transport="wire")
def spaced_field_dropped(agency: Agency) -> Agency:
    """A proxy drops a field whose name ends with white space, and serves the request."""

    def forward(head: bytes) -> bytes:
        return re.sub(rb"(?im)^[\w-]+[ \t]+:[^\r\n]*\r\n", b"", head)

    return agency.with_(wire=Wire(forward=forward))


@fault(breaks=[FRAMING])
def connections_kept_after_two_lengths(agency: Agency) -> Agency:
    """A request with a length and with chunks is served, and the connection is used on."""
    return agency.with_(ends_ambiguous=False)


def _first_only(head: bytes, name: bytes) -> bytes:
    """Return the head of a request with only the first field of a name."""
    seen = False

    def kept(found: re.Match[bytes]) -> bytes:
        nonlocal seen
        line, seen = b"" if seen else found[0], True
        return line

    return re.sub(rb"(?im)^" + name + rb":[^\r\n]*\r\n", kept, head)
