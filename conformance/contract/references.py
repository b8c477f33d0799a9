"""What stands where in a document: JSON pointers, and references followed inside it only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

MAX_REFERENCES = 50
# `dict` first: it is what documents hold as a rule, and much quicker to tell.
OBJECTS = (dict, Mapping)


class References:
    """Looks things up in one document, which never changes."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._own_name = str(document.get("$self", ""))
        # By reference: what it leads to, and where that stands. Bodies are held against the same
        # few schemas again and again.
        self._behind: dict[str, tuple[Any, str]] = {}

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
            if not isinstance(node, OBJECTS):
                return {}, pointer
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, pointer
            if reference not in self._behind:
                self._behind[reference] = self._target(reference)
            node, pointer = self._behind[reference]
        return {}, pointer

    def _target(self, reference: str) -> tuple[Any, str]:
        # OpenAPI 3.2: the document may name itself. A reference is a URI: its fragment is
        # percent-encoded, a pointer is not.
        fragment = reference.removeprefix(self._own_name)
        pointer = unquote(fragment[1:]) if fragment.startswith("#/") else ""
        return (self.at(pointer) if pointer else {}), pointer


def escape(name: str) -> str:
    """Return a name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
