"""Vietnamese that is written as it was before Unicode, or with letters that only look right.

TCVN3 (ABC) and VNI are fonts over other encodings: read as Windows-1252 their texts are runs of
accented Latin letters that no Vietnamese word has. A text is only called legacy where it turns
into Vietnamese throughout when it is read that way.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType

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
_FEW = 2


def from_tcvn3(text: str) -> str | None:
    """Return the Vietnamese that a text of TCVN3 bytes, read as Latin-1, stands for.

    None where it is no such text: some letter beyond ASCII is not in that encoding, or fewer than
    two letters are beyond it, which many a word of another language has as well.
    """
    made = [sign if sign.isascii() else TCVN3.get(sign, "") for sign in text]
    beyond = sum(not sign.isascii() for sign in text)
    return "".join(made) if beyond >= _FEW and all(made) else None


def from_vni(text: str) -> str | None:
    """Return the Vietnamese that a text of VNI bytes, read as Windows-1252, stands for; or None."""
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
                return None
            sign, marks = alone, marks + 1
        made.append(sign)
        place += 1
    return "".join(made) if marks >= _FEW else None


def look_alikes(text: str) -> list[str]:
    """Return the letters of other alphabets that stand for Vietnamese ones, in order.

    Only within words that have Latin letters too: a Greek or Russian word is what it is. Eth is
    one wherever it stands beside a vowel of Vietnamese, since no language here has it.
    """
    found: list[str] = []
    for word in text.split():
        latin = any(sign.isascii() and sign.isalpha() for sign in word) or bool(LETTERS & set(word))
        if latin:
            found += [sign for sign in word if sign in LOOK_ALIKES]
    return found
