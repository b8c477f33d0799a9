"""Codes of provinces and communes, with the days on which each list was in force.

Until 30 June 2025 there were 63 provinces, with districts; since then 34 provinces and 3,321
communes (Decision 19/2025/QĐ-TTg), and no level between them. A code of the old list may be
another unit's today, as 80 was Long An's and is Tây Ninh's: no code means anything without its
day. What the former communes became is told as the National Statistics Office's table of
conversion has it; their names are not kept. Five islands were districts without communes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random
from types import MappingProxyType

from conformance.formats import making
from conformance.formats.format import Format
from conformance.text import Text

REORGANISED = date(2025, 7, 1)
_TABLES = files("conformance.formats") / "tables"


@dataclass(frozen=True)
class Unit:
    """A province or a commune.

    Attributes:
        code: its code: two digits of a province, five of a commune.
        name: its name with its kind, as `Tỉnh Lào Cai`; empty for a former commune.
        within: the code of the province that a commune is in; empty for a province.
        district: the code of the district that a former commune was in; empty otherwise.
        became: the codes of the units of today that have land of a former one; none of today's.
    """

    code: str
    name: str
    within: str = ""
    district: str = ""
    became: tuple[str, ...] = ()


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_TABLES / name).read_text("utf-8").splitlines()))


FORMER_PROVINCES = MappingProxyType(
    {
        row["code"]: Unit(row["code"], row["name"], became=(row["became"],))
        for row in _rows("provinces-until-2025-06-30.csv")
    }
)


@cache
def _today() -> tuple[dict[str, Unit], dict[str, Unit]]:
    provinces, communes = dict[str, Unit](), dict[str, Unit]()
    for row in _rows("administrative-units-2025-07-01.csv"):
        unit = Unit(row["code"], row["name"], within=row["province_code"])
        (communes if unit.within else provinces)[unit.code] = unit
    return provinces, communes


@cache
def _former_communes() -> dict[str, Unit]:
    return {
        row["code"]: Unit(
            row["code"],
            "",
            within=row["province_code"],
            district=row["district_code"],
            became=tuple(row["became"].split()),
        )
        for row in _rows("communes-until-2025-06-30.csv")
    }


def province(code: str, on: date = REORGANISED) -> Unit | None:
    """Return the province that a code meant on a day; None where it meant none."""
    return (_today()[0] if on >= REORGANISED else FORMER_PROVINCES).get(code)


def commune(code: str, on: date = REORGANISED) -> Unit | None:
    """Return the commune that a code meant on a day; None where it meant none.

    For days before 1 July 2025 the list is that of 30 June 2025: communes were merged before that
    as well.
    """
    return (_today()[1] if on >= REORGANISED else _former_communes()).get(code)


def communes_within(province: str) -> tuple[str, ...]:
    """Return the codes of the communes that are in a province today, in their order."""
    return tuple(sorted(code for code, unit in _today()[1].items() if unit.within == province))


def became(code: str) -> tuple[str, ...]:
    """Return the units of today that have land of a former province or commune; none of others."""
    former = FORMER_PROVINCES.get(code) or _former_communes().get(code)
    return former.became if former else ()


def was_district_code(value: str) -> bool:
    """Whether a text was the code of a district with communes, until 30 June 2025."""
    return any(unit.district == value for unit in _former_communes().values())


def is_province_code(value: str) -> bool:
    """Whether a text is the code of one of the 34 provinces."""
    return province(value) is not None


def is_commune_code(value: str) -> bool:
    """Whether a text is the code of one of the 3,321 communes."""
    return commune(value) is not None


def _province_missed(random: Random) -> str:
    right = random.choice(sorted(_today()[0]))
    gone = sorted(FORMER_PROVINCES.keys() - _today()[0].keys())
    return random.choice(
        (
            random.choice(gone),
            random.choice(("00", "03", "99", "97")),
            right.lstrip("0") if right.startswith("0") else right + random.choice(making.DIGITS),
            "0" + right,  # three digits, as in personal numbers
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _commune_missed(random: Random) -> str:
    right = random.choice(sorted(_today()[1]))
    unknown = [
        code for code in (f"{number:05}" for number in range(100)) if code not in _today()[1]
    ]
    return random.choice(
        (
            right[-3:],  # as long as the code of a district was
            random.choice(sorted(_today()[0])) + making.digits(random, 1),
            str(int(right)) if right.startswith("0") else right + random.choice(making.DIGITS),
            random.choice(unknown),
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


FORMATS = (
    Format(
        "vn-province-code",
        Text(vi="mã tỉnh, thành phố", en="province code"),
        Text(
            vi="Hai chữ số, một trong 34 mã từ ngày 01/07/2025. Mã của tỉnh đã sáp nhập bị từ chối"
            " trong dữ liệu mới; dữ liệu cũ giữ nguyên mã của thời điểm đó.",
            en="Two digits, one of the 34 codes since 1 July 2025. The code of a province that was"
            " merged is refused in new data; old data keep the code of their time.",
        ),
        "Quyết định 19/2025/QĐ-TTg, đọc qua báo dẫn lại",
        "secondary",
        is_province_code,
        lambda random: random.choice(sorted(_today()[0])),
        _province_missed,
        ("01", "79", "96"),
        ("02", "1", "001", "99", "O1"),
    ),
    Format(
        "vn-commune-code",
        Text(vi="mã xã, phường, đặc khu", en="commune code"),
        Text(
            vi="Năm chữ số, một trong 3.321 mã từ ngày 01/07/2025. Mã huyện (ba chữ số) và mã của"
            " xã đã sáp nhập bị từ chối trong dữ liệu mới.",
            en="Five digits, one of the 3,321 codes since 1 July 2025. District codes (three"
            " digits) and codes of communes that were merged are refused in new data.",
        ),
        "Quyết định 19/2025/QĐ-TTg, đọc qua báo dẫn lại",
        "secondary",
        is_commune_code,
        lambda random: random.choice(sorted(_today()[1])),
        _commune_missed,
        ("00004", "25459"),
        ("00001", "4", "001", "000004", "0000A"),
    ),
)
