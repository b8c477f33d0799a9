"""The exchanges of a run, found by their case, their operation or their id."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence

from conformance.availability import Calls
from conformance.evidence import Exchange
from conformance.probe.questions import Case
from conformance.record import Shelf

Store = list[Exchange] | Shelf


class Evidence:
    """The exchanges of a run, in the order in which they happened, found by their case.

    Args:
        exchanges: where they lie, or what they are. What is there already is looked at once.
    """

    def __init__(self, exchanges: Shelf | Iterable[Exchange] = ()) -> None:
        self._store: Store = exchanges if isinstance(exchanges, Shelf) else list(exchanges)
        self._by_case: dict[tuple[str, str, int], array[int]] = {}
        self._by_id: dict[str, int] = {}
        self._by_operation: dict[str, array[int]] = {}
        self._calls: dict[tuple[str, str, int, str | None], Calls] = {}
        self._turn = threading.Lock()
        for number in range(len(self._store)):
            self._index(number, self._store[number])

    def __len__(self) -> int:
        return len(self._store)

    def add(self, exchange: Exchange) -> None:
        """Take in one more exchange."""
        with self._turn:
            self._store.append(exchange)
            self._index(len(self._store) - 1, exchange)

    def _index(self, number: int, exchange: Exchange) -> None:
        self._by_id[exchange.id] = number
        if exchange.facts.get("interrupted"):
            # Its case began anew, and is found by what was asked then.
            return
        key = exchange.unit, exchange.case, exchange.attempt
        self._by_case.setdefault(key, array("L")).append(number)
        operation = exchange.facts.get("operation", "")
        self._by_operation.setdefault(operation, array("L")).append(number)
        if operation and exchange.facts.get("wellformed", True):
            # Counted as they come: whoever asks for all of them need not load any.
            asked = exchange.request
            called = operation, asked.url, hash(asked.body), exchange.identity
            self._calls.setdefault(called, Calls(operation)).add(exchange)

    @property
    def calls(self) -> Sequence[Calls]:
        """How each request was answered, whenever it called an operation as its contract means."""
        return list(self._calls.values())

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """All that are there now, in order."""
        return _Some(self._store, range(len(self._store)))

    def since(self, number: int) -> Iterator[Exchange]:
        """Return those from a number on that are there now, in order."""
        return (self._store[n] for n in range(number, len(self._store)))

    def of(self, case: Case) -> Sequence[Exchange]:
        """Return the exchanges of a case, in order."""
        found = self._by_case.get((case.unit, case.name, case.attempt), ())
        return _Some(self._store, found)

    def again(self, exchange: Exchange) -> Exchange | None:
        """Return what came when the request of an exchange was sent once more."""
        found = self.of(Case(exchange.unit, f"again:{exchange.id}", 2))
        # The last one: those before it, if any, were put off.
        return found[-1] if found else None

    def get(self, exchange_id: str) -> Exchange | None:
        """Return one exchange by its id."""
        number = self._by_id.get(exchange_id)
        return None if number is None else self._store[number]


class _Some(Sequence[Exchange]):
    """Some of the exchanges of a store, loaded when they are looked at."""

    def __init__(self, store: Store, numbers: Sequence[int]) -> None:
        self._store = store
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: int) -> Exchange:  # type: ignore[override]  # nobody slices
        return self._store[self._numbers[number]]
