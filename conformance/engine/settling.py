"""A whole plan settled and judged, by as many workers as the caller allows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from conformance.engine.session import Session
from conformance.judge import Finding
from conformance.plan import Item
from conformance.plan.phases import one_by_one, side_by_side

# Told of each item when it is judged, one at a time.
Told = Callable[[Item, list[Finding]], None]


def run_all(
    session: Session,
    *,
    workers: int = 1,
    told: Told = lambda _item, _found: None,
    stopped: threading.Event | None = None,
) -> None:
    """Settle and judge every item of a session's plan.

    Threads, not processes: a worker waits for the target most of the time, and one process keeps
    one pace, one budget, one log-in for each identity and one record.

    Args:
        session: what settles and judges.
        workers: how many units at most are settled at the same time.
        told: called with each item and its findings.
        stopped: set by whoever wants no further item to be settled.
    """
    turn = threading.Lock()
    enough = stopped or threading.Event()

    def settle(items: list[Item]) -> None:
        for item in items:
            if enough.is_set():
                return
            found = session.run(item)
            with turn:
                told(item, found)

    groups = side_by_side(session.plan)
    if workers > 1:
        with ThreadPoolExecutor(workers, thread_name_prefix="settling") as pool:
            try:
                for done in as_completed([pool.submit(settle, group) for group in groups]):
                    done.result()
            except BaseException:
                # Whoever is at it ends the request that is under way, and no more.
                enough.set()
                pool.shutdown(cancel_futures=True)
                raise
    else:
        for group in groups:
            settle(group)
    settle(one_by_one(session.plan))
