"""The agency under other names: what it is called is its own affair."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.sandbox.agency import Agency
from conformance.sandbox.dialects import Dialect, of_packets, pascal, snake
from conformance.sandbox.variations import AXIS, EXCHANGE, IDENTIFICATION, near_miss

READ = "authorization.ownership.others_cannot_read"
CHANGE = "authorization.ownership.others_cannot_change"
IDS = "formats.identifiers.personal_ids_are_right"
TEXTS = "formats.identifiers.codes_are_texts"

# What a system profile asks of, and an annotation would have said.
_ROLES = (
    "dossier.read",
    "dossier.progress.list",
    "dossier.progress.add",
    "dossier.supplement",
    "dossier.withdraw",
    "dossier.create",
    "packet.dossier.list",
)

_IN_VIETNAMESE = {
    "procedures": "thuTuc",
    "dossiers": "hoSo",
    "supplements": "boSung",
    "progress": "tienDo",
    "withdrawal": "rutHoSo",
    "subscription": "dangKyNhanTin",
    "administrative-units": "donViHanhChinh",
    "agencies": "coQuan",
    "locations": "viTri",
    "session": "phien",
    "packets": "goiTin",
    "administration": "quanTri",
    "accounts": "taiKhoan",
    "audit-events": "nhatKy",
}
_IN_ENGLISH = {
    "procedures": "services",
    "dossiers": "applications",
    "supplements": "attachments",
    "progress": "steps",
    "withdrawal": "cancellation",
    "subscription": "notifications",
    "administrative-units": "wards",
    "agencies": "offices",
    "locations": "places",
    "session": "sign-in",
    "packets": "exchange",
    "administration": "admin",
    "accounts": "users",
    "audit-events": "log",
}
_ENGLISH_NAMES = {
    "boSung": "supplements",
    "capNhatLuc": "updatedAt",
    "chuHoSo": "applicant",
    "chucDanh": "position",
    "diaChi": "address",
    "donViXuLy": "handlingAgency",
    "ghiChu": "note",
    "giayTo": "documents",
    "hanhDong": "action",
    "hoTen": "fullName",
    "hoatDong": "active",
    "items": "entries",
    "kenhThongBao": "channels",
    "kenhTiepNhan": "intakeChannel",
    "lePhi": "fee",
    "loai": "kind",
    "lyDo": "reason",
    "lyDoRut": "withdrawalReason",
    "maHoSo": "applicationId",
    "maLinhVuc": "fieldCode",
    "maSoThue": "taxCode",
    "maThuTuc": "serviceCode",
    "maTinh": "provinceCode",
    "maXa": "wardCode",
    "moTa": "description",
    "ngayHenTra": "dueOn",
    "ngayHieuLuc": "validFrom",
    "ngayKetThucXuLy": "settledAt",
    "ngaySinh": "birthDate",
    "ngayTiepNhan": "receivedAt",
    "ngayTra": "handedOverAt",
    "nguoiXuLy": "handler",
    "noiDung": "content",
    "page": "pageNumber",
    "phienBan": "revision",
    "size": "pageSize",
    "soDienThoai": "phone",
    "soDinhDanh": "citizenId",
    "soGiay": "seconds",
    "soLuong": "quantity",
    "sort": "orderBy",
    "tenChuHoSo": "applicantName",
    "tenDangNhap": "login",
    "tenGiayTo": "documentName",
    "tenLinhVuc": "fieldName",
    "tenThuTuc": "serviceName",
    "tenXa": "wardName",
    "thanhPhanHoSo": "checklist",
    "thoiDiem": "at",
    "thoiDiemXuLy": "recordedAt",
    "thoiHanGiaiQuyet": "workingDays",
    "thuTu": "sequence",
    "total": "count",
    "trangThai": "state",
    "trichYeu": "subject",
    "tuKhoa": "keywords",
    "vaiTro": "role",
}


@near_miss(spares=[READ, CHANGE, IDS, TEXTS])
def agency_in_snake_case(agency: Agency) -> Agency:
    """All names are in snake_case, and only the target file says what they stand for."""
    return agency.with_(
        dialect=Dialect(
            agency.contract.document,
            prescribed=of_packets,
            member=snake,
            segment=lambda part: snake(_IN_VIETNAMESE.get(part, part)),
            operation=snake,
            annotated=False,
            roles=_ROLES,
        )
    )


@near_miss(spares=[READ, CHANGE, IDS, TEXTS])
def agency_in_pascal_case(agency: Agency) -> Agency:
    """All names are in PascalCase, and the contract says what they stand for (x-vnda-…)."""
    return agency.with_(
        dialect=Dialect(
            agency.contract.document,
            prescribed=of_packets,
            member=pascal,
            segment=lambda part: pascal(_IN_VIETNAMESE.get(part, part)),
            operation=pascal,
        )
    )


@near_miss(spares=[READ, CHANGE, IDS, TEXTS])
def agency_in_english(agency: Agency) -> Agency:
    """Members and paths are in English; operationIds are those of the national contract."""
    return agency.with_(
        dialect=Dialect(
            agency.contract.document,
            prescribed=of_packets,
            member=lambda name: _ENGLISH_NAMES.get(name, name),
            segment=lambda part: _IN_ENGLISH.get(part, part),
            annotated=False,
        )
    )


# What the profile of the identification system asks of.
_OF_IDENTIFICATION = ("account.read", "paper.read", "notification.read", "satisfaction.list")
_LEVELS = "protocols.identification.account_levels_are_right"


@near_miss(spares=[READ, _LEVELS], system=IDENTIFICATION)
def identification_in_snake_case(agency: Agency) -> Agency:
    """The REST side has other names, which only the target file tells; OIDC has its own."""
    return agency.with_(
        dialect=Dialect(
            agency.contract.document,
            member=snake,
            segment=lambda part: {"e-documents": "giay_to", "notifications": "thong_bao"}.get(
                part, snake(part)
            ),
            operation=snake,
            annotated=False,
            roles=_OF_IDENTIFICATION,
        )
    )


@near_miss(
    spares=[
        "protocols.messages.senders_are_who_they_say",
        "protocols.deliveries.parties_alone_read",
        "protocols.deliveries.statuses_come_back",
    ],
    system=AXIS,
)
def axis_at_other_addresses(agency: Agency) -> Agency:
    """Documents, statuses and agencies lie elsewhere; edXML keeps the names it prescribes."""
    return _elsewhere(agency, {"documents": "van-ban", "statuses": "trang-thai"})


@near_miss(spares=["protocols.registry.what_answers_is_registered"], system=EXCHANGE)
def registry_at_other_addresses(agency: Agency) -> Agency:
    """Registry, traces and batches lie elsewhere; X-Road and SOAP keep the names they prescribe."""
    return _elsewhere(agency, {"services": "dich-vu", "traces": "dau-vet", "batches": "lo"})


def _elsewhere(agency: Agency, segments: Mapping[str, str]) -> Agency:
    """Return an agency with other paths, as its contract says."""
    return agency.with_(
        dialect=Dialect(
            agency.contract.document,
            member=str,
            segment=lambda part: segments.get(part, part),
        )
    )
