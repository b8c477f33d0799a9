"""What a declared agency remembers."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from datetime import datetime
from typing import Any

from conformance.sandbox import demonstration
from conformance.sandbox.declared.reading import Declared
from conformance.sandbox.demonstration import Person

MOST_RECORDS = 5000
_MOST_MADE = 2000
_MOST_EVENTS = 1000

Record = dict[str, Any]


class Store:
    """The records of an agency, as they are now."""

    def __init__(self, declared: Declared) -> None:
        self.held: dict[str, dict[str, Record]] = {
            name: {held.name(record): deepcopy(dict(record)) for record in held.records}
            for name, held in declared.collections.items()
        }
        self._made: deque[tuple[str, str]] = deque()
        self._serial = 0
        self.events: deque[dict[str, Any]] = deque(maxlen=_MOST_EVENTS)

    def log(self, person: Person, action: str) -> None:
        """Write into the log who did what."""
        now = datetime.now(demonstration.VIETNAM)
        self.events.append(demonstration.audit_event(person, action, now))

    def serial(self) -> int:
        """Return a number that was not given before."""
        self._serial += 1
        return self._serial

    def put(self, name: str, key: str, record: Record) -> None:
        """Take in a new record, and forget the oldest that a caller made where there are many."""
        if len(self._made) >= _MOST_MADE:
            del self.held[self._made[0][0]][self._made.popleft()[1]]
        self.held[name][key] = record
        self._made.append((name, key))
