"""Cipher suites."""

from __future__ import annotations

from conformance.check import check, require
from conformance.probe import Probe
from conformance.probe.questions import Handshake
from conformance.text import Text
from conformance.tls import channel, suites


@check(catalogue="TLS-007", per="target", requests=10, channel=True)
def broken_suites_are_refused(probe: Probe) -> None:
    """No broken cipher suite is accepted (RFC 9325, section 4.1; OWASP ASVS 5.0, 12.1.2).

    Offered are only suites without encryption, without authentication, of export strength, or with
    RC4, DES or 3DES (those with MD5 are among them): all at once, and where one is accepted, each
    class alone, so that all are named.
    """
    channel.control(probe)
    found = probe.shake(_only("broken"))
    classes = [probe.shake(_only(kind)) for kind in suites.CLASSES] if found.accepted else []
    accepted = [seen.tls["suite"] for seen in (found, *classes) if seen.accepted]
    require(
        not accepted,
        expected=Text(
            vi="từ chối NULL, anon, EXPORT, RC4, DES và 3DES",
            en="NULL, anon, EXPORT, RC4, DES and 3DES are refused",
        ),
        observed=", ".join(dict.fromkeys(accepted)),
    )
    if not channel.refused(found):
        raise channel.unfinished(found)


def _only(kind: str) -> Handshake:
    return Handshake(versions=("TLSv1.2",), suites=kind, bare=True)
