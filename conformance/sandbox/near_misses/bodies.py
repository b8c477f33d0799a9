"""Refusals of bodies, and answers without one, that HTTP allows."""

from __future__ import annotations

from dataclasses import replace

from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

TYPES = "http.bodies.unsupported_types_are_refused"
OTHER = "contract.generated.other_media_types_are_refused"
NO_BYTES = "http.bodiless.no_content_is_no_bytes"
WRITES = "http.bodiless.writes_without_content_send_no_bytes"


@near_miss(spares=[TYPES, OTHER])
def unsupported_types_are_bad_requests(agency: Agency) -> Agency:
    """A parser that cannot read the body refuses it with 400 rather than 415 (RFC 9110, 15.5.1)."""

    def bend(_call: Call, made: Answer) -> Answer:
        if made.status != 415:
            return made
        body = made.body.replace(b'"status": 415', b'"status": 400')
        return replace(made, status=400).with_body(
            body.replace(b'"title": "Unsupported Media Type"', b'"title": "Bad Request"')
        )

    return agency.bending_answers(bend)


@near_miss(spares=[NO_BYTES, WRITES], transport="wire")
def nothing_of_length_nought(agency: Agency) -> Agency:
    """204 says that its length is 0, as many servers do; nothing can be taken for content."""

    def relay(_method: str, response: bytes) -> bytes:
        if not response.startswith(b"HTTP/1.1 204"):
            return response
        return response.replace(b"\r\n", b"\r\nContent-Length: 0\r\n", 1)

    return agency.with_(wire=Wire(relay=relay))


@near_miss(spares=[NO_BYTES, WRITES], transport="wire")
def unchanged_content_tells_its_length(agency: Agency) -> Agency:
    """304 tells the length that the content would have (RFC 9110, 15.4.5 and 8.6)."""

    def relay(_method: str, response: bytes) -> bytes:
        if not response.startswith(b"HTTP/1.1 304"):
            return response
        return response.replace(b"\r\n", b"\r\nContent-Length: 1234\r\n", 1)

    return agency.with_(wire=Wire(relay=relay))
