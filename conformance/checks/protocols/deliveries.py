"""Documents on their way: who may read them, what receivers tell of them, what ends them."""

from __future__ import annotations

from conformance import edxml
from conformance.check import check, require
from conformance.checks.protocols import sending
from conformance.checks.protocols.sending import READ, RECEIVER, TELL, TOLD, Change, Sent
from conformance.edxml import HEADER, TRACES
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason
from conformance.xml_tree import Element

ARRIVED, TAKEN, ASSIGNED, WORKING, DONE = "01", "03", "04", "05", "06"
_FORWARD = (TAKEN, ASSIGNED, WORKING, DONE)
_UNKNOWN = ("3", "07", "99", "done")
_NEEDS = ("peer", RECEIVER)


@check(catalogue="AUT-003", per="target", safety="write", requests=6, needs=_NEEDS, contract=True)
def parties_alone_read(probe: Probe) -> None:
    """A document is read by its sender and its receivers, and by nobody else.

    Sends the example, then reads it, and what became of it, as an agency that has no part in it:
    both are refused. The receiver, `receiver` of the target file, and the sender can read it, else
    nothing is told (OWASP API1:2023; CWE-639).
    """
    sent = sending.control(probe)
    stranger = sending.outsider(probe)
    for role in (READ, TOLD):
        answer = unbroken(sending.about(probe, role, sent, stranger))
        require(
            sending.operation(probe, role).refused(answer),
            expected=Text(
                vi="cơ quan không gửi, không nhận thì không đọc được văn bản",
                en="an agency that neither sent nor received a document not to read it",
            ),
            observed=f"{stranger}: {role} → {answer.status}",
            by=answer,
        )
    for who in (sent.sender, RECEIVER):
        sending.be_taken(probe, READ, sending.about(probe, READ, sent, who))


@check(
    catalogue="AUT-004", per="target", safety="intrusive", requests=5, needs=_NEEDS, contract=True
)
def receivers_alone_tell(probe: Probe) -> None:
    """What became of a document is told by who received it, and by nobody else.

    Sends the example; its sender and an agency that has no part in it tell that it was taken in
    (03): both are refused, and the receiver may (OWASP API1:2023; CWE-639).
    """
    sent = sending.control(probe)
    for who in (sent.sender, sending.outsider(probe)):
        answer = unbroken(_tell(probe, sent, who, TAKEN, wellformed=False))
        require(
            sending.operation(probe, TELL).refused(answer),
            expected=Text(
                vi="chỉ bên nhận cập nhật trạng thái xử lý",
                en="its receiver alone to tell what became of it",
            ),
            observed=f"{who}: {TAKEN} → {answer.status}",
            by=answer,
        )
    sending.be_taken(probe, TELL, _tell(probe, sent, RECEIVER, TAKEN))


@check(
    catalogue="FMT-031",
    per="target",
    safety="intrusive",
    requests=2 + len(_UNKNOWN),
    needs=(RECEIVER,),
    contract=True,
)
def unknown_statuses_are_refused(probe: Probe) -> None:
    """A status outside the list is refused.

    Sends the example; its receiver tells codes of one digit, codes that are not in the list, and a
    word: each is refused; 03 is taken (QCVN 102:2016/BTTTT, MessageStatus, with the codes of
    software in use after Decision 28/2018/QĐ-TTg, whose wording was not read).
    """
    sent = sending.control(probe)
    for status in _UNKNOWN:
        answer = unbroken(_tell(probe, sent, RECEIVER, status, wellformed=False))
        require(
            sending.operation(probe, TELL).refused(answer),
            expected=Text(
                vi=f"chỉ nhận các mã {', '.join(sorted(edxml.STATUSES))}",
                en=f"the codes {', '.join(sorted(edxml.STATUSES))} alone to be taken",
            ),
            observed=f"{status} → {answer.status}",
            by=answer,
        )
    sending.be_taken(probe, TELL, _tell(probe, sent, RECEIVER, TAKEN))


@check(
    catalogue="FMT-031",
    per="target",
    safety="write",
    requests=4,
    needs=(RECEIVER,),
    contract=True,
)
def statuses_come_back(probe: Probe) -> None:
    """What a receiver told of a document is what its sender reads.

    Sends the example; its receiver tells 03, then 05; the sender reads 05, and no status that
    nobody told but 01. Where the document shows none of the two yet, nothing is told (QCVN
    102:2016/BTTTT, MessageStatus, with the codes of software in use).
    """
    sent = sending.control(probe)
    for status in (TAKEN, WORKING):
        sending.be_taken(probe, TELL, _tell(probe, sent, RECEIVER, status))
    answer = sending.about(probe, TOLD, sent, sent.sender)
    sending.be_taken(probe, TOLD, answer)
    shown = {str(value) for _, value in probe.scene.mapping.values(answer, "document.status")}
    if shown <= {ARRIVED}:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="chưa thấy trạng thái mới nào", en="no new status is shown yet"),
        )
    require(
        WORKING in shown and shown <= {ARRIVED, TAKEN, WORKING},
        expected=Text(vi="03 và 05 như bên nhận đã báo", en="03 and 05, as the receiver told"),
        observed=", ".join(sorted(shown)),
        by=answer,
    )


@check(
    catalogue="FMT-031",
    per="target",
    safety="intrusive",
    requests=2 + len(_FORWARD),
    needs=(RECEIVER,),
    contract=True,
)
def finished_documents_stay_finished(probe: Probe) -> None:
    """A document that is done is not taken in once more.

    Sends the example; its receiver tells 03, 04, 05 and 06, which has to be taken, and then 03
    again, which is refused. The order is an inference from what the codes mean (QCVN
    102:2016/BTTTT, MessageStatus, as software in use writes it).
    """
    sent = sending.control(probe)
    for status in _FORWARD:
        sending.be_taken(probe, TELL, _tell(probe, sent, RECEIVER, status))
    answer = unbroken(_tell(probe, sent, RECEIVER, TAKEN, wellformed=False))
    require(
        sending.operation(probe, TELL).refused(answer),
        expected=Text(
            vi="văn bản đã hoàn thành (06) không trở lại tiếp nhận (03)",
            en="a document that is done (06) not to be taken in (03) again",
        ),
        observed=f"06, 03 → {answer.status}",
        by=answer,
    )


@check(catalogue="FMT-031", per="target", safety="write", requests=4, contract=True)
def revoked_documents_say_so(probe: Probe) -> None:
    """A document that its sender revoked says so.

    Sends the example, reads its state, revokes it with a message of its own (BussinessDocType 1),
    and reads the state again: it has changed (QCVN 102:2016/BTTTT, Bussiness, as software in use
    writes it).
    """
    _ends(probe, "revocation", ("Bussiness", "DocumentId"))


@check(catalogue="FMT-031", per="target", safety="write", requests=4, contract=True)
def replaced_documents_say_so(probe: Probe) -> None:
    """A document that its sender replaced says so.

    Sends the example, reads its state, sends another one in its place (BussinessDocType 3), and
    reads the state again: it has changed (QCVN 102:2016/BTTTT, ReplacementInfoList, as software in
    use writes it).
    """
    path = ("Bussiness", "ReplacementInfoList", "ReplacementInfo", "DocumentId")
    _ends(probe, "replacement", path)


@check(
    catalogue="AUT-004",
    per="target",
    safety="intrusive",
    requests=4,
    needs=(RECEIVER,),
    contract=True,
)
def senders_alone_revoke(probe: Probe) -> None:
    """A document is revoked by who sent it, and by nobody else.

    Sends the example, reads its state; its receiver, in its own name, sends a revocation of it,
    which is refused or changes nothing (OWASP API1:2023; CWE-639).
    """
    root = sending.example(probe)
    own, other = edxml.parties(root, "To"), edxml.parties(root, "From")
    sent = sending.control(probe)
    before = _state(probe, sent)

    def theirs(message: Element) -> None:
        _about(sent, ("Bussiness", "DocumentId"))(message)
        edxml.say(message, own[0], *HEADER, "From", "OrganId")
        edxml.say(message, other[0], *HEADER, "To", "OrganId")

    unbroken(sending.send(probe, theirs, kind="revocation", identity=RECEIVER))
    after = _state(probe, sent)
    require(
        before == after,
        expected=Text(
            vi="chỉ bên gửi thu hồi được văn bản", en="its sender alone to revoke a document"
        ),
        observed=f"{before} → {after}",
    )


def _ends(probe: Probe, kind: str, path: tuple[str, ...]) -> None:
    sent = sending.control(probe)
    before = _state(probe, sent)
    sending.control(probe, _about(sent, path), kind=kind)
    after = _state(probe, sent)
    require(
        before != after,
        expected=Text(
            vi="tình trạng của văn bản thay đổi sau khi bị thu hồi hoặc thay thế",
            en="the state of a document to change once it is revoked or replaced",
        ),
        observed=f"{kind}: {before} → {after}",
    )


def _about(sent: Sent, path: tuple[str, ...]) -> Change:
    return lambda root: edxml.say(root, sent.document_id, *TRACES, *path)


def _state(probe: Probe, sent: Sent) -> str:
    answer = sending.about(probe, TOLD, sent, sent.sender)
    sending.be_taken(probe, TOLD, answer)
    found = probe.scene.mapping.values(answer, "document.state")
    if not found:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="trả lời không nêu tình trạng của văn bản",
                en="the answer does not tell the state of the document",
            ),
        )
    return str(found[0][1])


def _tell(
    probe: Probe, sent: Sent, who: str | None, status: str, *, wellformed: bool = True
) -> Exchange:
    return sending.about(probe, TELL, sent, who, {"status": status}, wellformed=wellformed)
