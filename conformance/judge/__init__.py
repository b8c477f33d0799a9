"""Verdicts from evidence: a pure function of a plan and its exchanges.

The same code judges a live run and a record read a year later: an active check is asked again
with a door that looks its answers up instead of sending anything; a law looks at the exchanges
of its class. A failure is believed only when the very same demand was broken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from conformance.collected import Evidence
from conformance.contract.operations import Operation
from conformance.door.guard import Guard
from conformance.evidence import Exchange
from conformance.judge import asking, findings
from conformance.judge.belief import FLAKY, Belief, repeatable
from conformance.judge.findings import Finding
from conformance.judge.laws import Laws
from conformance.judge.replaying import ReplayDoor
from conformance.judge.tallies import Tallies
from conformance.plan import TARGET_UNIT, Asked, Item, Plan
from conformance.probe import Ask, Probe, Series, in_series
from conformance.probe.obstacles import came_between
from conformance.probe.questions import BASELINE, Case, Handshake, Lookup, Question
from conformance.tally import Tally
from conformance.text import Text
from conformance.verdict import NotTested, Outcome, Reason, Verdict, Violation

__all__ = ["Finding", "Judge", "ReplayDoor", "repeatable"]


@dataclass
class Judge:
    """Judges the items of one plan on one body of evidence.

    Attributes:
        plan: what is judged.
        evidence: what it is judged on.
        heard: told of each question that is found in the evidence, with the id of its exchange.
        laws: what each law says of one exchange.
    """

    plan: Plan
    evidence: Evidence
    heard: Callable[[str, Question], None] | None = None
    _baselines: dict[str, Exchange | NotTested] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._guard = Guard(self.plan.scene)
        self.laws = Laws(self.plan)
        self._tallies = Tallies(self.plan, self.laws)

    def item(self, item: Item) -> list[Finding]:
        """Return the findings of an item, one for each check it asks.

        What fails under a waiver that is in force was still asked, and is shown as waived.
        """
        found = [self.asked(asked, item.unit) for asked in item.asked]
        waiver = self.plan.waiver(item)
        if waiver is None:
            return found
        said = Text(
            vi=f"được {waiver['by']} miễn trừ đến {waiver['until']} ({waiver['basis']})",
            en=f"waived by {waiver['by']} until {waiver['until']} ({waiver['basis']})",
        )
        return [
            replace(finding, verdict=Verdict.WAIVED, because=said)
            if finding.verdict is Verdict.FAIL
            else finding
            for finding in found
        ]

    def asked(self, asked: Asked, unit: str) -> Finding:
        """Return the finding of one check on one unit."""
        if asked.preset is not None:
            return findings.plain(
                asked.check, unit, asked.preset.verdict, asked.preset.reason, asked.preset.because
            )
        if asked.check.kind == "law":
            return self._law(asked, unit)
        return self._check(asked, unit)

    # --- baselines ------------------------------------------------------------------------------

    def baseline(self, operation: Operation) -> Exchange:
        """Return the baseline exchange of an operation, or raise why there is none."""
        # Looked up once: another thread may make it forgotten in between.
        found = self._baselines.get(operation.unit)
        if found is None:
            found = self._baselines[operation.unit] = self._find_baseline(operation)
        if isinstance(found, NotTested):
            # Remembered and raised again and again: without this its traceback would grow.
            raise found.with_traceback(None)
        return found

    def shaken(self, handshake: Handshake | Lookup, attempt: int) -> Exchange:
        """Return what came of a handshake, or raise `not_in_record`."""
        case = Case(TARGET_UNIT, handshake.case, attempt)
        return ReplayDoor(self.evidence, self._guard, self.heard).shake(handshake, case)

    def series(self, case: Case, asks: Sequence[Ask]) -> Series:
        """Return what came of a series of questions, as far as it is in the record."""
        return in_series(self.probe(case), asks)

    def forget(self) -> None:
        """Forget what is derived from the evidence, because evidence was added."""
        self._baselines.clear()

    def _find_baseline(self, operation: Operation) -> Exchange | NotTested:
        try:
            return self.probe(Case(operation.unit, BASELINE)).trial(operation)
        except NotTested as outcome:
            return outcome

    def probe(self, case: Case) -> Probe:
        """Return a probe that asks the record."""
        door = ReplayDoor(self.evidence, self._guard, self.heard)
        return Probe(self.plan.scene, case, door, self, cut=self.evidence.cut(case))

    # --- active checks --------------------------------------------------------------------------

    def _check(self, asked: Asked, unit: str) -> Finding:
        probe = self.probe(Case(unit, asked.case, 1))
        first, asked_first = self.attempt(asked, unit, probe)
        found = self._believed(asked, unit, first, asked_first, tuple(probe.notes))
        return replace(found, measured=probe.measure)

    def _believed(
        self,
        asked: Asked,
        unit: str,
        first: BaseException | None,
        asked_first: list[Exchange],
        notes: tuple[Text, ...],
    ) -> Finding:
        if not isinstance(first, Violation):
            return findings.of(asked.check, unit, first, _ids(asked_first), notes)
        second, asked_again = self.attempt(asked, unit, self.probe(Case(unit, asked.case, 2)))
        evidence = _ids([*asked_first, *asked_again])
        if isinstance(second, Violation) and second.expected == first.expected:
            return findings.of(asked.check, unit, first, evidence, notes)
        if isinstance(second, NotTested) or (
            second is not None and not isinstance(second, Outcome)
        ):
            return findings.of(asked.check, unit, second, evidence, notes)
        return findings.of(asked.check, unit, FLAKY, evidence, notes)

    def attempt(
        self, asked: Asked, unit: str, probe: Probe
    ) -> tuple[BaseException | None, list[Exchange]]:
        """Run an active check once, live or replayed; return its outcome and what it asked."""
        given = {
            "probe": probe,
            "operation": self.plan.scene.operation(unit),
            "contract": self.plan.scene.contract,
            "target": self.plan.target,
            "mapping": self.plan.scene.mapping,
            # Of all that was asked: put together for those who look at it.
            "calls": self.evidence.calls if "calls" in asked.check.given else (),
        }
        outcome = asking.outcome(asked.check, given, asked.parameters)
        return outcome, probe.asked

    # --- laws -----------------------------------------------------------------------------------

    def _law(self, asked: Asked, unit: str) -> Finding:
        tally = self.tally(asked, unit)
        if tally.buckets:
            believed = Belief(self.plan, self.laws, self.evidence).finding(asked, unit, tally)
            if believed.verdict is Verdict.FAIL or tally.ours is None:
                return believed
        if tally.ours is not None:
            return findings.of(asked.check, unit, tally.ours, tally.erring)
        if tally.unread is not None:
            return findings.of(asked.check, unit, tally.unread, tally.unseen)
        if tally.held:
            note = Text(vi=f"đã xét {tally.held} lượt gọi", en=f"{tally.held} exchanges looked at")
            return findings.of(asked.check, unit, None, tally.holding, (note,))
        return findings.of(asked.check, unit, tally.open or tally.false or self._why_none(unit), [])

    def tally(self, asked: Asked, unit: str) -> Tally:
        """Return what a law came to on the exchanges of its class."""
        if asked.check.on == "baseline":
            made = Tally()
            for exchange in self._baseline_class(unit):
                made.add(exchange, self.laws.of(asked, exchange))
            if not asked.check.generated:
                return made
            return made.and_then(self._tallies.of(asked, unit, self.evidence))
        return self._tallies.of(asked, unit, self.evidence)

    def _baseline_class(self, unit: str) -> Iterator[Exchange]:
        if unit == TARGET_UNIT:
            for exchange in self.evidence.of(Case(TARGET_UNIT, BASELINE)):
                if exchange.response is not None and not came_between(exchange):
                    yield exchange
        for operation in self.plan.scene.operations:
            if unit in {TARGET_UNIT, operation.unit}:
                try:
                    yield self.baseline(operation)
                except NotTested:
                    continue

    def _why_none(self, unit: str) -> NotTested:
        """Return why there is no exchange of the class: as a rule the baseline knows."""
        operation = self.plan.scene.operation(unit)
        if operation is not None:
            try:
                answer = self.baseline(operation)
            except NotTested as outcome:
                return outcome
            said = f"{operation.unit} → {answer.status}"
            return NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"chưa có trả lời thuộc loại cần xét: {said}",
                    en=f"no answer of the kind to look at: {said}",
                ),
            )
        return NotTested(
            Reason.INCONCLUSIVE, Text(vi="chưa có trả lời nào để xét", en="no answer to look at")
        )


def _ids(exchanges: Iterable[Exchange]) -> list[str]:
    # A baseline that both attempts looked at is one piece of evidence.
    return list(dict.fromkeys(exchange.id for exchange in exchanges))
