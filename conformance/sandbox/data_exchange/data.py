"""The platform's register: who is connected, what they provide; enterprises are invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.sandbox import demonstration, units
from conformance.sandbox.demonstration import VIETNAM

# The subsystem of each program that is connected.
SUBSYSTEMS: Mapping[str, str] = {
    demonstration.SERVICE.subject: "VN/GOV/H57/mot-cua",
    demonstration.SERVICE_B.subject: "VN/GOV/H31/mot-cua",
}
# A trace that is there from the start.
FIRST_TRACE = "3f0c4b2e-7a61-4c1d-9e85-0d2b6a1f4c01"


@dataclass(frozen=True)
class Service:
    """One registered service.

    Attributes:
        id: its identifier, without the instance.
        name: what it is called.
        provider: who provides it.
        protocol: REST or SOAP.
        endpoints: method and path of a REST service.
    """

    id: str
    name: str
    provider: str
    protocol: str
    endpoints: tuple[tuple[str, str], ...] = ()


_MPS, _MOF = "Bộ Công an", "Bộ Tài chính"
SERVICES = (
    Service(
        "GOV/BCA/csdl-dan-cu/xac-minh-cong-dan",
        "Xác minh thông tin công dân",
        _MPS,
        "REST",
        (("POST", "/"),),
    ),
    Service("GOV/BCA/csdl-dan-cu/XacMinhCongDan", "Xác minh thông tin công dân", _MPS, "SOAP"),
    Service(
        "GOV/BTC/dang-ky-doanh-nghiep/doanh-nghiep",
        "Tra cứu thông tin đăng ký doanh nghiệp",
        _MOF,
        "REST",
        (("GET", "/*"),),
    ),
    Service(
        "GOV/BTC/dang-ky-doanh-nghiep/TraCuuDoanhNghiep",
        "Tra cứu thông tin đăng ký doanh nghiệp",
        _MOF,
        "SOAP",
    ),
    Service(
        "GOV/BTC/danh-muc-dung-chung/don-vi-hanh-chinh",
        "Danh mục đơn vị hành chính cấp xã",
        _MOF,
        "REST",
        (("GET", "/"),),
    ),
    Service(
        "GOV/BTC/danh-muc-dung-chung/TraCuuDonViHanhChinh",
        "Tra cứu đơn vị hành chính",
        _MOF,
        "SOAP",
    ),
)

_UPDATED = datetime(2025, 7, 1, 8, 0, tzinfo=VIETNAM)


def _enterprise(code: str, name: str, commune: str, state: str) -> dict[str, Any]:
    place = units.COMMUNES[commune]
    return {
        "maSoDoanhNghiep": code,
        "tenDoanhNghiep": name,
        "diaChi": f"Số 1 đường Ví Dụ, {place[0].lower()}{place[1:]}, thành phố Huế",
        "maXa": commune,
        "tinhTrang": state,
        "capNhatLuc": _UPDATED,
    }


# Their codes begin with 00, which no tax office issues; the last sign is the right check digit.
ENTERPRISES: Mapping[str, Mapping[str, Any]] = {
    entry["maSoDoanhNghiep"]: entry
    for entry in (
        _enterprise("0000900018", "Công ty TNHH Minh Họa Một", "19789", "Đang hoạt động"),
        _enterprise("0000900025", "Công ty cổ phần Ví Dụ Hai", "20056", "Đang hoạt động"),
        _enterprise("0000900032", "Hợp tác xã Mẫu Ba", "20107", "Tạm ngừng kinh doanh"),
    )
}
CITIZENS: Mapping[str, Mapping[str, Any]] = {
    str(entry["soDinhDanh"]): entry
    for entry in (demonstration.APPLICANT_A, demonstration.APPLICANT_B)
}


_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def is_code(code: str) -> bool:
    """Whether a code is one of an enterprise or a branch: by its check digit (modulus 11)."""
    digits, _, branch = code.partition("-")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return digits[9:] == str(10 - total % 11) and branch != "000"


def listed_units() -> list[dict[str, Any]]:
    """Return the communes, in the order of their codes."""
    return [
        {"maXa": code, "tenXa": name, "maTinh": units.PROVINCE}
        for code, name in sorted(units.COMMUNES.items())
    ]


def register() -> list[dict[str, Any]]:
    """Return the registry of services."""
    return [
        {
            "maDichVu": f"VN/{service.id}",
            "tenDichVu": service.name,
            "coQuanCungCap": service.provider,
            "giaoThuc": service.protocol,
        }
        for service in SERVICES
    ]
