"""Verdicts from evidence: a pure function of a plan and its exchanges.

The same code judges a live run and a record read a year later: an active check is asked again
with a door that looks its answers up instead of sending anything; a law looks at the exchanges
of its class. A failure is believed only when the very same demand was broken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from conformance import incidents
from conformance.check import Check
from conformance.collected import Evidence
from conformance.contract.operations import SAFE_METHODS, Operation
from conformance.door.guard import Guard
from conformance.errors import StorageError
from conformance.evidence import Exchange
from conformance.incidents import Incident
from conformance.plan import TARGET_UNIT, Asked, Item, Plan
from conformance.privacy.hidden import redacted
from conformance.probe import Ask, Probe, Series, in_series
from conformance.probe.obstacles import asked_to_wait, came_between
from conformance.probe.questions import Case, Handshake, Question, question_digest
from conformance.tally import SHOWN, Tally
from conformance.text import Text
from conformance.trees import HIDDEN
from conformance.verdict import NotApplicable, NotTested, Outcome, Reason, Verdict, Violation

BASELINE = "baseline"


@dataclass(frozen=True)
class Finding:
    """The verdict of one check on one unit, with what it rests on.

    `single` marks a failure that could not be repeated without harm and rests on one exchange.
    `by` is the exchange that broke the clause, where the check said which. `incidents` tells
    apart the ways in which generated requests broke it.
    """

    check: str
    catalogue: str
    unit: str
    verdict: Verdict
    reason: Reason | None = None
    because: Text | None = None
    expected: Text | None = None
    observed: Text | None = None
    notes: tuple[Text, ...] = ()
    evidence: tuple[str, ...] = ()
    single: bool = False
    by: str = ""
    incidents: tuple[Incident, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the shape of one entry of `results` in results.json."""
        told = {"incidents": [one.as_json() for one in self.incidents]} if self.incidents else {}
        return {
            "check": self.check,
            "catalogue": self.catalogue,
            "unit": self.unit,
            "verdict": str(self.verdict),
            "reason": str(self.reason) if self.reason else None,
            "because": self.because.as_json() if self.because else None,
            "expected": self.expected.en if self.expected else None,
            "expected_vi": self.expected.vi if self.expected else None,
            "observed": self.observed.en if self.observed else None,
            "observed_vi": self.observed.vi if self.observed else None,
            "notes": [note.as_json() for note in self.notes],
            "evidence": list(self.evidence),
            "single": self.single,
            **told,
        }


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

    def shake(self, handshake: Handshake, case: Case) -> Exchange:
        """Return the recorded exchange of this very handshake, or raise `not_in_record`."""
        for exchange in self._evidence.of(case):
            if exchange.facts.get("asked") == question_digest(handshake):
                return exchange
        raise NotTested(
            Reason.NOT_IN_RECORD,
            Text(
                vi=f"bản ghi không có bắt tay này ({case.name})",
                en=f"the record does not hold this handshake ({case.name})",
            ),
        )


@dataclass
class Judge:
    """Judges the items of one plan on one body of evidence.

    Attributes:
        plan: what is judged.
        evidence: what it is judged on.
        heard: told of each question that is found in the evidence, with the id of its exchange.
    """

    plan: Plan
    evidence: Evidence
    heard: Callable[[str, Question], None] | None = None
    _baselines: dict[str, Exchange | NotTested] = field(default_factory=dict)
    _of_laws: dict[str, dict[str, BaseException | None]] = field(default_factory=dict)

    # By unit and case.
    _tallies: dict[str, dict[str, tuple[Asked, Tally]]] = field(default_factory=dict)
    _looked: int = 0

    def __post_init__(self) -> None:
        self._guard = Guard(self.plan.scene)

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
            return _finding(
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

    def shaken(self, handshake: Handshake, attempt: int) -> Exchange:
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
        return Probe(
            self.plan.scene, case, ReplayDoor(self.evidence, self._guard, self.heard), self
        )

    # --- active checks --------------------------------------------------------------------------

    def _check(self, asked: Asked, unit: str) -> Finding:
        probe = self.probe(Case(unit, asked.case, 1))
        first, asked_first = self.attempt(asked, unit, probe)
        notes = tuple(probe.notes)
        if not isinstance(first, Violation):
            return _found(asked.check, unit, first, _ids(asked_first), notes)
        second, asked_again = self.attempt(asked, unit, self.probe(Case(unit, asked.case, 2)))
        evidence = _ids([*asked_first, *asked_again])
        if isinstance(second, Violation) and second.expected == first.expected:
            return _found(asked.check, unit, first, evidence, notes)
        if isinstance(second, NotTested) or (
            second is not None and not isinstance(second, Outcome)
        ):
            return _found(asked.check, unit, second, evidence, notes)
        return _found(asked.check, unit, _FLAKY, evidence, notes)

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
        outcome = _outcome(asked.check, given, asked.parameters)
        return outcome, probe.asked

    # --- laws -----------------------------------------------------------------------------------

    def _law(self, asked: Asked, unit: str) -> Finding:
        tally = self.tally(asked, unit)
        if tally.buckets:
            found = self._believed(asked, unit, tally)
            if found.verdict is Verdict.FAIL or tally.ours is None:
                return found
        if tally.ours is not None:
            return _found(asked.check, unit, tally.ours, tally.erring)
        if tally.unread is not None:
            return _found(asked.check, unit, tally.unread, tally.unseen)
        if tally.held:
            note = Text(vi=f"đã xét {tally.held} lượt gọi", en=f"{tally.held} exchanges looked at")
            return _found(asked.check, unit, None, tally.holding, (note,))
        return _found(asked.check, unit, tally.open or tally.false or self._why_none(unit), [])

    def tally(self, asked: Asked, unit: str) -> Tally:
        """Return what a law came to on the exchanges of its class."""
        if asked.check.on == "baseline":
            made = Tally()
            for exchange in self._baseline_class(unit):
                made.add(exchange, self.of_law(asked, exchange))
            return made.and_then(self._over_all(asked, unit)) if asked.check.generated else made
        return self._over_all(asked, unit)

    def _over_all(self, asked: Asked, unit: str) -> Tally:
        """Return what a law came to on what it looks at of all traffic."""
        if asked.case not in self._tallies.get(unit, {}):
            # All laws at once: an exchange may have to be loaded from a file.
            self._looked = 0
            self._tallies = {unit: {asked.case: (asked, Tally())}}
            for item in self.plan.items:
                for law in item.asked:
                    if law.check.kind == "law" and _looks_at_all(law.check) and not law.preset:
                        self._tallies.setdefault(item.unit, {})[law.case] = law, Tally()
        for exchange in self.evidence.since(self._looked):
            self._look(exchange)
            self._looked += 1
        return self._tallies[unit][asked.case][1]

    def _look(self, exchange: Exchange) -> None:
        """Have one exchange judged by every law of whose class it is."""
        if exchange.attempt != 1 or exchange.response is None:
            return
        if exchange.facts.get("housekeeping"):
            return
        if not exchange.request.url.startswith(self.plan.target.base_url):
            return  # somebody else's answer: the plain HTTP port of the host
        proper = bool(exchange.facts.get("wellformed", True)) and not came_between(exchange)
        bent = "generated" in exchange.facts and not came_between(exchange)
        # What was asked on behalf of an operation is its own, though it calls none: HEAD, say.
        operation = exchange.facts.get("operation") or exchange.unit
        for unit in dict.fromkeys((TARGET_UNIT, operation)):
            for asked, tally in self._tallies.get(unit, {}).values():
                concerned = proper or asked.check.hostile or (bent and asked.check.generated)
                if concerned and self._in_class(asked.check, exchange):
                    tally.add(exchange, self._ask_law(asked, exchange))

    def of_law(self, asked: Asked, exchange: Exchange) -> BaseException | None:
        """Return the outcome of a law on one exchange; None where it holds.

        An exchange never changes, so a live run, which asks several times, asks a law only once.
        """
        known = self._of_laws.setdefault(asked.case, {})
        if exchange.id not in known:
            known[exchange.id] = self._ask_law(asked, exchange)
        return known[exchange.id]

    def _ask_law(self, asked: Asked, exchange: Exchange) -> BaseException | None:
        given = {
            "answer": exchange,
            "operation": self.plan.scene.operation(exchange.facts.get("operation", "")),
            "contract": self.plan.scene.contract,
            "target": self.plan.target,
            "mapping": self.plan.scene.mapping,
        }
        if "operation" in asked.check.given and given["operation"] is None:
            return NotApplicable(Text(vi="không phải lời gọi thao tác", en="no operation called"))
        return _outcome(asked.check, given, asked.parameters)

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

    def _in_class(self, law: Check, exchange: Exchange) -> bool:
        if law.on == "all":
            return True
        if law.on in {"baseline", "generated"}:
            return "generated" in exchange.facts
        if law.on == "errors":
            return exchange.status >= 400  # noqa: PLR2004  # RFC 9110, 15.5
        operation = self.plan.scene.operation(exchange.facts.get("operation", ""))
        if operation is None:
            return False
        if law.on == "2xx":
            return exchange.succeeded
        return operation.documented(exchange.status) is not None

    def _believed(self, asked: Asked, unit: str, tally: Tally) -> Finding:
        """Believe the first violation that was broken again, or that could not be repeated.

        What the run itself changed meanwhile cannot be repeated either: who asks again for what a
        write has moved asks something else.
        """
        doubt: NotTested = _FLAKY
        moved: tuple[Exchange, Violation, Exchange] | None = None
        believed: Finding | None = None
        seen: list[Incident] = []
        for exchange, violation in tally.buckets.values():
            repeated = self.evidence.again(exchange)
            if repeated is None:
                if repeatable(exchange, self.plan):
                    doubt = _NOT_REPEATED
                    continue
                believed = believed or _broken(
                    asked, unit, violation, tally, tally.offenders, single=True
                )
                smaller = self._smaller(asked, exchange, violation)
                seen.append(incidents.of(exchange, violation, None, smaller))
                continue
            if repeated.response is None or _says_nothing(repeated):
                doubt = _NOT_REPEATED
                continue
            outcome = self.of_law(asked, repeated)
            if isinstance(outcome, Violation) and outcome.expected == violation.expected:
                others = (name for name in tally.offenders if name != exchange.id)
                shown = [exchange.id, repeated.id, *others]
                believed = believed or _broken(asked, unit, violation, tally, shown, single=False)
                smaller = self._smaller(asked, exchange, violation)
                seen.append(incidents.of(exchange, violation, repeated, smaller))
                continue
            if moved is None and (write := self._write_between(exchange, repeated)):
                moved = exchange, violation, write
        if believed is not None:
            return replace(believed, incidents=incidents.told(seen))
        if moved is not None:
            exchange, violation, write = moved
            shown = [exchange.id, write.id, *(n for n in tally.offenders if n != exchange.id)]
            return _broken(asked, unit, violation, tally, shown, single=True)
        return _found(asked.check, unit, doubt, tally.offenders[:SHOWN])

    def _smaller(
        self, asked: Asked, exchange: Exchange, violation: Violation
    ) -> Iterator[Exchange]:
        """Yield the smaller requests that broke the law in the same way, the smallest last."""
        if "generated" not in exchange.facts:
            return
        for one in self.evidence.of(Case(*incidents.case_of(exchange))):
            if one.response is not None and one.status == exchange.status:
                outcome = self.of_law(asked, one)
                if isinstance(outcome, Violation) and outcome.expected == violation.expected:
                    yield one

    def _write_between(self, first: Exchange, again: Exchange) -> Exchange | None:
        """Return a write of the run's own that explains why a repetition has another status.

        It succeeded between the two, at the address of both, above or below it. An error of the
        server on either side needs no such explanation: that one comes and goes by itself.
        """
        if first.status == again.status or max(first.status, again.status) >= 500:  # noqa: PLR2004  # RFC 9110, 15.6
            return None
        for exchange in self.evidence.between(first, again):
            writes = exchange.response is not None and exchange.succeeded
            if writes and not repeatable(exchange, self.plan) and _touches(exchange, first):
                return exchange
        return None

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


_FLAKY = NotTested(
    Reason.FLAKY,
    Text(vi="lần lặp lại cho kết quả khác", en="a repetition came out differently"),
)
_NOT_REPEATED = NotTested(
    Reason.INCONCLUSIVE,
    Text(vi="vi phạm chưa được lặp lại để xác nhận", en="the violation was not reproduced"),
)


def _looks_at_all(law: Check) -> bool:
    return law.on != "baseline" or law.generated


def repeatable(exchange: Exchange, plan: Plan) -> bool:
    """Whether the request of an exchange may be sent again without changing anything."""
    operation = plan.scene.operation(exchange.facts.get("operation", ""))
    return exchange.request.method in SAFE_METHODS or (operation is not None and operation.safe)


def _touches(write: Exchange, read: Exchange) -> bool:
    """Whether an address lies at another one, above or below it."""
    one, other = (urlsplit(e.request.url).path.rstrip("/") + "/" for e in (write, read))
    return one.startswith(other) or other.startswith(one)


def _says_nothing(repeated: Exchange) -> bool:
    """Whether a repetition came while the target throttled, or was away."""
    return asked_to_wait(repeated) or bool(repeated.facts.get("away"))


def _outcome(
    asked: Check, given: Mapping[str, Any], parameters: Mapping[str, Any]
) -> BaseException | None:
    ask: Callable[..., None] = asked.ask
    try:
        ask(*(given[name] for name in asked.given), **parameters)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, StorageError):
        raise
    except Violation as violation:
        # Whoever shows a hidden value has judged its token, which is no value.
        return redacted() if HIDDEN.search(violation.observed.en) else _light(violation)
    except Outcome as outcome:
        return _light(outcome)
    except BaseException as outcome:  # noqa: BLE001  # exception groups are no Exception: a check must not end a run
        return outcome
    return None


def _ids(exchanges: Iterable[Exchange]) -> list[str]:
    # A baseline that both attempts looked at is one piece of evidence.
    return list(dict.fromkeys(exchange.id for exchange in exchanges))


def _light(outcome: Outcome) -> Outcome:
    """Return an outcome without the frames that it came through: it is kept as long as the run."""
    outcome.__context__ = outcome.__cause__ = None
    return outcome.with_traceback(None)


def _broken(  # noqa: PLR0913  # the parts of a finding
    asked: Asked, unit: str, violation: Violation, tally: Tally, shown: list[str], *, single: bool
) -> Finding:
    listed = ", ".join(list(tally.units)[:SHOWN])
    said = len(tally.units)
    notes = (Text(vi=f"thấy ở {said} nơi: {listed}", en=f"seen on {said}: {listed}"),)
    return _found(asked.check, unit, violation, shown[:SHOWN], notes, single=single)


def _found(  # noqa: PLR0913  # the parts of a finding
    asked: Check,
    unit: str,
    outcome: BaseException | None,
    shown: Iterable[str],
    notes: tuple[Text, ...] = (),
    *,
    single: bool = False,
) -> Finding:
    evidence = tuple(shown)
    if outcome is None:
        return _finding(asked, unit, Verdict.PASS, notes=notes, evidence=evidence)
    if isinstance(outcome, Violation):
        return Finding(
            asked.id,
            asked.catalogue,
            unit,
            Verdict.FAIL,
            expected=outcome.expected,
            observed=outcome.observed,
            notes=notes,
            evidence=evidence,
            single=single,
            by=outcome.by,
        )
    if isinstance(outcome, NotApplicable | NotTested):
        reason = outcome.reason if isinstance(outcome, NotTested) else None
        verdict = Verdict.NOT_TESTED if reason else Verdict.NOT_APPLICABLE
        return _finding(asked, unit, verdict, reason, outcome.because, evidence, notes)
    # Only the kind of the error is told: its text may quote what must not be kept.
    kind = type(outcome).__name__
    because = Text(vi=f"lỗi của bộ kiểm thử: {kind}", en=f"our own error: {kind}")
    return _finding(asked, unit, Verdict.ERROR, None, because, evidence)


def _finding(  # noqa: PLR0913, PLR0917  # the parts of a finding
    asked: Check,
    unit: str,
    verdict: Verdict,
    reason: Reason | None = None,
    because: Text | None = None,
    evidence: tuple[str, ...] = (),
    notes: tuple[Text, ...] = (),
) -> Finding:
    return Finding(
        asked.id, asked.catalogue, unit, verdict, reason, because, evidence=evidence, notes=notes
    )
