"""A door that leads into a record instead of to a target."""

from __future__ import annotations

from collections.abc import Callable

from conformance.collected import Evidence
from conformance.door.guard import Guard
from conformance.evidence import Exchange
from conformance.probe.questions import Case, Handshake, Lookup, Question, question_digest
from conformance.text import Text
from conformance.verdict import NotTested, Reason


class ReplayDoor:
    """A door that leads into a record: the n-th question of a case gets its n-th answer."""

    def __init__(
        self, evidence: Evidence, guard: Guard, heard: Callable[[str, Question], None] | None = None
    ) -> None:
        self._evidence = evidence
        self._guard = guard
        self._heard = heard
        self._cursor = 0

    def ask(self, question: Question, case: Case) -> Exchange:
        """Return the recorded exchange of this very question, or raise `not_in_record`."""
        self._guard.check(question)
        recorded = self._evidence.of(case)
        number, self._cursor = self._cursor, self._cursor + 1
        if number < len(recorded):
            exchange = recorded[number]
            if exchange.facts.get("asked") == question_digest(question):
                if self._heard is not None:
                    self._heard(exchange.id, question)
                return exchange
        raise NotTested(
            Reason.NOT_IN_RECORD,
            Text(
                vi=f"bản ghi không có câu hỏi {question.method} này ({case.name})",
                en=f"the record does not hold this {question.method} question ({case.name})",
            ),
        )

    def shake(self, handshake: Handshake | Lookup, case: Case) -> Exchange:
        """Return the recorded exchange of this very handshake or lookup.

        Raises:
            NotTested: `not_in_record`.
        """
        for exchange in self._evidence.of(case):
            if exchange.facts.get("asked") == question_digest(handshake):
                return exchange
        raise NotTested(
            Reason.NOT_IN_RECORD,
            Text(
                vi=f"bản ghi không có bắt tay hoặc lượt tra DNS này ({case.name})",
                en=f"the record does not hold this handshake or lookup ({case.name})",
            ),
        )
