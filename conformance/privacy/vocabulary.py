"""What a contract fixes: words and names that it prints itself tell nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Vocabulary:
    """What may stay readable in an answer.

    Attributes:
        names: members that schemas declare.
        words: values that schemas fix (`enum`, `const`) and phrases that standards fix.
        segments: fixed parts of the paths.
    """

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()


# RFC 9110, section 15: reason phrases; problem titles of `about:blank` are the same (RFC 9457,
# section 4.2.1).
PHRASES = frozenset(status.phrase for status in HTTPStatus)
# RFC 9457, section 3.1, and the names under which most errors stand.
_NAMES = frozenset({"type", "title", "status", "detail", "instance", "error", "message", "code"})


def of(document: Mapping[str, Any], base_url: str = "") -> Vocabulary:
    """Return the vocabulary of an OpenAPI document."""
    nodes = list(_nodes(document))
    return Vocabulary(
        names=_NAMES | frozenset(_texts(n for node in nodes for n in _mapping(node, "properties"))),
        words=PHRASES
        | {"about:blank"}
        | frozenset(_texts(w for node in nodes for w in _fixed(node))),
        segments=frozenset(_segments(document, base_url)),
    )


def _nodes(document: Any) -> Iterator[Mapping[str, Any]]:
    """Return every object in a document; a loop of references is no loop of nodes."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _mapping(node: Mapping[str, Any], name: str) -> Iterable[Any]:
    value = node.get(name)
    return value if isinstance(value, Mapping) else ()


def _fixed(node: Mapping[str, Any]) -> Iterable[Any]:
    listed = node.get("enum")
    yield from listed if isinstance(listed, list) else ()
    yield node.get("const")


def _texts(values: Iterable[Any]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))


def _segments(document: Mapping[str, Any], base_url: str) -> Iterator[str]:
    paths = document.get("paths")
    for path in [*(paths if isinstance(paths, Mapping) else ()), urlsplit(base_url).path]:
        yield from (unquote(part) for part in str(path).split("/") if part and "{" not in part)
