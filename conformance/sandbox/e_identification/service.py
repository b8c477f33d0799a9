"""What the REST operations of the identification system do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.sandbox.demonstration import Person
from conformance.sandbox.e_identification import data
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Call, Refusal, Result
from conformance.sandbox.service import Handler, NotYoursError, State, known

Held = list[tuple[Person, dict[str, Any]]]


class Store:
    """What the system holds, and who did what."""

    def __init__(self) -> None:
        self.papers: Held = data.papers()
        self.news: Held = data.news()
        self.trail: list[tuple[str, str]] = []

    def log(self, person: Person, action: str) -> None:
        """Note who did what."""
        self.trail.append((person.username, action))


def _get_account(
    _state: State, person: Person | None, _call: Call, _values: Mapping[str, Any], _sent: Any
) -> Result:
    who = known(person)
    account = next((a for a in data.ACCOUNTS if a.person.subject == who.subject), None)
    if account is None:
        raise Refusal(404, "Người gọi không có tài khoản định danh điện tử.")
    told = {
        "tenDangNhap": who.username,
        "loaiTaiKhoan": account.kind,
        "trangThai": "1",
        "soDinhDanh": who.personal_id,
        "mucDo": account.level,
    }
    return Result(200, {name: value for name, value in told.items() if value is not None})


def _listed(part: str, **filters: str) -> Handler:
    """Return what lists one's own; `filters` maps parameters to members."""

    def handle(
        state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
    ) -> Result:
        who = known(person)
        own = [held for owner, held in getattr(state.store, part) if who.owns(_id(owner))]
        return Result(200, Listed(own, values, filters))

    return handle


def _read(part: str, key: str) -> Handler:
    """Return what reads one thing of one's own."""

    def handle(
        state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
    ) -> Result:
        who = known(person)
        for owner, held in getattr(state.store, part):
            if held[key] == values[key]:
                if not who.owns(_id(owner)):
                    raise NotYoursError(404, _NONE)
                return Result(200, held)
        raise Refusal(404, _NONE)

    return handle


def _list_ratings(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, Listed(data.ratings(), values, {"coQuan": "coQuan"}))


def _id(person: Person) -> str:
    return person.personal_id or person.subject


_NONE = "Không tìm thấy."

HANDLERS: Mapping[str, Handler] = {
    "getAccount": _get_account,
    "listPapers": _listed("papers", loai="loai"),
    "getPaper": _read("papers", "maGiayTo"),
    "listNotifications": _listed("news"),
    "getNotification": _read("news", "maThongBao"),
    "listSatisfaction": _list_ratings,
}
