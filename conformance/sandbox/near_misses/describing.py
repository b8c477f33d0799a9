"""Contracts that describe things in other ways, each as good."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import operation_of, publishing, serving
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

Document = dict[str, Any]

OWNER = "document.about.owner_and_purpose_are_told"
VERSION = "document.about.version_is_comparable"
SUMMARY = "document.about.operations_say_what_they_do"
LANGUAGE = "document.about.texts_are_in_vietnamese"
COPIES = "document.beside.no_copies_are_left_behind"
KEPT = "document.history.callers_are_not_broken"
PATHS = "document.names.paths_are_written_alike"
THINGS = "document.names.paths_name_things"
QUERY = "document.names.query_parameters_are_named_alike"
MEMBERS = "document.names.members_are_named_alike"
UNDERSCORES = "document.names.header_fields_have_no_underscores"
PLAIN = "document.names.new_header_fields_have_plain_names"
IGNORED = "document.names.header_parameters_are_not_ignored"
PAGES = "document.promises.lists_come_in_pages"
LIMITS = "document.promises.limits_of_calls_are_told"
SUNSET = "document.promises.deprecated_operations_have_an_end"
BODILESS = "document.shapes.bodies_are_where_http_has_them"
NUMBERS = "document.shapes.numbers_tell_their_size"
DAYS = "document.shapes.days_and_times_have_a_format"
CLOSED = "document.shapes.request_objects_say_what_else_they_take"
OBJECTS = "document.shapes.answers_are_objects"
VISIBLE = "http.versions.version_is_visible"

JSON = "application/json"
TEXT = {"type": "string", "maxLength": 20}


@near_miss(spares=[OWNER])
def contact_by_a_page(agency: Agency) -> Agency:
    """The contact is a page, and the purpose a summary (OpenAPI 3.1, Info Object)."""

    def change(document: Document) -> None:
        info = document["info"]
        info["summary"] = info.pop("description")
        info["contact"] = {"url": "https://tthc.example.vn/ho-tro"}

    return publishing(agency, change)


@near_miss(spares=[VERSION])
def version_before_a_release(agency: Agency) -> Agency:
    """The version has a pre-release and a build (Semantic Versioning 2.0.0, items 9 and 10)."""

    def change(document: Document) -> None:
        document["info"]["version"] = "10.20.0-rc.1+20260701.sha-5114f85"

    return publishing(agency, change)


@near_miss(spares=[SUMMARY])
def summary_on_the_path(agency: Agency) -> Agency:
    """What an operation does is said on its path (OpenAPI 3.1, Path Item Object)."""

    def change(document: Document) -> None:
        operation = operation_of(document, "getProcedure")
        document["paths"]["/procedures/{maThuTuc}"]["summary"] = operation.pop("summary")
        operation.pop("description", None)

    return publishing(agency, change)


@near_miss(spares=[LANGUAGE])
def described_in_two_languages(agency: Agency) -> Agency:
    """Each description has English beside the Vietnamese."""

    def change(document: Document) -> None:
        _in_two_languages(document)

    return publishing(agency, change)


@near_miss(spares=[PATHS, THINGS])
def paths_of_other_standards(agency: Agency) -> Agency:
    """Paths as other standards fix them: OData, FHIR, X-Road, well-known addresses (RFC 8615)."""

    def change(document: Document) -> None:
        for path in (
            "/$metadata",
            "/Patient/$everything",
            "/HealthcareServices",
            "/.well-known/OpenID_config",
            "/r1/VN/GOV/BCA/csdl-dan-cu/getOpenAPI",
            "/procedures/_search",
            "/v2.1/thu-tuc-2026",
        ):
            _with_path(document, path)

    return publishing(agency, change)


@near_miss(spares=[THINGS, PATHS])
def paths_that_sound_like_deeds(agency: Agency) -> Agency:
    """Things whose names have a deed in them: `delete-requests`, `posts`, `getting-started`."""

    def change(document: Document) -> None:
        for path in ("/delete-requests", "/posts", "/getting-started", "/get", "/post-offices"):
            _with_path(document, path)

    return publishing(agency, change)


@near_miss(spares=[QUERY])
def query_of_other_notations(agency: Agency) -> Agency:
    """Parameters in the notation of FHIR, OData and JSON:API, and one that OAuth 2.0 fixes."""

    def change(document: Document) -> None:
        for name in ("_count", "$top", "filter[loai]", "redirect_uri", "CCCD2", "q"):
            _with_parameter(document, name, "query")

    return publishing(agency, change)


@near_miss(spares=[MEMBERS])
def members_of_other_notations(agency: Agency) -> Agency:
    """Members as HAL, JSON-LD and OAuth 2.0 name them, and an object in a style of its own."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        added = ("_links", "@id", "$schema", "gml:id", "expires_in", "loai", "CSDL")
        schemas["AuditEvent"]["properties"].update(dict.fromkeys(added, TEXT))
        other = {"type": "object", "properties": {"so_trang": TEXT, "so_muc": TEXT, "trang": TEXT}}
        schemas["AuditPage"]["properties"]["phanTrang"] = other

    return publishing(agency, change)


@near_miss(spares=[UNDERSCORES, PLAIN, IGNORED])
def header_fields_that_many_know(agency: Agency) -> Agency:
    """Header fields with `X-` that are in use everywhere, or belong to X-Road, and plain ones."""

    def change(document: Document) -> None:
        for name in ("X-Request-ID", "x-road-client", "Accept-Language", "Prefer"):
            _with_parameter(document, name, "header")
        _with_parameter(document, "Accept", "query")
        response = operation_of(document, "listProgress")["responses"]["200"]
        field = {"description": "Giới hạn.", "schema": TEXT}
        response["headers"] = {"X-RateLimit-Limit": field, "Content-Language": field}

    return publishing(agency, change)


@near_miss(spares=[BODILESS])
def empty_content_of_nothing(agency: Agency) -> Agency:
    """An answer 204 has an empty map of contents, which describes none (OpenAPI 3.1, Response)."""

    def change(document: Document) -> None:
        _with_path(document, "/loai-giay-to")["responses"]["204"]["content"] = {}

    return publishing(agency, change)


@near_miss(spares=[NUMBERS])
def numbers_sized_in_other_ways(agency: Agency) -> Agency:
    """Numbers have a format, a closed list, steps, or bounds on another layer."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        schemas["Total"] = {"type": "integer", "format": "int64"}
        low = {"type": "integer", "minimum": 0}
        schemas["AuditEvent"]["properties"] |= {
            "mucDo": {"type": "integer", "enum": [1, 2, 3]},
            "tyLe": {"type": "number", "multipleOf": 0.01},
            "lan": {"allOf": [low, {"maximum": 99}]},
            "phut": {"type": "integer", "exclusiveMinimum": 0, "maximum": 60},
            "giay": {"minimum": 0, "maximum": 60, "anyOf": [{"type": "integer"}, {"type": "null"}]},
        }

    return publishing(agency, change)


@near_miss(spares=[DAYS])
def names_with_days_in_them(agency: Agency) -> Agency:
    """Members that only sound like days, and one in the form of packets, with its pattern."""

    def change(document: Document) -> None:
        members = document["components"]["schemas"]["AuditEvent"]["properties"]
        sounding = ("update", "candidate", "ngayCong", "ngayLamViec", "soNgay", "dateFormat", "lat")
        members.update(dict.fromkeys(sounding, TEXT))
        members["ngayGui"] = {"type": "string", "pattern": "^[0-9]{14}$"}
        members["createdAt"] = {"type": "integer", "format": "int64"}
        members["ngayNghiemThu"] = {"anyOf": [{"type": "null"}, {"const": "chưa có"}]}

    return publishing(agency, change)


@near_miss(spares=[CLOSED])
def requests_closed_in_other_ways(agency: Agency) -> Agency:
    """Requests are closed over all layers, or open on purpose (JSON Schema, unevaluated)."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        reason = schemas["Withdrawal"].pop("properties")
        del schemas["Withdrawal"]["additionalProperties"]
        layer = {"type": "object", "properties": reason}
        schemas["Withdrawal"].update(allOf=[layer], unevaluatedProperties=False)
        schemas["PaperInput"].pop("additionalProperties")
        schemas["PaperInput"]["maxProperties"] = 2

    return publishing(agency, change)


@near_miss(spares=[OBJECTS])
def list_of_a_type_of_its_own(agency: Agency) -> Agency:
    """A list is answered as application/json-patch+json, which is one (RFC 6902, section 3)."""

    def change(document: Document) -> None:
        steps = {"type": "array", "maxItems": 50, "items": {"type": "object", "minProperties": 1}}
        either = {"oneOf": [{"type": "object", "required": ["loai"]}, {"type": "null"}]}
        _with_path(document, "/loai-giay-to")["responses"]["200"] = {
            "description": "Các thay đổi.",
            "content": {
                "application/json-patch+json": {"schema": steps},
                JSON: {"schema": either},
            },
        }

    return publishing(agency, change)


@near_miss(spares=[PAGES])
def short_list_by_its_own_word(agency: Agency) -> Agency:
    """A list is said to be short; another one links to its next page."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        del schemas["AgencyLocations"]["properties"]["features"]["maxItems"]
        operation_of(document, "listAgencyLocations")["x-small-collection"] = True
        del schemas["ProgressList"]["properties"]["items"]["maxItems"]
        schemas["ProgressList"]["properties"]["nextLink"] = {"type": "string", "maxLength": 500}

    return publishing(agency, change)


@near_miss(spares=[LIMITS])
def limits_told_by_fields(agency: Agency) -> Agency:
    """Limits are told by fields of successes, or by a range (OpenAPI 3.1, Responses Object)."""

    def change(document: Document) -> None:
        field = {"description": "Giới hạn.", "schema": TEXT}
        responses = operation_of(document, "getProcedure")["responses"]
        del responses["429"]
        responses["200"]["headers"] = {**responses["200"].get("headers", {}), "RateLimit": field}
        listed = operation_of(document, "listProgress")["responses"]
        listed["4XX"] = listed.pop("429")

    return publishing(agency, change)


@near_miss(spares=[SUNSET])
def deprecated_with_a_day(agency: Agency) -> Agency:
    """Deprecated operations say when they end: in words, or by an extension."""

    def change(document: Document) -> None:
        operation_of(document, "listProgress").update(
            {"deprecated": True, "description": "Ngừng phục vụ cuối quý IV năm 2030."}
        )
        operation_of(document, "getProcedure").update(
            {"deprecated": True, "x-sunset": "2030-12-31"}
        )

    return publishing(agency, change)


@near_miss(spares=[KEPT])
def additions_in_a_minor_version(agency: Agency) -> Agency:
    """Since the contract before there is more: members, operations, longer texts, other names."""

    def older(document: Document) -> None:
        schemas = document["components"]["schemas"]
        del schemas["Commune"]["properties"]["maSoThue"]
        schemas["Commune"]["required"].remove("maSoThue")
        schemas["Withdrawal"]["properties"]["lyDo"]["maxLength"] = 10
        del document["paths"]["/administration/accounts"]
        item = document["paths"].pop("/procedures/{maThuTuc}")
        item["parameters"] = [{"name": "ma", "in": "path", "required": True, "schema": TEXT}]
        document["paths"]["/procedures/{ma}"] = item

    return publishing(agency, lambda document: _after(document, older, "1.2.0"))


@near_miss(spares=[KEPT])
def operation_gone_in_a_major_version(agency: Agency) -> Agency:
    """An operation is gone, and the first number is another one (Semantic Versioning, item 8)."""

    def older(document: Document) -> None:
        _with_path(document, "/loai-giay-to")

    return publishing(agency, lambda document: _after(document, older, "0.9.0"))


@near_miss(spares=[COPIES])
def beginning_of_paths_overlooked(agency: Agency) -> Agency:
    """A gateway overlooks the first segment of paths that it does not know: nothing is copied."""

    def gateway(call: Call) -> Call:
        first, _, rest = call.path.removeprefix("/").partition("/")
        unknown = first in {"internal", "debug", "test", "dev", "old", "backup"}
        unknown = unknown or first.startswith("vnct-")
        return replace(call, path=f"/{rest}") if unknown and rest else call

    return agency.with_(gateway=gateway)


@near_miss(spares=[COPIES])
def page_for_insiders(agency: Agency) -> Agency:
    """Below `/internal` a page says that nothing is there, and `/test` answers other JSON."""
    told = json.dumps({"status": 200, "message": "không có gì ở đây"}, ensure_ascii=False)
    inside = serving("/internal/procedures", "text/html; charset=utf-8", PAGE)
    return agency.intercepting(inside).intercepting(serving("/test/procedures", JSON, told))


@near_miss(spares=[VISIBLE])
def version_in_the_addresses(agency: Agency) -> Agency:
    """The version is told by the addresses of the contract, and by no field."""

    def change(document: Document) -> None:
        document["servers"].append({"url": "https://tthc.example.vn/api/v1"})

    def bend(_call: Call, made: Answer) -> Answer:
        kept = tuple(pair for pair in made.headers if pair[0] != "API-Version")
        return replace(made, headers=kept)

    return publishing(agency, change).bending_answers(bend)


def _in_two_languages(node: Any) -> None:
    for part in list(node.values() if isinstance(node, dict) else node):
        if isinstance(part, dict | list):
            _in_two_languages(part)
    if isinstance(node, dict):
        for name in ("summary", "description"):
            english = node.get(f"x-{name}-en")
            if isinstance(node.get(name), str) and english:
                node[name] = f"{node[name]} / {english}"


def _with_path(document: Document, path: str) -> Document:
    """Add an operation that the agency refuses like any path that it does not have."""
    operation: Document = {
        "operationId": f"optionsOf{len(document['paths'])}",
        "summary": "Các phương thức",
        "security": [],
        "responses": {
            "204": {"description": "Các phương thức."},
            "429": {"$ref": "#/components/responses/TooMany"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    document["paths"][path] = {"options": operation}
    return operation


def _with_parameter(document: Document, name: str, place: str) -> None:
    operation = operation_of(document, "listDossiers")
    parameter = {"name": name, "in": place, "schema": TEXT}
    operation["parameters"] = [*operation["parameters"], parameter]


def _after(document: Document, older: Callable[[Document], None], version: str) -> None:
    """Let a contract say which one it takes the place of."""
    before = deepcopy(document)
    older(before)
    before["info"]["version"] = version
    document["info"]["version"] = "1.3.0"
    document["x-vnda-before"] = json.dumps(before, ensure_ascii=False)
