"""What a run is going to ask: requirements × units, known before the first request.

A plan is a pure function of profiles, target, contract and options. It says for each item which
checks will be asked with which parameters, or why none will be (`conformance.plan.unasked`).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from conformance import check as checks
from conformance import mapping as mappings
from conformance.check import Check
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.errors import UsageError
from conformance.generation.depth import DEPTHS, STANDARD, Depth, can_generate
from conformance.mapping import Mapped
from conformance.plan import phases, unasked
from conformance.plan.declarations import declared_operations
from conformance.plan.unasked import Preset
from conformance.probe.scene import Scene
from conformance.profile import LEVELS, Profile, Requirement
from conformance.target import Target
from conformance.text import Text

TARGET_UNIT = "target"


@dataclass(frozen=True)
class Options:
    """What the caller chose; all of it is stored with the run.

    `select` and `deselect` name requirements, with `*` as a wildcard; `items` names single items
    (`REQUIREMENT::UNIT`), as pytest's `-k`, `--lf` and node ids choose them.
    """

    as_of: date
    seed: int
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    level: str = "MAY"
    items: tuple[str, ...] = ()
    depth: Depth = STANDARD

    @property
    def narrowed(self) -> bool:
        """Whether the plan is less than the profile asks."""
        chosen = self.select or self.deselect or self.items or self.depth.cases < STANDARD.cases
        return bool(chosen) or self.level != "MAY"

    def as_json(self) -> dict[str, Any]:
        """Return the form in a record's header."""
        return {
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "select": list(self.select),
            "deselect": list(self.deselect),
            "level": self.level,
            "items": list(self.items),
            "depth": self.depth.name,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Options:
        """Read the shape that `as_json` writes."""
        return cls(
            as_of=date.fromisoformat(document["as_of"]),
            seed=int(document["seed"]),
            select=tuple(document["select"]),
            deselect=tuple(document["deselect"]),
            level=document["level"],
            items=tuple(document["items"]),
            # Runs of before did not say.
            depth=DEPTHS[document.get("depth", STANDARD.name)],
        )


@dataclass(frozen=True)
class Asked:
    """One check as an item asks it: with its parameters bound."""

    check: Check
    parameters: Mapping[str, Any]
    preset: Preset | None = None

    @property
    def case(self) -> str:
        """The name of the case: the check's id, and its parameters where it has any."""
        if not self.parameters:
            return self.check.id
        said = "&".join(f"{name}={value}" for name, value in sorted(self.parameters.items()))
        return f"{self.check.id}?{said}"


@dataclass(frozen=True)
class Item:
    """One requirement on one unit: what a pytest item is, and what is settled at once."""

    requirement: Requirement
    unit: str
    level: str
    asked: tuple[Asked, ...] = ()
    preset: Preset | None = None

    @property
    def name(self) -> str:
        """The name that selects this very item: `REQUIREMENT::UNIT`."""
        return f"{self.requirement.id}::{self.unit}"

    @property
    def late(self) -> bool:
        """Whether it is judged on all traffic of the run, so only after all traffic."""
        return any(
            "calls" in a.check.given
            or (a.check.kind == "law" and (a.check.on != "baseline" or a.check.generated))
            for a in self.asked
        )


@dataclass(frozen=True)
class Plan:
    """Everything that will be asked, in the order in which it will be asked."""

    profiles: tuple[Profile, ...]
    scene: Scene
    options: Options
    items: tuple[Item, ...] = field(default=())

    @property
    def target(self) -> Target:
        """The target."""
        return self.scene.target

    @property
    def units(self) -> list[str]:
        """The units that some item needs, in order."""
        return list(dict.fromkeys(item.unit for item in self.items))

    def requirements(self) -> list[Requirement]:
        """Return every planned requirement once, in the order of the profiles."""
        planned = {item.requirement.id: item.requirement for item in self.items}
        return [planned[name] for name in _demanded(self.profiles) if name in planned]

    def waiver(self, item: Item) -> Mapping[str, Any] | None:
        """Return the waiver that covers an item on the day of the run, if there is one."""
        for waiver in self.target.waivers:
            units = waiver.get("units") or [item.unit]
            start, end = date.fromisoformat(waiver["date"]), date.fromisoformat(waiver["until"])
            in_time = start <= self.options.as_of <= end
            if waiver["requirement"] == item.requirement.id and item.unit in units and in_time:
                return waiver
        return None

    def left_out(self) -> list[str]:
        """Return the MUSTs that options kept out of the plan, wholly or for some units."""
        if not self.options.narrowed:
            return []
        whole = replace(self.options, select=(), deselect=(), items=(), level="MAY", depth=STANDARD)
        scene = self.scene
        full = make(self.profiles, self.target, scene.contract, whole, mapping=scene.mapping)
        planned = {item.name for item in self.items}
        missing = [i for i in full.items if i.level == "MUST" and i.name not in planned]
        return list(dict.fromkeys(item.requirement.id for item in missing))


def make(
    profiles: Iterable[Profile],
    target: Target,
    contract: Contract,
    options: Options,
    *,
    mapping: Mapped | None = None,
) -> Plan:
    """Return the plan of a run; sends nothing.

    Args:
        profiles: what is asked.
        target: of whom.
        contract: what the target promises.
        options: what the caller chose.
        mapping: its roles and fields; by default what target and contract say themselves.

    Raises:
        ProfileError: a profile names an unknown check or a parameter that does not fit.
        UsageError: `--select` names no requirement.
    """
    operations = declared_operations(target, contract)
    if mapping is None:
        mapping = mappings.resolve(target, contract, operations, None)
    scene = Scene(target, contract, operations, options.seed, mapping)
    plan = Plan(tuple(profiles), scene, options)
    demanded = _demanded(plan.profiles)
    _know(options.select, set(demanded), "--select")
    _know(options.deselect, set(demanded), "--deselect")
    items = [
        item
        for profile, requirement in demanded.values()
        if _chosen(requirement, options)
        for item in _items(requirement, profile, scene, options)
    ]
    chosen = [item for item in items if not options.items or item.name in options.items]
    ordered = sorted(chosen, key=lambda item: phases.of(item, scene))
    return replace(plan, items=tuple(ordered))


def _demanded(profiles: Iterable[Profile]) -> dict[str, tuple[Profile, Requirement]]:
    """Return each requirement of some profiles once: where two have it, the stricter form."""
    found: dict[str, tuple[Profile, Requirement]] = {}
    for profile in profiles:
        for requirement in profile.requirements:
            known = found.get(requirement.id)
            if known is None or _strictness(requirement) > _strictness(known[1]):
                found[requirement.id] = profile, requirement
    return found


def _strictness(requirement: Requirement) -> tuple[bool, int, bool]:
    return (
        requirement.replaced_by is None,
        LEVELS.index(requirement.level),
        requirement.raised_because is not None,
    )


def _chosen(requirement: Requirement, options: Options) -> bool:
    if LEVELS.index(requirement.level) < LEVELS.index(options.level):
        return False
    if options.select and not _named(requirement.id, options.select):
        return False
    return not _named(requirement.id, options.deselect)


def _named(requirement_id: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(requirement_id, pattern) for pattern in patterns)


def _know(patterns: Iterable[str], known: set[str], option: str) -> None:
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(name, pattern) for name in known):
            raise UsageError(
                Text(
                    vi=f"không có yêu cầu nào tên {pattern!r}",
                    en=f"no requirement is named {pattern!r}",
                ),
                mend=Text(vi="xem `conformance profile show`", en="see `conformance profile show`"),
                place=option,
            )


def _items(
    requirement: Requirement, profile: Profile, scene: Scene, options: Options
) -> Iterator[Item]:
    # From here on a requirement rests on the norm of that day.
    requirement = requirement.on(options.as_of)
    preset = unasked.for_requirement(requirement, scene, options.as_of)
    place = f"{profile.id}: {requirement.id}"
    bound: list[tuple[Check, dict[str, Any]]] = []
    for use in requirement.uses:
        found = checks.find(use.check, place=place)
        bound.append((found, found.bind(use.parameters, place=place)))
        if use.raised_from is not None:
            found.be_stricter(use.raised_from, use.parameters, place=place)
    level = _level(requirement, [found for found, _ in bound], scene)
    if preset is not None:
        yield Item(requirement, TARGET_UNIT, level, preset=preset)
        return
    per_unit: dict[str, list[Asked]] = {}
    for found, arguments in bound:
        undeclared = unasked.for_silence(found, scene)
        if undeclared is not None:
            per_unit.setdefault(TARGET_UNIT, []).append(Asked(found, arguments, undeclared))
            continue
        for unit in _units(found, requirement, scene):
            preset_of_check = unasked.for_check(found, arguments, scene, unit)
            per_unit.setdefault(unit, []).append(Asked(found, arguments, preset_of_check))
    if not per_unit:
        yield Item(requirement, TARGET_UNIT, level, preset=unasked.NO_OPERATION)
    for unit, asked in per_unit.items():
        yield Item(requirement, unit, level, asked=tuple(asked))


def _level(requirement: Requirement, used: list[Check], scene: Scene) -> str:
    # What a proposal says nobody is bound by, except our own sandbox, which serves it.
    leaning = any(found.contract for found in used)
    if leaning and scene.contract.proposed and not scene.target.on_loopback:
        return LEVELS[min(LEVELS.index(requirement.level), LEVELS.index("SHOULD"))]
    return requirement.level


def _units(found: Check, requirement: Requirement, scene: Scene) -> Iterator[str]:
    meant = [o for o in scene.operations if _is_meant(o, requirement.when, scene)]
    if found.per == "target":
        # A condition on operations is false for a target that has none such.
        fits = meant or not {"protocol", "method", "role"} & set(requirement.when)
        # Nobody need name an identity to a system that asks nobody who they are.
        if fits and (any(o.closed for o in scene.operations) or not found.secured):
            yield TARGET_UNIT
        return
    paths: set[str] = set()
    for operation in meant:
        fits = not found.methods or operation.method in found.methods
        fits = fits and (operation.closed or not found.secured)
        fits = fits and (operation.guarded or not found.guarded)
        fits = fits and (_is_unclaimed(operation) or not found.unclaimed)
        fits = fits and (operation.personal or not found.personal)
        fits = fits and (operation.privileged or not found.privileged)
        fits = fits and (operation.certified or not found.certified)
        fits = fits and (bool(operation.scopes) or not found.scoped)
        fits = fits and (not found.owned or _is_owned(operation, scene, listed=found.listing))
        fits = fits and (operation.listing is not None or not found.listing)
        fits = fits and (found.on != "generated" or can_generate(operation))
        if fits and not (found.once_per_path and operation.path in paths):
            paths.add(operation.path)
            yield operation.unit


def _is_unclaimed(operation: Operation) -> bool:
    """Whether the target file keeps personal data from strangers, and the contract does not."""
    return operation.personal and operation.reserved and not operation.secured


def _is_owned(operation: Operation, scene: Scene, *, listed: bool) -> bool:
    """Whether an operation is on an object that belongs to one person, or lists such objects."""
    owner = (scene.examples(operation) or {}).get("owner")
    # What an official does belongs to the office; only people have peers.
    of_a_person = scene.peer(owner) is not None if owner else operation.personal
    lists_own = operation.listing is not None and operation.listing.of == "owner"
    # What is listed below an object is closed with that object.
    below = "{" in operation.path
    meant = lists_own or (operation.personal and not below) if listed else below
    return meant and of_a_person and not operation.privileged


def _is_meant(operation: Operation, when: Mapping[str, Any], scene: Scene) -> bool:
    methods = when.get("method", [operation.method])
    units = {scene.mapping.roles.get(role) for role in when.get("role", ())}
    in_role = "role" not in when or operation.unit in units
    spoken = operation.protocol == when.get("protocol", operation.protocol)
    return spoken and operation.method in methods and in_role
