"""Where in an answer the object stands that was written: at the top, or inside an envelope.

`{"result": {…}}` and `{"data": {…}}` are common, and no name of such a member is a standard. What
decides is what was sent: the level at which those members come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from conformance import nesting

TOP = ""


def sent_in(body: bytes) -> Mapping[str, Any]:
    """Return the members of the JSON object in a request; none where there is no such object."""
    try:
        value = nesting.loads(body or b"null")
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}


def level(body: Any, sent: Mapping[str, Any], names: Iterable[str] = ()) -> str | None:
    """Return the member of an answer that holds what was sent; `TOP` for the answer itself.

    Where several levels have members of these names (the object before and after, labels beside
    values), the one decides in which more values are those that were sent.

    Args:
        body: the answer as JSON.
        sent: the members that were sent.
        names: further members that such an object may have.

    Returns:
        None where it cannot be told: the body is no object, or several levels fit alike.
    """
    if not isinstance(body, Mapping):
        return None
    levels: dict[str, Mapping[str, Any]] = {
        str(name): part for name, part in body.items() if isinstance(part, Mapping) and name
    }
    if len(levels) == len(body) == 1 and not body.keys() & {*sent, *names}:
        return next(iter(levels))
    levels = {TOP: body, **levels}
    holding = [name for name, part in levels.items() if part.keys() & {*sent, *names}]
    if len(holding) <= 1:
        return holding[0] if holding else TOP
    equal = {name: _equals(levels[name], sent) for name in holding}
    best = [name for name in holding if equal[name] == max(equal.values())]
    return best[0] if len(best) == 1 else None


def content(body: Any, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object in an answer that holds what was sent; empty where it cannot be told."""
    place = level(body, sent)
    found = body if place == TOP else None if place is None else body[place]
    return found if isinstance(found, Mapping) else {}


def _equals(part: Mapping[str, Any], sent: Mapping[str, Any]) -> int:
    return sum(name in part and bool(part[name] == value) for name, value in sent.items())
