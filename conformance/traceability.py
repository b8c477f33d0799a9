"""From norm to proof: document, clause, requirements, checks, and the faults that prove these.

The matrix is a pure function of the profiles, the register of norms and the list of what the
sandbox can do wrong. It also says of each document, and of each clause that the register knows,
why nothing is asked by it; that reason is data of the register (`unasked`, `clauses`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import norms
from conformance.norms import Days, Ground, Norm
from conformance.profile import Profile, Requirement
from conformance.text import Text

NORM, RAISES, REPLACES = "norm", "raises", "replaces"
CHECKS, ATTESTED, UNTESTED = "checks", "attested", "untested"


@dataclass(frozen=True)
class Proved:
    """A check and the faults it catches; None where nobody could ask the sandbox."""

    check: str
    faults: tuple[str, ...] | None

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        faults = None if self.faults is None else list(self.faults)
        return {"check": self.check, "faults": faults}


@dataclass(frozen=True)
class Demand:
    """What a profile asks by a clause: as its norm, or as the ground to raise or to replace.

    `decided` is one of `checks`, `attested`, `untested`; `how` says from what, `by` by whom it is
    attested, or why it is not tested.
    """

    id: str
    level: str
    profile: str
    basis: str
    role: str
    days: Days
    decided: str
    by: str | None
    how: Text | None
    checks: tuple[Proved, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        start, end = self.days
        return {
            "id": self.id,
            "level": self.level,
            "profile": self.profile,
            "basis": self.basis,
            "role": self.role,
            "from": start.isoformat() if start else None,
            "to": end.isoformat() if end else None,
            "decided": self.decided,
            "by": self.by,
            "how": self.how.as_json() if self.how else None,
            "checks": [each.as_json() for each in self.checks],
        }


@dataclass(frozen=True)
class Clause:
    """A clause with what is asked by it, or why nothing is."""

    clause: str | None
    demands: tuple[Demand, ...] = ()
    why: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        return {
            "clause": self.clause,
            "requirements": [each.as_json() for each in self.demands],
            "why": self.why.as_json() if self.why else None,
        }


@dataclass(frozen=True)
class Covered:
    """A document with its clauses; `unasked` says why no requirement rests on it."""

    norm: Norm
    clauses: tuple[Clause, ...]
    unasked: Text | None

    @property
    def asked(self) -> bool:
        """Whether some requirement rests on it."""
        return any(clause.demands for clause in self.clauses)

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        entry = self.norm.entry
        return {
            "id": self.norm.id,
            "number": entry.get("number"),
            "title": self.norm.title.as_json(),
            "kind": self.norm.kind,
            "status": self.norm.status,
            "in_force": dict(entry.get("in_force", {})),
            "asked": self.asked,
            "unasked": self.unasked.as_json() if self.unasked else None,
            "clauses": [each.as_json() for each in self.clauses],
        }


@dataclass(frozen=True)
class Matrix:
    """All documents of the register, in its order."""

    documents: tuple[Covered, ...]

    @property
    def demands(self) -> list[Demand]:
        """Every citation of a clause by a requirement."""
        return [d for each in self.documents for c in each.clauses for d in c.demands]

    def totals(self) -> dict[str, int]:
        """Return how much there is of each."""
        demands = self.demands
        asked = [each for each in self.documents if each.asked]
        by_id = {demand.id: demand for demand in demands}
        proved = {each.check: each for demand in demands for each in demand.checks}
        return {
            "documents": len(self.documents),
            "documents_asked": len(asked),
            "clauses_asked": sum(bool(c.demands) for each in asked for c in each.clauses),
            "clauses_unasked": sum(bool(c.why) for each in self.documents for c in each.clauses),
            "requirements": len(by_id),
            CHECKS: len(proved),
            "checks_without_fault": sum(each.faults == () for each in proved.values()),
            "faults": len({fault for each in proved.values() for fault in each.faults or ()}),
            ATTESTED: sum(demand.decided == ATTESTED for demand in by_id.values()),
            UNTESTED: sum(demand.decided == UNTESTED for demand in by_id.values()),
        }

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`, without findings."""
        return {
            "totals": self.totals(),
            "documents": [each.as_json() for each in self.documents],
        }


def matrix(
    profiles: Iterable[Profile],
    register: Mapping[str, Norm],
    variations: Iterable[Mapping[str, Any]],
) -> Matrix:
    """Return the matrix of these profiles.

    Args:
        profiles: each with what it inherits; a requirement counts where it was written.
        register: the documents by id.
        variations: faults and near-misses of the sandbox; empty where it is not installed.
    """
    faults = _faults(variations)
    cited: dict[str, dict[str | None, list[Demand]]] = {key: {} for key in register}
    for profile in profiles:
        for ground, demand in _demands(profile, faults):
            cited[ground.document].setdefault(ground.clause, []).append(demand)
    return Matrix(tuple(_covered(register, key, cited[key]) for key in register))


def findings(found: Matrix) -> list[tuple[str, Text]]:
    """Return what the register leaves unsaid of documents and clauses, or says no longer truly."""
    told: list[tuple[str, Text]] = []
    for each in found.documents:
        place = f"norms: {each.norm.id}"
        if not each.asked and each.unasked is None:
            told.append(
                (
                    place,
                    Text(
                        vi="không yêu cầu nào dựa vào văn bản này và cũng không nêu lý do: thêm"
                        " `unasked: {vi, en}`",
                        en="no requirement rests on this document, and no reason is given: add"
                        " `unasked: {vi, en}`",
                    ),
                )
            )
        if each.asked and "unasked" in each.norm.entry:
            told.append(
                (
                    place,
                    Text(
                        vi="đã có yêu cầu dựa vào văn bản này: bỏ `unasked`",
                        en="requirements rest on this document: remove `unasked`",
                    ),
                )
            )
        told += [
            (
                f"{place}: {clause.clause}",
                Text(
                    vi="đã có yêu cầu dựa vào điều khoản này: bỏ mục đó khỏi `clauses`",
                    en="requirements rest on this clause: remove it from `clauses`",
                ),
            )
            for clause in each.clauses
            if clause.demands and clause.why
        ]
    return told


def _faults(variations: Iterable[Mapping[str, Any]]) -> dict[str, list[str]] | None:
    """Return the faults that break each check; None where there is no sandbox to ask."""
    known = list(variations)
    broken: dict[str, list[str]] = {}
    for variation in known:
        for check in variation["breaks"] if variation["kind"] == "fault" else ():
            broken.setdefault(check, []).append(str(variation["id"]))
    return broken if known else None


def _demands(
    profile: Profile, faults: Mapping[str, list[str]] | None
) -> Iterator[tuple[Ground, Demand]]:
    """Yield each citation of a profile's own: norms of its requirements, grounds of changes."""
    document = profile.source["chain"][-1]
    for requirement in profile.requirements:
        if requirement.origin == profile.id:
            for ground in requirement.norms or (_ground(requirement.norm, requirement),):
                yield ground, _demand(requirement, profile, ground, NORM, faults)
    grounds = [(e["id"], e["because"], RAISES) for e in document.get("raises", ())]
    grounds += [
        (e["id"], e["because"], REPLACES) for e in document["requirements"] if "because" in e
    ]
    for requirement_id, because, role in grounds:
        requirement = next(r for r in profile.requirements if r.id == requirement_id)
        ground = _ground(because, requirement)
        yield ground, _demand(requirement, profile, ground, role, faults)


def _ground(clause: Mapping[str, Any], requirement: Requirement) -> Ground:
    return Ground(clause["document"], clause.get("clause"), requirement.basis)


def _demand(
    requirement: Requirement,
    profile: Profile,
    ground: Ground,
    role: str,
    faults: Mapping[str, list[str]] | None,
) -> Demand:
    decided, by, how = CHECKS, None, None
    if requirement.attested is not None:
        decided, by = ATTESTED, str(requirement.attested["by"])
        how = Text.of(requirement.attested["evidence"])
    elif requirement.untested is not None:
        decided, how = UNTESTED, requirement.untested
    return Demand(
        id=requirement.id,
        level=requirement.level,
        profile=profile.id,
        basis=ground.basis,
        role=role,
        days=norms.overlap((requirement.in_force, ground.days)) or requirement.in_force,
        decided=decided,
        by=by,
        how=how,
        checks=tuple(
            Proved(check, None if faults is None else tuple(sorted(faults.get(check, ()))))
            for check in dict.fromkeys(use.check for use in requirement.uses)
        ),
    )


def _covered(
    register: Mapping[str, Norm], key: str, cited: Mapping[str | None, list[Demand]]
) -> Covered:
    entry = register[key].entry
    reasons = {each["clause"]: Text.of(each["why"]) for each in entry.get("clauses", ())}
    clauses = [
        Clause(clause, tuple(demands), reasons.get(clause or ""))
        for clause, demands in cited.items()
    ]
    clauses += [Clause(clause, (), why) for clause, why in reasons.items() if clause not in cited]
    return Covered(register[key], tuple(clauses), None if cited else _reason(register, key))


def _reason(register: Mapping[str, Norm], key: str) -> Text | None:
    """Return why nothing rests on a document: as the register says, or that it was replaced."""
    entry = register[key].entry
    if "unasked" in entry:
        return Text.of(entry["unasked"])
    successors = [str(register[name].entry.get("number", name)) for name in _known(register, entry)]
    if not successors:
        return None
    named = ", ".join(successors)
    _, end = register[key].days
    if end is None:
        return Text(vi=f"đã được thay thế bởi {named}", en=f"replaced by {named}")
    return Text(
        vi=f"hết hiệu lực sau ngày {end}, được thay thế bởi {named}",
        en=f"in force until {end}, replaced by {named}",
    )


def _known(register: Mapping[str, Norm], entry: Mapping[str, Any]) -> list[str]:
    return [name for name in entry.get("replaced_by", ()) if name in register]
