"""What a success shows of what was sent: damaged values, told from values that the server makes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from conformance import envelopes
from conformance.check import law, require
from conformance.checks.lifecycle.sameness import letters
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.trees import HIDDEN
from conformance.verdict import NotApplicable

_DEEPEST = 6
# A text that begins another by chance is shorter.
_LEAST_PREFIX = 30
# Of a number that a float of single precision rounds, about the last three of ten digits.
_ROUNDED = 1e-5
_LOST = frozenset("?\ufffd")


@law(
    catalogue="FUZ-017",
    per="operation",
    on="generated",
    contract=True,
    methods=["POST", "PUT", "PATCH"],
)
def what_was_sent_is_not_damaged(answer: Exchange, operation: Operation) -> None:
    """A success shows what was sent undamaged: not cut, not rounded, with every letter.

    Judged on generated bodies in JSON that are answered 2xx with a member of the same name: a text
    that is cut, has lost its marks or has signs in the place of letters, and a number that was
    rounded. Only what is plainly the same value, damaged, is held against the target: a value of
    the server's own making, other capitals, another Unicode form and tidied blanks are not
    (RFC 8259, sections 6 to 8).
    """
    sent = envelopes.sent_in(answer.request.body) if operation.request_types else {}
    if not sent or not answer.succeeded or not answer.is_json:
        raise _nothing()
    shown = envelopes.content(answer.json(), sent)
    compared = 0
    for pointer, one, other in _pairs(sent, shown):
        if HIDDEN.search(str(one)):
            continue
        compared += 1
        how = _damage(one, other)
        require(
            how is None,
            expected=Text(vi="giá trị như đã gửi", en="the value as it was sent"),
            observed=Text(vi=f"{pointer}: {how.vi}", en=f"{pointer}: {how.en}") if how else "",
        )
    if not compared:
        raise _nothing()


def _pairs(sent: Any, shown: Any, pointer: str = "", depth: int = 0) -> Iterator[Any]:
    """Yield what was sent and is shown at the same place: pointer, one, other."""
    if isinstance(sent, Mapping) and isinstance(shown, Mapping) and depth < _DEEPEST:
        for name, value in sent.items():
            if name in shown:
                yield from _pairs(value, shown[name], f"{pointer}/{name}", depth + 1)
    elif (isinstance(sent, str) and isinstance(shown, str)) or (
        _is_number(sent) and _is_number(shown)
    ):
        yield pointer, sent, shown


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _damage(sent: Any, shown: Any) -> Text | None:
    """Return how a value was damaged; None where it was not, or is another value altogether."""
    if not isinstance(sent, str):
        near = sent != shown and math.isclose(sent, shown, rel_tol=_ROUNDED)
        # Binary fractions are written in several ways.
        told = near and not math.isclose(sent, shown, rel_tol=1e-12 if sent % 1 else 0.0)
        return Text(vi=f"{sent} thành {shown}", en=f"{sent} became {shown}") if told else None
    one, other = letters(sent), letters(shown)
    if one.casefold() == other.casefold() or shown.endswith(("…", "...")):
        return None
    if len(other) >= _LEAST_PREFIX and one.startswith(other):
        return Text(
            vi=f"bị cắt từ {len(one)} còn {len(other)} ký tự",
            en=f"cut from {len(one)} to {len(other)} letters",
        )
    if _bare(one) == _bare(other) and len(one) >= len(other):
        return Text(vi="mất dấu", en="its marks are lost")
    if len(one) == len(other) and all(
        a == b or (b in _LOST and not a.isascii()) for a, b in zip(one, other, strict=True)
    ):
        return Text(vi="chữ bị thay bằng dấu khác", en="signs in the place of letters")
    return None


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _nothing() -> NotApplicable:
    return NotApplicable(
        Text(vi="trả lời không cho thấy lại gì đã gửi", en="the answer shows nothing that was sent")
    )
