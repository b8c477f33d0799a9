"""Two profiles compared, or one profile on two days: what is asked anew, no more, or otherwise.

Compared is what a target owes: on a day, the requirements in force on it with the norm that they
have on it; without a day, all that a profile holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from conformance.evidence import canonical
from conformance.norms import Days
from conformance.profile import Profile, Requirement

# What a reader of a comparison looks for first.
FIELDS = (
    "level",
    "impact",
    "basis",
    "group",
    "norm",
    "checks",
    "parameters",
    "attested",
    "untested",
    "where",
    "when",
    "in_force",
    "replaced_by",
    "raised_because",
    "text",
    "rationale",
    "mend",
)


@dataclass(frozen=True)
class Change:
    """One property of a requirement that differs; the values are as JSON has them."""

    field: str
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        return {"field": self.field, "before": self.before, "after": self.after}


@dataclass(frozen=True)
class Amendments:
    """What differs between two profiles; requirements in the order of the profiles."""

    added: tuple[Requirement, ...]
    removed: tuple[Requirement, ...]
    changed: Mapping[str, tuple[Change, ...]]

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        return {
            "added": [_told(requirement) for requirement in self.added],
            "removed": [_told(requirement) for requirement in self.removed],
            "changed": [
                {"id": name, "changes": [change.as_json() for change in changes]}
                for name, changes in self.changed.items()
            ],
        }


def between(
    before: Profile, after: Profile, days: tuple[date | None, date | None] = (None, None)
) -> Amendments:
    """Return what differs between two profiles, each as of its day where one is given."""
    old, new = _owed(before, days[0]), _owed(after, days[1])
    common = [name for name in new if name in old]
    dated = days != (None, None)
    changed = {name: _changes(old[name], new[name], dated=dated) for name in common}
    return Amendments(
        added=tuple(new[name] for name in new if name not in old),
        removed=tuple(old[name] for name in old if name not in new),
        changed={name: changes for name, changes in changed.items() if changes},
    )


def _owed(profile: Profile, day: date | None) -> dict[str, Requirement]:
    """Return the requirements of a profile by id, on a day those that bind on it."""
    if day is None:
        return {r.id: r for r in profile.requirements}
    return {r.id: r.on(day) for r in profile.requirements if r.binds(day)}


def _changes(before: Requirement, after: Requirement, *, dated: bool) -> tuple[Change, ...]:
    old, new = _properties(before, dated=dated), _properties(after, dated=dated)
    # As canonical JSON: 1 and True are equal to Python, and not to the reader of a profile.
    return tuple(
        Change(field, old[field], new[field])
        for field in FIELDS
        if canonical(old[field]) != canonical(new[field])
    )


def _properties(requirement: Requirement, *, dated: bool) -> dict[str, Any]:
    raised = requirement.raised_because
    return {
        "level": requirement.level,
        "impact": requirement.impact,
        "basis": requirement.basis,
        "group": requirement.group,
        "norm": _norm(requirement.norm) if dated else _norms(requirement),
        "checks": [use.check for use in requirement.uses],
        "parameters": [
            {use.check: dict(use.parameters)} for use in requirement.uses if use.parameters
        ],
        "attested": dict(requirement.attested) if requirement.attested else None,
        "untested": requirement.untested.as_json() if requirement.untested else None,
        "where": requirement.where,
        "when": dict(requirement.when),
        "in_force": _days(requirement.in_force),
        "replaced_by": list(requirement.replaced_by) if requirement.replaced_by else None,
        "raised_because": _norm(raised) if raised else None,
        "text": requirement.text.as_json(),
        "rationale": requirement.rationale.as_json() if requirement.rationale else None,
        "mend": requirement.mend.as_json() if requirement.mend else None,
    }


def _norms(requirement: Requirement) -> Any:
    """Return what a requirement rests on, on whatever day: one clause, or several with theirs."""
    if not requirement.norms:
        return _norm(requirement.norm)
    return [
        {**ground.cited, "basis": ground.basis, **_days(ground.days)}
        for ground in requirement.norms
    ]


def _norm(clause: Mapping[str, Any]) -> dict[str, Any]:
    return {"document": clause["document"], "clause": clause.get("clause")}


def _days(days: Days) -> dict[str, str | None]:
    start, end = days
    return {"from": start.isoformat() if start else None, "to": end.isoformat() if end else None}


def _told(requirement: Requirement) -> dict[str, Any]:
    kept = ("level", "basis", "norm", "checks", "text")
    properties = _properties(requirement, dated=True)
    return {"id": requirement.id, **{key: properties[key] for key in kept}}
