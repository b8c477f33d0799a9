"""Vietnamese letters, and the damage that a wrong encoding does to them."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = "ăâđêôơư"
_TONED = "aăâeêioôơuưy"
# Every Vietnamese letter that ASCII lacks, composed, in both cases.
LETTERS = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in _TONED + _TONED.upper() + _LETTERS + _LETTERS.upper()
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    if not (letter + tone).isascii()
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{2,}")


def is_vietnamese(text: str) -> bool:
    """Whether a text has a letter that Vietnamese has and ASCII lacks."""
    return not text.isascii() and bool(LETTERS & set(unicodedata.normalize("NFC", text)))


def is_composed(text: str) -> bool:
    """Whether a text is in composed form (Unicode UAX 15, NFC)."""
    return unicodedata.is_normalized("NFC", text)


def is_garbled(text: str) -> bool:
    """Whether a text went through a wrong encoding.

    U+FFFD, or a run of letters that is Vietnamese again when its bytes are read as UTF-8 instead
    of Windows-1252 or Latin-1.
    """
    return "\ufffd" in text or any(
        LETTERS & set(_repaired(run[0], encoding))
        for run in _BEYOND_ASCII.finditer(text)
        for encoding in ("cp1252", "latin-1")
    )


def _repaired(run: str, encoding: str) -> str:
    try:
        return run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""
