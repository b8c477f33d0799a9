"""Which editions of HTTP a target speaks."""

from __future__ import annotations

from conformance.check import check, require
from conformance.probe import Probe
from conformance.probe.questions import Handshake
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotTested, Reason

_HTTP11, _HTTP2 = "http/1.1", "h2"


@check(catalogue="IOP-026", per="target", requests=4, channel=True)
def http11_is_spoken(probe: Probe) -> None:
    """HTTP/1.1 is spoken (RFC 9112, section 2.3).

    A read over HTTP/1.1, or an unknown path where there is none, is answered in HTTP/1.1. Over TLS
    that edition is offered alone first: a server breaks the clause that refuses it, and takes
    HTTP/2 when that is offered.
    """
    if probe.target.scheme == "https":
        alone = probe.shake(Handshake(protocols=(_HTTP11,)))
        if alone.tls.get("alert") == "no_application_protocol":
            newer = probe.shake(Handshake(protocols=(_HTTP2,)))
            require(
                not newer.accepted,
                expected=Text(vi="nhận HTTP/1.1", en="HTTP/1.1 is accepted"),
                observed="no_application_protocol",
                by=alone,
            )
        if not alone.accepted:
            raise channel.unfinished(alone)
    operation = probe.first_read()
    # Where there is nothing to read, a refusal is told in some edition too.
    good = probe.control(operation) if operation else probe.get(probe.unknown_path())
    spoken = good.response.http if good.response else ""
    require(
        spoken == "1.1",
        expected=Text(vi="trả lời bằng HTTP/1.1", en="an answer in HTTP/1.1"),
        observed=f"HTTP/{spoken}",
    )


@check(catalogue="IOP-025", per="target", requests=4)
def http2_is_offered(probe: Probe) -> None:
    """HTTP/2 is offered and answers as HTTP/1.1 does (RFC 9113, section 3.2).

    It is offered beside HTTP/1.1 in the handshake (ALPN), and alone where the server prefers the
    older one. Then one read is asked over both: status and type of the answers are the same.
    """
    channel.ordinary(probe)
    both = probe.shake(Handshake(protocols=(_HTTP2, _HTTP11)))
    if not both.accepted:
        raise channel.unfinished(both)
    if both.tls["protocol"] != _HTTP2:
        alone = probe.shake(Handshake(protocols=(_HTTP2,)))
        if not alone.accepted and not channel.refused(alone):
            raise channel.unfinished(alone)
        require(
            alone.accepted and alone.tls["protocol"] == _HTTP2,
            expected=Text(vi="nhận HTTP/2 qua ALPN", en="HTTP/2 is taken by ALPN"),
            observed=both.tls["protocol"] or Text(vi="không chọn gì", en="nothing is chosen"),
            by=both,
        )
    operation = probe.first_read()
    if operation is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="không có thao tác GET nào", en="there is no GET operation"),
        )
    good = probe.control(operation)
    seen = probe.call(operation, http2=True)
    require(
        (seen.status, seen.media_type) == (good.status, good.media_type),
        expected=Text(
            vi=f"{good.status} {good.media_type} như qua HTTP/1.1",
            en=f"{good.status} {good.media_type} as over HTTP/1.1",
        ),
        observed=f"{seen.status} {seen.media_type}",
        by=seen,
    )
