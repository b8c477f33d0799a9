"""A refused stranger beside somebody who may, and what only the latter was told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from conformance.check import require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.likeness import fits, record_kinds, steady, tells_something, values
from conformance.probe import Probe
from conformance.probe.questions import Question, is_stranger
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# Fewer values may stand in two envelopes by chance: a version, a service, "success".
_FEWEST_VALUES = 3
_SMALLEST_RECORD = 3


@dataclass
class Refusal:
    """One operation that a stranger is refused, and how to tell whether it is disclosed after all.

    Attributes:
        probe: who asks.
        operation: the operation.
        stranger: the refusal.
        allowed: the answer to somebody who may, asked just after.
    """

    probe: Probe
    operation: Operation
    stranger: Exchange
    allowed: Exchange

    @classmethod
    def of(cls, probe: Probe, operation: Operation) -> Refusal:
        """Return the refusal of an operation, with its control.

        Raises:
            NotTested: a stranger is not refused, or somebody who may does not succeed.
        """
        stranger = probe.call(operation, identity=None)
        if not 400 <= stranger.status < 500:
            said = f"{operation.unit} → {stranger.status}"
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"người lạ không bị từ chối, nên không có gì để vượt qua: {said}",
                    en=f"a stranger is not refused, so there is nothing to get round: {said}",
                ),
            )
        return cls(probe, operation, stranger, probe.control(operation))

    @property
    def url(self) -> str:
        """Where the operation is, without any credential."""
        return self.probe.form(self.operation, identity=None).url

    def question(self, **bent: Any) -> Question:
        """Return the stranger's question, bent: no longer a call that the contract means."""
        formed = self.probe.form(self.operation, identity=None)
        method, url = bent.get("method", "GET"), bent.get("url", formed.url)
        headers = (*formed.headers, *bent.get("headers", ()))
        return Question(method, url, headers, raw=bent.get("raw", False), wellformed=False)

    def holds(
        self, attempts: Iterable[tuple[str, Question]], *, expected: Text, records: bool = False
    ) -> None:
        """Require that no attempt, each named, brings out what the stranger is refused.

        An attempt that a firewall stops is refused as well.

        Raises:
            NotTested: an attempt got no answer, or a firewall stopped all of them.
        """
        reached, open_ = False, None
        for name, question in attempts:
            try:
                answer = self.probe.send(question)
            except NotTested as outcome:
                if outcome.reason is not Reason.BLOCKED:
                    open_ = open_ or outcome
                continue
            reached = True
            require(
                not (answer.succeeded and self.discloses(answer, records=records)),
                expected=expected,
                observed=Text(
                    vi=f"{name} → {answer.status} với dữ liệu chỉ người có quyền mới được xem",
                    en=f"{name} → {answer.status} with data that only the authorised may see",
                ),
            )
        if open_ is not None:
            raise open_
        if not reached:
            raise NotTested(
                Reason.BLOCKED,
                Text(vi="tường lửa chặn mọi câu hỏi", en="a firewall stopped every question"),
            )

    def discloses(self, answer: Exchange, *, records: bool) -> bool:
        """Whether a success tells a stranger what only somebody who may was told.

        It does where it is the same answer, or carries most of the values that were only there;
        with `records`, also where it carries records of that kind, whoever they are about.

        Raises:
            NotTested: the bodies were withheld, or the control holds nothing to compare.
        """
        if self.allowed.is_json and answer.media_type == "text/html":
            return False  # a page for everything, as a rule to log in
        mine, theirs = self._steady, answer.json()
        if mine is None:
            return bool(answer.body) and answer.body == self.allowed.body and not self._is_public
        if tells_something(mine) and fits(theirs, mine) and not self._is_public:
            return True
        carried = self._values & values(theirs)
        if len(carried) >= _FEWEST_VALUES and 2 * len(carried) >= len(self._values):
            return True
        if records and record_kinds(theirs) & self._kinds:
            return True
        if theirs is not None and not self._values:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"{self.operation.unit}: đối chứng không có dữ liệu nào để so sánh",
                    en=f"{self.operation.unit}: the control holds no data to compare with",
                ),
            )
        return False

    # --- what only somebody who may was told, found out when it is needed -------------------------

    @cached_property
    def _steady(self) -> Any:
        """What two answers to somebody who may have in common."""
        return steady(self.allowed.json(), self.probe.control(self.operation).json())

    @cached_property
    def _public(self) -> list[Exchange]:
        """What everybody is told anyway."""
        found = [self.stranger]
        # Without this one, only less is known to be public.
        with contextlib.suppress(NotTested):
            found.append(self.probe.get(self.probe.unknown_path()))
        for operation in self.probe.scene.operations:
            if operation.method != "GET" or operation.secured:
                continue
            try:
                answer = self.probe.baseline(operation)
            except NotTested:
                continue
            if is_stranger(answer.identity):
                found.append(answer)
        return found

    @cached_property
    def _is_public(self) -> bool:
        return any(
            answer.body == self.allowed.body or fits(answer.json(), self._steady)
            for answer in self._public
        )

    @cached_property
    def _values(self) -> set[str]:
        known = set().union(*(values(answer.json()) for answer in self._public))
        asked = unquote(self.allowed.request.url)
        return {value for value in values(self._steady) - known if value not in asked}

    @cached_property
    def _kinds(self) -> set[frozenset[str]]:
        known = set().union(*(record_kinds(answer.json()) for answer in self._public))
        kinds = record_kinds(self.allowed.json()) - known
        return {kind for kind in kinds if len(kind) >= _SMALLEST_RECORD}
