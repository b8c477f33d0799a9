"""Documents on the axis, as they are handed out: envelope, parties, days, attachments.

Names of elements follow software in use: QCVN 102:2016/BTTTT could not be read in full.
"""

from __future__ import annotations

from conformance import edxml, packets, xml_tree
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.organisations import (
    closed_since,
    first_level,
    is_agency_code_of_2016,
)
from conformance.text import Text
from conformance.verdict import NotApplicable
from conformance.xml_tree import Element

# When communes and provinces were merged, and codes of those that ceased were closed.
_MERGED = "2025-07-01"
_EXPECTED = Text(
    vi=f"phần tử gốc {edxml.ROOT} trong {edxml.NAMESPACE}",
    en=f"the root {edxml.ROOT} in {edxml.NAMESPACE}",
)


@law(catalogue="FMT-031", per="operation", on="2xx", contract=True)
def documents_are_edxml(answer: Exchange) -> None:
    """A document is handed out as a message of the national namespace.

    The root is `edXML`, with `edXMLEnvelope`, `edXMLHeader` and `MessageHeader` below it, all in
    http://www.mic.gov.vn/TBT/QCVN_102_2016; other dialects have other roots and namespaces
    (QCVN 102:2016/BTTTT, as software in use writes it). Any prefix will do.
    """
    root = _root(answer)
    named = f"{xml_tree.local(root)} ({xml_tree.namespace(root) or '-'})"
    require(
        root.tag == f"{{{edxml.NAMESPACE}}}{edxml.ROOT}",
        expected=_EXPECTED,
        observed=named,
    )
    require(
        edxml.first(root, *edxml.HEADER) is not None,
        expected=Text(
            vi="edXMLEnvelope/edXMLHeader/MessageHeader cùng không gian tên",
            en="edXMLEnvelope/edXMLHeader/MessageHeader in the same namespace",
        ),
        observed=", ".join(sorted({child.tag for child in root})) or "-",
    )


@law(catalogue="FMT-031", per="operation", on="2xx", contract=True)
def a_document_has_one_sender_and_receivers(answer: Exchange) -> None:
    """A document has exactly one sender, and at least one receiver, each with a code.

    Looks at `From` and `To` of the header and their `OrganId` (QCVN 102:2016/BTTTT, as software in
    use writes it).
    """
    root = _header(answer)
    senders, receivers = edxml.parties(root, "From"), edxml.parties(root, "To")
    require(
        len(senders) == 1 and all(senders),
        expected=Text(vi="đúng một From có OrganId", en="exactly one From with an OrganId"),
        observed=f"From: {len(senders)}",
    )
    require(
        receivers and all(receivers),
        expected=Text(vi="ít nhất một To có OrganId", en="at least one To with an OrganId"),
        observed=f"To: {len(receivers)}, OrganId: {len(list(filter(None, receivers)))}",
    )


@law(catalogue="FMT-031", per="operation", on="2xx", contract=True)
def agencies_have_codes_in_force(
    answer: Exchange, *, since: str = "2025-07-01", merged: tuple[str, ...] = ()
) -> None:
    """A new document names agencies by codes that are in force.

    Looks at the `OrganId` of sender and receivers. In documents promulgated from `since` on, none
    has the form 000.00.01.H22 of 2016, which QCVN 102:2016/BTTTT gave up in its Amendment 1:2022
    for the identifiers of Decision 20/2020/QĐ-TTg; none is below a ministry merged in 2025 after
    that day, nor below a province of `merged` from 2025-07-01 on. No list of closed codes of
    provinces was found, so none is looked for by default; of other forms (enterprises, other
    organisations) nothing is judged. Older documents keep the codes of their day.
    """
    root = _header(answer)
    written = edxml.as_date(edxml.day(root))
    codes = [code for name in ("From", "To") for code in edxml.parties(root, name) if code]
    if written is None or not codes:
        raise NotApplicable(
            Text(vi="không đọc được ngày hoặc mã cơ quan", en="no day, or no code, to be read")
        )
    for code in codes:
        require(
            not (is_agency_code_of_2016(code) and written >= since),
            expected=Text(
                vi="mã cơ quan theo Quyết định số 20/2020/QĐ-TTg",
                en="a code after Decision 20/2020/QĐ-TTg",
            ),
            observed=f"{code} ({written})",
        )
        ministry = closed_since(code)
        closed = ministry.isoformat() if ministry else _MERGED
        require(
            not (ministry or first_level(code) in merged) or written < closed,
            expected=Text(vi="mã cơ quan chưa đóng", en="a code that is not closed"),
            observed=f"{code} ({written})",
        )


@law(catalogue="FMT-005", per="operation", on="2xx", contract=True)
def days_of_documents_exist(answer: Exchange) -> None:
    """The day of a document stands in the calendar, year first.

    `PromulgationDate` is a date of ISO 8601; 2026/10/01, which software in use writes, is taken
    for one (QCVN 102:2016/BTTTT, PromulgationInfo).
    """
    written = edxml.day(_header(answer))
    require(
        edxml.as_date(written) is not None,
        expected=Text(
            vi="ngày có trong lịch, dạng 2026-10-01", en="a day of the calendar such as 2026-10-01"
        ),
        observed=written or "-",
    )


@law(catalogue="FMT-031", per="operation", on="2xx", contract=True)
def the_manifest_names_every_attachment(answer: Exchange) -> None:
    """What the manifest names is attached, and what is attached is named, each once.

    Compares `Reference/ContentId` with `Attachment/ContentId`; the prefix `cid:` says nothing
    (QCVN 102:2016/BTTTT, edXMLManifest, as software in use writes it).
    """
    root = _header(answer)
    named = sorted(edxml.references(root))
    held = sorted(name for name, _ in edxml.attachments(root))
    if not named and not held:
        raise NotApplicable(Text(vi="không có tệp đính kèm", en="there is no attachment"))
    require(
        named == held and len(set(held)) == len(held),
        expected=Text(
            vi="mỗi ContentId trong danh mục có đúng một tệp đính kèm, và ngược lại",
            en="one attachment for each ContentId of the manifest, and the other way round",
        ),
        observed=f"Reference: {', '.join(named) or '-'}; Attachment: {', '.join(held) or '-'}",
    )


@law(catalogue="FMT-031", per="operation", on="2xx", contract=True)
def attachments_are_base64(answer: Exchange) -> None:
    """The content of an attachment is base64.

    Line breaks within are legal (RFC 2045, section 6.8), an empty content is not
    (QCVN 102:2016/BTTTT, ContentTransferEncoded, as software in use writes it).
    """
    held = edxml.attachments(_header(answer))
    if not held:
        raise NotApplicable(Text(vi="không có tệp đính kèm", en="there is no attachment"))
    for name, content in held:
        require(
            edxml.decoded(content),
            expected=Text(vi="nội dung tệp là base64", en="a content in base64"),
            observed=f"{name}: {content[:40]}",
        )


def _root(answer: Exchange) -> Element:
    root = edxml.read(answer.body) if packets.is_xml(answer.media_type) else None
    if root is None:
        raise NotApplicable(Text(vi="không phải XML đúng", en="not proper XML"))
    return root


def _header(answer: Exchange) -> Element:
    """Return the root of a message that has a header: all else is asked of it elsewhere."""
    root = _root(answer)
    if edxml.first(root, *edxml.HEADER) is None:
        raise NotApplicable(Text(vi="không phải thông điệp edXML", en="no message in edXML"))
    return root
