"""The quality of a contract by itself: the requirements that need no system to be decided.

The same checks as in a run, planned and judged in the same way; only there is no target, so what
asks one, or compares with one, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from conformance import check as checks
from conformance import engine, places, plan, profile
from conformance.collected import Evidence
from conformance.errors import ProfileError
from conformance.judge import Judge
from conformance.plan import Item, Options
from conformance.probe.questions import Case
from conformance.profile import Requirement
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotTested, Offender, Outcome, Violation


@dataclass(frozen=True)
class Finding:
    """One requirement that a contract does not meet, with every place that offends.

    `lines` holds the line of each place where the contract is a file.
    """

    requirement: str
    level: str
    text: Text
    expected: Text
    offenders: tuple[Offender, ...]
    lines: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `conformance lint --json` prints."""
        return {
            "requirement": self.requirement,
            "level": self.level,
            "text": self.text.as_json(),
            "expected": self.expected.as_json(),
            "count": len(self.offenders),
            "places": [
                {
                    "pointer": offender.pointer,
                    "line": self.lines.get(offender.pointer),
                    "what": offender.what.as_json(),
                }
                for offender in self.offenders
            ],
        }


@dataclass(frozen=True)
class Linted:
    """What was looked at, what was found, and what could not be decided, each with a reason."""

    contract: str
    profile: str
    requirements: int
    findings: tuple[Finding, ...]
    undecided: tuple[tuple[str, Text], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `conformance lint --json` prints."""
        return {
            "contract": self.contract,
            "profile": self.profile,
            "requirements": self.requirements,
            "findings": [finding.as_json() for finding in self.findings],
            "undecided": [
                {"requirement": name, "because": because.as_json()}
                for name, because in self.undecided
            ],
        }


def lint(
    source: str, profile_name: str, *, as_of: date, level: str = "MAY", before: str | None = None
) -> Linted:
    """Return what a profile's demands on contracts find in one.

    Args:
        source: a file or a URL.
        profile_name: a profile by id or file.
        as_of: the day whose norms count.
        level: this level and above.
        before: the contract that it takes the place of, a file or a URL, if any.

    Raises:
        ContractError: the contract cannot be read at all.
        ProfileError: the profile cannot be, or makes no demand on contracts by themselves.
        UnreachableError: the URL does not answer.
    """
    asked = profile.read(profile_name)
    wanted = tuple(r.id for r in asked.requirements if _needs_no_system(r, asked.id))
    if not wanted:
        raise ProfileError(
            Text(
                vi="bộ yêu cầu này không đòi hỏi gì ở riêng đặc tả giao diện",
                en="this profile demands nothing of contracts by themselves",
            ),
            mend=Text(vi="dùng --profile base", en="use --profile base"),
            place=asked.id,
        )
    # Stands in for the system: loopback, so that a proposal is held to its own word.
    nowhere = Target(id="lint", base_url="https://localhost", environment="sandbox")
    contract = engine.load_contract(nowhere, source, before)
    options = Options(as_of=as_of, seed=0, select=wanted, level=level)
    planned = plan.make([asked], nowhere, contract, options)
    judge = Judge(planned, Evidence())
    found: dict[tuple[str, Text], dict[Offender, Item]] = {}
    undecided: dict[str, Text] = {}
    for item in planned.items:
        for outcome in _outcomes(judge, item):
            if isinstance(outcome, Violation):
                place = found.setdefault((item.requirement.id, outcome.expected), {})
                place.update(dict.fromkeys(outcome.offenders, item))
            elif isinstance(outcome, NotTested):
                undecided.setdefault(item.requirement.id, outcome.because)
            elif outcome is not None and not isinstance(outcome, Outcome):
                raise outcome
    findings = tuple(_finding(expected, items) for (_, expected), items in found.items())
    content = Path(source).read_bytes() if findings and "://" not in source else b""
    pointers = {offender.pointer for finding in findings for offender in finding.offenders}
    # On a single line everything stands in line 1, which tells nothing.
    at = places.lines(content, pointers) if b"\n" in content.strip() else {}
    for finding in findings:
        finding.lines.update({p: at[p] for p in (o.pointer for o in finding.offenders) if p in at})
    return Linted(source, asked.id, len(planned.requirements()), findings, tuple(undecided.items()))


def _needs_no_system(requirement: Requirement, profile_id: str) -> bool:
    used = [checks.find(use.check, place=profile_id) for use in requirement.uses]
    return bool(used) and all(
        found.kind == "check" and not found.requests and not {"probe", "target"} & {*found.given}
        for found in used
    )


def _outcomes(judge: Judge, item: Item) -> Iterator[BaseException | None]:
    for asked in item.asked:
        if asked.preset is None:
            yield judge.attempt(asked, item.unit, judge.probe(Case(item.unit, asked.case)))[0]


def _finding(expected: Text, offenders: dict[Offender, Item]) -> Finding:
    item = next(iter(offenders.values()))
    return Finding(
        item.requirement.id, item.level, item.requirement.text, expected, tuple(offenders)
    )
