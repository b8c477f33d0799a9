"""Small words with which faults and near-misses are written."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from itertools import count
from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import PROBLEM, Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.negotiation import lets_through

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
Moment = datetime
# When the list of procedures was changed last, where an agency tells.
CHANGED = "Sun, 02 Nov 2025 08:49:37 GMT"
PARTNER = "https://doi-tac.example"
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


def http_date(moment: Moment) -> str:
    """Write a point in time for a header field (RFC 9110, section 5.6.7)."""
    return format_datetime(moment, usegmt=True)


def dating(agency: Agency, write: Callable[[Moment], str | None]) -> Agency:
    """Return an agency behind a gateway that writes Date anew, or not at all."""

    def relay(_method: str, said: bytes) -> bytes:
        head, blank, body = said.partition(b"\r\n\r\n")
        told = write(datetime.now(UTC))
        kept = re.sub(rb"(?im)^date:[^\r\n]*\r\n", b"", head + b"\r\n")
        return kept + (f"Date: {told}\r\n".encode() if told else b"") + blank[2:] + body

    return agency.with_(wire=Wire(relay=relay))


def last_changed(agency: Agency, write: Callable[[Moment], str]) -> Agency:
    """Return an agency that tells when its list of procedures was changed last."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Last-Modified", write(datetime.now(UTC)))

    return agency.bending_answers(when_asked(LIST, bend))


def not_modified(made: Answer) -> Answer:
    """Return what is answered in place of content that its reader has (RFC 9110, 15.4.5)."""
    return replace(made, status=304, body=b"").without("Content-Type")


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


def telling(agency: Agency, **members: tuple[Mapping[str, Any], Any]) -> Agency:
    """Return an agency that tells more of every procedure of its list, as its contract says.

    Args:
        agency: whose contract and list it is.
        members: of each member its schema and its value.
    """

    def change(document: dict[str, Any]) -> None:
        properties = document["components"]["schemas"]["ProcedureSummary"]["properties"]
        properties |= {name: dict(schema) for name, (schema, _) in members.items()}

    told = {name: value for name, (_, value) in members.items()}
    return publishing(agency, change).bending_values(each_item(lambda item: {**item, **told}))


def of_applicants(agency: Agency, **members: tuple[Mapping[str, Any], Any]) -> Agency:
    """Return an agency that tells more, or something else, of applicants, as its contract says."""

    def change(document: dict[str, Any]) -> None:
        properties = document["components"]["schemas"]["Applicant"]["properties"]
        properties |= {name: dict(schema) for name, (schema, _) in members.items()}

    told = {name: value for name, (_, value) in members.items()}

    def hook(_call: Call, value: Any) -> Any:
        if not isinstance(value, dict) or "chuHoSo" not in value:
            return value
        return {**value, "chuHoSo": {**value["chuHoSo"], **told}}

    return publishing(agency, change).bending_values(hook)


def text_of(field: str) -> dict[str, Any]:
    """Return the schema of a text that is a field of the mapping."""
    return {"type": "string", "maxLength": 100, "x-vnda-field": field}


def selecting(agency: Agency, select: Callable[[dict[str, Any], list[str]], Any]) -> Agency:
    """Return an agency whose list of procedures takes `fields`, as its contract says.

    Args:
        agency: whose list it is.
        select: makes of an entry what is told of it, given the members that are asked for.
    """
    document = deepcopy(dict(agency.contract.document))
    parameter = {
        "name": "fields",
        "in": "query",
        "description": "Các thành phần cần trả về, cách nhau bằng dấu phẩy.",
        "schema": {"type": "string", "maxLength": 200},
    }
    operation_of(document, LIST)["parameters"].append(parameter)
    page = document["components"]["schemas"]["ProcedurePage"]["properties"]["items"]
    page["items"] = {**document["components"]["schemas"]["ProcedureSummary"], "required": []}

    def hook(call: Call, value: Any) -> Any:
        asked = dict(call.query).get("fields")
        if call.asks != LIST or not asked:
            return value
        wanted = asked.split(",")
        return {**value, "items": [select(item, wanted) for item in value["items"]]}

    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract).bending_values(hook)


def exporting(
    agency: Agency,
    written: Callable[[list[list[str]]], bytes],
    *,
    asks: str = UNITS,
    more: Callable[[Call, Mapping[str, Any]], str] | None = None,
) -> Agency:
    """Return an agency that tells a list as CSV to whoever asks for it, as its contract says.

    Args:
        agency: whose list it is.
        written: writes a table, its header first.
        asks: the list.
        more: what stands in one more column, given the call and the entry.
    """
    document = deepcopy(dict(agency.contract.document))
    response = operation_of(document, asks)["responses"]["200"]
    table = {"schema": {"type": "string", "maxLength": 1000000}}
    operation_of(document, asks)["responses"]["200"] = {
        **response,
        "content": {**response["content"], "text/csv": table},
    }

    def wants(call: Call) -> bool:
        return ", ".join(call.values_of("accept")).lower().startswith("text/csv")

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != _OK:
            return made
        made = made.plus(("Vary", "Accept"))
        if not wants(call):
            return made
        items = json.loads(made.body)["items"]
        rows = [[str(value) for value in item.values()] for item in items]
        head = [list(items[0])] if items else []
        if more is not None:
            head = [[*names, "ghiChu"] for names in head]
            rows = [[*row, more(call, item)] for row, item in zip(rows, items, strict=True)]
        made = made.without("ETag")
        return made.with_body(written([*head, *rows]), "text/csv; charset=utf-8")

    def bent(call: Call, made: Answer) -> Answer:
        return bend(call, made) if call.asks == asks else made

    reads = agency.accept or (lambda value: lets_through(agency.json_media_type, value))
    return agency.with_(
        contract=replace(agency.contract, document=document),
        accept=lambda value: "text/csv" in value or reads(value),
    ).bending_answers(bent)


def in_csv(rows: list[list[str]], *, line: str = "\r\n", quoted: bool = False) -> bytes:
    """Write a table as RFC 4180 has it."""
    made = io.StringIO()
    writer = (
        csv.writer(made, lineterminator=line, quoting=csv.QUOTE_ALL)
        if quoted
        else csv.writer(made, lineterminator=line)
    )
    writer.writerows(rows)
    return made.getvalue().encode()


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


PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Hệ thống thông tin</title></head>
<body><p>Trang thông tin của hệ thống giải quyết thủ tục hành chính.</p></body></html>
"""


PAGE_AT = "/introduction"


def showing_a_page(
    agency: Agency, page: str | Callable[[str], str], *fields: tuple[str, str]
) -> Agency:
    """Return an agency whose contract has a page in HTML, for people, and which shows it.

    The page may be made of the `topic` that is asked for.
    """
    document = deepcopy(dict(agency.contract.document))
    described = deepcopy(document["paths"]["/administrative-units"])
    entry = described["get"]
    entry |= {
        "operationId": "showIntroduction",
        "summary": "Trang giới thiệu",
        "description": "Trả về trang giới thiệu của hệ thống, dành cho người đọc.",
        "security": [],
        "parameters": [
            {
                "name": "topic",
                "in": "query",
                "description": "Chủ đề cần giới thiệu.",
                "schema": {"type": "string", "maxLength": 200},
            }
        ],
    }
    entry["responses"] = {
        "200": {
            "description": "Trang giới thiệu.",
            "content": {"text/html": {"schema": {"type": "string", "maxLength": 100000}}},
        },
        "400": {"$ref": "#/components/responses/BadRequest"},
    }
    for name in [name for name in entry if name.startswith("x-")]:
        del entry[name]
    document["paths"][PAGE_AT] = {"get": entry}
    contract = replace(agency.contract, document=document)

    def show(call: Call) -> Answer | None:
        if call.path != PAGE_AT or call.method not in {"GET", "HEAD"}:
            return None
        told = (("Content-Type", "text/html; charset=utf-8"), *fields)
        topic = dict(call.query).get("topic", "")
        made = page if isinstance(page, str) else page(topic)
        return Answer(200, told, made.encode("utf-8", "replace"))

    return agency.with_(contract=contract).intercepting(show)


def leading_on(agency: Agency, place: Callable[[str], str | None]) -> Agency:
    """Return an agency that leads a caller of `getProcedure` on, to an address that is named.

    Args:
        agency: the agency.
        place: returns where the address leads to; None for a refusal.
    """
    document = deepcopy(dict(agency.contract.document))
    operation = operation_of(document, READ)
    parameter = {
        "name": "returnUrl",
        "in": "query",
        "description": "Trang quay lại sau khi xem thủ tục.",
        "schema": {"type": "string", "maxLength": 500},
    }
    operation.setdefault("parameters", []).append(parameter)
    operation["responses"]["302"] = {
        "description": "Chuyển tới trang quay lại.",
        "headers": {"Location": {"description": "Trang quay lại.", "schema": {"type": "string"}}},
    }

    def lead(call: Call) -> Answer | None:
        address = dict(call.query).get("returnUrl") if call.asks == READ else None
        if not address:
            return None
        written = address.isascii() and address.isprintable() and " " not in address
        led = place(address) if written else None
        if led is None:
            said = b'{"title": "Bad Request", "status": 400}'
            return Answer(400, (("Content-Type", PROBLEM),), said)
        return Answer(302, (("Location", led),))

    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract).intercepting(lead)


ERROR = '{"type": "about:blank", "title": "Internal Server Error", "status": 500}'


def linking(agency: Agency, *links: str) -> Agency:
    """Return an agency whose list of procedures has Link fields."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Link", *links)

    return agency.bending_answers(when_asked(LIST, bend))


def located_at(agency: Agency, place: str) -> Agency:
    """Return an agency that tells of the list of procedures where its content is."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Content-Location", place)

    return agency.bending_answers(when_asked(LIST, bend))


def led(agency: Agency, operation_id: str, place: str | None, status: int = 302) -> Agency:
    """Return an agency that leads callers of an operation elsewhere, as its contract says."""
    document = deepcopy(dict(agency.contract.document))
    responses = operation_of(document, operation_id)["responses"]
    responses[str(status)] = {"description": "Được cung cấp ở nơi khác."}

    def bend(_call: Call, made: Answer) -> Answer:
        told = () if place is None else (("Location", place),)
        return replace(made, status=status, body=b"", headers=told)

    contract = replace(agency.contract, document=document)
    changed = agency.with_(contract=contract)
    return changed.bending_answers(when_asked(operation_id, bend))


def monitored_elsewhere(agency: Agency, place: str) -> Agency:
    """Return an agency that tells at `/status` how it is, and leads from `/health` elsewhere."""

    def hook(call: Call) -> Answer | None:
        led = call.path == "/health" and call.method in ("GET", "HEAD")
        return Answer(302, (("Location", place),)) if led else None

    status = serving("/status", "application/health+json", '{"status": "pass"}')
    return agency.intercepting(hook).intercepting(status)


def told_of_methods(status: int, *allow: str) -> Callable[[Call], Answer | None]:
    """Return a hook that answers OPTIONS, with Allow fields."""

    def hook(call: Call) -> Answer | None:
        if call.method != "OPTIONS":
            return None
        return Answer(status, tuple(("Allow", methods) for methods in allow))

    return hook


def moved(call: Call, path: str) -> Call:
    """Return a call as if it had come for another path."""
    return replace(call, path=path)


def limiting(agency: Agency, most: int, status: int = 429) -> Agency:
    """Return an agency that refuses one and the same call when it comes too often in a row."""
    before: dict[str, Any] = {}

    def hook(call: Call) -> Answer | None:
        asked = (call.method, call.path, call.query, call.headers)
        before["times"] = before.get("times", 0) + 1 if before.get("asked") == asked else 1
        before["asked"] = asked
        if call.method != "GET" or before["times"] <= most:
            return None
        told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        fields = (("Content-Type", "application/problem+json"), ("Retry-After", "0"))
        return Answer(status, fields, json.dumps(told).encode())

    return agency.intercepting(hook)


def deprecating(agency: Agency, operation_id: str, *fields: tuple[str, str]) -> Agency:
    """Return an agency whose contract deprecates an operation, of which answers say this."""

    def change(document: dict[str, Any]) -> None:
        operation_of(document, operation_id)["deprecated"] = True

    return publishing(agency, change).bending_answers(
        when_asked(operation_id, lambda _call, made: made.plus(*fields))
    )


def compressing(
    agency: Agency,
    wanted: Callable[[str], bool],
    change: Callable[[bytes], bytes] = gzip.compress,
    *fields: tuple[str, str],
) -> Agency:
    """Return an agency that codes what is public and of any length, for whom it thinks wants it.

    Args:
        agency: the agency.
        wanted: whether Accept-Encoding asks for it, as this agency reads it.
        change: makes the content that is sent.
        fields: what an answer says of it; by default that it is gzip.
    """

    def bend(call: Call, made: Answer) -> Answer:
        if not public(call) or made.status != 200 or call.method != "GET":
            return made
        if not wanted(", ".join(call.values_of("accept-encoding")).lower()):
            return made
        # Another coding is another representation (RFC 9110, section 8.8.3.3).
        tag = made.get("ETag")
        coded = made.with_field("ETag", f'{tag[:-1]}-c"') if tag else made
        return coded.with_body(change(made.body)).plus(*(fields or (("Content-Encoding", "gzip"),)))

    return agency.bending_answers(bend)


def varying(agency: Agency, *names: str) -> Agency:
    """Return an agency of which every answer lists these fields in Vary."""
    return agency.bending_answers(lambda _call, made: made.plus(("Vary", ", ".join(names))))


def in_two_languages(agency: Agency, *fields: tuple[str, str]) -> Agency:
    """Return an agency that names procedures in English for whom prefers that."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != LIST or made.status != 200:
            return made
        english = call.values_of("accept-language")[:1] == ("en",)
        told = made.body.replace("Đăng ký".encode(), b"Register") if english else made.body
        tag = made.get("ETag")
        other = made.with_field("ETag", f'{tag[:-1]}-en"') if tag and english else made
        language = ("Content-Language", "en" if english else "vi")
        return other.with_body(told).plus(language, *fields)

    return agency.bending_answers(bend)


def public(call: Call) -> bool:
    """Whether a call asks for what everybody may have."""
    return call.operation is not None and not call.operation.secured


def serving_a_partner(
    agency: Agency, *, status: int = 204, fields: str = "authorization, content-type"
) -> Agency:
    """Return an agency that pages of one partner may call, as its owner says (Fetch).

    Args:
        agency: the agency.
        status: of the answer to what a browser asks beforehand.
        fields: the fields that are allowed there.
    """
    told = (("Access-Control-Allow-Origin", PARTNER), ("Vary", "Origin"))

    def preflight(call: Call) -> Answer | None:
        if call.method != "OPTIONS" or not call.values_of("access-control-request-method"):
            return None
        allowed = (
            ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
            ("Access-Control-Allow-Headers", fields),
        )
        return Answer(status, allowed)

    return agency.intercepting(preflight).with_(
        cors=lambda origin, _host: told if origin == PARTNER else (),
        allowed_origins=(PARTNER,),
    )
