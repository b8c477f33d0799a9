"""What a run is going to ask: requirements × units, known before the first request.

A plan is a pure function of profiles, target, contract and options. It says for each item which
checks will be asked with which parameters, or why none will be: the demand is not in force, its
condition is false, nobody permitted it, an identity is missing, or only an attestation decides it.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from conformance import check as checks
from conformance import listing as lists
from conformance import mapping as mappings
from conformance.check import Check
from conformance.contract import Contract, Operation
from conformance.errors import TargetError, UsageError
from conformance.listing import Listing
from conformance.mapping import Mapped
from conformance.probe import Scene
from conformance.profile import LEVELS, Profile, Requirement
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Verdict

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

    @property
    def narrowed(self) -> bool:
        """Whether the plan is less than the profile asks."""
        return bool(self.select or self.deselect or self.items) or self.level != "MAY"

    def as_json(self) -> dict[str, Any]:
        """Return the form in a record's header."""
        return {
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "select": list(self.select),
            "deselect": list(self.deselect),
            "level": self.level,
            "items": list(self.items),
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
        )


@dataclass(frozen=True)
class Preset:
    """A verdict that needs no request."""

    verdict: Verdict
    reason: Reason | None
    because: Text
    attestation: Mapping[str, Any] | None = None


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
        return any(a.check.kind == "law" and a.check.on != "baseline" for a in self.asked)


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
        whole = replace(self.options, select=(), deselect=(), items=(), level="MAY")
        scene = self.scene
        full = make(self.profiles, self.target, scene.contract, whole, mapping=scene.mapping)
        planned = {item.name for item in self.items}
        missing = [i for i in full.items if i.level == "MUST" and i.name not in planned]
        return list(dict.fromkeys(item.requirement.id for item in missing))

    def cost(self) -> int:
        """Return how many requests will leave at most, reproductions apart."""
        total = 1 + sum(identity.logs_in for identity in self.target.identities.values())
        # Where TLS may turn a stranger away, the first word may have to be said twice.
        total += any(operation.certified for operation in self.scene.operations)
        total += self.target.jwks_url is not None
        # What several checks of a unit share is paid once: as much as the dearest of them costs.
        cases: dict[tuple[str, str], int] = {}
        # Every GET is called once to see that the target is reached at the right address.
        called = {o.unit for o in self.scene.operations if o.method == "GET"}
        for item in self.items:
            operation = self.scene.operation(item.unit)
            for asked in item.asked:
                if asked.preset is not None:
                    continue
                if operation is not None:
                    called.add(operation.unit)
                elif asked.check.kind == "law":
                    called.update(o.unit for o in self.scene.operations)
                if cost := asked.check.cost(asked.parameters):
                    cost += len(self._sources(operation, fresh=True))
                    case = item.unit, asked.check.shares or asked.case
                    cases[case] = max(cost, cases.get(case, 0))
        total += sum(cases.values())
        for unit in list(called):
            called |= self._sources(self.scene.operation(unit), fresh=False)
        for unit in called:
            operation = self.scene.operation(unit)
            if operation is not None:
                total += max(1, len(self.scene.candidates(operation)))
                total += len(self._sources(operation, fresh=True))
        return total

    def _sources(self, operation: Operation | None, *, fresh: bool) -> set[str]:
        """Return the units whose answers an operation's examples take values from, in turn.

        Args:
            operation: the one that is called.
            fresh: those called anew for a case, rather than those whose baseline is shared.
        """
        found: set[str] = set()
        waiting = [operation]
        while waiting:
            current = waiting.pop()
            if current is None:
                continue
            for name in _references(self.scene.examples(current) or {}):
                source = self.scene.operation(name)
                if source is not None and source.unit not in found:
                    found.add(source.unit)
                    waiting.append(source)
        shared = operation is not None and operation.reads
        return set() if shared == fresh else found


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
    # What looks at all traffic is judged when there is no more to come.
    chosen = [item for item in items if not options.items or item.name in options.items]
    ordered = sorted(chosen, key=lambda item: item.late)
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


def _references(examples: Mapping[str, Any]) -> Iterator[str]:
    """Return the operations that a set of examples takes values from."""
    body = examples.get("body")
    for value in (*examples.values(), *(body.values() if isinstance(body, Mapping) else ())):
        if isinstance(value, Mapping) and "from" in value:
            yield str(value["from"])


def declared_operations(target: Target, contract: Contract) -> tuple[Operation, ...]:
    """Return the contract's operations with what the target file declares of them."""
    declared = target.operations
    found = []
    for operation in contract.operations:
        names = {operation.id, operation.unit}
        found.append(
            replace(
                operation,
                personal=operation.personal or bool(names & declared.get("personal", frozenset())),
                public=operation.public or bool(names & declared.get("public", frozenset())),
                safe=operation.safe or bool(names & declared.get("safe", frozenset())),
                privileged=operation.privileged
                or bool(names & declared.get("privileged", frozenset())),
                ends_session=bool(names & declared["session_end"])
                if "session_end" in declared
                else operation.ends_session,
                listing=_listing(operation, target),
                certified=contract.wants_certificates(operation),
                protocol=_protocol(operation, target),
            )
        )
    return tuple(found)


def _listing(operation: Operation, target: Target) -> Listing | None:
    """Return how an operation answers a list: what the target file says wins."""
    declared = target.lists or {}
    name = next((n for n in (operation.id, operation.unit) if n in declared), None)
    if name is None:
        return operation.listing
    names = [parameter.name for parameter in operation.parameters if parameter.place == "query"]
    place = f"{target.place}: lists.{name}"
    return lists.of(declared[name], names, place=place, error=TargetError)


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
    preset = _without_asking(requirement, scene.target, options.as_of) or _unmapped(
        requirement, scene
    )
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
        if found.personal and _nobody_said_what_is_personal(scene):
            per_unit.setdefault(TARGET_UNIT, []).append(Asked(found, arguments, _PERSONAL_UNKNOWN))
            continue
        if found.listing and (missing := _undeclared_list(scene)) is not None:
            preset_of_lists = _list_unknown(missing)
            per_unit.setdefault(TARGET_UNIT, []).append(Asked(found, arguments, preset_of_lists))
            continue
        for unit in _units(found, requirement, scene):
            preset_of_check = _not_asked(found, scene) or _fields_unknown(found, arguments, scene)
            per_unit.setdefault(unit, []).append(Asked(found, arguments, preset_of_check))
    if not per_unit:
        because = Text(
            vi="đặc tả giao diện không có thao tác nào thuộc loại này",
            en="the contract has no operation of this kind",
        )
        yield Item(
            requirement, TARGET_UNIT, level, preset=Preset(Verdict.NOT_APPLICABLE, None, because)
        )
    for unit, asked in per_unit.items():
        yield Item(requirement, unit, level, asked=tuple(asked))


def _without_asking(requirement: Requirement, target: Target, as_of: date) -> Preset | None:
    """Return the verdict of a requirement that no request decides, or None."""
    because = _why_not_applicable(requirement, target, as_of)
    if because is not None:
        return Preset(Verdict.NOT_APPLICABLE, None, because)
    if requirement.attested is not None:
        return _attested(requirement, target, as_of)
    if requirement.untested is not None:
        return Preset(Verdict.NOT_TESTED, Reason.INCONCLUSIVE, requirement.untested)
    if requirement.where not in {"either", target.environment}:
        because = Text(
            vi=f"được quyết định bởi lượt chạy trên môi trường {requirement.where}",
            en=f"decided by a run against the {requirement.where} environment",
        )
        return Preset(Verdict.NOT_TESTED, Reason.NOT_AUTHORISED, because)
    return None


def _why_not_applicable(requirement: Requirement, target: Target, as_of: date) -> Text | None:
    if requirement.replaced_by:
        by, ground = requirement.replaced_by
        return Text(
            vi=f"được thay thế bởi {by} (căn cứ: {ground})",
            en=f"replaced by {by} (ground: {ground})",
        )
    if not requirement.binds(as_of):
        return Text(vi=f"không có hiệu lực vào ngày {as_of}", en=f"not in force on {as_of}")
    return _unmet(requirement.when, target)


def _unmapped(requirement: Requirement, scene: Scene) -> Preset | None:
    """Return why the roles that a requirement speaks of decide nothing, or None.

    One role that nobody mapped leaves it open, whatever the others say.
    """
    outcomes: list[NotTested | NotApplicable | None] = []
    for role in requirement.when.get("role", ()):
        try:
            scene.mapping.unit(role)
            outcomes.append(None)
        except (NotTested, NotApplicable) as why:
            outcomes.append(why)
    unknown = next((o for o in outcomes if isinstance(o, NotTested)), None)
    nowhere = next((o for o in outcomes if isinstance(o, NotApplicable)), None)
    if unknown is not None:
        return Preset(Verdict.NOT_TESTED, unknown.reason, unknown.because)
    if nowhere is not None and None not in outcomes:
        return Preset(Verdict.NOT_APPLICABLE, None, nowhere.because)
    return None


def _unmet(when: Mapping[str, Any], target: Target) -> Text | None:
    """Return why the condition of a requirement is false for the whole target, or None."""
    facts = {"scheme": target.scheme, "environment": target.environment}
    for key, fact in facts.items():
        if key in when and when[key] != fact:
            return Text(
                vi=f"chỉ áp dụng khi {key} = {when[key]}, ở đây là {fact}",
                en=f"applies only when {key} = {when[key]}; here it is {fact}",
            )
    return None


def _attested(requirement: Requirement, target: Target, as_of: date) -> Preset:
    wanted: Mapping[str, Any] = requirement.attested or {}
    for attestation in target.attestations:
        if attestation["requirement"] != requirement.id:
            continue
        # An auditor may attest what the agency could; not the other way round.
        by_right = attestation["by"]["role"] in {wanted["by"], "auditor"}
        in_time = (
            date.fromisoformat(attestation["date"])
            <= as_of
            <= date.fromisoformat(attestation["until"])
        )
        if by_right and in_time:
            who = attestation["by"]["name"]
            return Preset(
                Verdict.PASS,
                None,
                Text(
                    vi=f"được xác nhận bởi {who}, có giá trị đến {attestation['until']}",
                    en=f"attested by {who}, valid until {attestation['until']}",
                ),
                attestation,
            )
    evidence = wanted["evidence"]
    return Preset(
        Verdict.NOT_TESTED,
        Reason.ATTESTATION,
        Text(
            vi=f"cần xác nhận ({wanted['by']}): {evidence['vi']}",
            en=f"needs an attestation ({wanted['by']}): {evidence['en']}",
        ),
    )


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
        if fits and (any(o.secured for o in scene.operations) or not found.secured):
            yield TARGET_UNIT
        return
    paths: set[str] = set()
    for operation in meant:
        fits = not found.methods or operation.method in found.methods
        fits = fits and (operation.secured or not found.secured)
        fits = fits and (operation.personal or not found.personal)
        fits = fits and (operation.privileged or not found.privileged)
        fits = fits and (operation.certified or not found.certified)
        fits = fits and (not found.owned or _is_owned(operation, scene))
        fits = fits and (operation.listing is not None or not found.listing)
        if fits and not (found.once_per_path and operation.path in paths):
            paths.add(operation.path)
            yield operation.unit


def _is_owned(operation: Operation, scene: Scene) -> bool:
    """Whether an operation is on an object that belongs to one person."""
    owner = (scene.examples(operation) or {}).get("owner")
    # What an official does belongs to the office; only people have peers.
    of_a_person = scene.peer(owner) is not None if owner else operation.personal
    return "{" in operation.path and of_a_person and not operation.privileged


def _is_meant(operation: Operation, when: Mapping[str, Any], scene: Scene) -> bool:
    methods = when.get("method", [operation.method])
    units = {scene.mapping.roles.get(role) for role in when.get("role", ())}
    in_role = "role" not in when or operation.unit in units
    spoken = operation.protocol == when.get("protocol", operation.protocol)
    return spoken and operation.method in methods and in_role


def _protocol(operation: Operation, target: Target) -> str:
    """Return what an operation speaks: as the target file says, else its contract, else REST."""
    for pattern, protocol in target.protocols.items():
        if pattern != "default" and fnmatch.fnmatchcase(operation.path, pattern):
            return protocol
    return operation.protocol or target.protocols.get("default", "rest")


_PERSONAL_UNKNOWN = Preset(
    Verdict.NOT_TESTED,
    Reason.NO_MAPPING,
    Text(
        vi="chưa ai nói thao tác nào trả dữ liệu cá nhân: thêm vào tệp đích"
        " `operations: {personal: […]}`, hoặc `[]` nếu không có",
        en="nobody said which operations answer personal data: add to the target file"
        " `operations: {personal: […]}`, or `[]` if there is none",
    ),
)


def _nobody_said_what_is_personal(scene: Scene) -> bool:
    declared = "personal" in scene.target.operations
    return not declared and not any(o.personal for o in scene.operations)


def _undeclared_list(scene: Scene) -> Operation | None:
    """Return an operation that looks like a list, where nobody said which operations are."""
    if scene.target.lists is not None or any(o.listing for o in scene.operations):
        return None
    return next((o for o in scene.operations if scene.contract.looks_like_a_list(o)), None)


def _list_unknown(operation: Operation) -> Preset:
    line = f"`lists: {{{operation.id}: {{items: …, id: …}}}}`"
    return Preset(
        Verdict.NOT_TESTED,
        Reason.NO_MAPPING,
        Text(
            vi=f"chưa ai nói thao tác nào trả danh sách: thêm vào tệp đích {line},"
            " hoặc `lists: {}` nếu không có",
            en=f"nobody said which operations answer lists: add to the target file {line},"
            " or `lists: {}` if there is none",
        ),
    )


def _not_asked(found: Check, scene: Scene) -> Preset | None:
    target = scene.target
    if not target.permits(found.safety):
        return Preset(
            Verdict.NOT_TESTED,
            Reason.NOT_AUTHORISED,
            Text(
                vi=f"cần `allow: [{found.safety}]`, `environment: sandbox` và `authorisation`",
                en=f"needs `allow: [{found.safety}]`, `environment: sandbox` and `authorisation`",
            ),
        )
    if found.secured and not target.identities:
        return Preset(
            Verdict.NOT_TESTED,
            Reason.NO_CREDENTIALS,
            Text(vi="cần một danh tính trong `identities`", en="needs an identity in `identities`"),
        )
    if {"expired", "foreign"} & set(found.needs) and not _uses_tokens(scene):
        return _NO_TOKENS
    for name in found.needs:
        if not (scene.has_peers if name == "peer" else name in target.identities):
            return _MISSING.get(name) or _missing(name)
    return None


def _fields_unknown(found: Check, arguments: Mapping[str, Any], scene: Scene) -> Preset | None:
    """Return why a check on fields decides nothing, where the mapping knows none of them."""
    if "mapping" not in found.given or "fields" not in found.parameters:
        return None
    try:
        scene.mapping.known(arguments.get("fields", found.parameters["fields"].default))
    except NotTested as why:
        return Preset(Verdict.NOT_TESTED, why.reason, why.because)
    except NotApplicable as why:
        return Preset(Verdict.NOT_APPLICABLE, None, why.because)
    return None


def _uses_tokens(scene: Scene) -> bool:
    """Whether the contract secures anything with access tokens, or does not say with what."""
    used = {name for o in scene.operations for alternative in o.security for name in alternative}
    schemes = [scene.contract.security_schemes.get(name, {}) for name in used]
    return any(
        scheme.get("type") in {None, "oauth2", "openIdConnect"}
        or str(scheme.get("scheme", "")).lower() == "bearer"
        for scheme in schemes
    )


_NO_TOKENS = Preset(
    Verdict.NOT_APPLICABLE,
    None,
    Text(
        vi="đặc tả giao diện không dùng mã truy cập", en="the contract does not use access tokens"
    ),
)


def _missing(name: str) -> Preset:
    line = f"`identities: {{{name}: …}}`"
    return Preset(
        Verdict.NOT_TESTED,
        Reason.NO_SECOND_IDENTITY,
        Text(vi=f"thêm vào tệp đích {line}", en=f"add to the target file {line}"),
    )


_MISSING = {
    "peer": Preset(
        Verdict.NOT_TESTED,
        Reason.NO_SECOND_IDENTITY,
        Text(
            vi="cần hai danh tính ngang hàng, không dùng chung dữ liệu: `citizen_a`, `citizen_b`",
            en="needs two identities of one standing that share nothing: `citizen_a`, `citizen_b`",
        ),
    )
}
