"""A finished record judged again, offline, from its own inputs and exchanges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from conformance import record as records
from conformance import results
from conformance.collected import Evidence
from conformance.engine import inputs, ledger
from conformance.judge import Judge
from conformance.plan import Plan


@dataclass(frozen=True)
class Rejudgement:
    """What a record says when it is judged again."""

    results: dict[str, Any]
    differences: tuple[str, ...]
    same_profiles: bool
    evidence: Evidence
    plan: Plan
    sha256: str


def rejudge(
    folder: Path,
    *,
    profile_names: Iterable[str] = (),
    as_of: date | None = None,
    acts: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    write: bool = False,
) -> Rejudgement:
    """Judge a finished record again, offline, from its own inputs and exchanges.

    Args:
        folder: a run directory.
        profile_names: other profiles than the run's own, to see what would change.
        as_of: another day.
        acts: `attestations` and `waivers` that were made afterwards, beside the run's own.
        write: write results.json, as the last step of a run does.

    Raises:
        RecordError: the record is unfinished or not as it was written.
    """
    record = records.read(folder)
    plan = inputs.plan_of(record, profile_names, as_of, acts or {})
    evidence = Evidence(record.exchanges)
    judge = Judge(plan, evidence)
    findings = [(item, judge.item(item)) for item in plan.items]
    lines = [line for item, found in findings for line in results.lines(item, found)]
    own = not list(profile_names) and as_of is None and not acts
    differences = results.differences(record.results, lines)
    document = results.assemble(plan, findings, evidence, record.header)
    if plan.target.permits("write"):
        document["created"] = ledger.summed(plan.scene, evidence.exchanges)
    if write:
        records.write_json(folder / "results.json", document)
    return Rejudgement(document, tuple(differences), own, evidence, plan, record.sha256)


def complete(folder: Path) -> dict[str, Any] | None:
    """Return the results of a run that was interrupted when its record was already written.

    They are derived anew, and what only an unfinished run needs is removed. None where the record
    is not written yet.

    Raises:
        RecordError: the record is not as it was written.
    """
    if not (folder / "record.jsonl").is_file():
        return None
    again = rejudge(folder, write=True)
    records.tidy(folder)
    return again.results


def summary_differences(folder: Path, again: Mapping[str, Any]) -> list[str]:
    """Return which parts of results.json are not what the record says."""
    path = folder / "results.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["results.json: missing or not JSON"]
    if not isinstance(stored, dict):
        return ["results.json: not an object"]
    return [
        f"results.json: {key} differs"
        for key in sorted({*stored, *again})
        if stored.get(key) != again.get(key)
    ]
