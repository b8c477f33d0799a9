"""Connections that protect less than they seem to."""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from conformance.sandbox import hello
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import naming_too_early
from conformance.sandbox.hello import Hello
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.tls import DAY, Leaf, Tls
from conformance.sandbox.variations import fault

TRUSTED = "tls.certificates.chain_is_trusted"
COMPLETE = "tls.certificates.chain_is_complete"
NAME = "tls.certificates.name_matches"
VALID = "tls.certificates.certificate_is_valid_now"
RENEWED = "tls.certificates.certificate_is_renewed_in_time"
STRONG = "tls.certificates.keys_and_signatures_are_strong"
OLD = "tls.versions.old_versions_are_refused"
CURRENT = "tls.versions.a_current_version_is_offered"
TLS13 = "tls.versions.tls13_is_offered"
SUITES = "tls.suites.broken_suites_are_refused"
COMPRESSION = "tls.implementation.compression_is_off"
RENEGOTIATION = "tls.implementation.renegotiation_is_secure"
PLAIN = "tls.transport.plain_http_gives_no_data"
FORWARD_SECRET = "tls.suites.suites_are_forward_secret_and_authenticated"
GROUPS = "tls.suites.keys_are_agreed_on_in_strong_groups"
EARLY = "tls.implementation.early_data_are_not_taken_for_changes"
LIFE = "tls.certificates.certificate_does_not_live_too_long"

_TRIPLE_DES, _EXPORT, _ORDINARY, _ECDHE = 0x000A, 0x0003, 0x002F, 0xC02B
_RSA = Leaf(key="rsa2048")
_DOMAIN_VALIDATED = "2.23.140.1.2.1"
# What a library of today still takes if nobody says otherwise: CBC among it, and static RSA.
_USUAL = "DEFAULT"


def _showing(agency: Agency, *leaves: Leaf) -> Agency:
    return agency.with_(tls=Tls(leaves=leaves))


# --- certificates -------------------------------------------------------------------------------


@fault(breaks=[TRUSTED], transport="tls")
def certificate_of_nobody(agency: Agency) -> Agency:
    """The certificate was issued by an authority that nobody accepts."""
    return _showing(agency, Leaf(issuer="stranger", sends=(), says_where=False))


@fault(breaks=[TRUSTED], transport="tls")
def certificate_of_nobody_with_root(agency: Agency) -> Agency:
    """Nobody accepts the authority that issued the certificate, though its root is sent along."""
    return _showing(agency, Leaf(issuer="stranger", sends=("stranger",)))


@fault(breaks=[TRUSTED], transport="tls")
def certificate_signed_by_itself(agency: Agency) -> Agency:
    """The certificate was issued by itself."""
    return _showing(agency, Leaf(issuer="itself", sends=()))


@fault(breaks=[COMPLETE], transport="tls")
def intermediate_missing(agency: Agency) -> Agency:
    """The certificate of the issuing authority is not sent; a browser would fetch it."""
    return _showing(agency, Leaf(sends=()))


@fault(breaks=[COMPLETE], transport="tls")
def wrong_intermediate_sent(agency: Agency) -> Agency:
    """After a renewal the server still sends the certificate of the former issuing authority."""
    return _showing(agency, Leaf(sends=("outdated",)))


@fault(breaks=[NAME], transport="tls")
def certificate_for_another_host(agency: Agency) -> Agency:
    """The certificate is for another host."""
    return _showing(agency, Leaf(names=("dichvucong.example", "*.localhost")))


@fault(breaks=[NAME], transport="tls")
def certificate_with_common_name_only(agency: Agency) -> Agency:
    """The host stands in the common name only, where nobody looks any more (RFC 9525, 2)."""
    return _showing(agency, Leaf(names=()))


@fault(breaks=[NAME], transport="tls")
def address_not_in_certificate(agency: Agency) -> Agency:
    """The base URL is an address, the certificate is for a name."""
    return agency.with_(tls=Tls(leaves=(Leaf(names=("localhost",)),), host="127.0.0.1"))


@fault(breaks=[VALID], transport="tls")
def certificate_expired(agency: Agency) -> Agency:
    """The certificate ended yesterday."""
    return _showing(agency, Leaf(age=90 * DAY, left=-1 * DAY))


@fault(breaks=[VALID], transport="tls")
def certificate_not_valid_yet(agency: Agency) -> Agency:
    """The certificate begins in two days."""
    return _showing(agency, Leaf(age=-2 * DAY))


@fault(breaks=[VALID], transport="tls")
def intermediate_expired(agency: Agency) -> Agency:
    """The certificate is valid, that of the issuing authority ended yesterday."""
    return _showing(agency, Leaf(issuer="outdated", sends=("outdated",)))


@fault(breaks=[VALID], transport="tls")
def second_certificate_expired(agency: Agency) -> Agency:
    """Of two certificates, the RSA one ended; only clients without elliptic curves notice."""
    return _showing(agency, Leaf(), Leaf(key="rsa2048", age=90 * DAY, left=-1 * DAY))


@fault(breaks=[LIFE], transport="tls")
def public_certificate_of_a_year(agency: Agency) -> Agency:
    """A certificate under the rules of public authorities was issued for a year, as of old."""
    return _showing(agency, Leaf(left=365 * DAY, policy=_DOMAIN_VALIDATED))


@fault(breaks=[LIFE], transport="tls")
def second_certificate_lives_too_long(agency: Agency) -> Agency:
    """Of two certificates, the RSA one was issued for longer than its authority may."""
    second = Leaf(key="rsa2048", left=800 * DAY, policy="2.23.140.1.2.2")
    return _showing(agency, Leaf(policy=_DOMAIN_VALIDATED), second)


@fault(breaks=[RENEWED], transport="tls")
def certificate_about_to_end(agency: Agency) -> Agency:
    """A certificate of ninety days ends in five."""
    return _showing(agency, Leaf(age=85 * DAY, left=5 * DAY))


@fault(breaks=[RENEWED], transport="tls")
def short_lived_certificate_about_to_end(agency: Agency) -> Agency:
    """A certificate of six days ends in one."""
    return _showing(agency, Leaf(age=5 * DAY, left=1 * DAY))


@fault(breaks=[STRONG], transport="tls")
def rsa_key_too_short(agency: Agency) -> Agency:
    """The key of the certificate is RSA of 1024 bits."""
    return _showing(agency, Leaf(key="rsa1024"))


@fault(breaks=[STRONG], transport="tls")
def certificate_signed_with_sha1(agency: Agency) -> Agency:
    """The certificate is signed with SHA-1."""
    return _showing(agency, Leaf(key="rsa2048", sha1=True, issuer="rsa", sends=("rsa",)))


# --- versions and cipher suites -----------------------------------------------------------------


@fault(breaks=[OLD], also=[FORWARD_SECRET], transport="tls")
def tls10_accepted(agency: Agency) -> Agency:
    """TLS 1.0 is still accepted, beside newer versions."""
    return agency.with_(tls=Tls(leaves=(_RSA,), oldest=ssl.TLSVersion.TLSv1, ciphers=_USUAL))


@fault(breaks=[OLD], also=[FORWARD_SECRET], transport="tls")
def tls11_accepted(agency: Agency) -> Agency:
    """TLS 1.1 is still accepted, beside newer versions."""
    return agency.with_(tls=Tls(oldest=ssl.TLSVersion.TLSv1_1, ciphers=_USUAL))


@fault(breaks=[OLD], transport="tls")
def ssl3_accepted(agency: Agency) -> Agency:
    """A front server still accepts SSL 3.0 (an answer out of a book: OpenSSL cannot)."""
    return agency.with_(tls=Tls(leaves=(_RSA,), front=_takes_ssl3))


@fault(breaks=[CURRENT], also=[OLD], transport="tls")
def old_versions_only(agency: Agency) -> Agency:
    """Nothing newer than TLS 1.1 is offered."""
    versions = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    oldest, newest = versions
    return agency.with_(tls=Tls(leaves=(_RSA,), oldest=oldest, newest=newest, ciphers=_USUAL))


@fault(breaks=[CURRENT], also=[OLD], transport="tls")
def tls10_only(agency: Agency) -> Agency:
    """TLS 1.0 is all there is."""
    oldest = ssl.TLSVersion.TLSv1
    return agency.with_(tls=Tls(leaves=(_RSA,), oldest=oldest, newest=oldest, ciphers=_USUAL))


@fault(breaks=[TLS13], also=[FORWARD_SECRET], transport="tls")
def tls12_with_old_suites(agency: Agency) -> Agency:
    """TLS 1.2 is the newest version, and static RSA its only key exchange."""
    newest = ssl.TLSVersion.TLSv1_2
    return agency.with_(tls=Tls(leaves=(_RSA,), newest=newest, ciphers="kRSA+AESGCM"))


@fault(breaks=[TLS13], transport="tls")
def tls13_not_offered(agency: Agency) -> Agency:
    """TLS 1.2 is the newest version."""
    return agency.with_(tls=Tls(newest=ssl.TLSVersion.TLSv1_2))


@fault(breaks=[SUITES], also=[FORWARD_SECRET], transport="tls")
def anonymous_suites_accepted(agency: Agency) -> Agency:
    """Suites without any certificate are accepted, behind good ones."""
    return agency.with_(tls=Tls(ciphers="ALL:!eNULL"))


@fault(breaks=[SUITES], also=[FORWARD_SECRET], transport="tls")
def unencrypted_suites_accepted(agency: Agency) -> Agency:
    """Suites without encryption are accepted, behind good ones."""
    return agency.with_(tls=Tls(leaves=(_RSA,), ciphers="ALL:eNULL:!aNULL"))


@fault(breaks=[SUITES], transport="tls")
def triple_des_accepted(agency: Agency) -> Agency:
    """A front server accepts 3DES from whoever offers nothing better (out of a book)."""
    return agency.with_(tls=Tls(leaves=(_RSA,), front=_takes_triple_des))


@fault(breaks=[SUITES], transport="tls")
def export_suites_accepted(agency: Agency) -> Agency:
    """A front server accepts RC4 of 40 bits from whoever offers nothing better (out of a book)."""
    return agency.with_(tls=Tls(leaves=(_RSA,), front=_takes_export))


@fault(breaks=[FORWARD_SECRET], transport="tls")
def static_rsa_accepted(agency: Agency) -> Agency:
    """Behind good suites, keys under the certificate's own key are still accepted."""
    return agency.with_(tls=Tls(leaves=(_RSA,), ciphers="ECDHE+AESGCM:kRSA+AESGCM"))


@fault(breaks=[FORWARD_SECRET], transport="tls")
def chained_blocks_accepted(agency: Agency) -> Agency:
    """Behind good suites, one with CBC is still accepted, for an old client of long ago."""
    return agency.with_(tls=Tls(ciphers="ECDHE+AESGCM:ECDHE-ECDSA-AES256-SHA384"))


@fault(breaks=[FORWARD_SECRET], transport="tls")
def suites_never_chosen(agency: Agency) -> Agency:
    """Nobody chose suites: whatever the library takes is accepted."""
    return agency.with_(tls=Tls(leaves=(Leaf(), _RSA), ciphers=_USUAL))


@fault(breaks=[GROUPS], transport="tls")
def prime_of_1024_bits(agency: Agency) -> Agency:
    """Who wants DHE is given a prime of 1024 bits, the one that came with the software."""
    suites = "ECDHE+AESGCM:DHE+AESGCM"
    return agency.with_(tls=Tls(leaves=(_RSA,), ciphers=suites, prime=1024))


@fault(breaks=[GROUPS], transport="tls")
def curve_of_192_bits(agency: Agency) -> Agency:
    """A curve of 192 bits is accepted, from whoever offers no better one (out of a book)."""
    return agency.with_(tls=Tls(front=_takes_short_curve))


# --- implementation and ways round --------------------------------------------------------------


@fault(breaks=[COMPRESSION], transport="tls")
def connection_compressed(agency: Agency) -> Agency:
    """A front server compresses connections where it is offered (out of a book)."""
    return agency.with_(tls=Tls(leaves=(_RSA,), front=_compresses))


@fault(breaks=[RENEGOTIATION], also=[FORWARD_SECRET], transport="tls")
def renegotiation_unprotected(agency: Agency) -> Agency:
    """A front server of before 2010 does not know secure renegotiation (out of a book)."""
    return agency.with_(tls=Tls(leaves=(_RSA,), front=_renegotiates))


@fault(breaks=[COMPRESSION, RENEGOTIATION], transport="tls")
def front_server_never_updated(agency: Agency) -> Agency:
    """A front server compresses and does not know secure renegotiation (out of a book)."""
    return agency.with_(tls=Tls(leaves=(_RSA,), front=_does_both))


@fault(breaks=[EARLY], transport="tls")
def early_data_taken(agency: Agency) -> Agency:
    """Tickets let 16 KiB be sent before the handshake is done, whatever is asked for."""
    return agency.with_(tls=Tls(early_data=2**14))


@fault(breaks=[EARLY], transport="tls")
def early_data_documented_once(agency: Agency) -> Agency:
    """Early data are taken; one operation of those that change data tells of 425."""
    return naming_too_early(agency.with_(tls=Tls(early_data=2**16)), most=1)


@fault(breaks=[PLAIN], transport="tls")
def data_over_plain_http(agency: Agency) -> Agency:
    """The same interface is served over plain HTTP."""
    return agency.with_(tls=Tls(plain=True))


@fault(breaks=[PLAIN], transport="tls")
def plain_http_redirects_strangers_only(agency: Agency) -> Agency:
    """Over plain HTTP unknown paths redirect to https; those of the interface are served."""
    return agency.with_(tls=Tls(plain=True)).intercepting(_redirects_unknown)


def _redirects_unknown(call: Call) -> Answer | None:
    if call.scheme == "https" or call.path.startswith("/procedures"):
        return None
    return Answer(301, (("Location", "https://localhost/"),))


def _takes_ssl3(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    return hello.flight(said, _ORDINARY, shown) if said.version == (3, 0) else None


def _takes_triple_des(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    offered = _TRIPLE_DES in said.suites and _ORDINARY not in said.suites
    return hello.flight(said, _TRIPLE_DES, shown) if offered else None


def _takes_export(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    offered = _EXPORT in said.suites and _ORDINARY not in said.suites
    return hello.flight(said, _EXPORT, shown) if offered else None


def _compresses(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    return hello.flight(said, _ORDINARY, shown, compression=1) if 1 in said.compressions else None


def _takes_short_curve(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    short = max(said.groups, default=0) == hello.SECP192R1 and not said.knows_13
    return hello.flight(said, _ECDHE, shown, curve=hello.SECP192R1) if short else None


def _does_both(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    if 1 not in said.compressions:
        return None
    return hello.flight(said, _ORDINARY, shown, compression=1, renegotiation=False)


def _renegotiates(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    # Only whoever speaks no TLS 1.3 and would take its one suite is answered by the old server.
    its_own = said.version == (3, 3) and not said.knows_13 and _ORDINARY in said.suites
    return hello.flight(said, _ORDINARY, shown, renegotiation=False) if its_own else None
