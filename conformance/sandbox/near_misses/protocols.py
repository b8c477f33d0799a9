"""Editions of HTTP spoken in other legal ways."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.tls import Tls
from conformance.sandbox.variations import near_miss

HTTP11 = "tls.protocols.http11_is_spoken"
HTTP2 = "tls.protocols.http2_is_offered"


@near_miss(spares=[HTTP2, HTTP11], transport="tls")
def http11_preferred(agency: Agency) -> Agency:
    """The listener prefers HTTP/1.1 and speaks HTTP/2 with who wants that alone (RFC 7301, 3.2)."""
    return agency.with_(tls=Tls(protocols=("http/1.1", "h2")))


@near_miss(spares=[HTTP2], transport="tls")
def http3_announced_over_http2(agency: Agency) -> Agency:
    """Over HTTP/2 answers name a newer edition, and are much the same else (RFC 7838, 3)."""

    def bend(call: Call, made: Answer) -> Answer:
        newer = made.with_field("Alt-Svc", 'h3=":443"; ma=86400')
        return newer if call.http == "2" else made

    return agency.with_(tls=Tls()).bending_answers(bend)
