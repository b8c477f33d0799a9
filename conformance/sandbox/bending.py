"""Small words with which faults and near-misses are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import count
from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call

Bent = Callable[[Call, Answer], Answer]
Feature = dict[str, Any]
LIST = "listProcedures"
# By which the agency knows that it was asked in another version; no caller sends it.
OTHER_VERSION = "x-other-version"
SCOPE = authorisation.SCOPES[1]
MAP = "listAgencyLocations"
READ = "getProcedure"
UNITS = "listAdministrativeUnits"
_OK = 200
CALLBACK = "webhookUrl"
# What answers hold and no caller sets.
ASSIGNED = frozenset(
    {
        "boSung",
        "capNhatLuc",
        "donViXuLy",
        "lyDoRut",
        "maHoSo",
        "ngayHenTra",
        "ngayKetThucXuLy",
        "ngayTiepNhan",
        "ngayTra",
        "phienBan",
        "tenThuTuc",
        "thoiDiemXuLy",
        "thuTu",
        "trangThai",
    }
)


def when_unknown_path(bent: Bent) -> Bent:
    """Bend only the answers for paths that the contract does not name."""
    return lambda call, made: bent(call, made) if _is_unknown(call) else made


def _is_unknown(call: Call) -> bool:
    """Whether nothing is there; the authorisation server is, though it is in no contract."""
    return call.template is None and not authorisation.owns(call.path)


def when_asked(operation: str, bent: Bent) -> Bent:
    """Bend only the successful answers of one operation."""

    def hook(call: Call, made: Answer) -> Answer:
        return bent(call, made) if call.asks == operation and made.status < 300 else made

    return hook


def is_bare(call: Call) -> bool:
    """Whether a read came without a condition, over a connection of its own."""
    alone = (call.first("connection") or "").lower() == "close"
    return call.method == "GET" and alone and call.first("if-none-match") is None


def by_turns(agency: Agency, one: bytes, other: bytes) -> Agency:
    """Return an agency whose list of procedures begins in two ways, connection by connection."""
    asked = count()

    def bend(call: Call, made: Answer) -> Answer:
        begins = other if is_bare(call) and next(asked) % 2 else one
        return made.with_body(begins + made.body[1:])

    return agency.bending_answers(when_asked(LIST, bend))


def on_list(agency: Agency, change: Callable[[bytes], bytes]) -> Agency:
    """Return an agency that changes the bytes of the list of procedures."""
    return agency.bending_answers(
        when_asked(LIST, lambda _call, made: made.with_body(change(made.body)))
    )


def with_member(agency: Agency, member: str) -> Agency:
    """Return an agency whose list of procedures has one more member, written as given."""
    return on_list(agency, lambda body: b"{" + member.encode("utf-8") + b", " + body[1:])


def each_item(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Call, Any], Any]:
    """Return a hook that changes every item of the list of procedures."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != LIST:
            return value
        return {**value, "items": [change(item) for item in value["items"]]}

    return hook


def each_text(change: Callable[[str], str]) -> Callable[[Call, Any], Any]:
    """Return a hook that changes the name of every procedure, in the list and in its details."""

    def changed(item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "tenThuTuc": change(item["tenThuTuc"])}

    listed = each_item(changed)
    return lambda call, value: changed(value) if call.asks == READ else listed(call, value)


def on_map(agency: Agency, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Agency:
    """Return an agency that changes the map of its counters."""
    return agency.bending_values(lambda call, value: change(value) if call.asks == MAP else value)


def each_feature(agency: Agency, change: Callable[[Feature], Feature]) -> Agency:
    """Return an agency that changes every feature of the map."""
    return on_map(
        agency, lambda found: {**found, "features": [change(one) for one in found["features"]]}
    )


def each_position(agency: Agency, change: Callable[[list[float]], list[Any]]) -> Agency:
    """Return an agency that changes the position of every feature of the map."""

    def changed(feature: Feature) -> Feature:
        geometry = feature["geometry"]
        return {
            **feature,
            "geometry": {**geometry, "coordinates": change(geometry["coordinates"])},
        }

    return each_feature(agency, changed)


def serving(path: str, media_type: str, text: str, status: int = 200) -> Callable[..., Any]:
    """Return a hook that serves a document at one path."""

    def hook(call: Call) -> Answer | None:
        if call.path != path or call.method not in ("GET", "HEAD"):
            return None
        return Answer(status, (("Content-Type", media_type),), text.encode("utf-8"))

    return hook


def publishing(agency: Agency, change: Callable[[dict[str, Any]], None]) -> Agency:
    """Return an agency whose contract is changed in place where it is published, only there."""

    def published(document: dict[str, Any]) -> dict[str, Any]:
        change(document)
        return document

    return agency.with_(published=published)


def naming_too_early(agency: Agency, most: int | None = None) -> Agency:
    """Return an agency whose contract tells of 425 wherever data are changed, or so many times."""

    def change(document: dict[str, Any]) -> None:
        changing = [
            entry
            for item in document["paths"].values()
            for method, entry in item.items()
            if method in {"post", "put", "patch", "delete"}
        ]
        for entry in changing[:most]:
            said = entry["responses"]
            # Told like any other refusal of the same operation.
            alike = next((said[status] for status in said if status.startswith("4")), None)
            said["425"] = alike or {"description": "Thử lại sau khi bắt tay TLS xong."}

    return publishing(agency, change)


def operation_of(document: dict[str, Any], operation_id: str) -> dict[str, Any]:
    """Return the object of an operation in a contract."""
    return next(
        entry
        for item in document["paths"].values()
        for entry in item.values()
        if isinstance(entry, dict) and entry.get("operationId") == operation_id
    )


def promising_no_security(agency: Agency, *operation_ids: str) -> Agency:
    """Return an agency whose contract says of some operations that anybody may call them."""

    def change(document: dict[str, Any]) -> None:
        for operation_id in operation_ids:
            operation_of(document, operation_id)["security"] = []

    return publishing(agency, change)


def promising_scopes(agency: Agency, *operation_ids: str) -> Agency:
    """Return an agency that demands a scope for some operations, in its contract and of tokens."""

    def change(document: dict[str, Any]) -> None:
        flow = {"authorizationUrl": "", "tokenUrl": "", "scopes": {SCOPE: "Hồ sơ"}}
        base = document["servers"][0]["url"].rstrip("/")
        flow |= {"authorizationUrl": base + authorisation.AUTHORIZE}
        flow |= {"tokenUrl": base + authorisation.TOKEN}
        scheme = {
            "type": "oauth2",
            "description": "Thẻ truy cập có phạm vi.",
            "flows": {"authorizationCode": flow},
        }
        document["components"]["securitySchemes"]["scoped"] = scheme
        for operation_id in operation_ids:
            operation_of(document, operation_id)["security"] = [{"scoped": [SCOPE]}]

    demanded = dict.fromkeys(operation_ids, SCOPE)
    return publishing(agency.with_(scopes=demanded), change)


def with_detail(text: str) -> Callable[[Call, dict[str, Any]], Any]:
    """Return a hook that puts a text into every problem's `detail`."""
    return lambda _call, members: {**members, "detail": text}


def announcing_any_type(agency: Agency) -> Agency:
    """Return an agency whose contract has the list of procedures under `*/*`, schema and all."""
    document = deepcopy(dict(agency.contract.document))
    response = document["paths"]["/procedures"]["get"]["responses"]["200"]
    response["content"] = {"*/*": response["content"]["application/json"]}
    return agency.with_(contract=replace(agency.contract, document=document))


def without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return an object without some members."""
    return {name: part for name, part in value.items() if name not in names}


def without_parameters(*names: str) -> Callable[[Call], Call]:
    """Return a reading that overlooks some parameters of the query."""

    def read(call: Call) -> Call:
        return replace(call, query=tuple(pair for pair in call.query if pair[0] not in names))

    return read


def with_parameters(**values: str) -> Callable[[Call], Call]:
    """Return a reading that takes some parameters of the query to have other values."""

    def read(call: Call) -> Call:
        changed = tuple((name, values.get(name, value)) for name, value in call.query)
        return replace(call, query=changed)

    return read


def reading_bodies(agency: Agency, change: Callable[[bytes], bytes], *operations: str) -> Agency:
    """Return an agency that reads other bytes than came; of all operations where none is named."""

    def read(call: Call) -> Call:
        meant = call.asks is not None and (not operations or call.asks in operations)
        return replace(call, body=change(call.body)) if meant and call.body else call

    return agency.reading(read)


def in_json(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """Return a function that changes what a JSON body says, and leaves alone what is none."""

    def changed(body: bytes) -> bytes:
        try:
            return json.dumps(change(json.loads(body))).encode()
        except (ValueError, RecursionError):
            return body

    return changed


def promising_a_field(agency: Agency, operation_id: str, name: str) -> Agency:
    """Return an agency whose contract demands a header field of callers, for which it cares not."""

    def change(document: dict[str, Any]) -> None:
        parameter = {
            "name": name,
            "in": "header",
            "required": True,
            "description": "Khóa của lần gửi, do bên gọi đặt.",
            "schema": {"type": "string", "minLength": 8, "maxLength": 64},
            "example": "khoa-kiem-thu-0001",
        }
        operation_of(document, operation_id).setdefault("parameters", []).append(parameter)

    return publishing(agency, change)


def without_field(*names: str) -> Callable[[Call], Call]:
    """Return a reading that overlooks some fields of the header, named in lower case."""

    def read(call: Call) -> Call:
        return replace(call, headers=tuple(p for p in call.headers if p[0] not in names))

    return read


def in_members(change: Callable[[str], str], *names: str) -> Callable[[Any], Any]:
    """Return a function that changes the texts of some members, at any depth."""

    def changed(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: change(part) if name in names and isinstance(part, str) else changed(part)
                for name, part in value.items()
            }
        return [changed(part) for part in value] if isinstance(value, list) else value

    return changed


def sharing_open_data(agency: Agency) -> Agency:
    """Return an agency that shares what is public with pages of any origin."""

    def bend(call: Call, made: Answer) -> Answer:
        public = call.operation is not None and not call.operation.secured
        return made.plus(("Access-Control-Allow-Origin", "*")) if public else made

    return agency.bending_answers(bend)


def taking_an_address(agency: Agency) -> Agency:
    """Return an agency whose contract lets a caller of `getProcedure` name an address."""
    document = deepcopy(dict(agency.contract.document))
    parameter = {
        "name": "logoUrl",
        "in": "query",
        "description": "Địa chỉ của biểu trưng cần kèm theo.",
        "schema": {"type": "string", "format": "uri", "maxLength": 500},
    }
    operation_of(document, READ).setdefault("parameters", []).append(parameter)
    return agency.with_(contract=replace(agency.contract, document=document))


def named_address(call: Call) -> str | None:
    """Return the address that a caller of `getProcedure` names."""
    return dict(call.query).get("logoUrl") if call.asks == READ else None


def calling_back(agency: Agency) -> Agency:
    """Return an agency whose subscriptions may have an address that is called with news."""
    document = deepcopy(dict(agency.contract.document))
    body = operation_of(document, "putSubscription")["requestBody"]["content"]["application/json"]
    name = body["schema"]["$ref"].rpartition("/")[2]
    member = {"type": "string", "format": "uri", "maxLength": 500}
    document["components"]["schemas"][name]["properties"][CALLBACK] = member
    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract, members_ignored=frozenset({CALLBACK}))


OFFICE = "listAccounts"


def with_a_version(agency: Agency) -> Agency:
    """Return an agency whose list of accounts has the version in its address: `/v2/…`."""
    contract = agency.contract
    place = next(o.template for o in contract.operations if o.id == OFFICE)
    document = deepcopy(dict(contract.document))
    document["paths"] = {
        (f"/v2{path}" if path == place else path): item for path, item in document["paths"].items()
    }
    operations = tuple(
        replace(o, template=f"/v2{place}") if o.template == place else o
        for o in contract.operations
    )
    return agency.with_(contract=replace(contract, document=document, operations=operations))


def serving_also(agency: Agency, name: str) -> Agency:
    """Return an agency that takes another name in an address for its version."""

    def read(call: Call) -> Call:
        if not call.path.startswith(f"/{name}/"):
            return call
        path = "/v2" + call.path.removeprefix(f"/{name}")
        return replace(call, path=path, headers=(*call.headers, (OTHER_VERSION, name)))

    return agency.with_(gateway=read)


ENVELOPED = ("addProgress", "putSubscription", "getSubscription")


def enveloped(agency: Agency) -> Agency:
    """Return an agency that puts what was written into an envelope, as its contract says.

    Labels for people stand beside it under the same names, as some frameworks answer.
    """
    document = deepcopy(dict(agency.contract.document))
    for name in ENVELOPED:
        responses = operation_of(document, name)["responses"]
        for status, response in list(responses.items()):
            if status[:1] == "2":
                # Two statuses may share one response, which is wrapped once for each.
                schema = response["content"]["application/json"]["schema"]
                content = {"application/json": {"schema": _envelope(schema)}}
                responses[status] = {**response, "content": content}

    def bend(call: Call, value: Any) -> Any:
        if call.asks not in ENVELOPED:
            return value
        labels = {name: name.capitalize() for name in value}
        return {"maHoSo": value["maHoSo"], "nhan": labels, "ketQua": value}

    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract).bending_values(bend)


def _envelope(schema: Mapping[str, Any]) -> dict[str, Any]:
    label = {"type": "string", "maxLength": 100}
    return {
        "type": "object",
        "required": ["maHoSo", "ketQua"],
        "properties": {
            "maHoSo": {"$ref": "#/components/schemas/DossierCode"},
            "nhan": {"type": "object", "maxProperties": 50, "additionalProperties": label},
            "ketQua": schema,
        },
    }


ERROR = '{"type": "about:blank", "title": "Internal Server Error", "status": 500}'
