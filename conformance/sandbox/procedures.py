"""What the operations of a procedure system do."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from conformance.sandbox import demonstration, sessions, synchronised, units
from conformance.sandbox.demonstration import Person
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Call, Headers, Refusal, Result
from conformance.sandbox.service import Handler, State, known


def _page(items: list[Any], values: Mapping[str, Any], **filters: str) -> Listed:
    """Return a list whose page is cut when it is told; `filters` maps parameters to members."""
    return Listed(items, values, filters)


_SUMMARY = ("maThuTuc", "tenThuTuc", "maLinhVuc", "tenLinhVuc", "thoiHanGiaiQuyet", "lePhi")


def _list_procedures(
    state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    words = unicodedata.normalize("NFC", values.get("tuKhoa", "")).casefold()
    items = [
        {name: entry[name] for name in _SUMMARY}
        for entry in state.store.procedures.values()
        if words in entry["tenThuTuc"].casefold()
    ]
    return Result(200, _page(items, values, maLinhVuc="maLinhVuc"))


def _get_procedure(
    state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    entry = state.store.procedures.get(values["maThuTuc"])
    if entry is None:
        raise Refusal(404, "Không tìm thấy thủ tục.")
    return Result(200, entry)


def _list_dossiers(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    items = [dossier.summary() for dossier in state.store.visible(known(person))]
    return Result(200, _page(items, values, trangThai="trangThai"))


def _create_dossier(
    state: State, person: Person | None, call: Call, _values: Mapping[str, Any], sent: Any
) -> Result:
    dossier = state.store.create(known(person), sent)
    place = f"{call.base}/dossiers/{dossier.record['maHoSo']}"
    return Result(201, dossier.record, headers=(("Location", place),))


def _get_dossier(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, state.store.read(known(person), values["maHoSo"]).record)


def _supplement_dossier(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    return Result(200, state.store.supplement(known(person), values["maHoSo"], sent).record)


def _withdraw_dossier(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    return Result(200, state.store.withdraw(known(person), values["maHoSo"], sent).record)


def _list_progress(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    code = values["maHoSo"]
    steps = state.store.read(known(person), code).steps
    return Result(200, {"maHoSo": code, "total": len(steps), "items": list(steps)})


def _add_progress(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    return Result(201, state.store.progress(known(person), values["maHoSo"], sent))


def _list_units(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, _page(units.listed(), values, loai="loai", maXa="maXa"))


def _list_locations(
    _state: State, _person: Person | None, _call: Call, _values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, units.located(), media_type="application/geo+json")


def _list_packet_dossiers(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, _page(synchronised.dossiers(), values))


def _list_accounts(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    items = [
        {"tenDangNhap": person.username, "vaiTro": person.role, "hoatDong": True}
        for person in demonstration.PEOPLE
    ]
    return Result(200, _page(items, values, vaiTro="vaiTro"))


def _list_audit_events(
    state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, _page(list(reversed(state.store.events)), values))


def _create_session(
    state: State, _person: Person | None, call: Call, _values: Mapping[str, Any], sent: Any
) -> Result:
    begun = state.sessions.begin(sent["username"], sent["password"])
    if begun is None:
        raise Refusal(401, "Tên đăng nhập hoặc mật khẩu không đúng.")
    person, session = begun
    state.store.log(person, "createSession")
    told = {"tenDangNhap": person.username, "vaiTro": person.role, "soGiay": sessions.SECONDS}
    fields = (("Set-Cookie", sessions.cookie(call, session)), ("Cache-Control", "no-store"))
    return Result(201, told, headers=fields)


def _delete_session(
    state: State, _person: Person | None, call: Call, _values: Mapping[str, Any], _sent: Any
) -> Result:
    state.sessions.end(call)
    fields = (("Set-Cookie", sessions.no_cookie(call)), ("Cache-Control", "no-store"))
    return Result(204, None, headers=fields)


def _get_subscription(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    found = state.store.read(known(person), values["maHoSo"]).subscription
    if found is None:
        raise Refusal(404, "Hồ sơ chưa đăng ký nhận thông báo.")
    return Result(200, found, headers=_version(found))


def _put_subscription(
    state: State, person: Person | None, call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    held = state.store.read(known(person), values["maHoSo"]).subscription
    wanted = {part.strip() for part in ",".join(call.values_of("if-match")).split(",")} - {""}
    # A strong comparison: a weak tag matches nothing (RFC 9110, section 13.1.1).
    tag = _version(held)[0][1] if held else None
    if wanted and tag not in wanted and not ("*" in wanted and held):
        raise Refusal(412, "Đăng ký đã thay đổi kể từ phiên bản mà yêu cầu dựa vào.")
    made = state.store.subscribe(known(person), values["maHoSo"], sent)
    return Result(200 if held else 201, made, headers=_version(made))


def _delete_subscription(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    state.store.unsubscribe(known(person), values["maHoSo"])
    return Result(204, None)


def _version(subscription: Mapping[str, Any]) -> Headers:
    return (("ETag", f'"{subscription["phienBan"]}"'),)


HANDLERS: Mapping[str, Handler] = {
    "listAdministrativeUnits": _list_units,
    "listAgencyLocations": _list_locations,
    "listPacketDossiers": _list_packet_dossiers,
    "listAccounts": _list_accounts,
    "listAuditEvents": _list_audit_events,
    "createSession": _create_session,
    "deleteSession": _delete_session,
    "listProcedures": _list_procedures,
    "getProcedure": _get_procedure,
    "listDossiers": _list_dossiers,
    "createDossier": _create_dossier,
    "getDossier": _get_dossier,
    "supplementDossier": _supplement_dossier,
    "withdrawDossier": _withdraw_dossier,
    "listProgress": _list_progress,
    "addProgress": _add_progress,
    "getSubscription": _get_subscription,
    "putSubscription": _put_subscription,
    "deleteSubscription": _delete_subscription,
}
