"""Text in Vietnamese as systems exchange it: Unicode, composed, and damaged by nothing.

What the checks of text ask one by one is one format here, together with what only a whole text can
tell: that it is in the bytes of an old font, or has letters of other alphabets in Vietnamese words.
Damage is what is refused, never a language: names and words of any other are text as well.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from conformance.formats import legacy, making
from conformance.formats.format import Format
from conformance.formats.vietnamese import is_composed, is_garbled, is_vietnamese
from conformance.text import Text

# Halves of surrogate pairs: JSON can name them, UTF-8 has no bytes for them (RFC 8259, 8.2).
_SURROGATE = re.compile("[\ud800-\udfff]")


def has_other_letters(value: str) -> bool:
    """Whether a text is Vietnamese in letters or bytes that only look right."""
    return not value.isascii() and bool(legacy.look_alikes(value) or legacy.is_legacy(value))


def is_text(value: str) -> bool:
    """Whether a text is undamaged: any language, and Vietnamese composed, in letters of its own."""
    if value.isascii():
        return True
    return not (
        _SURROGATE.search(value)
        or is_garbled(value)
        or (not is_composed(value) and is_vietnamese(value))
        or has_other_letters(value)
    )


_INITIALS = ("", "b", "ch", "đ", "gi", "h", "kh", "l", "m", "nh", "ph", "s", "th", "tr", "v", "x")
# Where the tone stands.
_RHYMES = (
    *("a{}n", "ă{}ng", "â{}m", "e{}", "ê{}n", "i{}nh", "o{}", "oa{}i", "ô{}ng", "ơ{}i", "uâ{}n"),
    *("u{}", "ươ{}ng", "ư{}n", "y{}", "iê{}u"),
)
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_PHRASES = (
    "Nguyễn Thị Đào",
    "Đặng Văn Hưng",
    "Lê Hoàng Đức",
    "Phường Hòa Cường",
    "Phường Hoà Cường",
    "số 5 ngõ 12 đường Điện Biên Phủ",
    "thửa đất số 37, tờ bản đồ số 12",
    "Quyết định số 12/2025/QĐ-UBND",
    "NGHỊ QUYẾT CỦA HĐND TỈNH ĐẮK LẮK",
    "đã tiếp nhận hồ sơ; chờ bổ sung giấy tờ",
    "phí: 50.000 đồng/hồ sơ",
)
# What is no Vietnamese, or no word at all, and is text all the same.
_OTHERS = (
    "",
    "Nguyen Van A",
    "Buôn Ma Thuột",
    "Čư M'gar, Ea H'leo",
    "Y Ngông Niê Kdăm",
    "brŏ, mnuih, kơ̆, ñu",
    "Ê-đê, Bơhnar, Hmôngz, Ba-na",
    "Guðrún Þórðardóttir",
    "Ðakovica",
    "café crème, Orléans, Noël",
    "São Paulo, Ação",
    "Müller & Söhne",
    "Москва",
    "Владимир Путилин",
    "Αθήνα",
    "α-tocopherol, 5 kΩ, 10 µm × 3 µm",
    "東京, 서울, ไทย",
    "/ði/",
    "☎ 0912 345 678 😀",
    "“…” – «a» — 25 °C, 3 m²",
    "© Ánh Sáng®",
    "PHÃ, Â, Ã, ĐÃ",
    "x\u00a0y\u200bz",
    "???",
)
_BETWEEN = (" ", " ", ", ", "; ", " – ", "\n", " (", ". ")


def _syllable(random: Random) -> str:
    rhyme = random.choice(_RHYMES).format(random.choice(_TONES))
    word = unicodedata.normalize("NFC", random.choice(_INITIALS) + rhyme)
    return random.choice((word, word, word.capitalize(), word.upper()))


def text(random: Random) -> str:
    """Return a text: Vietnamese of all letters, among it or alone what only looks damaged."""
    parts = [
        random.choice(
            (
                _syllable(random),
                random.choice(_PHRASES),
                random.choice(_OTHERS),
                making.digits(random, 4),
            )
        )
        for _ in range(random.randint(1, 5))
    ]
    return random.choice(_BETWEEN).join(parts)


# Words by what happens to them. Each has a letter that comes apart; each is a syllable.
_WORDS = ("Nguyễn", "không", "quyền", "HỒNG", "của", "được", "Trường", "chuyển", "xuất", "NGOẠI")
_WITH_ALIKES = ("Nguyễn", "Hoàng", "quyền", "HỒNG", "của", "Trường", "chuyển", "xuất", "Tổ")
_WITH_D = ("Đà", "Đặng", "Đường", "ĐỒNG", "Đức", "Đinh", "đường", "đất", "đồng", "đã")
_NUMBERED = ("QĐ", "NĐ", "HĐND")
# In these fonts each of them has a sign that no other language writes within a word.
_TCVN3 = ("nhân", "thông", "hàng", "các", "bên", "đất", "sơ", "lập", "việc", "tiếng", "giấy")
_VNI = {
    "cộng": "coäng",
    "hòa": "hoøa",
    "hội": "hoäi",
    "chủ": "chuû",
    "việt": "vieät",
    "tổ": "toå",
    "dân": "daân",
    "tiền": "tieàn",
    "phòng": "phoøng",
    "quận": "quaän",
}
_PLAIN = ("theo", "cho", "12", "2025", "trong", "ban")
_TO_TCVN3 = {made: sign for sign, made in legacy.TCVN3.items()}
_ALIKE = {
    right: [sign for sign, meant in legacy.LOOK_ALIKES.items() if meant == right]
    for right in set(legacy.LOOK_ALIKES.values()) - {"Đ", "đ"}
}


def _around(random: Random, wrong: str) -> str:
    """Return a damaged piece among others that are whole."""
    parts = [random.choice(_PHRASES), wrong, making.digits(random, 3)]
    random.shuffle(parts)
    return random.choice((" ", ", ", "\n")).join(parts)


def _phrase(random: Random) -> str:
    return " ".join((random.choice(_WORDS), random.choice(_PHRASES), making.digits(random, 2)))


def _decomposed(random: Random) -> str:
    return unicodedata.normalize("NFD", _phrase(random))


def _tones_apart(random: Random) -> str:
    """Return a text whose vowels are whole and whose tones are not, as Windows-1258 has them."""
    apart = unicodedata.normalize("NFD", _phrase(random))
    # A tone stands behind the mark of the letter or, as the dot below, before it.
    apart = re.sub("\u0323([\u0302\u0306\u031b])", "\\1\u0323", apart)
    return re.sub(
        "\\w[\u0302\u0306\u031b]", lambda found: unicodedata.normalize("NFC", found[0]), apart
    )


def _misread(random: Random) -> str:
    piece = random.choice(_WORDS + _WITH_D).encode()
    try:
        wrong = piece.decode(random.choice(("cp1252", "latin-1")))
    except UnicodeDecodeError:  # a byte that Windows-1252 has nothing for
        wrong = piece.decode("latin-1")
    return _around(random, wrong)


def _misread_throughout(random: Random) -> str:
    return _phrase(random).encode().decode("latin-1")


def _replaced(random: Random) -> str:
    phrase = _phrase(random)
    place = random.randrange(len(phrase))
    return phrase[:place] + "\ufffd" + phrase[place + 1 :]


def _with_eth(random: Random) -> str:
    word = random.choice(_WITH_D)
    wrong = word.replace("Đ", random.choice("\u00d0\u0189")).replace("đ", "\u00f0")
    return _around(random, wrong)


def _numbered_with_eth(random: Random) -> str:
    sign = random.choice(_NUMBERED).replace("Đ", "\u00d0")
    return f"{making.digits(random, 3)}/{random.randint(1990, 2026)}/{sign}-CP"


def _with_look_alike(random: Random) -> str:
    word = random.choice(_WITH_ALIKES)
    place = random.choice([place for place, sign in enumerate(word) if sign in _ALIKE])
    wrong = word[:place] + random.choice(_ALIKE[word[place]]) + word[place + 1 :]
    return _around(random, wrong)


def _in_tcvn3(random: Random) -> str:
    words = [*random.sample(_TCVN3, random.randint(2, 5)), random.choice(_PLAIN)]
    random.shuffle(words)
    return " ".join("".join(_TO_TCVN3.get(sign, sign) for sign in word) for word in words)


def _in_vni(random: Random) -> str:
    words = [*random.sample(sorted(_VNI.values()), random.randint(2, 5)), random.choice(_PLAIN)]
    random.shuffle(words)
    return " ".join(random.choice((word, word.capitalize(), word.upper())) for word in words)


FORMATS = (
    Format(
        "vn-text",
        Text(vi="văn bản tiếng Việt", en="text in Vietnamese"),
        Text(
            vi="Ký tự Unicode, chữ Việt ở dạng dựng sẵn (NFC), không hỏng mã: không có U+FFFD,"
            " không phải UTF-8 bị đọc thành Windows-1252, không phải TCVN3 hay VNI, không có Ð"
            " (U+00D0), Ɖ (U+0189), ð (U+00F0) thay cho Đ, đ, không có chữ Kirin hay Hy Lạp trong"
            " từ tiếng Việt. Chuỗi rỗng, tiếng nước ngoài và tiếng dân tộc thiểu số đều đúng."
            " Không xét cách đặt dấu thanh, chính tả, dấu hỏi thay cho chữ. TCVN3 và VNI chỉ bị"
            " kết luận khi cả văn bản đọc lại được thành tiếng Việt.",
            en="Unicode, Vietnamese letters composed (NFC), damaged by no encoding: no U+FFFD, no"
            " UTF-8 that was read as Windows-1252, no TCVN3 or VNI, no Ð (U+00D0), Ɖ (U+0189) or ð"
            " (U+00F0) for Đ and đ, no Cyrillic or Greek letter in a Vietnamese word. An empty"
            " text, other languages of the country and of the world are all right. Not looked at:"
            " where tones stand, spelling, question marks for letters. TCVN3 and VNI are concluded"
            " only where the whole text reads as Vietnamese that way.",
        ),
        "TCVN 6909:2001 và UTF-8 (Thông tư 39/2017/TT-BTTTT, mục 3.14 và 2.7); dạng dựng sẵn"
        " (UAX 15) và các dấu hiệu hỏng mã là quy tắc của chương trình",
        "practice",
        is_text,
        text,
        making.either(
            _decomposed,
            _tones_apart,
            _misread,
            _misread_throughout,
            _replaced,
            _with_eth,
            _numbered_with_eth,
            _with_look_alike,
            _in_tcvn3,
            _in_vni,
        ),
        (
            "Nguyễn Thị Đào",
            "Phường Hoà Cường",
            "Guðrún Þórðardóttir",
            "Čư M'gar, Ea H'leo",
            "café, 10 µm × 3 µm, Москва 😀",
        ),
        (
            unicodedata.normalize("NFD", "Nguyễn Thị Đào"),
            "Nguyá»…n Thá»‹ Ä\u0090Ã o",
            "Nguy\ufffdn Th\ufffd Đào",
            "Ðà Nẵng",
            "12/2025/QÐ-TTg",
            "Нguyễn Văn An",
            "Hå s¬ ®Êt ®ai",
            "Coäng hoøa xaõ hoäi",
        ),
    ),
)
