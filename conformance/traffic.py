"""What a run asked and what it reached, operation by operation: how far a verdict can carry.

Absence is no success: an operation whose every answer was 401, 403 or 404 was not tested, whatever
else held, and a report says so before anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.text import Text

# Nobody was let in, or nothing was there: the operation itself was not seen at work.
_OUTSIDE = frozenset({0, 401, 403, 404})
_NEVER = Text(vi="chưa được gọi lần nào", en="never called")


@dataclass
class Reached:
    """How an operation was answered over a whole run.

    Attributes:
        operation: whose answers are counted.
        calls: how many calls of it were answered.
        generated: how many of them were generated.
        succeeded: how many were answered 2xx.
        unanswered: to how many calls nothing came, though others were answered.
        statuses: how often each status came.
        documented: statuses and media types of the contract that were seen.
    """

    operation: Operation
    calls: int = 0
    generated: int = 0
    succeeded: int = 0
    unanswered: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    documented: dict[tuple[str, str], None] = field(default_factory=dict)

    def add(self, exchange: Exchange) -> None:
        """Count one more answer."""
        self.calls += 1
        self.generated += "generated" in exchange.facts
        self.succeeded += exchange.succeeded
        self.statuses[exchange.status] += 1
        for status in (str(exchange.status), f"{exchange.status // 100}XX", "default"):
            types = self.operation.responses.get(status)
            if types is not None:
                seen = exchange.media_type if exchange.media_type in types else ""
                if seen or not types:
                    self.documented[status, seen] = None
                break

    @property
    def tested(self) -> bool:
        """Whether it was seen at work."""
        return not _OUTSIDE.issuperset(self.statuses)

    def why_not(self) -> Text | None:
        """Return why it counts as not tested; None where it was."""
        if self.tested:
            return None
        if not self.calls:
            return _NEVER
        said = ", ".join(str(status) for status in sorted(self.statuses))
        return Text(vi=f"chỉ trả lời {said}", en=f"only ever answered {said}")

    def as_json(self) -> dict[str, Any]:
        """Return the shape of one entry of `coverage` in results.json."""
        wanted = sum(len(types) or 1 for types in self.operation.responses.values())
        because = self.why_not()
        return {
            "operation": self.operation.unit,
            "tested": self.tested,
            "because": because.as_json() if because else None,
            "calls": self.calls,
            "generated": self.generated,
            "succeeded": self.succeeded,
            "unanswered": self.unanswered,
            "statuses": {str(status): self.statuses[status] for status in sorted(self.statuses)},
            "answers_documented": wanted,
            "answers_seen": len(self.documented),
        }


@dataclass
class Traffic:
    """What a run asked: totals, and what was reached of each operation."""

    requests: Counter[str]
    seconds: float
    reached: Mapping[str, Reached]
    origins: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Return `traffic` of results.json."""
        return {
            "requests": self.requests.total(),
            "by_method": dict(sorted(self.requests.items())),
            # Without schemathesis nothing is drafted, and so it says here.
            "generated": dict(sorted(self.origins.items())),
            "seconds": round(self.seconds, 3),
            "operations_reached_2xx": sum(bool(one.succeeded) for one in self.reached.values()),
            "operations": len(self.reached),
        }

    def coverage(self) -> list[dict[str, Any]]:
        """Return `coverage` of results.json: what was not tested first."""
        entries = [one.as_json() for one in self.reached.values()]
        return sorted(entries, key=lambda entry: bool(entry["tested"]))


def of(operations: Iterable[Operation], exchanges: Iterable[Exchange]) -> Traffic:
    """Return what exchanges come to.

    Args:
        operations: those of the contract.
        exchanges: of a whole run; each is looked at once.
    """
    made = Traffic(Counter(), 0.0, {each.unit: Reached(each) for each in operations})
    for exchange in exchanges:
        if "unsent" in exchange.facts:
            continue
        made.requests[exchange.request.method] += 1
        made.seconds += exchange.response.seconds if exchange.response else 0.0
        if "generated" in exchange.facts:
            made.origins[exchange.facts["generated"]["origin"]] += 1
        one = made.reached.get(exchange.facts.get("operation", ""))
        counted = exchange.response is not None and not exchange.facts.get("housekeeping")
        if one is not None and counted:
            one.add(exchange)
        elif one is not None and exchange.facts.get("unanswered"):
            one.unanswered += 1
    return made
