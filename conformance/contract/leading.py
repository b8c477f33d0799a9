"""Which schemas of a contract lead to values of a format, so that others need not be walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract.references import References


class Leading:
    """Looks through the schemas of one document, which never changes; each once.

    Args:
        references: the document.
    """

    def __init__(self, references: References) -> None:
        self._references = references
        # By format and identity; the document holds what is named here, so ids stay their own.
        self._known: dict[tuple[str, int], bool] = {}

    def leads(self, schema: Any, wanted: str) -> bool:
        """Whether a walk along a schema of the document can come upon a value of a format.

        A walk goes through `allOf`, `properties` and `items`. A reference that cannot be followed
        counts as well: whoever walks there has something to tell.

        Args:
            schema: a node of the document.
            wanted: the format.
        """
        key = wanted, id(schema)
        if key not in self._known:
            self._known[key] = self._look(schema, wanted)
        return self._known[key]

    def _look(self, schema: Any, wanted: str) -> bool:
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            node = waiting.pop()
            behind = self._references.followed(node)
            if isinstance(node, Mapping) and "$ref" in node and not behind:
                return True
            if behind.get("format") == wanted:
                return True
            if id(behind) not in seen:
                seen.add(id(behind))
                waiting += _inside(behind)
        return False


def _inside(schema: Mapping[str, Any]) -> Iterator[Any]:
    listed, named = schema.get("allOf"), schema.get("properties")
    yield from listed if isinstance(listed, list) else ()
    yield from named.values() if isinstance(named, Mapping) else ()
    if "items" in schema:
        yield schema["items"]
