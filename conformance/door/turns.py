"""Whose turn it is: the pace of a run, its limits, its pauses, and whether it still may ask at all.

Everything that leaves takes a turn first: questions, repetitions, log-ins, handshakes. A pause
that the target asks for is the run's, so nobody's turn comes before it is over.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from conformance.target import Pace
from conformance.text import Text
from conformance.verdict import Reason

# How long it takes at most until a stop file is noticed, in seconds.
_GLANCE = 0.2


@dataclass(frozen=True)
class Halt:
    """Why nothing leaves: a reason, and the sentence for a reader where one was worth writing."""

    reason: Reason
    because: Text | None = None


class Turns:
    """Deals out turns to whoever wants to send something; shared by all threads of a run.

    Args:
        pace: how fast and how much may be asked.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lock = threading.Lock()
        self._end = time.monotonic() + pace.total_seconds
        self._next_at = 0.0
        self._count = 0
        self._reserved = 0
        self._withheld = 0
        self._halt: Halt | None = None

    @property
    def taken(self) -> int:
        """How many turns were taken."""
        return self._count

    def spend(self, turns: int) -> None:
        """Count turns that an interrupted run took before."""
        with self._lock:
            self._count += turns

    def reserve(self, turns: int) -> None:
        """Keep so many turns of the budget back, instead of what was kept back before.

        Args:
            turns: 0 for whoever they were kept back for.
        """
        with self._lock:
            self._reserved = turns

    @contextlib.contextmanager
    def withheld(self, turns: int) -> Iterator[None]:
        """Keep some more turns back while it is open what a request makes necessary."""
        with self._lock:
            self._withheld += turns
        try:
            yield
        finally:
            with self._lock:
                self._withheld -= turns

    @property
    def halt(self) -> Halt | None:
        """Why the run asks nothing any more, for good; None while it does."""
        return self._halt

    def closed(self) -> Halt | None:
        """Return why nothing may leave now; None where something may, in its turn."""
        with self._lock:
            return self._closed()

    def take(self) -> Halt | None:
        """Wait for a turn and take it; return why there is none, if so."""
        while True:
            with self._lock:
                closed = self._closed()
                if closed is not None:
                    return closed
                now = time.monotonic()
                if self._next_at > self._end:
                    return Halt(Reason.OUT_OF_BUDGET)
                if now >= self._next_at:
                    self._next_at = now + 1 / self._pace.requests_per_second
                    self._count += 1
                    return None
                left = self._next_at - now
            time.sleep(min(left, _GLANCE))

    def pause(self, seconds: float) -> bool:
        """Let nothing leave for some seconds; return False where the run's time ends before.

        Args:
            seconds: from now on; a longer pause that is under way stays as it is.
        """
        with self._lock:
            until = time.monotonic() + max(0.0, seconds)
            if until > self._end:
                return False
            self._next_at = max(self._next_at, until)
            return True

    def stop(self, halt: Halt) -> None:
        """Let nothing leave any more; the first reason stays."""
        with self._lock:
            self._halt = self._halt or halt

    def _closed(self) -> Halt | None:
        if self._halt is None and is_stopped(self._pace):
            self._halt = Halt(Reason.STOPPED, _stopped())
        if self._halt is not None:
            return self._halt
        left = self._pace.budget - self._count - self._reserved - self._withheld
        if time.monotonic() > self._end or left <= 0:
            return Halt(Reason.OUT_OF_BUDGET)
        return None


def is_stopped(pace: Pace) -> bool:
    """Whether the stop file is there."""
    return pace.stop_file is not None and Path(pace.stop_file).exists()


def _stopped() -> Text:
    # Without the path: the record travels, and where it was made is nobody's concern.
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Text(
        vi=f"người vận hành đã dừng lượt chạy bằng tệp dừng lúc {at}",
        en=f"an operator stopped the run with the stop file at {at}",
    )
