"""What stands where in a document: JSON pointers, and references followed inside it only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

MAX_REFERENCES = 50


class References:
    """Looks things up in one document, which never changes."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def at(self, pointer: str) -> Any:
        """Return what stands at a JSON pointer, references not followed; `{}` for nothing."""
        node: Any = self._document
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, Mapping) and key in node:
                node = node[key]
            else:
                return {}
        return node

    def followed(self, node: Any) -> Mapping[str, Any]:
        """Return what the references at a node's top lead to; `{}` where that is no object."""
        return self.resolved(node, "")[0]

    def resolved(self, node: Any, pointer: str) -> tuple[Mapping[str, Any], str]:
        """Return what the references at a node's top lead to, and where that stands."""
        for _ in range(MAX_REFERENCES):
            if not isinstance(node, Mapping):
                return {}, pointer
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, pointer
            # OpenAPI 3.2: the document may name itself. A reference is a URI: its fragment is
            # percent-encoded, a pointer is not.
            fragment = reference.removeprefix(str(self._document.get("$self", "")))
            pointer = unquote(fragment[1:]) if fragment.startswith("#/") else ""
            node = self.at(pointer) if pointer else {}
        return {}, pointer


def escape(name: str) -> str:
    """Return a name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
