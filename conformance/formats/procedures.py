"""Codes of administrative procedures, of their fields, and of dossiers."""

from __future__ import annotations

import re
from random import Random

from conformance.formats import making
from conformance.formats.datestyles import is_calendar_date
from conformance.formats.format import Format, Maker
from conformance.formats.organisations import (
    agency_code,
    agency_code_of_2016,
    is_agency_code,
    is_agency_code_of_2016,
)
from conformance.text import Text

_PROCEDURE = re.compile(r"[1-9]\.[0-9]{6}(?:\.(?P<agency>.+))?")
_FIELD = re.compile(r"[A-Z][0-9]{2}-[A-Z]{2}[0-9]{2}")
_DOSSIER = re.compile(r"(?P<agency>[^-]+)-(?P<day>[0-9]{6})-[0-9]{4,}")
_CENTURY = 2000


def is_procedure_code(value: str) -> bool:
    """Whether a text is a procedure's code: national, or with the agency of one place."""
    found = _PROCEDURE.fullmatch(value)
    return found is not None and (not found["agency"] or is_agency_code_of_2016(found["agency"]))


def is_field_code(value: str) -> bool:
    """Whether a text is the code of a field of procedures."""
    return bool(_FIELD.fullmatch(value))


def is_dossier_code(value: str) -> bool:
    """Whether a text is a dossier's code, with an agency's code of either form."""
    found = _DOSSIER.fullmatch(value)
    return found is not None and _is_day(found["day"]) and _is_agency(found["agency"])


def is_dossier_code_of_2018(value: str) -> bool:
    """Whether a text is a dossier's code with an agency's code of the former form."""
    return is_dossier_code(value) and is_agency_code_of_2016(value.partition("-")[0])


def _is_agency(code: str) -> bool:
    # A dossier of years ago keeps the code of an agency that was closed since.
    return is_agency_code(code) or is_agency_code_of_2016(code)


def _is_day(text: str) -> bool:
    return is_calendar_date(_CENTURY + int(text[:2]), int(text[2:4]), int(text[4:]))


def _day(random: Random) -> str:
    return making.day(random).strftime("%y%m%d")


def _no_day(random: Random) -> str:
    year, month, day = making.no_day(random)
    # The 29th of February is one in years that two digits tell apart as well as four.
    return f"{year % 100:02}{month:02}{day:02}"


def _serial(random: Random) -> str:
    return making.digits(random, random.choice((4, 4, 4, 5, 6)))


def procedure_code(random: Random) -> str:
    """Return a procedure's code."""
    code = f"{random.randint(1, 3)}.{making.digits(random, 6)}"
    return random.choice((code, f"{code}.{agency_code_of_2016(random)}"))


def field_code(random: Random) -> str:
    """Return the code of a field."""
    return f"G{making.digits(random, 2)}-{making.capitals(random, 2)}{making.digits(random, 2)}"


def dossier_code(random: Random) -> str:
    """Return a dossier's code of either form."""
    return random.choice((dossier_code_of_2018, _dossier_code_of_today))(random)


def dossier_code_of_2018(random: Random) -> str:
    """Return a dossier's code with an agency's code of the former form."""
    return f"{agency_code_of_2016(random)}-{_day(random)}-{_serial(random)}"


def _dossier_code_of_today(random: Random) -> str:
    return f"{agency_code(random)}-{_day(random)}-{_serial(random)}"


def _procedure_missed(random: Random) -> str:
    right = f"{random.randint(1, 9)}.{making.digits(random, 6)}"
    agency = agency_code_of_2016(random)
    return random.choice(
        (
            "0" + right[1:],
            right[:-1],
            right + making.digits(random, 1),
            right.replace(".", ""),
            f"{right}.",
            f"{right}.{agency[4:]}",
            f"{right}-{agency}",
            f"{right}.{agency.lower()}",
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _field_missed(random: Random) -> str:
    right = field_code(random)
    return random.choice(
        (
            right.lower(),
            right.replace("-", ""),
            right.replace("-", "."),
            right[:-1],
            right + making.digits(random, 1),
            right[:4] + making.digits(random, 2) + right[6:],
            making.spoilt(right, random),
        )
    )


def _dossier_missed(agency: Maker, random: Random) -> str:
    of, day, serial = agency(random), _day(random), making.digits(random, 4)
    return random.choice(
        (
            f"{of}-{_no_day(random)}-{serial}",
            f"{of}-20{day}-{serial}",
            f"{of}-{day}-{serial[:3]}",
            f"{of}-{day}{serial}",
            f"{of}.{day}.{serial}",
            f"{of.lower()}-{day}-{serial}",
            f"{day}-{serial}",
            f"{of}-{day}-{making.with_letter(serial, random)}",
            making.spoilt(f"{of}-{day}-{serial}", random),
        )
    )


FORMATS = (
    Format(
        "vn-procedure-code",
        Text(vi="mã thủ tục hành chính", en="code of an administrative procedure"),
        Text(
            vi="Một chữ số khác 0, dấu chấm, sáu chữ số; bản của một địa phương thêm mã cơ quan"
            " theo mẫu cũ.",
            en="A digit that is not 0, a full stop, six digits; the one of a place has an agency's"
            " code of the former form behind it.",
        ),
        "Khoảng mười mã thật trên các cổng dịch vụ công; không tìm thấy định nghĩa pháp lý",
        "practice",
        is_procedure_code,
        procedure_code,
        _procedure_missed,
        ("1.004222", "2.000884.000.00.00.H55"),
        ("0.004222", "1.04222", "1004222", "1.004222.H55", "1.004222-000.00.00.H55"),
    ),
    Format(
        "vn-field-code",
        Text(vi="mã lĩnh vực", en="code of a field of procedures"),
        Text(
            vi="Mã cấp 1 của bộ, gạch nối, hai chữ cái và hai chữ số.",
            en="The ministry's first-level code, a hyphen, two letters and two digits.",
        ),
        "Một mẫu thật (G03-GD10); không tìm thấy định nghĩa pháp lý",
        "practice",
        is_field_code,
        field_code,
        _field_missed,
        ("G03-GD10", "G15-HT01"),
        ("g03-gd10", "G03GD10", "G03-GD1", "G03-1010"),
    ),
    Format(
        "vn-dossier-code",
        Text(vi="mã hồ sơ", en="dossier code"),
        Text(
            vi="Mã cơ quan (mẫu cũ hoặc mới), ngày tiếp nhận YYMMDD có trong lịch, số thứ tự trong"
            " ngày từ bốn chữ số, cách nhau bằng gạch nối.",
            en="An agency's code (of either form), the day of receipt as YYMMDD, which the calendar"
            " has, and the number of the day of four digits or more, parted by hyphens.",
        ),
        "Thông tư 01/2018/TT-VPCP, Điều 19; số thứ tự dài hơn bốn chữ số và mẫu mới: thực tiễn"
        " (Thông tư 03/2025/TT-VPCP chưa đọc được)",
        "practice",
        is_dossier_code,
        dossier_code,
        lambda random: _dossier_missed(making.either(agency_code, agency_code_of_2016), random),
        ("000.00.53.H48-220921-0099", "H26.12-250315-0001", "H57.01-251101-00012"),
        ("H26.12-250230-0001", "H26.12-250315-001", "H26.12-20250315-0001", "h26.12-250315-0001"),
    ),
    Format(
        "vn-dossier-code-2018",
        Text(vi="mã hồ sơ theo Thông tư 01/2018", en="dossier code of Circular 01/2018"),
        Text(
            vi="V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX; số thứ tự có thể dài hơn bốn chữ số.",
            en="V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX; the number may be longer than four digits.",
        ),
        "Thông tư 01/2018/TT-VPCP, Điều 19, đọc qua trang dẫn lại",
        "secondary",
        is_dossier_code_of_2018,
        dossier_code_of_2018,
        making.either(
            lambda random: _dossier_missed(agency_code_of_2016, random), _dossier_code_of_today
        ),
        ("000.00.53.H48-220921-0099",),
        ("H26.12-250315-0001", "000.00.53.H48-221321-0099", "000.00.53.H48-220921-099"),
    ),
)
