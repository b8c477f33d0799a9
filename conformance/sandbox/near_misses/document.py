"""Contracts written in other legal ways."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import operation_of, publishing
from conformance.sandbox.variations import near_miss

Document = dict[str, Any]

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

JSON = "application/json"


@near_miss(spares=[VALID, EXAMPLES, BOUNDS])
def contract_in_openapi_30(agency: Agency) -> Agency:
    """The contract is an OpenAPI 3.0 document, with `nullable` and `example` (OpenAPI 3.0.3)."""

    def change(document: Document) -> None:
        document["openapi"] = "3.0.3"
        del document["info"]["license"]["identifier"]
        channel = document["components"]["schemas"]["Channel"]
        channel.update(nullable=True, example=None)
        _without_keywords_of_31(document["components"]["schemas"])

    return publishing(agency, change)


def _without_keywords_of_31(node: Any) -> None:
    """Say in OpenAPI 3.0 what `const`, `prefixItems` and a list of types say in 3.1."""
    for part in list(node.values() if isinstance(node, dict) else node):
        if isinstance(part, dict | list):
            _without_keywords_of_31(part)
    if not isinstance(node, dict):
        return
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if node.pop("prefixItems", None):
        node["items"] = {"type": "number", "format": "double"}
    if isinstance(node.get("type"), list):
        (kind,) = set(node["type"]) - {"null"}
        node.update(type=kind, nullable=True)


@near_miss(spares=[VALID, BODIES])
def members_called_like_keywords(agency: Agency) -> Agency:
    """Members of an object are named `$ref`, `type` and `example`; any name is legal."""

    def change(document: Document) -> None:
        names = ("$ref", "type", "example", "properties")
        members = {name: {"type": "string", "maxLength": 20} for name in names}
        schema = {"type": "object", "properties": members, "examples": [{"$ref": "#/khong-co"}]}
        document["components"]["schemas"]["TuDien"] = schema

    return publishing(agency, change)


@near_miss(spares=[IDS])
def operation_ids_that_differ_in_case(agency: Agency) -> Agency:
    """Two operationIds differ only in case; they are case-sensitive (OpenAPI 3.1, Operation)."""

    def change(document: Document) -> None:
        read = operation_of(document, "listProcedures")
        head = {"description": "Một trang của danh sách, không kèm nội dung."}
        document["paths"]["/procedures"]["head"] = {
            **read,
            "operationId": "ListProcedures",
            "responses": {**read["responses"], "200": head},
        }

    return publishing(agency, change)


@near_miss(spares=[PATHS])
def path_parameters_on_the_operation(agency: Agency) -> Agency:
    """A path parameter is declared on the operation, not on the path (OpenAPI 3.1, Path Item)."""

    def change(document: Document) -> None:
        item = document["paths"]["/procedures/{maThuTuc}"]
        item["get"]["parameters"] = item.pop("parameters")

    return publishing(agency, change)


@near_miss(spares=[WRITING, READING])
def security_on_each_operation(agency: Agency) -> Agency:
    """Security is declared on each operation and not on the document (OpenAPI 3.1, Operation)."""

    def change(document: Document) -> None:
        wanted = document.pop("security")
        for item in document["paths"].values():
            for entry in item.values():
                if isinstance(entry, dict):
                    entry.setdefault("security", wanted)

    return publishing(agency, change)


@near_miss(spares=[READING])
def credentials_optional_for_open_data(agency: Agency) -> Agency:
    """Open data may be read with or without credentials (OpenAPI 3.1, Security Requirement)."""

    def change(document: Document) -> None:
        operation_of(document, "listProcedures")["security"] = [{}, {"bearer": []}]

    return publishing(agency, change)


@near_miss(spares=[WRITING])
def step_reported_by_anybody(agency: Agency) -> Agency:
    """`security: []` on an operation says that it is public, as a webhook is (OpenAPI 3.1)."""

    def change(document: Document) -> None:
        operation_of(document, "addProgress")["security"] = []

    return publishing(agency, change)


@near_miss(spares=[SCHEMES])
def weak_scheme_that_nobody_uses(agency: Agency) -> Agency:
    """HTTP Basic is declared and no operation uses it; the token flow is over https."""

    def change(document: Document) -> None:
        schemes = document["components"]["securitySchemes"]
        schemes["matKhau"] = {"type": "http", "scheme": "basic"}
        flow = {"tokenUrl": "https://sso.example.vn/token", "scopes": {}}
        schemes["bearer"] = {"type": "oauth2", "flows": {"clientCredentials": flow}}

    return publishing(agency, change)


@near_miss(spares=[HTTPS, BASE])
def servers_written_relative(agency: Agency) -> Agency:
    """The agency's own contract names its server relative to itself (OpenAPI 3.1, Server)."""

    def change(document: Document) -> None:
        document["info"].pop("x-norm-status")
        document["servers"] = [{"url": "."}, {"url": "https://tthc.example.vn"}]

    return publishing(agency, change)


@near_miss(spares=[HTTPS])
def servers_to_try_things_out(agency: Agency) -> Agency:
    """Addresses of the reader's own machine and of a marked sandbox are not https."""

    def change(document: Document) -> None:
        variables = {"tinh": {"default": "hue"}}
        document["servers"] += [
            {"url": "http://localhost:8080/api"},
            {"url": "http://thu-nghiem.example.vn", "x-sandbox": True},
            {"url": "https://{tinh}.example.vn", "variables": variables},
        ]

    return publishing(agency, change)


@near_miss(spares=[ERRORS, PROBLEMS])
def errors_as_a_range(agency: Agency) -> Agency:
    """`4XX` stands for each single status of the caller's errors (OpenAPI 3.1, Responses)."""

    def change(document: Document) -> None:
        operation = operation_of(document, "listDossiers")
        problem = operation["responses"]["default"]
        kept = {status: operation["responses"][status] for status in ("200", "429")}
        operation["responses"] = {**kept, "4XX": problem}

    return publishing(agency, change)


@near_miss(spares=[SUCCESS])
def success_as_a_range(agency: Agency) -> Agency:
    """`2XX` stands for each single status of success (OpenAPI 3.1, Responses)."""

    def change(document: Document) -> None:
        responses = operation_of(document, "listProgress")["responses"]
        responses["2XX"] = responses.pop("200")

    return publishing(agency, change)


@near_miss(spares=[PROBLEMS])
def problem_composed_of_parts(agency: Agency) -> Agency:
    """The schema of problem documents is composed with `allOf` (OpenAPI 3.1, Schema Object)."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        schemas["CoreProblem"] = schemas.pop("ProblemDetails")
        more = {"properties": {"maTraCuu": {"type": "string"}}}
        schemas["ProblemDetails"] = {"allOf": [{"$ref": "#/components/schemas/CoreProblem"}, more]}

    return publishing(agency, change)


@near_miss(spares=[BODIES])
def object_of_any_members_on_purpose(agency: Agency) -> Agency:
    """An answer may have any members, and its schema says so (OpenAPI 3.1, Schema Object)."""

    def change(document: Document) -> None:
        content = operation_of(document, "listProgress")["responses"]["200"]["content"]
        content[JSON]["schema"] = {"type": "object", "additionalProperties": True}

    return publishing(agency, change)


@near_miss(spares=[BOUNDS])
def bounds_of_other_kinds(agency: Agency) -> Agency:
    """Input is bounded by formats, a pattern that ends, closed lists and a bound in `allOf`."""

    def change(document: Document) -> None:
        components = document["components"]
        components["parameters"]["Page"]["schema"] = {"type": "integer", "format": "int32"}
        text = {"type": "string", "minLength": 1}
        reason = {"allOf": [text, {"maxLength": 1000}]}
        members = {
            "lyDo": reason,
            "maTraCuu": {"type": "string", "pattern": "^[A-Z]{2}(-[0-9]{4}|[0-9]{1,6})$"},
            "ngay": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "kenh": {
                "type": "array",
                "uniqueItems": True,
                "items": {"type": "string", "enum": ["1", "2", "3"]},
            },
            "soThuTu": {"type": "string", "readOnly": True},
        }
        components["schemas"]["Withdrawal"]["properties"] = members

    return publishing(agency, change)


@near_miss(spares=[SECRETS, PERSONAL])
def parameters_that_sound_secret(agency: Agency) -> Agency:
    """`pageToken`, `state`, `code` and a yes-or-no `sendEmail` are neither secret nor personal."""

    def change(document: Document) -> None:
        operation = operation_of(document, "listDossiers")
        text = {"type": "string", "maxLength": 100}
        added = [
            {"name": name, "in": "query", "schema": text}
            for name in ("pageToken", "_token", "state", "code", "emailTemplate")
        ]
        flag = {"name": "sendEmail", "in": "query", "schema": {"type": "boolean"}}
        operation["parameters"] = [*operation["parameters"], *added, flag]

    return publishing(agency, change)


@near_miss(spares=[EXAMPLES])
def examples_of_one_side_only(agency: Agency) -> Agency:
    """Examples lack what the other side sends, or lie elsewhere (OpenAPI 3.1, Example Object)."""

    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        schemas["Supplement"]["properties"]["thoiDiem"] = {
            "type": "string",
            "format": "date-time",
            "readOnly": True,
        }
        schemas["Supplement"]["required"] = [*schemas["Supplement"]["required"], "thoiDiem"]
        content = operation_of(document, "supplementDossier")["requestBody"]["content"]
        elsewhere = {"externalValue": "https://tthc.example.vn/vi-du.json"}
        content[JSON]["examples"] = {**content[JSON]["examples"], "khac": elsewhere}
        content["text/csv"] = {**content[JSON], "examples": {"x": {"value": "tenGiayTo,soLuong"}}}

    return publishing(agency, change)


@near_miss(spares=[PUBLISHED])
def contract_published_as_yaml(agency: Agency) -> Agency:
    """The contract is published as YAML at another customary place (OpenAPI 3.1, Format)."""
    return agency.with_(published_at="/openapi.yaml")
