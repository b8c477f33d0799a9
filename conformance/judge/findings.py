"""Findings: the verdict of one check on one unit, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conformance.check import Check
from conformance.incidents import Incident
from conformance.measure import Measure
from conformance.plan import Asked
from conformance.tally import SHOWN, Tally
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Verdict, Violation


@dataclass(frozen=True)
class Finding:
    """The verdict of one check on one unit, with what it rests on.

    `single` marks a failure that could not be repeated without harm and rests on one exchange.
    `by` is the exchange that broke the clause, where the check said which. `incidents` tells
    apart the ways in which generated requests broke it. `measured` is the number that was found,
    where the clause demands one.
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
    measured: Measure | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the shape of one entry of `results` in results.json."""
        told: dict[str, Any] = {}
        if self.incidents:
            told["incidents"] = [one.as_json() for one in self.incidents]
        if self.measured is not None:
            told["measured"] = self.measured.as_json()
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


def of(  # noqa: PLR0913  # the parts of a finding
    asked: Check,
    unit: str,
    outcome: BaseException | None,
    shown: Iterable[str],
    notes: tuple[Text, ...] = (),
    *,
    single: bool = False,
) -> Finding:
    """Return the finding that an outcome makes; None is one that holds."""
    evidence = tuple(shown)
    if outcome is None:
        return plain(asked, unit, Verdict.PASS, notes=notes, evidence=evidence)
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
        return plain(asked, unit, verdict, reason, outcome.because, evidence, notes)
    # Only the kind of the error is told: its text may quote what must not be kept.
    kind = type(outcome).__name__
    because = Text(vi=f"lỗi của bộ kiểm thử: {kind}", en=f"our own error: {kind}")
    return plain(asked, unit, Verdict.ERROR, None, because, evidence)


def plain(  # noqa: PLR0913, PLR0917  # the parts of a finding
    asked: Check,
    unit: str,
    verdict: Verdict,
    reason: Reason | None = None,
    because: Text | None = None,
    evidence: tuple[str, ...] = (),
    notes: tuple[Text, ...] = (),
) -> Finding:
    """Return a finding that compares nothing: a verdict, and why."""
    return Finding(
        asked.id, asked.catalogue, unit, verdict, reason, because, evidence=evidence, notes=notes
    )


def broken(  # noqa: PLR0913  # the parts of a finding
    asked: Asked, unit: str, violation: Violation, tally: Tally, shown: list[str], *, single: bool
) -> Finding:
    """Return the finding of a law that was broken, with the places where it was."""
    listed = ", ".join(list(tally.units)[:SHOWN])
    said = len(tally.units)
    notes = (Text(vi=f"thấy ở {said} nơi: {listed}", en=f"seen on {said}: {listed}"),)
    return of(asked.check, unit, violation, shown[:SHOWN], notes, single=single)
