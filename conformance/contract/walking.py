"""Walking a contract: which of its objects are objects of OpenAPI, and which are names or data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Change = Callable[[dict[str, Any]], dict[str, Any]]

# Below these stand names that their author chose: `properties: {default: …}` is no default.
_NAMED = frozenset(
    {
        *("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
        *("schemas", "responses", "parameters", "examples", "requestBodies", "headers"),
        *("securitySchemes", "securityDefinitions", "links", "callbacks", "pathItems"),
        *("mediaTypes", "paths", "webhooks", "content", "encoding", "additionalOperations"),
        *("mapping", "variables", "scopes", "x-bundled"),
    }
)
# Below these stand values: what looks like a reference in them is none.
_VALUES = frozenset({"example", "default", "enum", "const", "value", "dataValue", "x-example"})


def changed(node: Any, change: Change) -> Any:
    """Return a copy in which every object of OpenAPI or JSON Schema went through `change`.

    Names and example values stay as they are. `change` gets a mapping of its own whose children
    are done already, and may alter it.
    """
    return _changed(node, change, named=False)


def _changed(node: Any, change: Change, *, named: bool) -> Any:
    if isinstance(node, list):
        return [_changed(child, change, named=False) for child in node]
    if not isinstance(node, Mapping):
        return node
    if named:
        return {name: _changed(child, change, named=False) for name, child in node.items()}
    return change(
        {
            key: child if _is_value(key, child) else _changed(child, change, named=key in _NAMED)
            for key, child in node.items()
        }
    )


def _is_value(key: str, child: Any) -> bool:
    # `examples` are named objects in OpenAPI, a list of values in JSON Schema.
    return key in _VALUES or (key == "examples" and isinstance(child, list))
