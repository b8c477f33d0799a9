"""Exchanges that lie in a file and are loaded when they are looked at.

A run may ask a hundred thousand questions. What is held of each is where its line begins; the
latest that were looked at are kept as they are, so that a small run reads nothing twice.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import overload

from conformance.evidence import Exchange
from conformance.record.lines import whole

# As many as a run of one profile has, several times over.
_MOST_HELD = 2_000


class Shelf(Sequence[Exchange]):
    """The exchanges of a run, in the order in which they happened.

    Args:
        folder: the run directory.
        path: the file in which the lines lie.
        begins: where the line of each begins in that file, in bytes.
        interrupted: the numbers of those, from 0, that were under way when a run ended: they are
            shown marked, and nothing is judged on them.
        keep: writes one more exchange into that file and returns where its line begins; where there
            is none, no more is put there.
    """

    def __init__(
        self,
        folder: Path,
        path: Path,
        begins: Iterable[int] = (),
        *,
        interrupted: Collection[int] = (),
        keep: Callable[[Exchange], int] | None = None,
    ) -> None:
        self._keep = keep
        self._folder = folder
        self._path = path
        # Not a list: eight bytes each, however many there are.
        self._begins = array("Q", begins)
        self._interrupted = frozenset(interrupted)
        self._latest: OrderedDict[int, Exchange] = OrderedDict()
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._begins)

    @overload
    def __getitem__(self, number: int) -> Exchange: ...
    @overload
    def __getitem__(self, number: slice) -> list[Exchange]: ...
    def __getitem__(self, number: int | slice) -> Exchange | list[Exchange]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        begin = self._begins[number]
        number %= len(self)
        with self._turn:
            found = self._latest.get(number)
            if found is None:
                found = self._loaded(begin)
                if number in self._interrupted:
                    marks = {"housekeeping": True, "interrupted": True}
                    found = replace(found, facts={**found.facts, **marks})
                self._note(number, found)
            return found

    def __iter__(self) -> Iterator[Exchange]:
        return (self[number] for number in range(len(self)))

    def growing(self, keep: Callable[[Exchange], int]) -> Shelf:
        """Return the same exchanges, to which more can be put.

        Args:
            keep: as for a new one.
        """
        return Shelf(
            self._folder, self._path, self._begins, interrupted=self._interrupted, keep=keep
        )

    def append(self, exchange: Exchange) -> None:
        """Write one more exchange.

        Raises:
            StorageError: there is no room, or the directory is gone.
        """
        assert self._keep is not None  # noqa: S101  # a finished record does not grow
        begin = self._keep(exchange)
        with self._turn:
            self._begins.append(begin)
            self._note(len(self._begins) - 1, exchange)

    def _loaded(self, begin: int) -> Exchange:
        with self._path.open("rb") as file:
            file.seek(begin)
            line = json.loads(file.readline())
        return Exchange.of(whole(self._folder, line["exchange"]))

    def _note(self, number: int, exchange: Exchange) -> None:
        self._latest[number] = exchange
        if len(self._latest) > _MOST_HELD:
            self._latest.popitem(last=False)
