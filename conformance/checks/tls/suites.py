"""Cipher suites."""

from __future__ import annotations

from typing import Annotated

from conformance.check import Higher, check, require
from conformance.probe import Probe
from conformance.probe.questions import Handshake
from conformance.text import Text
from conformance.tls import channel, suites
from conformance.tls.suites import WEAK_CURVES


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


@check(catalogue="TLS-008", per="target", requests=6, channel=True)
def suites_are_forward_secret_and_authenticated(probe: Probe) -> None:
    """Every cipher suite of TLS 1.2 has forward secrecy and authenticated encryption (RFC 9325, 4).

    Offered are only suites that lack one of the two: keys agreed on by the certificate's own key
    (RSA, static DH), or CBC. Where one is accepted, each kind is offered alone, so that both are
    named. Broken suites are judged by another check; those of TLS 1.3 are all good.
    """
    channel.control(probe)
    found = probe.shake(_only("lesser"))
    each = [probe.shake(_only(kind)) for kind in ("static", "unsealed")] if found.accepted else []
    accepted = [seen.tls["suite"] for seen in (found, *each) if seen.accepted]
    require(
        not accepted,
        expected=Text(
            vi="chỉ ECDHE hoặc DHE, với GCM, CCM hoặc ChaCha20-Poly1305",
            en="ECDHE or DHE only, with GCM, CCM or ChaCha20-Poly1305",
        ),
        observed=", ".join(dict.fromkeys(accepted)),
    )
    if not channel.refused(found):
        raise channel.unfinished(found)


@check(catalogue="TLS-010", per="target", requests=5, channel=True)
def keys_are_agreed_on_in_strong_groups(
    probe: Probe, *, min_prime: Annotated[int, Higher] = 2048
) -> None:
    """Keys are agreed on modulo a long prime or on a strong curve (RFC 9325, section 4.5).

    With TLS 1.2, curves of less than 224 bits are offered alone; then DHE alone, to see the prime
    that the server takes by itself, which has to have `min_prime` bits. TLS 1.3 has good groups
    only.
    """
    channel.control(probe)
    by_curve = probe.shake(Handshake(("TLSv1.2",), "ecdhe", bare=True, groups="weak"))
    by_prime = probe.shake(Handshake(("TLSv1.2",), "dhe", bare=True, groups="none"))
    curve, bits = by_curve.tls.get("group"), by_prime.tls.get("group_bits", min_prime)
    require(
        # Some servers pass over what was offered and take a strong curve nevertheless.
        not (by_curve.accepted and curve in WEAK_CURVES),
        expected=Text(vi="đường cong từ 224 bit trở lên", en="curves of 224 bits or more"),
        observed=f"{by_curve.tls.get('suite')}, {curve}",
        by=by_curve,
    )
    require(
        not (by_prime.accepted and bits < min_prime),
        expected=Text(
            vi=f"số nguyên tố từ {min_prime} bit trở lên", en=f"a prime of {min_prime} bits or more"
        ),
        observed=f"{by_prime.tls.get('suite')}, {bits} bit",
        by=by_prime,
    )
    for seen in (by_curve, by_prime):
        if not seen.accepted and not channel.refused(seen):
            raise channel.unfinished(seen)


def _only(kind: str) -> Handshake:
    return Handshake(versions=("TLSv1.2",), suites=kind, bare=True)
