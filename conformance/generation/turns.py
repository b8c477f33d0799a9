"""Several things one after the other, so that none crowds out the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")


def in_turn(*queues: Iterable[_T]) -> Iterator[_T]:
    """Yield one of each, then the next of each, until all are at their end."""
    waiting = [iter(queue) for queue in queues]
    while waiting:
        left = []
        for queue in waiting:
            for one in queue:
                yield one
                left.append(queue)
                break
        waiting = left
