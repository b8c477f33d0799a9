"""What a run costs: CPU per exchange, a run of twelve operations, rejudging; beside the targets.

    python bench/cost.py

Everything is on loopback. The sandbox is a process of its own, so the CPU of this process is the
examiner's alone. A bare `requests` loop over as many exchanges is measured in between, because the
machine may be busy with other things: it says how much of the cost is asking at all. What is left
is our own: judged live and again from the record, redacted, recorded.

Then the redaction alone, where each answer sets a fresh cookie: each is a secret from then on, and
is looked for in all that follows.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import requests
from budget import cut

from conformance import engine, opening, sandboxes
from conformance.cli import SELDOM
from conformance.evidence import Request, Response
from conformance.opening import Wishes
from conformance.privacy.redaction import Redactor

ROUNDS = 9
RATE = 1_000_000.0
REJUDGE = """
import gc, pathlib, sys, time
from conformance import check, engine
from conformance.cli import SELDOM
gc.set_threshold(SELDOM)
check.every()  # imports are no part of it
began = time.process_time()
again = engine.rejudge(pathlib.Path(sys.argv[1]))
print(time.process_time() - began)
assert not again.differences
"""
CPU_WANTED, WALL_WANTED, REJUDGED_WANTED = 2.0, 15.0, 800.0
FRESH_COOKIES, FRESH_WANTED = 1000, 3.0


def main() -> int:
    """Measure and print; return 1 where a target is missed."""
    gc.set_threshold(SELDOM)  # as the command line does
    runs, alone, own, again = [], [], [], []
    with sandboxes.serving("procedure-system") as serving, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = cut(serving.target, folder)
        for _ in range(ROUNDS):
            wall, cpu, count, record = _run(target, folder / "runs")
            runs.append((wall, 1000 * cpu / count))
            alone.append(1000 * timed(partial(bare, serving.base_url, count))[1] / count)
            own.append(runs[-1][1] - alone[-1])
            again.append(count / _rejudged(record))
    wall, cpu = (statistics.median(run[n] for run in runs) for n in (0, 1))
    rejudged, mine = statistics.median(again), statistics.median(own)
    print(f"base on 12 operations, {count} exchanges; median of {ROUNDS}")
    met = [
        _line("own CPU an exchange", mine, "ms", CPU_WANTED, mine <= CPU_WANTED),
        _line("whole run, wall", wall, "s", WALL_WANTED, wall <= WALL_WANTED),
        _line(
            "rejudged a second of CPU", rejudged, "", REJUDGED_WANTED, rejudged >= REJUDGED_WANTED
        ),
    ]
    print(f"  with asking              {cpu:10.2f} ms an exchange")
    print(f"  first run of the process {runs[0][1]:10.2f} ms an exchange, {runs[0][0]:.2f} s wall")
    print(f"  bare requests loop       {statistics.median(alone):10.2f} ms an exchange")
    fresh = {synthetic: fresh_cookies(synthetic=synthetic) for synthetic in (True, False)}
    print(f"a fresh cookie in each answer, {FRESH_COOKIES} exchanges, redaction alone")
    met += [
        _line(
            "synthetic data" if synthetic else "real data",
            figure,
            "ms",
            FRESH_WANTED,
            figure <= FRESH_WANTED,
        )
        for synthetic, figure in fresh.items()
    ]
    return 0 if all(met) else 1


def fresh_cookies(*, synthetic: bool) -> float:
    """Return the milliseconds of CPU an exchange takes to be redacted, over all of them."""
    redactor = Redactor({"a.token": "a-token-of-an-identity"}, key=b"bench", synthetic=synthetic)
    entries = [{"id": f"vnct-{n}", "title": "Cấp giấy phép", "state": n % 5} for n in range(40)]
    body = json.dumps({"items": entries, "total": len(entries)}, ensure_ascii=False).encode()
    usual = (
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ("Content-Length", str(len(body))),
    )

    def work() -> None:
        cookie = "none-yet"
        for number in range(FRESH_COOKIES):
            headers = (("Cookie", f"sid={cookie}"), ("Accept", "application/json"))
            shown = redactor.request(Request("GET", f"http://x/items/{number}", headers))
            redactor.sent(shown)
            cookie = f"{number:08x}|2:{hash(number) * 2654435761 % 2**128:032x}"
            answered = (*usual, ("Set-Cookie", f'sid="{cookie}"; Path=/; HttpOnly'))
            redactor.response(Response(200, "OK", "1.1", answered, body, 0.0))

    return 1000 * timed(work)[1] / FRESH_COOKIES


def _line(name: str, figure: float, unit: str, wanted: float, met: bool) -> bool:  # noqa: FBT001  # a row
    print(f"  {name:24} {figure:10.2f} {unit:3} target {wanted:g}: {'met' if met else 'MISSED'}")
    return met


def _run(target: Path, folder: Path) -> tuple[float, float, int, Path]:
    plan = opening.plan(("base",), Wishes(target=str(target), rate=RATE, seed=1))
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

    wall, cpu = timed(work)
    lines = (kept[0] / "record.jsonl").read_text("utf-8").splitlines()
    return wall, cpu, sum(line.startswith('{"exchange"') for line in lines), kept[0]


def _rejudged(record: Path) -> float:
    """Return the seconds of CPU that rejudging takes in a process that has seen nothing before."""
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-c", REJUDGE, str(record)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def bare(base_url: str, count: int) -> None:
    """Ask as many times by `requests` alone."""
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(count):
            session.get(f"{base_url}/procedures", timeout=10)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of wall and of CPU that some work takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
