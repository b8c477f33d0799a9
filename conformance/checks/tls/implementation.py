"""What an implementation of TLS 1.2 gives away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotApplicable

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_SHOWN = 5


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


@check(catalogue="TLS-016", per="target", requests=2, channel=True)
def early_data_are_not_taken_for_changes(probe: Probe) -> None:
    """Nothing that changes data is taken before a handshake is done (RFC 8470, sections 3 and 4).

    What is sent early with TLS 1.3 (0-RTT) can be sent again by whoever recorded it. Looked at are
    the server's tickets: they say whether it takes such data. Well is a server that takes none; and
    one that does, where the contract has reading operations only, or names 425 (Too Early) as an
    answer of every other one. A ticket alone is no early data; none is ever sent.
    """
    channel.ordinary(probe)
    seen = probe.shake(channel.TICKETS)
    if not seen.accepted:
        if channel.refused(seen) and channel.ordinary(probe).tls["version"] != "TLSv1.3":
            raise NotApplicable(Text(vi="không có TLS 1.3", en="no TLS 1.3"))
        raise channel.unfinished(seen)
    changing = [o for o in probe.scene.operations if o.method not in _SAFE]
    bare = [o for o in changing if "425" not in o.responses]
    require(
        not (seen.tls["early_data"] and bare),
        expected=Text(
            vi="không nhận dữ liệu sớm, hoặc trả lời 425 cho thao tác làm thay đổi dữ liệu",
            en="no early data, or 425 from the operations that change data",
        ),
        observed=Text(
            vi=f"nhận {seen.tls['early_data']} byte dữ liệu sớm; không nêu 425: {_listed(bare)}",
            en=f"{seen.tls['early_data']} bytes are taken early; without 425: {_listed(bare)}",
        ),
    )


def _listed(operations: Sequence[Operation]) -> str:
    shown = ", ".join(operation.unit for operation in operations[:_SHOWN])
    return f"{shown}, …" if len(operations) > _SHOWN else shown


def _tls12(probe: Probe) -> Mapping[str, Any]:
    """Return what the server says in TLS 1.2."""
    channel.control(probe)
    seen = probe.shake(channel.BARE)
    if not seen.accepted:
        raise NotApplicable(Text(vi="chỉ có TLS 1.3", en="TLS 1.3 alone"))
    return seen.tls
