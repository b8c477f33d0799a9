"""A measured requirement: the number found, the threshold, and what both were taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.text import Text


@dataclass(frozen=True)
class Measure:
    """A share that was computed from a system's own data.

    Attributes:
        numerator: how many have the property.
        denominator: how many were counted; more than none.
        threshold: the share that is demanded, 0 to 1.
        since: the first day of the period that the data cover, as it was told; empty if unknown.
        until: the last day.
    """

    numerator: int
    denominator: int
    threshold: float
    since: str = ""
    until: str = ""

    @property
    def found(self) -> float:
        """The share that was found, 0 to 1."""
        return self.numerator / self.denominator

    @property
    def reached(self) -> bool:
        """Whether the threshold is reached."""
        # In whole numbers where they are: 4 of 5 are 0.8, whatever 4 / 5 comes to in binary.
        return self.numerator >= self.threshold * self.denominator - 1e-9

    def told(self) -> Text:
        """Return it in words: the share to two decimals, what it was taken from, the period."""
        share = f"{100 * self.found:.2f} % ({self.numerator}/{self.denominator})"
        told = Text(vi=share.replace(".", ","), en=share)
        if not self.since:
            return told
        return Text(
            vi=f"{told.vi}, từ {self.since} đến {self.until}",
            en=f"{told.en}, from {self.since} to {self.until}",
        )

    def as_json(self) -> dict[str, Any]:
        """Return the shape of `measured` in results.json."""
        return {
            "found": round(self.found, 4),
            "threshold": self.threshold,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "period": {"from": self.since, "to": self.until} if self.since else None,
        }
