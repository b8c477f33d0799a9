"""What the agency holds: in memory, from the same beginning at each start."""

from __future__ import annotations

import itertools
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

TOKENS = {"exam-token-of-citizen-a": "citizen_a", "exam-token-of-citizen-b": "citizen_b"}
TODAY = "2026-07-01"
_STATUSES = ("received", "processing", "returned", "done")
_TITLES = (
    "Cấp giấy chứng nhận quyền sử dụng đất",
    "Đăng ký khai sinh",
    "Chuyển mục đích sử dụng đất",
    "Cấp phép xây dựng nhà ở riêng lẻ",
    "Đăng ký kết hôn",
    "Trích lục bản đồ địa chính",
)
_PROVINCES = ("01", "79", "48")
_COMMUNES = {"01": "00004", "79": "25459", "48": "20194"}
_NAMES = ("Ba Đình", "Bến Nghé", "Hải Châu", "Cửa Nam", "An Khánh", "Đống Đa", "Ô Chợ Dừa")
SEEDED = 27
OFFICES = 34


@dataclass
class Kept:
    """One thing that is held.

    Attributes:
        owner: whose it is.
        shown: as answers show it.
        deleted: whether it was deleted.
        marks: defects that made it other than it was sent: whoever sees it sees them.
    """

    owner: str
    shown: dict[str, Any]
    deleted: bool = False
    marks: set[str] = field(default_factory=set)


@dataclass
class Store:
    """Everything that is held."""

    dossiers: dict[str, Kept] = field(default_factory=dict)
    attachments: dict[tuple[str, int], Kept] = field(default_factory=dict)
    payments: dict[str, Kept] = field(default_factory=dict)
    citizens: dict[int, Kept] = field(default_factory=dict)
    offices: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Identity, operation, key and content of a request: what it was answered with.
    answered: dict[tuple[str, str, str, bytes], Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def number(self) -> int:
        """Return a number that no other thing has."""
        return int(next(self._numbers))

    def dossier_code(self) -> str:
        """Return a new code, larger than all before it."""
        day, number = divmod(self.number(), 9999)
        return f"H26.12-2607{day % 28 + 1:02}-{number + 1:04}"

    def payment_id(self) -> str:
        """Return a new identifier that depends on nothing but what came before."""
        return str(uuid.UUID(int=(0x5EED << 64) + self.number(), version=4))


def new() -> Store:
    """Return a store with dossiers of both citizens, a citizen of each, and the offices."""
    store = Store()
    for number in range(SEEDED):
        owner = "citizen_b" if number % 9 == 8 else "citizen_a"
        shown = dossier(number)
        code = store.dossier_code()
        store.dossiers[code] = Kept(owner, {"code": code, **shown})
        if number < 2:  # one that may be deleted, one that may be read
            attached = {"id": 900, "title": "Trích lục", "kind": "land"}
            file = {"fileName": "trich-luc.pdf", "size": 48213}
            store.attachments[code, 900] = Kept(owner, {**attached, **file})
    for owner, record in (("citizen_a", 1), ("citizen_b", 2)):
        store.citizens[record] = Kept(owner, {"recordId": record, **citizen(record)})
    for number in range(OFFICES):
        code = f"H26.{number + 1:02}"
        store.offices[code] = {
            "code": code,
            "name": f"Bộ phận một cửa {_NAMES[number % len(_NAMES)]} {number + 1}",
            "provinceCode": _PROVINCES[number % 3],
            "saturdays": number % 4 == 0,
            "at": (21.03 - number * 0.31, 105.85 + number * 0.05),
        }
    return store


def dossier(number: int) -> dict[str, Any]:
    """Return what a seeded dossier shows beside its code."""
    province = _PROVINCES[number // 3 % 3]
    fee = {} if number % 5 == 4 else {"fee": 10000 * (1 + number * 7 % 11)}
    return {
        "status": _STATUSES[number % 4],
        "submittedOn": f"2026-0{1 + number % 6}-{1 + number:02}",
        "expiresOn": f"2027-01-{1 + number:02}",
        "procedureCode": "1.004222",
        "title": f"{_TITLES[number % len(_TITLES)]} số {number + 1}",
        "provinceCode": province,
        "issuedOn": f"2026-01-{1 + number:02}",
        "note": "Nhận kết quả tại bộ phận một cửa",
        "applicant": {
            "personalId": "001099000001",
            "fullName": "Nguyễn Thị Thu Hà",
            "address": {
                "provinceCode": province,
                "communeCode": _COMMUNES[province],
                "line": f"Số {number + 1} phố Huế",
            },
        },
        **fee,
    }


def citizen(number: int) -> dict[str, Any]:
    """Return what a seeded citizen shows beside the number of the record."""
    return {
        "personalId": f"07919900{number:04}",
        "fullName": "Trần Quốc Bảo",
        "birthDate": "1999-04-30",
        "phone": "0912345678",
        "email": "bao@example.vn",
        "address": {"provinceCode": "79", "communeCode": "25459", "line": "12 Lê Lợi"},
    }
