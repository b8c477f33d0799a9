"""Names that look alike: what a role, a field or a list might be called in somebody's contract.

Only `init` asks, and only for comments: what is suggested here decides nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from conformance import mapping
from conformance.contract import Contract
from conformance.contract.operations import Operation

_ALIKE = 0.3
_MOST = 3
# An envelope around what holds the entries is usual; more is something else.
_DEEPEST = 2
_PERSONAL = (
    "soDinhDanh soDinhDanhCaNhan maDinhDanh cccd soCccd canCuoc soCanCuoc cmnd soCmnd cmt soCmt"
    " personalId personalNumber citizenId nationalId identityNumber idNumber"
)
# What fields are usually called, in Vietnamese and English; compared without case and signs.
_USUAL = {
    "personal_id": _PERSONAL,
    "dossier.applicant_id": _PERSONAL,
    "tax_code": "maSoThue mst taxCode taxId taxNumber tin",
    "dossier.code": "maHoSo soHoSo maBienNhan soBienNhan dossierCode dossierId applicationCode"
    " applicationId",
    "dossier.commune": "maXa maPhuongXa communeCode wardCode",
    "dossier.province": "maTinh maTinhThanh provinceCode",
    "dossier.received": "ngayTiepNhan receivedAt receivedOn dateReceived",
    "packet.code": "MaHoSo",
    "packet.status": "TrangThaiHoSo",
    "packet.received": "NgayTiepNhan",
    "packet.due": "NgayHenTra",
    "packet.ended": "NgayKetThucXuLy",
    "packet.handed": "NgayTra",
    "packet.channel": "KenhThucHien",
    "packet.database": "MaCSDL",
    "packet.result.file": "DuongDanTepTinKetQua",
    "packet.paper.file": "DuongDanTaiTepTin",
    "procedure.code": "maThuTuc maTthc procedureCode procedureId serviceCode",
}
_IDS = frozenset({"id", "code", "ma"})
_PAGES = "page pageNumber pageIndex trang soTrang"
_OFFSETS = "offset start skip"
_SIZES = "size pageSize limit perPage kichThuoc soMuc"
_TOTALS = "total totalCount totalItems count tongSo"
# Verbs by which one contract says what another says otherwise.
_SAME = {
    word: words[0]
    for words in (
        ("get", "read", "find", "show", "lay", "xem", "doc", "tra", "chi", "tiet"),
        ("list", "search", "all", "ds", "danh", "sach"),
        ("create", "post", "submit", "nop", "tao"),
        ("withdraw", "withdrawal", "cancel", "rut", "huy"),
        ("supplement", "supplements", "bo", "sung"),
        ("progress", "steps", "tien", "do"),
        ("dossier", "dossiers", "application", "applications", "ho", "so"),
        ("procedure", "procedures", "service", "services", "thu", "tuc"),
    )
    for word in words
}


def operations(role: str, contract: Contract, national: Contract | None) -> list[Operation]:
    """Return the operations whose names are most like those of a role, the likest first."""
    theirs = next((o for o in national.operations if o.role == role), None) if national else None
    wanted = _words(role.replace(".", " "))
    if theirs is not None:
        wanted |= _words(theirs.id) | _words(theirs.path)
    found = []
    for operation in contract.operations:
        words = _words(operation.id) | _words(operation.path) | _summary(contract, operation)
        likeness = len(words & wanted) / len(wanted | _words(operation.id))
        # A role that reads one thing is not played by what changes it, nor by what lists all.
        if theirs is not None and operation.method != theirs.method:
            likeness -= 0.2
        if theirs is not None and operation.path.count("{") != theirs.path.count("{"):
            likeness -= 0.2
        if likeness >= _ALIKE:
            found.append((likeness, operation))
    ranked = sorted(found, key=lambda pair: -pair[0])
    return [operation for _, operation in ranked[:_MOST]]


def pointers(field: str, contract: Contract) -> list[str]:
    """Return the pointers of members that are called what a field usually is."""
    usual = _usual(_USUAL.get(field, ""))
    members = dict.fromkeys(
        place.rpartition("/")[2]
        for operation in contract.operations
        for _, place in mapping.told(contract, operation)
    )
    return [f"/**/{name}" for name in members if _bare(name) in usual][:_MOST]


def listing(operation: Operation, contract: Contract) -> dict[str, Any] | None:
    """Return how an operation seems to answer a list, as `lists` has it; None if it does not."""
    if operation.method != "GET":
        return None
    places = {place: schema for schema, place in mapping.told(contract, operation)}
    arrays = {
        place: list(contract.members(places.get(f"{place}/*", {})))
        for place, schema in places.items()
        if schema.get("type") == "array"
    }
    # Names of columns, ids and the like stand beside the entries, which alone have members.
    arrays = {place: members for place, members in arrays.items() if members}
    if not arrays:
        return None
    items = min(arrays, key=lambda place: (place.count("/"), place))
    members = arrays[items]
    # What has an id of its own is one thing, and the array a part of it.
    holder = contract.members(places.get(items.rpartition("/")[0], {})) if items else {}
    if items.count("/") > _DEEPEST or any(_bare(name) in _IDS for name in holder):
        return None
    code = next((name for name in members if _bare(name) in _IDS), None) or next(
        (name for name in members if _IDS & set(_parts(name))), "…"
    )
    top = [place[1:] for place in places if place.count("/") == 1]
    total = {key: f"/{name}" for key, name in _named(top, _TOTALS, "total").items()}
    names = [p.name for p in operation.parameters if p.place == "query"]
    way = _named(names, _PAGES, "page") or _named(names, _OFFSETS, "offset")
    return {"items": items, "id": f"/{code}", **total, **way, **_named(names, _SIZES, "size")}


def _named(names: Iterable[str], usual: str, key: str) -> dict[str, str]:
    known = _usual(usual)
    return next(({key: name} for name in names if _bare(name) in known), {})


def _summary(contract: Contract, operation: Operation) -> set[str]:
    item = contract.document.get("paths", {}).get(operation.path)
    node = item.get(operation.method.lower()) if isinstance(item, dict) else None
    return _words(str(node.get("summary", ""))) if isinstance(node, dict) else set()


def _words(text: str) -> set[str]:
    return {_SAME.get(word, word) for word in _parts(text)}


def _parts(name: str) -> Iterator[str]:
    plain = _unsigned(name)
    for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", plain):
        yield word.lower()


def _usual(names: str) -> set[str]:
    return {_bare(name) for name in names.split()}


def _bare(name: str) -> str:
    """Return a name without case, signs and separators: so_dinh_danh is SoDinhDanh."""
    return re.sub(r"[^a-z0-9]", "", _unsigned(name).lower())


def _unsigned(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(part for part in parts if not unicodedata.combining(part))
