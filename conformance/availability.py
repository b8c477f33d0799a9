"""How one request was answered over a whole run: counts, and the first exchanges that failed."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.evidence import Exchange

_SHOWN = 5
# How the door names the case of a failure behind which it asked again.
_VOID = "away:"
_BROKEN, _NOT_IMPLEMENTED, _RESTING = 500, 501, 503


@dataclass(slots=True)
class Calls:
    """The calls of one operation with one address and body, by one identity.

    Attributes:
        operation: the unit of the operation.
        answered: how many were answered otherwise than by a failure of the server.
        succeeded: how many of those were answered 2xx.
        broken: how many were answered 5xx (RFC 9110, section 15.6).
        silent: how many were not answered.
        failing: the first of both; `first` and `last`: when calls were made, in order.
    """

    operation: str
    answered: int = 0
    succeeded: int = 0
    broken: int = 0
    silent: int = 0
    failing: list[Exchange] = field(default_factory=list)
    first: str = ""
    last: str = ""

    def add(self, exchange: Exchange) -> None:
        """Take in one more call.

        Does not count: what never left, whom TLS turned away, housekeeping of ours, and an answer
        that asks to come back later, which is what a server is to say that rests (503 with
        Retry-After). A failure that a repetition made void does: it was one.
        """
        if exchange.facts.get("housekeeping") and not exchange.case.startswith(_VOID):
            return
        if exchange.kind != "http" or {"unsent", "tls_refused"} & exchange.facts.keys():
            return
        if exchange.status == _RESTING and exchange.header("Retry-After"):
            return
        self.first = self.first or exchange.at
        self.last = exchange.at
        if exchange.response is None:
            self.silent += 1
        elif exchange.status >= _BROKEN and exchange.status != _NOT_IMPLEMENTED:
            self.broken += 1
        else:
            self.answered += 1
            self.succeeded += exchange.succeeded
            return
        if len(self.failing) < _SHOWN:
            self.failing.append(exchange)
