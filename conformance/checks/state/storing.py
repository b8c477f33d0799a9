"""Texts that are handed over come back as they were."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance import envelopes
from conformance.check import check, require
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.privacy.hidden import Hidden, redacted
from conformance.probe import Probe, written
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_WORDS = "Nguyễn Thị Đào – “Ấp Ỷ Lan” & ẫ ỗ ữ"
# What a server makes of any text shows here too: capitals, spaces, a comma. Nothing to escape.
_UNMARKED = "Nguyen Thi Dao, Ap Y Lan a o u"
# Ideographs of chữ Nôm and emoji lie beyond the first 65536 code points.
_BEYOND = "Nguyễn 𠀀 😀"
_MEMBERS = 3


@dataclass(frozen=True)
class _Written:
    """A text that was handed over, and the values that were shown for it; none if refused."""

    text: str
    answer: Exchange
    told: list[Exchange]
    shown: list[Any]

    @property
    def changed(self) -> list[Any]:
        """What is shown and is not the text."""
        return [v for v in self.shown if not isinstance(v, str) or _letters(v) != self._letters]

    @property
    def _letters(self) -> str:
        return _letters(self.text)


@check(
    catalogue="FMT-008",
    per="operation",
    safety="write",
    # Text and control, each written and read, in each member but one; three harder texts there.
    requests=4 * _MEMBERS + 5,
    methods=["POST", "PUT", "PATCH"],
)
def vietnamese_comes_back_equal(probe: Probe, operation: Operation, contract: Contract) -> None:
    """Vietnamese text that is accepted comes back letter for letter.

    Writes texts into a free string member that answers have too, at their top or one level deeper,
    where more of what was sent comes back: composed and decomposed letters,
    chữ Nôm and emoji, and as many letters as the contract allows. Compared are decoded strings in
    the answer, and in what is read where the result lies; another Unicode form of the same
    letters is the same text. Members of the example come before others. Every text holds a word of
    its own, because a value may be there only once, and one in ASCII is the control: a member in
    which that does not come back either is the server's to make, and another one is tried; an
    error of the server counts where the control succeeds. What is refused with 4xx was not
    accepted (RFC 8259, sections 7 and 8.1; Circular 39/2017, row 2.7).
    """
    why: NotApplicable | NotTested | None = None
    for member, most in written.members(probe, operation, contract)[:_MEMBERS]:
        outcome = _judged(probe, operation, member, most)
        if outcome is None:
            return
        why = why or outcome
    raise why or NotApplicable(
        Text(
            vi="không có chuỗi ký tự tự do nào vừa được gửi vừa được trả lại",
            en="no free string is both sent and answered",
        )
    )


def _judged(
    probe: Probe, operation: Operation, member: str, most: int
) -> NotApplicable | NotTested | None:
    """Judge a member; return why nothing can be told of it, None where it keeps all texts."""
    plain = _write(probe, operation, member, _own(probe, _WORDS, most))
    if not plain.answer.succeeded:
        return _refused(probe, operation, member, plain)
    if not plain.shown:
        return _not_shown(plain.told, member)
    if plain.changed:
        return _altered(probe, operation, member, plain)
    for text in _harder(probe, most):
        written = _write(probe, operation, member, text)
        if written.answer.status >= 500:
            return _refused(probe, operation, member, written)
        if written.answer.succeeded and not written.shown:
            return _not_shown(written.told, member)
        _be_equal(written, member)
    return None


def _refused(probe: Probe, operation: Operation, member: str, written: _Written) -> NotTested:
    """Return why nothing can be told of a refusal; without marks it may be refused as well."""
    status = written.answer.status
    control = _write(probe, operation, member, _unmarked(probe, len(written.text)))
    taken = control.answer.succeeded
    require(
        status < 500 or not taken,
        expected=Text(
            vi="văn bản tiếng Việt được nhận như văn bản ASCII, hoặc bị từ chối bằng 4xx",
            en="Vietnamese text to be accepted like text in ASCII, or refused with 4xx",
        ),
        observed=Text(
            vi=f"{member}: tiếng Việt → {status}, ASCII → {control.answer.status}",
            en=f"{member}: Vietnamese → {status}, ASCII → {control.answer.status}",
        ),
        by=written.answer,
    )
    if taken:
        return NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{member} nhận văn bản ASCII mà từ chối tiếng Việt ({status}): nếu đó là mã,"
                " khai báo `pattern` trong đặc tả giao diện; nếu không, hãy cho nhận tiếng Việt",
                en=f"{member} takes text in ASCII and refuses Vietnamese ({status}): if it is a"
                " code, declare its `pattern` in the contract; else let it take Vietnamese",
            ),
        )
    said = f"{operation.unit} → {status}, {control.answer.status}"
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"văn bản thử không được nhận, tiếng Việt hay ASCII: {said}; giá trị chỉ được có"
            ' một lần thì ghi trong `examples` là `{fresh: "…{}"}`',
            en=f"the text tried was not accepted, neither Vietnamese nor ASCII: {said}; what may be"
            ' there only once is written `{fresh: "…{}"}` in `examples`',
        ),
    )


def _altered(probe: Probe, operation: Operation, member: str, plain: _Written) -> NotTested:
    """Return why nothing can be told of a text that came back different."""
    if any(isinstance(value, Hidden) for value in plain.changed):
        return redacted()
    control = _write(probe, operation, member, _unmarked(probe, len(plain.text)))
    if control.shown and not control.changed:
        _be_equal(plain, member)
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"{member} cũng không trả lại đúng văn bản ASCII: giá trị do máy chủ đặt",
            en=f"text in ASCII does not come back in {member} either: the server makes its value",
        ),
    )


def _be_equal(written: _Written, member: str) -> None:
    value = next(iter(written.changed), "")
    require(
        not written.changed,
        expected=Text(vi="đúng văn bản đã gửi", en="the text that was sent"),
        observed=Text(vi=f"{member} trở thành {value}", en=f"{member} became {value}"),
        by=written.answer,
    )


def _write(probe: Probe, operation: Operation, member: str, text: str) -> _Written:
    answer = probe.call(operation, members={member: text})
    told = [*written.shown_after(probe, answer)] if answer.succeeded else []
    sent = envelopes.sent_in(answer.request.body)
    shown = [c[member] for a in told if member in (c := envelopes.content(a.json(), sent))]
    return _Written(text, answer, told, shown)


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


def _own(probe: Probe, text: str, most: int) -> str:
    """Return a text behind a word of our own: it is there once, and never a text of the target."""
    return f"{probe.own_word()} {text}"[:most].rstrip()


def _unmarked(probe: Probe, length: int) -> str:
    """Return a text of so many letters of ASCII."""
    return _own(probe, _UNMARKED, length).ljust(length, "a")


def _harder(probe: Probe, most: int) -> Iterator[str]:
    own = probe.own_word()
    # Decomposed, a letter is up to three code points, and the longest text has to fit.
    room = (most - len(own) - 1) // 3
    if room > 0:
        yield unicodedata.normalize("NFD", f"{own} {_WORDS[:room]}")
    yield _own(probe, _BEYOND, most)
    yield _own(probe, "ữ" * most, most)


def _letters(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
