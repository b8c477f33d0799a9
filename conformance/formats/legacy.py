"""Vietnamese that is written as it was before Unicode, or with letters that only look right.

TCVN3 (ABC) and VNI are fonts over other encodings: read as Windows-1252 their texts are runs of
accented Latin letters that no Vietnamese word has. A text is only called legacy where it turns
into Vietnamese throughout when it is read that way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from types import MappingProxyType

from conformance.formats.syllables import is_syllable
from conformance.formats.vietnamese import LETTERS

_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
# TCVN 5712:1993, VN3: the bytes of small letters, each with its tones in the order of `_TONES`;
# a plain letter of ASCII has no byte of its own.
_TCVN3 = {
    "a": (None, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9),
    "ă": (0xA8, 0xBB, 0xBC, 0xBD, 0xBE, 0xC6),
    "â": (0xA9, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB),
    "e": (None, 0xCC, 0xCE, 0xCF, 0xD0, 0xD1),
    "ê": (0xAA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6),
    "i": (None, 0xD7, 0xD8, 0xDC, 0xDD, 0xDE),
    "o": (None, 0xDF, 0xE1, 0xE2, 0xE3, 0xE4),
    "ô": (0xAB, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9),
    "ơ": (0xAC, 0xEA, 0xEB, 0xEC, 0xED, 0xEE),
    "u": (None, 0xEF, 0xF1, 0xF2, 0xF3, 0xF4),
    "ư": (0xAD, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9),
    "y": (None, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE),
}
TCVN3 = MappingProxyType(
    {
        bytes((byte,)).decode("latin-1"): unicodedata.normalize("NFC", letter + tone)
        for letter, bytes_ in _TCVN3.items()
        for byte, tone in zip(bytes_, _TONES, strict=True)
        if byte is not None
    }
    | {"\xae": "đ", "\xa7": "Đ"}
)
# VNI for Windows: a vowel and behind it a sign for circumflex, breve or horn together with the
# tone.
_VNI_MARKS = {
    "a": {"\xf8": "à", "\xfb": "ả", "\xf5": "ã", "\xf9": "á", "\xef": "ạ"}
    | {"\xe2": "â", "\xe0": "ầ", "\xe5": "ẩ", "\xe3": "ẫ", "\xe1": "ấ", "\xe4": "ậ"}
    | {"\xea": "ă", "\xe8": "ằ", "\xfa": "ẳ", "\xfc": "ẵ", "\xe9": "ắ", "\xeb": "ặ"},
    "e": {"\xf8": "è", "\xfb": "ẻ", "\xf5": "ẽ", "\xf9": "é", "\xef": "ẹ"}
    | {"\xe2": "ê", "\xe0": "ề", "\xe5": "ể", "\xe3": "ễ", "\xe1": "ế", "\xe4": "ệ"},
    "o": {"\xf8": "ò", "\xfb": "ỏ", "\xf5": "õ", "\xf9": "ó", "\xef": "ọ"}
    | {"\xe2": "ô", "\xe0": "ồ", "\xe5": "ổ", "\xe3": "ỗ", "\xe1": "ố", "\xe4": "ộ"},
    "u": {"\xf8": "ù", "\xfb": "ủ", "\xf5": "ũ", "\xf9": "ú", "\xef": "ụ"},
    "y": {"\xf8": "ỳ", "\xfb": "ỷ", "\xf5": "ỹ", "\xf9": "ý"},
    "\xf4": {"\xf8": "ờ", "\xfb": "ở", "\xf5": "ỡ", "\xf9": "ớ", "\xef": "ợ"},
    "\xf6": {"\xf8": "ừ", "\xfb": "ử", "\xf5": "ữ", "\xf9": "ứ", "\xef": "ự"},
}
VNI = MappingProxyType(
    {vowel + mark: made for vowel, marks in _VNI_MARKS.items() for mark, made in marks.items()}
)
_VNI_ALONE = MappingProxyType(
    {"\xf4": "ơ", "\xf6": "ư", "\xf1": "đ", "\xd1": "Đ", "\xed": "í", "\xec": "ì", "\xe6": "ỉ"}
    | {"\xf3": "ĩ", "\xf2": "ị", "\xee": "ỵ"}
)
# Letters of other alphabets that look like one of Vietnamese, and what they are taken for.
LOOK_ALIKES = MappingProxyType(
    {
        "\u00d0": "Đ",  # Latin capital letter eth
        "\u0189": "Đ",  # Latin capital letter African D
        "\u00f0": "đ",  # Latin small letter eth
        **dict(zip("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx", strict=True)),
        **dict(zip("ΑΒΕΗΙΚΜΝΟΡΤΥΧο", "ABEHIKMNOPTYXo", strict=True)),
    }
)
# Letters of Vietnamese that Latin-1 lacks: no Western European word has one of them.
_OWN = frozenset(letter for letter in LETTERS if letter > "\xff")
# What decisions are numbered with: the words with a Đ that are written without a vowel.
_ABBREVIATIONS = frozenset({"QĐ", "NĐ", "HĐND", "QĐND"})
_LOOKING_ALIKE = re.compile(f"[{''.join(LOOK_ALIKES)}]")
_ETHS = frozenset("\u00d0\u0189\u00f0")
_WORD = re.compile(r"[^\W\d_]+")
# A word as legacy texts have it, where signs such as ¬ and ® are letters.
_LEGACY_WORD = re.compile("[A-Za-z\xa7-\xff]+")
_LATIN_1 = re.compile("[\xa7-\xff]")
_BEYOND_LATIN_1 = re.compile("[^\x00-\xff]")
# What no other language writes: a sign that is no letter within a word, or a capital behind a
# small letter. (1ª and Mª are Spanish.)
_OF_TCVN3 = re.compile(
    "[A-Za-z](?:[\xa8\xa9\xab-\xae\xb5-\xb9\xbb-\xbe]|\xaa[a-z])"
    "|\xae[a-z\xb5-\xfe]|[a-z][\xc6-\xd6\xd8-\xde]"
)
# Pairs of VNI that hardly any other language has; not those of où, Raúl, Caïn, Ceará, aéreo.
_OF_VNI = re.compile("|".join(pair for pair in VNI if pair[1] in "øûõâàåãä"), re.IGNORECASE)

_FEW = 2


def from_tcvn3(text: str) -> str | None:
    """Return the Vietnamese that a text of TCVN3 bytes, read as Latin-1, stands for.

    None where it is no such text: some letter beyond ASCII is not in that encoding, or fewer than
    two letters are beyond it, which many a word of another language has as well.
    """
    beyond = sum(not sign.isascii() for sign in text)
    return _tcvn3(text) if beyond >= _FEW else None


def _tcvn3(text: str) -> str | None:
    made = [sign if sign.isascii() else TCVN3.get(sign, "") for sign in text]
    return "".join(made) if all(made) else None


def from_vni(text: str) -> str | None:
    """Return the Vietnamese that a text of VNI bytes, read as Windows-1252, stands for; or None."""
    made, marks = _vni(text)
    return made if marks >= _FEW else None


def _vni(text: str) -> tuple[str | None, int]:
    made: list[str] = []
    place, marks = 0, 0
    while place < len(text):
        pair = text[place : place + 2]
        lower = pair.lower()
        if len(pair) == _FEW and lower in VNI:
            found = VNI[lower]
            made.append(found.upper() if pair[0].isupper() else found)
            place, marks = place + 2, marks + 1
            continue
        sign = text[place]
        if not sign.isascii():
            alone = _VNI_ALONE.get(sign) or _VNI_ALONE.get(sign.lower(), "").upper()
            if not alone:
                return None, marks
            sign, marks = alone, marks + 1
        made.append(sign)
        place += 1
    return "".join(made), marks


def is_legacy(text: str) -> bool:
    """Whether a text is Vietnamese in the bytes of TCVN3 or VNI, read as Latin-1.

    Every word of it with a letter beyond ASCII turns into a Vietnamese syllable, and two different
    ones at least are none as they stand and have what other languages do not write. So a short
    text, or one in which other words have accents too, stays undecided: it is not called legacy.
    """
    if not _LATIN_1.search(text) or _BEYOND_LATIN_1.search(text):
        return False
    words = {word.lower(): word for word in _LEGACY_WORD.findall(text) if not word.isascii()}
    return _is_from(words.values(), _tcvn3, _OF_TCVN3) or _is_from(
        words.values(), lambda word: _vni(word)[0], _OF_VNI
    )


def _is_from(
    words: Collection[str], read: Callable[[str], str | None], sign: re.Pattern[str]
) -> bool:
    telling = [word for word in words if sign.search(word) and not is_syllable(word)]
    return len(telling) >= _FEW and all(is_syllable(read(word) or "") for word in words)


def look_alikes(text: str) -> list[str]:
    """Return the letters of other alphabets that stand for Vietnamese ones, in order.

    Only within words that are Vietnamese once they are replaced: a syllable, a word with letters
    that no other language has beside them, or what decisions are numbered with (QÐ, NÐ). So a
    Greek or Russian word is what it is, and so are an Icelandic name (Guðrún), a unit (kΩ) and a
    word of which nobody knows (Ðakrông).
    """
    found: list[str] = []
    if _LOOKING_ALIKE.search(text):
        for word in _WORD.findall(text):
            signs = _LOOKING_ALIKE.findall(word)
            if signs and _is_meant_here(word):
                found += signs
    return found


def _is_meant_here(word: str) -> bool:
    right = "".join(LOOK_ALIKES.get(sign, sign) for sign in word)
    plain = all(sign.isascii() or sign in LETTERS for sign in right)
    # A word of nothing but such letters is of their own alphabet; eth has no words of its own.
    latin = any(sign not in LOOK_ALIKES or sign in _ETHS for sign in word)
    own = any(sign in _OWN for sign in word)
    if "\u00f0" in word and not own and word.replace("\u00f0", "").isascii():
        return False  # a sound of English in the phonetic alphabet: ði
    return latin and plain and (own or is_syllable(right) or right in _ABBREVIATIONS)
