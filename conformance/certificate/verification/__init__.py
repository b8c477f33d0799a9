"""Verifying a certificate, step by step, from files alone: valid, not valid, or unknown.

Each step answers one question and rests on those before it only where it says so. The whole is
valid only if every step is; what cannot be known is never taken for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.certificate.verification import content, registered, signing
from conformance.certificate.verification.case import Answer, Case, Question, Stop
from conformance.errors import ConformanceError
from conformance.text import Text

__all__ = ["STEPS", "Answer", "Question", "Step", "overall", "verify", "verify_bundle"]

STEPS: Mapping[str, Callable[[Case], Text]] = {
    "structure": signing.structure,
    "signatures": signing.signatures,
    "log": registered.log,
    "timestamp": signing.timestamp,
    "chain": signing.chain,
    "digests": content.digests,
    "paper": content.on_paper,
    "checkpoint": registered.checkpoint,
    "validity": content.validity,
    "status": registered.standing,
    "eligibility": content.eligible,
}


@dataclass(frozen=True)
class Step:
    """One step: its name, what it came to, and why, in words."""

    name: str
    answer: Answer
    because: Text

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        return {"step": self.name, "answer": str(self.answer), "because": self.because.as_json()}


def verify(asked: Question) -> list[Step]:
    """Return every step, in order, whatever the others came to."""
    case = Case(asked)
    steps = {**STEPS, "rejudge": content.rejudged} if asked.rejudge else STEPS
    return [_taken(name, step, case) for name, step in steps.items()]


def verify_bundle(path: Path) -> list[Step]:
    """Return the steps for a bundle alone: that it is whole, and that its verdicts follow."""

    def recomputed() -> Text:
        found, _ = content.of_bundle(path)
        count = len(found.runs)
        return Text(
            vi=f"mọi kết luận tính lại được từ {count} lượt chạy: {found.verdict}",
            en=f"every verdict follows from the {count} run(s): {found.verdict}",
        )

    return [_taken("rejudge", lambda _case: recomputed(), None)]


def overall(steps: Sequence[Step]) -> Answer:
    """Return what the steps come to: valid only if every one is."""
    answers = {step.answer for step in steps}
    if Answer.NOT_VALID in answers:
        return Answer.NOT_VALID
    return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.VALID


def _taken(name: str, step: Callable[[Any], Text], case: Case | None) -> Step:
    try:
        return Step(name, Answer.VALID, step(case))
    except Stop as stop:
        return Step(name, stop.answer, stop.because)
    except ConformanceError as error:
        return Step(name, Answer.NOT_VALID, error.what)
    except Exception as error:  # noqa: BLE001  # a hostile file makes parsers of others stumble in any way
        kind = type(error).__name__
        return Step(
            name,
            Answer.NOT_VALID,
            Text(vi=f"không đọc được ({kind})", en=f"it cannot be read ({kind})"),
        )
