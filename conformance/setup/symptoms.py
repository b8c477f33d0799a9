"""What would spoil a run: one shape for whoever finds it, and those that several find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance.text import Text


@dataclass(frozen=True)
class Symptom:
    """Something that would spoil a run.

    Attributes:
        cause: its name, which stays the same in every language.
        key: the key of the target file that mends it.
        what: what is wrong.
        mend: what to do.
        blocking: whether a run would stop, or leave something open that had to be known.
    """

    cause: str
    key: str
    what: Text
    mend: Text
    blocking: bool = True


def once(symptoms: Iterable[Symptom]) -> Iterator[Symptom]:
    """Yield each cause at a key once: one cause is one finding."""
    seen = set()
    for symptom in symptoms:
        if (symptom.cause, symptom.key) not in seen:
            seen.add((symptom.cause, symptom.key))
            yield symptom
