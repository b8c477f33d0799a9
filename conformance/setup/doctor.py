"""Before a run: what would spoil it, each with the key of the target file that mends it.

One call of each operation that is safe, the log-in of each identity, and a look at what the target
file leaves unsaid. Nothing is changed, unless a value is taken from an operation that makes it
(`from`) and the target file permits that. Nothing is judged and nothing is kept.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from conformance.check import Check
from conformance.contract.operations import UNREADABLE, Operation
from conformance.engine import Session
from conformance.errors import TargetError, UnreachableError
from conformance.evidence import Exchange
from conformance.plan import Plan
from conformance.plan.unasked import Preset
from conformance.probe.obstacles import from_a_firewall
from conformance.probe.scene import REFUSED_IDENTITIES
from conformance.setup.preflight import Symptom, reaching
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_MOST_SKEW_SECONDS = 60.0
_TOO_MUCH_SKEW_SECONDS = 300.0
# Where all answers are alike, the single ones tell nothing more.
_OF_ALL = frozenset({"wrong-base-path", "redirected"})
_CLOSED = frozenset({401, 403})
# Lacking data leaves one operation open; where it leaves all open, there is nothing to run.
_WANTING = "no-test-data"
_NO_DATA = frozenset({400, 404, 409, 410, 422})
_TAG = re.compile(rb"(?i)<(?:!doctype|[a-z][a-z0-9]*)[\s/>]")


@dataclass(frozen=True)
class Called:
    """One operation and what became of its happy call: a status, or why there was none."""

    unit: str
    identity: str | None
    status: int
    why: Text | None = None


@dataclass(frozen=True)
class Examination:
    """What the doctor found."""

    symptoms: tuple[Symptom, ...]
    calls: tuple[Called, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing stands in the way of a run."""
        return not any(symptom.blocking for symptom in self.symptoms)


def examine(plan: Plan) -> Examination:
    """Return what would spoil a run of a plan."""
    unreached = reaching(plan.target)
    if unreached is not None:
        return Examination((unreached, *_unsaid(plan)))
    with tempfile.TemporaryDirectory() as folder:
        try:
            session = Session(plan, Path(folder))
        except TargetError as error:
            return Examination((_closed(error), *_unsaid(plan)))
        try:
            return _examined(plan, session)
        finally:
            session.close()


def _examined(plan: Plan, session: Session) -> Examination:
    first = session.greet()
    if first.response is None and not session.turns_strangers_away(first):
        return Examination((_silent(plan, first), *_unsaid(plan)))
    symptoms = [*_manners(plan, first)]
    refused: dict[str, Symptom] = {}
    for name in plan.target.identities:
        try:
            session.log_in(name)
        except UnreachableError as error:
            mend = error.mend or _ADD_IDENTITY
            refused[name] = Symptom("log-in-refused", f"identities.{name}", error.what, mend)
    answers: list[tuple[Operation, Exchange]] = []
    calls = []
    for operation in plan.scene.operations:
        try:
            if not operation.reads or operation.ends_session:
                # Only formed, and only where the run is to make it: a change is for the run.
                if plan.target.permits("write"):
                    session.probe(operation.unit, "doctor").form(operation, identity=None)
                continue
            answer = session.baseline(operation)
        except NotTested as outcome:
            calls.append(Called(operation.unit, None, 0, outcome.because))
            symptoms += _of_outcome(plan, operation, outcome, set(refused))
            continue
        answers.append((operation, answer))
        calls.append(Called(operation.unit, answer.identity, answer.status))
    symptoms += _of_all(plan, answers)
    if not any(symptom.cause in _OF_ALL for symptom in symptoms):
        symptoms += refused.values()
        rejected = set(_rejected(plan, session, answers, set(refused)))
        symptoms += [_identity_refused(name) for name in sorted(rejected)]
        symptoms += _of_answers(plan, [(o, a) for o, a in answers if a.identity not in rejected])
    if any(answer.succeeded for _, answer in answers):
        symptoms = [replace(s, blocking=False) if s.cause == _WANTING else s for s in symptoms]
    return Examination((*_once(symptoms), *_unsaid(plan)), tuple(calls))


def _closed(error: TargetError) -> Symptom:
    """Return what became of a secret, or of a certificate of a client, that cannot be read."""
    found = re.search(r"identities\.[a-z0-9_]+|network\.[a-z_]+", error.place or "")
    return Symptom(
        "secret-missing", found[0] if found else "identities", error.what, error.mend or _OPEN
    )


def _silent(plan: Plan, first: Exchange) -> Symptom:
    key = "network.proxy" if plan.target.proxy else "base_url"
    return Symptom(
        "proxy-refuses" if plan.target.proxy else "no-answer",
        key,
        Text(vi=f"không có trả lời: {first.error}", en=f"no answer: {first.error}"),
        Text(vi=f"kiểm tra `{key}`", en=f"check `{key}`"),
    )


def _manners(plan: Plan, first: Exchange) -> Iterator[Symptom]:
    """Yield what the very first answer tells: a clock, a redirect, a firewall, a throttle."""
    skew = _skew(first)
    if skew is not None and abs(skew) > _MOST_SKEW_SECONDS:
        yield Symptom(
            "clock-skew",
            "target",
            Text(
                vi=f"đồng hồ máy chủ lệch {skew:+.0f} giây so với máy này",
                en=f"the server's clock differs by {skew:+.0f} seconds from this machine's",
            ),
            Text(
                vi="đồng bộ giờ hai máy; mã truy cập và chứng thư xét theo giờ",
                en="synchronise both clocks; tokens and certificates are judged by time",
            ),
            blocking=abs(skew) > _TOO_MUCH_SKEW_SECONDS,
        )
    if _leads_elsewhere(plan, first):
        yield _redirected(first)
    if from_a_firewall(first):
        yield _FIREWALL
    if first.status == 407:  # noqa: PLR2004  # RFC 9110, 15.5.8
        yield Symptom(
            "proxy-refuses",
            "network.proxy",
            Text(vi="proxy đòi xác thực (407)", en="the proxy wants credentials (407)"),
            Text(
                vi="đặt tên và mật khẩu vào địa chỉ proxy trong biến môi trường, ghi `env:TÊN`",
                en="put name and password into the proxy's address in an environment variable,"
                " and write `env:NAME`",
            ),
        )
    if first.status in {429, 503}:
        yield _throttled(plan.target.pace.requests_per_second)


def _leads_elsewhere(plan: Plan, answer: Exchange) -> bool:
    """Whether an answer redirects to another scheme, host or port."""
    there = urlsplit(urljoin(plan.target.base_url, answer.header("Location")))
    here = urlsplit(plan.target.base_url)
    return _redirects(answer) and (there.scheme, there.netloc) != (here.scheme, here.netloc)


def _redirects(answer: Exchange) -> bool:
    return answer.status in {301, 302, 303, 307, 308}


def _redirected(answer: Exchange) -> Symptom:
    where = answer.header("Location")
    return Symptom(
        "redirected",
        "base_url",
        Text(vi=f"yêu cầu bị chuyển tới {where}", en=f"requests are redirected to {where}"),
        Text(
            vi="đặt `base_url` thành địa chỉ cuối cùng; bộ kiểm thử không đi theo chuyển hướng",
            en="set `base_url` to the final address; redirects are not followed",
        ),
    )


def _throttled(rate: float) -> Symptom:
    return Symptom(
        "throttled",
        "pace.requests_per_second",
        Text(vi="đích giới hạn tần suất (429, 503)", en="the target throttles (429, 503)"),
        Text(
            vi=f"hạ `pace.requests_per_second` xuống dưới {rate:g}",
            en=f"lower `pace.requests_per_second` below {rate:g}",
        ),
    )


def _skew(answer: Exchange) -> float | None:
    try:
        told = parsedate_to_datetime(answer.header("Date"))
    except (TypeError, ValueError):
        return None
    return told.timestamp() - time.time()


def _of_outcome(
    plan: Plan, operation: Operation, outcome: NotTested, refused: set[str]
) -> Iterator[Symptom]:
    key = f"examples.{operation.id}"
    if outcome.reason is Reason.NO_CREDENTIALS and not refused:
        yield Symptom("identity-missing", "identities", outcome.because, _ADD_IDENTITY)
    elif outcome.reason is Reason.THROTTLED:
        yield _throttled(plan.target.pace.requests_per_second)
    elif outcome.reason is Reason.BLOCKED:
        yield _FIREWALL
    elif outcome.reason in {Reason.NO_TEST_DATA, Reason.DEPENDENCY_FAILED}:
        yield Symptom(_WANTING, key, outcome.because, _add_examples(key))
    elif outcome.reason is Reason.UNREACHABLE:
        yield Symptom(
            "no-answer",
            "pace.timeout_seconds",
            Text(
                vi=f"{operation.unit}: {outcome.because.vi}",
                en=f"{operation.unit}: {outcome.because.en}",
            ),
            Text(
                vi="kiểm tra thao tác này, hoặc tăng `pace.timeout_seconds`",
                en="look at this operation, or raise `pace.timeout_seconds`",
            ),
        )


def _of_all(plan: Plan, answers: list[tuple[Operation, Exchange]]) -> Iterator[Symptom]:
    """Yield what only all answers together tell."""
    if len(answers) > 1 and all(answer.status == 404 for _, answer in answers):  # noqa: PLR2004
        paths = ", ".join(path for path in plan.scene.contract.server_paths() if path)
        yield Symptom(
            "wrong-base-path",
            "base_url",
            Text(
                vi=f"mọi thao tác đều trả lời 404; `servers` nêu: {paths or '—'}",
                en=f"every operation answers 404; `servers` names: {paths or '—'}",
            ),
            Text(vi="thêm đường dẫn gốc vào `base_url`", en="add the base path to `base_url`"),
        )
    elif answers and all(_redirects(answer) for _, answer in answers):
        yield _redirected(answers[0][1])


def _rejected(
    plan: Plan, session: Session, answers: list[tuple[Operation, Exchange]], refused: set[str]
) -> Iterator[str]:
    """Yield the identities that are refused as such.

    A baseline is the call of one identity only, so each of the others calls once what somebody
    was let in to.
    """
    secured = [(o, answer) for o, answer in answers if o.secured and answer.identity is not None]
    opened = {answer.identity for _, answer in secured if answer.status != 401}  # noqa: PLR2004  # RFC 9110, 15.5.2
    # Who shows no certificate where one is demanded need not have a wrong credential.
    let_in = next((o for o, answer in secured if answer.succeeded and not o.certified), None)
    for _, answer in secured:
        if answer.identity is not None and answer.identity not in opened:
            yield answer.identity
    if let_in is None:
        return
    for name in set(plan.target.identities) - opened - refused - REFUSED_IDENTITIES:
        try:
            answer = session.probe(let_in.unit, "doctor").call(let_in, identity=name)
        except NotTested:
            continue
        if answer.status == 401:  # noqa: PLR2004  # RFC 9110, 15.5.2
            yield name


def _identity_refused(name: str) -> Symptom:
    return Symptom(
        "identity-refused",
        f"identities.{name}",
        Text(
            vi=f"đích từ chối danh tính {name} (401)",
            en=f"the target refuses the identity {name} (401)",
        ),
        Text(
            vi="mã truy cập sai, hết hạn, hay của môi trường khác?",
            en="is the credential wrong, expired, or of another environment?",
        ),
    )


def _of_answers(plan: Plan, answers: list[tuple[Operation, Exchange]]) -> Iterator[Symptom]:
    scene = plan.scene
    let_in = {a.identity for _, a in answers if a.identity is not None and a.succeeded}
    for operation, answer in answers:
        known = bool(let_in.intersection(scene.candidates(operation)))
        guessed = known and bool(scene.samples(operation))
        yield from _of_answer(operation, answer, guessed=guessed)


def _of_answer(operation: Operation, answer: Exchange, *, guessed: bool) -> Iterator[Symptom]:
    """Yield what an answer tells; `guessed`: somebody known asked for the contract's sample."""
    said = f"{operation.unit} → {answer.status}"
    key = f"examples.{operation.id}"
    documented = operation.documented(answer.status) or {}
    if answer.status in _NO_DATA or (guessed and answer.status == 403):  # noqa: PLR2004  # RFC 9110, 15.5.4
        # 403 may stand for 404, so that nobody learns what is not there.
        yield Symptom(_WANTING, key, Text(vi=said, en=said), _add_examples(key))
    elif answer.status in _CLOSED and operation.guarded:
        yield Symptom(
            "forbidden",
            f"{key}.owner",
            Text(vi=f"{said} với {answer.identity}", en=f"{said} as {answer.identity}"),
            Text(
                vi=f"nêu danh tính được phép ở `{key}.owner`",
                en=f"name the identity that may in `{key}.owner`",
            ),
        )
    elif answer.status in _CLOSED:
        yield Symptom(
            "secured-in-truth",
            "contract",
            Text(
                vi=f"{said}: đặc tả giao diện nói không cần xác thực",
                en=f"{said}: the contract says that no credentials are needed",
            ),
            Text(vi="sửa `security` trong đặc tả", en="mend `security` in the contract"),
        )
    elif answer.status >= 500:  # noqa: PLR2004  # RFC 9110, 15.6
        yield Symptom(
            "server-error",
            key,
            Text(vi=f"{said} với lời gọi đúng", en=f"{said} for a proper call"),
            Text(
                vi="xem nhật ký của máy chủ; lời gọi này có thể tái hiện",
                en="look at the server's log; this call reproduces it",
            ),
        )
    elif answer.succeeded and "text/html" not in documented and _is_page(answer):
        yield Symptom(
            "page-instead-of-data",
            "base_url",
            Text(vi=f"{said} là một trang HTML", en=f"{said} is an HTML page"),
            Text(
                vi="địa chỉ có phải của giao diện người dùng, hay cần đăng nhập?",
                en="is this the address of a user interface, or a page to log in?",
            ),
        )


def _is_page(answer: Exchange) -> bool:
    """Whether an answer is a page for people: by its name and, where it is shown, by its tags."""
    if answer.media_type != "text/html":
        return False
    try:
        return _TAG.search(answer.shown_body) is not None
    except NotTested:
        # What cannot be cut into values is no single word.
        return True


def _unsaid(plan: Plan) -> Iterator[Symptom]:
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
    yield from _once(_unmapped(plan))


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


def _once(symptoms: Iterable[Symptom]) -> Iterator[Symptom]:
    """Yield each cause at a key once: one cause is one finding."""
    seen = set()
    for symptom in symptoms:
        if (symptom.cause, symptom.key) not in seen:
            seen.add((symptom.cause, symptom.key))
            yield symptom


_OPEN = Text(
    vi="đặt bí mật vào biến môi trường hoặc tệp mà tệp đích nêu",
    en="put the secret into the environment variable or file that the target file names",
)
_FIREWALL = Symptom(
    "firewall",
    "base_url",
    Text(vi="tường lửa trả lời thay cho API", en="a firewall answers in place of the API"),
    Text(
        vi="đề nghị quản trị cho phép địa chỉ của máy kiểm thử",
        en="have the tester's address allowed by its operator",
    ),
)
_ADD_IDENTITY = Text(
    vi="khai báo danh tính trong `identities`, bí mật để ở biến môi trường",
    en="declare the identity in `identities`, its secret in an environment variable",
)


def _add_examples(key: str) -> Text:
    return Text(
        vi=f"điền giá trị có thật trong hệ thống vào `{key}`",
        en=f"put values that the system really holds into `{key}`",
    )
