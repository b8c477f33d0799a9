"""The dossiers as the demonstration agency synchronised them with the portal, and their steps.

Three dozen of one month, so that shares of them mean something: most came online, most were
settled, and one of nearly every state is among them. People, enterprises and fees are invented;
procedures and communes are those of the demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conformance.sandbox import demonstration, units
from conformance.sandbox.demonstration import VIETNAM

Packet = dict[str, Any]

COUNTER, ONLINE, POST = "1", "2", "3"
REFUSED, SETTLED, HANDED_OVER = "3", "9", "10"
# The portal's own gateway, the province's, and not online.
BY_PORTAL, BY_PROVINCE, NOT_ONLINE = "1", "2", "3"
_CITIZEN, _ENTERPRISE = "1", "2"
_FILES = "https://kho-du-lieu.example/tep"
_FIRST_SERIAL = 101
_OFFICERS = ("Trần Văn Minh", "Lê Thị Hồng Gấm", "Hồ Quang Khải")
# What was used besides population data, by the field of the procedure.
_DATABASES = {"G15-HT01": "2", "G12-DD01": "5", "G09-HD01": "9"}


@dataclass(frozen=True)
class _Applicant:
    name: str
    number: str
    kind: str
    commune: str
    telephone: str
    email: str = ""


_APPLICANTS = (
    _Applicant(
        demonstration.APPLICANT_A["hoTen"],
        demonstration.APPLICANT_A["soDinhDanh"],
        _CITIZEN,
        "19789",
        demonstration.APPLICANT_A["soDienThoai"],
        demonstration.APPLICANT_A["email"],
    ),
    _Applicant(
        demonstration.APPLICANT_B["hoTen"],
        demonstration.APPLICANT_B["soDinhDanh"],
        _CITIZEN,
        "20056",
        demonstration.APPLICANT_B["soDienThoai"],
    ),
    _Applicant("Hoàng Thị Diễm Quỳnh", "000195000003", _CITIZEN, "19813", "0900000003"),
    _Applicant("Phan Văn Ý", "000072000004", _CITIZEN, "20107", "0900000004"),
    _Applicant("Tôn Nữ Thu Hà", "000168000005", _CITIZEN, "19753", "0900000005"),
    _Applicant(
        "Công ty TNHH Minh Họa Sông Hương", "0000009066", _ENTERPRISE, "19789", "0900000006"
    ),
    _Applicant("Lê Viết Được", "000201000007", _CITIZEN, "19900", "0900000007"),
)
_PROCEDURES = (
    *("1.004222", "1.001193", "2.000815", "9.000003", "9.000017"),
    *("9.000004", "9.000010", "9.000014", "9.000008", "9.000018"),
)
# What became of the dossiers that were not handed over, by their place in the list.
_STATES = {
    4: "4",
    13: "4",
    22: "4",
    31: "4",
    2: "2",
    7: "5",
    11: "7",
    20: SETTLED,
    25: "6",
    29: REFUSED,
    33: "8",
    35: "1",
}
_CHANNELS = {3: COUNTER, 11: COUNTER, 14: POST, 18: COUNTER, 27: COUNTER}
_LATE, _SUPPLEMENTED, _MANY = 8, 12, 36
_WAYS = {
    **{state: ("1", "2", state) for state in ("4", "5", "8")},
    "1": ("1",),
    "2": ("1", "2"),
    REFUSED: ("1", REFUSED),
    "6": ("1", "2", "4", "6"),
    "7": ("1", "2", "7"),
    SETTLED: ("1", "2", "4", SETTLED),
    HANDED_OVER: ("1", "2", "4", SETTLED, HANDED_OVER),
}


def dossiers() -> list[Packet]:
    """Return the dossiers, oldest first."""
    return [_dossier(place) for place in range(_MANY)]


def _dossier(place: int) -> Packet:
    applicant = _APPLICANTS[place % len(_APPLICANTS)]
    known = {entry["maThuTuc"]: entry for entry in demonstration.procedures()}
    procedure = known[_PROCEDURES[place % len(_PROCEDURES)]]
    received = datetime(2025, 9, 1 + place * 3 // 4, 8, 0, tzinfo=VIETNAM)
    received += timedelta(minutes=17 * place)
    code = f"{demonstration.AGENCY}-{received:%y%m%d}-{_FIRST_SERIAL + place:05d}"
    state, channel = _STATES.get(place, HANDED_OVER), _CHANNELS.get(place, ONLINE)
    online = channel == ONLINE
    due = received.replace(hour=17, minute=0) + timedelta(
        days=max(1, 2 * procedure["thoiHanGiaiQuyet"])
    )
    ended = due + timedelta(days=2) if place == _LATE else received + timedelta(hours=6)
    handed = ended + timedelta(minutes=45)
    times = {
        "NgayNopHoSo": _written(received - timedelta(minutes=15)),
        "NgayTiepNhan": _written(received),
        "NgayHenTra": "" if state == REFUSED else _written(due),
        "NgayTuChoi": _written(received + timedelta(hours=1)) if state == REFUSED else "",
        "NgayKetThucXuLy": _written(ended) if state in {SETTLED, HANDED_OVER} else "",
        "NgayTra": _written(handed) if state == HANDED_OVER else "",
    }
    kept = "1" if online and place % 5 == 0 else "0"
    return {
        "MaHoSo": code,
        "MaTTHC": procedure["maThuTuc"],
        "TenTTHC": procedure["tenThuTuc"],
        "MaLinhVuc": procedure["maLinhVuc"],
        "TenLinhVuc": procedure["tenLinhVuc"],
        "ChuHoSo": applicant.name,
        "LoaiDoiTuong": applicant.kind,
        "MaDoiTuong": applicant.number,
        "ThongTinKhac": "",
        "Email": applicant.email,
        "Fax": "",
        "SoDienThoai": applicant.telephone,
        "TrichYeuHoSo": f"{procedure['tenThuTuc']} cho {applicant.name}",
        "TrangThaiHoSo": state,
        "ThongTinTra": "Đã trả bản điện tử" if state == HANDED_OVER else "",
        "HinhThuc": "1" if channel == POST else "0",
        "DonViXuLy": "Văn phòng Ủy ban nhân dân thành phố Huế",
        "GhiChu": "",
        "TaiLieuNop": _papers(place, procedure, kept),
        "DanhSachLePhi": _fees(procedure),
        "DanhSachTepDinhKemKhac": [],
        "DanhSachHoSoBoSung": _supplements(place, received, due),
        "DanhSachGiayToKetQua": _results(place, procedure, state),
        "KenhThucHien": channel,
        "SoGiayToChuHoSo": applicant.number,
        "NoiNopHoSo": "1" if online else "2",
        "HoSoCoThanhPhanSoHoa": "1" if channel != POST else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "1" if online else "0",
        "DuocThanhToanTrucTuyen": (BY_PORTAL, BY_PROVINCE)[place % 2] if online else NOT_ONLINE,
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": applicant.number}]
        if applicant.kind == _CITIZEN
        else [],
        "DSKetNoiCSDL": _databases(procedure),
        **times,
        "MaXaChuHoSo": applicant.commune,
        "MaXaTiepNhan": _reception(place, applicant),
        "DanhSachTienDo": _steps(code, place, state, (received, due, ended, handed)),
    }


def _reception(place: int, applicant: _Applicant) -> str:
    """Return where the dossier was received: every third time in another commune than at home."""
    others = sorted(set(units.COMMUNES) - {applicant.commune})
    return applicant.commune if place % 3 else others[place % len(others)]


def _papers(place: int, procedure: dict[str, Any], kept: str) -> list[Packet]:
    return [
        {
            "TepDinhKemId": f"{place}-{number}",
            "TenTepDinhKem": paper["tenGiayTo"],
            "IsDeleted": "False",
            "MaThanhPhanHoSo": f"TP{number:02d}",
            "DuongDanTaiTepTin": f"{_FILES}/nop-{place:03d}-{number}.pdf",
            "DuocSoHoa": "1",
            "DuocTaiSuDung": kept,
            "DuocLayTuKhoDMQG": kept,
            "MaKetQuaThayThe": "",
        }
        for number, paper in enumerate(procedure["thanhPhanHoSo"], 1)
    ]


def _fees(procedure: dict[str, Any]) -> list[Packet]:
    if not procedure["lePhi"]:
        return []
    return [
        {
            "TenPhiLePhi": f"Lệ phí {procedure['tenThuTuc'].lower()}",
            "MaPhiLePhi": f"LP-{procedure['maThuTuc']}",
            "HinhThucThu": "1",
            "Gia": str(procedure["lePhi"]),
            "LoaiPhiLePhi": "1",
        }
    ]


def _supplements(place: int, received: datetime, due: datetime) -> list[Packet]:
    if place != _SUPPLEMENTED:
        return []
    return [
        {
            "HoSoBoSungId": f"{place}-1",
            "NguoiYeuCauBoSung": _OFFICERS[1],
            "NoiDungBoSung": "Bổ sung bản chụp giấy tờ chứng minh chỗ ở",
            "NgayBoSung": _written(received + timedelta(hours=1)),
            "NgayTiepNhanBoSung": _written(received + timedelta(hours=3)),
            "NgayHenTraTruoc": _written(due - timedelta(hours=3)),
            "NgayHenTraMoi": _written(due),
        }
    ]


def _results(place: int, procedure: dict[str, Any], state: str) -> list[Packet]:
    if state not in {SETTLED, HANDED_OVER}:
        return []
    return [
        {
            "TenGiayTo": f"Kết quả {procedure['tenThuTuc'].lower()}",
            "MaThanhPhanHoSo": "KQ01",
            "GiayToId": f"KQ-{place:03d}",
            "DuongDanTepTinKetQua": f"{_FILES}/ket-qua-{place:03d}.pdf",
            "MaGiayToKetQua": f"KQ.{procedure['maThuTuc']}",
        }
    ]


def _databases(procedure: dict[str, Any]) -> list[Packet]:
    used = ("1", *filter(None, (_DATABASES.get(procedure["maLinhVuc"]),)))
    return [{"MaCSDL": code} for code in used]


def _steps(code: str, place: int, state: str, times: tuple[datetime, ...]) -> list[Packet]:
    received, due, ended, handed = times
    way = _WAYS[state]
    when = {SETTLED: ended, HANDED_OVER: handed}
    return [
        {
            "MaHoSo": code,
            "NguoiXuLy": _OFFICERS[(place + number) % len(_OFFICERS)],
            "ChucDanh": "Chuyên viên",
            "ThoiDiemXuLy": _written(when.get(step, received + timedelta(hours=number))),
            "PhongBanXuLy": "Bộ phận tiếp nhận và trả kết quả",
            "NoiDungXuLy": _SAID[step],
            "TrangThai": step,
            "NgayBatDau": _written(received),
            "NgayKetThucTheoQuyDinh": "" if state == REFUSED else _written(due),
        }
        for number, step in enumerate(way)
    ]


_SAID = {
    "1": "Hồ sơ mới đăng ký",
    "2": "Hồ sơ hợp lệ, được tiếp nhận",
    "3": "Hồ sơ không thuộc thẩm quyền giải quyết",
    "4": "Đang thẩm định giấy tờ",
    "5": "Yêu cầu bổ sung giấy tờ",
    "6": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "7": "Công dân yêu cầu rút hồ sơ",
    "8": "Dừng xử lý theo quyết định của cơ quan",
    "9": "Đã xử lý xong",
    "10": "Đã trả kết quả",
}


def _written(when: datetime) -> str:
    """Write a time as packets do (QCVN 120:2019/BTTTT, in the form of the software in use)."""
    return f"{when:%Y%m%d%H%M%S}"
