"""What each operation of the data centre does."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from conformance.sandbox import demonstration, service
from conformance.sandbox.agency import NOT_STORED
from conformance.sandbox.declared.service import Special
from conformance.sandbox.demonstration import Person
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Call, Refusal, Result
from conformance.sandbox.national_data_centre import data
from conformance.sandbox.national_data_centre.data import Record
from conformance.sandbox.national_data_centre.store import COUNTED, ConflictError, Rules, Store
from conformance.sandbox.service import Handler, State

_UNSHARED = tuple(("Cache-Control", value) for value in NOT_STORED)
_MEASURES = {
    "DUNG": "Đúng",
    "DU": "Đủ",
    "SACH": "Sạch",
    "SONG": "Sống",
    "THONG_NHAT": "Thống nhất",
    "DUNG_CHUNG": "Dùng chung",
}
_Does = Callable[[Store, Rules, Call, Mapping[str, Any], Any], Any]


def _special(does: _Does) -> Special:
    def made(forgotten: Rules) -> Handler:
        return partial(_handled, does, forgotten)

    return made


def _handled(  # noqa: PLR0913, PLR0917  # what a handler is given, and what it does with it
    does: _Does,
    forgotten: Rules,
    state: State,
    person: Person | None,
    call: Call,
    values: Mapping[str, Any],
    sent: Any,
) -> Result:
    if not (service.known(person).official or service.known(person).in_office):
        raise Refusal(403, "Chỉ hệ thống của cơ quan được kết nối với Trung tâm dữ liệu.")
    told = does(state.store, forgotten, call, values, sent)
    return Result(200, told, headers=_UNSHARED)


def _ingest(
    store: Store, forgotten: Rules, call: Call, _values: Mapping[str, Any], sent: Any
) -> Any:
    records: list[Record] = sent["data"] if call.asks == "ingestBatch" else [sent]
    stated = sent["totalRecords"] if call.asks == "ingestBatch" else 1
    more, less = stated > len(records), stated < len(records)
    if (more and "ingest.more" not in forgotten) or (less and "ingest.less" not in forgotten):
        raise Refusal(
            400,
            "totalRecords khác số bản ghi trong data.",
            errors=(("/totalRecords", "khác số bản ghi"),),
        )
    kind = call.first("x-data-type")
    if any(record["NguonDuLieu"]["MaLoaiDuLieu"] != kind for record in records):
        raise Refusal(400, "X-Data-Type khác MaLoaiDuLieu của bản ghi.")
    try:
        counted = store.take(records, forgotten)
    except ConflictError:
        if "ingest.status" not in forgotten:
            raise
        counted = Counter(rejected=len(records))
    return {
        "status": "SUCCESS",
        "message": "Đã tiếp nhận",
        "responseTime": _now(),
        "requestId": secrets.token_hex(8),
        "total": len(records),
        **{name: counted[name] for name in COUNTED},
        "store": "TTDLQG",
        "dataType": kind,
    }


def _list(
    store: Store, _forgotten: Rules, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Any:
    kind, since, until = (values.get(name) for name in ("maLoaiDuLieu", "fromDate", "toDate"))
    current = [held[-1] for held in store.held.values()]
    found = [
        record
        for record in current
        if kind in {None, record["NguonDuLieu"]["MaLoaiDuLieu"]}
        and _within(record["TrangThaiDuLieu"]["ThoiGianCapNhat"], since, until)
    ]
    return Listed(found, values)


def _read(
    store: Store, forgotten: Rules, call: Call, _values: Mapping[str, Any], _sent: Any
) -> Any:
    name = call.arguments["idBanGhi"]
    record, versions = store.current(name), store.held[name]
    if "record.latest" in forgotten:
        record = versions[0]
    if "record.history" in forgotten:
        versions = versions[-1:]
    if "record.oldest_first" in forgotten:
        versions = versions[::-1]
    kept = ("PhienBan", "SuKien", "ThoiGianCapNhat")
    told = [{member: v["TrangThaiDuLieu"][member] for member in kept} for v in versions]
    return {**record, "CacPhienBan": told}


def _deleted(
    store: Store, forgotten: Rules, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Any:
    items = [
        {
            "IdBanGhi": name,
            "MaLoaiDuLieu": one.record["NguonDuLieu"]["MaLoaiDuLieu"],
            "PhienBan": one.record["TrangThaiDuLieu"]["PhienBan"],
            "ThoiGianHuy": one.when.strftime("%Y-%m-%dT%H:%M:%S"),
        }
        for name, one in store.cancelled.items()
    ]
    if "deleted.live" in forgotten:
        items = items[:3]
    if "deleted.oldest_first" in forgotten:
        items = items[::-1]
    since = values.get("since")
    return Listed([item for item in items if _within(item["ThoiGianHuy"], since, None)], values)


def _reconcile(
    store: Store, forgotten: Rules, _call: Call, _values: Mapping[str, Any], _sent: Any
) -> Any:
    counts = store.at_first if "reconciliation.live" in forgotten else store.counts
    return {
        "items": [
            {
                "IdNguonDuLieu": source,
                "MaLoaiDuLieu": kind,
                "total": counted.total(),
                **{name: counted[name] for name in COUNTED},
            }
            for (source, kind), counted in counts.items()
        ]
    }


def _quality(
    store: Store, _forgotten: Rules, _call: Call, _values: Mapping[str, Any], _sent: Any
) -> Any:
    return {
        "ngayTinh": _now().date(),
        "items": [
            {
                "nhomDuLieu": kind,
                "tenNhom": data.GROUPS[kind],
                "chiSo": [
                    {
                        "ma": name,
                        "ten": _MEASURES[name],
                        "tuSo": some,
                        "mauSo": every,
                        "tyLe": round(100 * some / every, 2) if every else None,
                    }
                    for name, (some, every) in measures.items()
                ],
            }
            for kind, measures in store.quality()
        ],
    }


def _stream(
    store: Store, forgotten: Rules, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Any:
    """Return the events that follow the last one received; as a stream they are written later."""
    last = int(values.get("Last-Event-ID", 0))
    if "events.resuming" in forgotten:
        last = 0
    if "events.following" in forgotten and last:
        last -= 1
    if "events.next" in forgotten and last:
        last += 1
    found = [event for event in store.events if event["id"] > last][: values["limit"]]
    return {"events": found}


def _within(when: str, since: str | None, until: str | None) -> bool:
    # All are written alike, so that texts have the order of times.
    return (since is None or since <= when) and (until is None or when <= until)


def _now() -> datetime:
    return datetime.now(demonstration.VIETNAM)


SPECIAL: Mapping[str, Special] = {
    "ingestBatch": _special(_ingest),
    "ingestRecord": _special(_ingest),
    "listRecords": _special(_list),
    "getRecord": _special(_read),
    "listDeleted": _special(_deleted),
    "getReconciliation": _special(_reconcile),
    "getDataQuality": _special(_quality),
    "streamEvents": _special(_stream),
}
