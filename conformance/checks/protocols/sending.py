"""What checks of the document axis share: its roles, the example, who sends and who receives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance import edxml
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.markup import Document, Place, place_of
from conformance.text import Text
from conformance.verdict import NotTested, Reason
from conformance.xml_tree import Element

SEND, READ, LIST = "document.send", "document.read", "document.list"
TELL, TOLD = "document.status.add", "document.status.list"
RECEIVER = "receiver"
BROKEN = 500
_NOTHING: Mapping[str, Any] = {}
Change = Callable[[Element], None]


@dataclass(frozen=True)
class Sent:
    """A document that this case sent.

    Attributes:
        doc_id: the number that the axis gave it.
        document_id: the one that the sender gave it.
        sender: who sent it.
        answer: what was answered.
    """

    doc_id: str
    document_id: str
    sender: str | None
    answer: Exchange


def operation(probe: Probe, role: str) -> Operation:
    """Return the operation that plays a role.

    Raises:
        NotTested: nobody said which.
        NotApplicable: the owner says that there is none.
    """
    unit = probe.scene.mapping.unit(role)
    found = probe.scene.operation(unit) if unit else None
    if found is None:
        raise NotTested(
            Reason.NO_MAPPING, Text(vi=f"không có thao tác {role}", en=f"no operation {role}")
        )
    return found


def place(probe: Probe) -> Place:
    """Return the operation that takes messages."""
    return place_of(operation(probe, SEND))


def example(probe: Probe) -> Element:
    """Return the message of the example.

    Raises:
        NotTested: it is none in edXML.
    """
    return _message(place(probe).document(probe))


def outsider(probe: Probe) -> str:
    """Return the identity that neither sends nor receives the example.

    Raises:
        NotTested: the target file names none.
    """
    found = probe.scene.peer(probe.allowed(operation(probe, SEND)))
    if found is None:
        raise NotTested(
            Reason.NO_SECOND_IDENTITY,
            Text(
                vi="tệp đích chưa khai báo cơ quan thứ ba (agency_b) ngoài bên gửi và bên nhận",
                en="the target file names no agency (agency_b) beside sender and receiver",
            ),
        )
    return found


def changed(change: Change) -> Callable[[Document], bytes]:
    """Return what changes the message of a document."""

    def made(document: Document) -> bytes:
        root = _message(document)
        change(root)
        return edxml.written(root)

    return made


def unchanged(_root: Element) -> None:
    """Change nothing: a control goes the same way as what it speaks for."""


def send(
    probe: Probe, change: Change = unchanged, *, kind: str = "edoc", identity: str | None = ""
) -> Exchange:
    """Send the message of the example, or what a function makes of it, of some kind."""
    asked = place(probe)

    def of_kind(root: Element) -> None:
        if kind != "edoc":
            edxml.say(root, edxml.KINDS[kind], *edxml.TRACES, "Bussiness", "BussinessDocType")
        change(root)

    named = {"messageType": kind} if _asks_for_kind(asked.operation) else {}
    return asked.ask(probe, changed(of_kind), identity=identity, query=named)


def control(probe: Probe, change: Change = unchanged, *, kind: str = "edoc") -> Sent:
    """Send a message that has to be taken.

    Raises:
        NotTested: it is not, or the answer does not tell which document it became.
    """
    sent: list[str] = []

    def noted(root: Element) -> None:
        change(root)
        sent.append(edxml.said(root, *edxml.HEADER, "DocumentId"))

    answer = send(probe, noted, kind=kind)
    asked = place(probe).operation
    if not asked.succeeded(answer):
        raise probe.why_no_success(asked, answer)
    return Sent(doc_id(probe, answer), sent[-1], answer.identity, answer)


def doc_id(probe: Probe, answer: Exchange) -> str:
    """Return the number that the axis gave a document."""
    found = probe.scene.mapping.values(answer, "document.doc_id")
    if not found:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="trả lời không nêu số hiệu mà trục cấp cho văn bản",
                en="the answer does not tell which number the document was given",
            ),
        )
    return str(found[0][1])


def about(  # noqa: PLR0913  # what is called, on which document, by whom
    probe: Probe,
    role: str,
    sent: Sent,
    identity: str | None,
    members: Mapping[str, Any] = _NOTHING,
    *,
    wellformed: bool = True,
) -> Exchange:
    """Call an operation on a document that was sent: its number in the path, or in the body."""
    asked = operation(probe, role)
    names = [p.name for p in asked.parameters if p.place == "path"]
    values = dict.fromkeys(names[-1:], sent.doc_id)
    if not names and members:
        members = {"docId": sent.doc_id, **members}
    question = probe.form(asked, identity=identity, values=values, members=members)
    return probe.send(replace(question, operation=asked.unit, wellformed=wellformed))


def be_taken(probe: Probe, role: str, answer: Exchange) -> None:
    """Do nothing, or raise why what has to succeed did not."""
    asked = operation(probe, role)
    if not asked.succeeded(answer):
        raise probe.why_no_success(asked, answer)


def _message(document: Document) -> Element:
    root = edxml.read(document.with_(document.written))
    if root is None or edxml.first(root, *edxml.HEADER) is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="nội dung mẫu của thao tác gửi văn bản không phải thông điệp edXML",
                en="the example of the operation that sends documents is no message in edXML",
            ),
        )
    return root


def _asks_for_kind(asked: Operation) -> bool:
    return any(p.name == "messageType" and p.place == "query" for p in asked.parameters)
