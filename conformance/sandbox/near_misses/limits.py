"""Requests that are too long, met in other clean ways."""

from __future__ import annotations

from conformance.sandbox.agency import PROBLEM, Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

FRAMING = "http.ambiguity.ambiguous_lengths_are_refused"
HOST = "http.ambiguity.hosts_are_named_once"
LONG = "http.limits.overlong_requests_are_refused_cleanly"


@near_miss(spares=[LONG])
def overlong_requests_refused(agency: Agency) -> Agency:
    """What is too long has statuses of its own (RFC 9110, 15.5.15; RFC 6585, 5)."""

    def refuse(call: Call) -> Answer | None:
        status = 414 if sum(len(value) for _, value in call.query) > 8192 else 0
        if len(call.headers) > 100 or any(len(value) > 8192 for _, value in call.headers):
            status = 431
        told = f'{{"title": "Too long", "status": {status}}}'.encode()
        return Answer(status, (("Content-Type", PROBLEM),), told) if status else None

    return agency.intercepting(refuse)


@near_miss(spares=[LONG])
def overlong_requests_are_bad_requests(agency: Agency) -> Agency:
    """A front server refuses with 400 what it does not read to its end (RFC 9110, 15.5.1)."""

    def refuse(call: Call) -> Answer | None:
        size = sum(len(name) + len(value) for name, value in call.headers)
        if size + sum(len(value) for _, value in call.query) <= 8192 and len(call.headers) <= 100:
            return None
        return Answer(400, (("Content-Type", PROBLEM),), b'{"title": "Bad Request", "status": 400}')

    return agency.intercepting(refuse)


@near_miss(spares=[HOST, FRAMING], transport="wire")
def broken_requests_hung_up_on(agency: Agency) -> Agency:
    """A connection whose request cannot be read is closed without a word (RFC 9112, 9.5)."""

    def relay(_method: str, response: bytes) -> bytes:
        return b"" if response.endswith(b"Invalid HTTP request received.") else response

    return agency.with_(wire=Wire(relay=relay))


@near_miss(spares=[HOST], transport="wire")
def broken_requests_misdirected(agency: Agency) -> Agency:
    """An edge that knows its sites by TLS refuses what names none of them with 421 or 403."""

    def relay(_method: str, response: bytes) -> bytes:
        if not response.endswith(b"Invalid HTTP request received."):
            return response
        return b"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    return agency.with_(wire=Wire(relay=relay))


@near_miss(spares=[FRAMING])
def two_lengths_refused(agency: Agency) -> Agency:
    """A request with a length and with chunks is refused (RFC 9112, 6.1)."""

    def refuse(call: Call) -> Answer | None:
        if call.first("transfer-encoding") is None or call.first("content-length") is None:
            return None
        return Answer(400, (("Content-Type", PROBLEM),), b'{"title": "Bad Request", "status": 400}')

    return agency.intercepting(refuse)
