"""What certificates say: names, validity, keys, signatures and who issued whom (RFC 5280).

Everything here is a function of the certificates as they were sent, so a record that is read a
year later says the same. Whether an authority is trusted is not decided here: that was found out
when the connection was made.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import idna
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, SignatureAlgorithmOID

_LONGEST_PATH = 10
# Signatures of these kinds bring their own hash along.
_EDWARDS = frozenset({SignatureAlgorithmOID.ED25519, SignatureAlgorithmOID.ED448})
_SHORTEST_HASH = 32
# The reserved policies of the CA/Browser Forum: extended, domain, organisation, individual.
_PUBLIC = frozenset(
    {"2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3"},
)
# Since when how many days are the most, the latest first.
_LONGEST_LIVES = (
    (date(2029, 3, 15), 47),
    (date(2027, 3, 15), 100),
    (date(2026, 3, 15), 200),
    (date(2020, 9, 1), 398),
)


def parsed(certificates: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    """Return the certificates, leaf first, as they were sent.

    Raises:
        ValueError: one of them is no certificate.
    """
    return tuple(x509.load_der_x509_certificate(der) for der in certificates)


# --- names ------------------------------------------------------------------------------------


def names(leaf: x509.Certificate) -> list[str]:
    """Return the names and addresses a certificate is for; its common name is none of them."""
    try:
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(address) for address in held.get_values_for_type(x509.IPAddress)]
    return [*held.get_values_for_type(x509.DNSName), *addresses]


def is_for(leaf: x509.Certificate, host: str) -> bool:
    """Whether a certificate names a host (RFC 9525, sections 6.3 and 6.4)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        wanted = in_ascii(host)
        return any(_fits(name.lower().rstrip("."), wanted) for name in names(leaf))
    return str(address) in names(leaf)


def in_ascii(host: str) -> str:
    """Return a host name as certificates and the server name indication spell it: A-labels."""
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _fits(name: str, host: str) -> bool:
    # A star stands for one whole label, the leftmost, and for nothing else.
    first, _, rest = host.partition(".")
    return name == host or (bool(first and rest) and name == f"*.{rest}")


# --- time -------------------------------------------------------------------------------------


def lifetime(leaf: x509.Certificate) -> timedelta:
    """Return for how long a certificate is valid in all."""
    return leaf.not_valid_after_utc - leaf.not_valid_before_utc


def longest_life(leaf: x509.Certificate) -> timedelta | None:
    """Return for how long a certificate of a public authority may be valid; None for any other.

    By the rules of the CA/Browser Forum of the day it was issued on; those that it was issued
    under stand among its policies. Both ends of its validity belong to it, so a life of whole days
    ends one second early (Baseline Requirements, sections 1.6.1, 6.3.2 and 7.1.6.1).
    """
    try:
        held = leaf.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return None
    if not any(one.policy_identifier.dotted_string in _PUBLIC for one in held):
        return None
    issued = leaf.not_valid_before_utc.date()
    days = next((days for since, days in _LONGEST_LIVES if issued >= since), None)
    return timedelta(days=days) if days else None


def is_valid(leaf: x509.Certificate, now: datetime) -> bool:
    """Whether a certificate is valid at a time; both ends belong to it (section 4.1.2.5)."""
    return leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc


def validity(leaf: x509.Certificate) -> str:
    """Return the validity in words: from and to, in UTC."""
    ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    return " – ".join(f"{end:%Y-%m-%dT%H:%M:%SZ}" for end in ends)


def at(moment: str) -> datetime:
    """Return the time that an exchange was made at."""
    return datetime.fromisoformat(moment).astimezone(UTC)


# --- the chain --------------------------------------------------------------------------------


def path(sent: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return the leaf and those who issued it, as far as they were sent.

    Order and further certificates do not matter (RFC 8446, section 4.4.2). Where two fit, as with
    an authority that was certified twice, the one with the stronger signature goes on.
    """
    found = [sent[0]]
    while not _issued_itself(found[-1]) and len(found) < _LONGEST_PATH:
        issuers = [c for c in sent if c not in found and _issued(c, found[-1])]
        if not issuers:
            break
        found.append(min(issuers, key=lambda c: weak_signature(c) is not None))
    return found


def _issued_itself(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    except UnsupportedAlgorithm:
        return issuer.subject == certificate.issuer
    return True


def says_where_its_issuer_is(certificate: x509.Certificate) -> bool:
    """Whether a certificate tells where its issuer's can be fetched (section 4.2.2.1)."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return False
    wanted = AuthorityInformationAccessOID.CA_ISSUERS
    return any(description.access_method == wanted for description in held.value)


def named(name: x509.Name) -> str:
    """Return a distinguished name as text."""
    return name.rfc4514_string() or "∅"


# --- keys and signatures ----------------------------------------------------------------------


def weak_key(certificate: x509.Certificate, *, min_rsa: int, min_curve: int) -> str | None:
    """Return what is weak about a certificate's key, or None."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}" if key.key_size < min_rsa else None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}" if key.key_size < min_curve else None
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return None
    return type(key).__name__.removeprefix("_").removesuffix("PublicKey")


def weak_signature(certificate: x509.Certificate) -> str | None:
    """Return what is weak about the signature under a certificate, or None.

    Raises:
        UnsupportedAlgorithm: nobody here knows that kind of signature.
    """
    if certificate.signature_algorithm_oid in _EDWARDS or _issued_itself(certificate):
        # Nobody relies on the signature of a root under itself.
        return None
    used = certificate.signature_hash_algorithm
    if used is None:
        raise UnsupportedAlgorithm(certificate.signature_algorithm_oid.dotted_string)
    return used.name.upper() if used.digest_size < _SHORTEST_HASH else None
