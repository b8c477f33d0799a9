"""Texts that are handed over come back as they were."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from conformance import envelopes
from conformance.check import check, require
from conformance.checks.state import texts
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_WORDS = "Nguyễn Thị Đào – “Ấp Ỷ Lan” & ẫ ỗ ữ"
# Ideographs of chữ Nôm and emoji lie beyond the first 65536 code points.
_BEYOND = "Nguyễn 𠀀 😀"
_MEMBERS = 3


@check(
    catalogue="FMT-008",
    per="operation",
    safety="write",
    requests=8 + _MEMBERS - 1,
    methods=["POST", "PUT", "PATCH"],
)
def vietnamese_comes_back_equal(probe: Probe, operation: Operation, contract: Contract) -> None:
    """Vietnamese text that is accepted comes back letter for letter.

    Writes texts into a free string member that answers have too, at their top or one level deeper,
    where more of what was sent comes back: composed and decomposed letters,
    chữ Nôm and emoji, and as many letters as the contract allows. Compared are decoded strings in
    the answer, and in what is read where the result lies; another Unicode form of the same
    letters is the same text. What is refused with 4xx was not accepted; the plain text alone has
    to be (RFC 8259, sections 7 and 8.1; Circular 39/2017, row 2.7).
    """
    member, most, answer = _accepted(probe, operation, contract)
    _equal(probe, answer, member, _plainest(most))
    for text in _harder(most, probe.own_word()):
        answer = probe.call(operation, members={member: text})
        require(
            answer.status < 500,
            expected=Text(vi="nhận hoặc từ chối bằng 4xx", en="acceptance, or a refusal with 4xx"),
            observed=answer.status,
        )
        if answer.succeeded:
            _equal(probe, answer, member, text)


def _accepted(probe: Probe, operation: Operation, contract: Contract) -> tuple[str, int, Exchange]:
    """Write the plainest text into one member after the other, until it is accepted."""
    members = texts.echoed(operation, contract)
    if not members and texts.untold(operation, contract):
        # Nobody promised that they come back: the answer itself shows which do.
        members = texts.written(operation, contract)
    answer = None
    for member, most in list(members.items())[:_MEMBERS]:
        answer = probe.call(operation, members={member: _plainest(most)})
        require(
            answer.status < 500,
            expected=Text(vi="văn bản tiếng Việt được nhận", en="Vietnamese text to be accepted"),
            observed=answer.status,
        )
        if answer.succeeded:
            return member, most, answer
    if answer is None:
        raise NotApplicable(
            Text(
                vi="không có chuỗi ký tự tự do nào vừa được gửi vừa được trả lại",
                en="no free string is both sent and answered",
            )
        )
    raise NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"văn bản thử không được nhận: {operation.unit} → {answer.status}",
            en=f"the text tried was not accepted: {operation.unit} → {answer.status}",
        ),
    )


def _equal(probe: Probe, answer: Exchange, member: str, text: str) -> None:
    """Demand that a text stands in the answer, and where the result can be read."""
    told = [*_told(probe, answer)]
    sent = envelopes.sent_in(answer.request.body)
    shown = [c[member] for a in told if member in (c := envelopes.content(a.json(), sent))]
    if not shown:
        raise _not_shown(told, member)
    for value in shown:
        require(
            isinstance(value, str) and _letters(value) == _letters(text),
            expected=Text(vi="đúng văn bản đã gửi", en="the text that was sent"),
            observed=Text(vi=f"{member} trở thành {value}", en=f"{member} became {value}"),
            by=answer,
        )


def _not_shown(told: list[Exchange], member: str) -> NotApplicable | NotTested:
    if not any(answer.has_body for answer in told):
        return NotApplicable(
            Text(vi="thao tác không trả lại nội dung nào", en="the operation answers no content")
        )
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"trả lời không cho thấy rõ {member}, cả trong thành phần bao ngoài; cần thêm"
            " thao tác GET tại Location của trả lời, hoặc mô tả đúng trả lời trong đặc tả",
            en=f"the answer does not clearly show {member}, in an envelope neither; it takes a GET"
            " at the Location of the answer, or a contract that describes the answer",
        ),
    )


def _told(probe: Probe, answer: Exchange) -> Iterator[Exchange]:
    """Yield an answer to a write, and what is read at the place that it speaks of."""
    yield answer
    made = answer.request.method == "POST"
    place = probe.placed(answer, answer.header("Location") if made else answer.request.url)
    reader = next((o for o in probe.scene.operations if o.method == "GET" and o.fits(place)), None)
    if place and reader is not None:
        read = probe.read_again(reader, probe.target.base_url + place, answer)
        if read.succeeded:
            yield read


def _plainest(most: int) -> str:
    return _WORDS[:most]


def _harder(most: int, own: str) -> Iterator[str]:
    # Decomposed, a letter is up to three code points, and the longest text has to fit. Behind a
    # word of ours: what a target keeps of it is no text of the target's.
    room = (most - len(own) - 1) // 3
    if room > 0:
        yield unicodedata.normalize("NFD", f"{own} {_WORDS[:room]}")
    yield _BEYOND
    yield "ữ" * most


def _letters(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
