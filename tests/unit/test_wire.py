"""Requests read again from their bytes: invalid only where no plausible reading is allowed."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import BASE_URL, contract

from conformance.contract import Contract, wire
from conformance.contract.wire import Fit, Held, held
from conformance.evidence import Request

JSON = ("Content-Type", "application/json")


def operation(*parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"parameters": list(parameters), "responses": {"200": {"description": "ok"}}, **more}


def parameter(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "p", "in": "query", "schema": schema, **more}


def body(schema: dict[str, Any], media_type: str = "application/json", **more: Any) -> Any:
    return {"requestBody": {"content": {media_type: {"schema": schema}}, "required": True, **more}}


def asked(described: dict[str, Any], url: str = "/things", **request: Any) -> Held:
    path = "/things/{id}" if any(p["in"] == "path" for p in described["parameters"]) else "/things"
    made: Contract = contract({path: {"post": described}})
    (meant,) = made.operations
    sent = Request("POST", BASE_URL + url, **request)
    return held(made, meant, sent, BASE_URL.partition("://")[2].partition("/")[2])


def fit_of_query(schema: dict[str, Any], *texts: str, **more: Any) -> Fit:
    query = "&".join(f"p={quote(text, safe='')}" for text in texts)
    return asked(operation(parameter(schema, **more)), f"/things?{query}").fit


INTEGER = {"type": "integer", "minimum": 1, "maximum": 100}
INTEGERS = {"type": "array", "items": INTEGER, "maxItems": 3}


@pytest.mark.parametrize(
    ("schema", "texts", "fit"),
    [
        (INTEGER, ["5"], Fit.VALID),
        (INTEGER, ["5.0"], Fit.VALID),
        (INTEGER, [" 5"], Fit.VALID),
        (INTEGER, ["+5"], Fit.VALID),
        (INTEGER, ["٥"], Fit.VALID),
        (INTEGER, ["5.5"], Fit.INVALID),
        (INTEGER, ["0"], Fit.INVALID),
        (INTEGER, ["101"], Fit.INVALID),
        (INTEGER, ["năm"], Fit.INVALID),
        (INTEGER, ["NaN"], Fit.INVALID),
        (INTEGER, ["1e99999999999"], Fit.INVALID),
        ({"type": "number"}, ["1e400"], Fit.VALID),
        ({"type": "number", "minimum": 1}, ["1e-400"], Fit.INVALID),
        # The first or the last may be meant.
        (INTEGER, ["5", "x"], Fit.VALID),
        (INTEGER, ["y", "x"], Fit.INVALID),
        ({"type": "boolean"}, ["true"], Fit.VALID),
        ({"type": "boolean"}, ["1"], Fit.VALID),
        ({"type": "boolean"}, ["2"], Fit.INVALID),
        # Text takes whatever a query holds.
        ({"type": "string"}, ["null"], Fit.VALID),
        ({"type": "string"}, ["5"], Fit.VALID),
        ({"type": "string", "minLength": 3}, ["ab"], Fit.INVALID),
        ({"type": "string", "enum": ["a", "b"]}, ["A"], Fit.LENIENT),
        ({"type": "string", "format": "date"}, ["2026-02-30"], Fit.INVALID),
        ({"type": "integer", "nullable": True}, ["null"], Fit.VALID),
        ({"type": "integer"}, ["null"], Fit.LENIENT),
        (INTEGERS, ["1", "2"], Fit.VALID),
        (INTEGERS, ["1,2"], Fit.VALID),
        (INTEGERS, ["1|2"], Fit.VALID),
        (INTEGERS, ["1,2,3,4"], Fit.INVALID),
        (INTEGERS, ["1,x"], Fit.INVALID),
        ({"oneOf": [INTEGER, {"type": "string", "enum": ["all"]}]}, ["all"], Fit.VALID),
        ({"oneOf": [INTEGER, {"type": "string", "enum": ["all"]}]}, ["none"], Fit.LENIENT),
        ({}, ["anything"], Fit.VALID),
    ],
)
def test_parameters_are_read_in_every_plausible_way(
    schema: dict[str, Any], texts: list[str], fit: Fit
) -> None:
    assert fit_of_query(schema, *texts) is fit


def test_a_code_that_no_list_has_is_held_against_the_list_in_bodies_only() -> None:
    code = {"type": "string", "pattern": "^[0-9]{5}$", "format": "vn-commune-code"}
    # Old data keep the codes of their time: whoever looks for one finds nothing.
    assert fit_of_query(code, "00001") is Fit.UNKNOWN
    assert fit_of_query(code, "0000A") is Fit.INVALID
    described = operation(**body({"type": "object", "properties": {"c": code}}))
    new = asked(described, headers=(JSON,), body=b'{"c": "00001"}')
    assert new == Held(Fit.INVALID, "body $.c", "format")


def test_the_rule_that_a_text_breaks_is_told_rather_than_its_type() -> None:
    tax_code = {"type": "string", "format": "vn-tax-code"}
    held = asked(operation(parameter(tax_code)), "/things?p=0100109107")
    assert (held.fit, held.rule) == (Fit.INVALID, "format")


def test_a_missing_parameter_and_an_empty_one() -> None:
    needed = operation(parameter(INTEGER, required=True))
    assert asked(needed) == Held(Fit.INVALID, "query p", "missing")
    assert asked(operation(parameter(INTEGER))).fit is Fit.VALID
    assert fit_of_query(INTEGER, "") is Fit.LENIENT
    assert fit_of_query({**INTEGER, "minimum": 1}, "", required=True) is Fit.INVALID
    assert fit_of_query(INTEGER, "", allowEmptyValue=True) is Fit.VALID


def test_what_the_contract_does_not_mention_is_allowed() -> None:
    described = operation(parameter(INTEGER))
    assert asked(described, "/things?p=5&q=%00&r").fit is Fit.VALID
    assert asked(described, headers=(("X-More", "1"),)).fit is Fit.VALID


def test_paths_and_headers() -> None:
    described = operation(
        {"name": "id", "in": "path", "required": True, "schema": INTEGER},
        {"name": "X-Kind", "in": "header", "schema": {"type": "string", "enum": ["a"]}},
        # The door's own: a contract that lists it means the same.
        {"name": "Authorization", "in": "header", "required": True, "schema": {"type": "string"}},
    )
    assert asked(described, "/things/5").fit is Fit.VALID
    assert asked(described, "/things/%35").fit is Fit.VALID
    assert asked(described, "/things/x") == Held(Fit.INVALID, "path id", "type")
    assert asked(described, "/things/5", headers=(("x-kind", "b"),)).place == "header X-Kind"


@pytest.mark.parametrize("query", ["p[a]=1", "p=1&p[a]=2"])
def test_what_cannot_be_told_apart_is_unknown(query: str) -> None:
    assert asked(operation(parameter({"type": "object"})), f"/things?{query}").fit is Fit.UNKNOWN


PERSON = {
    "type": "object",
    "required": ["name", "age"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0},
        "id": {"type": "string", "readOnly": True},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


def test_alternatives_that_overlap_may_both_be_sent() -> None:
    either = {"oneOf": [{"type": "integer"}, {"type": "number"}]}
    schema = {"type": "object", "properties": {"v": either}}
    for content, fit in ((b'{"v": 1}', Fit.VALID), (b'{"v": "x"}', Fit.INVALID)):
        assert asked(operation(**body(schema)), headers=(JSON,), body=content).fit is fit
    assert asked(operation(parameter(either)), "/things?p=1").fit is Fit.VALID


@pytest.mark.parametrize(
    ("content", "fit", "place"),
    [
        ('{"name": "Đào", "age": 5}', Fit.VALID, ""),
        ('{"name": "a", "age": 5, "more": null}', Fit.VALID, ""),
        ('{"name": "a", "age": 5, "tags": null}', Fit.UNKNOWN, "body $.tags"),
        ('{"name": "a", "age": null}', Fit.INVALID, "body $.age"),
        ('{"name": null, "age": 5}', Fit.INVALID, "body $.name"),
        ('{"name": null, "age": null}', Fit.INVALID, "body $.name"),
        ('{"name": "a", "age": 1e2}', Fit.VALID, ""),
        ('{"name": "a"}', Fit.INVALID, "body $"),
        ('{"name": "", "age": 5}', Fit.INVALID, "body $.name"),
        ('{"name": "a", "age": -1}', Fit.INVALID, "body $.age"),
        # Readers that turn texts into numbers are common.
        ('{"name": "a", "age": "5"}', Fit.LENIENT, "body $.age"),
        ('{"name": 7, "age": "5"}', Fit.LENIENT, "body $.name"),
        ('{"name": "a", "age": "x"}', Fit.INVALID, "body $.age"),
        ('{"name": "a", "age": {"a": 1}}', Fit.INVALID, "body $.age"),
        ("[]", Fit.INVALID, "body $"),
        ("{", Fit.INVALID, "body"),
        ('{"name": "a", "age": 5,}', Fit.INVALID, "body"),
        ('{"name": "a", "age": NaN}', Fit.INVALID, "body"),
        ("", Fit.INVALID, "body"),
        # Which of the two counts nobody knows.
        ('{"name": "a", "age": 5, "age": -1}', Fit.UNKNOWN, "body"),
        ('{"name": "a", "age": 5, "age": 6}', Fit.VALID, ""),
        ('\ufeff{"name": "a", "age": 5}', Fit.UNKNOWN, "body"),
        ("[" * 500 + "]" * 500, Fit.UNKNOWN, "body"),
    ],
)
def test_json_bodies(content: str, fit: Fit, place: str) -> None:
    found = asked(operation(**body(PERSON)), headers=(JSON,), body=content.encode())
    assert (found.fit, found.place) == (fit, place)


@pytest.mark.parametrize("required", [True, False])
def test_null_may_stand_for_a_body_that_need_not_be_there(*, required: bool) -> None:
    described = operation(**body(PERSON, required=required))
    found = asked(described, headers=(JSON,), body=b" null\n")
    wanted = (Fit.INVALID, "body $") if required else (Fit.UNKNOWN, "body")
    assert (found.fit, found.place) == wanted
    assert asked(described, headers=(JSON,), body=b"[]").fit is Fit.INVALID


def test_what_is_remembered_is_only_of_the_same_request() -> None:
    described = operation(
        parameter(INTEGER),
        {"name": "X-Number", "in": "header", "schema": INTEGER},
        **body(PERSON),
    )
    made = contract({"/things": {"post": described}, "/others": {"post": operation()}})
    meant, other = made.operations
    good = Request("POST", f"{BASE_URL}/things?p=1", (JSON,), b'{"name": "A"}')
    fits = [
        (meant, good),
        (meant, replace(good, url=f"{BASE_URL}/things?p=0")),
        (meant, replace(good, headers=(("X-NUMBER", "0"), JSON))),
        (meant, replace(good, headers=(("X-Number", "1"), JSON))),
        (meant, replace(good, headers=(("Content-Type", "text/plain"),))),
        (meant, replace(good, body=b"[]")),
        (other, replace(good, body=b"[]")),
    ]
    alone = []
    for at, request in fits:
        wire._KNOWN.clear()
        alone.append(held(made, at, request))
    assert len(set(alone)) > 4
    assert [held(made, at, request) for at, request in fits * 2] == alone * 2


def test_bytes_that_are_no_utf_8_are_malformed() -> None:
    found = asked(operation(**body(PERSON)), headers=(JSON,), body=b'{"name": "\xe0", "age": 5}')
    assert found == Held(Fit.INVALID, "body", "malformed")


@pytest.mark.parametrize(
    ("headers", "fit"),
    [
        ((("Content-Type", "text/plain"),), Fit.INVALID),
        ((("Content-Type", "Application/JSON; charset=utf-8"),), Fit.VALID),
        ((), Fit.UNKNOWN),
    ],
)
def test_the_type_of_a_body(headers: Any, fit: Fit) -> None:
    content = b'{"name": "a", "age": 5}'
    assert asked(operation(**body(PERSON)), headers=headers, body=content).fit is fit


def test_forms_are_read_like_queries() -> None:
    form = "application/x-www-form-urlencoded"
    described = operation(**body(PERSON, form))
    for content, fit in (
        (b"name=a&age=5", Fit.VALID),
        (b"name=a&age=x", Fit.INVALID),
        (b"name=a", Fit.INVALID),
        (b"name=a&age=5&tags=x&tags=y", Fit.VALID),
        (b"name", Fit.UNKNOWN),
    ):
        found = asked(described, headers=(("Content-Type", form),), body=content)
        assert found.fit is fit, content


def test_what_nobody_here_reads_is_unknown() -> None:
    described = operation(**body({"type": "object"}, "application/xml"))
    xml = ("Content-Type", "application/xml")
    assert asked(described, headers=(xml,), body=b"<a>").fit is Fit.UNKNOWN
    unread = operation(**body({"$ref": "other.yaml"}))
    assert asked(unread, headers=(JSON,), body=b"{}").fit is Fit.UNKNOWN


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3), max_leaves=5)


@given(st.dictionaries(st.sampled_from(["name", "age", "tags", "x"]), VALUES))
def test_no_body_that_the_schema_allows_is_invalid(value: dict[str, Any]) -> None:
    described = operation(**body(PERSON))
    found = asked(described, headers=(JSON,), body=json.dumps(value).encode())
    tags = value.get("tags", [])
    age = value.get("age")
    allowed = (
        isinstance(value.get("name"), str)
        and value["name"] != ""
        and isinstance(age, int)
        and not isinstance(age, bool)
        and age >= 0
        and isinstance(tags, list)
        and all(isinstance(tag, str) for tag in tags)
    )
    assert (found.fit is Fit.VALID) == allowed
