"""The ways in which a law was broken, told apart: what was asked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conformance.evidence import Exchange
from conformance.generation import wording
from conformance.text import Text
from conformance.verdict import Violation

# The case under which the smaller requests of a failure are asked.
MINIMISED = "minimised:"
_ATTEMPT = 2


def case_of(exchange: Exchange) -> tuple[str, str, int]:
    """Return unit, name and attempt of the case in which a failing request is made smaller."""
    return exchange.unit, MINIMISED + exchange.id, _ATTEMPT


@dataclass(frozen=True)
class Incident:
    """One way in which a law was broken.

    Attributes:
        exchange: the id of the first exchange that shows it.
        least: of the smallest request that does the same; of the first one where none is smaller.
        again: of its repetition; empty where it could not be repeated without harm.
        place: what was bent in the smallest: `query limit`, `body /title`; of what was not
            generated the method.
        generated: whether it was.
        scenario: how; of what was not generated the case in which it was asked.
        status: what was answered.
        expected: what the law demands.
        observed: what was found instead.
    """

    exchange: str
    least: str
    again: str
    place: str
    generated: bool
    scenario: str
    status: int
    expected: Text
    observed: Text

    def as_json(self) -> dict[str, Any]:
        """Return the shape of one entry of `incidents` of a result."""
        return {
            "exchange": self.exchange,
            "least": self.least,
            "again": self.again or None,
            "place": self.place,
            "scenario": self.scenario,
            "scenario_vi": wording.in_vietnamese(self.scenario),
            "status": self.status,
            "observed": self.observed.en,
            "observed_vi": self.observed.vi,
        }


def of(
    exchange: Exchange, violation: Violation, again: Exchange | None, smaller: Iterable[Exchange]
) -> Incident:
    """Return the incident of a request that broke a law.

    Args:
        exchange: the first that shows it.
        violation: how it breaks the law.
        again: its repetition, where it was repeated.
        smaller: the smaller requests that did the same, the smallest last.
    """
    least = exchange
    for one in smaller:
        least = one
    plain = {"place": least.request.method, "scenario": least.case}
    bent = least.facts.get("generated", plain)
    if not bent["place"]:
        bent = {"place": least.request.method, "scenario": wording.GOOD_CALL}
    return Incident(
        exchange.id,
        least.id,
        again.id if again else "",
        bent["place"],
        bent is not plain,
        bent["scenario"],
        exchange.status,
        violation.expected,
        violation.observed,
    )


def told(found: Iterable[Incident]) -> tuple[Incident, ...]:
    """Return incidents without those that, made smaller, turn out to be one that is there.

    A single one of what was not generated tells nothing that its finding does not.
    """
    kept: dict[tuple[str, str, int, str], Incident] = {}
    for one in found:
        kept.setdefault((one.place, one.scenario, one.status, one.observed.en), one)
    alone = len(kept) == 1 and not any(one.generated for one in kept.values())
    return () if alone else tuple(kept.values())
