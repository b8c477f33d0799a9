"""What a contract itself gives to be sent: examples, defaults, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def example(node: Any, schema: Mapping[str, Any]) -> Any:
    """Return the example of a parameter or media type: its own, else its schema's; else None."""
    if isinstance(node, Mapping):
        if "example" in node:
            return node["example"]
        examples = node.get("examples")
        for entry in examples.values() if isinstance(examples, Mapping) else ():
            if isinstance(entry, Mapping) and "value" in entry:
                return entry["value"]
    if "example" in schema:
        return schema["example"]
    listed = schema.get("examples")
    return listed[0] if isinstance(listed, list) and listed else None


def sent(parameter: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return what a parameter is sent as where nobody says: an example, a default, a choice."""
    value = example(parameter, schema)
    if value is None:
        value = schema.get("default")
    if value is None and isinstance(schema.get("enum"), list) and schema["enum"]:
        value = schema["enum"][0]
    return value
