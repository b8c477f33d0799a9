"""Many fixed texts, looked for in another at once; one more is cheap at any time.

A pattern of all of them would have to be made anew for each new one, and one of thousands takes
seconds. Here each text is known by a few pieces from its beginning. What is looked through is cut
into pieces at every so many signs, and each piece is asked for in a dictionary: however many texts
there are, looking costs the same.

A text of at least N signs, cut at every S, has a piece of N - S + 1 signs that begins at one of its
first S places, wherever it stands. So all of these S pieces are kept of each text, and none is
missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

# What is shorter would be found everywhere by chance; no secret is.
SHORTEST = 4
_STEP = 4


class _Place(NamedTuple):
    """Where in a text a piece of it begins, and how long the text is."""

    offset: int
    length: int


class _Class:
    """Texts of one range of lengths: the shorter the shortest, the closer must be looked.

    Args:
        shortest: how many signs a text has at least.
        step: at every so many signs a piece is cut; `_STEP`, or a divisor of it.
    """

    def __init__(self, shortest: int, step: int) -> None:
        self.shortest = shortest
        self._step = step
        self._size = shortest - step + 1
        # One place a piece, as a rule; more where texts begin alike.
        self._places: dict[str, tuple[_Place, ...]] = {}

    def add(self, text: str) -> None:
        """Take the pieces of one more text."""
        for offset in range(self._step):
            piece, place = text[offset : offset + self._size], _Place(offset, len(text))
            known = self._places.get(piece, ())
            if place not in known:
                self._places[piece] = (*known, place)

    def hits(self, hay: str) -> list[tuple[int, tuple[_Place, ...]]]:
        """Return where pieces stand in a text, each with what it may be a piece of."""
        places, size = self._places, self._size
        return [
            (at, places[piece])
            for at in range(0, len(hay) - size + 1, self._step)
            if (piece := hay[at : at + size]) in places
        ]


class Needles:
    """Texts of at least `SHORTEST` signs, each with what is to stand in its place.

    What is replaced is what a pattern of all of them would find, the longest named first: from the
    left, the longest at each place, and nothing inside of what was found.
    """

    def __init__(self) -> None:
        self._instead: dict[str, str] = {}
        self._classes = [_Class(16, _STEP), _Class(8, _STEP), _Class(SHORTEST, 2)]
        self._used: list[_Class] = []

    def __contains__(self, text: str) -> bool:
        return text in self._instead

    def add(self, text: str, instead: str) -> None:
        """Take one more; the first that is said to stand for a text stays."""
        if len(text) < SHORTEST:
            message = f"shorter than {SHORTEST} signs"
            raise ValueError(message)
        if text not in self._instead:
            self._instead[text] = instead
            own = next(each for each in self._classes if len(text) >= each.shortest)
            own.add(text)
            if own not in self._used:
                self._used.append(own)

    def replaced(self, hay: str) -> str:
        """Return a text in which each of these texts is replaced."""
        shown, end = [], 0
        for start, length in self._candidates(hay):
            if start < end:
                continue
            instead = self._instead.get(hay[start : start + length])
            if instead is not None:
                shown += [hay[end:start], instead]
                end = start + length
        return "".join([*shown, hay[end:]]) if shown else hay

    def _candidates(self, hay: str) -> Iterator[tuple[int, int]]:
        """Yield start and length of what may stand in a text: from the left, the longest first.

        Hits at one cut are of texts that begin since the cut before, so the cuts can be gone
        through one by one; those of a closer class fall between two of the others.
        """
        hits = [hit for each in self._used for hit in each.hits(hay)]
        if len(self._used) > 1:
            hits.sort(key=lambda hit: hit[0])
        for _, group in groupby(hits, key=lambda hit: -(-hit[0] // _STEP)):
            yield from sorted(
                {(at - place.offset, place.length) for at, places in group for place in places},
                key=lambda one: (one[0], -one[1]),
            )
