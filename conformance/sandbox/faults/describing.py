"""Contracts that hold together and yet serve their readers badly; the agency itself works."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import operation_of, publishing
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

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


# --- what it says of itself ----------------------------------------------------------------------


@fault(breaks=[OWNER])
def nobody_to_turn_to(agency: Agency) -> Agency:
    """The contract names nobody to whom callers can turn."""

    def change(document: Document) -> None:
        del document["info"]["contact"]

    return publishing(agency, change)


@fault(breaks=[OWNER])
def contact_without_an_address(agency: Agency) -> Agency:
    """The contract names an office and no address of it."""

    def change(document: Document) -> None:
        document["info"]["contact"] = {"name": "Trung tâm Công nghệ thông tin", "email": "chưa có"}

    return publishing(agency, change)


@fault(breaks=[VERSION])
def version_of_two_numbers(agency: Agency) -> Agency:
    """The version of the contract is `1.0`."""
    return publishing(agency, lambda document: _numbered(document, "1.0"))


@fault(breaks=[VERSION])
def version_with_a_letter(agency: Agency) -> Agency:
    """The version of the contract begins with a letter and has leading zeros."""
    return publishing(agency, lambda document: _numbered(document, "v2026.07.01"))


@fault(breaks=[SUMMARY])
def operation_without_a_word(agency: Agency) -> Agency:
    """The contract does not say what an operation does."""

    def change(document: Document) -> None:
        for name in ("summary", "description"):
            operation_of(document, "getProcedure").pop(name, None)

    return publishing(agency, change)


@fault(breaks=[SUMMARY])
def operation_described_by_blanks(agency: Agency) -> Agency:
    """The description of an operation is a line of blanks."""

    def change(document: Document) -> None:
        operation_of(document, "listProgress").update(summary="", description=" \n")

    return publishing(agency, change)


@fault(breaks=[LANGUAGE])
def described_without_diacritics(agency: Agency) -> Agency:
    """The contract is described in Vietnamese without diacritics."""

    def bare(_: Document, text: str) -> str:
        parted = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        return "".join(sign for sign in parted if not unicodedata.combining(sign))

    return publishing(agency, lambda document: _retold(document, bare))


@fault(breaks=[LANGUAGE])
def described_in_english_only(agency: Agency) -> Agency:
    """The contract is described in English, its title apart."""

    def english(holder: Document, _: str) -> str:
        told = holder.get("x-description-en") or holder.get("x-summary-en")
        return str(told or "As its name says.")

    def change(document: Document) -> None:
        title = document["info"]["title"]
        _retold(document, english)
        document["info"]["title"] = title

    return publishing(agency, change)


# --- names ---------------------------------------------------------------------------------------


@fault(breaks=[PATHS])
def path_in_another_style(agency: Agency) -> Agency:
    """A path of the contract joins words by capitals."""
    return _pathed(agency, "/danhMuc/loaiGiayTo")


@fault(breaks=[PATHS])
def path_that_ends_with_a_slash(agency: Agency) -> Agency:
    """A path of the contract ends with a slash."""
    return _pathed(agency, "/loai-giay-to/")


@fault(breaks=[THINGS])
def path_that_gets(agency: Agency) -> Agency:
    """A path of the contract says what its method says: `get`."""
    return _pathed(agency, "/get-paper-kinds")


@fault(breaks=[THINGS])
def path_that_deletes(agency: Agency) -> Agency:
    """A path below a thing says that it is deleted."""
    path = "/loai-giay-to/{maLoai}/delete-kind"
    return _pathed(agency, path)


@fault(breaks=[QUERY])
def query_in_two_styles(agency: Agency) -> Agency:
    """One parameter of the query joins words by an underscore, the others by capitals."""
    return publishing(agency, lambda document: _with_parameter(document, "ma_tinh", "query"))


@fault(breaks=[QUERY])
def query_with_a_hyphen(agency: Agency) -> Agency:
    """One parameter of the query joins words by a hyphen and a capital."""
    return publishing(agency, lambda document: _with_parameter(document, "tu-Ngay", "query"))


@fault(breaks=[MEMBERS])
def member_in_another_style(agency: Agency) -> Agency:
    """One member of an answer joins words by an underscore, its neighbours by capitals."""
    return publishing(agency, lambda document: _with_member(document, "AuditEvent", "dia_chi_ip"))


@fault(breaks=[MEMBERS])
def member_in_a_mixed_style(agency: Agency) -> Agency:
    """One member of an answer has an underscore and capitals."""
    return publishing(agency, lambda document: _with_member(document, "Commune", "Ten_TiengAnh"))


@fault(breaks=[UNDERSCORES])
def header_with_underscores(agency: Agency) -> Agency:
    """The contract takes a header field whose name has underscores, which front servers drop."""
    return publishing(agency, lambda document: _with_parameter(document, "ma_don_vi", "header"))


@fault(breaks=[UNDERSCORES])
def answered_header_with_underscores(agency: Agency) -> Agency:
    """The contract announces a header field of answers whose name has an underscore."""
    return publishing(agency, lambda document: _with_field(document, "Trace_Id"))


@fault(breaks=[PLAIN])
def invented_header_with_x(agency: Agency) -> Agency:
    """The contract invents a header field that begins with `X-`."""
    return publishing(agency, lambda document: _with_parameter(document, "X-Ma-Don-Vi", "header"))


@fault(breaks=[PLAIN])
def answered_header_with_x(agency: Agency) -> Agency:
    """The contract announces a header field of its own in answers that begins with `x-`."""
    return publishing(agency, lambda document: _with_field(document, "x-so-trang"))


@fault(breaks=[IGNORED])
def authorization_as_a_parameter(agency: Agency) -> Agency:
    """The contract has the token as a header parameter, which OpenAPI ignores."""
    return publishing(agency, lambda document: _with_parameter(document, "Authorization", "header"))


@fault(breaks=[IGNORED])
def accept_as_a_parameter(agency: Agency) -> Agency:
    """The contract has the media type as a header parameter in small letters."""
    return publishing(agency, lambda document: _with_parameter(document, "accept", "header"))


# --- shapes --------------------------------------------------------------------------------------


@fault(breaks=[BODILESS])
def reason_in_the_body_of_a_delete(agency: Agency) -> Agency:
    """The contract has the reason of a deletion in the body of DELETE."""

    def change(document: Document) -> None:
        members = {"type": "object", "additionalProperties": False, "properties": {"lyDo": TEXT}}
        operation_of(document, "deleteSubscription")["requestBody"] = {
            "content": {JSON: {"schema": members, "example": {"lyDo": "Không cần nữa"}}}
        }

    return publishing(agency, change)


@fault(breaks=[BODILESS])
def no_content_with_content(agency: Agency) -> Agency:
    """The contract describes the content of an answer 204."""

    def change(document: Document) -> None:
        operation = _with_path(document, "/loai-giay-to")
        operation["responses"]["204"]["content"] = {JSON: {"schema": _named(("ketQua",))}}

    return publishing(agency, change)


@fault(breaks=[NUMBERS])
def total_of_any_size(agency: Agency) -> Agency:
    """The contract does not say how large a total can be."""

    def change(document: Document) -> None:
        document["components"]["schemas"]["Total"] = {"type": "integer"}

    return publishing(agency, change)


@fault(breaks=[NUMBERS])
def number_with_one_bound(agency: Agency) -> Agency:
    """The contract bounds a number of seconds on one side only."""

    def change(document: Document) -> None:
        del document["components"]["schemas"]["Session"]["properties"]["soGiay"]["maximum"]

    return publishing(agency, change)


@fault(breaks=[DAYS])
def time_as_any_text(agency: Agency) -> Agency:
    """The contract says of a point in time only that it is a text."""

    def change(document: Document) -> None:
        members = document["components"]["schemas"]["AuditEvent"]["properties"]
        members["thoiDiem"] = {"type": "string", "maxLength": 40}

    return publishing(agency, change)


@fault(breaks=[DAYS])
def day_in_the_query_as_any_text(agency: Agency) -> Agency:
    """The contract says of a day in the query only how long it is."""
    return publishing(agency, lambda document: _with_parameter(document, "ngayNop", "query"))


@fault(breaks=[CLOSED])
def request_silent_about_more(agency: Agency) -> Agency:
    """The contract does not say whether a withdrawal may have further members."""

    def change(document: Document) -> None:
        del document["components"]["schemas"]["Withdrawal"]["additionalProperties"]

    return publishing(agency, change)


@fault(breaks=[CLOSED])
def inner_object_silent_about_more(agency: Agency) -> Agency:
    """The contract does not say whether a paper in a list that is sent may have more members."""

    def change(document: Document) -> None:
        del document["components"]["schemas"]["PaperInput"]["additionalProperties"]

    return publishing(agency, change)


@fault(breaks=[OBJECTS])
def answer_is_a_bare_list(agency: Agency) -> Agency:
    """The contract describes an answer that is a bare list."""
    listed = {"type": "array", "maxItems": 50, "items": TEXT}
    return publishing(agency, lambda document: _answering(document, listed))


@fault(breaks=[OBJECTS])
def answer_is_a_list_or_a_text(agency: Agency) -> Agency:
    """The contract describes an answer that is a list, or a text where there is one entry."""
    listed = {"type": "array", "maxItems": 50, "items": TEXT}
    return publishing(agency, lambda document: _answering(document, {"oneOf": [listed, TEXT]}))


# --- promises ------------------------------------------------------------------------------------


@fault(breaks=[PAGES])
def map_without_end(agency: Agency) -> Agency:
    """The contract has a map in one piece, of any number of places."""

    def change(document: Document) -> None:
        del document["components"]["schemas"]["AgencyLocations"]["properties"]["features"][
            "maxItems"
        ]

    return publishing(agency, change)


@fault(breaks=[PAGES])
def list_in_one_piece(agency: Agency) -> Agency:
    """The contract has a list of any length, with its total and without pages."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        members = schemas["ProgressList"]
        members["properties"].pop("maHoSo")
        members["required"] = ["total", "items"]
        del members["properties"]["items"]["maxItems"]

    return publishing(agency, change)


@fault(breaks=[LIMITS])
def limits_not_told(agency: Agency) -> Agency:
    """The contract does not say of one operation what comes for too many calls."""

    def change(document: Document) -> None:
        del operation_of(document, "getProcedure")["responses"]["429"]

    return publishing(agency, change)


@fault(breaks=[LIMITS])
def limits_without_a_time(agency: Agency) -> Agency:
    """The contract describes 429 and not when to come again."""

    def change(document: Document) -> None:
        del document["components"]["responses"]["TooMany"]["headers"]

    return publishing(agency, change)


@fault(breaks=[SUNSET])
def deprecated_without_a_day(agency: Agency) -> Agency:
    """The contract marks an operation as deprecated and says nothing else."""

    def change(document: Document) -> None:
        operation_of(document, "listAgencyLocations").update(
            deprecated=True, description="Không nên dùng."
        )
        operation_of(document, "listAgencyLocations").pop("x-description-en")

    return publishing(agency, change)


@fault(breaks=[SUNSET])
def deprecated_until_soon(agency: Agency) -> Agency:
    """The contract says of a deprecated operation that it will end soon."""

    def change(document: Document) -> None:
        operation_of(document, "listProgress").update(
            {"deprecated": True, "x-sunset": "sắp tới", "description": "Sẽ ngừng trong 6 tháng."}
        )

    return publishing(agency, change)


@fault(breaks=[KEPT])
def operation_gone_in_a_minor_version(agency: Agency) -> Agency:
    """An operation is gone since the contract before, which has the same first number."""

    def older(document: Document) -> None:
        _with_path(document, "/loai-giay-to")

    return publishing(agency, lambda document: _after(document, older))


@fault(breaks=[KEPT])
def member_gone_in_a_minor_version(agency: Agency) -> Agency:
    """A member of answers is gone since the contract before."""

    def older(document: Document) -> None:
        _with_member(document, "AuditEvent", "diaChiMay")

    return publishing(agency, lambda document: _after(document, older))


@fault(breaks=[KEPT])
def input_demanded_in_a_minor_version(agency: Agency) -> Agency:
    """A member of requests was optional in the contract before, and took longer texts."""

    def older(document: Document) -> None:
        schema = document["components"]["schemas"]["Withdrawal"]
        schema["required"] = []
        schema["properties"]["lyDo"]["maxLength"] = 2000

    return publishing(agency, lambda document: _after(document, older))


# --- what is served ------------------------------------------------------------------------------


@fault(breaks=[COPIES])
def copy_for_insiders(agency: Agency) -> Agency:
    """All that is served is served once more below `/internal`."""
    return _below(agency, "/internal")


@fault(breaks=[COPIES])
def copy_from_before(agency: Agency) -> Agency:
    """The service of before is still served below `/old`."""
    return _below(agency, "/old")


@fault(breaks=[VISIBLE])
def version_not_told(agency: Agency) -> Agency:
    """Nothing in addresses or answers says which version of the interface answers."""
    return agency.bending_answers(lambda _call, made: _without_field(made, "API-Version"))


@fault(breaks=[VISIBLE])
def version_of_the_product_only(agency: Agency) -> Agency:
    """Answers name a build of the product in the place of the version of the interface."""

    def bend(_call: Call, made: Answer) -> Answer:
        return _without_field(made, "API-Version").plus(("Build-Number", "20260701"))

    return agency.bending_answers(bend)


# --- small changes -------------------------------------------------------------------------------


def _numbered(document: Document, version: str) -> None:
    document["info"]["version"] = version


def _retold(node: Any, say: Callable[[Document, str], str]) -> None:
    for part in list(node.values() if isinstance(node, dict) else node):
        if isinstance(part, dict | list):
            _retold(part, say)
    if isinstance(node, dict):
        for name in ("title", "summary", "description"):
            if isinstance(node.get(name), str):
                node[name] = say(node, node[name])


def _pathed(agency: Agency, path: str) -> Agency:
    def change(document: Document) -> None:
        _with_path(document, path)

    return publishing(agency, change)


def _with_path(document: Document, path: str) -> Document:
    """Add an operation that the agency refuses like any path that it does not have."""
    operation: Document = {
        "operationId": "optionsOfPaperKinds",
        "summary": "Các phương thức của danh mục giấy tờ",
        "security": [],
        "responses": {
            "204": {"description": "Các phương thức."},
            "400": {"$ref": "#/components/responses/BadRequest"},
            "404": {"$ref": "#/components/responses/NotFound"},
            "429": {"$ref": "#/components/responses/TooMany"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if "{maLoai}" in path:
        parameter = {"name": "maLoai", "in": "path", "required": True, "schema": TEXT}
        operation["parameters"] = [{**parameter, "example": "1"}]
    document["paths"][path] = {"options": operation}
    return operation


def _answering(document: Document, schema: Document) -> None:
    operation = _with_path(document, "/loai-giay-to")
    operation["responses"]["200"] = {
        "description": "Các phương thức.",
        "content": {JSON: {"schema": schema}},
    }


def _with_parameter(document: Document, name: str, place: str) -> None:
    operation = operation_of(document, "listDossiers")
    parameter = {"name": name, "in": place, "schema": TEXT}
    operation["parameters"] = [*operation["parameters"], parameter]


def _with_field(document: Document, name: str) -> None:
    response = operation_of(document, "listProgress")["responses"]["200"]
    response["headers"] = {name: {"description": "Thông tin thêm.", "schema": TEXT}}


def _with_member(document: Document, schema: str, name: str) -> None:
    document["components"]["schemas"][schema]["properties"][name] = TEXT


def _named(names: tuple[str, ...]) -> Document:
    return {"type": "object", "properties": dict.fromkeys(names, TEXT)}


def _after(document: Document, older: Callable[[Document], None]) -> None:
    """Let a contract say which one it takes the place of."""
    before = deepcopy(document)
    older(before)
    _numbered(before, "1.2.0")
    _numbered(document, "1.3.0")
    document["x-vnda-before"] = json.dumps(before, ensure_ascii=False)


def _below(agency: Agency, place: str) -> Agency:
    def gateway(call: Call) -> Call:
        inside = call.path.startswith(f"{place}/")
        return replace(call, path=call.path.removeprefix(place)) if inside else call

    return agency.with_(gateway=gateway)


def _without_field(made: Answer, name: str) -> Answer:
    return replace(made, headers=tuple(pair for pair in made.headers if pair[0] != name))
