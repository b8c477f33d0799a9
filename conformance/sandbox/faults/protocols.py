"""Editions of HTTP that are not spoken, or not as they are announced."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.sandbox import hello
from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.hello import Hello
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.tls import Tls
from conformance.sandbox.variations import fault

HTTP11 = "tls.protocols.http11_is_spoken"
HTTP2 = "tls.protocols.http2_is_offered"


@fault(breaks=[HTTP2], transport="tls")
def http2_not_offered(agency: Agency) -> Agency:
    """The listener chooses HTTP/1.1 whatever else is offered."""
    return agency.with_(tls=Tls(protocols=("http/1.1",)))


@fault(breaks=[HTTP2], transport="tls")
def http2_leads_elsewhere(agency: Agency) -> Agency:
    """Over HTTP/2 a front server finds no route to the interface."""
    return agency.with_(tls=Tls()).intercepting(_nowhere)


@fault(breaks=[HTTP2], transport="tls")
def http2_shows_a_page(agency: Agency) -> Agency:
    """Over HTTP/2 a front server greets people, with success."""
    return agency.with_(tls=Tls()).intercepting(_greeted)


@fault(breaks=[HTTP11], transport="tls")
def http2_only(agency: Agency) -> Agency:
    """A front server turns away whoever offers HTTP/1.1 alone (RFC 7301, 3.2)."""
    return agency.with_(tls=Tls(front=_minds_old_ones))


@fault(breaks=[HTTP11], transport="wire")
def answers_in_http10(agency: Agency) -> Agency:
    """A front server of long ago answers in HTTP/1.0, whatever is asked in."""
    return agency.with_(wire=Wire(relay=_aged))


def _nowhere(call: Call) -> Answer | None:
    if call.http != "2":
        return None
    return Answer(404, (("Content-Type", "application/problem+json"),), b'{"status": 404}')


def _greeted(call: Call) -> Answer | None:
    if call.http != "2":
        return None
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), b"<!doctype html><p>Xin")


def _minds_old_ones(said: Hello, _shown: Sequence[bytes]) -> bytes | None:
    minds = said.protocols and b"\x02h2" not in said.protocols
    return hello.NO_SUCH_PROTOCOL if minds else None


def _aged(_method: str, response: bytes) -> bytes:
    return response.replace(b"HTTP/1.1 ", b"HTTP/1.0 ", 1)
