"""The quality of a contract by itself: what is asked of it, what is found, and where."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import DAY, openapi

from conformance import contract as contracts
from conformance import shipped
from conformance.errors import ContractError, ProfileError
from conformance.lint import contract as contract_lint
from conformance.lint.contract import Linted

PROBLEM = {
    "title": {"type": "string"},
    "status": {"type": "integer", "format": "int32"},
    "detail": {"type": "string"},
}
ERROR = {
    "description": "an error",
    "content": {"application/problem+json": {"schema": {"type": "object", "properties": PROBLEM}}},
}
TOO_MANY = {**ERROR, "headers": {"Retry-After": {"schema": {"type": "integer"}}}}
ITEM = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "maxLength": 5}},
}
GOOD: dict[str, Any] = openapi(
    {
        "/things/{id}": {
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "maxLength": 9},
                    "example": "a",
                }
            ],
            "put": {
                "operationId": "putThing",
                "summary": "Puts a thing",
                "requestBody": {"content": {"application/json": {"schema": ITEM}}},
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": ITEM}},
                    },
                    "429": TOO_MANY,
                    "default": ERROR,
                },
            },
        }
    },
    "3.1.0",
    info={
        "title": "Things",
        "version": "1.0.0",
        "description": "Things and their names.",
        "contact": {"email": "help@example.vn"},
    },
    servers=[{"url": "https://api.example.vn"}],
    security=[{"token": []}],
    components={"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
)


def test_who_may_call_without_saying_so_is_told_how_to_say_it(tmp_path: Path) -> None:
    """A target file may call it public, but lint knows none."""
    silent = {name: part for name, part in GOOD.items() if name != "security"}
    (finding,) = [f for f in linted(tmp_path, silent).findings if f.requirement == "BASE-DOC-03"]
    (offender,) = finding.offenders
    assert "`security: []`" in offender.what.vi
    assert "`security: []`" in offender.what.en


def test_a_contract_on_one_line_has_no_lines_to_tell(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    path.write_text(
        json.dumps({**GOOD, "servers": [{"url": "http://a.example.vn"}]}) + "\n", "utf-8"
    )
    found = contract_lint.lint(str(path), "base", as_of=DAY).findings
    assert found
    assert not any(finding.lines for finding in found)


def linted(folder: Path, document: Any, **more: Any) -> Linted:
    path = folder / "contract.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return contract_lint.lint(str(path), more.pop("profile", "base"), as_of=DAY, **more)


def broken(found: Linted) -> dict[str, list[str]]:
    return {f.requirement: [o.pointer for o in f.offenders] for f in found.findings}


def at(document: dict[str, Any], *steps: str | int) -> Any:
    for step in steps:
        document = document[step]  # type: ignore[index]  # steps of a tree
    return document


PUT = ("paths", "/things/{id}", "put")
HERE = "/paths/~1things~1{id}"


def test_a_good_contract_has_no_finding(tmp_path: Path) -> None:
    found = linted(tmp_path, GOOD)
    assert broken(found) == {}
    assert found.undecided == ()
    assert found.requirements == 34


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
def test_both_versions_are_judged_alike(tmp_path: Path, version: str) -> None:
    assert broken(linted(tmp_path, {**GOOD, "openapi": version})) == {}


@pytest.mark.parametrize("system", ["procedure-system"])
def test_shipped_contracts_have_no_finding(system: str) -> None:
    found = contract_lint.lint(str(shipped.contract(system)), "base", as_of=DAY)
    assert broken(found) == {}
    assert found.undecided == ()


def without(document: dict[str, Any], *steps: str | int) -> None:
    del at(document, *steps[:-1])[steps[-1]]


def put(document: dict[str, Any], *steps: Any) -> None:
    at(document, *steps[:-2])[steps[-2]] = steps[-1]


def test_an_error_that_is_not_described_is_told_by_its_case(tmp_path: Path) -> None:
    document = json.loads(json.dumps(GOOD))
    without(document, *PUT, "responses", "default")
    (found,) = (f for f in linted(tmp_path, document).findings if f.requirement == "BASE-DOC-08")
    (offender,) = found.offenders
    assert offender.what.vi == (
        "chưa mô tả trả lời khi không có quyền (401 hoặc 403);"
        " khi dữ liệu gửi lên sai (400 hoặc 422); khi không tìm thấy (404 hoặc 410)"
    )
    assert offender.what.en == (
        "no answer is described for missing permission (401 or 403);"
        " for wrong input (400 or 422); for what is not there (404 or 410)"
    )


@pytest.mark.parametrize(
    ("change", "steps", "requirement", "pointer"),
    [
        (without, ("info", "title"), "BASE-DOC-01", "/info"),
        (
            put,
            (*PUT, "responses", "304", {"$ref": "#/no"}),
            "BASE-DOC-01",
            f"{HERE}/put/responses/304",
        ),
        (without, ("security",), "BASE-DOC-03", f"{HERE}/put"),
        (put, ("security", []), "BASE-DOC-03", f"{HERE}/put"),
        (put, (*PUT, "security", [{"key": []}]), "BASE-DOC-03", f"{HERE}/put/security/0/key"),
        (put, ("servers", 0, "url", "http://api.example.vn"), "BASE-DOC-05", "/servers/0/url"),
        (without, (*PUT, "responses", "200"), "BASE-DOC-07", f"{HERE}/put"),
        (without, (*PUT, "responses", "default"), "BASE-DOC-08", f"{HERE}/put"),
        (
            put,
            (*PUT, "responses", "200", "content", "application/json", "schema", {}),
            "BASE-DOC-09",
            f"{HERE}/put/responses/200/content/application~1json/schema",
        ),
        (
            put,
            (*PUT, "responses", "default", {"description": "no body"}),
            "BASE-DOC-10",
            f"{HERE}/put/responses/default",
        ),
        (
            without,
            ("paths", "/things/{id}", "parameters", 0, "schema", "maxLength"),
            "BASE-DOC-11",
            f"{HERE}/parameters/0/schema",
        ),
        (
            put,
            ("paths", "/things/{id}", "parameters", 0, "example", "far too long"),
            "BASE-DOC-12",
            f"{HERE}/parameters/0/example",
        ),
        (without, (*PUT, "operationId"), "BASE-DOC-13", f"{HERE}/put"),
        (put, ("components", "securitySchemes", "token", "scheme", "basic"), "BASE-DOC-16", None),
    ],
)
def test_each_requirement_names_the_place(
    tmp_path: Path, change: Any, steps: tuple[Any, ...], requirement: str, pointer: str | None
) -> None:
    document = deepcopy(GOOD)
    change(document, *steps)
    found = broken(linted(tmp_path, document))
    assert list(found) == [requirement]
    assert found[requirement] == [pointer or "/components/securitySchemes/token/scheme"]


@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("access_token", "BASE-DOC-14"),
        ("apiKey", "BASE-DOC-14"),
        ("new-password", "BASE-DOC-14"),
        ("token", "BASE-DOC-14"),
        ("soDinhDanh", "BASE-DOC-15"),
        ("CCCD", "BASE-DOC-15"),
        ("applicantEmail", "BASE-DOC-15"),
        *((n, None) for n in ("pageToken", "nextToken", "state", "code", "sortKey", "secretary")),
    ],
)
def test_names_that_do_not_belong_into_addresses(
    tmp_path: Path, name: str, requirement: str | None
) -> None:
    document = deepcopy(GOOD)
    schema = {"type": "string", "maxLength": 9}
    at(document, *PUT)["parameters"] = [{"name": name, "in": "query", "schema": schema}]
    assert list(broken(linted(tmp_path, document))) == ([requirement] if requirement else [])


def test_a_token_beside_a_limit_is_the_next_page(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    number = {"type": "integer", "format": "int32"}
    at(document, *PUT)["parameters"] = [
        {"name": "_token", "in": "query", "schema": {"type": "string", "maxLength": 9}},
        {"name": "_limit", "in": "query", "schema": number},
    ]
    assert broken(linted(tmp_path, document)) == {}


def test_what_lies_outside_stays_open_and_is_no_finding(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    outside = {"$ref": "https://example.vn/common.json#/parameters/id"}
    document["paths"]["/things/{id}"]["parameters"] = [outside]
    found = linted(tmp_path, document)
    assert broken(found) == {}
    assert {"BASE-DOC-01", "BASE-DOC-11", "BASE-DOC-13"} <= {name for name, _ in found.undecided}


def test_a_shared_place_offends_once(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    item = document["paths"]["/things/{id}"]
    del item["parameters"][0]["schema"]["maxLength"]
    item["delete"] = {
        "operationId": "deleteThing",
        "summary": "Deletes a thing",
        "responses": {"204": {"description": "gone"}, "429": TOO_MANY, "default": ERROR},
    }
    assert broken(linted(tmp_path, document)) == {"BASE-DOC-11": [f"{HERE}/parameters/0/schema"]}


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    del document["info"]["title"]
    path = tmp_path / "contract.yaml"
    path.write_text("# a remark\n" + yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    (finding,) = contract_lint.lint(str(path), "base", as_of=DAY).findings
    text = path.read_text(encoding="utf-8").splitlines()
    assert text[finding.lines["/info"] - 1].startswith("info:")


def test_only_the_wished_levels_are_looked_at(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    del document["paths"]["/things/{id}"]["parameters"][0]["schema"]["maxLength"]
    assert broken(linted(tmp_path, document, level="MUST")) == {}


def test_a_profile_without_a_word_on_contracts_is_refused(tmp_path: Path) -> None:
    profile = tmp_path / "p.yaml"
    said = {"vi": "Điều được yêu cầu", "en": "What is demanded"}
    demand = {
        "id": "P-SEC-01", "group": "SEC", "level": "MUST", "impact": "low", "basis": "scheme",
        "norm": {"document": "RFC-9457"}, "text": said,
        "checks": ["http.exposure.management_paths_are_hidden"],
    }  # fmt: skip
    document = {"profile": "p", "version": "1.0.0", "title": said, "requirements": [demand]}
    profile.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ProfileError):
        linted(tmp_path, GOOD, profile=str(profile))


@pytest.mark.parametrize("document", [{}, {"swagger": "1.2"}, {"openapi": "3.1.0"}, []])
def test_what_is_no_contract_is_refused(tmp_path: Path, document: Any) -> None:
    with pytest.raises(ContractError):
        linted(tmp_path, document)


@pytest.mark.parametrize(
    ("change", "steps", "pointer"),
    [
        (without, PUT, "/paths"),
        (
            put,
            (*PUT, "responses", {"201": {"description": "made"}, "default": ERROR}),
            f"{HERE}/put/responses",
        ),
        (
            put,
            (*PUT, "requestBody", "required", True),
            f"{HERE}/put/requestBody",
        ),
        (
            put,
            (*PUT, "parameters", [{"name": "q", "in": "query", "required": True, "schema": {}}]),
            f"{HERE}/put/parameters/0",
        ),
        (
            put,
            (*PUT, "requestBody", "content", "application/json", "schema", "required", ["name"]),
            f"{HERE}/put/requestBody/content/application~1json/schema",
        ),
        (
            put,
            (*PUT, "responses", "200", "content", "application/json", "schema", "properties",
             "name", "type", ["string", "null"]),
            f"{HERE}/put/responses/200/content/application~1json/schema/properties/name",
        ),
        (put, (*PUT, "summary", "other words"), None),
        (put, (*PUT, "parameters", [{"name": "q", "in": "query", "schema": {}}]), None),
        (put, ("info", "version", "2.0.0"), None),
    ],
)  # fmt: skip
def test_what_breaks_callers_is_named_where_it_is(
    tmp_path: Path, change: Any, steps: tuple[Any, ...], pointer: str | None
) -> None:
    before = tmp_path / "before.json"
    again = {**GOOD["paths"]["/things/{id}"], "get": GOOD["paths"]["/things/{id}"]["put"]}
    whole = json.loads(json.dumps({**GOOD, "paths": {"/things/{id}": again}}))
    before.write_text(json.dumps(whole), encoding="utf-8")
    change(whole, *steps)
    found = broken(linted(tmp_path, whole, before=str(before)))
    assert found.get("BASE-DOC-34") == ([pointer] if pointer else None)


def test_the_contract_before_travels_and_is_no_part_of_the_digest() -> None:
    alone = contracts.load(json.dumps(GOOD).encode(), "new")
    both = alone.after(contracts.load(json.dumps({**GOOD, "tags": []}).encode(), "old"))
    assert both.digest == alone.digest
    again = contracts.Contract(both.original, "new")
    assert again.before is not None
    assert again.before.original["tags"] == []
    assert alone.before is None


@pytest.mark.parametrize("text", ["", "{}", "[", 1])
def test_a_contract_before_that_is_none_is_none(text: object) -> None:
    document = {**GOOD, contracts.BEFORE: text}
    assert contracts.load(json.dumps(document).encode(), "new").before is None
