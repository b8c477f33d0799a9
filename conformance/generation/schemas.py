"""Schemas as a generator looks at them: one plain object, and a value that fits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.contract import Contract, patterns, samples
from conformance.formats import national

_DEEPEST = 6
_MOST_PARTS = 20
_TEXTS = {
    "date": "2026-03-02",
    "date-time": "2026-03-02T08:30:00+07:00",
    "time": "08:30:00+07:00",
    "uuid": "7d2f0c1e-5a64-4c0b-9a52-3f6f2f3f0a11",
    "email": "kiem-thu@example.vn",
    "uri": "https://example.vn/kiem-thu",
    "ipv4": "192.0.2.7",
    "ipv6": "2001:db8::7",
    "hostname": "example.vn",
    "byte": "a2nhu60gdGjhu60=",
}
# Tried in turn where a pattern stands without an example.
_GUESSES = ("Aa1-", "0", "A", "a", "1.0")


def plain(contract: Contract, schema: Any) -> dict[str, Any]:
    """Return a schema as one object: references followed, `allOf` put together, one alternative.

    Of alternatives the first that is more than `null` is taken. Only good enough to make values of:
    whether a value fits is asked of the contract's validator.
    """
    made: dict[str, Any] = {}
    waiting = [schema]
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        node = dict(contract.followed(waiting.pop(0)))
        properties = node.pop("properties", None)
        if isinstance(properties, Mapping):
            made["properties"] = {**properties, **made.get("properties", {})}
        required = node.pop("required", None)
        if isinstance(required, list):
            made["required"] = [*made.get("required", []), *required]
        together = node.pop("allOf", None)
        waiting += together if isinstance(together, list) else []
        for key in ("oneOf", "anyOf"):
            choices = node.pop(key, None)
            for choice in choices if isinstance(choices, list) else ():
                if contract.followed(choice).get("type") != "null":
                    waiting.append(choice)
                    break
        made = {**node, **made}
    return made


def kind(schema: Mapping[str, Any]) -> str:
    """Return the type that a plain schema speaks of; empty where it says none."""
    types = schema.get("type")
    if isinstance(types, list):
        types = next((one for one in types if one != "null"), "null")
    if isinstance(types, str):
        return types
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    values = schema.get("enum") or [schema.get("const")]
    return "string" if isinstance(values[0], str) or {"pattern", "format"} & set(schema) else ""


def sample(contract: Contract, schema: Any, depth: int = 0) -> Any:
    """Return a value that probably fits a schema: what the contract shows, else one made up.

    Of objects the required members, at the top all of them.
    """
    node = plain(contract, schema)
    shown = samples.sent({}, node)
    if shown is not None:
        return shown
    if "const" in node:
        return node["const"]
    made: _Maker = _MADE.get(kind(node), _anything)
    return made(contract, node, depth)


def _object(contract: Contract, node: Mapping[str, Any], depth: int) -> Any:
    if depth > _DEEPEST:
        return {}
    required = node.get("required", ())
    return {
        name: sample(contract, part, depth + 1)
        for name, part in node.get("properties", {}).items()
        if (name in required or not depth) and not is_read_only(contract, part)
    }


def is_read_only(contract: Contract, schema: Any) -> bool:
    """Whether a member is the server's to write."""
    return contract.followed(schema).get("readOnly") is True


def _array(contract: Contract, node: Mapping[str, Any], depth: int) -> Any:
    if depth > _DEEPEST:
        return []
    count = max(1, min(int(node.get("minItems", 1)), 5))
    return [sample(contract, node.get("items", {}), depth + 1) for _ in range(count)]


def _number(_: Contract, node: Mapping[str, Any], __: int) -> Any:
    low = node.get("minimum", node.get("exclusiveMinimum"))
    if isinstance(low, int | float) and not isinstance(low, bool):
        return low if "minimum" in node else low + 1
    high = node.get("maximum")
    return min(1, high) if isinstance(high, int | float) else 1


def _text(_: Contract, node: Mapping[str, Any], __: int) -> Any:
    name = str(node.get("format", ""))
    if name in national.ALL:
        return national.ALL[name].examples[0]
    if name in _TEXTS:
        return _TEXTS[name]
    shortest = int(node.get("minLength", 0))
    pattern = node.get("pattern")
    if isinstance(pattern, str):
        for guess in _GUESSES:
            for times in range(max(shortest, 1), 25):
                text = (guess * times)[: max(times, shortest)]
                if patterns.matches(pattern, text):
                    return text
    text = "Kiểm thử tuân thủ"
    return (text * (shortest // len(text) + 1))[: int(node.get("maxLength", 10_000))]


def _anything(_: Contract, __: Mapping[str, Any], ___: int) -> Any:
    return "Kiểm thử tuân thủ"


_Maker = Callable[[Contract, Mapping[str, Any], int], Any]
_MADE: dict[str, _Maker] = {
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "string": _text,
    "boolean": lambda _contract, _node, _depth: True,
    "null": lambda _contract, _node, _depth: None,
}
