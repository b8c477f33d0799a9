"""From a packet to a packet: one address, the service told by a member of the body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from conformance.sandbox import contract, negotiation, requests_in
from conformance.sandbox import service as common
from conformance.sandbox.agency import Agency
from conformance.sandbox.contract import Operation
from conformance.sandbox.messages import Answer, Call, Refusal
from conformance.sandbox.negotiation import JSON, XML
from conformance.sandbox.portal import data, representation
from conformance.sandbox.portal.data import Account
from conformance.sandbox.portal.refusals import (
    BAD_PACKET,
    BAD_SESSION,
    OTHER_UNIT,
    UNKNOWN_PROCEDURE,
    UNKNOWN_SERVICE,
    PacketRefusal,
)
from conformance.sandbox.portal.store import Store

SUCCESS = "00"
Service = Callable[[Store, Account, Mapping[str, Any]], Any]


def answer(agency: Agency, store: Store, call: Call) -> Answer:
    """Answer a call the way this portal does."""
    call = common.located(agency, call)
    call = replace(call, service=_named(call))
    return common.framed(
        agency,
        call,
        lambda asked: _carried_out(agency, store, asked),
        lambda asked, refusal: _refused(agency, asked, refusal),
    )


def _carried_out(agency: Agency, store: Store, call: Call) -> Answer:
    operation = common.demanded(agency, call)
    kind = _answered_in(agency, call)
    if kind is None:
        raise Refusal(406, "Cổng chỉ trả lời bằng JSON hoặc XML.")
    packet = _body(call)
    if operation.id == "openSession":
        _demand_shape(operation.body or {}, packet)
        made = {"session": store.open_session(packet["username"], packet["password"])}
    else:
        made = {"result": _served(agency, store, call, packet)}
    told: Any = {"error_code": SUCCESS, "message": "Thành công", **made}
    for hook in agency.values:
        told = hook(call, told)
    return _packet(agency, kind, 200, told)


def _served(agency: Agency, store: Store, call: Call, packet: dict[str, Any]) -> Any:
    operation, name = call.operation, call.service or ""
    account = _account(agency, store, name, packet)
    if operation is None or name not in operation.services:
        raise PacketRefusal(UNKNOWN_SERVICE, "Không có dịch vụ này.")
    _demand_shape(operation.services[name], packet)
    if packet.get("madonvi", account.unit) != account.unit:
        raise PacketRefusal(OTHER_UNIT, "Đơn vị gửi không phải đơn vị của tài khoản.")
    return SERVICES[name](store, account, packet)


def _account(agency: Agency, store: Store, name: str, packet: dict[str, Any]) -> Account:
    """Return whose session a packet carries.

    Raises:
        PacketRefusal: nobody's, unless this portal does not mind.
    """
    found = store.account(packet.get("session"))
    demanded = agency.session_demanded(name)
    checked = agency.session_checked or "session" not in packet
    if found is None and demanded and checked:
        raise PacketRefusal(BAD_SESSION, "Phiên không hợp lệ hoặc đã hết hạn.")
    return found or data.PROVINCE


def _named(call: Call) -> str | None:
    """Return the service that a packet names, before anything is demanded of it."""
    try:
        found = _body(call).get("service") if call.operation else None
    except Refusal:
        return None
    return found if isinstance(found, str) else None


def _body(call: Call) -> dict[str, Any]:
    """Return the packet of a call.

    Raises:
        Refusal: 413 or 415, or in a packet that the body is none.
    """
    kind = representation.sent_as(call.first("content-type") or "")
    if call.body is None:
        raise Refusal(413, f"Gói tin vượt quá {requests_in.LARGEST_BODY} byte.")
    if kind is None or (call.first("content-encoding") or "identity").lower() != "identity":
        raise Refusal(415, "Gói tin phải có kiểu application/json hoặc application/xml.")
    packet = _of_xml(call) if kind == XML else _of_json(call.body)
    if not isinstance(packet, dict):
        raise PacketRefusal(BAD_PACKET, "Gói tin phải là một đối tượng.")
    return packet


def _of_json(body: bytes) -> Any:
    try:
        return requests_in.parse(body)
    except Refusal:
        raise PacketRefusal(BAD_PACKET, "Gói tin không phải là JSON hợp lệ.") from None


def _of_xml(call: Call) -> Any:
    try:
        root = representation.read(call.body or b"")
    except representation.NotXMLError:
        raise PacketRefusal(BAD_PACKET, "Gói tin không phải là XML hợp lệ.") from None
    operation: Operation | None = call.operation
    services = operation.services if operation else {}
    schema = services.get(root.child("service") or "", {"type": "object"})
    return representation.value_of(root, schema)


def _demand_shape(schema: Mapping[str, Any], packet: dict[str, Any]) -> None:
    wrong = contract.problems(schema, packet)
    if wrong:
        said = "; ".join(f"{place or '/'}: {why}" for place, why in wrong[:3])
        raise PacketRefusal(BAD_PACKET, f"Gói tin không đúng quy định ({said}).")


def _refused(agency: Agency, call: Call, refusal: Refusal) -> Answer:
    code = refusal.code if isinstance(refusal, PacketRefusal) else str(refusal.status)
    told: Any = {"error_code": code, "message": refusal.detail}
    for hook in agency.problems:
        told = hook(call, told)
    kind = _answered_in(agency, call) or JSON
    return _packet(agency, kind, refusal.status, told, *refusal.headers)


def _answered_in(agency: Agency, call: Call) -> str | None:
    accept = ",".join(call.values_of("accept"))
    usual = representation.sent_as(call.first("content-type") or "") or JSON
    if len(agency.speaks) == 1:
        return agency.speaks[0]
    return negotiation.wanted(accept, agency.speaks, usual)


def _packet(agency: Agency, kind: str, status: int, told: Any, *headers: tuple[str, str]) -> Answer:
    body = agency.encode(told) if kind == JSON else representation.written(told)
    media_type = agency.json_media_type if kind == JSON else f"{XML}; charset=utf-8"
    stored = tuple(("Cache-Control", value) for value in agency.personal_cache)
    return Answer(status, (("Content-Type", media_type), *stored, *headers), body)


def _list_procedures(store: Store, _account: Account, _packet: Mapping[str, Any]) -> Any:
    return [
        {
            "MATTHC": entry["MATTHC"],
            "TENTTHC": entry["TENTTHC"],
            "MALINHVUC": entry["LINHVUCTHUCHIEN"][0]["MALINHVUC"],
        }
        for entry in store.procedures.values()
    ]


def _read_procedure(store: Store, _account: Account, packet: Mapping[str, Any]) -> Any:
    found = store.procedures.get(packet["maTTHC"])
    if found is None:
        raise PacketRefusal(UNKNOWN_PROCEDURE, "Thủ tục không có trong danh mục.")
    return [found]


def _list_agencies(_store: Store, _account: Account, _packet: Mapping[str, Any]) -> Any:
    return list(data.AGENCIES)


def _list_fields(_store: Store, _account: Account, _packet: Mapping[str, Any]) -> Any:
    return list(data.FIELDS)


def _read_dossier(store: Store, account: Account, packet: Mapping[str, Any]) -> Any:
    return [store.read(account, packet["mahoso"])]


def _synchronise(store: Store, account: Account, packet: Mapping[str, Any]) -> Any:
    updating = packet["isUpdating"] == "True"
    return store.synchronise(account, packet["data"], updating=updating)


def _report(store: Store, account: Account, packet: Mapping[str, Any]) -> Any:
    return store.report(account, packet["data"])


def _list_feedback(store: Store, _account: Account, _packet: Mapping[str, Any]) -> Any:
    return store.feedback()


def _read_feedback_document(store: Store, _account: Account, packet: Mapping[str, Any]) -> Any:
    return [data.feedback_document(store.feedback_of(packet["maPAKN"])["MaPAKN"])]


def _reply(store: Store, _account: Account, packet: Mapping[str, Any]) -> Any:
    store.reply(packet["maPAKN"], packet["NoiDungTraLoi"])
    return [{"MaPAKN": packet["maPAKN"], "KetQua": "Đã ghi nhận"}]


SERVICES: Mapping[str, Service] = {
    "LayDanhSachTTHC": _list_procedures,
    "LayThuTuc": _read_procedure,
    "LayDanhMucCoQuan": _list_agencies,
    "LayDanhMucLinhVuc": _list_fields,
    "TraCuuHoSo": _read_dossier,
    "DongBoHoSoMC": _synchronise,
    "CapNhatTienDoHoSoMC": _report,
    "LayDanhSachHoiDapGuiTuDVCQG": _list_feedback,
    "LayTaiLieuPAKN": _read_feedback_document,
    "TraLoiPAKN": _reply,
}
