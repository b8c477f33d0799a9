"""Verdicts that need no request: what is known, or cannot be decided, before anything is sent.

A demand is not in force, its condition is false, nobody permitted it, an identity is missing, the
target file is silent, or only an attestation decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from conformance import advice
from conformance.check import Check, Safety
from conformance.contract import parts
from conformance.contract.operations import Operation
from conformance.generation.depth import may_generate
from conformance.probe.scene import Scene
from conformance.profile import Requirement
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Verdict


@dataclass(frozen=True)
class Preset:
    """A verdict that needs no request."""

    verdict: Verdict
    reason: Reason | None
    because: Text
    attestation: Mapping[str, Any] | None = None


NO_OPERATION = Preset(
    Verdict.NOT_APPLICABLE,
    None,
    Text(
        vi="đặc tả giao diện không có thao tác nào thuộc loại này",
        en="the contract has no operation of this kind",
    ),
)


def for_requirement(requirement: Requirement, scene: Scene, as_of: date) -> Preset | None:
    """Return the verdict of a requirement that no request decides, or None."""
    return _without_asking(requirement, scene.target, as_of) or _unmapped(requirement, scene)


def for_silence(found: Check, scene: Scene) -> Preset | None:
    """Return why a check is asked of no operation, where nobody said which ones it is about."""
    if found.personal and _nobody_said_what_is_personal(scene):
        return _PERSONAL_UNKNOWN
    if found.privileged and _nobody_said_what_is_privileged(scene):
        return _not_asked(found, scene) or _PRIVILEGED_UNKNOWN
    if found.secured and _nobody_said_what_is_closed(scene):
        return _not_asked(found, scene) or _CLOSED_UNKNOWN
    unowned = _unowned(found, scene) if found.owned and not found.listing else None
    if unowned is not None:
        return _not_asked(found, scene) or _owner_unknown(unowned)
    missing = _undeclared_list(scene, guarded=found.guarded) if found.listing else None
    return None if missing is None else _list_unknown(missing)


def for_check(found: Check, arguments: Mapping[str, Any], scene: Scene, unit: str) -> Preset | None:
    """Return why a check is not asked where it would be, or None."""
    if found.applies is not None and not found.applies(scene, scene.operation(unit)):
        return NO_OPERATION
    operation = scene.operation(unit)
    if found.on == "generated" and operation and not may_generate(scene, operation):
        return _not_authorised("write")
    return _not_asked(found, scene) or _fields_unknown(found, arguments, scene)


def _without_asking(requirement: Requirement, target: Target, as_of: date) -> Preset | None:
    """Return the verdict that needs no look at roles, or None."""
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


_PRIVILEGED_UNKNOWN = Preset(
    Verdict.NOT_TESTED,
    Reason.NO_MAPPING,
    Text(
        vi="chưa ai nói thao tác nào chỉ dành cho người có thẩm quyền: thêm vào tệp đích"
        " `operations: {privileged: […]}`, hoặc `[]` nếu không có",
        en="nobody said which operations are for an office alone: add to the target file"
        " `operations: {privileged: […]}`, or `[]` if there is none",
    ),
)


def _nobody_said_what_is_privileged(scene: Scene) -> bool:
    declared = "privileged" in scene.target.operations
    if declared or any(o.privileged for o in scene.operations):
        return False
    # Where nobody is asked who they are, nobody holds an office either.
    return any(o.guarded for o in scene.operations)


_CLOSED_UNKNOWN = Preset(
    Verdict.NOT_TESTED,
    Reason.NO_MAPPING,
    Text(
        vi="đặc tả giao diện không nói thao tác nào cần xác thực: thêm `security` vào đặc tả, hoặc"
        " vào tệp đích `examples: {…: {owner: …}}`, là tên danh tính gọi thao tác đó; thao tác ai"
        " cũng được gọi thì kê vào `operations: {public: […]}`",
        en="the contract does not say which operations need credentials: add `security` to it, or"
        " to the target file `examples: {…: {owner: …}}`, the name of the identity that calls the"
        " operation; list what anybody may call in `operations: {public: […]}`",
    ),
)


def _nobody_said_what_is_closed(scene: Scene) -> bool:
    """Whether there are callers with credentials, and no word of what they are needed for."""
    if parts.tells_security(scene.contract) or not scene.target.identities:
        return False
    open_ = all(operation.public for operation in scene.operations)
    return not open_ and not any(operation.kept for operation in scene.operations)


def _unowned(found: Check, scene: Scene) -> Operation | None:
    """Return an operation on one object, where nobody said of any whose the object is."""
    nobodys = scene.target.operations.get("personal") == frozenset()
    likely = [
        operation
        for operation in scene.operations
        if "{" in operation.path
        and operation.guarded
        and not operation.privileged
        and (not found.methods or operation.method in found.methods)
    ]
    said = any(o.personal or "owner" in (scene.examples(o) or {}) for o in likely)
    return None if said or nobodys else next(iter(likely), None)


def _owner_unknown(operation: Operation) -> Preset:
    name = operation.id if operation.id != operation.unit else f'"{operation.unit}"'
    line = f"`examples: {{{name}: {{owner: …}}}}`"
    return Preset(
        Verdict.NOT_TESTED,
        Reason.NO_MAPPING,
        Text(
            vi=f"chưa ai nói đối tượng thuộc về ai: thêm vào tệp đích {line}, là tên một danh tính,"
            " hoặc `operations: {personal: []}` nếu không có dữ liệu của người nào",
            en=f"nobody said whose the objects are: add to the target file {line}, the name of an"
            " identity, or `operations: {personal: []}` if no data are anybody's",
        ),
    )


def _undeclared_list(scene: Scene, *, guarded: bool) -> Operation | None:
    """Return an operation that looks like a list, where nobody said which operations are."""
    asked = [o for o in scene.operations if o.guarded or not guarded]
    if scene.target.lists is not None or any(o.listing for o in scene.operations):
        return None
    return next((o for o in asked if scene.contract.looks_like_a_list(o)), None)


def _list_unknown(operation: Operation) -> Preset:
    line = advice.line("lists", operation.id, "{items: …, id: …}")
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


def _not_authorised(safety: Safety) -> Preset:
    return Preset(
        Verdict.NOT_TESTED,
        Reason.NOT_AUTHORISED,
        Text(
            vi=f"cần `allow: [{safety}]`, `environment: sandbox` và `authorisation`",
            en=f"needs `allow: [{safety}]`, `environment: sandbox` and `authorisation`",
        ),
    )


def _not_asked(found: Check, scene: Scene) -> Preset | None:
    target = scene.target
    if not target.permits(found.safety):
        return _not_authorised(found.safety)
    if (found.secured or found.guarded or found.unclaimed) and not target.identities:
        return Preset(
            Verdict.NOT_TESTED,
            Reason.NO_CREDENTIALS,
            Text(vi="cần một danh tính trong `identities`", en="needs an identity in `identities`"),
        )
    if {"expired", "foreign"} & set(found.needs) and not scene.uses_tokens:
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
