"""Figures of the suite on this machine: prints them, judges nothing.

    python bench/run.py

Everything runs on loopback against the sandbox, beside a bare `requests` loop over the same
number of exchanges, so that the suite's own share can be told apart.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes

ROUNDS = 5
RATE = 100_000.0


def main() -> None:
    """Measure and print."""
    with sandboxes.serving("procedure-system") as serving, tempfile.TemporaryDirectory() as folder:
        runs = [_run(serving.target, Path(folder)) for _ in range(ROUNDS)]
        exchanges = runs[0][2]
        bare = [_timed(lambda: _bare(serving.base_url, exchanges)) for _ in range(ROUNDS)]
        again = [_timed(lambda: engine.rejudge(runs[0][3])) for _ in range(ROUNDS)]
    walls, cpus = [run[0] for run in runs], [run[1] for run in runs]
    rejudged = statistics.median(cpu for _, cpu in again)
    print(f"median of {ROUNDS}; {exchanges} exchanges on 9 operations")
    print(f"run of base:         {statistics.median(walls):7.3f} s wall")
    print(f"  own CPU:           {statistics.median(cpus):7.3f} s")
    print(f"  own CPU/exchange:  {statistics.median(cpus) / exchanges * 1000:7.3f} ms")
    print(f"bare requests loop:  {statistics.median(w for w, _ in bare):7.3f} s wall")
    print(
        f"  CPU/exchange:      {statistics.median(c for _, c in bare) / exchanges * 1000:7.3f} ms"
    )
    print(f"rejudge:             {exchanges / rejudged:7.0f} exchanges/s of CPU")


def _run(target: str, folder: Path) -> tuple[float, float, int, Path]:
    plan = opening.plan(("base",), Wishes(target=target, rate=RATE, seed=1))
    kept: list[Path] = []

    def work() -> None:
        session = engine.open_session(plan, folder)
        try:
            for item in plan.items:
                session.run(item)
            session.finish()
        finally:
            session.close()
        kept.append(session.folder)

    wall, cpu = _timed(work)
    lines = (kept[0] / "record.jsonl").read_text(encoding="utf-8").splitlines()
    return wall, cpu, sum(line.startswith('{"exchange"') for line in lines), kept[0]


def _bare(base_url: str, count: int) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(count):
            session.get(f"{base_url}/procedures", timeout=10)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
