"""The steps about the registry: whether the certificate is in its log, and still stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conformance.certificate import (
    bundle,
    chains,
    entries,
    envelope,
    issuing,
    merkle,
    proof,
    statement,
    status,
    trust,
)
from conformance.certificate.envelope import Envelope
from conformance.certificate.proof import Proof
from conformance.certificate.registry import publication
from conformance.certificate.verification.case import Answer, Case, Stop, unknown, wrong
from conformance.certificate.verification.signing import good
from conformance.moments import read as moment
from conformance.text import Text

# Clocks differ: what was signed a little later than now is of now.
_SKEW = timedelta(minutes=5)


def log(case: Case) -> Text:
    """Find out whether the registry took these very files (RFC 9162, inclusion)."""
    if not case.in_registry and case.words["kind"] == statement.CERTIFICATE:
        # Nobody could ever take it back.
        raise wrong("giấy chứng nhận không có sổ đăng ký", "a certificate without a registry")
    if not case.in_registry:
        return Text(vi="bản tự công bố không vào sổ", en="the declaration is in no registry")
    shown = proof.read(case.file(issuing.PROOF), issuing.PROOF)
    signed_root = _of_registry(case, shown.signed, shown.checkpoint)
    included = merkle.includes(
        shown.content,
        shown.number,
        signed_root["size"],
        shown.inclusion,
        bytes.fromhex(signed_root["root"]),
    )
    if not included:
        raise wrong("mục không có trong sổ", "the entry is not in the log")
    _entered(case, shown)
    case.shown = shown
    return Text(
        vi=f"mục {shown.number} của sổ {signed_root['origin']}",
        en=f"entry {shown.number} of {signed_root['origin']}",
    )


def checkpoint(case: Case) -> Text:
    """Find out whether the log of today begins with that of then (RFC 9162, consistency)."""
    if not case.in_registry:
        return Text(vi="bản tự công bố không vào sổ", en="the declaration is in no registry")
    if case.shown is None:
        raise unknown("không có bằng chứng của sổ", "there is no proof of the registry")
    content = _published(case, publication.CURRENT)
    signed = envelope.read(content, envelope.CHECKPOINT, publication.CURRENT)
    said = proof.signed_words(signed, "checkpoint", publication.CURRENT)
    current = _of_registry(case, signed, said)
    _alive(case, current)
    fetch = case.asked.published
    assert fetch is not None  # noqa: S101  # `_published` has found it there
    node = publication.nodes(fetch)
    first, second = case.shown.checkpoint, current
    if first["size"] > second["size"]:
        raise wrong("sổ ngắn hơn lúc cấp", "the log is shorter than it was")
    try:
        steps = merkle.consistency(first["size"], second["size"], node)
    except IndexError as error:
        raise unknown("thiếu tệp của sổ", "files of the registry are missing") from error
    roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
    if not merkle.consistent(first["size"], second["size"], steps, *roots):
        raise wrong("sổ đã bị viết lại", "the log was written anew")
    case.current = current
    return Text(vi=f"sổ còn tiếp nối, {current['at']}", en=f"the log goes on, {current['at']}")


def standing(case: Case) -> Text:
    """Find out whether the certificate is revoked or suspended (Bitstring Status List)."""
    if not case.in_registry:
        return Text(vi="không có trạng thái riêng", en="a declaration has no status")
    for purpose, what in (
        ("revocation", Text(vi="đã bị thu hồi hoặc thay thế", en="revoked or superseded")),
        ("suspension", Text(vi="đang bị đình chỉ", en="suspended")),
    ):
        name = f"status/{purpose}.json"
        signed = envelope.read(_published(case, name), envelope.STATUS, name)
        said = proof.signed_words(signed, "status", name)
        _of_registry(case, signed, said)
        if said["purpose"] != purpose:
            raise wrong("danh sách cho mục đích khác", "a list for another purpose")
        _alive(case, said)
        if case.current is not None and said["at"] != case.current["at"]:
            # Written together: one of another day was put there, or the rest is being written.
            raise unknown("không cùng lần công bố với sổ", "not published with the checkpoint")
        if status.is_set(said["encoded"], case.words["status"]["place"], name):
            raise Stop(Answer.NOT_VALID, what)
    return Text(vi="đang có hiệu lực", en="in force")


def _entered(case: Case, shown: Proof) -> None:
    """Do nothing if the entry is the issuer's own, of this certificate and of these very files."""
    event, words = shown.entry.event, case.words
    wanted = {
        "kind": "issued",
        "id": words["id"],
        "issuer": words["issuer"]["id"],
        "document": words["kind"],
        "place": words["status"]["place"],
        "valid_until": words["valid_until"],
        "by": words["decision"]["by"],
    }
    if any(event.get(key) != value for key, value in wanted.items()):
        raise wrong("mục của sổ là của chứng nhận khác", "the entry is of another certificate")
    for name, digest in event["files"].items():
        path = case.asked.folder / name
        if not path.is_file():
            continue
        if bundle.digest(path) != digest:
            raise wrong(f"{name} không phải tệp đã vào sổ", f"{name} is not what was entered")
    wanted_files = {issuing.STATEMENT, issuing.ENVELOPE, issuing.MATERIAL, statement.BUNDLE}
    if words["on_paper"]:
        wanted_files.add(issuing.PAPER)
    if wanted_files != event["files"].keys():
        raise wrong("mục của sổ không nêu đủ tệp", "the entry does not name every file")
    issuer = case.issuer()
    certificate = entries.signed_by(shown.entry.signed, shown.entry.chain)
    person = certificate and issuer.person(trust.subject(certificate))
    if certificate is None or person is None or trust.DECISION not in person.functions:
        raise wrong("mục của sổ không do bên cấp ký", "the issuer did not sign the entry")
    at = moment(shown.checkpoint["at"])
    good(chains.standing(certificate, shown.entry.chain, issuer.roots, case.crls, at))


def _of_registry(case: Case, signed: Envelope, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the registry of this certificate signed, if it did."""
    keys = case.trusted.registries.get(case.words["status"]["origin"])
    if keys is None:
        raise wrong("sổ đăng ký không được tin cậy", "the registry is not trusted")
    if said["origin"] != case.words["status"]["origin"]:
        raise wrong("của sổ đăng ký khác", "of another registry")
    if len(signed.signatures) != 1 or not all(
        each.keyid in keys and chains.key_verifies(keys[each.keyid], each.value, signed.signed)
        for each in signed.signatures
    ):
        raise wrong("chữ ký của sổ đăng ký không đúng", "the registry's signature does not verify")
    return said


def _alive(case: Case, said: Mapping[str, Any]) -> None:
    """Do nothing for what the registry says of the moment that is asked about."""
    if moment(said["at"]) > case.asked.at + _SKEW:
        raise unknown(
            f"sổ nói về lúc {said['at']}, sau thời điểm được hỏi",
            f"the registry speaks of {said['at']}, after the moment that is asked about",
        )
    if case.asked.at > moment(said["until"]):
        raise unknown(
            f"đã quá hạn từ {said['until']}: lấy bản mới",
            f"stale since {said['until']}: fetch anew",
        )


def _published(case: Case, name: str) -> bytes:
    if case.asked.published is None:
        raise unknown(
            "chưa có tệp của sổ đăng ký (--status)",
            "no files of the registry were given (--status)",
        )
    content = case.asked.published(name)
    if content is None:
        raise unknown(f"sổ không có {name}", f"the registry does not show {name}")
    return content
