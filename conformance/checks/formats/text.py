"""Vietnamese text: encoding, composition, and damage."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import NotApplicable

_LETTERS = "ăâđêôơư"
_TONED = "aăâeêioôơuưy"
# Every Vietnamese letter that ASCII lacks, composed, in both cases.
VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in _TONED + _TONED.upper() + _LETTERS + _LETTERS.upper()
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    if not (letter + tone).isascii()
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
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
    try:
        answer.body.decode("utf-8")
    except UnicodeDecodeError as error:
        require(
            False,
            expected=Text(vi="nội dung là UTF-8", en="a body in UTF-8"),
            observed=Text(
                vi=f"byte không hợp lệ ở vị trí {error.start}",
                en=f"an invalid byte at {error.start}",
            ),
        )


@law(catalogue="FMT-006", per="target", on="baseline")
def vietnamese_is_composed(answer: Exchange) -> None:
    """Vietnamese strings are in composed form (Unicode UAX 15, NFC).

    TCVN 6909:2001 knows both forms; that one is chosen is a rule of the programme, so that equal
    words are equal strings. Tone placement is spelling and is not looked at.
    """
    strings = _vietnamese(answer)
    for path, string in strings:
        require(
            unicodedata.is_normalized("NFC", string),
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
    for path, string in _strings(answer.json(), ""):
        require(
            "\ufffd" not in string and not _is_garbled(string),
            expected=Text(vi="chữ tiếng Việt nguyên vẹn", en="undamaged Vietnamese"),
            observed=Text(vi=f"chữ bị hỏng mã tại {path}", en=f"damaged letters at {path}"),
        )


def _vietnamese(answer: Exchange) -> list[tuple[str, str]]:
    found = [
        (path, string)
        for path, string in _strings(answer.json(), "")
        if VIETNAMESE & set(unicodedata.normalize("NFC", string))
    ]
    if not found:
        raise NotApplicable(Text(vi="không có chuỗi tiếng Việt", en="no Vietnamese string"))
    return found


def _is_garbled(string: str) -> bool:
    return any(
        VIETNAMESE & set(_repaired(run[0], encoding))
        for run in _BEYOND_ASCII.finditer(string)
        for encoding in ("cp1252", "latin-1")
    )


def _repaired(run: str, encoding: str) -> str:
    try:
        return run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""


def _strings(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path or "/", node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _strings(value, f"{path}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _strings(value, f"{path}/{number}")
