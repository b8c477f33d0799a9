"""What every front door does first: find the target, and lay the caller's wishes over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from conformance import documents, engine, target
from conformance import record as records
from conformance.door.network import fetch
from conformance.errors import UsageError
from conformance.generation.depth import DEPTHS, STANDARD
from conformance.plan import Options, Plan
from conformance.profile import Profile
from conformance.target import Target
from conformance.text import Text


@dataclass(frozen=True)
class Wishes:
    """The options that all front doors share; None means "as the target file says".

    `under` holds wishes of the project, which a target file overrules.
    """

    target: str
    base_url: str | None = None
    contract: str | None = None
    as_of: str | None = None
    seed: int | None = None
    rate: float | None = None
    budget: int | None = None
    stop_file: str | None = None
    allow: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    level: str = "may"
    depth: str | None = None
    attestations: str | None = None
    waivers: str | None = None
    offline: bool = False
    under: Mapping[str, Any] = field(default_factory=dict)


def plan(profiles: tuple[str | Profile, ...], wishes: Wishes) -> Plan:
    """Return the plan for these profiles and wishes; sends nothing to the target's operations.

    Raises:
        ConformanceError: a file does not hold together, or an option does not fit.
    """
    goal = load_target(wishes.target)
    wishes = _over_project(wishes, goal)
    goal = wished(goal, wishes)
    options = Options(
        as_of=day(wishes.as_of),
        seed=engine.new_seed() if wishes.seed is None else wishes.seed,
        select=wishes.select,
        deselect=wishes.deselect,
        level=wishes.level.upper(),
        depth=DEPTHS[wishes.depth or goal.document.get("depth") or STANDARD.name],
    )
    source = wishes.contract or goal.contract
    if wishes.offline and source and "://" in source and not source.startswith(goal.base_url):
        raise UsageError(
            Text(
                vi="--offline: đặc tả giao diện nằm ngoài đích kiểm thử",
                en="--offline: the contract lies outside the target",
            ),
            mend=Text(
                vi="tải đặc tả giao diện về tệp rồi dùng --contract",
                en="save the contract to a file and use --contract",
            ),
            place=source,
        )
    return engine.prepare(profiles, goal, options=options, contract_source=wishes.contract)


def as_before(wishes: Wishes, folder: Path) -> Wishes:
    """Return the wishes with the seed and the day of an interrupted run, where they name none.

    Raises:
        UsageError: there is no unfinished run in the folder.
        RecordError: it is not as it was written.
    """
    options = Options.of(records.unfinished(folder).header["options"])
    return replace(
        wishes,
        seed=options.seed if wishes.seed is None else wishes.seed,
        as_of=wishes.as_of or options.as_of.isoformat(),
        depth=wishes.depth or options.depth.name,
    )


def _over_project(wishes: Wishes, goal: Target) -> Wishes:
    """Return the wishes with the project's where neither caller nor target file says anything."""
    pace = goal.document.get("pace", {})
    said = {
        **goal.document,
        "rate": pace.get("requests_per_second"),
        "budget": pace.get("budget"),
        "stop_file": pace.get("stop_file"),
    }
    project = {
        key: value
        for key, value in wishes.under.items()
        if said.get(key) is None and not getattr(wishes, key)
    }
    if "allow" in project:
        allow = project["allow"]
        project["allow"] = tuple(allow.split(",") if isinstance(allow, str) else allow)
    return replace(wishes, **project)


def load_target(source: str) -> Target:
    """Return the target of a file, or of a URL such as the sandbox's `/target.yaml`.

    Raises:
        TargetError: it is not there or does not hold together.
        UnreachableError: the URL does not answer.
    """
    if "://" not in source:
        return target.read(Path(source))
    content = fetch(source, target.Target(id="unknown", base_url=source))
    return target.of(documents.parse(content, place=source), place=source)


def wished(goal: Target, wishes: Wishes) -> Target:
    """Return the target with the caller's wishes laid over it."""
    unknown = set(wishes.allow) - {"read", "write", "intrusive"}
    if unknown or wishes.level not in {"must", "should", "may"}:
        named = ", ".join(sorted(unknown)) or wishes.level
        raise UsageError(
            Text(vi=f"không có lựa chọn {named!r}", en=f"there is no choice {named!r}"),
            mend=Text(
                vi="chọn cho allow: read, write, intrusive; cho level: must, should, may",
                en="choose for allow: read, write, intrusive; for level: must, should, may",
            ),
        )
    stop_file = wishes.stop_file or goal.pace.stop_file
    if wishes.base_url:
        # Read again as a whole: what the shape forbids in a file, it forbids here.
        document = {**goal.document, "base_url": wishes.base_url}
        document.pop("attestations", None)
        document.pop("waivers", None)
        again = target.of(document, place="--base-url")
        goal = replace(
            again,
            contract=goal.contract,
            extra_ca=goal.extra_ca,
            attestations=goal.attestations,
            waivers=goal.waivers,
        )
    pace = replace(
        goal.pace,
        requests_per_second=wishes.rate or goal.pace.requests_per_second,
        budget=wishes.budget or goal.pace.budget,
        # Not stored with the run: it is of this machine alone.
        stop_file=stop_file,
    )
    goal = replace(goal, pace=pace, allow=goal.allow | frozenset(wishes.allow))
    # What travels with the run is what was meant, wishes included.
    asked = {"requests_per_second": pace.requests_per_second, "budget": pace.budget}
    stored = {
        **goal.document,
        "allow": sorted(goal.allow),
        "pace": {**goal.document.get("pace", {}), **asked},
    }
    goal = replace(goal, document=stored)
    if wishes.attestations:
        goal = replace(goal, attestations=target.listed(Path(wishes.attestations), "attestations"))
    if wishes.waivers:
        goal = replace(goal, waivers=target.listed(Path(wishes.waivers), "waivers"))
    return goal


def day(value: str | None) -> date:
    """Return the day that an `--as-of` names; today where it names none.

    Raises:
        UsageError: it is not a date.
    """
    if value is None:
        return date.today()  # noqa: DTZ011  # a legal date is the local one
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(
            Text(vi=f"không phải ngày: {value!r}", en=f"not a date: {value!r}"),
            mend=Text(vi="viết dạng 2026-11-21", en="write it as 2026-11-21"),
            place="--as-of",
        ) from error
