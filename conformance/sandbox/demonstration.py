"""The data of the demonstration agency: invented people, invented dossiers, real unit codes.

Personal numbers begin with 000, a place of registration that is not issued, so that none of them
can be somebody's. Unit codes are those of Decision 19/2025/QĐ-TTg, as much of them as is needed.
Fees, time limits and papers are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from conformance.sandbox import catalogue

VIETNAM = timezone(timedelta(hours=7))

AGENCY = "H57.01"
PROVINCE = "46"
COMMUNES = {
    "19753": "Phường Phú Xuân",
    "19774": "Phường Kim Long",
    "19777": "Phường Vỹ Dạ",
    "19789": "Phường Thuận Hóa",
    "19960": "Phường Phú Bài",
    "20056": "Xã A Lưới 1",
}


@dataclass(frozen=True)
class Person:
    """Somebody with a demonstration credential."""

    name: str
    token: str
    personal_id: str | None
    official: bool = False


CITIZEN_A = Person("citizen_a", "demonstration-token-of-citizen-a", "000190000001")
CITIZEN_B = Person("citizen_b", "demonstration-token-of-citizen-b", "000085000002")
OFFICIAL = Person("official", "demonstration-token-of-the-official", None, official=True)
PEOPLE = (CITIZEN_A, CITIZEN_B, OFFICIAL)

APPLICANT_A: dict[str, Any] = {
    "hoTen": "Nguyễn Thị Bình An",
    "soDinhDanh": CITIZEN_A.personal_id,
    "ngaySinh": date(1990, 5, 17),
    "soDienThoai": "0900000001",
    "email": "cong-dan-a@example.com",
    "diaChi": "Số 1 đường Ví Dụ, phường Thuận Hóa, thành phố Huế",
}
APPLICANT_B: dict[str, Any] = {
    "hoTen": "Đặng Quốc Ưng",
    "soDinhDanh": CITIZEN_B.personal_id,
    "ngaySinh": date(1985, 2, 28),
    "soDienThoai": "0900000002",
    "diaChi": "Số 2 đường Ví Dụ, xã A Lưới 1, thành phố Huế",
}


def procedures() -> list[dict[str, Any]]:
    """Return the catalogue of procedures, in full."""
    updated = datetime(2025, 7, 1, 8, 30, tzinfo=VIETNAM)
    return [
        {
            "maThuTuc": "1.004222",
            "tenThuTuc": "Đăng ký thường trú",
            "maLinhVuc": "G01-CT01",
            "tenLinhVuc": "Đăng ký, quản lý cư trú",
            "thoiHanGiaiQuyet": 7,
            "lePhi": 10000,
            "moTa": "Công dân đăng ký nơi thường trú mới tại cấp xã; hồ sơ nộp một lần.",
            "ngayHieuLuc": date(2025, 7, 1),
            "capNhatLuc": updated,
            "thanhPhanHoSo": [
                {"tenGiayTo": "Tờ khai thay đổi thông tin cư trú", "soLuong": 1},
                {"tenGiayTo": "Giấy tờ chứng minh chỗ ở hợp pháp", "soLuong": 1},
            ],
        },
        {
            "maThuTuc": "1.001193",
            "tenThuTuc": "Đăng ký khai sinh",
            "maLinhVuc": "G15-HT01",
            "tenLinhVuc": "Hộ tịch",
            "thoiHanGiaiQuyet": 1,
            "lePhi": 0,
            "moTa": "Đăng ký khai sinh cho trẻ em; dữ liệu dân cư đã có không phải khai lại.",
            "ngayHieuLuc": date(2025, 7, 1),
            "capNhatLuc": updated,
            "thanhPhanHoSo": [{"tenGiayTo": "Giấy chứng sinh", "soLuong": 1}],
        },
        {
            "maThuTuc": "2.000815",
            "tenThuTuc": "Chứng thực bản sao từ bản chính",
            "maLinhVuc": "G15-CT01",
            "tenLinhVuc": "Chứng thực",
            "thoiHanGiaiQuyet": 0,
            "lePhi": 2000,
            "moTa": "Chứng thực bản sao giấy tờ, văn bản do cơ quan có thẩm quyền cấp.",
            "ngayHieuLuc": date(2025, 7, 1),
            "capNhatLuc": updated,
            "thanhPhanHoSo": [{"tenGiayTo": "Bản chính giấy tờ", "soLuong": 1}],
        },
        *catalogue.further(updated),
    ]


def dossiers() -> list[dict[str, Any]]:
    """Return the submissions that the agency holds from the start, oldest first."""
    return [
        _held(APPLICANT_A, "1.001193", datetime(2025, 7, 1, 9, 15, tzinfo=VIETNAM), "19789"),
        _held(APPLICANT_B, "2.000815", datetime(2025, 7, 2, 14, 0, tzinfo=VIETNAM), "20056"),
        _held(APPLICANT_B, "1.004222", datetime(2025, 7, 3, 10, 45, tzinfo=VIETNAM), "20056"),
        *(
            _held(APPLICANT_A, code, datetime(2025, 7, day, 8, 20, tzinfo=VIETNAM), "19789")
            for day, code in ((7, "2.000815"), (8, "9.000004"), (9, "9.000010"), (10, "9.000011"))
        ),
    ]


def submission() -> dict[str, Any]:
    """Return a request body that createDossier accepts from citizen A."""
    return {
        "maThuTuc": "1.004222",
        "trichYeu": "Đăng ký thường trú tại phường Thuận Hóa",
        "chuHoSo": {**APPLICANT_A, "ngaySinh": "1990-05-17"},
        "maTinh": PROVINCE,
        "maXa": "19789",
        "kenhTiepNhan": "2",
        "thanhPhanHoSo": [{"tenGiayTo": "Tờ khai thay đổi thông tin cư trú", "soLuong": 1}],
    }


def _held(
    applicant: dict[str, Any], procedure: str, received: datetime, commune: str
) -> dict[str, Any]:
    return {
        "maThuTuc": procedure,
        "trichYeu": "Hồ sơ minh họa của hệ thống mẫu",
        "chuHoSo": applicant,
        "maTinh": PROVINCE,
        "maXa": commune,
        "kenhTiepNhan": "1",
        "thanhPhanHoSo": [{"tenGiayTo": "Tờ khai", "soLuong": 1}],
        "ngayTiepNhan": received,
    }
