"""How long something takes, and how much memory it takes at its worst."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


@dataclass
class Cost:
    """What a block took: seconds of the clock, and bytes beyond what was held when it began.

    `bytes` is the growth of the largest resident set, as the kernel knows it: unlike tracemalloc
    it sees what libraries in C take. Where the kernel does not tell, it stays nought.
    """

    seconds: float = 0.0
    bytes: int = 0


@contextmanager
def costs() -> Iterator[Cost]:
    """Measure a block; the figures are there when it is left, however it is left."""
    cost, before, start = Cost(), _peak(reset=True), time.monotonic()
    try:
        yield cost
    finally:
        cost.seconds = time.monotonic() - start
        cost.bytes = max(0, _peak() - before)


def _peak(*, reset: bool = False) -> int:
    try:
        if reset:
            # proc_pid_clear_refs(5): the value 5 sets the peak to what is held now.
            _CLEAR.write_text("5", encoding="ascii")
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
