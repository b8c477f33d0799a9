"""JSON bodies as they are judged: read once, and with what is hidden in the place of its tokens."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from conformance import nesting
from conformance.privacy import hidden
from conformance.text import Text
from conformance.verdict import Reason, Unread

# Python refuses to convert more than 4300 digits; the grammar of JSON knows no limit.
_MAX_DIGITS = 4300
# What the door puts in the place of secrets and personal data.
TOKEN = re.compile(r"~(?:secret|personal)\.[A-Za-z0-9_.-]+~")
# The same for values of persons; what is only compared (a name, a validator) is no value.
HIDDEN = re.compile(r"~personal\.(?!k\.)[A-Za-z0-9_.-]+~")
# Stands for what was not read.
TOO_DEEP = object()


def integer(lexeme: str) -> int | float:
    """Return a JSON integer, however long: beyond what Python converts, as an infinite number."""
    return int(lexeme) if len(lexeme) < _MAX_DIGITS else float("inf")


def holds_token(value: Any) -> bool:
    """Whether a JSON value holds, at any depth, a token that stands for something hidden."""
    if isinstance(value, str):
        return "~" in value and bool(TOKEN.search(value))
    if isinstance(value, Mapping):
        return any(holds_token(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(holds_token(part) for part in value)


def too_deep() -> Unread:
    """Return the outcome for a body that is nested deeper than we read."""
    return Unread(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"nội dung JSON lồng quá {nesting.DEEPEST} tầng, sâu hơn mức bộ kiểm thử đọc",
            en=f"the JSON body is nested over {nesting.DEEPEST} levels, deeper than we read",
        ),
    )


def with_hidden(tree: Any, facts: Mapping[str, Any]) -> Any:
    """Return a JSON value with hidden values in the place of tokens; bodies may be deep."""
    holder = [tree]
    waiting: list[Any] = [(holder, 0)]
    while waiting:
        place, key = waiting.pop()
        node = place[key]
        if isinstance(node, str) and TOKEN.search(node):
            whole = TOKEN.fullmatch(node)
            place[key] = hidden.of(node, facts.get(node) if whole else None)
        elif isinstance(node, dict):
            place[key] = made = dict(node)
            waiting += [(made, name) for name in made]
        elif isinstance(node, list):
            place[key] = listed = list(node)
            waiting += [(listed, number) for number in range(len(listed))]
    return holder[0]


def strings(tree: Any) -> Iterator[tuple[str, str]]:
    """Return the texts of a JSON value, with where each stands, in order and at any depth."""
    waiting: list[tuple[str, Any]] = [("", tree)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, str):
            yield path or "/", node
        elif isinstance(node, dict):
            waiting += [(f"{path}/{name}", part) for name, part in reversed(node.items())]
        elif isinstance(node, list):
            waiting += [(f"{path}/{n}", node[n]) for n in reversed(range(len(node)))]


class Trees:
    """JSON values by the bytes that they were read from, the latest, up to so many bytes.

    Every law looks at one answer after the other, so a tree is wanted again and again; all of
    them at once would be many times as large as the run. Nobody changes a tree.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = threading.Lock()
        self._trees: OrderedDict[bytes, Any] = OrderedDict()

    def of(self, body: bytes) -> Any:
        """Return the JSON value of a body; None where it is not JSON."""
        with self._lock:
            if body in self._trees:
                self._trees.move_to_end(body)
                return self._trees[body]
            try:
                tree = nesting.loads(body.decode("utf-8"), parse_int=integer)
            except nesting.TooDeepError:
                return TOO_DEEP
            except ValueError:
                return None
            self._trees[body] = tree
            self._left -= len(body)
            while self._left < 0:
                self._left += len(self._trees.popitem(last=False)[0])
            return tree


TREES = Trees(4 * 2**20)
