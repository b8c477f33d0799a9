"""What the target file leaves unsaid, as the plan knows without asking."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

from conformance.check import Check
from conformance.contract.operations import UNREADABLE
from conformance.plan import Plan, costs
from conformance.plan.unasked import Preset
from conformance.setup.symptoms import Symptom, once
from conformance.text import Text
from conformance.verdict import Reason


def of(plan: Plan) -> Iterator[Symptom]:
    """Yield what the target file leaves open, as the plan knows without asking."""
    target, scene = plan.target, plan.scene
    mapping = scene.mapping
    wanted = {role for r in plan.requirements() for role in r.when.get("role", ())}
    for role in sorted(wanted - set(mapping.roles)):
        yield Symptom(
            "role-unmapped",
            f"roles.{role}",
            Text(vi=f"chưa biết thao tác nào là {role}", en=f"no operation is known as {role}"),
            Text(
                vi=f"thêm `roles: {{{role}: operationId}}`, hoặc `none` nếu không có",
                en=f"add `roles: {{{role}: operationId}}`, or `none` where there is none",
            ),
        )
    yield from _of_traffic(plan)
    tokens = {name: identity.detail.get("token") for name, identity in target.identities.items()}
    for name, token in tokens.items():
        peer = scene.peer(name)
        if token is not None and peer is not None and tokens.get(peer) == token and name < peer:
            yield Symptom(
                "one-person-twice",
                f"identities.{peer}",
                Text(
                    vi=f"{name} và {peer} dùng chung một bí mật",
                    en=f"{name} and {peer} have one secret",
                ),
                Text(
                    vi="cấp cho mỗi danh tính một tài khoản riêng",
                    en="have an account of its own for each identity",
                ),
            )
    for operation in scene.operations:
        if UNREADABLE in {t for types in operation.responses.values() for t in types}:
            yield Symptom(
                "contract-unreadable",
                "contract",
                Text(
                    vi=f"{operation.unit}: đặc tả dẫn tới chỗ không đọc được ($ref)",
                    en=f"{operation.unit}: the contract leads to what cannot be read ($ref)",
                ),
                Text(
                    vi="gộp các tệp được dẫn tới vào đặc tả (bundle)",
                    en="bundle what it refers to into one document",
                ),
                blocking=False,
            )
        if operation.ends_session and not scene.candidates(operation):
            yield Symptom(
                "session-end",
                "identities",
                Text(
                    vi=f"{operation.unit} kết thúc phiên làm việc: chỉ gọi được bằng danh tính đăng"
                    " nhập lại được",
                    en=f"{operation.unit} ends the session: only an identity that can log in anew"
                    " calls it",
                ),
                Text(
                    vi="khai báo danh tính kiểu `oauth2`, `login`, hoặc sửa"
                    " `operations.session_end`",
                    en="declare an identity by `oauth2` or `login`, or mend"
                    " `operations.session_end`",
                ),
                blocking=False,
            )
    secured = any(operation.guarded for operation in scene.operations)
    if secured and not scene.has_peers:
        yield Symptom(
            "second-identity-missing",
            "identities.citizen_b",
            Text(
                vi="không có hai danh tính ngang hàng: không kiểm được ai đọc hồ sơ của ai",
                en="no two peers: whether one reads another's data cannot be tested",
            ),
            Text(
                vi="khai báo `citizen_a` và `citizen_b` là hai tài khoản không dùng chung dữ liệu",
                en="declare `citizen_a` and `citizen_b`, two accounts that share nothing",
            ),
            blocking=False,
        )
    if secured and "personal" not in target.operations and not _any_personal(plan):
        yield Symptom(
            "personal-unsaid",
            "operations.personal",
            Text(
                vi="chưa nói thao tác nào trả dữ liệu cá nhân",
                en="nobody said which operations answer personal data",
            ),
            Text(
                vi="thêm `operations: {personal: […]}`, `[]` nếu không có",
                en="add `operations: {personal: […]}`, `[]` where there is none",
            ),
            blocking=False,
        )
    yield from once(_unmapped(plan))


def _of_traffic(plan: Plan) -> Iterator[Symptom]:
    """Yield what keeps a run from asking all that it would."""
    asked, budget = costs.at_most(plan), plan.target.pace.budget
    if asked > budget:
        yield Symptom(
            "budget-short",
            "pace.budget",
            Text(
                vi=f"có thể cần tới {asked} yêu cầu, mà `pace.budget` là {budget}: phần còn lại sẽ"
                " chưa kết luận",
                en=f"up to {asked} requests may be needed, and `pace.budget` is {budget}: what is"
                " left then stays open",
            ),
            Text(
                vi=f"nâng `pace.budget` (`--budget {asked}`), hoặc sinh ít hơn: `--depth quick`",
                en=f"raise `pace.budget` (`--budget {asked}`), or generate less: `--depth quick`",
            ),
            blocking=False,
        )
    if plan.options.depth.shares["coverage"] and importlib.util.find_spec("schemathesis") is None:
        yield Symptom(
            "drafts-missing",
            "depth",
            Text(
                vi="chưa cài schemathesis, nên một phần yêu cầu thử sẽ không được sinh ra",
                en="schemathesis is not installed, so a part of the traffic is not generated",
            ),
            Text(
                vi="cài đặt bằng: pip install 'vnda-conformance[generation]'",
                en="install it with: pip install 'vnda-conformance[generation]'",
            ),
            blocking=False,
        )


def _unmapped(plan: Plan) -> Iterator[Symptom]:
    """Yield what checks of the plan stay open for, as the plan itself says."""
    for asked in (asked for item in plan.items for asked in item.asked):
        preset = asked.preset
        if preset is None or preset.reason is not Reason.NO_MAPPING:
            continue
        if asked.check.privileged or asked.check.owned:
            yield _nobody_said_whose(asked.check, preset)
            continue
        key = "fields" if "fields" in asked.check.parameters else "lists"
        if asked.check.listing or key == "fields":
            mend = Text(vi=f"bổ sung `{key}`", en=f"complete `{key}`")
            yield Symptom(f"{key}-unsaid", key, preset.because, mend, blocking=False)


def _nobody_said_whose(check: Check, preset: Preset) -> Symptom:
    """Return what is mentioned where nobody said who may: which office, or which owner."""
    if check.privileged:
        mend = Text(
            vi="thêm `operations: {privileged: […]}`, `[]` nếu không có",
            en="add `operations: {privileged: […]}`, `[]` where there is none",
        )
        return Symptom(
            "privileged-unsaid", "operations.privileged", preset.because, mend, blocking=False
        )
    mend = Text(vi="nêu `owner` trong `examples`", en="name the `owner` in `examples`")
    return Symptom("owners-unsaid", "examples", preset.because, mend, blocking=False)


def _any_personal(plan: Plan) -> bool:
    return any(operation.personal for operation in plan.scene.operations)
