"""What the demonstration portal knows from the start, consistent with the procedure system's data.

Accounts, names of officials and dossiers are invented; unit codes and names of procedures are
those of the procedure system's demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conformance.sandbox import demonstration


@dataclass(frozen=True)
class Account:
    """The account with which a ministry or province logs in."""

    username: str
    password: str
    unit: str


PROVINCE = Account("tinh-hue", "demonstration-password-of-the-province", demonstration.AGENCY)
MINISTRY = Account("bo-tu-phap", "demonstration-password-of-the-ministry", "G15")
ACCOUNTS = (PROVINCE, MINISTRY)

AGENCIES = (
    {"MADONVI": "H57", "TENDONVI": "Ủy ban nhân dân thành phố Huế", "CAPDONVI": "Tỉnh"},
    {"MADONVI": "H57.01", "TENDONVI": "Văn phòng Ủy ban nhân dân thành phố Huế", "CAPDONVI": "Sở"},
    {"MADONVI": "G01", "TENDONVI": "Bộ Công an", "CAPDONVI": "Bộ"},
    {"MADONVI": "G15", "TENDONVI": "Bộ Tư pháp", "CAPDONVI": "Bộ"},
)
FIELDS = (
    {"MALINHVUC": "G01-CT01", "TENLINHVUC": "Đăng ký, quản lý cư trú", "MANGANH": "G01"},
    {"MALINHVUC": "G15-HT01", "TENLINHVUC": "Hộ tịch", "MANGANH": "G15"},
    {"MALINHVUC": "G15-CT01", "TENLINHVUC": "Chứng thực", "MANGANH": "G15"},
)
_PAPER = {"TenGiayTo": "Kết quả giải quyết thủ tục hành chính", "GiayToId": "KQ-1"}


def written(when: datetime | None) -> str:
    """Write a time as packets do; an unknown one is empty."""
    return when.strftime("%Y%m%d%H%M%S") if when else ""


def procedures() -> dict[str, dict[str, Any]]:
    """Return the catalogue of procedures by code, in the words of the portal."""
    return {entry["maThuTuc"]: _procedure(entry) for entry in demonstration.procedures()}


def dossiers() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the dossiers that the province has synchronised before, each with its steps."""
    states = ("10", "4", "2")
    # The province has sent its first dossiers; the others are still to come.
    held = demonstration.dossiers()
    return [
        _dossier(number, submission, state)
        for number, (submission, state) in enumerate(zip(held, states, strict=False), 1)
    ]


def _dossier(
    number: int, submission: dict[str, Any], state: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    received: datetime = submission["ngayTiepNhan"]
    code = f"{demonstration.AGENCY}-{received:%y%m%d}-{number:05d}"
    procedure = next(
        entry for entry in demonstration.procedures() if entry["maThuTuc"] == submission["maThuTuc"]
    )
    applicant = submission["chuHoSo"]
    due = received.replace(hour=17, minute=0) + timedelta(days=2 * procedure["thoiHanGiaiQuyet"])
    ended = received + timedelta(hours=3) if state == "10" else None
    handed = received + timedelta(hours=5) if state == "10" else None
    record = {
        "MaHoSo": code,
        "MaTTHC": procedure["maThuTuc"],
        "TenTTHC": procedure["tenThuTuc"],
        "MaLinhVuc": procedure["maLinhVuc"],
        "TenLinhVuc": procedure["tenLinhVuc"],
        "ChuHoSo": applicant["hoTen"],
        "LoaiDoiTuong": "1",
        "MaDoiTuong": applicant["soDinhDanh"],
        "ThongTinKhac": "",
        "Email": applicant.get("email", ""),
        "Fax": "",
        "SoDienThoai": applicant["soDienThoai"],
        "TrichYeuHoSo": submission["trichYeu"],
        "NgayTiepNhan": written(received),
        "NgayHenTra": written(due),
        "TrangThaiHoSo": state,
        "NgayTra": written(handed),
        "ThongTinTra": "Đã trả tại bộ phận một cửa" if handed else "",
        "HinhThuc": "0",
        "NgayKetThucXuLy": written(ended),
        "DonViXuLy": "Văn phòng Ủy ban nhân dân thành phố Huế",
        "GhiChu": "",
        "TaiLieuNop": [
            {
                "TepDinhKemId": "1",
                "TenTepDinhKem": "Tờ khai",
                "IsDeleted": "False",
                "DuocSoHoa": "1",
            }
        ],
        "DanhSachLePhi": [],
        "DanhSachTepDinhKemKhac": [{"TenGiayTo": "Giấy tờ kèm theo", "SoLuong": "1"}],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [_PAPER] if handed else [],
        "KenhThucHien": submission["kenhTiepNhan"],
        "SoGiayToChuHoSo": applicant["soDinhDanh"],
        "NoiNopHoSo": "2",
        "NgayNopHoSo": written(received - timedelta(minutes=15)),
        "NgayTuChoi": "",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "3",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": applicant["soDinhDanh"]}],
        "DSKetNoiCSDL": [{"MaCSDL": "1"}],
    }
    return record, [_step(code, received, due, "1"), _step(code, received, due, state)]


def _step(code: str, received: datetime, due: datetime, state: str) -> dict[str, Any]:
    return {
        "MaHoSo": code,
        "NguoiXuLy": "Trần Văn Minh",
        "ChucDanh": "Chuyên viên tiếp nhận",
        "ThoiDiemXuLy": written(received + timedelta(hours=int(state) / 2)),
        "PhongBanXuLy": "Bộ phận tiếp nhận và trả kết quả",
        "NoiDungXuLy": "Cập nhật trạng thái hồ sơ",
        "TrangThai": state,
        "NgayBatDau": written(received),
        "NgayKetThucTheoQuyDinh": written(due),
    }


def _procedure(entry: dict[str, Any]) -> dict[str, Any]:
    fee = {"MAPHILEPHI": "LP01", "SOTIEN": str(entry["lePhi"]), "DONVI": "Đồng", "MOTA": ""}
    time = {
        "THOIGIANGIAIQUYET": str(entry["thoiHanGiaiQuyet"]),
        "DONVITINH": "Ngày làm việc",
        "MOTA": "",
        "PHILEPHI": [fee],
    }
    field = {"MALINHVUC": entry["maLinhVuc"], "TENLINHVUC": entry["tenLinhVuc"]}
    papers = [{"TENTRINHTU": f"Nộp {p['tenGiayTo']}"} for p in entry["thanhPhanHoSo"]]
    return {
        "MATTHC": entry["maThuTuc"],
        "TENTTHC": entry["tenThuTuc"],
        "LINHVUCTHUCHIEN": [field],
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": entry["moTa"], "TRINHTU": papers}],
        "CACHTHUCTHUCHIEN": [{"KENH": channel, "THOIGIAN": [time]} for channel in ("1", "2", "3")],
        "YEUCAU": "",
        "MOTADOITUONGTHUCHIEN": "Công dân Việt Nam",
        "KETQUATHUCHIEN": [{"MAKETQUA": "KQ01", "TENKETQUA": entry["tenThuTuc"]}],
        "CANCUPHAPLY": [{"SOVANBAN": "MH-01", "TENVANBAN": "Văn bản minh họa"}],
        "TRANGTHAI": "1",
    }


def feedback() -> list[dict[str, Any]]:
    """Return the feedback that citizens sent to the province, oldest first."""
    return [
        {
            "MaPAKN": "PA-250901-0001",
            "TieuDe": "Chậm trả kết quả chứng thực",
            "NoiDung": "Hồ sơ chứng thực đã quá ngày hẹn trả hai ngày mà chưa có kết quả.",
            "NgayGui": "20250901083000",
            "TrangThaiPAKN": "3",
            "NoiDungTraLoi": "Kết quả đã được trả ngày 02 tháng 9; xin lỗi vì sự chậm trễ.",
            "NgayTraLoi": "20250902150000",
        },
        {
            "MaPAKN": "PA-250903-0002",
            "TieuDe": "Biểu mẫu không tự điền địa chỉ",
            "NoiDung": "Biểu mẫu đăng ký tạm trú vẫn yêu cầu khai lại địa chỉ thường trú.",
            "NgayGui": "20250903101500",
            "TrangThaiPAKN": "1",
            "NoiDungTraLoi": "",
            "NgayTraLoi": "",
        },
    ]


def feedback_document(code: str) -> dict[str, Any]:
    """Return the document of a piece of feedback."""
    return {"TepTinPhanAnh": f"https://kho-du-lieu.example/phan-anh/{code.lower()}.pdf"}
