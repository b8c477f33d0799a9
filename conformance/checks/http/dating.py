"""Points in time in header fields: when an answer was made, when its content last changed."""

from __future__ import annotations

from typing import Annotated

from conformance import moments
from conformance.check import Lower, check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_WRITTEN = Text(
    vi="thời điểm dạng `Sun, 06 Nov 1994 08:49:37 GMT`",
    en="a date of the form `Sun, 06 Nov 1994 08:49:37 GMT`",
)
_BROKEN, _NOT_MODIFIED = 500, 304
# A front server may write Date by its own clock, which need not agree to the second.
_SLACK = moments.seconds(60)
_DAY = moments.seconds(86_400)
_LONGEST_AGE = 9  # digits: more seconds than any cache keeps an answer


@law(catalogue="IOP-039", per="target", on="baseline")
def answers_are_dated(answer: Exchange) -> None:
    """An answer says when it was made.

    2xx, 3xx and 4xx have a Date field, in the form that is demanded of senders. An error of the
    server may go without (RFC 9110, sections 6.6.1 and 5.6.7).
    """
    if answer.status >= _BROKEN:
        raise NotApplicable(Text(vi="lỗi máy chủ không cần Date", en="5xx needs no Date"))
    told = answer.header("Date")
    require(
        told,
        expected=Text(vi="có tiêu đề Date", en="a Date field"),
        observed=Text(vi=f"không có Date ({answer.status})", en=f"no Date ({answer.status})"),
    )
    require(moments.in_field(told), expected=_WRITTEN, observed=told)


@check(catalogue="IOP-039", per="target", requests=1)
def clock_is_right(probe: Probe, *, seconds: Annotated[int, Lower] = 300) -> None:
    """The clock of the target is right.

    Asks for a path that nobody asked for before, so that no cache has the answer, and compares its
    Date, and Age where there is one, with the clock of the tester when it was sent and when it
    came. Both clocks are told: whose is wrong the owner finds out first. Clocks may differ by five
    minutes, as those who check tokens allow (RFC 9110, section 6.6.1; RFC 7519, section 4.1.4).
    """
    answer = unbroken(probe.get(probe.unknown_path()))
    told = moments.in_field(answer.header("Date"))
    if told is None:
        raise NotApplicable(Text(vi="không có Date đọc được", en="no Date that can be read"))
    age = answer.header("Age")
    kept = int(age) if age.isdecimal() and len(age) < _LONGEST_AGE else 0
    made = told + moments.seconds(kept)
    asked = moments.of_exchange(answer.at)
    came = asked + moments.seconds(answer.response.seconds if answer.response else 0)
    away = max((asked - made).total_seconds(), (made - came).total_seconds(), 0.0)
    require(
        away <= seconds,
        expected=Text(
            vi=f"đồng hồ lệch không quá {seconds} giây so với máy kiểm",
            en=f"a clock that is within {seconds} seconds of the tester's",
        ),
        observed=Text(
            vi=f"Date: {answer.header('Date')}; máy kiểm: {moments.as_field(asked)};"
            f" lệch {away:.0f} giây",
            en=f"Date: {answer.header('Date')}; the tester's clock: {moments.as_field(asked)};"
            f" {away:.0f} seconds apart",
        ),
    )


@law(catalogue="IOP-041", per="target", on="2xx")
def last_changes_are_past(answer: Exchange) -> None:
    """What is said to have changed last has changed already.

    A Last-Modified is a date of HTTP, and no later than the Date of the same answer, but for a
    minute by which the clocks of a front server and of an application may differ (RFC 9110,
    sections 8.8.2 and 5.6.7).
    """
    told = answer.header("Last-Modified")
    if not told:
        raise NotApplicable(Text(vi="không có Last-Modified", en="no Last-Modified"))
    changed, made = moments.in_field(told), moments.in_field(answer.header("Date"))
    require(changed, expected=_WRITTEN, observed=f"Last-Modified: {told}")
    require(
        made is None or changed is None or changed <= made + _SLACK,
        expected=Text(
            vi="Last-Modified không muộn hơn Date", en="a Last-Modified no later than Date"
        ),
        observed=f"Last-Modified: {told}; Date: {answer.header('Date')}",
    )


@check(catalogue="IOP-041", per="target", requests=4)
def unchanged_content_is_not_sent_again(probe: Probe) -> None:
    """Who tells when the content was changed last is sent it only if it was changed since.

    Asks the first read whose answer has a Last-Modified, with If-Modified-Since and that very
    date: 304, or 2xx with a later one; then with a date a day before it: anything but 304. A
    refusal counts if the same request without the condition succeeds. An error of the server is
    judged elsewhere, and a date of the last minute tells no two versions apart (RFC 9110, sections
    8.8.2.2 and 13.1.3).
    """
    operation = _dated(probe)
    control = probe.control(operation)
    told = control.header("Last-Modified")
    changed, made = moments.in_field(told), moments.in_field(control.header("Date"))
    if changed is None:
        raise NotApplicable(Text(vi="không có Last-Modified", en="no Last-Modified"))
    if made is None or changed > made - _SLACK:
        # A date of this very minute does not tell two versions apart (section 8.8.2.2).
        raise NotApplicable(
            Text(
                vi=f"nội dung vừa mới đổi: Last-Modified {told}",
                en=f"the content has only just changed: Last-Modified {told}",
            )
        )
    answer = _since(probe, operation, told)
    if answer.status >= 400:
        probe.control(operation)
    known = answer.status == _NOT_MODIFIED or _is_later(answer, told)
    require(
        known,
        expected=Text(
            vi="304, vì nội dung không đổi từ lúc đó",
            en="304, because nothing has changed since then",
        ),
        observed=f"{answer.status}, If-Modified-Since: {told}",
        by=answer,
    )
    before = moments.as_field(changed - _DAY)
    stale = _since(probe, operation, before)
    require(
        stale.status != _NOT_MODIFIED,
        expected=Text(
            vi="nội dung hiện tại, vì đã đổi từ lúc đó",
            en="the present content, because it was changed since then",
        ),
        observed=f"304, If-Modified-Since: {before}; Last-Modified: {told}",
        by=stale,
    )


def _dated(probe: Probe) -> Operation:
    """Return the first read whose answer says when its content was changed last."""
    for operation in probe.scene.operations:
        if operation.method != "GET":
            continue
        try:
            answer = probe.baseline(operation)
        except NotTested:
            continue
        if answer.succeeded and moments.in_field(answer.header("Last-Modified")):
            return operation
    raise NotApplicable(
        Text(
            vi="không thao tác đọc nào trả lời kèm Last-Modified",
            en="no read is answered with a Last-Modified",
        )
    )


def _since(probe: Probe, operation: Operation, date: str) -> Exchange:
    condition = (("If-Modified-Since", date),)
    return unbroken(probe.call(operation, headers=condition, wellformed=False))


def _is_later(answer: Exchange, known: str) -> bool:
    """Whether an answer has content that was changed after what is known.

    Raises:
        NotTested: it does not say when it was changed.
    """
    if not answer.succeeded:
        return False
    changed = moments.in_field(answer.header("Last-Modified"))
    if changed is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="lần gọi có điều kiện không kèm Last-Modified",
                en="the answer to the condition has no Last-Modified",
            ),
        )
    before = moments.in_field(known)
    return before is not None and changed > before
