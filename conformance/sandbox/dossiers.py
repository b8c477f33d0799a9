"""The state of one agency: its procedures, its dossiers, and how a dossier may move."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from conformance.sandbox import demonstration, units
from conformance.sandbox.demonstration import Person
from conformance.sandbox.messages import Refusal
from conformance.sandbox.service import NotYoursError

NEW, ACCEPTED, REJECTED, WORKING, PAPERS_WANTED = "1", "2", "3", "4", "5"
PAYMENT_WANTED, WITHDRAWN, STOPPED, SETTLED, HANDED_OVER = "6", "7", "8", "9", "10"

# What an official may record after what. The norm lists the states, not the moves: these are an
# inference, so the applicant's own moves below are read leniently.
MOVES: Mapping[str, frozenset[str]] = {
    NEW: frozenset({ACCEPTED, REJECTED}),
    ACCEPTED: frozenset({WORKING, PAPERS_WANTED, STOPPED}),
    REJECTED: frozenset(),
    WORKING: frozenset({PAPERS_WANTED, PAYMENT_WANTED, STOPPED, SETTLED}),
    PAPERS_WANTED: frozenset({WORKING, STOPPED}),
    PAYMENT_WANTED: frozenset({WORKING, SETTLED}),
    WITHDRAWN: frozenset(),
    STOPPED: frozenset(),
    SETTLED: frozenset({HANDED_OVER}),
    HANDED_OVER: frozenset(),
}
MAY_BE_SUPPLEMENTED = frozenset({NEW, ACCEPTED, WORKING, PAPERS_WANTED})
MAY_BE_WITHDRAWN = frozenset({NEW, ACCEPTED, WORKING, PAPERS_WANTED, PAYMENT_WANTED})

MOST_DOSSIERS = 2000
MOST_STEPS = 200
MOST_EVENTS = 1000


_NOT_FOUND = "Không tìm thấy hồ sơ."


@dataclass
class Dossier:
    """One dossier: its record, its steps, whose it is, and who is told of its progress.

    `subscriptions` counts the changes of the subscription, so that no version comes twice.
    """

    record: dict[str, Any]
    owner: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    subscription: dict[str, Any] | None = None
    subscriptions: int = 0

    @property
    def state(self) -> str:
        """The code of the present state."""
        return str(self.record["trangThai"])

    def summary(self) -> dict[str, Any]:
        """Return the line of a list."""
        names = ("maHoSo", "maThuTuc", "tenThuTuc", "trangThai", "ngayTiepNhan", "ngayHenTra")
        return {
            **{name: self.record[name] for name in names},
            "tenChuHoSo": self.record["chuHoSo"]["hoTen"],
        }


class Store:
    """What one agency remembers; lives as long as the agency or until it is reset."""

    def __init__(self) -> None:
        self.procedures = {entry["maThuTuc"]: entry for entry in demonstration.procedures()}
        self._dossiers: dict[str, Dossier] = {}
        self._serial = 0
        for held in demonstration.dossiers():
            received = held.pop("ngayTiepNhan")
            self._receive(held, received)
        self._seeds = len(self._dossiers)
        self.events = deque(demonstration.audit_trail(), MOST_EVENTS)

    def log(self, person: Person, action: str) -> None:
        """Write into the log who did what."""
        now = datetime.now(demonstration.VIETNAM)
        self.events.append(demonstration.audit_event(person, action, now))

    def create(self, person: Person, submission: Mapping[str, Any]) -> Dossier:
        """Register a submission.

        Raises:
            Refusal: 403 for somebody else's dossier, 400 for what the agency does not know.
        """
        owner = submission["chuHoSo"]["soDinhDanh"]
        if not (person.official or person.owns(owner)):
            raise Refusal(403, "Công dân chỉ được nộp hồ sơ của chính mình.")
        if submission["maThuTuc"] not in self.procedures:
            raise Refusal(
                400,
                "Thủ tục không có trong danh mục tiếp nhận.",
                errors=(("/maThuTuc", "mã thủ tục không có trong danh mục"),),
            )
        known = submission["maXa"] in units.COMMUNES
        if submission["maTinh"] != units.PROVINCE or not known:
            raise Refusal(
                400,
                "Đơn vị hành chính không thuộc phạm vi tiếp nhận của hệ thống mẫu.",
                errors=(("/maXa", "mã đơn vị hành chính không thuộc phạm vi tiếp nhận"),),
            )
        self._make_room()
        return self._receive(_kept(submission), datetime.now(demonstration.VIETNAM))

    def visible(self, person: Person) -> Iterator[Dossier]:
        """Yield the dossiers that somebody may see, newest first."""
        for dossier in reversed(self._dossiers.values()):
            if person.official or person.owns(dossier.owner):
                yield dossier

    def read(self, person: Person, code: str) -> Dossier:
        """Return a dossier.

        Raises:
            NotYoursError: there is one, of somebody else.
            Refusal: 404 when there is none.
        """
        dossier = self._dossiers.get(code)
        if dossier is None:
            raise Refusal(404, _NOT_FOUND)
        if not (person.official or person.owns(dossier.owner)):
            raise NotYoursError(404, _NOT_FOUND)
        return dossier

    def supplement(self, person: Person, code: str, body: Mapping[str, Any]) -> Dossier:
        """Add papers to a dossier.

        Raises:
            Refusal: 404, 403 for anybody but the applicant, 409 in a state that allows none.
        """
        dossier = self._own(person, code)
        if dossier.state not in MAY_BE_SUPPLEMENTED or len(dossier.steps) >= MOST_STEPS:
            raise Refusal(409, "Hồ sơ không còn ở trạng thái được bổ sung giấy tờ.")
        now = datetime.now(demonstration.VIETNAM)
        added = {**_kept(body), "thoiDiem": now}
        dossier.record["boSung"] = [*dossier.record["boSung"], added]
        if dossier.state == PAPERS_WANTED:
            dossier.record["trangThai"] = WORKING
        self._note(dossier, "Người nộp hồ sơ", "Đã bổ sung giấy tờ", now)
        return dossier

    def withdraw(self, person: Person, code: str, body: Mapping[str, Any]) -> Dossier:
        """Withdraw a dossier; doing it again changes nothing.

        Raises:
            Refusal: 404, 403 for anybody but the applicant, 409 once there is a result.
        """
        dossier = self._own(person, code)
        if dossier.state == WITHDRAWN:
            return dossier
        if dossier.state not in MAY_BE_WITHDRAWN:
            raise Refusal(409, "Hồ sơ đã kết thúc xử lý nên không thể rút.")
        dossier.record["trangThai"] = WITHDRAWN
        dossier.record["lyDoRut"] = _kept(body)["lyDo"]
        now = datetime.now(demonstration.VIETNAM)
        self._note(dossier, "Người nộp hồ sơ", "Công dân yêu cầu rút hồ sơ", now)
        return dossier

    def subscribe(self, person: Person, code: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Say where news of a dossier go, in the place of what was said before.

        Raises:
            Refusal: 404, 403 for anybody but the applicant.
        """
        dossier = self._own(person, code)
        dossier.subscriptions += 1
        dossier.subscription = {
            "maHoSo": code,
            **_kept(body),
            "phienBan": dossier.subscriptions,
            "capNhatLuc": datetime.now(demonstration.VIETNAM),
        }
        return dossier.subscription

    def unsubscribe(self, person: Person, code: str) -> None:
        """Send no more news of a dossier; doing it again changes nothing.

        Raises:
            Refusal: 404, 403 for anybody but the applicant.
        """
        dossier = self._own(person, code)
        dossier.subscription = None

    def progress(self, person: Person, code: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Record a step of an official.

        Raises:
            Refusal: 403 for citizens, 404, 409 for a move that is not allowed.
        """
        if not (person.official or person.in_office):
            raise Refusal(403, "Chỉ cán bộ mới được cập nhật tiến độ hồ sơ.")
        dossier = self.read(person, code)
        entry = _kept(body)
        state = entry["trangThai"]
        # Several people may work on a dossier while it stays where it is; an ended one stays ended.
        stays = state == dossier.state and bool(MOVES[state])
        if not stays and state not in MOVES[dossier.state]:
            raise Refusal(409, f"Không thể chuyển trạng thái từ {dossier.state} sang {state}.")
        if len(dossier.steps) >= MOST_STEPS:
            raise Refusal(409, "Hồ sơ đã có quá nhiều bước xử lý.")
        now = datetime.now(demonstration.VIETNAM)
        dossier.record["trangThai"] = state
        if state == SETTLED:
            dossier.record["ngayKetThucXuLy"] = now
        if state == HANDED_OVER:
            dossier.record["ngayTra"] = now
        step = {
            "maHoSo": code,
            "thuTu": len(dossier.steps) + 1,
            **entry,
            "thoiDiemXuLy": now,
        }
        dossier.steps.append(step)
        return step

    def _own(self, person: Person, code: str) -> Dossier:
        dossier = self.read(person, code)
        if not person.owns(dossier.owner):
            raise Refusal(403, "Chỉ người nộp hồ sơ mới được thực hiện thao tác này.")
        return dossier

    def _receive(self, submission: Mapping[str, Any], received: datetime) -> Dossier:
        self._serial += 1
        procedure = self.procedures[submission["maThuTuc"]]
        code = f"{demonstration.AGENCY}-{received:%y%m%d}-{self._serial:05d}"
        record = {
            "maHoSo": code,
            **submission,
            "tenThuTuc": procedure["tenThuTuc"],
            "donViXuLy": demonstration.AGENCY,
            "trangThai": NEW,
            "ngayTiepNhan": received,
            "ngayHenTra": _working_days_after(received.date(), procedure["thoiHanGiaiQuyet"]),
            "boSung": [],
        }
        dossier = Dossier(record, owner=submission["chuHoSo"]["soDinhDanh"])
        self._note(dossier, "Hệ thống", "Hồ sơ mới đăng ký", received)
        self._dossiers[code] = dossier
        return dossier

    def _make_room(self) -> None:
        """Forget the oldest dossier that a caller made, so that memory stays bounded."""
        if len(self._dossiers) >= MOST_DOSSIERS:
            oldest = list(self._dossiers)[self._seeds]
            del self._dossiers[oldest]

    @staticmethod
    def _note(dossier: Dossier, who: str, what: str, when: datetime) -> None:
        dossier.steps.append(
            {
                "maHoSo": dossier.record["maHoSo"],
                "thuTu": len(dossier.steps) + 1,
                "trangThai": dossier.state,
                "nguoiXuLy": who,
                "noiDung": what,
                "thoiDiemXuLy": when,
            }
        )


def _working_days_after(day: date, count: int) -> date:
    """Return the day that lies so many working days later; holidays are not known here."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _kept(value: Any) -> Any:
    """Return a part of a request as it is kept.

    A date of birth becomes a date: it is written again the way all dates are. JSON Schema takes
    1.0 for an integer; it is kept as one.
    """
    if isinstance(value, Mapping):
        made = {name: _kept(part) for name, part in value.items()}
        if isinstance(made.get("ngaySinh"), str):
            made["ngaySinh"] = date.fromisoformat(made["ngaySinh"])
        return made
    if isinstance(value, list):
        return [_kept(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
