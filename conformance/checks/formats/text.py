"""Vietnamese text: encoding, composition, and damage."""

from __future__ import annotations

import re

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.encoding import is_utf8
from conformance.privacy.hidden import (
    composed,
    garbled,
    made_up,
    of_other_letters,
    vietnamese,
)
from conformance.text import Text
from conformance.trees import strings
from conformance.verdict import NotApplicable

_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


@law(catalogue="IOP-019", per="target", on="all")
def text_is_utf8(answer: Exchange) -> None:
    """Text is UTF-8 and says nothing else (RFC 8259, 8.1; Circular 39/2017, row 2.7)."""
    textual = answer.is_json or answer.media_type.startswith("text/")
    if not (textual or answer.media_type.endswith(("/xml", "+xml"))) or not answer.has_body:
        raise NotApplicable(Text(vi="không có nội dung dạng văn bản", en="no text body"))
    declared = _CHARSET.search(answer.header("Content-Type"))
    require(
        declared is None or declared[1].lower() in {"utf-8", "utf8", "us-ascii"},
        expected=Text(vi="charset, nếu có, là utf-8", en="a charset, if any, of utf-8"),
        observed=declared[1] if declared else "",
    )
    require(
        answer.fact("utf8") if answer.body_is_hidden else is_utf8(answer.body),
        expected=Text(vi="nội dung là UTF-8", en="a body in UTF-8"),
        observed=Text(vi="có byte không hợp lệ", en="an invalid byte"),
    )


@law(catalogue="FMT-006", per="target", on="baseline")
def vietnamese_is_composed(answer: Exchange) -> None:
    """Vietnamese strings are in composed form (Unicode UAX 15, NFC).

    TCVN 6909:2001 knows both forms; that one is chosen is a rule of the programme, so that equal
    words are equal strings. Tone placement is spelling and is not looked at, nor are texts that
    a run of this suite handed over, known by a word of its own.
    """
    for path, string in _vietnamese(answer):
        require(
            composed(string),
            expected=Text(vi="chuỗi ở dạng dựng sẵn (NFC)", en="strings in NFC"),
            observed=Text(vi=f"dạng tổ hợp tại {path}", en=f"a decomposed string at {path}"),
        )


@law(catalogue="FMT-007", per="target", on="baseline")
def vietnamese_is_not_garbled(answer: Exchange) -> None:
    """No string went through a wrong encoding.

    U+FFFD, or a run of letters that is Vietnamese again when its bytes are read as UTF-8 instead
    of Windows-1252: a single Ã or Â is a Vietnamese letter and proves nothing.
    """
    if answer.json() is None:
        raise NotApplicable(Text(vi="không có nội dung JSON", en="no JSON body"))
    for path, string in strings(answer.json()):
        require(
            not garbled(string),
            expected=Text(vi="chữ tiếng Việt nguyên vẹn", en="undamaged Vietnamese"),
            observed=Text(vi=f"chữ bị hỏng mã tại {path}", en=f"damaged letters at {path}"),
        )


@law(catalogue="FMT-019", per="target", on="baseline")
def vietnamese_has_its_own_letters(answer: Exchange) -> None:
    """Vietnamese is written in its own letters, not in ones that look like them.

    No Ð of Icelandic (U+00D0, U+00F0) or Ɖ of Ewe (U+0189) for Đ, no Cyrillic or Greek letter
    within a word that is Vietnamese with the right one (Unicode UTS 39), and no text that is
    Vietnamese only in the bytes of the fonts TCVN3 or VNI. None of this is repaired by composing
    letters. Words of other languages, of this country and of the world, are text like any other.
    """
    found = [
        (path, of_other_letters(text))
        for path, text in strings(answer.json())
        if not made_up(text) and (vietnamese(text) or of_other_letters(text))
    ]
    if not found:
        raise NotApplicable(Text(vi="không có chuỗi tiếng Việt", en="no Vietnamese string"))
    for path, wrong in found:
        require(
            not wrong,
            expected=Text(
                vi="chữ Việt đúng mã Unicode của nó", en="Vietnamese in letters of its own"
            ),
            observed=Text(
                vi=f"chữ trông giống, khác mã, tại {path}",
                en=f"letters that only look right at {path}",
            ),
        )


def _vietnamese(answer: Exchange) -> list[tuple[str, str]]:
    found = [
        (path, text)
        for path, text in strings(answer.json())
        if vietnamese(text) and not made_up(text)
    ]
    if not found:
        raise NotApplicable(Text(vi="không có chuỗi tiếng Việt", en="no Vietnamese string"))
    return found
