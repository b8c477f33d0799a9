"""Certificates: who issued them, for whom, for how long, and with which algorithms."""

from __future__ import annotations

from typing import Annotated

from cryptography.exceptions import UnsupportedAlgorithm

from conformance.check import Higher, check, require
from conformance.probe import Probe
from conformance.text import Text
from conformance.tls import certificates, channel
from conformance.verdict import NotApplicable, NotTested, Reason

# The words of OpenSSL for a path on which somebody's issuer was not found (X509_V_ERR_*).
_BROKEN_OFF = frozenset({2, 20, 21})


@check(catalogue="TLS-001", per="target", requests=8, channel=True)
def chain_is_trusted(probe: Probe) -> None:
    """The certificate was issued by an accepted authority (OWASP ASVS 5.0, 12.2.2).

    Accepted are the public authorities and those of `network.extra_ca`. Every certificate of the
    server is looked at. Dates, names and algorithms are judged by other checks; so is a chain that
    breaks off although the certificate tells where the missing link can be fetched.
    """
    for seen in channel.shown(probe):
        found = channel.verified(probe, seen, by="chain").tls["verified"]
        last = certificates.path(channel.chain(seen))[-1]
        if found["code"] in _BROKEN_OFF and certificates.says_where_its_issuer_is(last):
            raise NotTested(
                Reason.DEPENDENCY_FAILED,
                Text(
                    vi=f"chuỗi đứt ở {certificates.named(last.issuer)}: không được gửi",
                    en=f"the chain breaks off at {certificates.named(last.issuer)}: it is not sent",
                ),
            )
        require(
            found["code"] == 0,
            expected=Text(
                vi="chuỗi chứng thư dẫn tới một tổ chức được chấp nhận",
                en="a chain of certificates that leads to an accepted authority",
            ),
            observed=f"{found['reason']}: {certificates.named(last.issuer)}",
        )


@check(catalogue="TLS-012", per="target", requests=8, channel=True)
def chain_is_complete(probe: Probe) -> None:
    """The server sends every certificate between its own and the authority (RFC 8446, 4.4.2).

    Browsers fetch a missing link where the certificate says; programs do not. Order, further
    certificates and a root that is sent along are legal.
    """
    for seen in channel.shown(probe):
        found = channel.verified(probe, seen, by="chain").tls["verified"]
        last = certificates.path(channel.chain(seen))[-1]
        if found["code"] != 0 and not (
            found["code"] in _BROKEN_OFF and certificates.says_where_its_issuer_is(last)
        ):
            raise NotTested(
                Reason.DEPENDENCY_FAILED,
                Text(vi="tổ chức cấp không được chấp nhận", en="the authority is not accepted"),
            )
        require(
            found["code"] == 0,
            expected=Text(
                vi="máy chủ gửi đủ chuỗi chứng thư", en="the server sends the whole chain"
            ),
            observed=Text(
                vi=f"thiếu chứng thư của {certificates.named(last.issuer)}",
                en=f"the certificate of {certificates.named(last.issuer)} is missing",
            ),
        )


@check(catalogue="TLS-002", per="target", requests=3, channel=True)
def name_matches(probe: Probe) -> None:
    """The certificate names the host of the base URL (RFC 9525, sections 6.3 and 6.4).

    Compared are the DNS names and addresses of subjectAltName; the common name is not looked at. A
    star stands for one whole leftmost label. Names are compared as A-labels.
    """
    host = probe.target.host
    for seen in channel.shown(probe):
        leaf = channel.chain(seen)[0]
        try:
            fits, listed = certificates.is_for(leaf, host), certificates.names(leaf)
        except ValueError as error:
            raise channel.unreadable() from error
        require(
            fits,
            expected=Text(vi=f"chứng thư cấp cho {host}", en=f"a certificate for {host}"),
            observed=", ".join(listed) or Text(vi="không ghi tên nào", en="it names nobody"),
        )


@check(catalogue="TLS-003", per="target", requests=6, channel=True)
def certificate_is_valid_now(probe: Probe) -> None:
    """The certificate is valid on the day of the run (RFC 5280, section 4.1.2.5).

    Judged at the time of the handshake, by our clock and by the server's Date: where the two
    disagree about it, nobody can tell. Then the path to the authority is verified as of now.
    """
    for seen in channel.shown(probe):
        leaf = channel.chain(seen)[0]
        valid = [certificates.is_valid(leaf, now) for now in channel.clocks(seen)]
        if True in valid and False in valid:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi="đồng hồ của máy kiểm và của máy chủ khác nhau",
                    en="our clock and the server's disagree",
                ),
            )
        expected = Text(vi="chứng thư còn hiệu lực", en="a certificate that is valid now")
        require(valid[0], expected=expected, observed=certificates.validity(leaf))
        path = channel.verified(probe, seen, by="now").tls["verified"]
        require(path["code"] not in channel.OUT_OF_DATE, expected=expected, observed=path["reason"])


@check(catalogue="TLS-003", per="target", requests=3, channel=True)
def certificate_is_renewed_in_time(
    probe: Probe,
    *,
    min_days: Annotated[int, Higher] = 14,
    min_percent: Annotated[int, Higher] = 20,
) -> None:
    """The certificate does not end within days (RFC 5280, section 4.1.2.5).

    Left must be at least `min_days` days, or, for certificates that live shortly and are renewed
    by a program, `min_percent` of their life. Whether it is valid at all is judged by another
    check.
    """
    for seen in channel.shown(probe):
        leaf, now = channel.chain(seen)[0], certificates.at(seen.at)
        left = leaf.not_valid_after_utc - now
        if left.total_seconds() < 0:
            raise NotTested(
                Reason.DEPENDENCY_FAILED, Text(vi="đã hết hạn", en="it has ended already")
            )
        enough = left.days >= min_days or left >= certificates.lifetime(leaf) * min_percent / 100
        require(
            enough,
            expected=Text(
                vi=f"còn ít nhất {min_days} ngày hoặc {min_percent} % thời hạn",
                en=f"at least {min_days} days or {min_percent} % of its life left",
            ),
            observed=certificates.validity(leaf),
        )


@check(catalogue="TLS-017", per="target", requests=3, channel=True)
def certificate_does_not_live_too_long(probe: Probe) -> None:
    """A certificate of a public authority lives no longer than it may (CA/B Forum, BR 6.3.2).

    At most 398 days where it was issued from 1 September 2020 on, 200 from 15 March 2026, 100 from
    15 March 2027 and 47 from 15 March 2029. Judged is what says among its policies that it was
    issued under those rules; authorities of an agency's own have their own.
    """
    found = [(channel.chain(seen)[0]) for seen in channel.shown(probe)]
    try:
        limits = [(leaf, certificates.longest_life(leaf)) for leaf in found]
    except ValueError as error:
        raise channel.unreadable() from error
    public = [(leaf, limit) for leaf, limit in limits if limit is not None]
    if not public:
        raise NotApplicable(
            Text(vi="không theo quy tắc của CA/B Forum", en="not under the rules of the CA/B Forum")
        )
    for leaf, limit in public:
        require(
            certificates.lifetime(leaf) < limit,
            expected=Text(
                vi=f"hiệu lực không quá {limit.days} ngày",
                en=f"valid for {limit.days} days at most",
            ),
            observed=certificates.validity(leaf),
        )


@check(catalogue="TLS-009", per="target", requests=3, channel=True)
def keys_and_signatures_are_strong(
    probe: Probe,
    *,
    min_rsa: Annotated[int, Higher] = 2048,
    min_curve: Annotated[int, Higher] = 256,
) -> None:
    """Keys and signatures of the chain are strong (RFC 9325, section 4.5).

    RSA of `min_rsa` bits, a curve of `min_curve` bits or an Edwards curve; a hash of SHA-256 or
    better. Looked at are the server's certificate and those that issued it, as sent; the signature
    of a root under itself protects nothing and is not looked at.
    """
    for seen in channel.shown(probe):
        try:
            path = certificates.path(channel.chain(seen))
            weak = [
                f"{weakness} ({certificates.named(one.subject)})"
                for one in path
                for weakness in (
                    certificates.weak_key(one, min_rsa=min_rsa, min_curve=min_curve),
                    certificates.weak_signature(one),
                )
                if weakness
            ]
        except (UnsupportedAlgorithm, ValueError) as error:
            raise channel.unreadable() from error
        require(
            not weak,
            expected=Text(
                vi=f"RSA ≥ {min_rsa}, EC ≥ {min_curve}, SHA-256 trở lên",
                en=f"RSA ≥ {min_rsa}, EC ≥ {min_curve}, SHA-256 or better",
            ),
            observed="; ".join(weak),
        )
