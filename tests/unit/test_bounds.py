"""Which schemas bound what is sent, and which do not."""

from typing import Any

import pytest
from making import answers, contract

from conformance.contract import bounds, parts


def unbounded(schema: dict[str, Any], version: str = "3.1.0", **schemas: Any) -> list[str]:
    made = contract(
        {"/x": {"get": answers()}}, version, components={"schemas": {"S": schema, **schemas}}
    )
    found = parts.find(made, "/components/schemas/S")
    assert found is not None
    return [o.pointer.removeprefix("/components/schemas") for o in bounds.of(made).unbounded(found)]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 5},
        {"type": "string", "enum": ["a"]},
        {"const": "a", "type": "string"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[0-9]{12}$"},
        {"type": "boolean"},
        {"type": "null"},
        {"type": "integer", "minimum": 0, "exclusiveMaximum": 9},
        {"type": "integer", "format": "int64"},
        {"type": "array", "maxItems": 3, "items": {"type": "boolean"}},
        {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["a", "b"]}},
        {"allOf": [{"type": "string"}, {"maxLength": 5}]},
        {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]},
        {"type": "string", "anyOf": [{"maxLength": 5}, {"enum": ["long"]}]},
        {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}},
        {"$ref": "https://example.vn/elsewhere.json"},
        {"$ref": "#/components/schemas/S"},
        True,
    ],
)
def test_bounded(schema: dict[str, Any]) -> None:
    assert unbounded(schema) == []


@pytest.mark.parametrize(
    ("schema", "places"),
    [
        ({"type": "string"}, ["/S"]),
        ({"type": "string", "format": "uri"}, ["/S"]),
        ({"type": "string", "pattern": "^[0-9]+$"}, ["/S"]),
        ({"type": ["string", "null"]}, ["/S"]),
        ({"type": "integer", "minimum": 0}, ["/S"]),
        ({"type": "number"}, ["/S"]),
        ({"type": "array", "items": {"type": "string"}}, ["/S", "/S/items"]),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, ["/S/oneOf/0", "/S/oneOf/1"]),
        ({"properties": {"a/b": {"type": "string"}}}, ["/S/properties/a~1b"]),
        ({"additionalProperties": {"type": "string"}}, ["/S/additionalProperties"]),
        ({"properties": {"t": {"$ref": "#/components/schemas/T"}}}, ["/T/properties/x"]),
    ],
)
def test_unbounded(schema: dict[str, Any], places: list[str]) -> None:
    other = {"properties": {"x": {"type": "string"}, "s": {"$ref": "#/components/schemas/S"}}}
    assert unbounded(schema, T=other) == places


def test_a_bound_beside_a_reference_counts_for_it_alone() -> None:
    bare = {"type": "string"}
    schema = {
        "properties": {
            "short": {"$ref": "#/components/schemas/Bare", "maxLength": 5},
            "long": {"$ref": "#/components/schemas/Bare"},
        }
    }
    assert unbounded(schema, Bare=bare) == ["/Bare"]


@pytest.mark.parametrize(
    ("pattern", "ends"),
    [
        ("^[0-9]{12}$", True),
        ("^[A-Z]{2}(-[0-9]{4}|[+*]{1,6})?$", True),
        (r"^\d\*\+$", True),
        ("^a|b$", False),
        ("^(a|b)$", True),
        ("[0-9]{12}", False),
        ("^[0-9]{3,}$", False),
        ("^a*$", False),
        ("", False),
    ],
)
def test_patterns_that_end(pattern: str, *, ends: bool) -> None:
    assert bounds.ends(pattern) is ends
