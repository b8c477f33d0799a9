"""Messages to the document axis that are not to be taken: envelope, codes, days, attachments.

A message that one agency cannot read stops its registry, and whoever sent it believes it delivered.
"""

from __future__ import annotations

import base64
from copy import deepcopy

from conformance import edxml
from conformance.check import check, require
from conformance.checks.protocols import archives, sending
from conformance.checks.protocols.sending import Change
from conformance.edxml import ATTACHMENTS, HEADER, MANIFEST
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason
from conformance.xml_tree import Element

# The Ministry of Information and Communications, merged in 2025, in the new form and in the old.
_CLOSED, _OLD = "G14", "000.00.00.G12"


@check(catalogue="FMT-031", per="target", safety="intrusive", requests=6, contract=True)
def incomplete_envelopes_are_refused(probe: Probe) -> None:
    """A message without sender, receiver or identifier, or with two senders, is refused.

    Sends the example, which has to be taken, then without From, with two, without To, and without
    DocumentId (QCVN 102:2016/BTTTT, MessageHeader, as software in use writes it).
    """
    _refuses(
        probe,
        (Text(vi="không có From", en="no From"), _without("From")),
        (Text(vi="hai From", en="two Froms"), _twice("From")),
        (Text(vi="không có To", en="no To"), _without("To")),
        (Text(vi="không có DocumentId", en="no DocumentId"), _without("DocumentId")),
    )


@check(catalogue="FMT-031", per="target", safety="intrusive", requests=3, contract=True)
def codes_out_of_force_are_refused(probe: Probe) -> None:
    """A new document to an agency under a code that is no longer in force is refused.

    Sends the example, which has to be taken, then to the code of a ministry that was merged in
    2025, and to a code of the form of 2016 (Decision 20/2020/QĐ-TTg as amended by Decision
    09/2025/QĐ-TTg; QCVN 102:2016/BTTTT, Amendment 1:2022).
    """
    _refuses(
        probe,
        (
            Text(vi=f"gửi tới mã đã đóng {_CLOSED}", en=f"to the closed code {_CLOSED}"),
            _to(_CLOSED),
        ),
        (Text(vi=f"gửi tới mã kiểu cũ {_OLD}", en=f"to a code of the old form, {_OLD}"), _to(_OLD)),
    )


@check(catalogue="FMT-005", per="target", safety="intrusive", requests=3, contract=True)
def impossible_days_are_refused(probe: Probe) -> None:
    """A document of a day that does not exist is refused.

    Sends the example, which has to be taken, then promulgated on 2025-02-30 and on 31-04-2025
    (QCVN 102:2016/BTTTT, PromulgationInfo; ISO 8601).
    """
    _refuses(
        probe,
        *((Text(vi=day, en=day), _promulgated(day)) for day in ("2025-02-30", "31-04-2025")),
    )


@check(catalogue="FMT-031", per="target", safety="intrusive", requests=3, contract=True)
def unmatched_attachments_are_refused(probe: Probe) -> None:
    """A message that lacks an attachment that it names, or has one that it does not, is refused.

    Sends the example, which has to be taken and to have an attachment, then without what is
    attached, and without the manifest's line (QCVN 102:2016/BTTTT, edXMLManifest, as software in
    use writes it).
    """
    _attached(probe)
    _refuses(
        probe,
        (Text(vi="thiếu tệp được nêu", en="what is named is missing"), _drop(*ATTACHMENTS)),
        (
            Text(vi="tệp không được nêu", en="what is there is not named"),
            _drop(*MANIFEST, "Reference"),
        ),
    )


@check(catalogue="FMT-031", per="target", safety="intrusive", requests=3, contract=True)
def broken_contents_are_refused(probe: Probe) -> None:
    """An attachment whose content is no base64 is refused.

    Sends the example, which has to be taken and to have an attachment, then with signs that
    base64 does not know, and cut off in the middle of a group (RFC 4648, sections 3.3 and 4).
    """
    _attached(probe)
    _refuses(
        probe,
        (Text(vi="ký tự ngoài base64", en="signs outside base64"), _content("vnct*%*")),
        (Text(vi="base64 bị cắt", en="base64 cut off"), _content("dm5jd")),
    )


@check(catalogue="INJ-004", per="target", safety="intrusive", requests=5, contract=True)
def dangerous_archives_are_refused(probe: Probe) -> None:
    """An archive that would write outside its folder, or fill the disk, is not handed on.

    Sends the example, which has to be taken and to have an attachment, then with archives in its
    place: of a file called ../../vnct.txt, of one called /vnct/vnct.txt, of one with backslashes,
    and one of 27 kB that says of itself that it holds 64 MB (OWASP ASVS 5.0, 5.2.3 and 5.3.3;
    CWE-22, CWE-409). A harmless archive is sent first, so that archives are not refused as such.
    """
    _attached(probe)
    asked = sending.place(probe).operation
    harmless = sending.send(probe, _holding(archives.climbing("vnct.txt")))
    if not asked.succeeded(harmless):
        raise probe.why_no_success(asked, harmless)
    for name in ("../../vnct.txt", "/vnct/vnct.txt", "..\\..\\vnct.txt"):
        _refuse(
            probe,
            Text(vi=f"tệp nén có {name}", en=f"an archive of {name}"),
            archives.climbing(name),
        )
    _refuse(
        probe, Text(vi="tệp nén nở 64 MB", en="an archive that grows to 64 MB"), archives.growing()
    )


@check(catalogue="INJ-004", per="target", safety="intrusive", requests=3, contract=True)
def sealed_archives_are_refused(probe: Probe) -> None:
    """An archive that nobody can look into is not handed on.

    Sends the example with a harmless archive, which has to be taken, then with one that is
    encrypted, and with an archive in an archive in an archive (OWASP ASVS 5.0, 5.2.3; CWE-409).
    """
    _attached(probe)
    asked = sending.place(probe).operation
    harmless = sending.send(probe, _holding(archives.climbing("vnct.txt")))
    if not asked.succeeded(harmless):
        raise probe.why_no_success(asked, harmless)
    _refuse(probe, Text(vi="tệp nén có mật khẩu", en="an encrypted archive"), archives.encrypted())
    _refuse(probe, Text(vi="tệp nén lồng nhau", en="archives in archives"), archives.nested())


@check(catalogue="AUT-004", per="target", safety="intrusive", requests=2, contract=True)
def senders_are_who_they_say(probe: Probe) -> None:
    """A message in the name of another agency is refused.

    Sends the example, which has to be taken, then, with the same credentials, with the code of its
    receiver as that of the sender, and to the true sender (OWASP ASVS 5.0, 8.2.2; CWE-290).
    """
    root = sending.example(probe)
    sender, receiver = edxml.parties(root, "From"), edxml.parties(root, "To")
    if not sender or not receiver or sender[0] == receiver[0]:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="thông điệp mẫu cần bên gửi và bên nhận khác nhau",
                en="the example needs a sender and another receiver",
            ),
        )

    def swapped(message: Element) -> None:
        edxml.say(message, receiver[0], *HEADER, "From", "OrganId")
        edxml.say(message, sender[0], *HEADER, "To", "OrganId")

    said = Text(vi=f"gửi nhân danh {receiver[0]}", en=f"sent in the name of {receiver[0]}")
    _refuses(probe, (said, swapped))


@check(catalogue="FMT-031", per="target", safety="write", requests=2, contract=True)
def documents_arrive_once(probe: Probe) -> None:
    """A document that is sent twice is one document.

    Sends the very same message twice: the second time it is refused (4xx), or answered with the
    number that the axis gave it the first time (QCVN 102:2016/BTTTT, DocumentId).
    """
    asked = sending.place(probe)
    body = edxml.written(sending.example(probe))
    first = asked.ask(probe, lambda _: body)
    if not asked.succeeds(first):
        raise probe.why_no_success(asked.operation, first)
    second = asked.ask(probe, lambda _: body)
    if not asked.succeeds(second):
        _be_refused(second, Text(vi="gửi lại", en="sent again"), taken=False)
        return
    before, after = sending.doc_id(probe, first), sending.doc_id(probe, second)
    require(
        before == after,
        expected=Text(
            vi="văn bản gửi lại bị từ chối, hoặc mang cùng số hiệu",
            en="what is sent again to be refused, or to have the same number",
        ),
        observed=f"{before} ≠ {after}",
        by=second,
    )


def _refuses(probe: Probe, *changes: tuple[Text, Change]) -> None:
    """Send the example, which has to be taken, and then what must not be."""
    sending.control(probe)
    for said, change in changes:
        answer = sending.send(probe, change)
        _be_refused(answer, said, taken=sending.place(probe).succeeds(answer))


def _refuse(probe: Probe, said: Text, archive: bytes) -> None:
    answer = sending.send(probe, _holding(archive))
    _be_refused(answer, said, taken=sending.place(probe).succeeds(answer))


def _be_refused(answer: Exchange, said: Text, *, taken: bool) -> None:
    require(
        not taken and answer.status < sending.BROKEN,
        expected=Text(
            vi="thông điệp bị từ chối bằng mã 4xx", en="the message to be refused with 4xx"
        ),
        observed=Text(vi=f"{said.vi} → {answer.status}", en=f"{said.en} → {answer.status}"),
        by=answer,
    )


def _attached(probe: Probe) -> None:
    """Do nothing, or raise that the example has no attachment to vary."""
    if not edxml.attachments(sending.example(probe)):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="thông điệp mẫu không có tệp đính kèm", en="the example has no attachment"),
        )


def _without(name: str) -> Change:
    return _drop(*HEADER, name)


def _drop(*path: str) -> Change:
    def change(root: Element) -> None:
        edxml.drop(root, *path)

    return change


def _twice(name: str) -> Change:
    def change(root: Element) -> None:
        header = edxml.first(root, *HEADER)
        found = edxml.first(root, *HEADER, name)
        if header is not None and found is not None:
            header.append(deepcopy(found))

    return change


def _to(code: str) -> Change:
    return lambda root: edxml.say(root, code, *HEADER, "To", "OrganId")


def _promulgated(day: str) -> Change:
    return lambda root: edxml.say(root, day, *HEADER, "PromulgationInfo", "PromulgationDate")


def _content(text: str) -> Change:
    return lambda root: edxml.say(root, text, *ATTACHMENTS, "ContentTransferEncoded")


def _holding(archive: bytes) -> Change:
    return _content(base64.b64encode(archive).decode("ascii"))
