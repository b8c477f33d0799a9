"""Versions of the protocol: which are offered, which refused."""

from __future__ import annotations

from conformance.check import check, require
from conformance.probe import Probe
from conformance.probe.questions import Handshake
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotTested, Reason


@check(catalogue="TLS-004", per="target", requests=6, channel=True)
def old_versions_are_refused(probe: Probe) -> None:
    """SSL 3.0, TLS 1.0 and TLS 1.1 are refused (RFC 8996, RFC 7568).

    Each is offered alone, with every cipher suite of its time. Refused is what the server ends;
    silence proves nothing, nor does a refusal by a server that takes part in no handshake at all.
    """
    channel.control(probe)
    seen = [probe.shake(old) for old in channel.OLD]
    accepted = [f"{one.tls['version']}, {one.tls['suite']}" for one in seen if one.accepted]
    require(
        not accepted,
        expected=Text(vi="từ chối SSL 3.0, TLS 1.0 và TLS 1.1", en="all three are refused"),
        observed="; ".join(dict.fromkeys(accepted)),
    )
    for one in seen:
        if not channel.refused(one):
            raise channel.unfinished(one)


@check(catalogue="TLS-005", per="target", requests=5, channel=True)
def a_current_version_is_offered(probe: Probe) -> None:
    """TLS 1.2 or TLS 1.3 is offered (RFC 9325, section 3.1.1).

    One of them is enough. A server that takes part in neither breaks the clause only where it
    takes part in an older handshake, or says that the version is what it minds.
    """
    channel.needs_tls(probe)
    current = probe.shake(channel.ORDINARY), probe.shake(channel.BARE)
    # A server that knows nothing newer answers a hello of TLS 1.2 with an older version.
    if any(seen.accepted and seen.tls["version"] in {"TLSv1.2", "TLSv1.3"} for seen in current):
        return
    old = [probe.shake(one) for one in channel.OLD]
    older = [seen.tls["version"] for seen in old if seen.accepted]
    minded = any(seen.tls.get("alert") == "protocol_version" for seen in current)
    if not older and not minded:
        raise channel.unfinished(current[0])
    require(
        condition=False,
        expected=Text(vi="TLS 1.2 hoặc TLS 1.3", en="TLS 1.2 or TLS 1.3"),
        observed=", ".join(dict.fromkeys(older)) or "protocol_version",
    )


@check(catalogue="TLS-006", per="target", requests=2, channel=True)
def tls13_is_offered(probe: Probe) -> None:
    """TLS 1.3 is offered (RFC 9325, section 3.1.1).

    Where an ordinary handshake ends with an older version, TLS 1.3 is offered alone.
    """
    usual = channel.ordinary(probe)
    if usual.tls["version"] == "TLSv1.3":
        return
    alone = probe.shake(Handshake(versions=("TLSv1.3",)))
    if not alone.accepted and not channel.refused(alone):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="TLS 1.3: không có trả lời rõ ràng", en="TLS 1.3: no clear answer"),
        )
    require(
        alone.accepted,
        expected=Text(vi="nhận TLS 1.3", en="TLS 1.3 is accepted"),
        observed=usual.tls["version"],
    )
