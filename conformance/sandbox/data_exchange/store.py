"""What the platform remembers: the traces of calls, and batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conformance.sandbox import demonstration
from conformance.sandbox.data_exchange import data
from conformance.sandbox.data_exchange.rules import new_id
from conformance.sandbox.demonstration import VIETNAM, Person

MOST_TRACES, MOST_BATCHES, MOST_EVENTS = 5000, 500, 1000


class Store:
    """The memory of one platform; lives as long as it, or until it is reset."""

    def __init__(self) -> None:
        self._traces: dict[str, dict[str, Any]] = {}
        self._batches: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        first = datetime(2025, 7, 1, 8, 0, tzinfo=VIETNAM)
        client = data.SUBSYSTEMS[demonstration.SERVICE.subject]
        self._note(data.FIRST_TRACE, client, "GET /r1/VN/GOV/BTC", 200, first)

    def log(self, person: Person, action: str) -> None:
        """Note who changed what."""
        when = datetime.now(tz=VIETNAM)
        self.events = [*self.events, demonstration.audit_event(person, action, when)][-MOST_EVENTS:]

    def trace(self, trace_id: str, client: str, operation: str, status: int) -> None:
        """Note a call: who made it and how it ended, and nothing of its data."""
        self._note(trace_id, client, operation, status, datetime.now(tz=VIETNAM))

    def traced(self, trace_id: str, client: str) -> dict[str, Any] | None:
        """Return the trace of a call of one client; None where it made none of that id."""
        found = self._traces.get(trace_id)
        return found if found and found["benGoi"] == client else None

    def keep_batch(
        self, asked: list[dict[str, Any]], results: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Keep a batch whose look-ups were carried out."""
        if len(self._batches) >= MOST_BATCHES:
            del self._batches[next(iter(self._batches))]
        made: dict[str, Any] = {
            "maLo": new_id(),
            "trangThai": "DA_XU_LY",
            "soYeuCau": len(asked),
            "yeuCau": asked,
            "ketQua": results,
        }
        self._batches[made["maLo"]] = made
        return made

    def batch(self, batch_id: str) -> dict[str, Any] | None:
        """Return a batch; None where there is none."""
        return self._batches.get(batch_id)

    def _note(
        self, trace_id: str, client: str, operation: str, status: int, when: datetime
    ) -> None:
        if len(self._traces) >= MOST_TRACES:
            # The first one is that of the demonstration and stays.
            del self._traces[list(self._traces)[1]]
        self._traces[trace_id] = {
            "maTruyVet": trace_id,
            "thoiDiem": when,
            "benGoi": client,
            "thaoTac": operation,
            "ketQua": status,
        }
