"""Access tokens are believed only as their issuer signed them (RFC 8725)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from conformance import advice
from conformance.check import check
from conformance.checks.identity.publications import REQUESTS as PUBLISHED
from conformance.checks.identity.publications import published
from conformance.checks.identity.refusals import is_refused
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.identities import forging
from conformance.identities.forging import Forged
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# Members of metadata by which an issuer of ID tokens is known (OpenID Connect Discovery 1.0, 3).
_OPENID = frozenset(
    {
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "userinfo_endpoint",
    }
)


@check(catalogue="AUT-006", per="target", requests=6, secured=True)
def unsigned_tokens_are_refused(probe: Probe) -> None:
    """A token that says it needs no signature is refused.

    Sends a true token, which succeeds, and then the same claims under the algorithm `none`, in
    four ways of writing it, with and without the last dot (RFC 8725, sections 2.1 and 3.1; ASVS
    5.0, 9.1.2). Asked where tokens are signed (JWS), of one secured read.
    """
    operation, control = _control(probe)
    _all_are_refused(probe, operation, control, forging.UNSIGNED)


@check(catalogue="AUT-007", per="target", requests=4, secured=True)
def tampered_tokens_are_refused(probe: Probe) -> None:
    """A token whose signature does not fit is refused.

    Sends a true token, which succeeds, and then the same with one bit of the signature changed,
    with another subject under the old signature, and without a signature (RFC 8725, section 3.3;
    ASVS 5.0, 9.1.1). The bit is in the middle: some last characters of base64url say nothing.
    """
    operation, control = _control(probe)
    _all_are_refused(probe, operation, control, forging.TAMPERED)


@check(catalogue="AUT-008", per="target", requests=4, secured=True, needs=["expired"])
def expired_tokens_are_refused(probe: Probe) -> None:
    """A token that is past its end, or ahead of its beginning, is refused.

    Sends a true token, which succeeds, and then those of the identities `expired` and, where the
    target file names one, `premature` (RFC 7519, sections 4.1.4 and 4.1.5). A signed token counts
    only if it lapsed by more than five minutes, which clocks may differ by.
    """
    operation, _ = _control(probe, signed=False)
    names = [name for name in ("expired", "premature") if name in probe.target.identities]
    doubt = None
    for name in names:
        answer = probe.call(operation, identity=name)
        described = answer.facts.get("credential", {})
        if described.get("format") == "jws" and not described.get("lapsed"):
            doubt = doubt or _not_what_it_is_called(name)
            continue
        is_refused(answer, operation)
    if doubt is not None:
        raise doubt
    probe.control(operation)


@check(catalogue="AUT-009", per="target", requests=5, secured=True)
def public_key_is_no_secret(probe: Probe) -> None:
    """A token that is signed with the public key as if it were a secret is refused.

    Sends a true token, which succeeds, and then its claims under HS256 with the issuer's public
    key as the secret, in the four forms in which servers hold it: PEM with and without its last
    line feed, DER, and the bare modulus (RFC 8725, section 2.1). Asked where tokens are signed
    with a private key and the target file says where the public one is (`issuer`).
    """
    operation, control = _control(probe)
    if str(control.facts["credential"]["algorithm"]).startswith("HS"):
        raise NotApplicable(
            Text(vi="mã truy cập ký bằng khoá bí mật", en="tokens are signed with a shared secret")
        )
    _all_are_refused(probe, operation, control, forging.CONFUSED)


@check(catalogue="AUT-010", per="target", requests=5, secured=True)
def foreign_keys_are_refused(probe: Probe) -> None:
    """A token does not bring its own key.

    Sends a true token, which succeeds, and then its claims signed with a key of ours: under the
    issuer's key id, with the key embedded in the header (`jwk`), and with key ids that lead a
    careless look-up to an empty file or to a key of the sender's choice (RFC 8725, section 3.10;
    ASVS 5.0, 9.1.3).
    """
    operation, control = _control(probe)
    _all_are_refused(probe, operation, control, forging.FOREIGN_KEY)


@check(catalogue="AUT-011", per="target", requests=4, secured=True, needs=["foreign"])
def foreign_tokens_are_refused(probe: Probe) -> None:
    """A token that was issued for somebody else's service is refused.

    Sends a true token, which succeeds, and then those of the identities `foreign` and, where the
    target file names one, `foreign_issuer`: valid, and meant for another audience or from another
    issuer (RFC 8725, sections 3.8 and 3.9). A signed token counts only if it does not share both
    with the true one.
    """
    operation, control = _control(probe, signed=False)
    ours = control.facts.get("credential", {})
    for name in ("foreign", "foreign_issuer"):
        if name in probe.target.identities:
            answer = probe.call(operation, identity=name)
            theirs = answer.facts.get("credential", {})
            shared = set(ours.get("audiences", ())) & set(theirs.get("audiences", ()))
            if theirs and theirs.get("issuer") == ours.get("issuer") and shared:
                raise _not_what_it_is_called(name)
            is_refused(answer, operation, name)
    probe.control(operation)


@check(catalogue="AUT-026", per="target", requests=PUBLISHED + 3, secured=True)
def id_tokens_are_refused(probe: Probe) -> None:
    """An ID token, which tells a program who somebody is, opens nothing.

    Sends a true token, which succeeds, and then the one of the identity `id_token`: signed by the
    same issuer, for a program and not for this system. It is refused (RFC 8725, sections 3.11 and
    3.12; ASVS 5.0, 9.2.2). Where an ID token is meant for this system as well (`aud` of both have
    something in common), nothing is told; nor where it lapsed, or says that it is an access token
    (`at+jwt`). An issuer whose metadata do not speak of OpenID Connect issues none.
    """
    if "id_token" not in probe.target.identities:
        raise _no_id_token(probe)
    operation, control = _control(probe, signed=False)
    answer = probe.call(operation, identity="id_token")
    ours, theirs = (shown.facts.get("credential", {}) for shown in (control, answer))
    is_one = theirs.get("format") == "jws" and not theirs.get("lapsed")
    if not is_one or "at+jwt" in str(theirs.get("type")).lower():
        raise _not_what_it_is_called("id_token")
    if set(ours.get("audiences", ())) & set(theirs.get("audiences", ())):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="id_token cũng được cấp cho chính hệ thống này (aud)",
                en="the ID token was issued for this system as well (aud)",
            ),
        )
    is_refused(answer, operation, "id_token")
    probe.control(operation)


def _control(probe: Probe, *, signed: bool = True) -> tuple[Operation, Exchange]:
    """Return a secured read and a success of it by somebody who may."""
    reads = probe.secured_reads()
    # What is refused for want of a certificate tells nothing of a token.
    operation = next((read for read in reads if not read.certified), reads[0])
    control = probe.control(operation)
    described = control.facts.get("credential")
    if signed and (described is None or described["format"] != "jws"):
        raise NotApplicable(Text(vi="mã truy cập không phải JWS", en="the access token is no JWS"))
    return operation, control


def _all_are_refused(
    probe: Probe, operation: Operation, control: Exchange, variants: Iterable[str]
) -> None:
    """Demand that every variant is refused; one that cannot be told hides no other."""
    doubt = None
    for variant in variants:
        try:
            forged = str(Forged(variant, str(control.identity)))
            is_refused(probe.call(operation, identity=forged), operation, variant)
        except NotTested as outcome:
            doubt = doubt or outcome
    if doubt is not None:
        raise doubt


def _no_id_token(probe: Probe) -> NotTested | NotApplicable:
    """Return why there is no ID token: nobody named one, or none is issued."""
    if not probe.scene.uses_tokens:
        return NotApplicable(Text(vi="không dùng mã truy cập", en="access tokens are not used"))
    found = None
    with contextlib.suppress(NotTested):
        found = published(probe).metadata
    members = found[1]["members"] if found else {}
    openid = "openid" in members.get("scopes_supported", ()) or _OPENID & members.keys()
    if members and not openid:
        return NotApplicable(
            Text(
                vi="bên cấp không cấp id_token (siêu dữ liệu không nói tới OpenID Connect)",
                en="the issuer issues no ID tokens (its metadata do not speak of OpenID Connect)",
            )
        )
    line = advice.line("identities", "id_token", "{bearer: env:…}")
    return NotTested(
        Reason.NO_CREDENTIALS,
        Text(
            vi=f"cần id_token của một lần đăng nhập: thêm vào tệp đích {line}",
            en=f"it takes the ID token of a sign-in: add to the target file {line}",
        ),
    )


def _not_what_it_is_called(name: str) -> NotTested:
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"mã của `identities.{name}` không phải loại mã mà tên này nói",
            en=f"the token of `identities.{name}` is not what its name says",
        ),
    )
