"""Telephone numbers and number plates."""

from __future__ import annotations

import re
from random import Random

from conformance.formats import making
from conformance.formats.format import Format
from conformance.text import Text

_ABROAD = r"(?:\+84|84|0084|0)"
_MOBILE = re.compile(_ABROAD + r"[35789][0-9]{8}")
_LANDLINE = re.compile(_ABROAD + r"2[0-9]{9}")
# E.164: fifteen digits at most, the first of a country's code no nought. In Viet Nam also numbers
# of subscribers behind a nought, services (1800, 1900) and short ones (113, 1022). RFC 3966 lets
# `tel:` have signs between the digits, and an extension.
_DIALABLE = re.compile(
    r"(?:\+|00)[1-9][0-9]{6,14}|84[0-9]{9,10}|0[1-9][0-9]{8,9}|1[89]00[0-9]{4,6}|1[0-9]{2,5}"
)
_TEL = re.compile(r"tel:", re.IGNORECASE)
_EXTENSION = re.compile(r";[a-z-]{1,20}=[^;]{1,40}", re.IGNORECASE)
_PLATE = re.compile(r"[0-9]{2}[A-Z]{1,2}[0-9]?-?(?:[0-9]{4}|[0-9]{3}\.?[0-9]{2})")


def is_mobile_phone(value: str) -> bool:
    """Whether a text is the number of a mobile telephone, as it has been since 2018."""
    return bool(_MOBILE.fullmatch(value))


def is_phone(value: str) -> bool:
    """Whether a text is a telephone number, mobile or of a line."""
    return is_mobile_phone(value) or bool(_LANDLINE.fullmatch(value))


def is_dialable(value: str) -> bool:
    """Whether a program can dial a text as it stands: digits alone, or an address `tel:`."""
    number = _EXTENSION.sub("", value)
    if _TEL.match(number):
        number = re.sub(r"[-.()]", "", number[4:])
    return bool(_DIALABLE.fullmatch(number))


def mobile_phone(random: Random) -> str:
    """Return the number of a mobile telephone."""
    return (
        random.choice(("0", "0", "+84", "84", "0084"))
        + random.choice("35789")
        + making.digits(random, 8)
    )


def phone(random: Random) -> str:
    """Return a telephone number."""
    line = random.choice(("0", "+84", "84", "0084")) + "2" + making.digits(random, 9)
    return random.choice((mobile_phone(random), line))


def plate(random: Random) -> str:
    """Return a number plate."""
    number = making.digits(random, 5)
    series = f"{random.randint(11, 99)}{making.capitals(random, random.choice((1, 1, 2)))}"
    series += random.choice(("", making.digits(random, 1)))
    return random.choice(
        (
            f"{series}-{number[:3]}.{number[3:]}",
            f"{series}-{number}",
            f"{series}{number}",
            f"{series}-{number[:4]}",
        )
    )


def _mobile_missed(random: Random) -> str:
    prefix, rest = random.choice(("0", "+84", "0084")), making.digits(random, 8)
    right = prefix + random.choice("35789") + rest
    return random.choice(
        (
            prefix + random.choice("0146") + rest,
            # Eleven digits, as such numbers had until 2018.
            f"01{random.choice('26')}{rest}",
            right[: -random.randint(1, 2)],
            right + making.digits(random, 1),
            f"+{right}" if prefix != "0084" else right[1:],
            f"+84{right}",
            right[:4] + random.choice((".", "-", " ")) + right[4:],
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _phone_missed(random: Random) -> str:
    line = "02" + making.digits(random, 9)
    return random.choice(
        (
            _mobile_missed(random),
            line[:-1],
            line + making.digits(random, 1),
            "0" + line,
            line[:3] + " " + line[3:],
            making.with_letter(line, random),
        )
    )


def _plate_missed(random: Random) -> str:
    number = making.digits(random, 5)
    series = f"{random.randint(11, 99)}{making.capitals(random, 1)}"
    return random.choice(
        (
            f"{series.lower()}-{number}",
            f"{series[1:]}-{number}",
            f"{series}-{number[:3]}",
            f"{series}-{number}{number[0]}",
            f"{series}--{number}",
            f"{series} {number}",
            f"{series}-{number[:2]}.{number[2:]}",
            f"{series[:2]}-{number}",
            making.spoilt(f"{series}-{number}", random),
        )
    )


FORMATS = (
    Format(
        "vn-mobile-phone",
        Text(vi="số điện thoại di động", en="mobile telephone number"),
        Text(
            vi="0, +84, 84 hoặc 0084, rồi chín chữ số bắt đầu bằng 3, 5, 7, 8 hoặc 9.",
            en="0, +84, 84 or 0084, then nine digits that begin with 3, 5, 7, 8 or 9.",
        ),
        "Thực tiễn từ khi đổi đầu số năm 2018",
        "practice",
        is_mobile_phone,
        mobile_phone,
        _mobile_missed,
        ("0912345678", "+84912345678", "0084361234567"),
        ("01212345678", "0612345678", "091234567", "+840912345678", "0912 345 678"),
    ),
    Format(
        "vn-phone",
        Text(vi="số điện thoại", en="telephone number"),
        Text(
            vi="Số di động, hoặc số cố định: 0 (hay +84, 84, 0084), chữ số 2 và chín chữ số.",
            en="A mobile number, or a line: 0 (or +84, 84, 0084), the digit 2 and nine digits.",
        ),
        "Thực tiễn; số cố định chưa đối chiếu văn bản",
        "recalled",
        is_phone,
        phone,
        _phone_missed,
        ("0912345678", "02437956666", "+842437956666"),
        ("0437956666", "0243795666", "024-3795-6666"),
    ),
    Format(
        "vn-plate",
        Text(vi="biển số xe", en="number plate"),
        Text(
            vi="Hai chữ số địa phương, một hoặc hai chữ cái, có thể thêm một chữ số, rồi bốn hoặc"
            " năm chữ số; gạch nối và dấu chấm có thể bỏ.",
            en="Two digits of the place, one or two letters, perhaps a digit, then four or five"
            " digits; hyphen and full stop may be left out.",
        ),
        "Biển số đang lưu hành (chưa đối chiếu văn bản)",
        "recalled",
        lambda value: bool(_PLATE.fullmatch(value)),
        plate,
        _plate_missed,
        ("29A-123.45", "59X1-12345", "30K12345", "29A-1234"),
        ("29a-123.45", "9A-12345", "29A-12.345", "29-12345", "29A 12345"),
    ),
)
