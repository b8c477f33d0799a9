"""Styles of names, and names that say that they are days."""

import pytest

from conformance.checks.document.shapes import is_a_day
from conformance.formats.styles import odd, style


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("maHoSo", "camelCase"),
        ("maTTHC", "camelCase"),
        ("MaHoSo", "PascalCase"),
        ("DSKetNoiCSDL", "PascalCase"),
        ("ma_ho_so", "snake_case"),
        ("line_1", "snake_case"),
        ("ma-ho-so", "kebab-case"),
        ("Ma_HoSo", "mixed"),
        ("ma-hoSo", "mixed"),
        *((n, None) for n in ("ten", "Ten", "CCCD", "MA_SO", "q", "_links", "@id", "$top", "a.b")),
        *((n, None) for n in ("filter[x]", "gml:id", "access_token", "redirect_uri", "address1")),
    ],
)
def test_names_show_their_style(name: str, expected: str | None) -> None:
    assert style(name) == expected


def test_most_names_decide_unless_one_is_wanted() -> None:
    assert odd(["maSo", "tenGoi", "ma_so"], "", 1) == ("camelCase", ["ma_so"])
    assert odd(["maSo", "tenGoi", "ma_so"], "snake_case", 1) == ("snake_case", ["maSo", "tenGoi"])
    assert odd(["maSo", "tenGoi", "ma_so"], "", 0.5) == ("camelCase", [])
    assert odd(["maSo", "ma_so"], "", 1, "snake_case") == ("snake_case", ["maSo"])
    assert odd(["ten", "so"], "", 1) == ("", [])


@pytest.mark.parametrize(
    "name",
    [
        "ngay",
        "ngaySinh",
        "ngay_nop",
        "ngayNghiemThu",
        "thoiDiem",
        "thoi_diem_nop",
        "date",
        "birthDate",
        "start_date",
        "createdAt",
        "updated_at",
        "expires_at",
        "DateTime",
    ],
)
def test_days_by_their_names(name: str) -> None:
    assert is_a_day(name)


@pytest.mark.parametrize(
    "name",
    [
        "update",
        "candidate",
        "ngayCong",
        "ngayLamViec",
        "soNgay",
        "dateFormat",
        "thoiGian",
        "lat",
        "lookAt",
        "ngayNghi",
        "ngayTrongTuan",
        "data",
        "format",
        "at",
    ],
)
def test_names_that_only_sound_so(name: str) -> None:
    assert not is_a_day(name)
