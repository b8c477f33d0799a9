"""A schema that leads to no value of a format need not be walked, and only such a one."""

from __future__ import annotations

from typing import Any

import pytest
from making import answers, contract

COMPONENTS: dict[str, Any] = {
    "Day": {"type": "string", "format": "date"},
    "Tree": {
        "properties": {
            "left": {"$ref": "#/components/schemas/Tree"},
            "right": {"items": {"$ref": "#/components/schemas/Tree"}},
        }
    },
    "Dated": {
        "properties": {
            "next": {"$ref": "#/components/schemas/Dated"},
            "day": {"$ref": "#/components/schemas/Day"},
        }
    },
}


@pytest.mark.parametrize(
    ("schema", "leads"),
    [
        ({"type": "object"}, False),
        ({"format": "date"}, True),
        ({"format": "date-time"}, False),
        ({"allOf": [{"type": "object"}, {"properties": {"a": {"format": "date"}}}]}, True),
        ({"items": {"items": {"format": "date"}}}, True),
        ({"$ref": "#/components/schemas/Day"}, True),
        ({"$ref": "#/components/schemas/Tree"}, False),
        ({"$ref": "#/components/schemas/Dated"}, True),
        ({"properties": {"a": {"$ref": "#/components/schemas/Tree"}}}, False),
        # Whoever walks there has to say that it cannot be read.
        ({"properties": {"a": {"$ref": "#/components/schemas/Nowhere"}}}, True),
        # Nothing that a walk follows.
        ({"anyOf": [{"format": "date"}]}, False),
        ({"properties": ["format"], "allOf": {"format": "date"}}, False),
    ],
)
def test_a_schema_leads_where_a_walk_comes(schema: Any, leads: bool) -> None:  # noqa: FBT001  # a case
    made = contract({"/x": {"get": answers(schema)}}, components={"schemas": COMPONENTS})
    pointer = str(made.operations[0].responses["200"]["application/json"])
    for _ in range(2):
        assert made.leads_to(made.at(pointer), "date") is leads
