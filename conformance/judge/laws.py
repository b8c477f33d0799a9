"""What a law says of one exchange, and of which exchanges it is asked."""

from __future__ import annotations

from conformance.check import Check
from conformance.evidence import Exchange
from conformance.judge import asking
from conformance.plan import Asked, Plan
from conformance.text import Text
from conformance.verdict import NotApplicable, Violation


class Laws:
    """The laws of a plan, asked of one exchange at a time.

    Args:
        plan: what is judged.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        # By case and exchange.
        self._known: dict[str, dict[str, BaseException | None]] = {}

    def of(self, asked: Asked, exchange: Exchange) -> BaseException | None:
        """Return the outcome of a law on one exchange; None where it holds.

        An exchange never changes, so a live run, which asks several times, asks a law only once.
        """
        known = self._known.setdefault(asked.case, {})
        if exchange.id not in known:
            known[exchange.id] = self.ask(asked, exchange)
        return known[exchange.id]

    def ask(self, asked: Asked, exchange: Exchange) -> BaseException | None:
        """Return the same without remembering it, for exchanges that are looked at once."""
        scene = self._plan.scene
        given = {
            "answer": exchange,
            "operation": scene.operation(exchange.facts.get("operation", "")),
            "contract": scene.contract,
            "target": self._plan.target,
            "mapping": scene.mapping,
        }
        if "operation" in asked.check.given and given["operation"] is None:
            return NotApplicable(Text(vi="không phải lời gọi thao tác", en="no operation called"))
        return asking.outcome(asked.check, given, asked.parameters)

    def breaks(self, asked: Asked, exchange: Exchange, violation: Violation) -> bool:
        """Whether an exchange breaks a law in the way in which another one broke it."""
        found = self.of(asked, exchange)
        return isinstance(found, Violation) and found.expected == violation.expected

    def has_in_class(self, law: Check, exchange: Exchange) -> bool:
        """Whether an exchange is of the class that a law looks at, of all traffic."""
        if law.on == "all":
            return True
        if law.on in {"baseline", "generated"}:
            return "generated" in exchange.facts
        if law.on == "errors":
            return exchange.status >= 400  # noqa: PLR2004  # RFC 9110, 15.5
        operation = self._plan.scene.operation(exchange.facts.get("operation", ""))
        if operation is None:
            return False
        if law.on == "2xx":
            return exchange.succeeded
        return operation.documented(exchange.status) is not None


def looks_at_all(law: Check) -> bool:
    """Whether a law looks at more than the baselines."""
    return law.on != "baseline" or law.generated
