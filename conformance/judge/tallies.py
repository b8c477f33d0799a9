"""What laws came to over all traffic, put together as it comes."""

from __future__ import annotations

from conformance.collected import Evidence
from conformance.evidence import Exchange
from conformance.judge.laws import Laws, looks_at_all
from conformance.plan import TARGET_UNIT, Asked, Plan
from conformance.probe.obstacles import came_between, came_to_something, cut_off
from conformance.tally import Tally
from conformance.verdict import Unread


class Tallies:
    """The tallies of every law of a plan, over the traffic that was looked at so far.

    Args:
        plan: what is judged.
        laws: asks the laws.
    """

    def __init__(self, plan: Plan, laws: Laws) -> None:
        self._plan = plan
        self._laws = laws
        # By unit and case.
        self._tallies: dict[str, dict[str, tuple[Asked, Tally]]] = {}
        self._looked = 0

    def of(self, asked: Asked, unit: str, evidence: Evidence) -> Tally:
        """Return what a law came to on what it looks at of all traffic.

        Args:
            asked: the law.
            unit: where it is asked.
            evidence: the traffic; each time the same, or more of it.
        """
        if asked.case not in self._tallies.get(unit, {}):
            # All laws at once: an exchange may have to be loaded from a file.
            self._looked = 0
            self._tallies = {unit: {asked.case: (asked, Tally())}}
            for item in self._plan.items:
                for law in item.asked:
                    if law.check.kind == "law" and looks_at_all(law.check) and not law.preset:
                        self._tallies.setdefault(item.unit, {})[law.case] = law, Tally()
        for exchange in evidence.since(self._looked):
            self._look(exchange)
            self._looked += 1
        return self._tallies[unit][asked.case][1]

    def _look(self, exchange: Exchange) -> None:
        """Have one exchange judged by every law of whose class it is."""
        if exchange.facts.get("housekeeping"):
            return
        missing = cut_off(exchange)
        if missing is not None:
            self._leave_open(exchange, missing)
            return
        if exchange.attempt != 1 or not came_to_something(exchange):
            return
        if not exchange.request.url.startswith(self._plan.target.base_url):
            return  # somebody else's answer: the plain HTTP port of the host
        proper = bool(exchange.facts.get("wellformed", True)) and not came_between(exchange)
        bent = "generated" in exchange.facts and not came_between(exchange)
        # What was asked on behalf of an operation is its own, though it calls none: HEAD, say.
        operation = exchange.facts.get("operation") or exchange.unit
        for unit in dict.fromkeys((TARGET_UNIT, operation)):
            for asked, tally in self._tallies.get(unit, {}).values():
                concerned = proper or asked.check.hostile or (bent and asked.check.generated)
                concerned = concerned and (exchange.response is not None or asked.check.unanswered)
                if concerned and self._laws.has_in_class(asked.check, exchange):
                    tally.add(exchange, self._laws.ask(asked, exchange))

    def _leave_open(self, exchange: Exchange, missing: Unread) -> None:
        """Open every law that would have looked at generated traffic which was never sent."""
        for unit in (TARGET_UNIT, exchange.unit):
            for asked, tally in self._tallies.get(unit, {}).values():
                if asked.check.generated:
                    tally.add(exchange, missing)
