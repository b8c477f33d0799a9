"""Answers that come between a question and what it wanted to know.

A target that throttles, a firewall that answers in its place, a control that did not succeed:
nothing can be told of the target from these, and each has a reason of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from conformance import advice, packets
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.privacy.signatures import blocks
from conformance.probe.questions import GENERATED
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Unread

_FIREWALL_HEADERS = ("cf-ray", "x-amzn-waf-action", "x-sucuri-id", "x-iinfo")
# What a second creation of the same is answered (RFC 9110, sections 15.5.10 and 15.5.21).
_TAKEN = frozenset({400, 409, 422})
_FRESH = '`{fresh: "…{}"}`'
_FIREWALL_STATUS = frozenset({403, 406, 429, 503})
# How the door tells that no answer came because of TLS.
ENDED_BY_TLS = "TLS: "
_STEPPING_UP = re.compile(r'\berror\s*=\s*"?insufficient_user_authentication\b', re.IGNORECASE)
# How the door tells that an answer ended before its announced end.
CUT_SHORT = "the connection ended before the answer did"
_GATEWAY = frozenset({502, 503, 504})
# What ends all asking, rather than one question's.
_ENDED = frozenset({Reason.OUT_OF_BUDGET, Reason.UNREACHABLE, Reason.STOPPED, Reason.THROTTLED})
_SPENT = Text(
    vi="lượt chạy đã dùng hết số yêu cầu, thời gian hoặc dung lượng được phép",
    en="the requests, the time or the bytes that the run may use were spent",
)


def from_a_firewall(exchange: Exchange) -> bool:
    """Whether an answer is a front server's or firewall's page rather than the API's."""
    if exchange.status not in _FIREWALL_STATUS or exchange.is_json:
        return False
    if any(exchange.header_all(name) for name in _FIREWALL_HEADERS):
        return exchange.media_type == "text/html"
    return exchange.header("Server") == "AkamaiGHost" or blocks(exchange)


def asked_to_wait(exchange: Exchange) -> bool:
    """Whether an answer throttles: it says nothing of what was asked (RFC 6585, section 4)."""
    resting = exchange.status == 503 and bool(exchange.header("Retry-After"))  # noqa: PLR2004  # RFC 9110, 15.6.4
    return exchange.status == 429 or resting  # noqa: PLR2004  # RFC 6585, section 4


def seconds_told(exchange: Exchange) -> float | None:
    """Return for how many seconds an answer asks us to wait; None where that cannot be read.

    In seconds, or until a date (RFC 9110, section 10.2.3). The date is the target's, so it is
    compared with the target's own clock, where the answer tells it.
    """
    told = exchange.header("Retry-After")
    if told.isdecimal():
        return float(told)
    until = _date(told)
    now = _date(exchange.header("Date")) or datetime.fromisoformat(exchange.at)
    return max(0.0, (until - now).total_seconds()) if until is not None else None


def _date(told: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    # A zone of "-0000" says that the zone is not known: HTTP knows one only.
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def failed(exchange: Exchange) -> bool:
    """Whether no answer came, or one that a front server gives when the API is away.

    502, 503 and 504 (RFC 9110, sections 15.6.3 to 15.6.5) may also be the API's own; the door
    finds out by controls. Not a failure: what was not sent, a connection that TLS ended on either
    side (a certificate that we refuse is shown by a server that is there), and 503 that asks to
    wait.
    """
    if exchange.response is None:
        ended = (exchange.error or "").startswith(ENDED_BY_TLS)
        return not ended and not {"unsent", "tls_refused"} & exchange.facts.keys()
    return exchange.status in _GATEWAY and not asked_to_wait(exchange)


def came_to_something(exchange: Exchange) -> bool:
    """Whether an answer came, or nothing though others were answered."""
    return exchange.response is not None or bool(exchange.facts.get("unanswered"))


def came_between(exchange: Exchange) -> bool:
    """Whether an answer is nobody's: it throttles, is a firewall's, or the target was away."""
    away = bool(exchange.facts.get("away"))
    return away or asked_to_wait(exchange) or from_a_firewall(exchange)


def was_away(exchange: Exchange) -> NotTested:
    """Return the outcome of a question that came while the target answered nobody."""
    said = exchange.error or f"HTTP {exchange.status}"
    return NotTested(
        Reason.UNREACHABLE,
        Text(
            vi=f"lúc đó đích không trả lời ổn định cả những câu hỏi khác: {said}",
            en=f"at that time the target did not answer other questions steadily either: {said}",
        ),
    )


def nothing_came(silent: Exchange) -> Unread:
    """Return the outcome of a law on a request to which nothing came, though others were answered.

    What was answered does not make up for it.
    """
    return Unread(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"có yêu cầu không được trả lời ({silent.error}) và không rõ vì sao",
            en=f"there was a request to which nothing came ({silent.error}), nobody knows why",
        ),
    )


def silence(exchange: Exchange) -> Text:
    """Return what is told of a question without an answer."""
    if exchange.facts.get("unanswered"):
        # Asking again another day will not help: it is this very question.
        return Text(
            vi=f"yêu cầu này không được trả lời, dù lúc đó yêu cầu khác vẫn được: {exchange.error}",
            en=f"no answer to this very request, though others were answered: {exchange.error}",
        )
    return Text(vi=f"không có trả lời: {exchange.error}", en=f"no answer: {exchange.error}")


def unsent(exchange: Exchange) -> NotTested:
    """Return the outcome of a question, or a handshake, that never left."""
    reason, because = Reason(exchange.facts["unsent"]), exchange.facts.get("because")
    if because:
        return NotTested(reason, Text(because["vi"], because["en"]))
    if reason is Reason.OUT_OF_BUDGET:
        return NotTested(reason, _SPENT)
    told = Text(vi=f"không có trả lời: {exchange.error}", en=f"no answer: {exchange.error}")
    return NotTested(reason, told)


def ended_asking(exchange: Exchange) -> bool:
    """Whether a question never left for a reason that holds back all that comes after it too."""
    return exchange.facts.get("unsent") in _ENDED


def cut_off(exchange: Exchange) -> Unread | None:
    """Return the outcome of a law that is judged on generated traffic where that was cut off.

    None where an exchange does not show it. What the rest would have shown nobody knows, so what
    came before decides nothing but a violation. What could not be asked for a reason of its own,
    for want of a credential say, was never to come.
    """
    if exchange.case != GENERATED or not ended_asking(exchange):
        return None
    why = unsent(exchange)
    return Unread(
        why.reason,
        Text(
            vi=f"một phần yêu cầu sinh tự động chưa được gửi: {why.because.vi}",
            en=f"a part of the generated requests was not sent: {why.because.en}",
        ),
    )


def unbroken(answer: Exchange, *, told: bool = False) -> Exchange:
    """Return an answer of a server that did not break: 5xx neither refuses nor serves anybody.

    Args:
        answer: what came.
        told: whether the answer itself says that it refuses, as protocols do that know no 4xx.

    Raises:
        NotTested: the server broke (RFC 9110, section 15.6).
    """
    if answer.status >= 500 and not told:  # noqa: PLR2004  # RFC 9110, 15.6
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"máy chủ trả lời {answer.status}", en=f"the server answered {answer.status}"),
        )
    return answer


def of_a_sample(operation: Operation, names: Sequence[str], answer: Exchange) -> NotTested:
    """Return the outcome of a control that was refused for the contract's sample values.

    Some targets answer 403 for what is not there, so that nobody learns that it is not.

    Args:
        operation: what was called.
        names: the parameters of its path that had the contract's values.
        answer: a refusal of somebody who is let in elsewhere.
    """
    values = ", ".join(f"{advice.scalar(name)}: …" for name in names)
    line = advice.line("examples", operation.id, f"{{{values}}}")
    said = f"{operation.unit} → {answer.status}"
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"{said} với giá trị mẫu của đặc tả giao diện: thêm giá trị có thật vào tệp đích"
            f" {line}",
            en=f"{said} with the contract's sample values: add some that exist to the target file"
            f" {line}",
        ),
    )


def why_no_success(operation: Operation, answer: Exchange) -> NotTested:
    """Return the outcome of a control that is no success; the reason follows from its status."""
    said = f"{operation.unit} → {answer.status}"
    if answer.succeeded and operation.protocol == packets.PROTOCOL:
        # The protocol told in the body that nothing was done, in words of its own.
        said += f" error_code={packets.error_code(packets.of(answer))}"
    if answer.status in {401, 403}:
        return NotTested(
            Reason.NO_CREDENTIALS,
            Text(vi=f"đối chứng không được nhận: {said}", en=f"the control was refused: {said}"),
        )
    if answer.status in {400, 404, 409, 410, 422}:
        lacking = Text(
            vi=f"đối chứng thiếu dữ liệu thử đúng: {said}",
            en=f"the control lacks fitting test data: {said}",
        )
        if operation.method == "POST" and answer.status in _TAKEN:
            lacking = Text(
                vi=f"{lacking.vi}; giá trị không được trùng thì ghi {_FRESH} trong `examples`",
                en=f"{lacking.en}; write a value that has to be new as {_FRESH} in `examples`",
            )
        return NotTested(Reason.NO_TEST_DATA, lacking)
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(vi=f"đối chứng không thành công: {said}", en=f"the control did not succeed: {said}"),
    )


def wants_a_better_log_in(answer: Exchange) -> bool:
    """Whether somebody is known, and has to log in anew or better (RFC 9470, section 3)."""
    return any(map(_STEPPING_UP.search, answer.header_all("WWW-Authenticate")))
