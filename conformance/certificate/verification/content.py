"""The steps about what the certificate says: its bundle, its paper, its dates, its right to be."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from conformance import documents, target
from conformance.certificate import (
    bundle,
    chains,
    eligibility,
    issuing,
    outcome,
    paper,
    statement,
)
from conformance.certificate.acts import Act
from conformance.certificate.verification.case import Answer, Case, Stop, unknown, wrong
from conformance.certificate.verification.signing import good, signers_of
from conformance.moments import read as moment
from conformance.text import Text


def digests(case: Case) -> Text:
    """Find out whether the bundle is the one that the statement is about."""
    wanted = statement.subjects(case.statement) if case.statement else {}
    path = case.asked.folder / statement.BUNDLE
    if not case.statement or not path.is_file():
        raise unknown("không có gói bằng chứng", "the bundle is not here")
    if bundle.digest(path) != wanted.get(statement.BUNDLE):
        raise wrong("gói bằng chứng không phải gói đã ký", "the bundle is not the one signed")
    return Text(vi="gói bằng chứng đúng như đã ký", en="the bundle is the one signed")


def on_paper(case: Case) -> Text:
    """Find out whether the PDF carries this very statement, under the issuer's signature."""
    path = case.asked.folder / issuing.PAPER
    made = case.words["on_paper"]
    if not path.is_file():
        if not made:
            return Text(vi="cấp không kèm bản PDF", en="issued without a PDF")
        raise unknown("không có bản PDF", "the PDF is not here")
    if not made:
        raise wrong("bản PDF không do bên cấp làm ra", "the issuer made no PDF")
    if case.vouching is None:
        raise unknown("chưa đọc được bản kê", "the statement was not read")
    found = paper.read(case.file(issuing.PAPER))
    if found is None:
        raise wrong("PDF không đọc được hoặc không có chữ ký", "no PDF, or none that is signed")
    if found.attached != case.content:
        raise wrong("PDF đính kèm bản kê khác", "the PDF carries another statement")
    if not found.intact:
        raise wrong("PDF đã bị thay đổi sau khi ký", "the PDF was changed after it was signed")
    issuer = case.issuer()
    if found.signer.dump() not in {each.dump() for each in signers_of(case)}:
        raise wrong("PDF do người khác ký", "the PDF was signed by somebody else")
    others = (*case.vouching.certificates, *found.others)
    at = case.signed_at or moment(case.words["decision"]["at"])
    good(chains.standing(found.signer, others, issuer.roots, case.crls, at))
    return Text(
        vi="PDF còn nguyên, đính kèm đúng bản kê", en="the PDF is intact and carries the statement"
    )


def validity(case: Case) -> Text:
    """Find out whether the day that is asked about lies in the days of the certificate."""
    said, today = case.words, case.asked.at.date().isoformat()
    if today < said["valid_from"]:
        raise wrong(f"có hiệu lực từ {said['valid_from']}", f"valid from {said['valid_from']} on")
    if today > said["valid_until"]:
        raise wrong(f"hết hạn {said['valid_until']}", f"expired on {said['valid_until']}")
    return Text(vi=f"đến {said['valid_until']}", en=f"until {said['valid_until']}")


def eligible(case: Case) -> Text:
    """Find out whether what the statement says could be certified at all, and is of one piece."""
    said = case.words
    counts = said["results"]["counts"]["must"]
    bad = {key: counts[key] for key in ("fail", "error", "not_tested") if counts[key]}
    if bad:
        raise wrong(f"yêu cầu bắt buộc chưa đạt: {bad}", f"MUSTs that are not met: {bad}")
    listed = [each for each in said["results"]["requirements"] if each["level"] == "MUST"]
    verdicts = Counter(each["verdict"] for each in listed)
    said_of = {**counts, "pass": counts["pass"] + counts["attested"]}
    del said_of["attested"]
    if +verdicts != +Counter(said_of):
        raise wrong("số liệu không khớp với danh sách", "the counts are not those of the list")
    waived = {each["id"] for each in listed if each["verdict"] == "waived"}
    if not waived <= {each["requirement"] for each in said["waivers"]}:
        raise wrong("miễn trừ không được nêu", "a waiver is not shown")
    ends = [each["until"] for each in (*said["waivers"], *said["attestations"])]
    if any(until < said["valid_until"] for until in ends):
        raise wrong(
            "hiệu lực dài hơn một miễn trừ hoặc xác nhận",
            "valid for longer than a waiver or attestation",
        )
    if said["kind"] == statement.CERTIFICATE:
        for each in eligibility.decided_alone(
            statement.said_by(case.statement), said["attestations"]
        ):
            raise Stop(Answer.NOT_VALID, each)
    days = date.fromisoformat(said["valid_until"]) - date.fromisoformat(said["valid_from"])
    if days.days > statement.LONGEST_LIFE:
        raise wrong("hiệu lực quá 12 tháng", "valid for longer than twelve months")
    return Text(vi="đủ điều kiện để cấp", en="it might be issued")


def of_bundle(path: Path) -> tuple[outcome.Outcome, list[Act]]:
    """Return what a bundle alone comes to, and the acts that it rests on.

    Raises:
        CertificateError: it is no bundle, not as it was written, or its verdicts do not follow.
        RecordError: a record in it is not as it was written.
        DocumentError: the acts in it are none.
    """
    with bundle.opened(path) as opened:
        later = {}
        for name, content in opened.acts.items():
            listed = documents.parse(content, place=f"{path}: {name}")
            kind = name.removesuffix(".json")
            later[kind] = list(target.shaped(listed, kind, f"{path}: {name}"))
        found = outcome.judged(opened.runs, later)
        return found, eligibility.needed(found)


def rejudged(case: Case) -> Text:
    """Recompute every verdict from the bundle alone, offline."""
    path = case.asked.folder / statement.BUNDLE
    if not path.is_file() or not case.statement:
        raise unknown("không có gói bằng chứng", "the bundle is not here")
    found, rests_on = of_bundle(path)
    part = statement.difference(case.statement, found, rests_on, bundle.digest(path))
    if part is not None:
        raise wrong(
            f"bằng chứng không cho ra điều được nêu: {part}",
            f"the evidence does not come to what is said: {part}",
        )
    said = statement.said_by(case.statement)
    for each in eligibility.hindrances(found, rests_on, said, case.trusted):
        raise Stop(Answer.NOT_VALID, each)
    return Text(
        vi=f"mọi kết luận tính lại được từ {len(found.runs)} lượt chạy",
        en=f"every verdict follows from the {len(found.runs)} run(s)",
    )
