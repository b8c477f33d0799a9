"""Knots of schemas that refer to each other, walked one step deep, so that values stay countable.

What a generator enumerates grows exponentially with the number of schemas that refer to each other:
five are done in a tenth of a second, the first value of twenty does not come in minutes. In a knot
that is too large every reference goes to a *leaf* of the schema that it names: a copy without the
optional parts that lead on. Every value of the document made so is one of the document as it was,
up to what `oneOf` and `additionalProperties` make of parts left out; nobody is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance import members

# More references than this inside one knot are too many; eight schemas of two references each
# (1,551 cases in half a second) are about what a generator stands.
MOST = 12
_HOMES = (("components", "schemas"), ("definitions",))
_BRANCHES = ("anyOf", "oneOf")
_LEAF = "~leaf"


def untied(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an OpenAPI document whose large knots of named schemas are walked one step deep.

    Args:
        document: a bundled document, of any version; it is not changed.

    Returns:
        The document itself where it has no large knot, else one that shares what did not change.
    """
    for home in _HOMES:
        schemas = _at(document, home)
        prefix = f"#/{'/'.join(home)}/"
        knots = [knot for knot in _knots(schemas, prefix) if _size(schemas, knot, prefix) > MOST]
        if not knots:
            continue
        changed = dict(schemas)
        for knot in knots:
            for name in knot:
                changed[name] = _redirected(schemas[name], prefix, knot)
                changed[name + _LEAF] = _redirected(
                    _leaf(schemas[name], prefix, knot), prefix, knot
                )
        document = members.put(document, home, changed)
    return document


def _at(document: Mapping[str, Any], home: tuple[str, ...]) -> Mapping[str, Any]:
    place: Any = document
    for word in home:
        place = place.get(word) if isinstance(place, Mapping) else None
    return place if isinstance(place, Mapping) else {}


def _references(node: Any, prefix: str) -> Iterator[str]:
    """Yield the names that a piece of schema refers to; by a stack, however deep it is."""
    stack = [node]
    while stack:
        piece = stack.pop()
        if isinstance(piece, Mapping):
            name = _named(piece, prefix)
            if name is not None:
                yield name
            stack.extend(piece.values())
        elif isinstance(piece, list):
            stack.extend(piece)


def _named(piece: Mapping[str, Any], prefix: str) -> str | None:
    target = piece.get("$ref")
    if not isinstance(target, str) or not target.startswith(prefix):
        return None
    return target.removeprefix(prefix).partition("/")[0].replace("~1", "/").replace("~0", "~")


def _size(schemas: Mapping[str, Any], knot: frozenset[str], prefix: str) -> int:
    return sum(name in knot for each in knot for name in _references(schemas[each], prefix))


def _knots(schemas: Mapping[str, Any], prefix: str) -> Iterator[frozenset[str]]:
    """Yield the strongly connected sets of named schemas (Tarjan, 1972; without recursion)."""
    edges = {
        name: sorted({each for each in _references(schema, prefix) if each in schemas})
        for name, schema in schemas.items()
    }
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    for root, onward in edges.items():
        work = [(root, iter(onward))] if root not in index else []
        while work:
            name, rest = work[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                path.append(name)
            for each in rest:
                if each not in index:
                    work.append((each, iter(edges[each])))
                    break
                if each in low:
                    low[name] = min(low[name], index[each])
            else:
                work.pop()
                if work and name in low:
                    above = work[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == index[name]:
                    cut = path.index(name)
                    found = frozenset(path[cut:])
                    del path[cut:]
                    for each in found:
                        del low[each]
                    yield found


def _leads_on(piece: Any, prefix: str, knot: frozenset[str]) -> bool:
    return any(name in knot for name in _references(piece, prefix))


def _leaf(schema: Any, prefix: str, knot: frozenset[str]) -> Any:
    """Return a schema without its optional parts that lead back into the knot."""
    if not isinstance(schema, Mapping):
        return schema
    leaf = dict(schema)
    needed = schema.get("required")
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        kept = needed if isinstance(needed, list) else []
        leaf["properties"] = {
            name: each
            for name, each in properties.items()
            if name in kept or not _leads_on(each, prefix, knot)
        }
    for word in ("additionalProperties", "patternProperties"):
        if _leads_on(schema.get(word), prefix, knot):
            del leaf[word]
    for word in _BRANCHES:
        branches = schema.get(word)
        if isinstance(branches, list):
            ends = [each for each in branches if not _leads_on(each, prefix, knot)]
            leaf[word] = ends or [_leaf(each, prefix, knot) for each in branches]
    if isinstance(schema.get("allOf"), list):
        leaf["allOf"] = [_leaf(each, prefix, knot) for each in schema["allOf"]]
    return leaf


def _redirected(node: Any, prefix: str, knot: frozenset[str]) -> Any:
    """Return a piece of schema whose references into a knot go to leaves."""
    if isinstance(node, list):
        return [_redirected(each, prefix, knot) for each in node]
    if not isinstance(node, Mapping):
        return node
    copy = {word: _redirected(each, prefix, knot) for word, each in node.items()}
    name = _named(node, prefix)
    if name in knot and node["$ref"].removeprefix(prefix).count("/") == 0:
        # `~` is written as `~0` in a JSON pointer (RFC 6901, section 3).
        copy["$ref"] = node["$ref"] + _LEAF.replace("~", "~0")
    return copy
