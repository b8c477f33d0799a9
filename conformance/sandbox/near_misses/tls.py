"""Connections set up in other legal ways."""

from __future__ import annotations

import ssl

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.tls import DAY, Leaf, Tls
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


@near_miss(spares=[OLD, CURRENT, TLS13, SUITES, COMPRESSION, RENEGOTIATION], transport="tls")
def tls13_only(agency: Agency) -> Agency:
    """Nothing older than TLS 1.3 is offered; TLS 1.2 is nobody's right."""
    return agency.with_(tls=Tls(oldest=ssl.TLSVersion.TLSv1_3))


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
