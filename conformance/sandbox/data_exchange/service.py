"""From a call to an answer: REST calls and SOAP messages for the services of providers."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from conformance.sandbox import requests_in
from conformance.sandbox import service as common
from conformance.sandbox.agency import Agency
from conformance.sandbox.data_exchange import data, messages
from conformance.sandbox.data_exchange.messages import FaultError, Message
from conformance.sandbox.data_exchange.rules import new_id
from conformance.sandbox.demonstration import VIETNAM, Person
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Answer, Call, Headers, Refusal, Result
from conformance.sandbox.service import Handler, State

SOAP_PATH = "/soap"
REST_PREFIX = "/r1/"
# Whose answers may be kept by their caller, to be asked after again.
_KEPT = ("Cache-Control", "private, no-cache")


class PlatformRefusal(Refusal):
    """The platform itself does not carry a call out (X-Road REST 1.0, section 4.6)."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(status, detail)
        self.kind = kind


def answer(agency: Agency, state: State, call: Call) -> Answer:
    """Answer a call the way this platform does."""
    call = common.located(agency, call)
    call = replace(call, service=_named(call))
    return common.framed(
        agency,
        call,
        lambda asked: _traced(agency, state, asked, _carried_out(agency, state, asked)),
        lambda asked, refusal: _traced(agency, state, asked, _refused(agency, asked, refusal)),
    )


def _traced(agency: Agency, state: State, call: Call, made: Answer) -> Answer:
    """Give a call its trace id and note it."""
    if call.operation is None and not call.path.startswith((REST_PREFIX, SOAP_PATH)):
        return made
    rules = agency.exchange
    trace_id = rules.trace_id()
    if rules.traced:
        state.store.trace(
            trace_id, _caller(agency, state, call), f"{call.method} {call.path}"[:200], made.status
        )
    return made.plus((rules.trace_header, trace_id)) if rules.trace_header else made


def _caller(agency: Agency, state: State, call: Call) -> str:
    """Return the subsystem whose token a call carries; a dash where it carries none."""
    person = None
    with contextlib.suppress(Refusal):
        person = common.authenticated(agency, state, call)
    return data.SUBSYSTEMS.get(person.subject, "-") if person else "-"


def _carried_out(agency: Agency, state: State, call: Call) -> Answer:
    if call.path == SOAP_PATH and call.operation is not None:
        return _message(agency, state, call)
    if not call.path.startswith(REST_PREFIX):
        made = common.carried_out(agency, state, call, HANDLERS)
        return _kept(call, made) if call.operation is not None else made
    if call.template is None:
        # Who is not known is not told what there is.
        raise PlatformRefusal(
            404, "Server.ServerProxy.UnknownService", "Dịch vụ chưa được đăng ký trên nền tảng."
        )
    operation = common.demanded(agency, call)
    person = common.authenticated(agency, state, call)
    requests_in.parameters(call, operation)
    client = call.first("x-road-client") or ""
    if agency.exchange.clients_checked:
        _demand_own(person, client)
    made = common.carried_out(agency, state, call, HANDLERS)
    return _kept(call, made.plus(*agency.exchange.returned(_fields(call, client))))


def _demand_own(person: Person | None, client: str) -> None:
    """Demand that the client is the caller's own subsystem.

    Raises:
        PlatformRefusal: it is not connected, or somebody else's.
    """
    if client not in data.SUBSYSTEMS.values():
        raise PlatformRefusal(
            403, "Server.ServerProxy.UnknownMember", "Hệ thống gọi chưa được đăng ký trên nền tảng."
        )
    if client != data.SUBSYSTEMS.get(common.known(person).subject):
        raise PlatformRefusal(
            403,
            "Server.ServerProxy.AccessDenied",
            "Thẻ truy cập không thuộc hệ thống nêu trong X-Road-Client.",
        )


def _fields(call: Call, client: str) -> Headers:
    """Return the fields of an answer (X-Road REST 1.0, section 4.3), but for the trace id."""
    asked = "\n".join(f"{name}: {value}" for name, value in call.headers).encode()
    whole = hashlib.sha512(asked).digest()
    if call.body:
        whole = hashlib.sha512(whole + hashlib.sha512(call.body).digest()).digest()
    return (
        ("X-Road-Client", client),
        ("X-Road-Service", "/".join(call.path.split("/")[2:7])),
        ("X-Road-Id", call.first("x-road-id") or new_id()),
        ("X-Road-Request-Hash", base64.b64encode(whole).decode("ascii")),
    )


def _kept(call: Call, made: Answer) -> Answer:
    personal = call.operation is not None and call.operation.personal
    if personal or made.has("Cache-Control") or call.method not in {"GET", "HEAD"}:
        return made
    return made.plus(_KEPT)


def _refused(agency: Agency, call: Call, refusal: Refusal) -> Answer:
    if call.path == SOAP_PATH and call.operation is not None:
        challenge = common.challenge(agency, call) if refusal.status == 401 else ()
        made = _fault(agency, FaultError("Client", refusal.detail), refusal.status)
        return made.plus(*challenge, *refusal.headers)
    if not call.path.startswith(REST_PREFIX):
        return common.refused(agency, call, refusal)
    kind = refusal.kind if isinstance(refusal, PlatformRefusal) else _kind(refusal.status)
    if not kind:
        # The provider's own words, passed on as they are (section 4.6, category 1).
        return common.refused(agency, call, refusal)
    kind, words = agency.exchange.refused(kind, refusal.detail)
    told = agency.bending_problems(
        lambda _call, members: {**members, **({"type": kind, "message": words} if words else {})}
    )
    made = common.refused(told, call, refusal)
    return made.plus(("X-Road-Error", kind)) if kind else made


def _kind(status: int) -> str:
    """Return the type of an error of the platform; empty for one of the provider."""
    return {400: "Client.BadRequest", 401: "Client.Unauthorized"}.get(status, "")


# --- SOAP -----------------------------------------------------------------------------------------


def _named(call: Call) -> str | None:
    """Return the service that a message names, before anything is demanded of it."""
    if call.path != SOAP_PATH or call.operation is None:
        return None
    try:
        return messages.opened(call.body or b"").asked.name
    except FaultError:
        return None


def _message(agency: Agency, state: State, call: Call) -> Answer:
    person = common.authenticated(agency, state, call)
    if call.body is None:
        raise Refusal(413, f"Thông điệp vượt quá {requests_in.LARGEST_BODY} byte.")
    kind = (call.first("content-type") or "").partition(";")[0].strip().lower()
    if kind != messages.MEDIA_TYPE or call.values_of("content-encoding"):
        raise Refusal(415, "Thông điệp phải có kiểu text/xml và không nén.")
    try:
        message = messages.opened(call.body)
    except FaultError as error:
        return _fault(agency, error)
    try:
        told = agency.exchange.answered(_served(agency, person, message))
    except FaultError as error:
        return _fault(agency, error, header=message)
    header = tuple(agency.exchange.echoed(message.header))
    return _sent(200, messages.answering(header, told))


def _served(agency: Agency, person: Person | None, message: Message) -> Any:
    rules, name = agency.exchange, message.asked.name
    if name not in messages.SERVICES and rules.unknown_acknowledged:
        return replace(message.asked, name=f"{name}Response", children=())
    messages.demand_header(message)
    if rules.soap_clients_checked:
        try:
            _demand_own(person, message.client)
        except PlatformRefusal as refusal:
            raise FaultError(refusal.kind, refusal.detail) from None
    if name not in messages.SERVICES:
        raise FaultError("Server.ServerProxy.UnknownService", "Không có dịch vụ này.")
    messages.demand_shape(message.asked)
    return messages.SERVICES[name](message.asked)


def _fault(
    agency: Agency, error: FaultError, status: int | None = None, header: Message | None = None
) -> Answer:
    code, words = agency.exchange.fault(error.code, error.words)
    blocks = tuple(agency.exchange.echoed(header.header)) if header else ()
    body = messages.answering(blocks, messages.fault(code, words))
    return _sent(agency.exchange.fault_status if status is None else status, body)


def _sent(status: int, body: bytes) -> Answer:
    fields = (
        ("Content-Type", f"{messages.MEDIA_TYPE}; charset=utf-8"),
        ("Cache-Control", "no-store"),
    )
    return Answer(status, fields, body)


# --- what the operations do -----------------------------------------------------------------------


def _verify(
    _state: State, _person: Person | None, _call: Call, _values: Mapping[str, Any], sent: Any
) -> Result:
    told = {
        "soDinhDanh": sent["soDinhDanh"],
        "khop": messages.matches(sent["soDinhDanh"], sent["hoTen"], sent["ngaySinh"]),
        "thoiDiem": datetime.now(tz=VIETNAM),
    }
    return Result(200, told)


def _enterprise(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    found = data.ENTERPRISES.get(values["maSoDoanhNghiep"])
    if found is None:
        raise Refusal(404, "Không có doanh nghiệp này.")
    return Result(200, dict(found))


def _units(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, Listed(data.listed_units(), values, {"maXa": "maXa"}))


def _of_provider(values: Mapping[str, Any]) -> list[data.Service]:
    whose = "/".join(values[name] for name in ("memberClass", "memberCode", "subsystemCode"))
    found = [s for s in data.SERVICES if s.id.rpartition("/")[0] == whose and s.endpoints]
    if not found:
        raise PlatformRefusal(
            404, "Server.ServerProxy.UnknownMember", "Không có bên cung cấp này trên nền tảng."
        )
    return found


def _methods(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    told = [
        {
            "object_type": "SERVICE",
            "xroad_instance": "VN",
            "member_class": values["memberClass"],
            "member_code": values["memberCode"],
            "subsystem_code": values["subsystemCode"],
            "service_code": service.id.rpartition("/")[2],
            "service_type": "OPENAPI",
            "endpoint_list": [{"method": m, "path": path} for m, path in service.endpoints],
        }
        for service in _of_provider(values)
    ]
    return Result(200, {"service": told})


def _description(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    found = [s for s in _of_provider(values) if s.id.rpartition("/")[2] == values["serviceCode"]]
    if not found:
        raise PlatformRefusal(404, "Server.ServerProxy.UnknownService", "Không có dịch vụ này.")
    paths: dict[str, Any] = {}
    for method, path in found[0].endpoints:
        # A wildcard stands for one segment (X-Road, listMethods).
        named = path.replace("*", "{ma}")
        described: dict[str, Any] = {
            "summary": found[0].name,
            "responses": {"200": {"description": "Dữ liệu được trả về."}},
        }
        if "{ma}" in named:
            described["parameters"] = [
                {"name": "ma", "in": "path", "required": True, "schema": {"type": "string"}}
            ]
        paths.setdefault(named, {})[method.lower()] = described
    told = {"openapi": "3.0.3", "info": {"title": found[0].name, "version": "1.0.0"}}
    return Result(200, {**told, "paths": paths})


def _services(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, Listed(data.register(), values, {"giaoThuc": "giaoThuc"}))


def _trace(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    client = data.SUBSYSTEMS.get(common.known(person).subject, "")
    found = state.store.traced(values["maTruyVet"], client)
    if found is None:
        raise Refusal(404, "Không có lời gọi này.")
    return Result(200, found)


def _send_batch(
    state: State, _person: Person | None, call: Call, _values: Mapping[str, Any], sent: Any
) -> Result:
    wrong = [
        (f"/yeuCau/{place}/maSoDoanhNghiep", "sai chữ số kiểm tra")
        for place, asked in enumerate(sent["yeuCau"])
        if not data.is_code(asked["maSoDoanhNghiep"])
    ]
    if wrong:
        raise Refusal(400, "Mã số doanh nghiệp không hợp lệ.", errors=tuple(wrong[:10]))
    results: list[dict[str, Any]] = []
    for asked in sent["yeuCau"]:
        found = data.ENTERPRISES.get(asked["maSoDoanhNghiep"])
        told = {"maSoDoanhNghiep": asked["maSoDoanhNghiep"], "timThay": found is not None}
        if found is not None:
            told["tenDoanhNghiep"] = found["tenDoanhNghiep"]
        results.append(told)
    made = state.store.keep_batch(sent["yeuCau"], results)
    return Result(201, made, headers=(("Location", f"{call.base}/batches/{made['maLo']}"),))


def _batch(
    state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    found = state.store.batch(values["maLo"])
    if found is None:
        raise Refusal(404, "Không có lô này.")
    return Result(200, found)


HANDLERS: Mapping[str, Handler] = {
    "verifyCitizen": _verify,
    "getEnterprise": _enterprise,
    "listUnits": _units,
    "listMethods": _methods,
    "getOpenAPI": _description,
    "listServices": _services,
    "getTrace": _trace,
    "sendBatch": _send_batch,
    "getBatch": _batch,
}
