"""Which violation of a law is believed: one that came again, or that could not be asked again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conformance import incidents
from conformance.collected import Evidence
from conformance.contract.operations import SAFE_METHODS
from conformance.evidence import Exchange
from conformance.incidents import Incident
from conformance.judge import findings
from conformance.judge.findings import Finding
from conformance.judge.laws import Laws
from conformance.plan import Asked, Plan
from conformance.probe.obstacles import asked_to_wait, came_to_something, unsent
from conformance.probe.questions import Case
from conformance.tally import SHOWN, Tally
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Violation

FLAKY = NotTested(
    Reason.FLAKY,
    Text(vi="lần lặp lại cho kết quả khác", en="a repetition came out differently"),
)
_NOT_REPEATED = NotTested(
    Reason.INCONCLUSIVE,
    Text(vi="vi phạm chưa được lặp lại để xác nhận", en="the violation was not reproduced"),
)


@dataclass(frozen=True)
class Belief:
    """What is believed of the violations of a law.

    Attributes:
        plan: what is judged.
        laws: asks the laws.
        evidence: the exchanges, with those that repeat others.
    """

    plan: Plan
    laws: Laws
    evidence: Evidence

    def finding(self, asked: Asked, unit: str, tally: Tally) -> Finding:
        """Believe the first violation that was broken again, or that could not be repeated.

        What the run itself changed meanwhile cannot be repeated either: who asks again for what a
        write has moved asks something else.
        """
        doubt: NotTested = FLAKY
        moved: tuple[Exchange, Violation, Exchange] | None = None
        believed: Finding | None = None
        seen: list[Incident] = []
        for exchange, violation in tally.buckets.values():
            repeated = self.evidence.again(exchange)
            if repeated is None:
                if repeatable(exchange, self.plan):
                    doubt = _NOT_REPEATED
                    continue
                shown = tally.offenders
            elif "unsent" in repeated.facts:
                doubt = unsent(repeated)
                continue
            elif not came_to_something(repeated) or _says_nothing(repeated, exchange):
                doubt = _NOT_REPEATED
                continue
            elif self.laws.breaks(asked, repeated, violation):
                shown = [exchange.id, repeated.id, *_others(tally, exchange)]
            else:
                if moved is None and (write := self._write_between(exchange, repeated)):
                    moved = exchange, violation, write
                continue
            believed = believed or findings.broken(
                asked, unit, violation, tally, shown, single=repeated is None
            )
            smaller = self._smaller(asked, exchange, violation)
            seen.append(incidents.of(exchange, violation, repeated, smaller))
        if believed is not None:
            return replace(believed, incidents=incidents.told(seen))
        if moved is not None:
            exchange, violation, write = moved
            shown = [exchange.id, write.id, *_others(tally, exchange)]
            return findings.broken(asked, unit, violation, tally, shown, single=True)
        return findings.of(asked.check, unit, doubt, tally.offenders[:SHOWN])

    def _smaller(
        self, asked: Asked, exchange: Exchange, violation: Violation
    ) -> Iterator[Exchange]:
        """Yield the smaller requests that broke the law in the same way, the smallest last."""
        if "generated" not in exchange.facts:
            return
        for one in self.evidence.of(Case(*incidents.case_of(exchange))):
            answered = one.response is not None and one.status == exchange.status
            if answered and self.laws.breaks(asked, one, violation):
                yield one

    def _write_between(self, first: Exchange, again: Exchange) -> Exchange | None:
        """Return a write of the run's own that explains why a repetition has another status.

        It succeeded between the two, at the address of both, above or below it. An error of the
        server on either side needs no such explanation: that one comes and goes by itself.
        """
        if first.status == again.status or max(first.status, again.status) >= 500:  # noqa: PLR2004  # RFC 9110, 15.6
            return None
        for exchange in self.evidence.between(first, again):
            writes = exchange.response is not None and exchange.succeeded
            if writes and not repeatable(exchange, self.plan) and _touches(exchange, first):
                return exchange
        return None


def repeatable(exchange: Exchange, plan: Plan) -> bool:
    """Whether the request of an exchange may be sent again without changing anything."""
    operation = plan.scene.operation(exchange.facts.get("operation", ""))
    return exchange.request.method in SAFE_METHODS or (operation is not None and operation.safe)


def _touches(write: Exchange, read: Exchange) -> bool:
    """Whether an address lies at another one, above or below it."""
    one, other = (urlsplit(e.request.url).path.rstrip("/") + "/" for e in (write, read))
    return one.startswith(other) or other.startswith(one)


def _says_nothing(repeated: Exchange, exchange: Exchange) -> bool:
    """Whether a repetition came while the target throttled, or was away.

    Where the exchange itself asked to wait, and the law is about that, it says the same again.
    """
    throttled = asked_to_wait(repeated) and not asked_to_wait(exchange)
    return throttled or bool(repeated.facts.get("away"))


def _others(tally: Tally, exchange: Exchange) -> Iterator[str]:
    return (name for name in tally.offenders if name != exchange.id)
