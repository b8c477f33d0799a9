"""What a portal remembers: its open sessions, and the dossiers that others synchronised."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conformance.sandbox import demonstration
from conformance.sandbox.portal import data
from conformance.sandbox.portal.data import Account
from conformance.sandbox.portal.refusals import (
    BAD_LOG_IN,
    CONTRADICTION,
    IMPOSSIBLE_MOVE,
    UNKNOWN_DOSSIER,
    UNKNOWN_FEEDBACK,
    UNKNOWN_PROCEDURE,
    PacketRefusal,
)

# The norm lists the states; the moves are an inference from how the software in use behaves.
MOVES: Mapping[str, frozenset[str]] = {
    "1": frozenset({"2", "3", "7"}),
    "2": frozenset({"4", "5", "7", "8"}),
    "3": frozenset(),
    "4": frozenset({"5", "6", "7", "8", "9"}),
    "5": frozenset({"4", "7", "8"}),
    "6": frozenset({"4", "9"}),
    "7": frozenset(),
    "8": frozenset(),
    "9": frozenset({"10"}),
    "10": frozenset(),
}
SETTLED, HANDED_OVER = "9", "10"
MOST_SESSIONS = 1000
MOST_DOSSIERS = 2000
MOST_STEPS = 400
TIMES = ("NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayNopHoSo", "NgayTuChoi")


class Store:
    """The memory of one portal; lives as long as the portal or until it is reset."""

    def __init__(self) -> None:
        self.procedures = data.procedures()
        self._sessions: dict[str, Account] = {}
        self._records: dict[str, dict[str, Any]] = {}
        self._steps: dict[str, list[dict[str, Any]]] = {}
        self._owners: dict[str, str] = {}
        for record, steps in data.dossiers():
            self._keep(data.PROVINCE, record)
            self._steps[record["MaHoSo"]] = steps
        self._seeds = len(self._records)
        self._feedback = {entry["MaPAKN"]: entry for entry in data.feedback()}

    def open_session(self, username: str, password: str) -> str:
        """Return a new session for who knows the password.

        Raises:
            PacketRefusal: account and password do not belong together.
        """
        for account in data.ACCOUNTS:
            right = secrets.compare_digest(account.password.encode(), password.encode())
            if account.username == username and right:
                if len(self._sessions) >= MOST_SESSIONS:
                    del self._sessions[next(iter(self._sessions))]
                session = secrets.token_urlsafe(24)
                self._sessions[session] = account
                return session
        raise PacketRefusal(BAD_LOG_IN, "Tên tài khoản hoặc mật khẩu không đúng.")

    def account(self, session: Any) -> Account | None:
        """Return whose session this is; None where nobody's."""
        return self._sessions.get(session) if isinstance(session, str) else None

    def read(self, account: Account, code: str) -> dict[str, Any]:
        """Return a dossier with its steps.

        Raises:
            PacketRefusal: there is none, or none that this account may know of.
        """
        if self._owners.get(code) != account.unit:
            raise PacketRefusal(UNKNOWN_DOSSIER, "Không tìm thấy hồ sơ.")
        return {**self._records[code], "DanhSachTienDo": list(self._steps[code])}

    def synchronise(
        self, account: Account, items: list[dict[str, Any]], *, updating: bool
    ) -> list[dict[str, Any]]:
        """Take dossiers in, all or none; sending one again changes nothing.

        Raises:
            PacketRefusal: an item contradicts itself or what is known.
        """
        for item in items:
            self._demand_sense(account, item, updating=updating)
        for item in items:
            self._keep(account, item)
        return [{"MaHoSo": item["MaHoSo"], "KetQua": "Đã ghi nhận"} for item in items]

    def report(self, account: Account, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take steps in.

        Raises:
            PacketRefusal: a dossier is unknown, or the move is impossible.
        """
        for item in items:
            record = self.read(account, item["MaHoSo"])
            _times(item, ("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh"))
            now, then = record["TrangThaiHoSo"], item["TrangThai"]
            if then not in MOVES[now] | {now}:
                raise PacketRefusal(
                    IMPOSSIBLE_MOVE, f"Không thể chuyển trạng thái từ {now} sang {then}."
                )
        for item in items:
            self._advance(item)
        return [{"MaHoSo": item["MaHoSo"], "KetQua": "Đã cập nhật"} for item in items]

    def feedback(self) -> list[dict[str, Any]]:
        """Return the feedback that citizens sent, oldest first."""
        return list(self._feedback.values())

    def feedback_of(self, code: str) -> dict[str, Any]:
        """Return one piece of feedback.

        Raises:
            PacketRefusal: there is none of this code.
        """
        if code not in self._feedback:
            raise PacketRefusal(UNKNOWN_FEEDBACK, "Không tìm thấy phản ánh, kiến nghị.")
        return self._feedback[code]

    def reply(self, code: str, said: str) -> None:
        """Answer a piece of feedback.

        Raises:
            PacketRefusal: there is none of this code.
        """
        now = datetime.now(demonstration.VIETNAM)
        told = {"NoiDungTraLoi": said, "NgayTraLoi": data.written(now), "TrangThaiPAKN": "3"}
        self._feedback[code] = {**self.feedback_of(code), **told}

    def _advance(self, step: dict[str, Any]) -> None:
        record, state = self._records[step["MaHoSo"]], step["TrangThai"]
        if state == SETTLED and record["TrangThaiHoSo"] != SETTLED:
            record["NgayKetThucXuLy"] = step["ThoiDiemXuLy"]
        if state == HANDED_OVER and record["TrangThaiHoSo"] != HANDED_OVER:
            record["NgayTra"] = step["ThoiDiemXuLy"]
        record["TrangThaiHoSo"] = state
        # The oldest steps go first, so that memory stays bounded.
        self._steps[step["MaHoSo"]] = [*self._steps[step["MaHoSo"]], step][-MOST_STEPS:]

    def _demand_sense(self, account: Account, item: dict[str, Any], *, updating: bool) -> None:
        code, state = item["MaHoSo"], item["TrangThaiHoSo"]
        known = self._owners.get(code)
        if (known and known != account.unit) or (updating and not known):
            raise PacketRefusal(UNKNOWN_DOSSIER, "Không tìm thấy hồ sơ cần cập nhật.")
        if item["MaTTHC"] not in self.procedures:
            raise PacketRefusal(UNKNOWN_PROCEDURE, "Thủ tục không có trong danh mục.")
        times = _times(item, TIMES)
        due = times.get("NgayHenTra", times["NgayTiepNhan"])
        ended = ("NgayKetThucXuLy" in times) == (state in {SETTLED, HANDED_OVER})
        if due < times["NgayTiepNhan"] or not ended or ("NgayTra" in times) != (state == "10"):
            raise PacketRefusal(CONTRADICTION, "Các mốc thời gian mâu thuẫn với trạng thái hồ sơ.")
        if known and state not in _reachable(self._records[code]["TrangThaiHoSo"]):
            raise PacketRefusal(IMPOSSIBLE_MOVE, f"Hồ sơ không thể chuyển sang trạng thái {state}.")

    def _keep(self, account: Account, record: dict[str, Any]) -> None:
        code = record["MaHoSo"]
        if code not in self._records and len(self._records) >= MOST_DOSSIERS:
            oldest = list(self._records)[self._seeds]
            for memory in (self._records, self._steps, self._owners):
                del memory[oldest]
        self._records[code] = dict(record)
        self._owners[code] = account.unit
        self._steps.setdefault(code, [])


def _times(item: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, datetime]:
    """Return the times of an item that are known.

    Raises:
        PacketRefusal: one of them is no day of the calendar.
    """
    try:
        return {
            name: datetime.strptime(item[name], "%Y%m%d%H%M%S")  # noqa: DTZ007 - packets carry local time
            for name in names
            if item.get(name)
        }
    except ValueError:
        raise PacketRefusal(CONTRADICTION, "Có mốc thời gian không tồn tại trong lịch.") from None


def _reachable(state: str) -> set[str]:
    """Return the states that a dossier may have reached since it was in this one."""
    found, waiting = {state}, [state]
    while waiting:
        further = MOVES[waiting.pop()] - found
        found |= further
        waiting.extend(further)
    return found
