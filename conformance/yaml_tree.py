"""YAML as the tree that JSON would hold: strict, bounded, and quick enough for large contracts.

The tree is built from parser events, without PyYAML's nodes and constructors between: libyaml's
parser where it is there, PyYAML's own where not, and the same rules over both. YAML 1.1 reads `no`
as false, 2025-07-01 as a date, 22:30 and 046 as other numbers; JSON knows none of these, and a code
that begins with zero is no number at all. Keys are the text that stands there: `200` and `1.10` are
keys of JSON, not numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple

import yaml
from yaml import MarkedYAMLError

from conformance.text import Text

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = "tag:yaml.org,2002:"
_MERGE = "<<"
# Not the text: a quoted "<<" is a key like any other.
_MERGE_KEY = object()
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("-0123456789")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class TreeError(MarkedYAMLError):
    """YAML that holds no tree of JSON, or one beyond the bounds; `what` says it."""

    def __init__(self, what: Text, mark: Any) -> None:
        super().__init__(None, None, what.en, mark)
        self.what = what


class Bounds(NamedTuple):
    """How much a document may hold: aliases written, levels, and nodes with aliases spelt out."""

    aliases: int
    depth: int
    nodes: int


def read(text: str, bounds: Bounds) -> Any:
    """Return the one document of a YAML text.

    Raises:
        yaml.YAMLError: malformed, or beyond the bounds; with the place where there is one.
        ValueError: a number of more digits than can be read.
    """
    return _Builder(bounds).built(_events(text))


def twice(key: str) -> Text:
    """Return what is said of a key that stands twice in a mapping."""
    return Text(vi=f"khoá {key!r} xuất hiện hai lần", en=f"the key {key!r} stands twice")


def too_deep(most: int) -> Text:
    """Return what is said of a document of too many levels."""
    return Text(vi=f"lồng quá {most} tầng", en=f"nested over {most} deep")


def too_many(most: int) -> Text:
    """Return what is said of a document of too many nodes."""
    return Text(vi=f"quá {most} nút", en=f"over {most} nodes")


def number(lexeme: str) -> float | str:
    """Return what a number with a fraction or an exponent stands for; text where beyond a float."""
    value = float(lexeme)
    return value if isfinite(value) else lexeme


def _events(text: str) -> Iterator[Any]:
    loader = _LOADER(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


class _Known(NamedTuple):
    """What an anchor names."""

    value: Any
    size: int
    lexeme: str | None


@dataclass(slots=True)
class _Open:
    """A collection that has begun and not yet ended."""

    value: Any
    anchor: str | None
    mark: Any
    size: int = 1
    key: Any = None
    keys: set[str] = field(default_factory=set)
    merged: list[Any] = field(default_factory=list)


class _Builder:
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._anchors: dict[str, _Known] = {}
        self._aliases = 0
        self._open: list[_Open] = []
        self._documents = 0
        self._result: Any = None

    def built(self, events: Iterator[Any]) -> Any:
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind in {yaml.MappingStartEvent, yaml.SequenceStartEvent}:
                self._begin(event)
            elif kind in {yaml.MappingEndEvent, yaml.SequenceEndEvent}:
                self._end()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    raise TreeError(
                        Text(
                            vi="có tài liệu thứ hai trong cùng một tệp",
                            en="a second document in one file",
                        ),
                        event.start_mark,
                    )
        return self._result

    def _scalar(self, event: Any) -> None:
        tag = event.tag
        if tag is None:
            value = _plain(event.value) if event.implicit[0] else event.value
        else:
            value = _tagged(event)
        if event.anchor:
            self._anchors[event.anchor] = _Known(value, 1, event.value)
        merges = event.value == _MERGE and event.implicit[0]
        self._put(value, 1, event.value, event.start_mark, merges=merges)

    def _begin(self, event: Any) -> None:
        if len(self._open) >= self._bounds.depth:
            raise TreeError(too_deep(self._bounds.depth), event.start_mark)
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in {None, "!", _TAGS + ("map" if mapping else "seq")}:
            raise _foreign(event)
        if event.anchor:
            # Not known before it ends: a collection cannot hold itself.
            self._anchors.pop(event.anchor, None)
        value: Any = {} if mapping else []
        self._open.append(_Open(value, event.anchor, event.start_mark))

    def _end(self) -> None:
        done = self._open.pop()
        if done.merged:
            # What is merged stands first, and gives way to what the mapping says itself.
            own = dict(done.value)
            done.value.clear()
            for other in reversed(done.merged):
                done.value.update(other)
            done.value.update(own)
        if done.anchor:
            self._anchors[done.anchor] = _Known(done.value, done.size, None)
        self._put(done.value, done.size, None, done.mark)

    def _alias(self, event: Any) -> None:
        self._aliases += 1
        if self._aliases > self._bounds.aliases:
            most = self._bounds.aliases
            raise TreeError(
                Text(vi=f"quá {most} bí danh (`*`)", en=f"over {most} aliases"), event.start_mark
            )
        known = self._anchors.get(event.anchor)
        if known is None:
            raise TreeError(
                Text(
                    vi=f"bí danh {event.anchor!r} không trỏ tới đâu",
                    en=f"the alias {event.anchor!r} names nothing",
                ),
                event.start_mark,
            )
        self._put(known.value, known.size, known.lexeme, event.start_mark)

    def _put(
        self, value: Any, size: int, lexeme: str | None, mark: Any, *, merges: bool = False
    ) -> None:
        """Put a finished node where it stands: at the top, into a list, as a key or its value."""
        if not self._open:
            self._result = value
            return
        holder = self._open[-1]
        holder.size += size
        if holder.size > self._bounds.nodes:
            raise TreeError(too_many(self._bounds.nodes), mark)
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif holder.key is None:
            self._key(holder, lexeme, mark, merges=merges)
        elif holder.key is _MERGE_KEY:
            holder.merged += _mappings(value, mark)
            holder.key = None
        else:
            holder.value[holder.key] = value
            holder.key = None

    @staticmethod
    def _key(holder: _Open, lexeme: str | None, mark: Any, *, merges: bool) -> None:
        if lexeme is None:
            raise TreeError(Text(vi="khoá phải là một giá trị đơn", en="a key is no scalar"), mark)
        if merges:
            holder.key = _MERGE_KEY
            return
        if lexeme in holder.keys:
            raise TreeError(twice(lexeme), mark)
        holder.keys.add(lexeme)
        holder.key = lexeme


def _plain(value: str) -> Any:
    if value in _WORDS:
        return _WORDS[value]
    if value[0] in _NUMERIC:
        if _INTEGER.fullmatch(value):
            return int(value)
        if _FLOAT.fullmatch(value):
            return number(value)
    return value


def _integer(value: str) -> int:
    if not _INTEGER.fullmatch(value):
        raise ValueError(value)
    return int(value)


def _float(value: str) -> float | str:
    if not _FLOAT.fullmatch(value):
        raise ValueError(value)
    return number(value)


def _word(wanted: Callable[[Any], bool]) -> Callable[[str], Any]:
    def read_word(value: str) -> Any:
        if value not in _WORDS or not wanted(_WORDS[value]):
            raise ValueError(value)
        return _WORDS[value]

    return read_word


_READERS: dict[str, Callable[[str], Any]] = {
    "!": str,
    f"{_TAGS}str": str,
    f"{_TAGS}int": _integer,
    f"{_TAGS}float": _float,
    f"{_TAGS}bool": _word(lambda value: value is not None),
    f"{_TAGS}null": _word(lambda value: value is None),
}


def _tagged(event: Any) -> Any:
    reader = _READERS.get(event.tag)
    if reader is None:
        raise _foreign(event)
    try:
        return reader(event.value)
    except ValueError as error:
        value = event.value[:50]
        raise TreeError(
            Text(vi=f"{value!r} không thuộc kiểu {event.tag}", en=f"{value!r} is not {event.tag}"),
            event.start_mark,
        ) from error


def _foreign(event: Any) -> TreeError:
    return TreeError(
        Text(vi=f"JSON không có kiểu {event.tag!r}", en=f"the tag {event.tag!r} is not JSON's"),
        event.start_mark,
    )


def _mappings(value: Any, mark: Any) -> list[dict[str, Any]]:
    """Return what stands behind a merge key, the strongest first."""
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(entry, dict) for entry in found):
        raise TreeError(
            Text(vi="`<<` chỉ gộp được các nhóm `khoá: giá trị`", en="only mappings can be merged"),
            mark,
        )
    return found
