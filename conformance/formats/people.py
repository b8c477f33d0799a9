"""Numbers by which people are known: in person, in insurance, on older papers."""

from __future__ import annotations

import re
from random import Random

from conformance.formats import making
from conformance.formats.format import Format
from conformance.formats.identifiers import is_personal_id
from conformance.formats.units import FORMER_PROVINCES
from conformance.text import Text

# Nought and one, one figure all along, or the figures in their order.
_PLACEHOLDER = re.compile(r"0{8,11}1|([0-9])\1{8,11}|123456789(?:012)?")
_OLD_IDENTITY = re.compile(r"[0-9]{9}")
_PASSPORT = re.compile(r"[A-Z][0-9]{7,8}")
_INSURANCE = re.compile(r"[0-9]{10}")
# Whose: two letters; benefit level 1 to 5; province; the social-insurance number.
_HEALTH_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{2}[0-9]{10}")
_NEWEST_YEAR = 26


def personal_id(random: Random) -> str:
    """Return a personal number of somebody born here in the 1900s or 2000s."""
    province = "0" + random.choice(sorted(FORMER_PROVINCES))
    century = random.choice("0123")
    newest = 99 if century in "01" else _NEWEST_YEAR
    return province + century + f"{random.randint(0, newest):02}" + making.digits(random, 6)


def is_placeholder(text: str) -> bool:
    """Whether a text is what programs write as somebody's number where they have nobody."""
    return _PLACEHOLDER.fullmatch(text) is not None


def social_insurance_number(random: Random) -> str:
    """Return a social-insurance number."""
    return making.digits(random, 10)


def health_card(random: Random) -> str:
    """Return the number of a health-insurance card: of fifteen signs, or of ten as newer ones."""
    number = social_insurance_number(random)
    if random.random() < 0.3:  # noqa: PLR2004  # some of them
        return number
    benefit = random.choice("12345")
    province = random.choice(sorted(FORMER_PROVINCES))
    return making.capitals(random, 2) + benefit + province + number


def _passport(random: Random) -> str:
    return making.capitals(random, 1) + making.digits(random, random.choice((7, 8)))


def _digits_missed(count: int, random: Random) -> str:
    right = making.digits(random, count)
    return random.choice((making.spoilt, making.longer_or_shorter, making.with_letter))(
        right, random
    )


def _health_card_missed(random: Random) -> str:
    number = making.digits(random, 10)
    place = making.digits(random, 2)
    letters = making.capitals(random, 2)
    return random.choice(
        (
            letters + random.choice("06789") + place + number,
            letters.lower() + "1" + place + number,
            letters[0] + making.digits(random, 1) + "1" + place + number,
            letters + "1" + place + number + making.digits(random, 1),
            letters + "1" + place + number[:-1],
            making.spoilt(letters + "4" + place + number, random),
            making.spoilt(number, random),
            making.longer_or_shorter(number, random),
        )
    )


def _passport_missed(random: Random) -> str:
    right = _passport(random)
    return random.choice(
        (
            right[0].lower() + right[1:],
            making.digits(random, 1) + right[1:],
            right[:7],
            right[0] + making.digits(random, 9),
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


FORMATS = (
    Format(
        "vn-personal-id",
        Text(vi="số định danh cá nhân", en="personal identification number"),
        Text(
            vi="Mười hai chữ số ASCII. Không có số kiểm tra. Ba chữ số đầu theo danh sách 63 tỉnh"
            " của thời điểm đăng ký khai sinh, hoặc mã nước, nên không so với 34 tỉnh hiện nay;"
            " chữ số thứ tư cho biết thế kỷ và giới tính, hai chữ số tiếp theo là năm sinh.",
            en="Twelve ASCII digits, with no check digit. The first three follow the list of 63"
            " provinces of the time of registration, or countries, so they are not compared with"
            " the 34 of today; the fourth tells century and sex, the next two the year of birth.",
        ),
        "Nghị định 137/2015/NĐ-CP, Điều 13; Luật 26/2023/QH15, Điều 12, đọc qua báo dẫn lại",
        "secondary",
        is_personal_id,
        personal_id,
        lambda random: _digits_missed(12, random),
        ("001099000001", "079305123456", "101190000001"),
        ("1099000001", "00109900000", "0010990000011", "OO1099000001", "001 099 000 001"),
    ),
    Format(
        "vn-identity-card-9",
        Text(vi="số chứng minh nhân dân", en="number of the former identity card"),
        Text(
            vi="Chín chữ số; giấy này không còn giá trị sau ngày 31/12/2024.",
            en="Nine digits; the card is no longer valid after 31 December 2024.",
        ),
        "Luật Căn cước 26/2023/QH15 (chưa đối chiếu nguyên văn)",
        "recalled",
        lambda value: bool(_OLD_IDENTITY.fullmatch(value)),
        lambda random: making.digits(random, 9),
        lambda random: _digits_missed(9, random),
        ("012345678", "271234567"),
        ("12345678", "0123456789", "01234567A", "012 345 678"),
    ),
    Format(
        "vn-passport",
        Text(vi="số hộ chiếu", en="passport number"),
        Text(
            vi="Một chữ cái in hoa và bảy hoặc tám chữ số.",
            en="One capital letter and seven or eight digits.",
        ),
        "Mẫu hộ chiếu đang dùng (chưa đối chiếu văn bản)",
        "recalled",
        lambda value: bool(_PASSPORT.fullmatch(value)),
        _passport,
        _passport_missed,
        ("C1234567", "B01234567"),
        ("c1234567", "C123456", "11234567", "C-1234567"),
    ),
    Format(
        "vn-social-insurance-number",
        Text(vi="mã số bảo hiểm xã hội", en="social-insurance number"),
        Text(
            vi="Mười chữ số; không có số kiểm tra được công bố.",
            en="Ten digits; no check digit was ever published.",
        ),
        "Thực tiễn các hệ thống y tế",
        "practice",
        lambda value: bool(_INSURANCE.fullmatch(value)),
        social_insurance_number,
        lambda random: _digits_missed(10, random),
        ("0123456789", "7912345678"),
        ("123456789", "01234567890", "0123-456789", "O123456789"),
    ),
    Format(
        "vn-health-card",
        Text(vi="số thẻ bảo hiểm y tế", en="number of a health-insurance card"),
        Text(
            vi="Mười lăm ký tự: hai chữ cái đối tượng, mức hưởng 1 đến 5, hai chữ số mã tỉnh, mười"
            " chữ số mã số bảo hiểm xã hội; thẻ mẫu mới chỉ in mười chữ số sau.",
            en="Fifteen signs: two letters of the group, benefit level 1 to 5, two digits of the"
            " province, the ten digits of the social-insurance number; newer cards show only these"
            " ten.",
        ),
        "Công văn 3340/BHXH-ST (15 ký tự, 4 ô); chi tiết theo thực tiễn",
        "practice",
        lambda value: bool(_HEALTH_CARD.fullmatch(value) or _INSURANCE.fullmatch(value)),
        health_card,
        _health_card_missed,
        ("DN4790123456789", "HS4010123456789", "0123456789"),
        ("DN6790123456789", "dn4790123456789", "DN479012345678", "DN 4790123456789"),
    ),
)
