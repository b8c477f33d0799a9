"""What a national data format is: how it is tested, made, missed by little, and where it stands.

A format is a plain value, so the same one serves JSON Schema, generated tests and the pages about
it. Making and missing take any `random.Random`; hypothesis gives one that it can shrink.

Most formats are of texts. JSON Schema lets a format speak of values of any type (Validation,
section 7.1); those of positions speak of arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from conformance.text import Text

# How well the rule is known: read where it was published; read with somebody who cites it; seen in
# what others built; remembered, and not found anywhere.
Confidence = Literal["verified", "secondary", "practice", "recalled"]
CONFIDENCE: Mapping[Confidence, Text] = MappingProxyType(
    {
        "verified": Text(vi="đọc trong bản công bố", en="read where it was published"),
        "secondary": Text(vi="đọc qua nguồn dẫn lại", en="read with somebody who cites it"),
        "practice": Text(vi="thấy trong hệ thống đang chạy", en="seen in what others built"),
        "recalled": Text(vi="chưa tìm thấy bản công bố", en="remembered, found nowhere"),
    }
)
Maker = Callable[[Random], str]
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Described(Generic[_Value]):
    """One format of values of one type of JSON.

    Attributes:
        name: what `format` says in a JSON Schema.
        title: what such a value is.
        rule: what is tested, for people.
        source: the document or the practice that the rule comes from.
        confidence: how well the rule is known.
        holds: whether a value of the type is of the format.
        make: makes one that is; every kind of it comes up.
        miss: makes one that is nearly, and is not, by how it is made: `holds` is not asked.
        examples: values that are.
        near_misses: values that are not, though they look like it.
    """

    name: str
    title: Text
    rule: Text
    source: str
    confidence: Confidence
    holds: Callable[[_Value], bool]
    make: Callable[[Random], _Value]
    miss: Callable[[Random], _Value]
    examples: tuple[_Value, ...]
    near_misses: tuple[_Value, ...]

    @property
    def asserted(self) -> bool:
        """Whether a verdict may rest on it: what is only remembered is held against nobody."""
        return self.confidence != "recalled"


@dataclass(frozen=True)
class Format(Described[str]):
    """One format of texts."""

    def accepts(self, value: object) -> bool:
        """Whether a JSON value is of the format: what is no text is passed over by every format.

        As JSON Schema has it (Validation, section 7.1).
        """
        return not isinstance(value, str) or self.holds(value)


@dataclass(frozen=True)
class ArrayFormat(Described[list[Any]]):
    """One format of arrays."""

    def accepts(self, value: object) -> bool:
        """Whether a JSON value is of the format: what is no array is passed over."""
        return not isinstance(value, list) or self.holds(value)
