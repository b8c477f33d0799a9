"""A contract that is wrong in one place: the place is told, and everything else is judged."""

import contextlib
import copy
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import (
    SCHEMES,
    SECURED,
    Reply,
    agency,
    answers,
    contract,
    demand,
    exchange,
    goal,
    planned,
    profile,
    run,
)

from conformance import check as checks
from conformance import contract as contracts
from conformance import engine
from conformance import plan as plans
from conformance import profile as profiles
from conformance.contract import Contract, schemas
from conformance.contract.flaws import Flaw
from conformance.contract.operations import SAFE_METHODS
from conformance.errors import ContractError
from conformance.plan import Options, costs
from conformance.probe import Probe
from conformance.probe.questions import Case
from conformance.verdict import NotApplicable, NotTested, Reason, Violation

GOOD = {"/good": {"get": answers({"type": "string"})}}
REMOTE = "https://elsewhere.example/parts.json"


def only_flaw(made: Contract) -> Flaw:
    (flaw,) = made.flaws
    assert flaw.what.vi != flaw.what.en
    return flaw


@pytest.mark.parametrize(
    "operation",
    [
        None,
        [],
        5,
        {"parameters": {}},
        {"parameters": ["q"]},
        {"parameters": [{"in": "query"}]},
        {"parameters": [{"in": "query", "name": 5}]},
        {"parameters": [{"in": "elsewhere", "name": "q"}]},
        {"parameters": [{"in": "query", "name": "q", "required": "yes"}]},
        {"parameters": [{"in": "header", "name": "a\r\nb"}]},
        {"parameters": [{"$ref": f"{REMOTE}#/q"}]},
        {"requestBody": []},
        {"requestBody": {"content": []}},
        {"requestBody": {"content": {"a\nb": {}}}},
        {"requestBody": {"$ref": f"{REMOTE}#/b"}},
        {"security": {}},
        {"security": ["token"]},
    ],
)
def test_an_operation_that_cannot_be_called_is_kept_and_open(operation: Any) -> None:
    made = contract({"/bad": {"get": operation}, **GOOD})
    bad, good = made.operations
    assert (bad.unit, good.broken) == ("GET /bad", None)
    assert bad.broken is not None
    assert only_flaw(made).operation == "GET /bad"
    assert only_flaw(made).place.startswith("test.json#/")
    scene = planned(made, goal(), profile()).scene
    probe = Probe(scene, Case(bad.unit, "c"), None, None)  # type: ignore[arg-type]  # nothing is sent
    with pytest.raises(NotTested) as caught:
        probe.trial(bad)
    assert caught.value.reason is Reason.INCONCLUSIVE


def test_a_parameter_elsewhere_that_the_path_names_is_filled_in_like_any_of_the_path() -> None:
    elsewhere = {"$ref": f"{REMOTE}#/components/parameters/id"}
    made = contract({"/x/{id}": {"get": answers(parameters=[elsewhere])}})
    (operation,) = made.operations
    assert operation.broken is None
    probe = Probe(planned(made, goal(), profile()).scene, Case("GET /x/{id}", "c"), None, None)  # type: ignore[arg-type]  # nothing is sent
    with pytest.raises(NotTested) as caught:
        probe.form(operation, identity=None)
    assert caught.value.reason is Reason.NO_TEST_DATA


@pytest.mark.parametrize("responses", [[], 5, {"default": []}, {"2XX": {"content": []}}])
def test_responses_that_cannot_be_read_leave_their_checks_open(responses: Any) -> None:
    made = contract({"/bad": {"get": {"responses": responses}}, **GOOD})
    assert only_flaw(made).operation == "GET /bad"
    law = checks.every()["contract.answers.type_is_documented"]
    with pytest.raises(NotTested):
        law.ask(exchange(), made.operations[0])


def test_a_status_is_not_undocumented_where_no_response_can_be_read() -> None:
    made = contract({"/bad": {"get": {"responses": []}}})
    with pytest.raises(NotTested):
        checks.every()["contract.answers.status_is_documented"].ask(exchange(), made.operations[0])


@pytest.mark.parametrize("item", [None, [], {"$ref": REMOTE}, {"$ref": "#/paths/~1bad"}])
def test_a_path_that_cannot_be_read_is_told(item: Any) -> None:
    made = contract({"/bad": item, **GOOD})
    assert [o.unit for o in made.operations] == ["GET /good"]
    assert only_flaw(made).operation == "/bad"


@pytest.mark.parametrize("path", ["bad", "//{a", "/{a}}", "/a{b{c}}"])
def test_a_path_that_cannot_be_asked_for_is_open(path: str) -> None:
    made = contract({path: {"get": answers()}, **GOOD})
    assert made.operations[0].broken is not None


def test_a_run_whose_contract_has_an_unreadable_path_is_not_certifiable(tmp_path: Path) -> None:
    made = contract({"/bad": {"$ref": REMOTE}, **GOOD})
    with agency(lambda _: Reply(body=b'"x"')) as served:
        demanded = profile(demand("T-IOP-01", "contract.answers.body_matches_schema"))
        ran = run(planned(made, goal(served.base_url), demanded), tmp_path)
    assert ran.verdict("T-IOP-01") == "pass"
    told = [reason["en"] for reason in ran.results["not_certifiable_because"]]
    assert any("paths that cannot be read" in reason for reason in told)


def test_a_run_judges_what_it_can_and_leaves_the_broken_operation_open(tmp_path: Path) -> None:
    made = contract({"/bad": {"get": {"parameters": 5}}, **GOOD})
    demanded = profile(demand("T-IOP-01", "contract.answers.body_matches_schema"))
    with agency(lambda _: Reply(body=b'"x"')) as served:
        ran = run(planned(made, goal(served.base_url), demanded), tmp_path)
        assert all(seen.path != "/bad" for seen in served.seen)
    verdicts = {found.unit: (str(found.verdict), str(found.reason)) for found in ran.findings}
    assert verdicts["GET /good"][0] == "pass"
    assert verdicts["GET /bad"] == ("not_tested", "inconclusive")
    assert engine.rejudge(ran.folder).differences == ()


def test_what_an_operation_says_holds_though_it_cannot_be_called() -> None:
    told = answers(security=SECURED, parameters=[{"$ref": REMOTE}], **{"x-vnda-personal": True})
    told["responses"] = {"200": {"$ref": REMOTE}, "4XX": {"description": "no"}}
    made = contract({"/bad": {"get": told}}, **SCHEMES)
    (bad,) = made.operations
    assert bad.broken is not None
    assert bad.secured
    assert bad.personal
    for check in ("success_is_described", "errors_are_described"):
        checks.every()[f"document.responses.{check}"].ask(made, bad)


def test_extensions_are_no_paths_and_no_statuses() -> None:
    operation = answers()
    operation["responses"]["x-more"] = 5
    made = contract({"x-paths": 5, "/x": {"get": operation}})
    assert set(made.operations[0].responses) == {"200"}
    assert made.flaws == ()


def test_two_operations_of_one_id_go_by_different_names() -> None:
    made = contract(
        {"/a": {"get": answers(operationId="i")}, "/b": {"get": answers(operationId="i")}}
    )
    assert [o.id for o in made.operations] == ["i", "GET /b"]
    assert made.operation("i") is made.operations[0]
    assert only_flaw(made).operation == "GET /b"


def test_a_security_scheme_that_nobody_describes_is_told_and_demands_credentials() -> None:
    made = contract({"/x": {"get": answers(security=SECURED)}})
    assert made.operations[0].secured
    assert "token" in only_flaw(made).what.en


def test_an_empty_security_means_that_of_the_document() -> None:
    scheme = {"components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}}
    made = contract({"/x": {"get": answers(security=None)}}, security=SECURED, **scheme)
    assert made.operations[0].secured


@pytest.mark.parametrize("said", ["no", "false", 1, None])
def test_only_true_makes_an_operation_safe(said: Any) -> None:
    assert not contract({"/x": {"post": answers(**{"x-safe": said})}}).operations[0].safe


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": "5"},
        {"type": "object", "properties": ["a"]},
        {"minimum": "5"},
        {"multipleOf": 0},
        {"enum": 5},
        {"allOf": {"a": 1}},
        {"items": 5},
        {"pattern": 5},
        {"required": [["a"]]},
    ],
)
def test_a_schema_with_a_keyword_of_another_type_is_unusable_and_no_error_of_ours(
    schema: Any,
) -> None:
    made = contract({"/x": {"get": answers(schema)}})
    pointer = made.operations[0].schema_at(200, "application/json")
    assert pointer is not None
    for body in ("x", 5, Decimal("0.5"), [1], {"a": 1}):
        try:
            made.breaches(pointer, body)
        except ContractError:
            break
    else:
        pytest.fail("the schema was used")


def test_schemas_that_hold_themselves_in_many_ways_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "MAX_FOLLOWED", 2000)
    node = {
        "anyOf": [
            {"properties": {"n": {"$ref": "#/components/schemas/N"}, "v": {"enum": [n]}}}
            for n in range(3)
        ]
    }
    made = contract(
        {"/x": {"get": answers({"$ref": "#/components/schemas/N"})}},
        components={"schemas": {"N": node}},
    )
    body: dict[str, Any] = {"v": 9}
    for _ in range(30):
        body = {"n": body, "v": 9}
    pointer = made.operations[0].schema_at(200, "application/json")
    assert pointer is not None
    with pytest.raises(ContractError, match="references followed"):
        made.breaches(pointer, body)
    # What was spent on one body is not missing for the next.
    assert made.breaches(pointer, {"v": 1}) == []


def test_a_body_under_a_range_of_types_is_held_against_its_schema() -> None:
    operation = answers()
    operation["responses"]["200"]["content"] = {"*/*": {"schema": {"type": "string"}}}
    made = contract({"/x": {"get": operation}})
    law = checks.every()["contract.answers.body_matches_schema"]
    with pytest.raises(Violation):
        law.ask(exchange(body=b"5"), made.operations[0], made)


def test_octets_that_happen_to_be_json_are_not_held_against_a_string() -> None:
    operation = answers({"type": "string", "format": "binary"})
    made = contract({"/x": {"get": operation}})
    law = checks.every()["contract.answers.body_matches_schema"]
    with pytest.raises(NotApplicable):
        law.ask(exchange(body=b"{}"), made.operations[0], made)


# --- OpenAPI 3.2 ---------------------------------------------------------------------------------


def test_query_and_additional_operations_are_operations() -> None:
    item = {
        "query": answers(operationId="search"),
        "additionalOperations": {"COPY": answers(), "co py": answers()},
    }
    made = contract({"/x": item}, "3.2.0")
    assert [o.unit for o in made.operations] == ["QUERY /x", "COPY /x"]
    search, copied = made.operations
    assert (search.safe, search.reads) == (True, True)
    assert (copied.safe, copied.reads) == (False, False)
    assert "co py" in only_flaw(made).place
    assert "QUERY" not in SAFE_METHODS


def test_before_3_2_only_the_registered_extension_says_the_same() -> None:
    item = {"query": answers(), "x-oai-additionalOperations": {"QUERY": answers()}}
    made = contract({"/x": item}, "3.1.0")
    assert [o.unit for o in made.operations] == ["QUERY /x"]


def test_a_query_operation_that_says_it_is_not_safe_is_not() -> None:
    assert not contract({"/x": {"query": answers(**{"x-safe": False})}}, "3.2.0").operations[0].safe


def test_a_media_type_may_be_a_reference_and_a_stream_has_no_schema_of_its_whole() -> None:
    content = {
        "application/json": {"$ref": "#/components/mediaTypes/Name"},
        "application/jsonl": {"itemSchema": {"type": "string"}},
    }
    made = contract(
        {"/x": {"get": {"responses": {"200": {"content": content}}}}},
        "3.2.0",
        components={"mediaTypes": {"Name": {"schema": {"type": "string"}}}},
    )
    (operation,) = made.operations
    assert operation.schema_at(200, "application/json") == "/components/mediaTypes/Name/schema"
    assert operation.schema_at(200, "application/jsonl") is None


@pytest.mark.parametrize("example", ["a=1&b=x%20y", {"a": 1, "b": "x y"}])
def test_a_whole_query_is_sent_as_its_parts(example: Any) -> None:
    content = {"application/x-www-form-urlencoded": {"example": example}}
    whole = {"name": "q", "in": "querystring", "required": True, "content": content}
    made = contract({"/x": {"get": answers(parameters=[whole])}}, "3.2.0")
    scene = planned(made, goal(), profile()).scene
    probe = Probe(scene, Case("GET /x", "c"), None, None)  # type: ignore[arg-type]  # nothing is sent
    question = probe.form(made.operations[0], identity=None)
    assert question.url == f"{scene.target.base_url}/x?a=1&b=x+y"


def test_a_document_that_names_itself_may_refer_to_itself_by_that_name() -> None:
    own = "https://api.example/openapi.json"
    made = contract(
        {
            "/x": {
                "parameters": [{"$ref": f"{own}#/components/parameters/q"}],
                "get": answers({"$ref": f"{own}#/components/schemas/N"}),
            }
        },
        "3.2.0",
        **{"$self": own},
        components={
            "schemas": {"N": {"type": "string"}},
            "parameters": {"q": {"name": "q", "in": "query"}},
        },
    )
    (operation,) = made.operations
    assert [p.name for p in operation.parameters] == ["q"]
    pointer = operation.schema_at(200, "application/json")
    assert pointer is not None
    assert [b.rule for b in made.breaches(pointer, 5)] == ["type"]


# --- anything ------------------------------------------------------------------------------------

PARAMETER = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"$ref": "#/components/schemas/Id"},
}
ITEM = {
    "parameters": [{"$ref": "#/components/parameters/id"}],
    "get": {
        "operationId": "read",
        "security": [{"token": []}],
        "responses": {
            "200": {
                "description": "d",
                "headers": {"X-A": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}},
            },
            "default": {"$ref": "#/components/responses/Problem"},
        },
    },
    "put": {
        "operationId": "write",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"example": {"id": 1}, "schema": {"type": "object"}}},
        },
        "responses": {"2XX": {"description": "d"}},
    },
}
NODE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"$ref": "#/components/schemas/Id"},
        "amount": {"type": "number", "multipleOf": 0.01, "minimum": 0},
        "next": {"$ref": "#/components/schemas/Node"},
        "all": {"type": "array", "items": {"anyOf": [{"$ref": "#/components/schemas/Node"}]}},
    },
}
OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "/v1"}],
    "security": [{"token": []}],
    "paths": {"/things/{id}": ITEM, "/x": {"$ref": "#/components/pathItems/x"}},
    "components": {
        "schemas": {"Id": {"type": "string", "pattern": "^[a-z]+$", "example": "a"}, "Node": NODE},
        "parameters": {"id": PARAMETER},
        "responses": {"Problem": {"content": {"*/*": {"schema": {"type": "object"}}}}},
        "pathItems": {"x": {"query": answers(), "additionalOperations": {"COPY": answers()}}},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
SWAGGER = {
    "swagger": "2.0",
    "host": "h",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "security": [{"token": []}],
    "paths": {
        "/things/{id}": {
            "parameters": [{"$ref": "#/parameters/id"}],
            "post": {
                "parameters": [
                    {"in": "body", "name": "b", "schema": {"$ref": "#/definitions/Node"}},
                    {"in": "query", "name": "q", "type": "array", "collectionFormat": "multi"},
                ],
                "responses": {"200": {"$ref": "#/responses/Ok"}},
            },
            "put": {
                "consumes": ["multipart/form-data"],
                "parameters": [{"in": "formData", "name": "f", "type": "file", "required": True}],
                "responses": {
                    "200": {"schema": {"type": "file"}, "headers": {"X": {"type": "string"}}}
                },
            },
        }
    },
    "parameters": {"id": {"in": "path", "name": "id", "required": True, "type": "string"}},
    "responses": {
        "Ok": {"schema": {"$ref": "#/definitions/Node"}, "examples": {"application/json": {}}}
    },
    "definitions": {
        "Node": {
            "type": "object",
            "discriminator": "kind",
            "properties": {"next": {"$ref": "#/definitions/Node"}, "kind": {"x-nullable": True}},
        }
    },
    "securityDefinitions": {"token": {"type": "oauth2", "flow": "implicit", "scopes": {}}},
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "/", "{", "#/paths", "#", "\r\n", "ộ", "2.0", "object", REMOTE]),
    st.just([]),
    st.just({}),
    st.sampled_from(
        [[None], [[]], [{}], {"": None}, {"$ref": "#/paths/~1x"}, {"$ref": 5}, {"a": []}]
    ),
    st.sampled_from([{"$ref": "#/components/schemas/Node"}, {"$ref": "#/components/pathItems/x"}]),
)
BODIES = (None, 5, Decimal("0.5"), "x", [], [{}], {}, {"id": 5, "next": {"id": "a", "all": [{}]}})


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [at, *(place for key, child in inner for place in places(child, (*at, key)))][
        bool(not at) :
    ]


def spoilt(document: Any, place: tuple[Any, ...], junk: Any) -> None:
    node = document
    for step in place[:-1]:
        node = node[step] if isinstance(node, dict | list) and has(node, step) else None
    if isinstance(node, dict | list) and has(node, place[-1]):
        node[place[-1]] = junk


def has(node: Any, step: Any) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)


BASE = profiles.read("base")


def used(made: Contract) -> None:
    """Use everything of a contract that a run uses; only outcomes may come of it."""
    assert json.loads(json.dumps(made.original)) == made.original
    assert made.digest.startswith("sha256:")
    assert Contract(made.original, made.source).operations == made.operations
    _ = made.proposed, made.server_paths(), made.flaws, made.security_schemes
    made_plan = plans.make([BASE], goal(), made, Options(date(2026, 11, 21), 1))
    costs.at_most(made_plan)
    scene = made_plan.scene
    for operation in scene.operations:
        assert scene.operation(operation.unit) is operation
        assert scene.operation(operation.id) is not None
        operation.fits("/things/a")
        probe = Probe(scene, Case(operation.unit, "c"), None, None)  # type: ignore[arg-type]  # nothing is sent
        with contextlib.suppress(NotTested):
            probe.form(operation, identity=None)
        for status in (200, 404):
            operation.documented(status)
            pointer = operation.schema_at(status, "application/json")
            for body in BODIES if pointer is not None else ():
                try:
                    made.breaches(str(pointer), body)
                except ContractError:
                    break


DOCUMENTS = pytest.mark.parametrize(
    "document",
    [OPENAPI, {**OPENAPI, "openapi": "3.2.0"}, SWAGGER],
    ids=["3.0", "3.2", "swagger"],
)


def try_with(document: Any, changes: Iterable[tuple[tuple[Any, ...], Any]]) -> None:
    mutant = copy.deepcopy(document)
    for place, junk in changes:
        spoilt(mutant, place, copy.deepcopy(junk))
    try:
        made = contracts.load(json.dumps(mutant).encode(), "c.json")
    except ContractError:
        return
    used(made)


@DOCUMENTS
def test_whatever_stands_in_one_place_of_a_contract_it_is_refused_or_usable(document: Any) -> None:
    try_with(document, [])
    for place in places(document):
        for junk in (None, True, 5, "x", [], [None], {}, {"": []}):
            try_with(document, [(place, junk)])


@DOCUMENTS
def test_whatever_stands_in_several_places_it_is_refused_or_usable(document: Any) -> None:
    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(places(document)), JUNK), min_size=2, max_size=4))
    def fuzzed(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
        try_with(document, changes)

    fuzzed()
