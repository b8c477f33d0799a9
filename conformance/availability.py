"""How requests were answered over a whole run: counts, and the first exchanges that failed."""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.evidence import Exchange

_SHOWN = 5
# Ten times what a run of one profile asks; of more, generated for the most part, a sample will do.
_MOST = 5_000
# How the door names the case of a failure behind which it asked again.
_VOID = "away:"
_BROKEN, _NOT_IMPLEMENTED, _RESTING = 500, 501, 503


@dataclass(slots=True)
class Calls:
    """The calls of one operation with one address, fields and body, by one identity.

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
    failing: Sequence[Exchange] = ()
    first: str = ""
    last: str = ""

    def add(self, exchange: Exchange) -> bool:
        """Take in one more call; return whether it failed."""
        self.first = self.first or exchange.at
        self.last = exchange.at
        if exchange.response is None:
            self.silent += 1
            return True
        if exchange.status >= _BROKEN and exchange.status != _NOT_IMPLEMENTED:
            self.broken += 1
            return True
        self.answered += 1
        self.succeeded += exchange.succeeded
        return False


class Availability:
    """The calls of a run, request by request, however many there are.

    Of more than some thousand different requests those count of which the digests are the smallest:
    a sample of whole requests, which is the same in whatever order they were made, and of which
    each was counted from its first call on (a bottom-k sample; E. Cohen and H. Kaplan, "Summarizing
    data using bottom-k sketches", PODC 2007).
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._calls: dict[int, Calls] = {}
        # The numbers in the run of the first calls that failed.
        self._failing: dict[int, array[int]] = {}
        self._largest: list[int] = []

    def add(self, number: int, exchange: Exchange) -> None:
        """Take in the exchange of a number, if it is a call that counts."""
        if not _counts(exchange):
            return
        operation = exchange.facts["operation"]
        key = _digest(operation, exchange)
        calls = self._calls.get(key)
        if calls is None:
            if len(self._calls) >= self._most and not self._leave_room(key):
                return
            calls = self._calls[key] = Calls(operation)
            heapq.heappush(self._largest, -key)
        if calls.add(exchange):
            failing = self._failing.setdefault(key, array("I"))
            if len(failing) < _SHOWN:
                failing.append(number)

    def calls(self) -> Iterator[tuple[Calls, Sequence[int]]]:
        """Return the calls of each request, with the numbers of the first that failed."""
        return ((calls, self._failing.get(key, ())) for key, calls in self._calls.items())

    def _leave_room(self, key: int) -> bool:
        """Forget the request of the largest digest, unless it is that of the new one."""
        largest = -self._largest[0]
        if key > largest:
            return False
        heapq.heappop(self._largest)
        del self._calls[largest]
        self._failing.pop(largest, None)
        return True


def _counts(exchange: Exchange) -> bool:
    """Whether an exchange calls an operation as its contract means, and tells how it is there.

    Does not: what never left, whom TLS turned away, housekeeping of ours, and an answer that asks
    to come back later, which is what a server is to say that rests (503 with Retry-After). A
    failure that a repetition made void does: it was one.
    """
    facts = exchange.facts
    if not facts.get("operation") or not facts.get("wellformed", True):
        return False
    if facts.get("housekeeping") and not exchange.case.startswith(_VOID):
        return False
    if exchange.kind != "http" or {"unsent", "tls_refused"} & facts.keys():
        return False
    return not (exchange.status == _RESTING and exchange.header("Retry-After"))


def _digest(operation: str, exchange: Exchange) -> int:
    asked = exchange.request
    # With its fields: what breaks on one of them is another request than what does without.
    fields = "\n".join(f"{name.lower()}:{value}" for name, value in sorted(asked.headers))
    named = "\n".join((operation, asked.url, exchange.identity or "", fields))
    whole = hashlib.blake2b(
        named.encode("utf-8", "surrogatepass") + b"\n" + asked.body, digest_size=8
    )
    return int.from_bytes(whole.digest(), "big")
