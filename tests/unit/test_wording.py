"""What is wrong with a body, in sentences: no code of ours, no value of theirs, nothing twice."""

from decimal import Decimal
from typing import Any

import pytest
from making import answers, contract

from conformance.contract import wording
from conformance.text import Text

SCHEMA = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {
        "a": {"type": "string", "maxLength": 3, "enum": ["x", "y"]},
        "b": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "c": {"type": ["integer", "null"], "minimum": 3},
        "d": {"minItems": 2, "const": {"k": None}},
    },
    "additionalProperties": False,
}


def told(instance: Any, version: str = "3.1.0", schema: Any = SCHEMA) -> Text:
    made = contract({"/x": {"get": answers()}}, version, components={"schemas": {"S": schema}})
    return wording.told(made.breaches("/components/schemas/S", instance))


@pytest.mark.parametrize(
    ("instance", "vi", "en"),
    [
        ([], "$ không phải đối tượng", "$ is not an object"),
        ({"a": "x"}, "$ thiếu b", "$ lacks b"),
        (
            {"a": "z", "b": ""},
            "$.a không phải một trong x, y",
            "$.a is none of x, y",
        ),
        (
            {"a": "x", "b": Decimal("1.5")},
            "$.b không khớp đúng một lược đồ trong oneOf",
            "$.b does not fit exactly one schema of oneOf",
        ),
        (
            {"a": "x", "b": 1, "c": "3"},
            "$.c không phải số nguyên hoặc null",
            "$.c is not an integer or null",
        ),
        ({"a": "x", "b": 1, "c": 2}, "$.c nhỏ hơn 3", "$.c is less than 3"),
        (
            {"a": "x", "b": 1, "d": 1},
            '$.d không phải {"k": null}',
            '$.d is not {"k": null}',
        ),
        (
            {"a": "x", "b": 1, "e": 1},
            "$ có thành phần mà lược đồ không cho phép",
            "$ has members that the schema does not allow",
        ),
    ],
)
def test_each_demand_is_a_sentence(instance: Any, vi: str, en: str) -> None:
    assert told(instance) == Text(vi=vi, en=en)


def test_each_missing_member_is_named() -> None:
    assert told({}).en == "$ lacks a; $ lacks b"


def test_nothing_is_said_twice() -> None:
    # The validator of OpenAPI 3.0 minds null twice.
    assert told(None, "3.0.3", {"type": "string"}).vi == "$ không phải chuỗi ký tự"


def test_a_rule_without_words_of_its_own_is_quoted_as_json() -> None:
    schema = {"dependentRequired": {"a": ["b"]}}
    assert told({"a": 1}, schema=schema).en == '$ is against dependentRequired {"a": ["b"]}'
