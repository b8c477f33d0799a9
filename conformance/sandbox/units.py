"""Administrative units of the demonstration agency: real codes and names.

The communes of the city of Huế as Decision 19/2025/QĐ-TTg numbers them. Their names are data of
the agency; the examiner carries a list of its own.
"""

from __future__ import annotations

import unicodedata
from typing import Any

PROVINCE = "46"
_COMMUNES = (
    ("19753", "Phường Phú Xuân"),
    ("19774", "Phường Kim Long"),
    ("19777", "Phường Vỹ Dạ"),
    ("19789", "Phường Thuận Hóa"),
    ("19804", "Phường Hương An"),
    ("19813", "Phường Thủy Xuân"),
    ("19815", "Phường An Cựu"),
    ("19819", "Phường Phong Điền"),
    ("19828", "Phường Phong Phú"),
    ("19831", "Phường Phong Dinh"),
    ("19858", "Phường Phong Thái"),
    ("19867", "Xã Quảng Điền"),
    ("19873", "Phường Phong Quảng"),
    ("19885", "Xã Đan Điền"),
    ("19900", "Phường Thuận An"),
    ("19909", "Phường Dương Nỗ"),
    ("19918", "Xã Phú Hồ"),
    ("19930", "Phường Mỹ Thượng"),
    ("19942", "Xã Phú Vang"),
    ("19945", "Xã Phú Vinh"),
    ("19960", "Phường Phú Bài"),
    ("19969", "Phường Thanh Thủy"),
    ("19975", "Phường Hương Thủy"),
    ("19996", "Phường Hương Trà"),
    ("20014", "Phường Hóa Châu"),
    ("20017", "Phường Kim Trà"),
    ("20035", "Xã Bình Điền"),
    ("20044", "Xã A Lưới 2"),
    ("20050", "Xã A Lưới 5"),
    ("20056", "Xã A Lưới 1"),
    ("20071", "Xã A Lưới 3"),
    ("20101", "Xã A Lưới 4"),
    ("20107", "Xã Phú Lộc"),
    ("20122", "Xã Vinh Lộc"),
    ("20131", "Xã Hưng Lộc"),
    ("20137", "Xã Chân Mây - Lăng Cô"),
    ("20140", "Xã Lộc An"),
    ("20161", "Xã Khe Tre"),
    ("20179", "Xã Nam Đông"),
    ("20182", "Xã Long Quảng"),
)
COMMUNES = dict(_COMMUNES)
# Longitude and latitude of the counters of some communes, to about a kilometre: enough for a map.
_POSITIONS = (
    ("19789", 107.585, 16.464),
    ("19960", 107.688, 16.398),
    ("19867", 107.507, 16.577),
    ("20056", 107.232, 16.277),
    ("20107", 107.862, 16.275),
)


def in_vietnamese(name: str) -> tuple[list[str], ...]:
    """Return the place of a name in the order of Vietnamese dictionaries.

    Letters first (a ă â b … o ô ơ … u ư), then tones (level, grave, hook, tilde, acute, dot), as
    the Unicode CLDR has it: the order of code points puts Đ behind Z and tears the vowels apart.
    """
    letters, tones = [], []
    for character in unicodedata.normalize("NFC", name).lower():
        parts = unicodedata.normalize("NFD", character)
        tone = "".join(part for part in parts if part in _TONES)
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(f"{_ALPHABET.find(letter):03d}" if letter in _ALPHABET else f"~{letter}")
        tones.append(f"{_TONES.find(tone) if tone else -1:03d}")
    return letters, tones


_ALPHABET = " 0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"


def listed() -> list[dict[str, str]]:
    """Return every commune as an item of the public list, in the order of the codes."""
    return [
        {
            "maXa": code,
            "tenXa": name,
            "loai": name.split(" ")[0],
            "maTinh": PROVINCE,
            "maSoThue": _tax_code(code),
        }
        for code, name in sorted(_COMMUNES)
    ]


def located() -> dict[str, Any]:
    """Return where dossiers are received, as GeoJSON (RFC 7946, section 3.3)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                "properties": {
                    "maXa": code,
                    "tenCoQuan": f"Trung tâm Phục vụ hành chính công {COMMUNES[code]}",
                },
            }
            for code, longitude, latitude in _POSITIONS
        ],
    }


def _tax_code(commune: str) -> str:
    """Return an invented tax code of the commune's people's committee, with its check digit.

    It begins with 00, which no tax office issues. Where the check digit would be ten there is no
    such code; the next serial number is taken then.
    """
    serial = int(commune)
    while True:
        digits = f"00{serial:07d}"
        total = sum(
            weight * int(digit)
            for weight, digit in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), digits, strict=True)
        )
        if total % 11:
            return f"{digits}{10 - total % 11}"
        serial += 100_000
