"""What a message in edXML says, and what is wrong with one.

Names of elements follow software in use (QCVN 102:2016/BTTTT was not read in full).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from conformance.sandbox.document_axis import archives, elements
from conformance.sandbox.document_axis.elements import Node
from conformance.sandbox.messages import Refusal

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
ROOT = "edXML"
# By the number in BussinessDocType, which the norm spells so.
KINDS = {"0": "edoc", "1": "revocation", "2": "update", "3": "replacement"}
MOST_RECEIVERS = 200
_CODE = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]+)*")
_LONGEST_CODE = 35
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})")
_HEADER = ("edXMLEnvelope", "edXMLHeader", "MessageHeader")
_MANIFEST = ("edXMLEnvelope", "edXMLBody", "edXMLManifest", "Reference")
_BUSINESS = ("edXMLEnvelope", "edXMLHeader", "TraceHeaderList", "Bussiness")


@dataclass(frozen=True)
class Envelope:
    """What a message says.

    Attributes:
        kind: `edoc`, `revocation`, `update` or `replacement`.
        sender: the code of the agency that sends it.
        receivers: the codes of those that it is sent to.
        document_id: by which sender and receivers know the document.
        subject: what it is about.
        promulgated: its day.
        about: the DocumentId of the documents that it revokes, updates or replaces.
    """

    kind: str
    sender: str
    receivers: tuple[str, ...]
    document_id: str
    subject: str
    promulgated: date
    about: tuple[str, ...] = ()


def opened(body: bytes, closed: Container[str], overlooks: Container[str] = ()) -> Envelope:
    """Return what a message says.

    Args:
        body: the bytes.
        closed: first-level codes that no new document may have.
        overlooks: the rules that are not looked at.

    Raises:
        Refusal: 400, naming the rule that is broken.
    """
    try:
        root = elements.read(body)
    except elements.NotXMLError:
        raise Refusal(400, "Thông điệp không phải là XML hợp lệ.") from None
    if "namespace" not in overlooks:
        _demand(
            root.name == ROOT and all(node.namespace == NAMESPACE for node in root.every()),
            "/edXML",
            "phần tử gốc hoặc không gian tên không theo QCVN 102:2016/BTTTT",
        )
    header = next(iter(root.all(*_HEADER)), None)
    if header is None:
        raise _refused("/edXMLEnvelope/edXMLHeader/MessageHeader", "thiếu phần đầu thông điệp")
    _demand_attachments(root, overlooks)
    return _told(root, header, closed, overlooks)


def _told(root: Node, header: Node, closed: Container[str], overlooks: Container[str]) -> Envelope:
    senders = [node.said("OrganId") for node in header.all("From")]
    receivers = tuple(dict.fromkeys(node.said("OrganId") for node in header.all("To")))
    if "parties" not in overlooks:
        _demand(len(senders) == 1, "/From", "phải có đúng một bên gửi")
        _demand(0 < len(receivers) <= MOST_RECEIVERS, "/To", "phải có ít nhất một bên nhận")
    if not senders:
        raise _refused("/From", "thiếu bên gửi")
    for code in (*senders, *receivers):
        _demand_code(code, closed, overlooks)
    document_id = header.said("DocumentId")
    _demand(0 < len(document_id) <= 200, "/DocumentId", "thiếu mã văn bản")
    kind = KINDS.get(root.said(*_BUSINESS, "BussinessDocType") or "0")
    if kind is None:
        raise _refused("/Bussiness/BussinessDocType", "nghiệp vụ không có trong danh mục")
    about = (
        *(node.text.strip() for node in root.all(*_BUSINESS, "DocumentId")),
        *(
            node.text.strip()
            for node in root.all(*_BUSINESS, "ReplacementInfoList", "ReplacementInfo", "DocumentId")
        ),
    )
    _demand(bool(about) or kind == "edoc", "/Bussiness", "không nêu văn bản được nhắc tới")
    return Envelope(
        kind,
        senders[0],
        receivers,
        document_id,
        header.said("Subject"),
        _day(header.said("PromulgationInfo", "PromulgationDate"), overlooks),
        about,
    )


def _demand_code(code: str, closed: Container[str], overlooks: Container[str]) -> None:
    new = len(code) <= _LONGEST_CODE and bool(_CODE.fullmatch(code))
    _demand(
        new or "old-codes" in overlooks,
        "/OrganId",
        "mã cơ quan không theo Quyết định số 20/2020/QĐ-TTg",
    )
    _demand(
        code.partition(".")[0] not in closed or "closed-codes" in overlooks,
        "/OrganId",
        "mã cơ quan đã đóng",
    )


def _day(written: str, overlooks: Container[str]) -> date:
    """Return the day of a document: software in use writes 2026/10/01, data 2026-10-01."""
    parts = _DAY.fullmatch(written)
    try:
        return date(*map(int, parts.groups())) if parts else date.fromisoformat(written)
    except ValueError:
        if "days" in overlooks:
            return date(2026, 1, 1)
        raise _refused("/PromulgationDate", "ngày ban hành không có trong lịch") from None


def _demand_attachments(root: Node, overlooks: Container[str]) -> None:
    named = [node.said("ContentId").removeprefix("cid:") for node in root.all(*_MANIFEST)]
    held = root.all("AttachmentEncoded", "Attachment")
    there = [node.said("ContentId").removeprefix("cid:") for node in held]
    if "orphans" in overlooks:
        _demand(set(named) <= set(there), "/edXMLManifest", "thiếu tệp nêu trong danh mục")
    elif "manifest" not in overlooks:
        _demand(
            sorted(named) == sorted(there) and len(set(there)) == len(there),
            "/edXMLManifest",
            "danh mục tệp và các tệp đính kèm không khớp nhau",
        )
    for node in held:
        _demand_content(node.said("ContentTransferEncoded"), overlooks)


def _demand_content(written: str, overlooks: Container[str]) -> None:
    try:
        content = base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        if "base64" in overlooks:
            return
        raise _refused("/ContentTransferEncoded", "tệp không phải là base64") from None
    found = archives.flaws(content) if archives.is_archive(content) else set()
    wrong = sorted(flaw for flaw in found if flaw not in overlooks)
    _demand(not wrong, "/ContentTransferEncoded", f"tệp nén không an toàn ({', '.join(wrong)})")


def _demand(condition: bool, place: str, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    if not condition:
        raise _refused(place, reason)


def _refused(place: str, reason: str) -> Refusal:
    return Refusal(400, "Thông điệp edXML không đúng quy định.", errors=((place, reason),))
