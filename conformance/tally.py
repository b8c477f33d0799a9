"""What a law came to over many exchanges: as much as a finding tells, and no more.

A law may be judged on every exchange of a run. Held are counts, the first few of each kind, and of
what breaks the law one exchange for each place and status, to be asked once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.evidence import Exchange
from conformance.verdict import NotApplicable, NotTested, Outcome, Unread, Violation

SHOWN = 10


@dataclass
class Tally:
    """The outcomes of one law on one unit.

    Attributes:
        held: how many exchanges keep it.
        holding: the ids of the first of them.
        offenders: the ids of the first that break it.
        units: where it is broken, in order.
        buckets: by place and status the first exchange that breaks it, and how.
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
    buckets: dict[tuple[str, int], tuple[Exchange, Violation]] = field(default_factory=dict)
    ours: BaseException | None = None
    erring: list[str] = field(default_factory=list)
    unread: Unread | None = None
    unseen: list[str] = field(default_factory=list)
    open: NotTested | None = None
    false: NotApplicable | None = None

    def add(self, exchange: Exchange, outcome: BaseException | None) -> None:
        """Take in the outcome of the law on one more exchange; None where it holds."""
        if outcome is None:
            self.held += 1
            _note(self.holding, exchange)
        elif isinstance(outcome, Violation):
            unit = exchange.facts.get("operation") or exchange.unit
            self.buckets.setdefault((unit, exchange.status), (exchange, outcome))
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


def _note(ids: list[str], exchange: Exchange, most: int = SHOWN) -> None:
    if len(ids) < most:
        ids.append(exchange.id)
