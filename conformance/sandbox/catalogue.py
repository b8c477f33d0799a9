"""Further procedures of the demonstration agency: enough of them for a list of several pages.

Names are those of everyday procedures; codes from 9.000001 on, fees and time limits are invented.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

_FIELDS = {
    "G15-HT01": "Hộ tịch",
    "G15-CT01": "Chứng thực",
    "G01-CT01": "Đăng ký, quản lý cư trú",
    "G12-DD01": "Đất đai",
    "G09-HD01": "Hoạt động xây dựng",
    "G05-BT01": "Bảo trợ xã hội",
}
# Field, name, working days, fee in dong.
_PROCEDURES = (
    ("G15-HT01", "Đăng ký kết hôn", 1, 0),
    ("G15-HT01", "Đăng ký khai tử", 1, 0),
    ("G15-HT01", "Đăng ký nhận cha, mẹ, con", 3, 15000),
    ("G15-HT01", "Cấp bản sao trích lục hộ tịch", 1, 8000),
    ("G15-HT01", "Thay đổi, cải chính, bổ sung thông tin hộ tịch", 3, 15000),
    ("G15-HT01", "Cấp giấy xác nhận tình trạng hôn nhân", 3, 5000),
    ("G15-CT01", "Chứng thực chữ ký", 1, 10000),
    ("G15-CT01", "Chứng thực hợp đồng, giao dịch", 2, 50000),
    ("G15-CT01", "Chứng thực di chúc", 2, 50000),
    ("G01-CT01", "Đăng ký tạm trú", 3, 7000),
    ("G01-CT01", "Xác nhận thông tin về cư trú", 1, 0),
    ("G01-CT01", "Tách hộ", 5, 5000),
    ("G01-CT01", "Khai báo tạm vắng", 1, 0),
    ("G12-DD01", "Đăng ký biến động quyền sử dụng đất", 10, 120000),
    ("G12-DD01", "Cấp đổi giấy chứng nhận quyền sử dụng đất", 7, 100000),
    ("G12-DD01", "Tách thửa hoặc hợp thửa đất", 15, 150000),
    ("G09-HD01", "Cấp giấy phép xây dựng nhà ở riêng lẻ", 15, 75000),
    ("G09-HD01", "Gia hạn giấy phép xây dựng", 5, 15000),
    ("G05-BT01", "Trợ cấp xã hội hằng tháng", 22, 0),
    ("G05-BT01", "Hỗ trợ chi phí mai táng", 3, 0),
    ("G05-BT01", "Xác định mức độ khuyết tật", 25, 0),
)


def further(updated: datetime) -> list[dict[str, Any]]:
    """Return the further procedures, in full."""
    return [
        {
            "maThuTuc": f"9.{number:06d}",
            "tenThuTuc": name,
            "maLinhVuc": field,
            "tenLinhVuc": _FIELDS[field],
            "thoiHanGiaiQuyet": days,
            "lePhi": fee,
            "moTa": f"{name}: hồ sơ nộp tại cấp xã hoặc trực tuyến.",
            "ngayHieuLuc": date(2025, 7, 1),
            "capNhatLuc": updated,
            "thanhPhanHoSo": [{"tenGiayTo": "Tờ khai", "soLuong": 1}],
        }
        for number, (field, name, days, fee) in enumerate(_PROCEDURES, 1)
    ]
