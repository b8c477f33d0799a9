"""The exchanges of a run, found by their case or their id."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from conformance.availability import Availability, Calls
from conformance.evidence import Exchange
from conformance.probe.questions import Case
from conformance.record import Shelf

Store = list[Exchange] | Shelf

# How many ids may be missing in a row. They come in disorder where several ask at once; a record
# from elsewhere may say any number.
_GAP = 10_000
_LONGEST_ORDINAL = 9
_NOBODY = -1


class Evidence:
    """The exchanges of a run, in the order in which they happened, found by their case.

    What is held of each is a few numbers: a run may have a hundred thousand.

    Args:
        exchanges: where they lie, or what they are. What is there already is looked at once.
    """

    def __init__(self, exchanges: Shelf | Iterable[Exchange] = ()) -> None:
        self._store: Store = exchanges if isinstance(exchanges, Shelf) else list(exchanges)
        self._by_case: dict[tuple[str, str, int], array[int]] = {}
        self._cut: Counter[tuple[str, str, int]] = Counter()
        self._by_id = _Ids()
        self._availability = Availability()
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
        self._by_id.note(exchange.id, number)
        if exchange.facts.get("interrupted"):
            # Its case began anew, and is found by what was asked then.
            self._cut[exchange.unit, exchange.case, exchange.attempt] += 1
            return
        key = exchange.unit, exchange.case, exchange.attempt
        self._by_case.setdefault(key, array("I")).append(number)
        # Counted as they come: whoever asks for all of them need not load any.
        self._availability.add(number, exchange)

    @property
    def calls(self) -> Sequence[Calls]:
        """How each request was answered, whenever it called an operation as its contract means."""
        return [
            replace(calls, failing=_Some(self._store, numbers))
            for calls, numbers in self._availability.calls()
        ]

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

    def cut(self, case: Case) -> int:
        """Return how many exchanges of a case were cut off by interruptions."""
        return self._cut[case.unit, case.name, case.attempt]

    def again(self, exchange: Exchange) -> Exchange | None:
        """Return what came when the request of an exchange was sent once more."""
        found = self.of(Case(exchange.unit, f"again:{exchange.id}", 2))
        # The last one: those before it, if any, were put off.
        return found[-1] if found else None

    def between(self, first: Exchange, last: Exchange) -> Iterator[Exchange]:
        """Return those that came after one and before another, in order."""
        begin, end = self._by_id.find(first.id), self._by_id.find(last.id)
        if begin is not None and end is not None:
            yield from (self._store[number] for number in range(begin + 1, end))

    def get(self, exchange_id: str) -> Exchange | None:
        """Return one exchange by its id."""
        number = self._by_id.find(exchange_id)
        return None if number is None else self._store[number]


class _Ids:
    """The number in the run of each id, which is a unit and an ordinal from 1: `target.17`."""

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = {}
        self._others: dict[str, int] = {}

    def note(self, name: str, number: int) -> None:
        """Take in the number of an id."""
        unit, place = _taken_apart(name)
        row = self._rows.setdefault(unit, array("i"))
        if not 0 <= place < len(row) + _GAP:
            self._others[name] = number
            return
        row.extend([_NOBODY] * (place + 1 - len(row)))
        row[place] = number

    def find(self, name: str) -> int | None:
        """Return the number of an id; None where there is none such."""
        unit, place = _taken_apart(name)
        row = self._rows.get(unit, ())
        if 0 <= place < len(row) and row[place] != _NOBODY:
            return row[place]
        return self._others.get(name)


def _taken_apart(name: str) -> tuple[str, int]:
    """Return the unit of an id and its place among those of the unit, from 0; -1 for an odd id."""
    unit, _, ordinal = name.rpartition(".")
    plain = ordinal.isascii() and ordinal.isdecimal() and len(ordinal) <= _LONGEST_ORDINAL
    if not plain or ordinal.startswith("0"):
        return unit, -1
    return unit, int(ordinal) - 1


class _Some(Sequence[Exchange]):
    """Some of the exchanges of a store, loaded when they are looked at."""

    def __init__(self, store: Store, numbers: Sequence[int]) -> None:
        self._store = store
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: int) -> Exchange:  # type: ignore[override]  # nobody slices
        return self._store[self._numbers[number]]
