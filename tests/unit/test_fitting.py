"""What is quickly told to fit is just what the validator finds nothing wrong with."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from making import answers, contract

from conformance import contract as contracts
from conformance.contract import Contract, schemas
from conformance.contract.breaches import Validators
from conformance.contract.fitting import Fitting
from conformance.errors import ContractError

SPARED = ("writeOnly",)
VERSIONS = pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
OWN = [Path("openapi/procedure-system.yaml"), Path("openapi/public-service-portal.yaml")]
# Every kind of value, and those that lie at the edges of the schemas below.
VALUES: list[Any] = [
    *(None, True, False, 0, 1, 2, -1, 10**30, Decimal("1.0"), Decimal("1.5"), Decimal("0.3")),
    *("", "a", "ab", "abc", "a1", "٣", "a\n", "2026-02-30", "2026-02-28", "2026-02-28T10:00:00Z"),
    *([], [1], [1, 1], ["a", 1], [None], {}, {"a": 1}, {"a": "x"}, {"b": 1}, {"a": 1, "b": "x"}),
    *({"a": None}, {"a": {"a": {"a": 1}}}, {"kind": "dog", "a": 1}, {"x-1": 1, "a": 2}, [[1], []]),
]
SCHEMAS: list[Any] = [
    *({}, True, False, {"type": "string"}, {"type": "integer"}, {"type": "number"}),
    *({"type": "array"}, {"type": "object"}, {"type": "boolean"}, {"type": "null"}),
    {"type": ["string", "null"]},
    {"type": "string", "nullable": True},
    {"type": "string", "nullable": True, "enum": ["a"]},
    {"nullable": True, "allOf": [{"type": "string"}]},
    {"nullable": True, "anyOf": [{"type": "string"}, {"type": "integer"}]},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "pattern": "^[a-c]+$"},
    {"type": "string", "pattern": r"^\d$"},
    {"minLength": 1, "maxLength": 2},
    {"minimum": 1, "maximum": 1.5},
    {"multipleOf": 0.1},
    {"exclusiveMinimum": 1},
    {"minimum": 1, "exclusiveMinimum": True},
    *({"enum": ["a", 1, None]}, {"enum": [1.0, True]}, {"const": "a"}, {"const": {"a": 1}}),
    {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
    {"properties": {"a": False}},
    {"required": ["a"], "properties": {"a": {"type": "string", "writeOnly": True}}},
    {"required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/Secret"}}},
    {"additionalProperties": False},
    {"properties": {"a": {}}, "additionalProperties": False},
    {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
    {"additionalProperties": False, "patternProperties": {"^x-": {}}, "properties": {"a": {}}},
    {"additionalProperties": {"type": "string"}, "patternProperties": {"^x-": {}}},
    {"items": {"type": "integer"}, "uniqueItems": True},
    *({"items": False}, {"items": True}, {"prefixItems": [{"type": "string"}], "items": False}),
    {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
    {"allOf": [{"required": ["a"]}, {"properties": {"a": {"type": "integer"}}}]},
    {"anyOf": [{"type": "string"}, {"required": ["b"]}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
    {"not": {"type": "string"}},
    {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "object"}},
    {"$ref": "#/components/schemas/Tree"},
    {"$ref": "#/components/schemas/Tree", "required": ["b"]},
    {"type": "array", "items": {"$ref": "#/components/schemas/Nested"}},
    {"unevaluatedProperties": False, "allOf": [{"properties": {"a": {}}}]},
    {"$dynamicRef": "#/components/schemas/Tree"},
    {"$id": "https://x.test/own", "$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}},
    {"properties": {"a": {"$id": "https://x.test/in", "type": "integer"}}},
    {
        "properties": {
            "a": {"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer"}
        }
    },
    {
        "oneOf": [{"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/Dog"}},
    },
    {
        "anyOf": [{"$ref": "#/components/schemas/Dog"}, {"type": "string"}],
        "discriminator": {"propertyName": "kind"},
    },
    # Unusable, each where some value comes by and others do not.
    {"properties": {"a": {"$ref": "#/components/schemas/Nowhere"}}},
    {"properties": {"a": {"pattern": "("}}},
    {"properties": {"a": {"type": "strin"}}},
    *({"properties": 3}, {"properties": {"a": 3}}, {"items": 3}, {"required": 3}, {"enum": 3}),
    *({"allOf": {}}, {"anyOf": [3]}, {"allOf": []}, {"anyOf": []}, {"patternProperties": 3}),
    {"additionalProperties": False, "patternProperties": [3]},
    {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Nowhere"}]},
    {"anyOf": [{"$ref": "#/components/schemas/Nowhere"}, {"type": "string"}]},
]
COMPONENTS = {
    "Tree": {
        "type": "object",
        "properties": {
            "a": {"anyOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Tree"}]}
        },
    },
    "Nested": {"type": "array", "items": {"$ref": "#/components/schemas/Nested"}},
    "Secret": {"type": "string", "writeOnly": True},
    "Dog": {"type": "object", "properties": {"kind": {"type": "string"}, "a": {"type": "string"}}},
}


def slowly(made: Contract, pointer: str, instance: Any) -> bool | str:
    """Return whether the validator finds nothing wrong, or that it cannot tell."""
    validator = Validators(made.document, made.version, "c")._validator(
        pointer, SPARED
    )  # what is compared with
    try:
        return next(schemas.problems(validator, instance), None) is None
    except schemas.UNUSABLE:
        return "unusable"


def quickly(made: Contract, pointer: str, instance: Any) -> bool | str:
    validator = Validators(made.document, made.version, "c")._validator(
        pointer, SPARED
    )  # what is compared with
    try:
        return Fitting(validator)(instance)
    except schemas.UNUSABLE:
        return "unusable"


@VERSIONS
@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_every_keyword_means_what_it_means_to_the_validator(schema: Any, version: str) -> None:
    made = contract({"/x": {"get": answers(schema)}}, version, components={"schemas": COMPONENTS})
    pointer = made.operations[0].responses["200"]["application/json"]
    for value in VALUES if pointer else ():
        assert quickly(made, str(pointer), value) == slowly(made, str(pointer), value), value


def variants(value: Any, chance: random.Random) -> Iterator[Any]:
    """Yield values that differ from one in a few places, in ways that schemas speak of."""
    for _ in range(12):
        changed = copy.deepcopy(value)
        for _ in range(chance.randint(1, 3)):
            places = list(_places(changed))
            if places:
                holder, key = chance.choice(places)
                if chance.random() < 0.3:  # now and then
                    del holder[key]
                else:
                    holder[key] = copy.deepcopy(chance.choice(VALUES))
        yield changed


def built(made: Contract, schema: Any, depth: int = 0) -> Any:
    """Return a body that has everything that a schema names, as a rule one that fits."""
    node = made.followed(schema)
    for known in ("example", "const"):
        if known in node:
            return copy.deepcopy(node[known])
    listed = node.get("enum") or node.get("examples")
    if listed:
        return listed[0]
    parts = node.get("anyOf") or node.get("oneOf")
    if parts:
        return built(made, parts[0], depth + 1)
    members = made.members(node)
    if members and depth < 8:  # schemas may hold themselves
        return {name: built(made, part, depth + 1) for name, part in members.items()}
    texts = {"date": "2026-02-28", "date-time": "2026-02-28T10:00:00Z", "uri": "https://x.test/"}
    kind = node.get("type", "string")
    if kind == "array":
        return [built(made, node.get("items", {}), depth + 1)] * (depth < 8)  # as above
    plain = {"integer": 1, "number": Decimal(1), "boolean": True, "object": {}}
    return plain.get(str(kind), texts.get(node.get("format", ""), "abc"))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_bodies_of_the_proposed_contracts_are_told_alike(path: Path) -> None:
    made, chance = contracts.load(path.read_bytes(), path.name), random.Random(7)  # noqa: S311  # the same in every run
    told = []
    for operation in made.operations:
        for status, types in operation.responses.items():
            for media_type, pointer in types.items():
                if pointer is None:
                    continue
                whole = built(made, made.at(pointer))
                for body in [whole, *variants(whole, chance)]:
                    found = slowly(made, pointer, body)
                    assert quickly(made, pointer, body) == found, (status, media_type, body)
                    told.append(found)
    assert {True, False} <= set(told)


def test_a_schema_that_multiplies_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "MAX_FOLLOWED", 2000)
    node = {"$ref": "#/components/schemas/Node"}
    many = {"allOf": [{"properties": {"a": node}}, {"properties": {"a": node}}] * 2}
    made = contract({"/x": {"get": answers(node)}}, "3.1.0", components={"schemas": {"Node": many}})
    pointer = made.operations[0].responses["200"]["application/json"]
    body: Any = {}
    for _ in range(12):
        body = {"a": body}
    with pytest.raises(ContractError, match="references followed"):
        made.breaches(str(pointer), body)


def test_what_does_not_fit_is_told_by_the_validator() -> None:
    made = contract({"/x": {"get": answers({"type": "object", "required": ["a"]})}}, "3.1.0")
    pointer = str(made.operations[0].responses["200"]["application/json"])
    assert made.breaches(pointer, {"a": 1}) == []
    assert [(b.rule, b.wanted) for b in made.breaches(pointer, {})] == [("required", "a")]
