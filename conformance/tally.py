"""What a law came to over many exchanges: as much as a finding tells, and no more.

A law may be judged on every exchange of a run. Held are counts, the first few of each kind, and of
what breaks the law one exchange for each place and status, to be asked once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conformance.evidence import Exchange
from conformance.verdict import NotApplicable, NotTested, Outcome, Unread, Violation

SHOWN = 10
# So many ways of breaking one law on one unit are told apart.
MOST_BUCKETS = 40

# By what it is told apart: place and status; of a generated request also what was bent and what
# the answer said.
Bucket = tuple[str, ...]


@dataclass
class Tally:
    """The outcomes of one law on one unit.

    Attributes:
        held: how many exchanges keep it.
        holding: the ids of the first of them.
        offenders: the ids of the first that break it.
        units: where it is broken, in order.
        buckets: of each way in which it is broken the first exchange, and how.
        ours: the first error of our own; `erring`: the ids of the first exchanges that show it.
        unread: the first outcome that would have needed what could not be looked at; `unseen`: the
            ids of the first exchanges of which that is so.
        open: the first other outcome that decides nothing.
        false: the first outcome that says that the law does not apply.
    """

    held: int = 0
    holding: list[str] = field(default_factory=list)
    offenders: list[str] = field(default_factory=list)
    units: dict[str, None] = field(default_factory=dict)
    buckets: dict[Bucket, tuple[Exchange, Violation]] = field(default_factory=dict)
    ours: BaseException | None = None
    erring: list[str] = field(default_factory=list)
    unread: Unread | None = None
    unseen: list[str] = field(default_factory=list)
    open: NotTested | None = None
    false: NotApplicable | None = None

    def and_then(self, other: Tally) -> Tally:
        """Return both together, what came to this one first."""
        return Tally(
            self.held + other.held,
            [*self.holding, *other.holding][:SHOWN],
            list(dict.fromkeys([*self.offenders, *other.offenders]))[: SHOWN + 1],
            {**self.units, **other.units},
            {**self.buckets, **other.buckets},
            self.ours or other.ours,
            [*self.erring, *other.erring][:SHOWN],
            self.unread or other.unread,
            [*self.unseen, *other.unseen][:SHOWN],
            self.open or other.open,
            self.false or other.false,
        )

    def add(self, exchange: Exchange, outcome: BaseException | None) -> None:
        """Take in the outcome of the law on one more exchange; None where it holds."""
        if outcome is None:
            self.held += 1
            _note(self.holding, exchange)
        elif isinstance(outcome, Violation):
            unit = exchange.facts.get("operation") or exchange.unit
            bucket = bucket_of(exchange, unit, outcome)
            if bucket in self.buckets or len(self.buckets) < MOST_BUCKETS:
                self.buckets.setdefault(bucket, (exchange, outcome))
            self.units[unit] = None
            # One more than is shown: the one that is believed comes first, whichever it is.
            _note(self.offenders, exchange, SHOWN + 1)
        elif not isinstance(outcome, Outcome):
            self.ours = self.ours or outcome
            _note(self.erring, exchange)
        elif isinstance(outcome, Unread):
            self.unread = self.unread or outcome
            self.open = self.open or outcome
            _note(self.unseen, exchange)
        elif isinstance(outcome, NotTested):
            self.open = self.open or outcome
        elif isinstance(outcome, NotApplicable):
            self.false = self.false or outcome


def bucket_of(exchange: Exchange, unit: str, violation: Violation) -> Bucket:
    """Return by what one way of breaking a law is told from another."""
    status = str(exchange.status)
    bent = exchange.facts.get("generated")
    if bent is None:
        if exchange.status < 500:  # noqa: PLR2004  # RFC 9110, 15.6
            return unit, status
        return unit, status, exchange.request.method, fingerprint(exchange, violation)
    said = fingerprint(exchange, violation)
    if 400 <= exchange.status < 500:  # noqa: PLR2004  # RFC 9110, 15.5
        # How wrong input is refused is decided once, whatever is wrong.
        return unit, status, said
    if exchange.succeeded:
        return unit, status, said, bent["place"]
    # Many values of one family show one cause: "a number: 7" and "a number: 8".
    return unit, status, said, bent["place"], bent["scenario"].partition(": ")[0]


def fingerprint(exchange: Exchange, violation: Violation) -> str:
    """Return what an answer says, without what is of this one answer alone: numbers, ids, quotes.

    Two errors of the server in one operation are two where they say two things.
    """
    said = violation.observed.en
    if exchange.status >= 500 and exchange.response is not None:  # noqa: PLR2004  # RFC 9110, 15.6
        said = exchange.response.body[:_READ].decode("utf-8", "replace")
    return _OWN.sub("·", said)[:_KEPT]


_READ, _KEPT = 4_000, 200
_OWN = re.compile(r"""[0-9a-fA-F-]{8,}|\d+|'[^']*'|"[^"]{25,}"|vnct[a-p]{8}""")


def _note(ids: list[str], exchange: Exchange, most: int = SHOWN) -> None:
    if len(ids) < most:
        ids.append(exchange.id)
