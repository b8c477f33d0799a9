"""Exchanges that lie in a file and are loaded when they are looked at.

A run may ask a hundred thousand questions. What is held of each is where it lies; the latest that
were looked at are kept as they are, so that a small run reads nothing twice.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

from conformance.evidence import Exchange
from conformance.record.lines import whole

# As many as a run of one profile has, several times over.
_MOST_HELD = 2_000

# Where a line begins in its file, and how long it is, in bytes.
Place = tuple[int, int]


class Shelf(Sequence[Exchange]):
    """The exchanges of a run, in the order in which they happened.

    Args:
        folder: the run directory.
        path: the file in which the lines lie.
        held: exchanges, or where they lie.
        keep: writes one more exchange into that file and returns where it lies; where there is
            none, no more is put there.
    """

    def __init__(
        self,
        folder: Path,
        path: Path,
        held: Iterable[Exchange | Place] = (),
        keep: Callable[[Exchange], Place] | None = None,
    ) -> None:
        self._keep = keep
        self._folder = folder
        self._path = path
        self._held: list[Exchange | Place] = list(held)
        self._latest: OrderedDict[int, Exchange] = OrderedDict()
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, number: int) -> Exchange: ...
    @overload
    def __getitem__(self, number: slice) -> list[Exchange]: ...
    def __getitem__(self, number: int | slice) -> Exchange | list[Exchange]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        held = self._held[number]
        if isinstance(held, Exchange):
            return held
        with self._turn:
            found = self._latest.get(number)
            if found is None:
                found = self._loaded(held)
                self._note(number, found)
            return found

    def __iter__(self) -> Iterator[Exchange]:
        return (self[number] for number in range(len(self)))

    def append(self, exchange: Exchange) -> None:
        """Write one more exchange.

        Raises:
            StorageError: there is no room, or the directory is gone.
        """
        assert self._keep is not None  # noqa: S101  # a finished record does not grow
        place = self._keep(exchange)
        with self._turn:
            self._held.append(place)
            self._note(len(self._held) - 1, exchange)

    def _loaded(self, place: Place) -> Exchange:
        with self._path.open("rb") as file:
            file.seek(place[0])
            line = json.loads(file.read(place[1]))
        return Exchange.of(whole(self._folder, line["exchange"]))

    def _note(self, number: int, exchange: Exchange) -> None:
        self._latest[number] = exchange
        if len(self._latest) > _MOST_HELD:
            self._latest.popitem(last=False)
