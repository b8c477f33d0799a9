"""Conditions on the fields of a record, in the few signs of `shares_reach_their_threshold`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance import fields
from conformance.mapping import Held
from conformance.privacy import hidden


@dataclass(frozen=True)
class _Condition:
    """One condition on a field: its sign, and what stands behind it."""

    field: str
    sign: str = ""
    wanted: str = ""

    @classmethod
    def of(cls, told: str) -> _Condition:
        for sign in ("<=", "!=", "~", "="):
            field, found, wanted = told.partition(sign)
            if found and field.startswith("#"):
                return cls(field[1:], "#", wanted)
            if found:
                return cls(field, sign, wanted)
        return cls(told)

    @property
    def limit(self) -> str:
        """The other field, where one is compared with another."""
        return self.wanted if self.sign == "<=" else ""

    def holds(self, held: Held) -> bool:
        values = [value for value in held.values[self.field] if not fields.is_empty(value)]
        listed = self.wanted.split("|")
        match self.sign:
            case "<=":
                return _no_later(held.one(self.field), held.one(self.limit))
            case "#":
                return len(values) <= int(self.wanted)
            case "~":
                return bool(values) and all(hidden.is_a(value, self.wanted) for value in values)
            case "!=":
                return any(fields.plain(value) not in listed for value in values)
            case "=":
                return any(fields.plain(value) in listed for value in values)
        return bool(values)


def _no_later(one: Any, other: Any) -> bool:
    told, limit = fields.moment(one), fields.moment(other)
    return told is not None and limit is not None and not fields.is_before(limit, told)


def meets(held: Held, condition: str) -> bool:
    """Whether a record meets a condition, or one of several that `/` parts."""
    return any(_Condition.of(one).holds(held) for one in condition.split("/"))


def named(conditions: Sequence[str]) -> set[str]:
    """Return the fields that conditions speak of."""
    told = [_Condition.of(one) for several in conditions for one in several.split("/") if one]
    return {name for one in told for name in (one.field, one.limit) if name}
