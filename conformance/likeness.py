"""Whether two answers tell the same: what they hold, compared without what changes by itself.

Times, trace ids and nonces differ from answer to answer. What two answers to one question have in
common is *steady*; a third answer is compared with that, and with nothing else. Values of JSON are
compared by their place; two formats by what they tell under which name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

Told = Counter[tuple[str, str]]

# Stands where two answers to one question differed.
VOLATILE: Final = object()
_SHORTEST_VALUE = 6


def steady(one: Any, other: Any) -> Any:
    """Return what two values have in common, `VOLATILE` where they differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        return {name: steady(part, other[name]) for name, part in one.items()}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [steady(*pair) for pair in zip(one, other, strict=True)]
    return one if type(one) is type(other) and one == other else VOLATILE


def fits(value: Any, pattern: Any) -> bool:
    """Whether a value is the same as a steady one, wherever that is not volatile."""
    if pattern is VOLATILE:
        return True
    if isinstance(pattern, Mapping):
        same = isinstance(value, Mapping) and value.keys() == pattern.keys()
        return same and all(fits(value[name], part) for name, part in pattern.items())
    if isinstance(pattern, list):
        same = isinstance(value, list) and len(value) == len(pattern)
        return same and all(fits(*pair) for pair in zip(value, pattern, strict=True))
    return type(value) is type(pattern) and bool(value == pattern)


def tells_something(pattern: Any) -> bool:
    """Whether anything in a steady value is left to compare with."""
    if isinstance(pattern, Mapping):
        return any(tells_something(part) for part in pattern.values())
    if isinstance(pattern, list):
        return any(tells_something(part) for part in pattern)
    return pattern is not VOLATILE and pattern is not None


def values(node: Any) -> set[str]:
    """Return the texts at any depth that are long enough not to be there by chance.

    Of a hidden text it is the token: equal texts have equal tokens.
    """
    return {str(text) for text in _texts(node) if len(text) >= _SHORTEST_VALUE}


def entries(node: Any) -> list[Any]:
    """Return the objects that are elements of an array, at any depth: what a list lists."""
    own = [part for part in node if isinstance(part, Mapping)] if isinstance(node, list) else []
    return own + [entry for part in _parts(node) for entry in entries(part)]


def is_hollow(answer: Any, full: Any) -> bool:
    """Whether an answer is the envelope of a full one, around nothing.

    It has none of the objects and arrays that stand at the top of the full one; what is left, such
    as `"status": "success"`, is nobody's.
    """
    if not (isinstance(answer, Mapping) and isinstance(full, Mapping)):
        return False
    content = [name for name, part in full.items() if isinstance(part, Mapping | list) and part]
    return bool(content) and not any(answer.get(name) for name in content)


def record_kinds(node: Any) -> set[frozenset[str]]:
    """Return the sets of names of the innermost objects: what kinds of record a value holds."""
    kinds: set[frozenset[str]] = set()
    inner = _parts(node)
    nested = any(isinstance(part, Mapping | list) for part in inner)
    if isinstance(node, Mapping) and node and not nested:
        kinds.add(frozenset(node))
    for part in inner:
        kinds |= record_kinds(part)
    return kinds


def differing_names(first: Told, other: Told, again: Told) -> set[str]:
    """Return the names of the first under which another format tells something else.

    Args:
        first: what was told in the one format, by name and text.
        other: what was told in the other.
        again: the first, asked again: what differs between the two is left out.
    """
    unsteady = {name for name, _ in (first - again) + (again - first)}
    # A name that only the other knows may be that of a list's elements, which JSON has none for.
    known = {name for name, _ in first}
    return {name for name, _ in (first - other) + (other - first)} & known - unsteady


def differing_texts(first: Told, other: Told, again: Told) -> int:
    """Return how many texts are told in one format alone, whatever their names.

    Args:
        first: what was told in the one format, by name and text.
        other: what was told in the other, between the first and the last.
        again: the first, asked again.
    """
    one, two, last = (
        Counter(text for _, text in told.elements()) for told in (first, other, again)
    )
    missing = (one & last) - two
    # What changes from answer to answer is another text in each.
    changing = sum((one - last).values())
    added = sum((two - (one | last)).values())
    return sum(missing.values()) + max(0, added - changing)


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for part in _parts(node):
        yield from _texts(part)


def _parts(node: Any) -> list[Any]:
    if isinstance(node, Mapping):
        return list(node.values())
    return node if isinstance(node, list) else []
