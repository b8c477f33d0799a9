"""Whether what a caller may send has an upper bound: lengths, ranges, numbers of items.

A schema is read as a whole: a bound in any branch of `allOf` counts, each branch of `oneOf` and
`anyOf` is looked at by itself, and references are followed without going round in circles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from conformance.contract import Contract, parts
from conformance.contract.parts import Part
from conformance.text import Text
from conformance.verdict import Offender

# Formats whose values cannot be long; `binary` is a file, whose size no schema states.
SHORT = frozenset(
    {
        "date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6",
        "email", "idn-email", "hostname", "idn-hostname", "binary",
    }
)  # fmt: skip
# Formats of numbers that fit a machine word (OpenAPI, Data Types).
WORDS = frozenset({"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"})
_BOUNDS = (
    "type", "format", "pattern", "enum", "const", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "maxItems", "uniqueItems", "readOnly",
    "contentMediaType",
)  # fmt: skip
_ALTERNATIVES = ("oneOf", "anyOf")
# Enough to mend for one schema; each operation of a large contract reaches thousands.
_MOST = 200
_NO_LENGTH = Text(vi="chuỗi không có maxLength", en="a string without maxLength")
_NO_RANGE = Text(vi="số không có minimum và maximum", en="a number without minimum and maximum")
_NO_COUNT = Text(vi="mảng không có maxItems", en="an array without maxItems")


@dataclass
class Bounds:
    """The unbounded places of one contract, each schema looked at once."""

    contract: Contract
    _found: dict[tuple[str, frozenset[str]], tuple[list[Offender], list[Part]]] = field(
        default_factory=dict
    )

    def unbounded(self, schema: Part) -> list[Offender]:
        """Return the unbounded places of a schema and of what it refers to, the first of many."""
        offenders: dict[Offender, None] = {}
        seen: set[str] = set()
        waiting = [schema]
        while waiting and len(offenders) < _MOST:
            part = parts.followed(self.contract, waiting.pop())
            if part.pointer in seen:
                continue
            seen.add(part.pointer)
            own, further = self._of(part)
            offenders.update(dict.fromkeys(own))
            waiting += further
        return list(offenders)

    def _of(self, schema: Part) -> tuple[list[Offender], list[Part]]:
        """Return the unbounded places of a schema itself, and the references in it."""
        key = schema.pointer, frozenset[str]()
        if key not in self._found:
            own: list[Offender] = []
            further: list[Part] = []
            self._look(schema, {}, own, further, set())
            self._found[key] = own, further
        return self._found[key]

    def _look(
        self,
        schema: Part,
        outer: Mapping[str, Any],
        own: list[Offender],
        further: list[Part],
        seen: set[str],
    ) -> None:
        layers = self._layers(schema)
        known = {**outer, **{k: p.object[k] for p in layers for k in _BOUNDS if k in p.object}}
        if known.get("readOnly") is True or schema.pointer in seen:
            return
        seen = {*seen, schema.pointer}
        branches = [
            parts.followed(self.contract, branch)
            for layer in layers
            for keyword in _ALTERNATIVES
            for _, branch in layer.child(keyword).children()
        ]
        for branch in branches:
            self._look(branch, known, own, further, seen)
        if not branches:
            own += _judged(layers[0], known)
        for child in _children(layers):
            if "$ref" in child.object and not _says_more(child):
                further.append(child)
            else:
                self._look(child, {}, own, further, seen)

    def _layers(self, schema: Part) -> list[Part]:
        """Return a schema and all that `allOf` and references lay over it."""
        found: dict[str, Part] = {}
        waiting = [schema]
        while waiting:
            part = waiting.pop()
            if part.pointer in found or not isinstance(part.node, Mapping):
                continue
            found[part.pointer] = part
            # From 3.1 on a reference has siblings that count.
            if "$ref" in part.node:
                waiting.append(parts.followed(self.contract, part))
            waiting += [branch for _, branch in part.child("allOf").children()]
        return list(found.values()) or [Part({}, schema.pointer)]


@lru_cache(maxsize=4)
def of(contract: Contract) -> Bounds:
    """Return the bounds of a contract; a contract never changes, so they are kept."""
    return Bounds(contract)


def _says_more(reference: Part) -> bool:
    return any(key in reference.object for key in (*_BOUNDS, "allOf", *_ALTERNATIVES))


def _children(layers: list[Part]) -> Iterator[Part]:
    for layer in layers:
        for keyword in ("properties", "patternProperties", "prefixItems"):
            yield from (child for _, child in layer.child(keyword).children())
        for keyword in ("items", "additionalProperties"):
            if isinstance(layer.object.get(keyword), Mapping):
                yield layer.child(keyword)


def _judged(schema: Part, known: Mapping[str, Any]) -> Iterator[Offender]:
    if "enum" in known or "const" in known:
        return
    types = known.get("type")
    for kind in types if isinstance(types, list) else [types]:
        if kind == "string" and not _short(known):
            yield Offender(schema.pointer, _NO_LENGTH)
        if kind in {"integer", "number"} and not _ranged(known):
            yield Offender(schema.pointer, _NO_RANGE)
        if kind == "array" and "maxItems" not in known and not _of_few(schema, known):
            yield Offender(schema.pointer, _NO_COUNT)


def _short(known: Mapping[str, Any]) -> bool:
    return (
        "maxLength" in known
        or known.get("format") in SHORT
        or "contentMediaType" in known
        or ends(str(known.get("pattern", "")))
    )


def _ranged(known: Mapping[str, Any]) -> bool:
    # Until 3.0 the exclusive bounds are marks beside the inclusive ones.
    low = "minimum" in known or "exclusiveMinimum" in known
    high = "maximum" in known or "exclusiveMaximum" in known
    return (low and high) or known.get("format") in WORDS


def _of_few(schema: Part, known: Mapping[str, Any]) -> bool:
    """Whether the items of an array are all different and of a closed list, or fixed one by one."""
    items = schema.object.get("items")
    listed = isinstance(items, Mapping) and "enum" in items
    return bool(known.get("uniqueItems") and listed) or (
        items is False and "prefixItems" in schema.object
    )


def ends(pattern: str) -> bool:
    """Whether a pattern stands for texts of bounded length only: anchored, nothing without end."""
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "a", pattern)
    if not (bare.startswith("^") and bare.endswith("$")):
        return False
    # `^a|b$` is anchored on one side each.
    depth, outside = 0, False
    for sign in bare:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        outside = outside or (sign == "|" and depth == 0)
    return not outside and not re.search(r"[*+]|\{\d*,\}", bare)
