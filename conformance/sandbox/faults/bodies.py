"""Bodies that are taken for what they are not, and bytes where there is to be no body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

TYPES = "http.bodies.unsupported_types_are_refused"
OTHER = "contract.generated.other_media_types_are_refused"
NO_BYTES = "http.bodiless.no_content_is_no_bytes"
WRITES = "http.bodiless.writes_without_content_send_no_bytes"


@fault(breaks=[TYPES, OTHER])
def media_type_not_looked_at(agency: Agency) -> Agency:
    """Whatever media type a body says it has, it is read as JSON."""

    def read(call: Call) -> Call:
        others = tuple(pair for pair in call.headers if pair[0] != "content-type")
        return replace(call, headers=(*others, ("content-type", "application/json")))

    return agency.reading(read)


@fault(breaks=[TYPES])
def xml_accepted_unread(agency: Agency) -> Agency:
    """An XML document is accepted by a queue that looks into JSON only."""

    def hook(call: Call) -> Answer | None:
        in_xml = (call.first("content-type") or "").startswith("application/xml")
        if not in_xml or call.method != "POST" or call.path != "/dossiers":
            return None
        return Answer(202, (("Content-Type", "application/json"),), b"{}")

    return agency.intercepting(hook)


@fault(breaks=[OTHER])
def notes_of_progress_read_under_any_type(agency: Agency) -> Agency:
    """Of one operation alone a body is read as JSON, whatever its Content-Type says."""

    def read(call: Call) -> Call:
        if call.asks != "addProgress" or not call.body:
            return call
        others = tuple(pair for pair in call.headers if pair[0] != "content-type")
        return replace(call, headers=(*others, ("content-type", "application/json")))

    return agency.reading(read)


@fault(breaks=[NO_BYTES, WRITES], transport="wire")
def deletion_answered_with_bytes(agency: Agency) -> Agency:
    """Behind the fields of 204 comes a JSON object that nobody announced."""

    def relay(_method: str, response: bytes) -> bytes:
        return response + b'{"xoa": true}' if response.startswith(b"HTTP/1.1 204") else response

    return agency.with_(wire=Wire(relay=relay))


@fault(breaks=[NO_BYTES, WRITES], transport="wire")
def length_announced_for_nothing(agency: Agency) -> Agency:
    """204 announces two bytes of content, and none comes: who believes it waits for ever."""
    return agency.with_(wire=Wire(relay=_with_field(b"204", b"Content-Length: 2")))


@fault(breaks=[NO_BYTES, WRITES], transport="wire")
def nothing_sent_in_chunks(agency: Agency) -> Agency:
    """204 is chunked: its closing chunk is taken for the next answer."""
    announced = _with_field(b"204", b"Transfer-Encoding: chunked")

    def relay(method: str, response: bytes) -> bytes:
        changed = announced(method, response)
        return changed if changed == response else changed + b"0\r\n\r\n"

    return agency.with_(wire=Wire(relay=relay))


def _with_field(status: bytes, line: bytes) -> Callable[[str, bytes], bytes]:
    """Return a relay that puts one more field into the answers of a status."""

    def relay(_method: str, response: bytes) -> bytes:
        if not response.startswith(b"HTTP/1.1 " + status):
            return response
        return response.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)

    return relay
