"""What checks ask about the connection: the handshakes that they share, and how to read them."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from cryptography import x509

from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.questions import Handshake
from conformance.text import Text
from conformance.tls import certificates
from conformance.verdict import NotApplicable, NotTested, Reason

ORDINARY = Handshake(clock=True)
# In TLS 1.2 a server with two certificates shows the one for the key that is asked for.
_BY_KEY = tuple(Handshake(versions=("TLSv1.2",), suites=kind) for kind in ("rsa", "ecdsa"))
OLD = tuple(Handshake(versions=(name,), bare=True) for name in ("SSLv3", "TLSv1", "TLSv1.1"))
# The words of OpenSSL for a path with a certificate that is out of date (X509_V_ERR_*).
OUT_OF_DATE = frozenset({9, 10})
# The same writer of hellos asks for what must be refused: this one shows that it is understood.
BARE = Handshake(versions=("TLSv1.2",), bare=True, compression=True)
# What a server lets be sent before the next handshake is done stands in the tickets of this one.
TICKETS = Handshake(versions=("TLSv1.3",), early_data=True)


def needs_tls(probe: Probe) -> None:
    """Do nothing, or raise `NotApplicable` where the base URL is not https."""
    if probe.target.scheme != "https":
        raise NotApplicable(Text(vi="không phải https", en="not https"))


def ordinary(probe: Probe) -> Exchange:
    """Return an ordinary handshake; it is also the control of whatever must be refused.

    Raises:
        NotTested: the server does not take part in it.
    """
    needs_tls(probe)
    seen = probe.shake(ORDINARY)
    if not seen.accepted:
        raise unfinished(seen)
    return seen


def control(probe: Probe) -> None:
    """Make sure that the server takes part in a handshake, and understands a bare one.

    Raises:
        NotTested: it does not, so a refusal would say nothing.
    """
    needs_tls(probe)
    bare = probe.shake(BARE)
    if not bare.accepted and not _is_13_only(probe, bare):
        raise unfinished(bare)


def _is_13_only(probe: Probe, bare: Exchange) -> bool:
    """Whether TLS 1.2 is refused as such: not only to a bare hello, but to OpenSSL's too."""
    usual = probe.shake(ORDINARY)
    if not usual.accepted or usual.tls["version"] != "TLSv1.3":
        return False
    return refused(bare) and refused(probe.shake(Handshake(versions=("TLSv1.2",))))


def speaks_tls(probe: Probe) -> bool:
    """Whether the server speaks TLS at all, however badly: it takes part, or refuses in TLS."""
    seen = probe.shake(ORDINARY)
    if seen.accepted or "alert" in seen.tls:
        return True
    return any(probe.shake(old).accepted for old in OLD)


def refused(seen: Exchange) -> bool:
    """Whether the server itself ended a handshake; silence and breakdowns are no refusals."""
    return seen.tls.get("outcome") == "refused"


def unfinished(seen: Exchange) -> NotTested:
    """Return why nothing can be told from a handshake that came to nothing."""
    gone = seen.tls.get("outcome") in {"silent", "unreachable"}
    return NotTested(
        Reason.UNREACHABLE if gone else Reason.INCONCLUSIVE,
        Text(
            vi=f"bắt tay TLS không hoàn tất: {seen.error}",
            en=f"no TLS handshake came about: {seen.error}",
        ),
    )


def shown(probe: Probe) -> list[Exchange]:
    """Return a handshake for each certificate that the server has: one, or one a kind of key.

    Raises:
        NotTested: it shows none.
    """
    needs_tls(probe)
    found: dict[str, Exchange] = {}
    for wanted in (ORDINARY, *_BY_KEY):
        seen = probe.shake(wanted)
        if seen.tls.get("certificates"):
            found.setdefault(seen.tls["certificates"][0], seen)
    # A server that wants a client certificate first still shows its own to a bare TLS 1.2 hello.
    bare = None if found else probe.shake(BARE)
    if bare is not None and bare.tls.get("certificates"):
        return [bare]
    if not found:
        raise unfinished(probe.shake(ORDINARY))
    return list(found.values())


def chain(seen: Exchange) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a handshake, leaf first.

    Raises:
        NotTested: they cannot be read.
    """
    try:
        return certificates.parsed(b64decode(der) for der in seen.tls["certificates"])
    except ValueError as error:
        raise unreadable() from error


def unreadable() -> NotTested:
    """Return the outcome for a certificate that holds something nobody here can read."""
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(vi="không đọc được chứng thư", en="the certificate cannot be read"),
    )


def verified(probe: Probe, seen: Exchange, *, by: str) -> Exchange:
    """Return the handshake in which what `seen` shows was verified.

    Args:
        probe: who asks.
        seen: a handshake that was only looked at.
        by: `chain` for who issued it, `now` for the validity of the whole path too.

    Raises:
        NotTested: this time the server did not take part.
    """
    offered = seen.tls["offered"]
    suites = "ordinary" if offered["bare"] else offered["suites"]
    wanted = Handshake(versions=tuple(offered["versions"]), suites=suites, verify="now")
    again = probe.shake(wanted)
    if by == "chain" and again.tls.get("verified", {}).get("code") in OUT_OF_DATE:
        again = probe.shake(replace(wanted, verify="chain"))
    if "verified" not in again.tls:
        raise unfinished(again)
    return again


def clocks(seen: Exchange) -> list[datetime]:
    """Return the time of a handshake by our clock and, where it told it, by the server's."""
    found = [certificates.at(seen.at)]
    try:
        found.append(parsedate_to_datetime(seen.tls.get("date", "")))
    except (ValueError, OverflowError):
        # OverflowError is what numbers beyond all calendars come to.
        return found
    if found[-1].tzinfo is None:
        found.pop()
    return found
