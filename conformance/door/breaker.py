"""Telling a request that breaks from a target that is away: a circuit breaker with a control.

A question that got no answer, or only 502, 503 or 504, may have broken the target, or the target
may be away from everybody. What was answered well before is asked again as a control; only where
the controls are answered is the failure the question's own. Where nothing is answered any more,
the run pauses once, tries once, and then asks nothing more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum

from conformance.contract.operations import SAFE_METHODS
from conformance.door.turns import Halt, Turns
from conformance.evidence import Exchange
from conformance.probe.obstacles import asked_to_wait, failed, seconds_told
from conformance.probe.questions import Question
from conformance.target import Pace
from conformance.text import Text
from conformance.verdict import Reason

# Three questions in a row, each asked three times, were put off: nobody will be served today.
_MOST_PUT_OFF = 9
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 60.0
_KEPT = 3


class Whose(Enum):
    """Whose a failure is."""

    OWN = "the question's: others are answered"
    AWAY = "nobody's: others were not answered either, or nobody knows"


class Breaker:
    """Knows how a target answered lately, and stops a run that nobody answers.

    Args:
        turns: who may send; told to pause and to stop.
        pace: how many failures in a row, and how long the pause.
        trial: sends a control and returns its exchange, which is already kept.
    """

    def __init__(self, turns: Turns, pace: Pace, trial: Callable[[Question], Exchange]) -> None:
        self._turns = turns
        self._pace = pace
        self._trial = trial
        self._good: dict[str, Question] = {}
        self._failures = 0
        self._since = self._why = ""
        self._put_off = 0
        self._put_off_since = ""
        # Who examines asks controls, which are heard in turn.
        self._lock = threading.RLock()

    def hear(self, question: Question, exchange: Exchange) -> None:
        """Take note of what came for a question, and heed it where the target asks to wait."""
        with self._lock:
            if asked_to_wait(exchange):
                self._wait(exchange)
                return
            if exchange.response is None or failed(exchange):
                return
            self._put_off = self._failures = 0
            sound = question.method in SAFE_METHODS and not question.raw and question.wellformed
            # Only a success shows that the API was reached: 404 and 401 may be a front server's.
            if sound and exchange.succeeded and not question.throwaway and len(self._good) < _KEPT:
                self._good.setdefault(question.operation or question.url, question)

    def knew(self, question: Question) -> bool:
        """Whether this very question was answered well before."""
        return question in self._good.values()

    @property
    def knows_any(self) -> bool:
        """Whether anything was answered well so far: without it there are no controls."""
        return bool(self._good)

    def examine(self, question: Question, exchange: Exchange, controls: int) -> Whose:
        """Return whose the failure of a question is; stop the run where nobody is answered.

        Args:
            question: what was asked.
            exchange: what came of it: a failure.
            controls: how many must be answered in a row. A balancer with one dead server behind
                it answers every other one.
        """
        with self._lock:
            self._fail(exchange)
            known = self._controls(question)
            steady, answered = bool(known), 0
            while known and self._failures < self._pace.failures:
                came = self._trial(known[answered % len(known)])
                if "unsent" in came.facts:
                    return Whose.AWAY
                if failed(came):
                    self._fail(came)
                    steady, answered = False, 0
                    continue
                steady = steady and not asked_to_wait(came)
                answered += 1
                # Once a control was missed, one that is answered shows that the target is back.
                if answered >= controls or not steady:
                    break
            if self._failures >= self._pace.failures:
                self._give_up_unless_back(known[0] if known else question)
            return Whose.OWN if steady and not self.knew(question) else Whose.AWAY

    def _controls(self, question: Question) -> list[Question]:
        """Return what was answered well before: of the same operation first, then of others."""
        own = question.operation or question.url
        return sorted(
            (good for good in self._good.values() if good != question),
            key=lambda good: (good.operation or good.url) != own,
        ) or list(self._good.values())

    def _fail(self, exchange: Exchange) -> None:
        if not self._failures:
            self._since = exchange.at
        self._failures += 1
        self._why = exchange.error or f"HTTP {exchange.status}"

    def _give_up_unless_back(self, control: Question) -> None:
        seconds = self._pace.pause_seconds
        if control.method in SAFE_METHODS and self._turns.pause(seconds):
            came = self._trial(control)
            if "unsent" in came.facts:
                return
            if not failed(came):
                self._failures = 0
                return
        self._turns.stop(
            Halt(
                Reason.UNREACHABLE,
                Text(
                    vi=f"đích không trả lời nữa từ {self._since} ({self._why}); đã chờ"
                    f" {seconds:g} giây, thử lại một lần rồi dừng",
                    en=f"the target has not answered since {self._since} ({self._why}); after a"
                    f" pause of {seconds:g} s and one trial the run stopped asking",
                ),
            )
        )

    def _wait(self, exchange: Exchange) -> None:
        if not self._put_off:
            self._put_off_since = exchange.at
        told = seconds_told(exchange)
        growing = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**self._put_off)
        seconds = growing if told is None else told
        self._put_off += 1
        since = self._put_off_since
        if not self._turns.pause(seconds):
            said = Text(
                vi=f"đích yêu cầu chờ {seconds:.0f} giây lúc {exchange.at}, lâu hơn thời gian còn"
                " lại của lượt chạy (`pace.total_seconds`)",
                en=f"at {exchange.at} the target asked to wait {seconds:.0f} s, longer than the run"
                " may still last (`pace.total_seconds`)",
            )
            self._turns.stop(Halt(Reason.THROTTLED, said))
        elif self._put_off >= _MOST_PUT_OFF:
            said = Text(
                vi=f"đích giới hạn tần suất với mọi yêu cầu từ {since} (HTTP {exchange.status})",
                en=f"the target has throttled every request since {since} (HTTP {exchange.status})",
            )
            self._turns.stop(Halt(Reason.THROTTLED, said))
