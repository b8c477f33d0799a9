"""What a national data format is: how it is tested, made, missed by little, and where it stands.

A format is a plain value, so the same one serves JSON Schema, generated tests and the pages about
it. Making and missing take any `random.Random`; hypothesis gives one that it can shrink.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from conformance.text import Text

# How well the rule is known: read where it was published; read with somebody who cites it; seen in
# what others built; remembered, and not found anywhere.
Confidence = Literal["verified", "secondary", "practice", "recalled"]
Maker = Callable[[Random], str]


@dataclass(frozen=True)
class Format:
    """One format of texts.

    Attributes:
        name: what `format` says in a JSON Schema.
        title: what such a text is.
        rule: what is tested, for people.
        source: the document or the practice that the rule comes from.
        confidence: how well the rule is known.
        holds: whether a text is of the format.
        make: makes one that is; every kind of it comes up.
        miss: makes one that is nearly, and is not, by how it is made: `holds` is not asked.
        examples: texts that are.
        near_misses: texts that are not, though they look like it.
    """

    name: str
    title: Text
    rule: Text
    source: str
    confidence: Confidence
    holds: Callable[[str], bool]
    make: Maker
    miss: Maker
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]

    @property
    def asserted(self) -> bool:
        """Whether a verdict may rest on it: what is only remembered is held against nobody."""
        return self.confidence != "recalled"

    def accepts(self, value: object) -> bool:
        """Whether a JSON value is of the format: what is no text is passed over by every format.

        As JSON Schema has it (Validation, section 7.1).
        """
        return not isinstance(value, str) or self.holds(value)
