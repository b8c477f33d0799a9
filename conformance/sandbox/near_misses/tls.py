"""Connections set up in other legal ways."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from conformance.sandbox import hello
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import naming_too_early
from conformance.sandbox.hello import Hello
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.tls import DAY, JUST_NOW, Leaf, Tls
from conformance.sandbox.variations import near_miss

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


_ECDHE = 0xC02B
# Until when how many days were the most.
_LIVES = ((date(2027, 3, 15), 200), (date(2029, 3, 15), 100), (date.max, 47))


@near_miss(spares=[STRONG, TRUSTED], transport="tls")
def rsa_certificate(agency: Agency) -> Agency:
    """The key is RSA of 2048 bits, which is enough (RFC 9325, 4.5)."""
    return agency.with_(tls=Tls(leaves=(Leaf(key="rsa2048"),)))


@near_miss(spares=[STRONG, VALID, TRUSTED], transport="tls")
def two_certificates(agency: Agency) -> Agency:
    """The server has a certificate for each kind of key, for clients of any age."""
    return agency.with_(tls=Tls(leaves=(Leaf(), Leaf(key="rsa2048"))))


@near_miss(spares=[TRUSTED, COMPLETE], transport="tls")
def certificate_of_the_root(agency: Agency) -> Agency:
    """The authority issued the certificate itself, so there is nothing to send along."""
    return agency.with_(tls=Tls(leaves=(Leaf(issuer="authority", sends=()),)))


@near_miss(spares=[TRUSTED, COMPLETE], transport="tls")
def chain_with_root_in_another_order(agency: Agency) -> Agency:
    """The root is sent too, and before its intermediate: order is free (RFC 8446, 4.4.2)."""
    return agency.with_(tls=Tls(leaves=(Leaf(sends=("authority", "intermediate")),)))


@near_miss(spares=[VALID, COMPLETE, TRUSTED], transport="tls")
def chain_with_an_expired_stranger(agency: Agency) -> Agency:
    """An authority that has ended is still sent along, on no path that anybody needs."""
    return agency.with_(tls=Tls(leaves=(Leaf(sends=("intermediate", "outdated", "stranger")),)))


@near_miss(spares=[NAME], transport="tls")
def certificate_for_an_address(agency: Agency) -> Agency:
    """The base URL is an address, and the certificate names it (RFC 9525, 6.4)."""
    leaf = Leaf(names=("127.0.0.1",), common_name="Máy chủ thử")
    return agency.with_(tls=Tls(leaves=(leaf,), host="127.0.0.1"))


@near_miss(spares=[NAME], transport="tls")
def certificate_for_many_hosts(agency: Agency) -> Agency:
    """The host is one of many names, written in capitals: names have no case (RFC 4343, 2)."""
    leaf = Leaf(names=("*.example.vn", "xn--cng-xla.example.vn", "LOCALHOST"), common_name="Cổng")
    return agency.with_(tls=Tls(leaves=(leaf,)))


@near_miss(spares=[RENEWED], transport="tls")
def short_lived_certificate(agency: Agency) -> Agency:
    """A certificate of six days, renewed by a program, has most of its life left."""
    return agency.with_(tls=Tls(leaves=(Leaf(age=DAY, left=5 * DAY),)))


@near_miss(
    spares=[OLD, CURRENT, TLS13, SUITES, COMPRESSION, RENEGOTIATION, FORWARD_SECRET, GROUPS, EARLY],
    transport="tls",
)
def tls13_only(agency: Agency) -> Agency:
    """Nothing older than TLS 1.3 is offered; TLS 1.2 is nobody's right."""
    return agency.with_(tls=Tls(oldest=ssl.TLSVersion.TLSv1_3))


@near_miss(spares=[EARLY], transport="tls")
def early_data_with_an_answer(agency: Agency) -> Agency:
    """Early data are taken, and each change sent with them is answered by 425 (RFC 8470, 5.2)."""
    return naming_too_early(agency.with_(tls=Tls(early_data=2**14)))


@near_miss(spares=[FORWARD_SECRET, GROUPS], transport="tls")
def keys_modulo_a_long_prime(agency: Agency) -> Agency:
    """Keys may be agreed on modulo a prime too, of 2048 bits and anew each time (RFC 9325, 4.5)."""
    suites = "ECDHE+AESGCM:DHE+AESGCM:DHE+CHACHA20"
    return agency.with_(tls=Tls(leaves=(Leaf(key="rsa2048"),), ciphers=suites, prime=2048))


@near_miss(spares=[FORWARD_SECRET, SUITES], transport="tls")
def counter_with_cbc_mac(agency: Agency) -> Agency:
    """CCM is accepted, whose name is nearly that of CBC, and which authenticates (RFC 6655, 3)."""
    return agency.with_(tls=Tls(ciphers="ECDHE+AESGCM:ECDHE+AESCCM"))


@near_miss(spares=[GROUPS], transport="tls")
def curve_of_224_bits(agency: Agency) -> Agency:
    """Whoever names short curves alone is answered on one that is long enough (RFC 9325, 4.5)."""
    return agency.with_(tls=Tls(front=_takes_longer_curve))


@near_miss(spares=[LIFE], transport="tls")
def public_certificate_as_long_as_it_may_be(agency: Agency) -> Agency:
    """A certificate of a public authority lives as long as it may, both ends counted (BR 6.3.2)."""
    today = datetime.now(UTC).date()
    days = next(days for until, days in _LIVES if today < until)
    left = days * DAY - JUST_NOW - timedelta(seconds=1)
    return agency.with_(tls=Tls(leaves=(Leaf(left=left, policy="2.23.140.1.2.1"),)))


@near_miss(spares=[LIFE], transport="tls")
def certificate_of_ten_years(agency: Agency) -> Agency:
    """An authority of the agency's own issues for ten years, under a policy of its own."""
    leaf = Leaf(left=3650 * DAY, policy="1.3.6.1.4.1.55555.1.1")
    return agency.with_(tls=Tls(leaves=(leaf,)))


@near_miss(spares=[SUITES], transport="tls")
def few_suites(agency: Agency) -> Agency:
    """One suite is offered for TLS 1.2, and it is a good one."""
    return agency.with_(tls=Tls(ciphers="ECDHE-ECDSA-AES256-GCM-SHA384"))


@near_miss(spares=[PLAIN], transport="tls")
def plain_http_redirects(agency: Agency) -> Agency:
    """Over plain HTTP there is nothing but a redirect to https (RFC 9110, 15.4.9)."""
    return agency.with_(tls=Tls(plain=True)).intercepting(_redirected)


@near_miss(spares=[PLAIN], transport="tls")
def another_site_over_plain_http(agency: Agency) -> Agency:
    """On the plain port somebody else greets everybody, whatever is asked for."""
    return agency.with_(tls=Tls(plain=True)).intercepting(_greeted)


@near_miss(spares=[PLAIN], transport="tls")
def plain_http_is_refused(agency: Agency) -> Agency:
    """Over plain HTTP every question is refused, in JSON (RFC 9110, 15.5.4)."""
    return agency.with_(tls=Tls(plain=True)).intercepting(_refused)


def _takes_longer_curve(said: Hello, shown: Sequence[bytes]) -> bytes | None:
    short = max(said.groups, default=0) == hello.SECP192R1 and not said.knows_13
    return hello.flight(said, _ECDHE, shown, curve=hello.SECP224R1) if short else None


def _redirected(call: Call) -> Answer | None:
    if call.scheme == "https":
        return None
    return Answer(308, (("Location", f"https://localhost{call.base}{call.path}"),))


def _greeted(call: Call) -> Answer | None:
    if call.scheme == "https":
        return None
    return Answer(
        200, (("Content-Type", "text/html; charset=utf-8"),), b"<!doctype html><p>Xin chao"
    )


def _refused(call: Call) -> Answer | None:
    if call.scheme == "https":
        return None
    return Answer(403, (("Content-Type", "application/json"),), b'{"message": "https only"}')
