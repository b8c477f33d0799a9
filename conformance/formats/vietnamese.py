"""Vietnamese letters, and the damage that a wrong encoding does to them."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = "ăâđêôơư"
_TONED = "aăâeêioôơuưy"
# Every Vietnamese letter that ASCII lacks, composed, in both cases.
LETTERS = frozenset(
    composed
    for letter in _TONED + _TONED.upper() + _LETTERS + _LETTERS.upper()
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    if not (composed := unicodedata.normalize("NFC", letter + tone)).isascii()
    and len(composed) == 1  # no tone stands on a consonant
)
# A byte that begins a Vietnamese letter in UTF-8 and one that continues it, as Windows-1252 or
# Latin-1 read them: without such a pair there is nothing to repair.
_CONTINUING = "".join(chr(byte) for byte in range(0x80, 0xC0)) + bytes(range(0x80, 0xA0)).decode(
    "cp1252", "ignore"
)
_SUSPICIOUS = re.compile(f"[\xc3-\xc6\xe1][{re.escape(_CONTINUING)}]")
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
    if "\ufffd" in text:
        return True
    return bool(_SUSPICIOUS.search(text)) and any(
        LETTERS & set(_repaired(run[0], encoding))
        for run in _BEYOND_ASCII.finditer(text)
        for encoding in ("cp1252", "latin-1")
    )


def _repaired(run: str, encoding: str) -> str:
    try:
        return run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""
