"""What travels with a run, so that it can be judged again: how it is stored, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from conformance import plan as plans
from conformance import profile as profiles
from conformance import record as records
from conformance import results, target
from conformance.contract import Contract
from conformance.engine.keys import Key
from conformance.mapping import Mapped
from conformance.plan import Options, Plan, costs
from conformance.privacy.redaction import Redactor
from conformance.profile import Profile
from conformance.target import Target


def header(plan: Plan, started: str, key: Key) -> dict[str, Any]:
    """Return the head of a record: which tool asked whom, by which rules, and since when."""
    return {
        "run": key.run,
        "key": key.mark,
        "tool": results.tool(),
        "target": plan.target.id,
        "profiles": [{"id": p.id, "version": p.version, "digest": p.digest} for p in plan.profiles],
        "contract": {"source": _shown_source(plan), "digest": plan.scene.contract.digest},
        "options": plan.options.as_json(),
        "started": started,
    }


def _shown_source(plan: Plan) -> str:
    """Return where the contract came from, without the folders of the tester's machine."""
    source = plan.scene.contract.source
    # A query may hold a credential.
    return source.partition("?")[0] if "://" in source else Path(source).name


def stored(plan: Plan, redactor: Redactor) -> dict[str, Any]:
    """Return the inputs of a run by file name, without secrets and names of people."""
    goal = plan.target.stored()
    for name in ("contract", "contract_before"):
        goal.pop(name, None)
    # Identities hold references to secrets, and the names under which people log in.
    if "identities" in goal:
        goal["identities"] = redactor.log_ins(goal["identities"])
    if "examples" in goal:
        goal["examples"] = redactor.examples(goal["examples"])
    return {
        **{f"profile-{p.id}.json": p.source for p in plan.profiles},
        "contract.json": plan.scene.contract.original,
        "target.json": goal,
        "mapping.json": plan.scene.mapping.as_json(),
        "attestations.json": list(plan.target.attestations),
        "waivers.json": list(plan.target.waivers),
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return what a run was to look at: its items, and at most how many requests."""
    return {
        "options": plan.options.as_json(),
        "requests_at_most": costs.at_most(plan),
        "items": [
            {
                "requirement": item.requirement.id,
                "unit": item.unit,
                "checks": [asked.case for asked in item.asked],
            }
            for item in plan.items
        ],
    }


def plan_of(
    record: records.Record,
    profile_names: Iterable[str],
    as_of: date | None,
    acts: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Plan:
    """Return the plan of a record, from its own inputs, or under other profiles and more acts."""
    own = [
        profiles.resolve(content)
        for name, content in record.inputs.items()
        if name.startswith("profile-")
    ]
    chosen: list[Profile] = [profiles.read(name) for name in profile_names] or own
    goal = target_of(record.inputs)
    goal = replace(
        goal,
        # The first that fits decides: what was said later, and signed, goes before the run's own.
        attestations=(*acts.get("attestations", ()), *goal.attestations),
        waivers=(*acts.get("waivers", ()), *goal.waivers),
    )
    source = str(record.header["contract"]["source"])
    contract = Contract(record.inputs["contract.json"], source)
    options = Options.of(record.header["options"])
    if as_of is not None:
        options = replace(options, as_of=as_of)
    mapping = Mapped.of(record.inputs["mapping.json"])
    return plans.make(chosen, goal, contract, options, mapping=mapping)


def target_of(inputs: Mapping[str, Any]) -> Target:
    """Return the target as it travels with a run: without its secrets."""
    document = {
        **inputs["target.json"],
        "attestations": inputs["attestations.json"],
        "waivers": inputs["waivers.json"],
    }
    return target.of(_fillable(document), place="inputs/target.json", stored=True)


def _fillable(document: Any) -> Any:
    # A demonstration secret was cut to `demo:`; the shape wants something behind it.
    if isinstance(document, str):
        return "demo:-" if document == "demo:" else document
    if isinstance(document, Mapping):
        return {key: _fillable(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_fillable(value) for value in document]
    return document
