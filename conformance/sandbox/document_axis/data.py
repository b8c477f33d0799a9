"""What the demonstration axis knows from the start: agencies, and documents between them.

Names and codes of agencies are public; every document, number and signer is invented.
"""

from __future__ import annotations

import base64
import io
import uuid
import zipfile
from dataclasses import dataclass
from html import escape

from conformance.sandbox import demonstration
from conformance.sandbox.document_axis.envelope import NAMESPACE

AGENCIES = (
    {"organId": "H57.01", "organName": "Văn phòng Ủy ban nhân dân thành phố Huế"},
    {"organId": "H57", "organName": "Ủy ban nhân dân thành phố Huế"},
    {"organId": "H26", "organName": "Ủy ban nhân dân thành phố Hà Nội"},
    {"organId": "G01", "organName": "Bộ Công an"},
    {"organId": "G12", "organName": "Bộ Tài chính"},
    {"organId": "G15", "organName": "Bộ Tư pháp"},
    {"organId": "G22", "organName": "Văn phòng Chính phủ"},
)
NAMES = {entry["organId"]: entry["organName"] for entry in AGENCIES}
# Ministries that were merged in 2025: nobody sends or receives under their codes any more.
CLOSED = frozenset({"G04", "G05", "G07", "G13", "G14"})

HUE, HA_NOI, JUSTICE = (
    demonstration.AGENCY_A.organisation or "",
    demonstration.AGENCY_B.organisation or "",
    demonstration.RECEIVER.organisation or "",
)
_ALL = uuid.UUID("5b0c1d6e-0000-4000-8000-000000000102")


@dataclass(frozen=True)
class Seed:
    """A document that the axis carried before anybody called."""

    sender: str
    receivers: tuple[str, ...]
    day: str
    number: str
    subject: str
    statuses: tuple[str, ...] = ()

    @property
    def doc_id(self) -> str:
        """The number that the axis gave it."""
        return str(uuid.uuid5(_ALL, self.number))

    @property
    def message(self) -> bytes:
        """The message in which it came."""
        return message(self.sender, self.receivers, self.day, self.number, self.subject).encode()


SEEDS = (
    Seed(HUE, (JUSTICE,), "2026-09-14", "1201", "Báo cáo công tác hộ tịch quý III", ("03", "05")),
    Seed(JUSTICE, (HUE, HA_NOI), "2026-09-21", "877", "Hướng dẫn số hóa sổ hộ tịch", ("03",)),
    *(
        Seed(HUE, (JUSTICE,), f"2026-09-{day}", str(1210 + day), f"Báo cáo tuần, ngày {day}/9")
        for day in range(15, 20)
    ),
    Seed(HA_NOI, (JUSTICE,), "2026-09-28", "3310", "Đề nghị cấp tài khoản khai thác dữ liệu"),
)


def archive(name: str, text: str) -> str:
    """Return a text as a file in an archive, in base64."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr(zipfile.ZipInfo(name), text)
    return base64.b64encode(made.getvalue()).decode()


def message(sender: str, receivers: tuple[str, ...], day: str, number: str, subject: str) -> str:
    """Return a message in edXML that carries a new document, as software in use writes it."""
    content = archive("cong-van.txt", f"Văn bản minh họa: {subject}.\n")
    to = "".join(_party("To", code) for code in receivers)
    notation = "VPUB"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="{NAMESPACE}">
<edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}">
<edXML:edXMLHeader>
<edXML:MessageHeader>
{_party("From", sender)}
{to}
<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber>\
<edXML:CodeNotation>{notation}</edXML:CodeNotation></edXML:Code>
<edXML:PromulgationInfo><edXML:Place>Hà Nội</edXML:Place>\
<edXML:PromulgationDate>{day}</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:DocumentType><edXML:Type>18</edXML:Type><edXML:TypeDetail>0</edXML:TypeDetail>\
<edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
<edXML:Subject>{escape(subject, quote=False)}</edXML:Subject>
<edXML:Content>{escape(subject, quote=False)}</edXML:Content>
<edXML:DocumentId>{sender},{day.replace("-", "/")},{number}/{notation}</edXML:DocumentId>
</edXML:MessageHeader>
<edXML:TraceHeaderList><edXML:TraceHeader><edXML:OrganId>{sender}</edXML:OrganId>\
<edXML:Timestamp>{day.replace("-", "/")} 08:00:00</edXML:Timestamp></edXML:TraceHeader>
<edXML:Bussiness><edXML:BussinessDocType>0</edXML:BussinessDocType>\
<edXML:BussinessDocReason>Văn bản điện tử mới</edXML:BussinessDocReason></edXML:Bussiness>
</edXML:TraceHeaderList>
</edXML:edXMLHeader>
<edXML:edXMLBody><edXML:edXMLManifest><edXML:Reference>\
<edXML:ContentId>cid:tep-1</edXML:ContentId>\
<edXML:ContentType>application/zip</edXML:ContentType>\
<edXML:AttachmentName>cong-van.zip</edXML:AttachmentName>\
</edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody>
</edXML:edXMLEnvelope>
<AttachmentEncoded><Attachment><ContentId>tep-1</ContentId>\
<ContentTransferEncoded>{content}</ContentTransferEncoded></Attachment></AttachmentEncoded>
</edXML>
"""


def _party(name: str, code: str) -> str:
    said = escape(NAMES[code], quote=False)
    return (
        f"<edXML:{name}><edXML:OrganId>{code}</edXML:OrganId>"
        f"<edXML:OrganizationInCharge>{said}</edXML:OrganizationInCharge>"
        f"<edXML:OrganName>{said}</edXML:OrganName></edXML:{name}>"
    )
