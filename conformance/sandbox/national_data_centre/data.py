"""What the data centre knows from the start: invented people and offices, real codes of units.

The table of kinds of data is this sandbox's own: that of the regulation could not be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.sandbox import demonstration, units
from conformance.sandbox.demonstration import CITIZEN_A, CITIZEN_B

Record = dict[str, Any]

PEOPLE, BODIES, ASSETS, PLACES, TERMS = (
    "CON_NGUOI",
    "TO_CHUC",
    "TAI_SAN",
    "DIA_CHI",
    "THAM_CHIEU",
)
GROUPS: Mapping[str, str] = {
    PEOPLE: "Con người",
    BODIES: "Pháp nhân, tổ chức",
    ASSETS: "Tài sản",
    PLACES: "Địa chỉ, định danh địa điểm",
    TERMS: "Dữ liệu tham chiếu dùng chung",
}
# What identifies a record of each kind, or links it to others.
KEYS: Mapping[str, tuple[str, ...]] = {
    PEOPLE: ("SoDinhDanh", "HoVaTen"),
    BODIES: ("MaToChuc", "TenToChuc"),
    ASSETS: ("MaTaiSan", "TenTaiSan"),
    PLACES: ("MaXa", "MaTinh"),
    TERMS: ("MaThamChieu", "TenThamChieu"),
}
_MINISTRY = ("G01", "Bộ Công an")
_PROVINCE = ("H57", "Ủy ban nhân dân thành phố Huế")
_FILE = {
    "Id": "TEP-1",
    "TenTep": "giay-khai-sinh.pdf",
    "MaLoaiDuLieu": "TEP",
    "PhienBan": 1,
    "MaKiemTra": {"GiaTri": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    "DuongDanTaiXuong": "https://kho.example/tep/giay-khai-sinh.pdf",
}


def records() -> Iterator[Record]:
    """Yield the messages that were taken in before, oldest first; some renew others."""
    yield _message(_MINISTRY, PEOPLE, _person("G01-CN-000001", demonstration.APPLICANT_A, "2"))
    yield _message(
        _MINISTRY,
        PEOPLE,
        {**_person("G01-CN-000001", demonstration.APPLICANT_A, "2"), "PhanPhoi": [_FILE]},
        "UPDATE",
        2,
    )
    yield _message(_MINISTRY, PEOPLE, _person("G01-CN-000002", demonstration.APPLICANT_B, "1"))
    body = {"MaToChuc": "H57.01", "TenToChuc": "Văn phòng Ủy ban nhân dân thành phố Huế"}
    yield _message(
        _PROVINCE, BODIES, {**_named("H57-TC-0001", "H57.01"), **body, "LaDonViSuNghiep": 0}
    )
    place = {"MaXa": "19789", "MaTinh": units.PROVINCE, "DiaChiChiTiet": "Số 1 đường Ví Dụ"}
    yield _message(_PROVINCE, PLACES, {**_named("H57-DC-0001", "DC-0001"), **place})
    asset = {"MaTaiSan": "TS-0001", "TenTaiSan": "Trụ sở làm việc"}
    yield _message(_PROVINCE, ASSETS, {**_named("H57-TS-0001", "TS-0001"), **asset})
    for number in range(2, 7):
        code = f"TS-{number:04d}"
        sold = {"MaTaiSan": code, "TenTaiSan": f"Xe ô tô đã thanh lý số {number}"}
        for event, version in (("NEW", 1), ("CANCEL", 2)):
            told = {**_named(f"H57-{code}", code), **sold}
            yield _message(_PROVINCE, ASSETS, told, event, version)
    for code, name in (("01", "Kinh"), ("02", "Tày"), ("03", "Thái")):
        term = {"MaThamChieu": code, "TenThamChieu": name}
        yield _message(_MINISTRY, TERMS, {**_named(f"G01-DT-{code}", code), **term})


_DAY = "2025-07-01"


def _message(
    source: tuple[str, str], kind: str, told: Record, event: str = "NEW", version: int = 1
) -> Record:
    return {
        "NguonDuLieu": {
            "IdNguonDuLieu": source[0],
            "TenNguonDuLieu": source[1],
            "MaLoaiDuLieu": kind,
        },
        "DuLieuTiepNhan": told,
        "TrangThaiDuLieu": {
            "SuKien": event,
            "PhienBan": version,
            "NgayHieuLuc": _DAY,
            "ThoiGianCapNhat": f"2025-07-0{version}T08:30:00",
        },
    }


def _named(record_id: Any, code: str) -> Record:
    return {"IdBanGhi": record_id, "MaDinhDanhDuLieu": code}


def _person(record_id: Any, applicant: Mapping[str, Any], sex: str) -> Record:
    number = {"Nguyễn Thị Bình An": CITIZEN_A, "Đặng Quốc Ưng": CITIZEN_B}[applicant["hoTen"]]
    return {
        **_named(record_id, str(number.personal_id)),
        "SoDinhDanh": number.personal_id,
        "HoVaTen": applicant["hoTen"],
        "GioiTinh": sex,
        "NgayThangNamSinh": applicant["ngaySinh"].isoformat(),
        "QuocTich": "VN",
        "DiaChiChiTiet": applicant["diaChi"],
        "MaXa": "19789" if sex == "2" else "20056",
        "MaTinh": units.PROVINCE,
    }
