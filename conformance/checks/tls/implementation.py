"""What an implementation of TLS 1.2 gives away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.check import check, require
from conformance.probe import Probe
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotApplicable


@check(catalogue="TLS-011", per="target", requests=3, channel=True)
def compression_is_off(probe: Probe) -> None:
    """The connection is not compressed (RFC 9325, section 3.3).

    DEFLATE is offered with TLS 1.2; whether the server takes it stands in its hello. TLS 1.3 has no
    compression.
    """
    seen = _tls12(probe)
    require(
        not seen["compression"],
        expected=Text(vi="không nén kết nối", en="no compression of the connection"),
        observed="DEFLATE",
    )


@check(catalogue="TLS-011", per="target", requests=3, channel=True)
def renegotiation_is_secure(probe: Probe) -> None:
    """The server knows secure renegotiation (RFC 9325, section 3.5; RFC 5746, section 3.6).

    Its TLS 1.2 hello answers ours with the extension renegotiation_info. TLS 1.3 has no
    renegotiation.
    """
    seen = _tls12(probe)
    require(
        seen["renegotiation"],
        expected=Text(vi="phần mở rộng renegotiation_info", en="the extension renegotiation_info"),
        observed=Text(vi="không có", en="it is not there"),
    )


def _tls12(probe: Probe) -> Mapping[str, Any]:
    """Return what the server says in TLS 1.2."""
    channel.control(probe)
    seen = probe.shake(channel.BARE)
    if not seen.accepted:
        raise NotApplicable(Text(vi="chỉ có TLS 1.3", en="TLS 1.3 alone"))
    return seen.tls
