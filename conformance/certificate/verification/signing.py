"""The steps about signatures: what was signed, by whom, when, and whether their keys were good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.certificate import (
    chains,
    envelope,
    issuing,
    material,
    statement,
    timestamps,
    trust,
)
from conformance.certificate.chains import Standing
from conformance.certificate.verification.case import Case, unknown, wrong
from conformance.moments import read as moment
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509


def structure(case: Case) -> Text:
    """Read envelope, statement and material, each in its one byte form."""
    signed = case.file(issuing.ENVELOPE)
    case.signed = envelope.read(signed, envelope.STATEMENT, issuing.ENVELOPE)
    case.content = case.signed.payload
    case.statement = statement.read(case.content, issuing.ENVELOPE)
    if case.file(issuing.STATEMENT) != case.content:
        raise wrong(
            "certificate.json khác với nội dung đã ký",
            "certificate.json is not what was signed",
        )
    case.vouching = material.read(case.file(issuing.MATERIAL), issuing.MATERIAL)
    said = case.words
    title = statement.TITLES[said["kind"]]
    if said["title"] != title.as_json():
        raise wrong("tên văn bản không đúng loại", "the title is of another kind of document")
    return Text(vi=f"{title.vi} {said['id']}", en=f"{title.en} {said['id']}")


def signatures(case: Case) -> Text:
    """Find out whether those signed who may, in the role that the trust file gives them."""
    if case.signed is None or case.vouching is None:
        raise unknown("chưa đọc được phong bì", "the envelope was not read")
    if not case.signed.signatures or not envelope.distinct(case.signed.signatures):
        raise wrong("không có chữ ký, hoặc một người ký hai lần", "no signature, or one twice")
    said = case.words
    issuer = case.issuer()
    functions = {
        trust.subject(certificate): issuer.person(trust.subject(certificate))
        for certificate in signers_of(case)
    }
    strangers = [subject for subject, person in functions.items() if person is None]
    if strangers:
        raise wrong(
            f"người ký không thuộc bên cấp: {strangers[0]}",
            f"who signed does not sign for the issuer: {strangers[0]}",
        )
    deciding = [
        person.name
        for person in functions.values()
        if person is not None and trust.DECISION in person.functions
    ]
    if said["decision"]["by"] not in deciding:
        raise wrong(
            "người quyết định nêu trong bản kê không ký", "the decision-maker named did not sign"
        )
    if (said["kind"] == statement.CERTIFICATE) != (issuer.role == trust.BODY):
        raise wrong("bên cấp không có vai trò này", "the issuer has not that role")
    if said["issuer"]["role"] != issuer.role:
        raise wrong("vai trò của bên cấp không đúng", "the issuer has another role")
    if said["issuer"]["name"] != issuer.name.as_json():
        raise wrong("tên của bên cấp không đúng", "the issuer has another name")
    if issuer.role != trust.BODY and "accreditation" in said["issuer"]:
        raise wrong("chỉ tổ chức chứng nhận được công nhận", "only a body is accredited")
    names = ", ".join(person.name for person in functions.values() if person)
    return Text(vi=f"ký bởi {names}", en=f"signed by {names}")


def timestamp(case: Case) -> Text:
    """Find out when the signatures were there: from a timestamp, or else from the registry."""
    if case.vouching is None or case.signed is None:
        raise unknown("chưa đọc được tệp chứng thư", "the material was not read")
    token = case.vouching.timestamp
    if token is None:
        if case.shown is None:
            raise unknown("không có dấu thời gian", "there is no timestamp")
        case.signed_at = moment(case.shown.checkpoint["at"])
        told = case.shown.checkpoint["at"]
        return Text(vi=f"có trong sổ từ {told}", en=f"in the registry since {told}")
    content = case.signed.as_bytes()
    between, roots = case.vouching.certificates, case.trusted.time_roots
    found = timestamps.read(token, content, between, roots, case.crls)
    if found is None or not found.intact:
        raise wrong("dấu thời gian không khớp", "the timestamp is not over this envelope")
    good(found.standing)
    case.signed_at = found.at
    return Text(vi=f"đã ký trước {found.at}", en=f"signed before {found.at}")


def chain(case: Case) -> Text:
    """Find out whether the signers' certificates were good when they signed (RFC 5280)."""
    at = case.signed_at or moment(case.words["decision"]["at"])
    if case.vouching is None:
        raise unknown("chưa đọc được tệp chứng thư", "the material was not read")
    issuer = case.issuer()
    for certificate in signers_of(case):
        good(chains.standing(certificate, case.vouching.certificates, issuer.roots, case.crls, at))
    return Text(vi=f"chứng thư tốt vào lúc {at}", en=f"the certificates were good at {at}")


def good(standing: Standing) -> None:
    """Do nothing for a certificate that was good.

    Raises:
        Stop: it was not, or nobody can tell.
    """
    if standing == Standing.UNKNOWN:
        raise unknown(
            "không có danh sách thu hồi của chứng thư",
            "no revocation list of a certificate is here",
        )
    if standing != Standing.GOOD:
        raise wrong(f"chứng thư: {standing}", f"a certificate: {standing}")


def signers_of(case: Case) -> list[x509.Certificate]:
    """Return the certificate of each signature, every one of which verifies."""
    if case.signed is None or case.vouching is None:
        raise unknown("chưa đọc được phong bì", "the envelope was not read")
    found = []
    for signature in case.signed.signatures:
        certificate = next(
            (
                each
                for each in case.vouching.certificates
                if trust.key_id(each.public_key.dump()) == signature.keyid
            ),
            None,
        )
        if certificate is None:
            raise wrong("thiếu chứng thư của người ký", "the certificate of a signer is missing")
        if not chains.verifies(certificate, signature.value, case.signed.signed):
            raise wrong("chữ ký không đúng", "a signature does not verify")
        found.append(certificate)
    return found
