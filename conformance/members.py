"""A JSON value with one place of it changed; what is not on the way there is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def put(value: Any, place: Sequence[str | int], instead: Any) -> Any:
    """Return a JSON value with another one at a place; what is missing on the way is made.

    Args:
        value: the whole; it is not changed.
        place: names of members and numbers of items, from the outside in; empty for the whole.
        instead: what stands there then.
    """
    if not place:
        return instead
    key, *inner = place
    changed: Any
    if isinstance(key, int):
        changed = list(value) if isinstance(value, list) else [None]
        inside = changed[key]
    else:
        changed = dict(value) if isinstance(value, Mapping) else {}
        inside = changed.get(key)
    changed[key] = put(inside, inner, instead)
    return changed


def without(value: Any, place: Sequence[str | int]) -> Any:
    """Return a JSON value without the member at a place, in an object that is there.

    Args:
        value: the whole; it is not changed.
        place: as above, with the name of the member at its end.
    """
    key, *inner = place
    if not inner:
        return {name: part for name, part in value.items() if name != key}
    return put(value, [key], without(value[key], inner))
