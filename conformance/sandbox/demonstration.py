"""The data of the demonstration agency: invented people, invented dossiers.

Personal numbers begin with 000, a place of registration that is not issued, so that none of them
can be somebody's. Fees, time limits and papers are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from conformance.sandbox import catalogue, units

VIETNAM = timezone(timedelta(hours=7))

AGENCY = "H57.01"


@dataclass(frozen=True)
class Person:
    """Somebody, or some program, that the agency knows.

    Attributes:
        name: what target files call this identity.
        subject: the `sub` of its tokens; says nothing about the person (RFC 7519, section 4.1.2).
        username: what it logs in with; also the common name of its client certificate.
        password: a demonstration credential.
        personal_id: the personal number of a citizen.
        official: whether it handles dossiers.
        administrator: whether it may call what the contract marks as privileged.
        everyone: whether the agency forgot, for this call, to ask whose an object is.
        in_office: whether it forgot that to own an object is not to hold an office.
        organisation: the code of the agency that it is, where agencies call each other.
    """

    name: str
    subject: str
    username: str
    password: str
    personal_id: str | None = None
    official: bool = False
    administrator: bool = False
    everyone: bool = False
    in_office: bool = False
    organisation: str | None = None

    @property
    def role(self) -> str:
        """The role in tokens and in the list of accounts."""
        if self.administrator:
            return "administrator"
        if self.organisation:
            return "organisation"
        return "official" if self.official else "citizen"

    def owns(self, personal_id: str) -> bool:
        """Whether what belongs to this personal number is this person's own."""
        return self.everyone or personal_id == self.personal_id


CITIZEN_A = Person(
    "citizen_a",
    "6f9d2a51-0b6e-4d7a-9a51-5f0c1e7b0a01",
    "cong-dan-a",
    "demonstration-password-a",
    personal_id="000190000001",
)
CITIZEN_B = Person(
    "citizen_b",
    "0d4c7f0e-93f5-4f0b-8a0e-7c2b6f9d2b02",
    "cong-dan-b",
    "demonstration-password-b",
    personal_id="000085000002",
)
OFFICIAL = Person(
    "official",
    "b1a8e3c4-5d27-4c0f-bb1e-2f6a9c3d0c03",
    "can-bo",
    "demonstration-password-of-the-official",
    official=True,
)
ADMINISTRATOR = Person(
    "administrator",
    "e7c5b9d2-1f48-4a63-8d7c-9b0e4f1a0d04",
    "quan-tri",
    "demonstration-password-of-the-administrator",
    administrator=True,
)
PEOPLE = (CITIZEN_A, CITIZEN_B, OFFICIAL, ADMINISTRATOR)

# Agencies that exchange documents: one that sends, one that has no part in it, one that receives.
AGENCY_A = Person(
    "agency_a",
    "4f0e2c7b-6a19-4b58-8f3d-1d5c9e7a0a06",
    "van-phong-ubnd-hue",
    "demonstration-password-of-agency-a",
    organisation=AGENCY,
)
AGENCY_B = Person(
    "agency_b",
    "9b7d5e1a-2c48-4d03-a6f1-8e0b3c6d0b07",
    "ubnd-ha-noi",
    "demonstration-password-of-agency-b",
    organisation="H26",
)
RECEIVER = Person(
    "receiver",
    "c3a1f8d6-7e52-4b9c-9d40-5f2a7b8e0c08",
    "bo-tu-phap",
    "demonstration-password-of-the-receiver",
    organisation="G15",
)
AGENCIES = (AGENCY_A, AGENCY_B, RECEIVER)


@dataclass(frozen=True)
class Client:
    """A program registered with the authorisation server (RFC 6749, section 2).

    Attributes:
        id: its identifier.
        secret: a demonstration credential; None for a public client (section 2.1).
        grants: the grant types it may use.
        account: who it acts as with its own credentials.
        redirect: the only address that codes are sent to, compared whole (RFC 9700, section 2.1).
    """

    id: str
    secret: str | None
    grants: frozenset[str]
    account: Person | None = None
    redirect: str | None = None


# The subject of a program's own token is the program (RFC 9068, section 2.2).
SERVICE = Person("service", "he-thong-mot-cua", "he-thong-mot-cua", "", official=True)
COUNTER = Client(
    SERVICE.subject,
    "demonstration-secret-of-the-counter",
    frozenset({"client_credentials"}),
    account=SERVICE,
)
PORTAL = Client(
    "cong-dich-vu-cong",
    None,
    frozenset({"authorization_code", "refresh_token"}),
    redirect="https://portal.example/callback",
)
CLIENTS = (COUNTER, PORTAL)

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


def audit_trail() -> list[dict[str, Any]]:
    """Return what the log of the agency holds from the start, oldest first."""
    return [
        audit_event(person, action, datetime(2025, 7, day, 8, 0, tzinfo=VIETNAM))
        for day, (person, action) in enumerate(
            ((CITIZEN_A, "createDossier"), (CITIZEN_B, "createDossier"), (OFFICIAL, "addProgress")),
            start=1,
        )
    ]


def audit_event(person: Person, action: str, when: datetime) -> dict[str, Any]:
    """Return one line of the log: who did what and when, and nothing of what it held."""
    return {"thoiDiem": when, "tenDangNhap": person.username, "hanhDong": action}


def submission() -> dict[str, Any]:
    """Return a request body that createDossier accepts from citizen A."""
    return {
        "maThuTuc": "1.004222",
        "trichYeu": "Đăng ký thường trú tại phường Thuận Hóa",
        "chuHoSo": {**APPLICANT_A, "ngaySinh": "1990-05-17"},
        "maTinh": units.PROVINCE,
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
        "maTinh": units.PROVINCE,
        "maXa": commune,
        "kenhTiepNhan": "1",
        "thanhPhanHoSo": [{"tenGiayTo": "Tờ khai", "soLuong": 1}],
        "ngayTiepNhan": received,
    }
