"""Codes of organisations: for taxes, and as senders and receivers of data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from random import Random
from types import MappingProxyType

from conformance.formats import making
from conformance.formats.format import Format
from conformance.formats.identifiers import is_tax_code, tax_check_digit
from conformance.formats.people import personal_id
from conformance.text import Text

_AGENCY = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]+)*")
_LONGEST = 35
_OF_2016 = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")
# Ministries that were merged in 2025: their codes are not in the list that Decision 09/2025/QĐ-TTg
# puts in the place of the one of Decision 20/2020/QĐ-TTg, which goes by the alphabet.
CLOSED = MappingProxyType(
    {
        "G04": (date(2025, 4, 14), "Bộ Giao thông vận tải"),
        "G05": (date(2025, 4, 14), "Bộ Kế hoạch và Đầu tư"),
        "G07": (date(2025, 4, 14), "Bộ Lao động - Thương binh và Xã hội"),
        "G13": (date(2025, 4, 14), "Bộ Tài nguyên và Môi trường"),
        "G14": (date(2025, 4, 14), "Bộ Thông tin và Truyền thông"),
    }
)


def is_agency_code(value: str) -> bool:
    """Whether a text has the form of an agency's code since 2020, open or closed."""
    return len(value) <= _LONGEST and bool(_AGENCY.fullmatch(value))


def is_agency_code_of_2016(value: str) -> bool:
    """Whether a text has the form that agency codes had before: `000.00.01.H22`."""
    return bool(_OF_2016.fullmatch(value))


def first_level(code: str) -> str:
    """Return the part of an agency's code, of either form, that names the first level."""
    return code.rpartition(".")[2] if is_agency_code_of_2016(code) else code.partition(".")[0]


def closed_since(code: str, more: Mapping[str, date] | None = None) -> date | None:
    """Return since when an agency's code may not be used in new data; None where it may.

    Args:
        code: a code of either form.
        more: further first-level codes that were closed, with the day. Which codes of provinces
            were, the merged ones', was not found published as a list.
    """
    level = first_level(code)
    if more and level in more:
        return more[level]
    return CLOSED[level][0] if level in CLOSED else None


def is_open_agency_code(value: str) -> bool:
    """Whether a text is an agency's code that may stand in new data."""
    return is_agency_code(value) and closed_since(value) is None


def tax_code(random: Random) -> str:
    """Return a tax code: of an organisation, of a branch, or of a person."""
    while True:
        nine = making.digits(random, 2) + f"{random.randint(1, 9_999_999):07}"
        check = tax_check_digit(nine)
        if check is not None:
            break
    branch = f"{random.randint(1, 999):03}"
    return random.choice(
        (nine + check, f"{nine}{check}-{branch}", nine + check + branch, personal_id(random))
    )


def agency_code(random: Random) -> str:
    """Return an agency's code of one to five levels."""
    letter = random.choice("GHK")
    level = f"{letter}{random.randint(15, 63):02}"
    groups = [
        random.choice(
            (making.digits(random, 2), making.digits(random, 3), making.capitals(random, 2))
        )
        for _ in range(random.randrange(5))
    ]
    return ".".join([level, *groups])


def agency_code_of_2016(random: Random) -> str:
    """Return an agency's code of the older form."""
    groups = making.digits(random, 3), making.digits(random, 2), making.digits(random, 2)
    return ".".join([*groups, f"{random.choice('GHK')}{random.randint(1, 63):02}"])


def _tax_code_missed(random: Random) -> str:
    nine = making.digits(random, 2) + f"{random.randint(1, 9_999_999):07}"
    check = tax_check_digit(nine)
    wrong = random.choice([digit for digit in making.DIGITS if digit != check])
    right = f"{nine}{check if check is not None else wrong}"
    branch = f"{random.randint(1, 999):03}"
    return random.choice(
        (
            nine + wrong,
            f"{nine}{wrong}-{branch}",
            f"{right}-000",
            f"{right}-{branch[:2]}",
            f"{right}.{branch}",
            nine[:2] + "0000000" + random.choice(making.DIGITS),
            right[1:],
            right + random.choice(making.DIGITS),
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _agency_code_missed(random: Random) -> str:
    right = agency_code(random)
    return random.choice(
        (
            right.lower(),
            right + ".",
            right.replace(right[:3], right[:3] + ".", 1) + ".01",
            random.choice(sorted(CLOSED)) + right[3:],
            right[0] + right[2:],
            making.digits(random, 1) + right[1:],
            right + ".Đ1",
            f"{right}-01",
            right[:3] + "." + making.digits(random, 32),
            agency_code_of_2016(random),
            making.spoilt(right, random),
        )
    )


def _of_2016_missed(random: Random) -> str:
    right = agency_code_of_2016(random)
    return random.choice(
        (
            right.lower(),
            right[1:],
            "0" + right,
            right.replace(".", "-"),
            right.replace(".", "", 1),
            right[:-1],
            ".".join(reversed(right.split("."))),
            right + ".00",
            making.with_letter(right[:-3], random) + right[-3:],
            making.spoilt(right, random),
        )
    )


FORMATS = (
    Format(
        "vn-tax-code",
        Text(vi="mã số thuế", en="tax code"),
        Text(
            vi="Mười chữ số, chữ số cuối là số kiểm tra (trọng số 31, 29, 23, 19, 17, 13, 7, 5, 3;"
            " 10 trừ phần dư khi chia cho 11); đơn vị phụ thuộc thêm ba chữ số khác 000, có hoặc"
            " không có gạch nối; từ 01/07/2025 cá nhân và hộ dùng số định danh cá nhân.",
            en="Ten digits, the last a check digit (weights 31, 29, 23, 19, 17, 13, 7, 5, 3; ten"
            " minus the remainder by eleven); a branch has three more, not 000, with or without a"
            " hyphen; since 1 July 2025 people and households use their personal number.",
        ),
        "python-stdnum `stdnum.vn.mst` (cấu trúc và số kiểm tra); 12 chữ số của cá nhân và hộ theo"
        " Thông tư 86/2024/TT-BTC: chưa đọc văn bản, nên chỉ dùng để chấp nhận",
        "practice",
        is_tax_code,
        tax_code,
        _tax_code_missed,
        ("0100233488", "0314409058-002", "0100112437", "001099000001"),
        ("0100233480", "100233488", "0314409058-000", "0100233488.001"),
    ),
    Format(
        "vn-agency-code",
        Text(vi="mã định danh điện tử của cơ quan", en="electronic identifier of an agency"),
        Text(
            vi="Không quá 35 ký tự: nhóm đầu là một chữ cái và hai chữ số (cấp 1), các nhóm sau gồm"
            " chữ số và chữ cái in hoa, cách nhau bằng dấu chấm. Mã cấp 1 của bộ đã sáp nhập"
            " (G04, G05, G07, G13, G14) bị từ chối trong dữ liệu mới. Danh sách mã cấp tỉnh đã đóng"
            " chưa tìm thấy bản công bố nên không mã tỉnh nào bị từ chối.",
            en="At most 35 signs: first a letter and two digits (level 1), then groups of digits"
            " and capitals, parted by full stops. First-level codes of ministries that were merged"
            " (G04, G05, G07, G13, G14) are refused in new data. No published list of closed"
            " provincial codes was found, so none is refused.",
        ),
        "Quyết định 20/2020/QĐ-TTg, sửa đổi bởi Quyết định 09/2025/QĐ-TTg, đọc qua báo dẫn lại",
        "secondary",
        is_open_agency_code,
        agency_code,
        _agency_code_missed,
        ("H26", "H26.12", "G22.01.005", "H37.DN.001"),
        ("h26.12", "H26.", "26H", "G14", "000.00.01.H22", "H26..12"),
    ),
    Format(
        "vn-agency-code-2016",
        Text(vi="mã định danh cơ quan theo mẫu cũ", en="agency code of the former form"),
        Text(
            vi="V1V2V3.Z1Z2.Y1Y2.MX1X2: từ cấp 4 về cấp 1, nhóm toàn số 0 là không có cấp đó; còn"
            " dùng trong mã thủ tục và mã hồ sơ.",
            en="V1V2V3.Z1Z2.Y1Y2.MX1X2: from level 4 to level 1, zeros where there is none; still"
            " part of procedure and dossier codes.",
        ),
        "QCVN 102:2016/BTTTT; Thông tư 01/2018/TT-VPCP, Điều 19, đọc qua trang dẫn lại",
        "secondary",
        is_agency_code_of_2016,
        agency_code_of_2016,
        _of_2016_missed,
        ("000.00.01.H22", "000.00.00.G22", "001.12.05.H48"),
        ("00.00.01.H22", "000.00.01.h22", "H22.01.00.000", "000-00-01-H22"),
    ),
)
