"""One read, asked several times over: it says the same, and ends where it says."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Ask, Probe, answered
from conformance.probe.obstacles import CUT_SHORT
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_TIMES = 4
_SAME = "the same read"
Shape = Mapping[str, str]


@check(catalogue="FUZ-022", per="target", requests=_TIMES, shares=_SAME)
def same_question_has_one_answer(probe: Probe) -> None:
    """Who asks the same again is told the same kind of thing.

    Calls one read four times in a row, each over a connection of its own where one gets through,
    as servers behind a balancer take turns by connection. The answers have one media type, and in
    JSON the same members with values of the same types, lists and nulls apart; values may differ.
    A change that stays is a change of the data: only one that is taken back within the four
    counts, as where servers of two versions take turns (RFC 9110, section 9.2.1).
    """
    answers = [a for a in _answers(probe) if a.succeeded]
    if len(answers) < _TIMES:
        probe.control(_read(probe))
        raise NotTested(
            Reason.FLAKY,
            Text(
                vi=f"chỉ {len(answers)} trong {_TIMES} lần gọi thành công",
                en=f"only {len(answers)} of {_TIMES} calls succeeded",
            ),
        )
    shapes = [_shape(answer) for answer in answers]
    for one, other in combinations(range(_TIMES), 2):
        moved = _differences(shapes[one], shapes[other])
        back = any(not _differences(shapes[one], later) for later in shapes[other + 1 :])
        require(
            not (moved and back),
            expected=Text(
                vi="cùng câu hỏi, cùng dạng trả lời",
                en="answers of one kind to the same question",
            ),
            observed=Text(
                vi=f"lần {other + 1} khác lần {one + 1} ({', '.join(moved[:3])}), sau đó lại như"
                " cũ",
                en=f"answer {other + 1} differs from answer {one + 1} ({', '.join(moved[:3])}),"
                " and a later one does not",
            ),
            by=answers[other],
        )


@check(catalogue="IOP-040", per="target", requests=_TIMES, shares=_SAME)
def answers_end_where_they_say(probe: Probe) -> None:
    """No byte follows the end that an answer announces.

    Calls one read over a bare connection and reads on behind what Content-Length, or the last
    chunk, says is the end: bytes there would be taken for the next answer (RFC 9112, section 6.3;
    ASVS 5.0, 4.2.2).
    """
    seen = [answer for answer in _answers(probe) if answer.seen_to_its_end]
    if not seen:
        raise NotTested(
            Reason.TOOL_MISSING,
            Text(
                vi="không có kết nối trần tới đích nên không thấy byte sau phần nội dung",
                en="no bare connection gets to the target, so bytes after the content are not seen",
            ),
        )
    for answer in seen:
        excess = answer.excess_bytes
        require(
            not excess,
            expected=Text(vi="không có byte nào sau phần nội dung", en="no byte after the content"),
            observed=Text(vi=f"{excess} byte", en=f"{excess} bytes"),
            by=answer,
        )


@law(catalogue="IOP-040", per="target", on="all", unanswered=True)
def lengths_are_true(answer: Exchange) -> None:
    """An answer tells its length in one way, and is as long as it says.

    There is no Content-Length beside a Transfer-Encoding. An answer that ended before its
    announced end, while others were answered, is shorter than it says: its request was sent again
    before that is believed. With two different lengths there is no answer to be read, and nothing
    is told here (RFC 9112, sections 6.2 and 6.3).
    """
    if answer.response is None:
        require(
            answer.error != CUT_SHORT,
            expected=Text(
                vi="nội dung dài đúng như đã báo", en="content as long as it was announced"
            ),
            observed=Text(
                vi="kết nối kết thúc trước khi hết nội dung",
                en="the connection ended before the content did",
            ),
        )
        raise NotApplicable(Text(vi="không có trả lời", en="no answer"))
    told = answer.header("Content-Length")
    coding = answer.header("Transfer-Encoding")
    if not told:
        raise NotApplicable(Text(vi="không có Content-Length", en="no Content-Length"))
    require(
        not coding,
        expected=Text(
            vi="không có Content-Length khi có Transfer-Encoding",
            en="no Content-Length beside a Transfer-Encoding",
        ),
        observed=f"Content-Length: {told}; Transfer-Encoding: {coding}",
    )


def _read(probe: Probe) -> Operation:
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác GET", en="there is no GET operation"))
    return operation


def _answers(probe: Probe) -> list[Exchange]:
    """Return the answers of the series."""
    operation = _read(probe)
    ask: Ask = lambda p: p.call_bare(operation)  # noqa: E731  # as each of the series
    return [answered(outcome) for outcome in probe.shared(_SAME, *[ask] * _TIMES)]


def _shape(answer: Exchange) -> Shape:
    """Return the type of each member of nested objects by its place, and the media type."""
    found = {"Content-Type": answer.media_type}
    waiting = [("", answer.json() if answer.is_json else None)]
    while waiting:
        place, value = waiting.pop()
        found[place] = _kind(value)
        if isinstance(value, Mapping):
            waiting += [(f"{place}/{name}", part) for name, part in value.items()]
    return found


def _kind(value: Any) -> str:
    kinds = {
        "null": value is None,
        "boolean": isinstance(value, bool),
        "number": isinstance(value, int | float),
        "string": isinstance(value, str),
        "list": isinstance(value, list),
    }
    return next((name for name, fits in kinds.items() if fits), "object")


def _differences(one: Shape, other: Shape) -> list[str]:
    """Return the places at which two shapes differ; what is null may be anything."""
    return [
        place or "/"
        for place in dict.fromkeys([*one, *other])
        if one.get(place) != other.get(place)
        and "null" not in {one.get(place, ""), other.get(place, "")}
        and not _is_below_null(place, one, other)
    ]


def _is_below_null(place: str, one: Shape, other: Shape) -> bool:
    """Whether a place lies in what is null in one of two shapes."""
    parents = [place[:at] for at, sign in enumerate(place) if sign == "/"]
    return any("null" in {one.get(p), other.get(p)} for p in parents)
