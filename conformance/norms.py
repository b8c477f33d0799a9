"""The register of norms: the documents that profiles rest on, and which of them holds on a day.

A demand often outlives the document that made it. A requirement may then name several documents
(`norms`), each with the days on which it is the ground; where it names no days, the days are those
of the document itself, as the register has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from conformance import documents, shipped
from conformance.text import Text

# What tells the matrix of coverage why nothing is asked; a verdict never depends on it.
EDITORIAL = frozenset({"unasked", "clauses"})

Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class Norm:
    """One document of the register of norms, with how well its wording is known."""

    id: str
    title: Text
    status: str
    kind: str
    entry: Mapping[str, Any]

    @property
    def days(self) -> Days:
        """The first and the last day of effect; None where a day is open or unknown."""
        return days(self.entry.get("in_force"))


@dataclass(frozen=True)
class Ground:
    """A document and its clause as the ground of a requirement, on certain days."""

    document: str
    clause: str | None
    basis: str
    days: Days = (None, None)

    def holds(self, day: date) -> bool:
        """Whether it is the ground on a day."""
        return within(self.days, day)

    @property
    def cited(self) -> dict[str, Any]:
        """The citation, as a profile writes it."""
        return {"document": self.document, "clause": self.clause}


def register() -> dict[str, Norm]:
    """Return the documents of the shipped register, by id and in its order."""
    content = documents.read(shipped.folder("profiles") / "norms.yaml")
    return {key: norm(key, entry) for key, entry in content["norms"].items()}


def norm(norm_id: str, entry: Mapping[str, Any]) -> Norm:
    """Return an entry of the register."""
    return Norm(norm_id, Text.of(entry["title"]), entry["status"], entry.get("kind", ""), entry)


def grounds(entry: Mapping[str, Any], known: Mapping[str, Norm]) -> tuple[Ground, ...]:
    """Return the grounds of a requirement that names several; none where it names one (`norm`)."""
    return tuple(
        Ground(
            each["document"],
            each.get("clause"),
            each.get("basis", entry["basis"]),
            _narrowed(known[each["document"]].days, each),
        )
        for each in entry.get("norms", ())
    )


def cited(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a requirement rests on, however it says so, and on what it raises or replaces."""
    named = [*entry.get("norms", ())]
    return named + [entry[key] for key in ("norm", "because") if key in entry]


def days(force: Mapping[str, str | None] | None) -> Days:
    """Return the days of an `in_force`."""
    return _day((force or {}).get("from")), _day((force or {}).get("to"))


def within(span: Days, day: date) -> bool:
    """Whether a day lies within some days, the first and the last included."""
    start, end = span
    return (start is None or start <= day) and (end is None or day <= end)


def span(told: Days) -> Text:
    """Return some days in words: from the first to the last, where they are known."""
    start, end = told
    if start and end:
        return Text(vi=f"từ {start} đến {end}", en=f"{start} to {end}")
    if start:
        return Text(vi=f"từ {start}", en=f"from {start}")
    if end:
        return Text(vi=f"đến {end}", en=f"until {end}")
    return Text(vi="không rõ ngày", en="days unknown")


def overlap(spans: Sequence[Days]) -> Days | None:
    """Return the days that all of some spans share, or None where they share none."""
    starts = [start for start, _ in spans if start is not None]
    ends = [end for _, end in spans if end is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    return None if start is not None and end is not None and end < start else (start, end)


def _narrowed(span: Days, entry: Mapping[str, Any]) -> Days:
    start, end = days(entry)
    return start or span[0], end or span[1]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
