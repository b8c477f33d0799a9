"""Swagger 2.0: the same statements as OpenAPI 3.0 makes in other words."""

import json
from typing import Any

import pytest
from making import OPTIONS, goal, planned, profile

from conformance import contract as contracts
from conformance.checks.document.structure import document_is_valid
from conformance.contract import Contract, swagger
from conformance.contract.operations import Operation
from conformance.errors import ContractError
from conformance.verdict import Violation

PET = {
    "type": "object",
    "required": ["name"],
    "discriminator": "kind",
    "properties": {
        "name": {"type": "string"},
        "note": {"type": "string", "x-nullable": True},
        "next": {"$ref": "#/definitions/Pet"},
        "discriminator": {"type": "string"},
    },
    "example": {"$ref": "#/definitions/NotAReference"},
}


def document(operation: Any, **more: Any) -> dict[str, Any]:
    return {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "host": "h.example",
        "basePath": "/v1",
        "schemes": ["https", "http"],
        "produces": ["application/json"],
        "paths": {"/x": {"post": operation}},
        "definitions": {"Pet": PET},
        **more,
    }


def read(operation: Any, **more: Any) -> Contract:
    return contracts.load(json.dumps(document(operation, **more)).encode(), "s.json")


def only(operation: Any, **more: Any) -> Operation:
    (found,) = read(operation, **more).operations
    return found


def test_a_response_is_held_against_its_schema() -> None:
    made = read({"responses": {"200": {"schema": {"$ref": "#/definitions/Pet"}}}})
    pointer = made.operations[0].schema_at(200, "application/json")
    assert pointer is not None
    assert made.breaches(pointer, {"name": "a", "note": None, "next": {"name": "b"}}) == []
    found = made.breaches(pointer, {"name": 1, "next": {}})
    assert {(b.path, b.rule) for b in found} == {("$.name", "type"), ("$.next", "required")}


def test_what_a_definition_says_is_said_in_the_other_words() -> None:
    made = read({"responses": {}}).at("/components/schemas/Pet")
    assert made["discriminator"] == {"propertyName": "kind"}
    assert made["properties"]["note"]["nullable"] is True
    assert made["properties"]["next"] == {"$ref": "#/components/schemas/Pet"}
    assert made["properties"]["discriminator"] == {"type": "string"}
    assert made["example"] == PET["example"]


def test_what_travels_and_is_digested_is_the_document_as_it_came() -> None:
    made = read({"responses": {}})
    assert made.original == document({"responses": {}})
    assert made.document["openapi"] == swagger.VERSION
    again = Contract(made.original, "s.json")
    assert again.document == made.document
    assert again.digest == made.digest


def test_a_version_that_yaml_reads_as_a_number_is_known() -> None:
    made = contracts.load(b"swagger: 2.0\npaths: {/x: {get: {responses: {200: {}}}}}", "s.yaml")
    assert [o.unit for o in made.operations] == ["GET /x"]


@pytest.mark.parametrize(
    ("more", "paths"),
    [
        ({}, ["/v1", "/v1"]),
        ({"schemes": None}, ["/v1"]),
        ({"host": None}, ["/v1"]),
        ({"host": None, "basePath": None}, []),
        ({"basePath": 5}, ["", ""]),
    ],
)
def test_servers_are_schemes_host_and_base_path(more: dict[str, Any], paths: list[str]) -> None:
    assert read({"responses": {}}, **more).server_paths() == paths


def test_without_schemes_the_scheme_of_the_source_is_meant() -> None:
    content = json.dumps(document({"responses": {}}, schemes=[])).encode()
    made = contracts.load(content, "http://h.example/swagger.json")
    assert made.document["servers"] == [{"url": "http://h.example/v1"}]


def test_a_body_is_what_is_consumed() -> None:
    body = {"in": "body", "name": "b", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
    operation = only({"parameters": [body], "consumes": ["application/merge-patch+json"]})
    assert list(operation.request_types) == ["application/merge-patch+json"]
    assert operation.request_required
    assert operation.parameters == ()
    assert list(only({"parameters": [body]}).request_types) == ["application/json"]


def test_a_shared_body_is_found_and_an_own_one_replaces_it() -> None:
    shared = {"in": "body", "name": "b", "schema": {"example": 1}}
    own = {"in": "body", "name": "b", "schema": {"example": 2}}
    more = {"parameters": {"Shared": shared}}
    of_path = {"parameters": [{"$ref": "#/parameters/Shared"}], "post": {"responses": {}}}
    (inherited,) = read({}, **more, paths={"/x": of_path}).operations
    assert inherited.request_types["application/json"]["schema"] == {"example": 1}
    of_path["post"] = {"parameters": [own], "responses": {}}
    (replaced,) = read({}, **more, paths={"/x": of_path}).operations
    assert replaced.request_types["application/json"]["schema"] == {"example": 2}


@pytest.mark.parametrize(
    ("kind", "consumes", "wanted"),
    [
        ("string", [], "application/x-www-form-urlencoded"),
        ("string", ["multipart/form-data"], "multipart/form-data"),
        ("file", ["application/x-www-form-urlencoded"], "multipart/form-data"),
    ],
)
def test_form_fields_are_one_body(kind: str, consumes: list[str], wanted: str) -> None:
    field = {"in": "formData", "name": "f", "type": kind, "required": True}
    operation = only({"parameters": [field], "consumes": consumes})
    (schema,) = [entry["schema"] for entry in operation.request_types.values()]
    assert list(operation.request_types) == [wanted]
    assert schema["required"] == ["f"]
    assert schema["properties"]["f"]["type"] == "string"


@pytest.mark.parametrize(
    ("how", "style", "explode"),
    [
        ({}, "form", False),
        ({"collectionFormat": "multi"}, "form", True),
        ({"collectionFormat": "pipes"}, "pipeDelimited", False),
        ({"collectionFormat": "ssv"}, "spaceDelimited", False),
    ],
)
def test_a_list_in_the_query_keeps_its_form(how: dict[str, Any], style: str, explode: bool) -> None:  # noqa: FBT001  # a column of the table
    listed = {"in": "query", "name": "q", "type": "array", "items": {"type": "string"}, **how}
    made = read({"parameters": [listed]}).at("/paths/~1x/post/parameters/0")
    assert (made["style"], made["explode"]) == (style, explode)
    assert made["schema"] == {"type": "array", "items": {"type": "string"}}


def test_a_parameter_keeps_its_default_and_its_example() -> None:
    first = {"in": "query", "name": "a", "type": "string", "default": "d"}
    second = {"in": "query", "name": "b", "type": "string", "x-example": "e"}
    assert [p.example for p in only({"parameters": [first, second]}).parameters] == ["d", "e"]


def test_where_nothing_says_what_is_produced_any_type_is_documented() -> None:
    operation = only({"responses": {"200": {"schema": {"type": "object"}}}}, produces=None)
    assert set(operation.documented(200) or ()) == {"*/*"}
    assert operation.schema_at(200, "application/json") is not None


def test_a_file_is_not_held_against_a_string() -> None:
    operation = only({"responses": {"200": {"schema": {"type": "file"}}}})
    assert operation.documented(200) == {"application/json": None}


def test_a_shared_response_takes_the_types_of_who_uses_it() -> None:
    response = {"$ref": "#/responses/Ok"}
    operation = only(
        {"produces": ["application/hal+json"], "responses": {"200": response}},
        responses={"Ok": {"description": "d", "schema": {"type": "object"}}},
    )
    assert operation.schema_at(200, "application/hal+json") is not None


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ({"type": "basic"}, {"type": "http", "scheme": "basic"}),
        (
            {"type": "apiKey", "in": "header", "name": "K"},
            {"type": "apiKey", "in": "header", "name": "K"},
        ),
        (
            {"type": "oauth2", "flow": "accessCode", "tokenUrl": "t", "scopes": {"s": "d"}},
            {
                "type": "oauth2",
                "flows": {"authorizationCode": {"scopes": {"s": "d"}, "tokenUrl": "t"}},
            },
        ),
    ],
)
def test_security_schemes_are_renamed(scheme: dict[str, Any], wanted: dict[str, Any]) -> None:
    made = read({"security": [{"s": []}]}, securityDefinitions={"s": scheme})
    assert made.security_schemes == {"s": wanted}
    assert made.operations[0].secured
    assert made.flaws == ()


@pytest.mark.parametrize(
    "operation",
    [
        {"parameters": {}},
        {"parameters": [5]},
        {"parameters": [{"$ref": "#/parameters/Absent"}]},
        {"parameters": [{"in": "nowhere", "name": "n"}]},
        {"parameters": [{"$ref": "#/parameters/Circle"}]},
        {"security": "everybody"},
        [],
    ],
)
def test_what_is_malformed_spoils_its_operation_alone(operation: Any) -> None:
    made = read(
        {},
        parameters={"Circle": {"$ref": "#/parameters/Circle"}},
        paths={"/bad": {"get": operation}, "/good": {"get": {"responses": {"200": {}}}}},
    )
    bad, good = made.operations
    assert bad.broken is not None
    assert good.broken is None
    assert [flaw.operation for flaw in made.flaws] == ["GET /bad"]


def test_a_swagger_document_is_planned_like_any_other() -> None:
    made = planned(read({"responses": {"200": {}}}), goal(), profile(), options=OPTIONS)
    assert [o.unit for o in made.scene.operations] == ["POST /x"]


def test_an_invalid_document_is_told_by_the_version_that_it_names() -> None:
    with pytest.raises(Violation) as raised:
        document_is_valid(read({"responses": {"200": {}}}, info={}))
    assert raised.value.expected.en == "a valid document of Swagger 2.0"
    assert raised.value.expected.vi == "tài liệu hợp lệ theo Swagger 2.0"


def test_swagger_without_paths_is_no_contract() -> None:
    with pytest.raises(ContractError, match="no operation"):
        read({}, paths={})
