"""What the data centre remembers: versions of records, and what became of what was sent."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.sandbox import demonstration, units
from conformance.sandbox.demonstration import Person
from conformance.sandbox.messages import Refusal
from conformance.sandbox.national_data_centre import data
from conformance.sandbox.national_data_centre.data import Record

MOST_RECORDS = 2000
_MOST_EVENTS = 1000
_MOST_VERSIONS = 100
_OUTCOMES = {"NEW": "inserted", "UPDATE": "updated", "CANCEL": "cancelled"}
COUNTED = ("inserted", "updated", "cancelled", "rejected")

Rules = frozenset[str]


class ConflictError(Refusal):
    """A message does not fit what is held; its errorType says in which way."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(409, detail, members={"errorType": kind})


@dataclass(frozen=True)
class Cancelled:
    """When a record was cancelled, by the clock of whoever took that in."""

    record: Record
    when: datetime


class Store:
    """The memory of one data centre; lives as long as it does or until it is reset.

    A rule of the data centre has a name; what is in `forgotten` it does not heed.
    """

    def __init__(self) -> None:
        self.held: dict[str, list[Record]] = {}
        self.counts: dict[tuple[str, str], Counter[str]] = {}
        self.cancelled: dict[str, Cancelled] = {}
        self.events: deque[dict[str, Any]] = deque(maxlen=_MOST_EVENTS)
        self.audit: deque[dict[str, Any]] = deque(maxlen=_MOST_EVENTS)
        self._last_event = 0
        for record in data.records():
            self._keep(record, frozenset())
        self._seeds = len(self.held)
        self.at_first = deepcopy(self.counts)

    def log(self, person: Person, action: str) -> None:
        """Write into the log who did what."""
        self.audit.append(demonstration.audit_event(person, action, _now()))

    def current(self, record_id: str) -> Record:
        """Return the present version of a record.

        Raises:
            Refusal: 404, there is none.
        """
        if record_id not in self.held:
            raise Refusal(404, "Không tìm thấy bản ghi.")
        return self.held[record_id][-1]

    def take(self, records: Sequence[Record], forgotten: Rules) -> Counter[str]:
        """Take records in, all or none, and return how many met which end.

        Raises:
            Refusal: one of them is wrong, or does not fit what is held.
        """
        told: Counter[str] = Counter()
        accepted: list[Record] = []
        versions = {name: held[-1] for name, held in self.held.items()}
        for number, record in enumerate(records):
            try:
                self._demand_sense(record, versions, number, forgotten)
            except Refusal as refusal:
                if isinstance(refusal, ConflictError) and "ingest.refusal" in forgotten:
                    # Not stored, and nobody is told.
                    told[_outcome(record)] += 1
                    continue
                if "ingest.fail_fast" in forgotten:
                    told["rejected"] += 1
                    self._count(record, "rejected", forgotten)
                    continue
                for one in accepted if "ingest.atomic" in forgotten else ():
                    self._keep(one, forgotten)
                if isinstance(refusal, ConflictError) and "ingest.unstored" in forgotten:
                    self._keep(record, forgotten)
                for one in records:
                    self._count(one, "rejected", forgotten)
                raise
            versions[_id(record)] = record
            accepted.append(record)
        for record in accepted:
            self._keep(record, forgotten)
            told[_outcome(record)] += 1
        return told

    def _demand_sense(
        self, record: Record, held: Mapping[str, Record], number: int, forgotten: Rules
    ) -> None:
        demand_keys(record, number)
        before, state = held.get(_id(record)), record["TrangThaiDuLieu"]
        if before is None:
            if state["SuKien"] != "NEW" and "ingest.known" not in forgotten:
                raise ConflictError("UNKNOWN_RECORD", "Không có bản ghi nào để cập nhật hay hủy.")
            return
        if state["PhienBan"] <= _version(before) and "ingest.version" not in forgotten:
            raise ConflictError(
                "VERSION_CONFLICT", "Phiên bản phải lớn hơn phiên bản đang được lưu giữ."
            )
        if state["SuKien"] == "NEW" and state["PhienBan"] > _version(before):
            raise ConflictError("DUPLICATE_RECORD", "Bản ghi đã có, chỉ được cập nhật hoặc hủy.")

    def _keep(self, record: Record, forgotten: Rules) -> None:
        name, event = _id(record), record["TrangThaiDuLieu"]["SuKien"]
        if name not in self.held and len(self.held) >= MOST_RECORDS:
            oldest = list(self.held)[self._seeds]
            del self.held[oldest]
            self.cancelled.pop(oldest, None)
        self.held[name] = [*self.held.get(name, []), deepcopy(record)][-_MOST_VERSIONS:]
        self._count(record, _outcome(record), forgotten)
        if event == "CANCEL":
            self.cancelled[name] = Cancelled(record, _now())
            if "cancel.soft" in forgotten:
                del self.held[name]
        self._last_event += 1
        told = {"IdBanGhi": name, "MaLoaiDuLieu": _kind(record), "PhienBan": _version(record)}
        self.events.append({"id": self._last_event, "event": event, "data": told})

    def _count(self, record: Record, outcome: str, forgotten: Rules) -> None:
        if outcome == "rejected" and "reconciliation.rejected" in forgotten:
            return
        source = record["NguonDuLieu"].get("IdNguonDuLieu", "")
        counted = self.counts.setdefault((source, _kind(record)), Counter())
        # Somebody else may be sending, too.
        counted[outcome] += 2 if "reconciliation.alone" in forgotten else 1

    def quality(self) -> Iterator[tuple[str, Mapping[str, tuple[int, int]]]]:
        """Yield each group of data with its measures: numerator and denominator."""
        for kind in data.GROUPS:
            group = [held[-1] for held in self.held.values() if _kind(held[-1]) == kind]
            told = [record["DuLieuTiepNhan"] for record in group]
            every = len(told)
            keys = data.KEYS[kind]
            live = sum(r["TrangThaiDuLieu"]["ThoiGianCapNhat"] >= "2025-07-01" for r in group)
            alike = sum(_fits_the_lists(one) for one in told)
            yield (
                kind,
                {
                    "DUNG": (alike, every),
                    "DU": (sum(all(one.get(key) for key in keys) for one in told), every),
                    "SACH": (len({one["IdBanGhi"] for one in told}), every),
                    "SONG": (live, every),
                    "THONG_NHAT": (alike, every),
                    "DUNG_CHUNG": (every, every),
                },
            )


def demand_keys(record: Record, number: int) -> None:
    """Demand the fields that identify and link a record of its kind.

    Raises:
        Refusal: 400, naming those that are missing or of no list.
    """
    told, kind = record["DuLieuTiepNhan"], _kind(record)
    missing = [name for name in data.KEYS[kind] if not told.get(name)]
    errors = [(f"/data/{number}/DuLieuTiepNhan/{name}", "thiếu trường khóa") for name in missing]
    if not _fits_the_lists(told):
        errors.append((f"/data/{number}/DuLieuTiepNhan/MaXa", "mã không có trong danh mục"))
    if errors:
        raise Refusal(400, "Bản ghi không đúng quy định của loại dữ liệu.", errors=tuple(errors))


def _fits_the_lists(told: Mapping[str, Any]) -> bool:
    province, commune = told.get("MaTinh"), told.get("MaXa")
    return province in {None, units.PROVINCE} and (commune is None or commune in units.COMMUNES)


def _id(record: Record) -> str:
    return str(record["DuLieuTiepNhan"]["IdBanGhi"])


def _kind(record: Record) -> str:
    return str(record["NguonDuLieu"]["MaLoaiDuLieu"])


def _version(record: Record) -> int:
    return int(record["TrangThaiDuLieu"]["PhienBan"])


def _outcome(record: Record) -> str:
    return _OUTCOMES[record["TrangThaiDuLieu"]["SuKien"]]


def _now() -> datetime:
    return datetime.now(demonstration.VIETNAM)
