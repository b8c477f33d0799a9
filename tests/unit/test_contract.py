"""Contracts: what is read of an OpenAPI document, and how bodies are held against it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from making import SECURED, answers, contract, exchange, openapi

from conformance import check as checks
from conformance import contract as contracts
from conformance.contract import Contract
from conformance.contract.operations import UNREADABLE, Operation
from conformance.errors import ContractError
from conformance.evidence import Exchange
from conformance.verdict import NotTested, Reason, Violation

VERSIONS = pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])


def of_schema(schema: Any, version: str = "3.0.3", **more: Any) -> tuple[Contract, str]:
    made = contract({"/x": {"get": answers(schema)}}, version, **more)
    pointer = made.operations[0].responses["200"]["application/json"]
    assert pointer is not None
    return made, pointer


def breaks(schema: Any, body: str, version: str = "3.0.3", **more: Any) -> list[str]:
    made, pointer = of_schema(schema, version, **more)
    instance = json.loads(body, parse_float=Decimal)
    return [breach.rule for breach in made.breaches(pointer, instance)]


def only(made: Contract) -> Operation:
    assert len(made.operations) == 1
    return made.operations[0]


# --- what is no contract -------------------------------------------------------------------------


def refused(content: bytes) -> ContractError:
    with pytest.raises(ContractError) as caught:
        contracts.load(content, "c.yaml")
    assert caught.value.mend is not None
    assert caught.value.into("vi") != caught.value.into("en")
    return caught.value


def test_html_is_told_to_be_html() -> None:
    assert "HTML" in refused(b"<!doctype html><title>Swagger UI</title>").what.en


def test_nothing_is_no_contract() -> None:
    assert "no `openapi` key" in refused(b"").what.en


@pytest.mark.parametrize("content", [b"[]", b"3", b'"openapi"', b"null"])
def test_what_is_no_object_is_no_contract(content: bytes) -> None:
    assert "found" in refused(content).what.en


def test_swagger_1_is_named() -> None:
    content = json.dumps({"swagger": "1.2", "paths": {"/x": {"get": {}}}}).encode()
    assert "swagger: 1.2" in refused(content).what.en


@pytest.mark.parametrize("version", ["2.0", "3.3.0", "3.10.0", "4.0.0"])
def test_another_version_of_openapi_is_named(version: str) -> None:
    content = json.dumps({"openapi": version, "paths": {"/x": {"get": {}}}}).encode()
    assert f"openapi: {version}" in refused(content).what.en


@pytest.mark.parametrize("paths", [{}, None, [], {"/x": {}}, {"/x": {"summary": "s"}}])
def test_a_contract_without_operations_is_refused(paths: Any) -> None:
    assert "no operation" in refused(json.dumps(openapi(paths)).encode()).what.en


def test_a_mistake_in_the_file_is_placed() -> None:
    assert refused(b"openapi: 3.0.3\npaths: [\n").place == "c.yaml:3:1"


@pytest.mark.parametrize("number", [".nan", ".inf"])
def test_a_number_that_json_lacks_spoils_no_contract(number: str) -> None:
    content = f"openapi: 3.0.3\npaths: {{/x: {{get: {{responses: {{}}}}}}}}\nx-a: {number}"
    made = contracts.load(content.encode(), "c.yaml")
    assert made.document["x-a"] == number
    assert made.digest


# --- operations ----------------------------------------------------------------------------------


@VERSIONS
def test_operations_stand_in_the_order_of_the_contract(version: str) -> None:
    made = contract(
        {"/b": {"post": answers(), "get": answers(operationId="g")}, "/a": {"get": answers()}},
        version,
    )
    assert [o.unit for o in made.operations] == ["GET /b", "POST /b", "GET /a"]
    assert made.operation("g") is made.operation("GET /b") is made.operations[0]
    assert made.operation("absent") is None


def test_status_keys_that_yaml_reads_as_numbers_are_text() -> None:
    made = contracts.load(
        b"openapi: 3.0.3\npaths:\n  /x:\n    get:\n      responses:\n        200:\n"
        b"          content: {application/json: {schema: {type: string}}}\n        4xx: {}\n",
        "c.yaml",
    )
    operation = only(made)
    assert set(operation.responses) == {"200", "4XX"}
    pointer = operation.responses["200"]["application/json"]
    assert pointer is not None
    assert [b.rule for b in made.breaches(pointer, 1)] == ["type"]


def test_a_status_is_looked_up_exactly_then_by_range_then_by_default() -> None:
    made = contract(
        {
            "/x": {
                "get": {
                    "responses": {
                        "404": {"content": {"a/exact": {}}},
                        "4XX": {"content": {"a/range": {}}},
                        "default": {"content": {"a/default": {}}},
                    }
                }
            }
        }
    )
    operation = only(made)
    assert set(operation.documented(404) or ()) == {"a/exact"}
    assert set(operation.documented(409) or ()) == {"a/range"}
    assert set(operation.documented(500) or ()) == {"a/default"}


def test_without_range_and_default_a_status_is_not_documented() -> None:
    operation = only(contract({"/x": {"get": answers()}}))
    assert operation.documented(200) is not None
    assert operation.documented(201) is None


def test_parameters_of_the_path_are_taken_over_unless_the_operation_has_its_own() -> None:
    made = contract(
        {
            "/x/{id}": {
                "parameters": [
                    {"$ref": "#/components/parameters/id"},
                    {"name": "q", "in": "query", "schema": {"default": 1}},
                ],
                "get": answers(
                    parameters=[{"name": "q", "in": "query", "required": True, "example": 2}]
                ),
            }
        },
        components={
            "parameters": {
                "id": {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"$ref": "#/components/schemas/id"},
                }
            },
            "schemas": {"id": {"type": "string", "enum": ["k"]}},
        },
    )
    found = {p.name: p for p in only(made).parameters}
    assert set(found) == {"id", "q"}
    assert found["id"].required
    assert found["id"].example == "k"
    assert found["q"].required
    assert found["q"].example == 2


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ({"example": 0}, 0),
        ({"examples": {"one": {"value": "v"}}}, "v"),
        ({"schema": {"example": "e"}}, "e"),
        ({"schema": {"default": "d"}}, "d"),
        ({"schema": {"enum": ["n"]}}, "n"),
        ({"schema": {"type": "string"}}, None),
    ],
)
def test_an_example_is_taken_from_where_the_contract_has_one(
    parameter: dict[str, Any], value: Any
) -> None:
    made = contract(
        {"/x": {"get": answers(parameters=[{"name": "a", "in": "query", **parameter}])}}
    )
    assert only(made).parameters[0].example == value


@pytest.mark.parametrize(
    ("of_document", "of_operation", "secured"),
    [
        (SECURED, None, True),
        (None, SECURED, True),
        (SECURED, [], False),
        (SECURED, [{}], False),
        (None, [{"token": []}, {}], False),
        (None, [{"token": []}, {"key": []}], True),
        (None, [{"token": [], "key": []}], True),
        (None, None, False),
    ],
)
def test_credentials_are_demanded_where_no_alternative_is_empty(
    of_document: Any,
    of_operation: Any,
    secured: bool,  # noqa: FBT001  # the expectation
) -> None:
    more = {} if of_document is None else {"security": of_document}
    own = {} if of_operation is None else {"security": of_operation}
    assert only(contract({"/x": {"get": answers(**own)}}, **more)).secured is secured


@pytest.mark.parametrize(
    ("method", "more", "reads"),
    [("get", {}, True), ("post", {}, False), ("post", {"x-safe": True}, True)],
)
def test_an_operation_reads_by_its_method_or_by_declaration(
    method: str, more: dict[str, Any], *, reads: bool
) -> None:
    assert only(contract({"/x": {method: answers(**more)}})).reads is reads


def test_a_proposed_contract_says_so() -> None:
    assert contract({"/x": {"get": answers()}}, info={"x-norm-status": "proposed"}).proposed
    assert not contract({"/x": {"get": answers()}}).proposed


def test_paths_of_servers_are_told_without_their_hosts() -> None:
    made = contract({"/x": {"get": answers()}}, servers=[{"url": "https://h/api/"}, {"url": "/v1"}])
    assert made.server_paths() == ["/api", "/v1"]


def test_the_digest_follows_the_content_not_its_form() -> None:
    first = contracts.load(b"openapi: 3.0.3\npaths: {/x: {get: {responses: {200: {}}}}}", "a")
    same = contracts.load(
        b'{"paths":{"/x":{"get":{"responses":{"200":{}}}}},"openapi":"3.0.3"}', "b"
    )
    other = contracts.load(b"openapi: 3.0.3\npaths: {/y: {get: {responses: {200: {}}}}}", "a")
    assert first.digest == same.digest != other.digest


# --- references ----------------------------------------------------------------------------------

PROBLEM = {"content": {"application/json": {"schema": {"type": "object", "required": ["title"]}}}}


def of_responses(responses: dict[str, Any], components: dict[str, Any]) -> list[str]:
    made = contract({"/x": {"get": {"responses": responses}}}, components=components)
    pointer = only(made).responses["404"]["application/json"]
    assert pointer is not None
    return [b.rule for b in made.breaches(pointer, {})]


def test_a_referenced_response_has_its_schema() -> None:
    found = of_responses(
        {"404": {"$ref": "#/components/responses/Lỗi"}}, {"responses": {"Lỗi": PROBLEM}}
    )
    assert found == ["required"]


def test_a_response_referenced_twice_over_has_its_schema() -> None:
    found = of_responses(
        {"404": {"$ref": "#/components/responses/A"}},
        {"responses": {"A": {"$ref": "#/components/responses/B"}, "B": PROBLEM}},
    )
    assert found == ["required"]


def test_a_percent_encoded_reference_is_followed() -> None:
    found = of_responses(
        {"404": {"$ref": "#/components/responses/L%E1%BB%97i"}}, {"responses": {"Lỗi": PROBLEM}}
    )
    assert found == ["required"]


def test_a_referenced_path_item_has_its_schemas() -> None:
    made = contract(
        {"/x": {"$ref": "#/components/pathItems/X"}},
        "3.1.0",
        components={"pathItems": {"X": {"get": answers({"type": "string"})}}},
    )
    pointer = only(made).responses["200"]["application/json"]
    assert pointer is not None
    assert [b.rule for b in made.breaches(pointer, 1)] == ["type"]


@VERSIONS
def test_a_recursive_schema_is_followed(version: str) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/N"}}}
    reference = {"$ref": "#/components/schemas/N"}
    more = {"components": {"schemas": {"N": node}}}
    assert breaks(reference, '{"next": {"next": {}}}', version, **more) == []
    assert breaks(reference, '{"next": {"next": 1}}', version, **more) == ["type"]


@VERSIONS
@pytest.mark.parametrize(
    "reference", ["#/components/schemas/Absent", "other.yaml#/x", "https://example.invalid/s.json"]
)
def test_a_reference_that_leads_nowhere_spoils_its_schema_alone(
    reference: str, version: str
) -> None:
    made = contract(
        {
            "/bad": {"get": answers({"$ref": reference})},
            "/good": {"get": answers({"type": "string"})},
        },
        version,
    )
    bad, good = (o.responses["200"]["application/json"] for o in made.operations)
    assert bad is not None
    assert good is not None
    with pytest.raises(ContractError) as caught:
        made.breaches(bad, {})
    assert caught.value.place == f"test.json#{bad}"
    assert [b.rule for b in made.breaches(good, 1)] == ["type"]


def test_references_that_run_in_a_circle_end() -> None:
    made, pointer = of_schema(
        {"$ref": "#/components/schemas/A"},
        components={
            "schemas": {
                "A": {"$ref": "#/components/schemas/B"},
                "B": {"$ref": "#/components/schemas/A"},
            }
        },
    )
    assert made.followed(made.at(pointer)) == {}
    with pytest.raises(ContractError):
        made.breaches(pointer, {})


def test_a_path_with_braces_slashes_and_tildes_has_a_pointer() -> None:
    made = contract({"/a~b/{id}": {"get": answers({"type": "string"})}})
    pointer = only(made).responses["200"]["application/json"]
    assert pointer is not None
    assert made.at(pointer) == {"type": "string"}
    assert [b.rule for b in made.breaches(pointer, 1)] == ["type"]


# --- schemas -------------------------------------------------------------------------------------


def test_nullable_is_understood_in_3_0_only() -> None:
    schema = {"type": "string", "nullable": True}
    assert breaks(schema, "null", "3.0.3") == []
    assert breaks(schema, "null", "3.1.0") == ["type"]
    assert breaks({"type": ["string", "null"]}, "null", "3.1.0") == []


def test_what_is_not_nullable_must_not_be_null() -> None:
    assert set(breaks({"type": "string"}, "null", "3.0.3")) == {"type"}


@VERSIONS
@pytest.mark.parametrize("body", ["1.0", "1", "100000000000000000000.0", "1e3"])
def test_a_number_without_fraction_is_an_integer(body: str, version: str) -> None:
    assert breaks({"type": "integer"}, body, version) == []


@VERSIONS
@pytest.mark.parametrize("body", ["1.5", "true", '"1"', "1e-3"])
def test_what_has_a_fraction_or_is_no_number_is_no_integer(body: str, version: str) -> None:
    assert breaks({"type": "integer"}, body, version) == ["type"]


@VERSIONS
@pytest.mark.parametrize("body", ["1.5", "1", "-0.0"])
def test_every_number_is_a_number(body: str, version: str) -> None:
    assert breaks({"type": "number"}, body, version) == []
    assert breaks({"type": "number"}, "true", version) == ["type"]


@VERSIONS
@pytest.mark.parametrize(("body", "held"), [("4.35", True), ("0.3", True), ("4.351", False)])
def test_multiples_of_a_hundredth_are_exact(body: str, version: str, *, held: bool) -> None:
    schema = {"type": "number", "multipleOf": 0.01}
    assert breaks(schema, body, version) == ([] if held else ["multipleOf"])


@VERSIONS
def test_a_huge_number_is_a_multiple_or_not_but_no_failure_of_ours(version: str) -> None:
    assert breaks({"type": "number", "multipleOf": 0.01}, "1e60", version) == []


@VERSIONS
def test_bounds_are_exact(version: str) -> None:
    assert breaks({"minimum": 0.1}, "0.1", version) == []
    assert breaks({"maximum": 0.1}, "0.10000000000000000001", version) == ["maximum"]


def test_an_exclusive_bound_is_a_switch_in_3_0_and_a_number_in_3_1() -> None:
    switch = {"minimum": 0, "exclusiveMinimum": True}
    assert breaks(switch, "0", "3.0.3")
    assert breaks(switch, "1", "3.0.3") == []
    assert breaks({"exclusiveMinimum": 0}, "0", "3.1.0") == ["exclusiveMinimum"]


@VERSIONS
@pytest.mark.parametrize(
    ("pattern", "value", "held"),
    [
        (r"^\d+$", "123", True),
        (r"^\d+$", "123\n", False),
        (r"^\d+$", "٣", False),
        (r"^\w+$", "Huế", False),
        (r"^[a$]+$", "a$", True),
        (r"^\$\d$", "$5", True),
        (r"^(?:a$|b$)", "b\n", False),
        (r"^\p{L}+$", "a", None),
    ],
)
def test_patterns_are_read_as_ecmascript_reads_them(
    pattern: str, value: str, version: str, *, held: bool | None
) -> None:
    schema = {"type": "string", "pattern": pattern}
    if held is None:
        with pytest.raises(ContractError):
            breaks(schema, json.dumps(value), version)
    else:
        assert breaks(schema, json.dumps(value), version) == ([] if held else ["pattern"])


@VERSIONS
def test_formats_are_asserted_and_the_leap_second_is_legal(version: str) -> None:
    moment = {"type": "string", "format": "date-time"}
    assert breaks(moment, '"2016-12-31T23:59:60Z"', version) == []
    assert breaks(moment, '"2016-12-31T23:59:59"', version) == ["format"]
    day = {"type": "string", "format": "date"}
    assert breaks(day, '"2024-02-29"', version) == []
    assert breaks(day, '"2025-02-29"', version) == ["format"]
    assert breaks({"type": "string", "format": "uuid"}, '"x"', version) == ["format"]
    assert breaks({"type": "string", "format": "vn-unheard-of"}, '"x"', version) == []


@VERSIONS
def test_a_type_that_does_not_exist_spoils_its_schema_alone(version: str) -> None:
    made, pointer = of_schema({"type": "text"}, version)
    with pytest.raises(ContractError):
        made.breaches(pointer, "x")


@VERSIONS
def test_a_breach_tells_the_place_and_not_the_value(version: str) -> None:
    made, pointer = of_schema(
        {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
        version,
    )
    (breach,) = made.breaches(pointer, {"a": ["ok", 123456789]})
    assert breach.path == "$.a[1]"
    assert breach.wanted == "string"
    assert "123456789" not in repr(breach)


def test_breaches_are_not_listed_without_end() -> None:
    made, pointer = of_schema({"type": "array", "items": {"type": "string"}})
    assert len(made.breaches(pointer, [0] * 100, limit=3)) == 3


def test_a_response_without_schema_has_no_pointer() -> None:
    made = contract({"/x": {"get": answers()}})
    assert only(made).responses["200"] == {"application/json": None}


# --- bodies that no reader should stumble over ----------------------------------------------------


def body_law(body: bytes) -> None:
    made = contract({"/x": {"get": answers({"type": "object"})}})
    law = checks.every()["contract.answers.body_matches_schema"]
    answer: Exchange = exchange(body=body, operation="GET /x")
    law.ask(answer, only(made), made)


def test_the_law_of_bodies_finds_another_shape() -> None:
    with pytest.raises(Violation):
        body_law(b"[]")


def test_an_exponent_beyond_every_reader_is_not_our_error() -> None:
    with pytest.raises(NotTested) as outcome:
        body_law(b'{"n": 1e9999999999999999999}')
    assert outcome.value.reason is Reason.INCONCLUSIVE


@pytest.mark.parametrize(
    "law", ["formats.json.json_is_strict", "headers.media.content_type_is_true"]
)
def test_a_very_long_number_is_json(law: str) -> None:
    checks.every()[law].ask(exchange(body=b'{"n": ' + b"1" * 5000 + b"}"))


# --- members that only requests carry ------------------------------------------------------------

ACCOUNT = {
    "type": "object",
    "required": ["name", "password"],
    "properties": {"name": {"type": "string"}, "password": {"type": "string", "writeOnly": True}},
}


@VERSIONS
def test_a_member_that_is_only_written_may_be_missing_from_an_answer(version: str) -> None:
    assert breaks(ACCOUNT, '{"name": "Lan"}', version) == []
    assert breaks(ACCOUNT, '{"password": "x"}', version) == ["required"]


@VERSIONS
def test_a_referenced_member_that_is_only_written_may_be_missing_too(version: str) -> None:
    secret = {"type": "string", "writeOnly": True}
    schema = {
        "type": "object",
        "required": ["password"],
        "properties": {"password": {"$ref": "#/components/schemas/Secret"}},
    }
    components = {"schemas": {"Secret": secret}}
    assert breaks(schema, "{}", version, components=components) == []
    components = {"schemas": {"Secret": {"type": "string"}}}
    assert breaks(schema, "{}", version, components=components) == ["required"]


@pytest.mark.parametrize(
    ("template", "path", "fits"),
    [
        ("/things/{id}", "/things/7", True),
        ("/things/{id}", "/things/7/parts", False),
        ("/things/{id}", "/things", False),
        ("/{a}", "/anything", True),
        ("/a.b", "/aXb", False),
        ("/things/{id}:close", "/things/7:close", True),
    ],
)
def test_a_template_stands_for_its_paths_alone(template: str, path: str, fits: bool) -> None:  # noqa: FBT001  # a column of the table
    made = contract({template: {"get": answers({"type": "string"})}}, "3.1.0")
    assert only(made).fits(path) is fits


def test_a_response_that_cannot_be_read_is_not_taken_for_an_undescribed_one() -> None:
    operation = answers({"type": "string"})
    operation["responses"] = {"200": {"$ref": "https://example.invalid/responses.json#/Ok"}}
    made = contract({"/x": {"get": operation}}, "3.0.3")
    documented = only(made).documented(200)
    assert documented == {UNREADABLE: None}


@pytest.mark.parametrize(
    ("law", "given"),
    [
        ("contract.answers.type_is_documented", 2),
        ("contract.answers.body_matches_schema", 3),
        ("formats.dates.times_carry_an_offset", 3),
        ("formats.dates.dates_are_calendar_dates", 3),
    ],
)
def test_what_lies_behind_an_unreadable_reference_is_open(law: str, given: int) -> None:
    operation = answers({"type": "string"})
    operation["responses"] = {"200": {"$ref": "https://example.invalid/responses.json#/Ok"}}
    made = contract({"/x": {"get": operation}}, "3.0.3")
    with pytest.raises(NotTested) as caught:
        checks.every()[law].ask(*(exchange(), only(made), made)[:given])
    assert caught.value.reason is Reason.INCONCLUSIVE


@pytest.mark.parametrize("law", ["times_carry_an_offset", "dates_are_calendar_dates"])
def test_dates_in_a_schema_that_cannot_be_followed_are_open(law: str) -> None:
    made = contract({"/x": {"get": answers({"$ref": "other.yaml#/Thing"})}}, "3.1.0")
    with pytest.raises(NotTested):
        checks.every()[f"formats.dates.{law}"].ask(exchange(), only(made), made)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "enum": ["a"]},
        {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        {"allOf": [{"type": "object"}]},
        {"anyOf": [{"type": "string"}]},
    ],
)
def test_nullable_of_30_lets_null_through_beside_any_keyword(schema: dict[str, Any]) -> None:
    def breaches(said: dict[str, Any], instance: Any) -> list[str]:
        made = contract({"/x": {"get": answers()}}, components={"schemas": {"S": said}})
        return [b.rule for b in made.breaches("/components/schemas/S", instance)]

    assert breaches({**schema, "nullable": True}, None) == []
    assert breaches(schema, None) != []
    assert breaches({**schema, "nullable": True}, 1.5) != []


@pytest.mark.parametrize(
    ("spared", "missing"),
    [
        (("writeOnly",), ["required"]),
        (("readOnly",), ["required"]),
        (("readOnly", "writeOnly"), []),
    ],
)
def test_each_side_may_lack_what_only_the_other_carries(
    spared: tuple[str, ...], missing: list[str]
) -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": True}, "secret": {"writeOnly": True}},
    }
    made = contract({"/x": {"get": answers()}}, components={"schemas": {"S": schema}})
    found = made.breaches("/components/schemas/S", {}, spared=spared)
    assert [b.rule for b in found] == missing
