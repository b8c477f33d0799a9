"""From a call to an answer: the pure core of the agency, without sockets or frameworks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from conformance.sandbox import demonstration, requests_in
from conformance.sandbox.agency import NOT_STORED, REALM, Agency
from conformance.sandbox.contract import Operation
from conformance.sandbox.demonstration import Person
from conformance.sandbox.dossiers import Store
from conformance.sandbox.messages import Answer, Call, Headers, Refusal, Result
from conformance.sandbox.negotiation import lets_json_through

Handler = Callable[[Store, Person | None, Call, Mapping[str, Any], Any], Result]


def answer(agency: Agency, store: Store, call: Call) -> Answer:
    """Answer a call the way this agency does; the body of HEAD is left to the transport."""
    return framed(
        agency,
        located(agency, call),
        lambda asked: _carried_out(agency, store, asked),
        lambda asked, refusal: _refused(agency, asked, refusal),
    )


def framed(
    agency: Agency,
    call: Call,
    carry_out: Callable[[Call], Answer],
    refuse: Callable[[Call, Refusal], Answer],
) -> Answer:
    """Answer a call that was located: what agencies of every system have in common."""
    made = next((given for hook in agency.before if (given := hook(call)) is not None), None)
    if made is None:
        try:
            made = carry_out(call)
        except Refusal as refusal:
            made = refuse(call, refusal)
    made = _dressed(agency, call, made)
    for hook in agency.after:
        made = hook(call, made)
    return made


def located(agency: Agency, call: Call) -> Call:
    """Find what the contract says about the path and the method."""
    found = agency.contract.find(call.path)
    if found is None:
        return call
    template, arguments = found
    method = "GET" if call.method == "HEAD" and agency.head else call.method
    operation = agency.contract.methods(template).get(method)
    return replace(call, template=template, operation=operation, arguments=arguments)


def demanded(agency: Agency, call: Call) -> Operation:
    """Return the operation that a call asks for.

    Raises:
        Refusal: 404 or 405, or what this agency says instead.
    """
    if call.template is None:
        raise Refusal(agency.unknown_path_status, "Không có tài nguyên nào ở địa chỉ này.")
    if call.operation is None:
        raise Refusal(
            agency.method_status,
            "Phương thức này không được hỗ trợ ở địa chỉ này.",
            headers=_allow(agency, call.template),
        )
    return call.operation


def _carried_out(agency: Agency, store: Store, call: Call) -> Answer:
    operation = demanded(agency, call)
    person = _authenticated(agency, call) if operation.secured else None
    _demand_acceptable(agency, call)
    values = requests_in.parameters(call, operation)
    sent = requests_in.body(call, operation)
    result = HANDLERS[operation.id](store, person, call, values, sent)
    return _told(agency, call, result)


def _allow(agency: Agency, template: str) -> Headers:
    """Return Allow (RFC 9110, section 10.2.1) as this agency fills it in."""
    if agency.method_status != 405 or agency.allow is False:
        return ()
    if isinstance(agency.allow, str):
        return (("Allow", agency.allow),)
    methods = set(agency.contract.methods(template))
    if "GET" in methods and agency.head:
        methods.add("HEAD")
    return (("Allow", ", ".join(sorted(methods))),)


def _authenticated(agency: Agency, call: Call) -> Person:
    """Return who calls (RFC 6750, sections 2.1 and 3).

    Raises:
        Refusal: 401, or what this agency says instead.
    """
    fields = call.values_of("authorization")
    if not fields:
        if agency.stranger:
            return agency.stranger
        raise Refusal(agency.stranger_status, "Yêu cầu phải kèm thẻ truy cập.")
    scheme, _, token = fields[0].partition(" ")
    if len(fields) == 1 and scheme.lower() == "bearer":
        for person in demonstration.PEOPLE:
            if person.token == token.strip():
                return person
    if agency.impostor:
        return agency.impostor
    raise Refusal(agency.bad_token_status, "Thẻ truy cập không hợp lệ.")


def _challenge(agency: Agency, call: Call) -> Headers:
    if agency.challenges is not None:
        return tuple(("WWW-Authenticate", value) for value in agency.challenges)
    # Who sent no credentials is not told an error code (RFC 6750, section 3.1).
    reason = ', error="invalid_token"' if call.values_of("authorization") else ""
    return (("WWW-Authenticate", f'Bearer realm="{REALM}"{reason}'),)


def _demand_acceptable(agency: Agency, call: Call) -> None:
    wanted = ", ".join(call.values_of("accept"))
    reads = agency.accept or lets_json_through
    if wanted and agency.unacceptable_status is not None and not reads(wanted):
        raise Refusal(agency.unacceptable_status, "Hệ thống chỉ trả về dạng application/json.")


def _told(agency: Agency, call: Call, result: Result) -> Answer:
    """Write a result as JSON; public answers can be revalidated (RFC 9110, section 13.1.2)."""
    value = _written(agency, result.value)
    for hook in agency.values:
        value = hook(call, value)
    body = agency.encode(value)
    fields = (("Content-Type", agency.json_media_type), *result.headers)
    if call.operation is None or call.operation.personal:
        return Answer(result.status, fields, body)
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    known = {part.strip().removeprefix("W/") for part in _if_none_match(call).split(",")}
    if tag in known or "*" in known:
        return Answer(304, (("ETag", tag),))
    return Answer(result.status, (*fields, ("ETag", tag)), body)


def _if_none_match(call: Call) -> str:
    return ",".join(call.values_of("if-none-match"))


def _written(agency: Agency, value: Any) -> Any:
    """Return a value in which points in time and dates are written as this agency does."""
    if isinstance(value, datetime):
        return agency.time(value.replace(microsecond=0))
    if isinstance(value, date):
        return agency.day(value)
    if isinstance(value, Mapping):
        return {name: _written(agency, part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_written(agency, part) for part in value]
    return value


def problem(agency: Agency, call: Call, refusal: Refusal) -> Any:
    """Return the problem document of a refusal (RFC 9457, section 3.1)."""
    members: Any = {
        "type": "about:blank",
        # With about:blank the title is the phrase of the status (RFC 9457, section 4.2.1).
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status if agency.problem_status is None else agency.problem_status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        members["errors"] = [{"pointer": at, "detail": why} for at, why in refusal.errors]
    for hook in agency.problems:
        members = hook(call, members)
    return members


def _refused(agency: Agency, call: Call, refusal: Refusal) -> Answer:
    challenge = _challenge(agency, call) if refusal.status == 401 else ()
    fields = (("Content-Type", agency.problem_media_type), *challenge, *refusal.headers)
    return Answer(refusal.status, fields, agency.encode(problem(agency, call, refusal)))


def _dressed(agency: Agency, call: Call, made: Answer) -> Answer:
    """Add what every answer carries."""
    fields: list[tuple[str, str]] = [("X-Content-Type-Options", value) for value in agency.nosniff]
    if call.scheme == "https":
        fields += [("Strict-Transport-Security", value) for value in agency.hsts]
    if not made.has("Cache-Control"):
        fields += [("Cache-Control", value) for value in _caching(agency, call, made)]
    fields += agency.banners
    origin = call.first("origin")
    if origin is not None:
        fields += agency.cors(origin, call.first("host") or "")
    return made.plus(*fields)


def _caching(agency: Agency, call: Call, made: Answer) -> tuple[str, ...]:
    if call.operation is None or made.status >= 400:
        return NOT_STORED
    return agency.personal_cache if call.operation.personal else agency.public_cache


def _page(items: list[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    page, size = values["page"], values["size"]
    shown = items[(page - 1) * size : page * size]
    return {"page": page, "size": size, "total": len(items), "items": shown}


_SUMMARY = ("maThuTuc", "tenThuTuc", "maLinhVuc", "tenLinhVuc", "thoiHanGiaiQuyet", "lePhi")


def _list_procedures(
    store: Store, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    field = values.get("maLinhVuc")
    items = [
        {name: entry[name] for name in _SUMMARY}
        for entry in store.procedures.values()
        if field in (None, entry["maLinhVuc"])
    ]
    return Result(200, _page(items, values))


def _get_procedure(
    store: Store, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    entry = store.procedures.get(values["maThuTuc"])
    if entry is None:
        raise Refusal(404, "Không tìm thấy thủ tục.")
    return Result(200, entry)


def _known(person: Person | None) -> Person:
    """Return the caller of a secured operation; only a broken contract leaves it unknown."""
    if person is None:
        raise Refusal(401, "Yêu cầu phải kèm thẻ truy cập.")
    return person


def _list_dossiers(
    store: Store, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    state = values.get("trangThai")
    found = store.visible(_known(person))
    items = [dossier.summary() for dossier in found if state in (None, dossier.state)]
    return Result(200, _page(items, values))


def _create_dossier(
    store: Store, person: Person | None, call: Call, _values: Mapping[str, Any], sent: Any
) -> Result:
    dossier = store.create(_known(person), sent)
    place = f"{call.base}/dossiers/{dossier.record['maHoSo']}"
    return Result(201, dossier.record, headers=(("Location", place),))


def _get_dossier(
    store: Store, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, store.read(_known(person), values["maHoSo"]).record)


def _supplement_dossier(
    store: Store, person: Person | None, _call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    return Result(200, store.supplement(_known(person), values["maHoSo"], sent).record)


def _withdraw_dossier(
    store: Store, person: Person | None, _call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    return Result(200, store.withdraw(_known(person), values["maHoSo"], sent).record)


def _list_progress(
    store: Store, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    code = values["maHoSo"]
    steps = store.read(_known(person), code).steps
    return Result(200, {"maHoSo": code, "total": len(steps), "items": list(steps)})


def _add_progress(
    store: Store, person: Person | None, _call: Call, values: Mapping[str, Any], sent: Any
) -> Result:
    return Result(201, store.progress(_known(person), values["maHoSo"], sent))


HANDLERS: Mapping[str, Handler] = {
    "listProcedures": _list_procedures,
    "getProcedure": _get_procedure,
    "listDossiers": _list_dossiers,
    "createDossier": _create_dossier,
    "getDossier": _get_dossier,
    "supplementDossier": _supplement_dossier,
    "withdrawDossier": _withdraw_dossier,
    "listProgress": _list_progress,
    "addProgress": _add_progress,
}
