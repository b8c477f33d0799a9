"""Contracts that are published with something wrong in them; the agency itself works."""

from __future__ import annotations

import json
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import operation_of, publishing, serving
from conformance.sandbox.variations import fault

Document = dict[str, Any]

STATUS = "contract.answers.status_is_documented"
VALID = "document.structure.document_is_valid"
IDS = "document.structure.operations_have_unique_ids"
PATHS = "document.structure.path_parameters_are_declared"
WRITING = "document.security.writing_operations_declare_security"
READING = "document.security.reading_operations_declare_security"
SCHEMES = "document.security.schemes_are_secure"
HTTPS = "document.servers.servers_use_https"
BASE = "document.servers.base_address_is_a_server"
SUCCESS = "document.responses.success_is_described"
ERRORS = "document.responses.errors_are_described"
PROBLEMS = "document.responses.errors_are_problem_documents"
BODIES = "document.bodies.json_bodies_have_schemas"
BOUNDS = "document.inputs.inputs_are_bounded"
SECRETS = "document.inputs.urls_carry_no_secrets"
PERSONAL = "document.inputs.urls_carry_no_personal_data"
EXAMPLES = "document.samples.examples_match_their_schemas"
PUBLISHED = "document.publication.contract_is_published"
LIMITS = "document.promises.limits_of_calls_are_told"
QUERY = "document.names.query_parameters_are_named_alike"
TYPE = "contract.answers.type_is_documented"

JSON = "application/json"
PROBLEM = "application/problem+json"


# --- structure -----------------------------------------------------------------------------------


@fault(breaks=[VALID])
def response_without_description(agency: Agency) -> Agency:
    """A response of the contract has no description, which OpenAPI requires."""

    def change(document: Document) -> None:
        del operation_of(document, "listProcedures")["responses"]["200"]["description"]

    return publishing(agency, change)


@fault(breaks=[VALID])
def reference_to_nothing(agency: Agency) -> Agency:
    """A reference of the contract leads to a response that is not there."""

    def change(document: Document) -> None:
        responses = operation_of(document, "listProcedures")["responses"]
        responses["304"] = {"$ref": "#/components/responses/KhongThayDoi"}

    return publishing(agency, change)


@fault(breaks=[VALID])
def type_that_json_does_not_have(agency: Agency) -> Agency:
    """A schema that nobody uses yet has the type `text`, which JSON Schema does not know."""

    def change(document: Document) -> None:
        document["components"]["schemas"]["GhiChu"] = {"type": "text", "maxLength": 100}

    return publishing(agency, change)


@fault(breaks=[IDS])
def operation_id_twice(agency: Agency) -> Agency:
    """Two operations of the contract have one operationId."""
    return publishing(agency, lambda document: _with_options(document, "listProcedures"))


@fault(breaks=[IDS])
def operation_id_missing(agency: Agency) -> Agency:
    """An operation of the contract has no operationId."""
    return publishing(agency, lambda document: _with_options(document, None))


@fault(breaks=[PATHS])
def path_parameter_not_declared(agency: Agency) -> Agency:
    """A path of the contract has a parameter that is declared nowhere."""

    def change(document: Document) -> None:
        del document["paths"]["/procedures/{maThuTuc}"]["parameters"]

    return publishing(agency, change)


@fault(breaks=[PATHS])
def path_parameter_that_no_path_has(agency: Agency) -> Agency:
    """The contract declares a path parameter that the path does not have."""
    return publishing(agency, lambda document: _with_parameter(document, "maTinh", place="path"))


# --- security ------------------------------------------------------------------------------------


@fault(breaks=[WRITING])
def withdrawal_without_security(agency: Agency) -> Agency:
    """The contract does not say who may withdraw a dossier."""
    return publishing(agency, lambda document: _secured_one_by_one(document, "withdrawDossier"))


@fault(breaks=[WRITING])
def withdrawal_by_an_unknown_scheme(agency: Agency) -> Agency:
    """Withdrawing demands a scheme that the contract does not declare."""

    def change(document: Document) -> None:
        operation_of(document, "withdrawDossier")["security"] = [{"vneid": []}]

    return publishing(agency, change)


@fault(breaks=[READING])
def progress_without_security(agency: Agency) -> Agency:
    """The contract does not say who may read the progress of a dossier."""
    return publishing(agency, lambda document: _secured_one_by_one(document, "listProgress"))


@fault(breaks=[READING])
def one_of_two_schemes_unknown(agency: Agency) -> Agency:
    """Reading dossiers demands two schemes at once; the contract declares only one of them."""

    def change(document: Document) -> None:
        operation_of(document, "listDossiers")["security"] = [{"bearer": [], "chuKySo": []}]

    return publishing(agency, change)


@fault(breaks=[SCHEMES])
def password_with_every_call(agency: Agency) -> Agency:
    """The contract has the password sent with each call (HTTP Basic)."""

    def change(document: Document) -> None:
        document["components"]["securitySchemes"]["bearer"] = {"type": "http", "scheme": "Basic"}

    return publishing(agency, change)


@fault(breaks=[SCHEMES])
def token_through_the_browser(agency: Agency) -> Agency:
    """The contract offers the implicit flow of OAuth 2.0 beside a good one."""

    def change(document: Document) -> None:
        flows = {
            "authorizationCode": {
                "authorizationUrl": "https://sso.example.vn/authorize",
                "tokenUrl": "https://sso.example.vn/token",
                "scopes": {},
            },
            "implicit": {"authorizationUrl": "https://sso.example.vn/authorize", "scopes": {}},
        }
        document["components"]["securitySchemes"]["bearer"] = {"type": "oauth2", "flows": flows}

    return publishing(agency, change)


@fault(breaks=[SCHEMES])
def token_in_the_clear(agency: Agency) -> Agency:
    """The contract has tokens fetched from an address that is not https."""

    def change(document: Document) -> None:
        flow = {"tokenUrl": "http://sso.example.vn/token", "scopes": {}}
        scheme = {"type": "oauth2", "flows": {"clientCredentials": flow}}
        document["components"]["securitySchemes"]["bearer"] = scheme

    return publishing(agency, change)


# --- servers -------------------------------------------------------------------------------------


@fault(breaks=[HTTPS])
def server_in_the_clear(agency: Agency) -> Agency:
    """The contract names a public address that is not https."""

    def change(document: Document) -> None:
        document["servers"].append({"url": "http://tthc.example.vn/api"})

    return publishing(agency, change)


@fault(breaks=[HTTPS])
def one_operation_in_the_clear(agency: Agency) -> Agency:
    """One operation of the contract has an address of its own, plain http by default."""

    def change(document: Document) -> None:
        variables = {"cach": {"default": "http", "enum": ["http", "https"]}}
        server = {"url": "{cach}://thu-tuc.example.vn", "variables": variables}
        operation_of(document, "getProcedure")["servers"] = [server]

    return publishing(agency, change)


@fault(breaks=[BASE])
def server_of_somebody_else(agency: Agency) -> Agency:
    """The agency's own contract names another server than the one that answers."""

    def change(document: Document) -> None:
        _made_its_own(document)
        document["servers"] = [{"url": "http://127.0.0.1:1"}, {"url": "https://tthc.example.vn"}]

    return publishing(agency, change)


@fault(breaks=[BASE])
def server_with_another_path(agency: Agency) -> Agency:
    """The agency's own contract names the right server with a path that it does not have."""

    def change(document: Document) -> None:
        _made_its_own(document)
        document["servers"][0]["url"] += "/v2"

    return publishing(agency, change)


# --- answers -------------------------------------------------------------------------------------


@fault(breaks=[SUCCESS], also=[TYPE])
def success_left_to_default(agency: Agency) -> Agency:
    """The contract names errors and `default`, but not what comes when all is well."""

    def change(document: Document) -> None:
        del operation_of(document, "listProgress")["responses"]["200"]

    return publishing(agency, change)


@fault(breaks=[SUCCESS], also=[TYPE, LIMITS])
def only_default_described(agency: Agency) -> Agency:
    """The contract describes one answer for everything."""

    def change(document: Document) -> None:
        responses = operation_of(document, "getDossier")["responses"]
        operation_of(document, "getDossier")["responses"] = {"default": responses["default"]}

    return publishing(agency, change)


@fault(breaks=[ERRORS])
def refusal_not_described(agency: Agency) -> Agency:
    """The contract demands credentials and does not say what comes without them."""
    return publishing(agency, lambda document: _without(document, "listDossiers", "401"))


@fault(breaks=[ERRORS])
def unknown_dossier_not_described(agency: Agency) -> Agency:
    """The contract does not say what comes for a dossier that does not exist."""
    return publishing(agency, lambda document: _without(document, "getDossier", "404"))


@fault(breaks=[ERRORS], also=[STATUS])
def wrong_input_not_described(agency: Agency) -> Agency:
    """The contract does not say what comes for a submission that is not valid."""
    return publishing(agency, lambda document: _without(document, "createDossier", "400"))


@fault(breaks=[PROBLEMS])
def error_in_plain_json(agency: Agency) -> Agency:
    """The contract describes an error as ordinary JSON."""

    def change(document: Document) -> None:
        content = document["components"]["responses"]["TooLarge"]["content"]
        document["components"]["responses"]["TooLarge"]["content"] = {JSON: content[PROBLEM]}

    return publishing(agency, change)


@fault(breaks=[PROBLEMS])
def problem_of_other_members(agency: Agency) -> Agency:
    """The contract calls an error a problem document and gives it other members."""

    def change(document: Document) -> None:
        members = {"maLoi": {"type": "string"}, "thongBao": {"type": "string"}}
        schema = {"type": "object", "properties": members}
        document["components"]["responses"]["TooLarge"]["content"] = {PROBLEM: {"schema": schema}}

    return publishing(agency, change)


@fault(breaks=[BODIES])
def answer_of_any_shape(agency: Agency) -> Agency:
    """The contract says nothing about the shape of an answer."""
    return publishing(agency, lambda document: _answering(document, "listProgress", {}))


@fault(breaks=[BODIES])
def object_without_members(agency: Agency) -> Agency:
    """The contract says of an answer only that it is an object."""
    schema = {"type": "object", "description": "Hồ sơ sau khi rút."}
    return publishing(agency, lambda document: _answering(document, "withdrawDossier", schema))


# --- input ---------------------------------------------------------------------------------------


@fault(breaks=[BOUNDS])
def text_without_end(agency: Agency) -> Agency:
    """The contract lets a text of any length be sent."""

    def change(document: Document) -> None:
        del document["components"]["schemas"]["Withdrawal"]["properties"]["lyDo"]["maxLength"]

    return publishing(agency, change)


@fault(breaks=[BOUNDS])
def number_without_end(agency: Agency) -> Agency:
    """The contract lets a page of any number be asked for."""

    def change(document: Document) -> None:
        del document["components"]["parameters"]["Page"]["schema"]["maximum"]

    return publishing(agency, change)


@fault(breaks=[BOUNDS])
def list_without_end_in_a_list(agency: Agency) -> Agency:
    """Deep inside a request, behind references, the contract lets any number of papers be sent."""

    def change(document: Document) -> None:
        del document["components"]["schemas"]["Supplement"]["properties"]["giayTo"]["maxItems"]

    return publishing(agency, change)


@fault(breaks=[SECRETS])
def token_in_the_query(agency: Agency) -> Agency:
    """The contract lets the access token travel in the address."""
    return publishing(agency, lambda document: _with_parameter(document, "accessToken"))


@fault(breaks=[SECRETS])
def key_in_the_query(agency: Agency) -> Agency:
    """The contract lets a key in the address take the place of the token."""

    def change(document: Document) -> None:
        key = {"type": "apiKey", "in": "query", "name": "k"}
        document["components"]["securitySchemes"]["khoa"] = key
        operation_of(document, "listDossiers")["security"] = [{"bearer": []}, {"khoa": []}]

    return publishing(agency, change)


@fault(breaks=[PERSONAL])
def personal_number_in_the_query(agency: Agency) -> Agency:
    """The contract lets dossiers be looked for by personal number in the address."""
    return publishing(agency, lambda document: _with_parameter(document, "soDinhDanh"))


@fault(breaks=[PERSONAL], also=[QUERY])
def phone_in_the_query(agency: Agency) -> Agency:
    """The contract lets dossiers be looked for by the applicant's phone in the address."""
    return publishing(agency, lambda document: _with_parameter(document, "applicant_phone"))


@fault(breaks=[EXAMPLES])
def example_of_another_type(agency: Agency) -> Agency:
    """An example of the contract has a number where its schema has a text."""

    def change(document: Document) -> None:
        content = operation_of(document, "createDossier")["requestBody"]["content"][JSON]
        content["examples"]["thuongTru"]["value"]["maTinh"] = 46

    return publishing(agency, change)


@fault(breaks=[EXAMPLES])
def example_in_a_schema_not_allowed(agency: Agency) -> Agency:
    """An example inside a schema of the contract is none of the values that the schema lists."""

    def change(document: Document) -> None:
        document["components"]["schemas"]["Channel"]["examples"] = ["2", "online"]

    return publishing(agency, change)


# --- publication ---------------------------------------------------------------------------------


@fault(breaks=[PUBLISHED])
def contract_at_an_odd_place(agency: Agency) -> Agency:
    """The contract can be had only where nobody looks for it."""
    return agency.with_(published_at="/tai-lieu/dac-ta-giao-dien.json")


@fault(breaks=[PUBLISHED])
def old_contract_published(agency: Agency) -> Agency:
    """What is published is an older contract, without some operations."""
    kept = ("/procedures", "/procedures/{maThuTuc}")
    document = agency.contract.document
    old = {**document, "paths": {path: document["paths"][path] for path in kept}}
    text = json.dumps(old, ensure_ascii=False)
    older = agency.with_(published_at="/noi-bo/dac-ta.json")
    return publishing(older.intercepting(serving("/openapi.json", JSON, text)), _made_its_own)


# --- small changes -------------------------------------------------------------------------------


def _made_its_own(document: Document) -> None:
    """Make a contract the agency's own, not a proposal of others."""
    document["info"].pop("x-norm-status", None)


def _with_options(document: Document, operation_id: str | None) -> None:
    """Add an operation that the agency refuses as any other method that it does not have."""
    operation = {
        "summary": "Các phương thức của danh sách",
        "security": [],
        "responses": {
            "204": {"description": "Các phương thức."},
            "429": {"$ref": "#/components/responses/TooMany"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if operation_id:
        operation["operationId"] = operation_id
    document["paths"]["/procedures"]["options"] = operation


def _with_parameter(document: Document, name: str, place: str = "query") -> None:
    schema = {"type": "string", "maxLength": 20}
    parameter = {"name": name, "in": place, "required": place == "path", "schema": schema}
    operation = operation_of(document, "listDossiers")
    operation["parameters"] = [*operation["parameters"], {**parameter, "example": "1"}]


def _secured_one_by_one(document: Document, but: str) -> None:
    """Declare security on each operation instead of the document, and leave one out."""
    wanted = document.pop("security")
    for item in document["paths"].values():
        for entry in item.values():
            if isinstance(entry, dict) and entry["operationId"] != but:
                entry.setdefault("security", wanted)


def _without(document: Document, operation_id: str, *statuses: str) -> None:
    responses = operation_of(document, operation_id)["responses"]
    for status in (*statuses, "default"):
        del responses[status]


def _answering(document: Document, operation_id: str, schema: Document) -> None:
    operation_of(document, operation_id)["responses"]["200"]["content"][JSON]["schema"] = schema
