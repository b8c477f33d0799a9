"""Generated traffic: what is asked is settled by contract, seed and depth, and by nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from making import BASE_URL, answers, contract

from conformance.contract import Contract, parts, wire
from conformance.contract.operations import Operation
from conformance.contract.wire import Fit
from conformance.evidence import Request
from conformance.generation import bends, bodies, schemas, values
from conformance.generation.bends import Bend
from conformance.generation.call import Body, Call, taken_apart
from conformance.generation.cases import cases, chance
from conformance.generation.depth import DEPTHS

PERSON = {
    "type": "object",
    "required": ["name", "phone"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "phone": {"type": "string", "format": "vn-mobile-phone"},
        "born": {"type": "string", "format": "date"},
        "copies": {"type": "integer", "minimum": 1, "maximum": 9},
        "note": {"type": "string"},
    },
}
DOSSIER = {
    "type": "object",
    "required": ["title", "applicant"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "title": {"type": "string", "maxLength": 40},
        "applicant": PERSON,
        "papers": {"type": "array", "minItems": 1, "items": PERSON},
    },
}
GOOD = {
    "title": "Xin cấp lại giấy khai sinh",
    "applicant": {"name": "Đào", "phone": "0912345678", "copies": 2},
    "papers": [{"name": "Tờ khai", "phone": "0912345678"}],
}
PATHS: dict[str, Any] = {
    "/dossiers/{code}": {
        "post": {
            "operationId": "put",
            "parameters": [
                {"name": "code", "in": "path", "required": True, "schema": {"type": "integer"}},
                {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 50},
                },
                {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 20}},
                {
                    "name": "X-Key",
                    "in": "header",
                    "required": True,
                    "schema": {"type": "string", "minLength": 4},
                },
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": DOSSIER, "example": GOOD}},
            },
            "responses": {
                "200": {
                    "description": "ok",
                    "content": {"application/json": {}, "text/csv": {}},
                }
            },
        },
        "get": {
            "operationId": "read",
            "parameters": [
                {"name": "code", "in": "path", "required": True, "schema": {"type": "integer"}}
            ],
            "responses": {"200": {"description": "ok"}},
        },
    }
}


def made() -> tuple[Contract, Call]:
    """Return a contract, and a good call of its one operation with a body."""
    read = contract(PATHS)
    operation = next(o for o in read.operations if o.method == "POST")
    body = Body("application/json", GOOD)
    call = Call(operation, {"code": "17"}, (("limit", "5"),), (("X-Key", "khoa"),), body)
    return read, call


def drafted(depth: str = "deep", seed: int = 1) -> list[Bend]:
    read, model = made()
    return list(cases(read, model, DEPTHS[depth], seed, {}))


def asked(call: Call) -> Request:
    question = call.question(BASE_URL, None)
    return Request(question.method, question.url, question.headers, question.body)


def held(read: Contract, call: Call) -> wire.Held:
    return wire.held(read, call.operation, asked(call))


def written(found: list[Bend]) -> list[Any]:
    return [
        [b.origin, b.place, b.scenario, r.url, [*map(list, r.headers)], r.body.decode("latin-1")]
        for b in found
        for r in (asked(b.call),)
    ]


_IN_ANOTHER = """
import json, sys
sys.path[:0] = {path!r}
import test_generation
print(json.dumps([test_generation.written(test_generation.drafted("standard", seed))
                  for seed in (2, 1)]))
"""


@pytest.mark.parametrize("hashes", ["0", "4711"])
def test_the_same_seed_gives_the_same_in_any_process_and_order(hashes: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER.format(path=[str(Path(__file__).parent)])],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hashes},
        timeout=60,
    )
    second, first = json.loads(said.stdout)
    assert first == written(drafted("standard", 1))
    assert second == written(drafted("standard", 2))


def test_another_seed_gives_another_choice() -> None:
    assert written(drafted("standard", 1)) != written(drafted("standard", 2))


@pytest.mark.parametrize("depth", sorted(DEPTHS))
def test_no_two_are_the_same_request_and_no_kind_exceeds_its_share(depth: str) -> None:
    found = drafted(depth)
    made_again = [json.dumps(one[3:]) for one in written(found) if one[0] != "example"]
    assert len(made_again) == len(set(made_again))
    assert 0 < len(found) <= DEPTHS[depth].cases
    # What is asked deeper takes in more kinds of places, not others.
    assert {bend.place.partition(" ")[0] for bend in found} >= {"query", "path", "header", "body"}


def test_each_case_survives_the_way_over_the_wire() -> None:
    for bend in drafted():
        question = bend.call.question(BASE_URL, None)
        again = taken_apart(bend.call.operation, question, BASE_URL)
        assert again is not None, bend
        assert again.question(BASE_URL, None) == question, bend


def test_every_place_is_told_as_the_contract_names_it() -> None:
    places = {bend.place for bend in drafted()}
    assert {"query limit", "query q", "path code", "header X-Key", "body /title"} <= places
    assert {"body /applicant/phone", "body /papers/0/name", "body /applicant/born"} <= places
    # What only the server writes is nobody's to send.
    assert "body /id" not in places


def test_what_a_contract_forbids_is_forbidden_in_the_place_that_was_bent() -> None:
    read, model = made()
    assert held(read, model).fit is Fit.VALID
    seen: set[str] = set()
    for bend in drafted():
        found = held(read, bend.call)
        if found.fit is not Fit.INVALID or bend.origin != "value":
            continue
        where, name = bend.place.split(" ", 1)
        assert found.place.startswith(where), (bend, found)
        if where != "body":
            assert found.place == f"{where} {name}"
        seen.add(f"{where} {found.rule}")
    assert {"query maximum", "query maxLength", "header missing", "body required"} <= seen
    assert {"body format", "body type", "body maxLength", "body minimum"} <= seen


def test_what_is_put_into_every_place_at_once_is_allowed() -> None:
    read, model = made()
    found = [b for b in bends.together(read, model, lambda _: False) if b.scenario != bends.LEAST]
    assert len(found) >= len(values.TEXTS)
    for bend in found:
        assert held(read, bend.call).fit in {Fit.VALID, Fit.UNKNOWN}, bend
        assert bend.call.body is not None
        aside = bend.scenario.endswith(("every date", "every number"))
        assert bend.call.body.value["title"] != GOOD["title"] or aside


@pytest.mark.parametrize("value", [GOOD, {"a": 1}, {"a": "it's"}, ["x y"]], ids=str)
def test_each_malformed_body_is_malformed_by_the_contracts_reader(value: Any) -> None:
    read, model = made()
    content = bodies.as_json(value)
    found = dict(bodies.malformed("application/json", content))
    assert {"cut off", "a comma too many", "two values", "Latin-1", "single quotes"} <= set(found)
    for name, body in found.items():
        judged = held(read, model.with_content(body))
        assert (judged.fit, judged.rule) == (Fit.INVALID, "malformed"), (name, body)


def test_malformed_bodies_differ_from_a_good_one_in_one_thing() -> None:
    content = bodies.as_json(GOOD)
    found = dict(bodies.malformed("application/json", content))
    assert json.loads(found["a comma too many"].replace(b",}", b"}")) == GOOD
    assert json.loads(found["single quotes"].replace(b"'", b'"')) == GOOD
    assert json.loads(found["half a letter of UTF-8"].replace(b"\xc3Xin", b"Xin")) == GOOD
    assert json.loads(found["two values"][: -len(b" {}")]) == GOOD


@pytest.mark.parametrize("base", ["1.004222", "H26.12-250315-0001", "9", "", "không"])
def test_what_names_nothing_has_the_shape_of_what_does(base: str) -> None:
    for found in values.absent({"type": "string"}, base):
        assert found.value != base
        assert len(found.value) == len(base)
        assert [c.isdigit() for c in found.value] == [c.isdigit() for c in base]


def test_what_names_nothing_keeps_to_the_pattern() -> None:
    code = {"type": "string", "pattern": "^[1-4]\\.[0-9]{6}$"}
    assert [d.value for d in values.absent(code, "1.004222")] == ["1.004229"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "format": "vn-tax-code"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "minLength": 2, "maxLength": 3},
        {"type": "integer", "minimum": 0},
        {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
        {"type": "boolean"},
        {},
    ],
    ids=str,
)
def test_a_value_made_of_a_schema_fits_it_and_difficult_ones_are_chosen_by_the_seed(
    schema: dict[str, Any],
) -> None:
    read = contract({"/a": {"get": {"responses": {"200": {"description": "ok"}}}}})
    base = schemas.sample(read, schema)
    document = {"/a": {"post": {"requestBody": {"content": {"application/json": {
        "schema": {"type": "object", "properties": {"a": schema}}}}},
        "responses": {"200": {"description": "ok"}}}}}  # fmt: skip
    made_of = contract(document)
    (operation,) = made_of.operations
    assert held(made_of, Call(operation, body=Body("application/json", {"a": base}))) == wire.Held(
        Fit.VALID
    )

    def chosen(seed: int) -> Iterator[Any]:
        return ((d.scenario, d.value) for d in values.in_json(schema, base, chance(seed, "")))

    assert list(chosen(3)) == list(chosen(3))


def test_one_alternative_of_several_is_looked_at_and_all_parts_of_one() -> None:
    read = contract(PATHS)
    together = {"allOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}}]}
    assert set(schemas.plain(read, together)["properties"]) == {"a", "b"}
    nullable = {"oneOf": [{"type": "null"}, {"type": "integer"}, {"type": "string"}]}
    assert schemas.kind(schemas.plain(read, nullable)) == "integer"


@pytest.mark.parametrize(
    ("media_type", "value"),
    [
        ("application/json", {"a": ["đ", None, 1.5]}),
        ("application/x-www-form-urlencoded", {"a": "đ &=", "b": "\n"}),
        ("application/xml", {"a": "<đ>", "b": "&amp;"}),
    ],
)
def test_a_body_is_read_as_it_was_written(media_type: str, value: Any) -> None:
    operation: Operation = made()[1].operation
    call = Call(operation, {"code": "1"}, body=Body(media_type, value))
    again = taken_apart(operation, call.question(BASE_URL, None), BASE_URL)
    assert again is not None
    assert again.body is not None
    assert again.body.value == value


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("text/json", True),
        ("application/json-seq", False),
        ("text/plain; note=+json", False),
        ("", False),
    ],
)
def test_who_writes_a_body_and_who_reads_it_agree_on_what_is_json(
    media_type: str, *, expected: bool
) -> None:
    assert parts.is_json(media_type) is expected
    if expected:
        body = Body(media_type, {"a": 1})
        assert json.loads(body.written()[1]) == {"a": 1}


def test_the_type_that_a_body_is_sent_under_is_another_one_where_it_is_bent() -> None:
    read, model = made()
    found = {b.scenario: held(read, b.call) for b in bends.of_bodies(model)}
    assert found["the same as text/plain"].rule == "media type"
    assert found["empty"].rule == "missing"
    assert found["nested 5000 levels"].fit is Fit.UNKNOWN
    assert found["a member twice"].fit in {Fit.VALID, Fit.UNKNOWN}


def test_a_bent_segment_stays_one() -> None:
    named = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    read = contract({"/x/{id}": {"get": answers(parameters=[named])}})
    model = Call(read.operations[0], {"id": "a/b"})
    bends = cases(read, model, DEPTHS["deep"], 1, {})
    words = {bend.call.path["id"] for bend in bends if bend.place == "path id"}
    assert len(words) > 10
    assert not any({"/", "\\"} & set(word) or word in {"", ".", ".."} for word in words)
