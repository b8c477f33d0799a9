"""What the axis remembers: documents, who may see them, and what became of them."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conformance.sandbox import demonstration
from conformance.sandbox.demonstration import Person
from conformance.sandbox.document_axis import data, envelope
from conformance.sandbox.document_axis.envelope import Envelope
from conformance.sandbox.messages import Refusal
from conformance.sandbox.service import NotYoursError

ARRIVED, REFUSED, TAKEN, ASSIGNED, WORKING, DONE = "01", "02", "03", "04", "05", "06"
ASKED_BACK, GIVEN_BACK, KEPT = "13", "15", "16"
# The codes are those of software in use; the moves are an inference from their meaning.
MOVES: Mapping[str, frozenset[str]] = {
    ARRIVED: frozenset({REFUSED, TAKEN, ASKED_BACK}),
    REFUSED: frozenset(),
    TAKEN: frozenset({ASSIGNED, WORKING, DONE, ASKED_BACK}),
    ASSIGNED: frozenset({WORKING, DONE, ASKED_BACK}),
    WORKING: frozenset({DONE, ASKED_BACK}),
    DONE: frozenset(),
    ASKED_BACK: frozenset({GIVEN_BACK, KEPT}),
    GIVEN_BACK: frozenset(),
    KEPT: frozenset({ASSIGNED, WORKING, DONE}),
}
# What became of a document by a later message about it.
ENDS = {"revocation": "revoked", "replacement": "replaced", "update": "updated"}
MOST_DOCUMENTS = 2000
MOST_STEPS = 200
MOST_EVENTS = 1000
_NOT_FOUND = "Không tìm thấy văn bản."


@dataclass
class Carried:
    """One document on the axis.

    Attributes:
        doc_id: the number that the axis gave it.
        message: the bytes that were sent, which nobody may change: they are signed.
        said: what they say.
        received: when they came.
        steps: what receivers told, oldest first.
        state: `sent`, `revoked`, `replaced` or `updated`.
        by: the number of the document that ended it.
    """

    doc_id: str
    message: bytes
    said: Envelope
    received: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)
    state: str = "sent"
    by: str | None = None

    def is_open_to(self, organisation: str | None) -> bool:
        """Whether an agency sent or received it."""
        return organisation in (self.said.sender, *self.said.receivers)

    def status(self, receiver: str) -> str:
        """Return what a receiver told last."""
        told = [step["status"] for step in self.steps if step["organId"] == receiver]
        return str(told[-1]) if told else ARRIVED

    def summary(self, receiver: str | None = None) -> dict[str, Any]:
        """Return the line of a list; with what a receiver told last, where one asks."""
        return {
            "docId": self.doc_id,
            "documentId": self.said.document_id,
            "messageType": self.said.kind,
            "fromOrganId": self.said.sender,
            "toOrganIds": list(self.said.receivers),
            "subject": self.said.subject,
            "promulgationDate": self.said.promulgated,
            "receivedAt": self.received,
            **({"status": self.status(receiver)} if receiver else {}),
            **self.end(),
        }

    def end(self) -> dict[str, Any]:
        """Return what became of it, by which other document."""
        return {"state": self.state, **({"endedBy": self.by} if self.by else {})}


class Store:
    """The memory of one axis; lives as long as it or until it is reset."""

    def __init__(self) -> None:
        self._documents: dict[str, Carried] = {}
        self.events: deque[tuple[str, str]] = deque(maxlen=MOST_EVENTS)
        for seed in data.SEEDS:
            said = envelope.opened(seed.message, data.CLOSED)
            received = datetime.combine(said.promulgated, datetime.min.time())
            when = received.replace(hour=9, tzinfo=demonstration.VIETNAM)
            document = Carried(seed.doc_id, seed.message, said, when)
            self._documents[seed.doc_id] = document
            for status in seed.statuses:
                _note(document, said.receivers[0], status, "Cập nhật trạng thái", when)
        self._seeds = len(self._documents)

    def log(self, person: Person, action: str) -> None:
        """Write into the log who did what."""
        self.events.append((person.username, action))

    def send(
        self, person: Person, message: bytes, said: Envelope, overlooks: frozenset[str]
    ) -> Carried:
        """Take a message in and deliver it.

        Raises:
            Refusal: 403 for another agency's name, 400 for a receiver that nobody knows or a
                document that the sender never sent, 409 for a document that was sent before.
        """
        if said.sender != person.organisation and "sender" not in overlooks:
            raise Refusal(403, "Bên gửi trong thông điệp không phải cơ quan đã xác thực.")
        unknown = [code for code in said.receivers if code not in data.NAMES]
        if unknown and not overlooks & {"old-codes", "closed-codes"}:
            raise Refusal(400, "Có bên nhận không có trong danh mục cơ quan.")
        known = self._named(said.sender, said.document_id)
        if known is not None and "twice" not in overlooks:
            if "again" in overlooks and known.message == message:
                return known
            raise Refusal(409, "Văn bản có mã này đã được gửi.")
        about = [self._ended(said, name, overlooks) for name in said.about]
        self._make_room()
        document = Carried(str(uuid.uuid4()), message, said, datetime.now(demonstration.VIETNAM))
        self._documents[document.doc_id] = document
        for ended in about if said.kind not in overlooks else ():
            ended.state, ended.by = ENDS.get(said.kind, ended.state), document.doc_id
        return document

    def visible(self, person: Person) -> Iterator[Carried]:
        """Yield the documents that an agency sent or received, newest first."""
        for document in reversed(self._documents.values()):
            if person.everyone or document.is_open_to(person.organisation):
                yield document

    def read(self, person: Person, doc_id: str) -> Carried:
        """Return a document.

        Raises:
            NotYoursError: there is one, between others.
            Refusal: 404 when there is none.
        """
        document = self._documents.get(doc_id)
        if document is None:
            raise Refusal(404, _NOT_FOUND)
        if not (person.everyone or document.is_open_to(person.organisation)):
            raise NotYoursError(404, _NOT_FOUND)
        return document

    def tell(
        self, person: Person, doc_id: str, body: Mapping[str, Any], overlooks: frozenset[str]
    ) -> dict[str, Any]:
        """Record what a receiver tells of a document; telling the same again adds nothing.

        Raises:
            Refusal: 404, 403 for whoever did not receive it, 409 for an impossible move.
        """
        document = self.read(person, doc_id)
        status, teller = body["status"], str(person.organisation)
        by_sender = status == ASKED_BACK and teller == document.said.sender
        if not by_sender and teller not in document.said.receivers and "teller" not in overlooks:
            raise Refusal(403, "Chỉ bên nhận mới được cập nhật trạng thái của văn bản.")
        whose = document.said.receivers if by_sender else (teller,)
        steps = [self._step(document, one, body, overlooks) for one in whose]
        return steps[0]

    def _step(
        self, document: Carried, whose: str, body: Mapping[str, Any], overlooks: frozenset[str]
    ) -> dict[str, Any]:
        now, then = document.status(whose), body["status"]
        note = body.get("note", "Cập nhật trạng thái")
        for step in document.steps if then == now else ():
            if (step["organId"], step["status"], step["note"]) == (whose, then, note):
                return step
        # A receiver may have more to say of a document that stays where it is.
        stays = then == now and then not in {ARRIVED, ASKED_BACK}
        again = "reopening" in overlooks and then == TAKEN
        possible = stays or again or then in MOVES.get(now, ())
        if not possible and "moves" not in overlooks:
            raise Refusal(409, f"Không thể chuyển trạng thái từ {now} sang {then}.")
        if len(document.steps) >= MOST_STEPS:
            raise Refusal(409, "Văn bản đã có quá nhiều lần cập nhật trạng thái.")
        return _note(document, whose, then, note, datetime.now(demonstration.VIETNAM))

    def _named(self, sender: str, document_id: str) -> Carried | None:
        return next(
            (
                one
                for one in self._documents.values()
                if (one.said.sender, one.said.document_id) == (sender, document_id)
            ),
            None,
        )

    def _ended(self, said: Envelope, name: str, overlooks: frozenset[str]) -> Carried:
        """Return the document that a message is about."""
        known = self._named(said.sender, name)
        for one in self._documents.values() if known is None else ():
            theirs = "owner" in overlooks or ("party" in overlooks and one.is_open_to(said.sender))
            if one.said.document_id == name and theirs:
                return one
        if known is None:
            raise Refusal(400, "Văn bản được nhắc tới không do cơ quan này gửi.")
        return known

    def _make_room(self) -> None:
        """Forget the oldest document that a caller sent, so that memory stays bounded."""
        if len(self._documents) >= MOST_DOCUMENTS:
            del self._documents[list(self._documents)[self._seeds]]


def _note(document: Carried, whose: str, status: str, note: str, when: datetime) -> dict[str, Any]:
    step = {
        "docId": document.doc_id,
        "organId": whose,
        "status": status,
        "note": note,
        "timeStamp": when,
    }
    document.steps.append(step)
    return step
