"""Accounts, papers and news of the demonstration: the people of the procedure system, and others.

All of them are invented. Personal numbers begin with 000, a place of registration that is not
issued. The code lists of user-info claims are those of the demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from conformance.sandbox.demonstration import (
    APPLICANT_A,
    APPLICANT_B,
    CITIZEN_A,
    CITIZEN_B,
    PORTAL,
    VIETNAM,
    Client,
    Person,
)

CITIZEN, ORGANISATION, FOREIGNER = "1", "2", "3"
MALE, FEMALE = 1, 2


@dataclass(frozen=True)
class Account:
    """An account of electronic identification.

    Attributes:
        person: who signs in with it.
        kind: whose it is: a citizen's, an organisation's, a foreigner's.
        level: 1 or 2; None for an organisation, whose account has no levels (Decree 69/2024).
        claims: what user info tells of its holder.
        highest: the highest level at which its holder can be authenticated.
        ended: whether it is an account of the old kind, which ended on 1 July 2025.
    """

    person: Person
    kind: str
    level: int | None
    claims: dict[str, Any]
    highest: int = 4
    ended: bool = False


VISITOR = Person(
    "foreigner",
    "c3e0b1f7-6a52-4e0c-9d44-1b8f7a2e0e05",
    "nguoi-nuoc-ngoai",
    "demonstration-password-of-the-visitor",
    personal_id="000790000003",
)
COMPANY = Person(
    "organisation",
    "9a7d4c2b-0e6f-4b1d-8c35-6f2a1e9d0f06",
    "to-chuc",
    "demonstration-password-of-the-company",
)
OLD_COMPANY = Person(
    "ended",
    "4f1e8d6a-7c3b-4a92-b05d-3e9c2f7a1007",
    "to-chuc-cu",
    "demonstration-password-of-old-times",
)


def _person(applicant: dict[str, Any], sex: int) -> dict[str, Any]:
    """Return the user-info claims of somebody who stands in the procedure system's data."""
    return {
        "SoDinhDanh": applicant["soDinhDanh"],
        "HoVaTen": applicant["hoTen"],
        "GioiTinh": sex,
        "NgayThangNamSinh": applicant["ngaySinh"].isoformat(),
        "QuocTich": "VN",
        "SoDienThoai": applicant["soDienThoai"],
        "ThuongTru": applicant["diaChi"],
    }


ACCOUNTS = (
    Account(CITIZEN_A, CITIZEN, 2, _person(APPLICANT_A, FEMALE)),
    # Has no reader for the chip of the card: what needs one cannot be reached.
    Account(CITIZEN_B, CITIZEN, 1, _person(APPLICANT_B, MALE), highest=2),
    Account(
        VISITOR,
        FOREIGNER,
        2,
        {
            "SoDinhDanh": VISITOR.personal_id,
            "HoVaTen": "Tanaka Haruki",
            "GioiTinh": MALE,
            "NgayThangNamSinh": "1988-11-03",
            "QuocTich": "JP",
        },
    ),
    Account(
        COMPANY,
        ORGANISATION,
        None,
        {
            "MaSoThue": "0000000017",
            "TenDoanhNghiep": "Công ty trách nhiệm hữu hạn Ví Dụ",
            "NguoiDaiDien": APPLICANT_A["hoTen"],
        },
    ),
    Account(OLD_COMPANY, ORGANISATION, None, {"MaSoThue": "0000000024"}, ended=True),
)

# The programs that sign people in here: the public portal, and one with a secret.
HEALTH = Client(
    "so-suc-khoe-dien-tu",
    "demonstration-secret-of-the-health-book",
    frozenset({"authorization_code"}),
    redirect="https://health.example/callback",
)
CLIENTS = (PORTAL, HEALTH)

# Biometry, possession and knowledge (RFC 8176, section 2), as the levels of article 20 take them.
WAYS = {1: ["pwd"], 2: ["pwd", "otp"], 3: ["face", "otp"], 4: ["face", "hwk", "pin"]}


def _moment(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 8, 30, tzinfo=VIETNAM)


def papers() -> list[tuple[Person, dict[str, Any]]]:
    """Return electronic papers, each with whose it is."""
    kinds = (("CCCD", "Căn cước"), ("GPLX", "Giấy phép lái xe"), ("BHYT", "Thẻ bảo hiểm y tế"))
    return [
        (
            person,
            {
                "maGiayTo": f"{code}-{person.personal_id}",
                "loai": code,
                "tenGiayTo": name,
                "hoTen": applicant["hoTen"],
                "soDinhDanh": person.personal_id,
                "ngayCap": date(2024, 7, day),
                "tenNoiCap": "Bộ Công an",
                "trangThai": "1",
            },
        )
        for person, applicant in ((CITIZEN_A, APPLICANT_A), (CITIZEN_B, APPLICANT_B))
        for day, (code, name) in enumerate(kinds, 1)
    ]


def news() -> list[tuple[Person, dict[str, Any]]]:
    """Return official notifications, each with whom it is for."""
    told = (
        ("Kết quả giải quyết hồ sơ", "Hồ sơ {} đã có kết quả."),
        ("Thông báo về cư trú", "Thông tin cư trú theo hồ sơ {} đã được cập nhật."),
        ("Nhắc hạn giấy tờ", "Giấy tờ trong hồ sơ {} sắp hết hiệu lực."),
    )
    return [
        (
            person,
            {
                "maThongBao": f"TB-2507{number:02d}-{person.personal_id}",
                "tieuDe": title,
                "noiDung": text.format(f"H57.01-25070{number}-{str(person.personal_id)[-4:]}"),
                "coQuan": "H57.01",
                "guiLuc": _moment(7, number),
                "daDoc": False,
            },
        )
        for person in (CITIZEN_A, CITIZEN_B)
        for number, (title, text) in enumerate(told, 1)
    ]


def ratings() -> list[dict[str, Any]]:
    """Return the satisfaction index: numbers of agencies, and of nobody else."""
    return [
        {"coQuan": code, "tenCoQuan": name, "ky": "2025-07", "soLuotDanhGia": many, "chiSo": index}
        for code, name, many, index in (
            ("H57.01", "Văn phòng Ủy ban nhân dân thành phố Huế", 1284, 96.5),
            ("G01", "Bộ Công an", 20817, 97.25),
            ("G15", "Bộ Tư pháp", 3402, 94.75),
        )
    ]
