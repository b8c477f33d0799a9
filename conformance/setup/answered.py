"""What answers tell before a run: a clock, a redirect, a firewall, who is let in, what is there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.plan import Plan
from conformance.probe.obstacles import from_a_firewall
from conformance.setup.symptoms import Symptom
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_MOST_SKEW_SECONDS = 60.0


_TOO_MUCH_SKEW_SECONDS = 300.0


_CLOSED = frozenset({401, 403})


# Lacking data leaves one operation open; where it leaves all open, there is nothing to run.
WANTING = "no-test-data"


_NO_DATA = frozenset({400, 404, 409, 410, 422})


_TAG = re.compile(rb"(?i)<(?:!doctype|[a-z][a-z0-9]*)[\s/>]")


def manners(plan: Plan, first: Exchange) -> Iterator[Symptom]:
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
        return parsedate_to_datetime(answer.header("Date")).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None


def of_outcome(
    plan: Plan, operation: Operation, outcome: NotTested, refused: set[str]
) -> Iterator[Symptom]:
    """Yield what it tells that an operation could not be called."""
    key = f"examples.{operation.id}"
    if outcome.reason is Reason.NO_CREDENTIALS and not refused:
        yield Symptom("identity-missing", "identities", outcome.because, ADD_IDENTITY)
    elif outcome.reason is Reason.THROTTLED:
        yield _throttled(plan.target.pace.requests_per_second)
    elif outcome.reason is Reason.BLOCKED:
        yield _FIREWALL
    elif outcome.reason in {Reason.NO_TEST_DATA, Reason.DEPENDENCY_FAILED}:
        yield Symptom(WANTING, key, outcome.because, _add_examples(key))
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


def of_all(plan: Plan, answers: list[tuple[Operation, Exchange]]) -> Iterator[Symptom]:
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


def of_answers(plan: Plan, answers: list[tuple[Operation, Exchange]]) -> Iterator[Symptom]:
    """Yield what single answers tell."""
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
        yield Symptom(WANTING, key, Text(vi=said, en=said), _add_examples(key))
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


def identity_refused(name: str) -> Symptom:
    """Return what is said where an identity is refused as such."""
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


def _is_page(answer: Exchange) -> bool:
    """Whether an answer is a page for people: by its name and, where it is shown, by its tags."""
    if answer.media_type != "text/html":
        return False
    try:
        return _TAG.search(answer.shown_body) is not None
    except NotTested:
        # What cannot be cut into values is no single word.
        return True


_FIREWALL = Symptom(
    "firewall",
    "base_url",
    Text(vi="tường lửa trả lời thay cho API", en="a firewall answers in place of the API"),
    Text(
        vi="đề nghị quản trị cho phép địa chỉ của máy kiểm thử",
        en="have the tester's address allowed by its operator",
    ),
)


ADD_IDENTITY = Text(
    vi="khai báo danh tính trong `identities`, bí mật để ở biến môi trường",
    en="declare the identity in `identities`, its secret in an environment variable",
)


def _add_examples(key: str) -> Text:
    return Text(
        vi=f"điền giá trị có thật trong hệ thống vào `{key}`",
        en=f"put values that the system really holds into `{key}`",
    )
