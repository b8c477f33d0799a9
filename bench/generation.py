"""What generated traffic costs: CPU a case, and memory with ever more cases; beside the targets.

    python bench/generation.py [--seeds 1] [--depth standard] [--cases 20000]

The mended agency of `tests/exam` is a process of its own, so the CPU of this process is the
examiner's alone. Its whole CPU is taken, not that of one thread: one worker settles, and what the
watch of the deadlines does beside it is done for the same case.

A case begins where the one before it ended: making the bend, judging whether it is legal, sending
it, redacting and recording the answer. Its laws are judged once for all cases of an operation, so
each case gets an equal part of that, and of judging anew from the record on disk. What is not a
case is told apart: making findings smaller, the first import of schemathesis, and all that `base`
asks besides.

Memory is told of each depth, then of one long run at `standard` that generates for the same
operations again and again, each time with another seed. So the cases become more and those of one
operation do not: what is drafted for one operation is held until it is asked, which each depth
bounds.
"""

from __future__ import annotations

import argparse
import gc
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance import engine, opening
from conformance.cli import SELDOM
from conformance.engine.framing import Framing
from conformance.engine.generating import Generator
from conformance.engine.good_calls import GoodCalls
from conformance.generation.adapter import libraries
from conformance.generation.depth import DEPTHS
from conformance.opening import Wishes
from conformance.plan import Plan

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from exam.serving import serving, write_target  # noqa: E402  # the exam is no part of the package

WANTED = 3.0
# Places in rows of numbers, as in `bench/memory.py`, and what an allocator does not give back.
FLAT = 0.3
DRAFTS = frozenset({"coverage", "fuzzing"})
ROWS = 5
RATE, BUDGET = 1_000_000.0, 1_000_000


@dataclass
class Spent:
    """Seconds of CPU of one run.

    Attributes:
        cases: of each case by its origin and its operation: all of it, and its sending alone.
        judged: of each operation, for judging its cases live, and how many cases those are.
        other: of what is no case, by what it is.
        requests: how many left.
        whole: from the first word to the results.
    """

    cases: list[tuple[str, str, float, float]] = field(default_factory=list)
    judged: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    other: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    requests: int = 0
    whole: float = 0.0


def main() -> int:
    """Measure and print; return 1 where a target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--depth", default="standard", choices=sorted(DEPTHS))
    parser.add_argument("--cases", type=int, default=20_000, help="for memory; 0 for none")
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    wished = parser.parse_args()
    gc.set_threshold(SELDOM)  # as the command line does
    if wished.memory_of is not None:
        return _fill(wished.memory_of, wished.depth)
    met = [_times(int(seed), wished.depth) for seed in wished.seeds.split(",")]
    if wished.cases:
        met.append(_memory(wished.cases))
    return 0 if all(met) else 1


# --- CPU ------------------------------------------------------------------------------------------


def _times(seed: int, depth: str) -> bool:
    began = time.process_time()
    libraries.imported()  # otherwise the first case would pay for it
    imported = time.process_time() - began
    spent = _spent(seed, depth)
    print(f"{depth}, seed {seed}: {len(spent.cases)} cases; CPU of a case in ms")
    print(f"  {'':24} {'cases':>6} {'median':>7} {'90 %':>7} {'mean':>7} {'sending':>8}")
    median = _line("all", spent, lambda _: True)
    _line("bends of our own", spent, lambda origin: origin not in DRAFTS)
    _line("drafts of schemathesis", spent, lambda origin: origin in DRAFTS)
    print("  mean of the whole run, ms a request")
    parts = {
        "cases, unjudged": sum(whole for *_, whole, _ in spent.cases),
        "cases, judged live": sum(spent.judged.values()),
        **spent.other,
    }
    for name, seconds in parts.items():
        print(f"    {name:22} {1000 * seconds / spent.requests:7.2f}  {seconds:6.2f} s")
    print(
        f"    {'together':22} {1000 * spent.whole / spent.requests:7.2f}  {spent.whole:6.2f} s,"
        f" {spent.requests} requests"
    )
    print(f"  schemathesis imported    {imported:7.2f} s, once a process that did not have it")
    met = median <= WANTED
    print(f"  median of a case         {median:7.2f} ms (at most {WANTED:g}: {_met(met)})")
    return met


def _line(name: str, spent: Spent, has: Callable[[str], bool]) -> float:
    shares = _shares(spent)
    found = sorted(
        1000 * (whole + shares[unit]) for origin, unit, whole, _ in spent.cases if has(origin)
    )
    sent = [1000 * sending for origin, *_, sending in spent.cases if has(origin)]
    if not found:
        print(f"  {name:24} {0:6}")
        return 0.0
    high = found[min(len(found) - 1, round(0.9 * len(found)))]
    median = statistics.median(found)
    print(
        f"  {name:24} {len(found):6} {median:7.2f} {high:7.2f} {statistics.mean(found):7.2f}"
        f" {statistics.median(sent):8.2f}"
    )
    return median


def _shares(spent: Spent) -> dict[str, float]:
    """Return what judging a case takes, by operation: live, and its part of judging anew."""
    count: dict[str, int] = defaultdict(int)
    for _, unit, _, _ in spent.cases:
        count[unit] += 1
    again = spent.other["judged anew, reported"] / spent.requests
    return {unit: spent.judged[unit] / number + again for unit, number in count.items()}


def _spent(seed: int, depth: str) -> Spent:
    """Run `base` on the mended agency with one worker; return what it took."""
    spent = Spent()
    with _ready(seed, depth) as (plan, folder):
        began = last = time.process_time()
        session = engine.open_session(plan, folder)
        spent.other["log-ins, first calls"] = time.process_time() - began
        clock = _Clock(spent, session)
        try:
            for item in plan.items:
                last = time.process_time()
                clock.inside = 0.0
                session.run(item)
                left = time.process_time() - last - clock.inside
                generated = any(asked.check.generated for asked in item.asked)
                if generated:
                    spent.judged[item.unit] += left
                else:
                    spent.other["all other checks"] += left
            last = time.process_time()
            session.finish()
        finally:
            session.close()
        spent.other["judged anew, reported"] = time.process_time() - last
        spent.whole = time.process_time() - began
        spent.requests = session.requests
    return spent


class _Clock:
    """Takes the time of each case, of its sending, and of making findings smaller.

    Args:
        spent: where it is written.
        session: of which it replaces the parts by those parts with a clock.
    """

    def __init__(self, spent: Spent, session: engine.Session) -> None:
        self.spent = spent
        self.inside = 0.0
        self._sending = self._began = 0.0
        self._generating = False
        door: Any = session.door
        transport: Any = door._transport  # noqa: SLF001  # what leaves, leaves here
        generator: Any = session._generator  # noqa: SLF001  # what is generated, is so here
        minimiser: Any = session._minimiser  # noqa: SLF001  # and made smaller here
        send, ask = transport.send, door.ask
        settle, shrink = generator.settle, minimiser.settle

        def sending(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return send(*given, **named)
            finally:
                self._sending += time.process_time() - began

        def asking(question: Any, case: Any, **named: Any) -> Any:
            answer = ask(question, case, **named)
            if self._generating and question.generated:
                now = time.process_time()
                origin = question.generated[0]
                spent.cases.append((origin, case.unit, now - self._began, self._sending))
                self._began, self._sending = now, 0.0
            return answer

        def settling(operation: Any) -> None:
            began = self._began = time.process_time()
            self._generating, self._sending = True, 0.0
            count = len(spent.cases)
            try:
                settle(operation)
            finally:
                self._generating = False
                now = time.process_time()
                self.inside += now - began
                if len(spent.cases) > count:  # what came to no case belongs to the last one
                    origin, unit, whole, sent = spent.cases[-1]
                    spent.cases[-1] = (origin, unit, whole + now - self._began, sent)
                else:
                    spent.other["all other checks"] += now - began

        def shrinking(*given: Any) -> None:
            began = time.process_time()
            try:
                shrink(*given)
            finally:
                took = time.process_time() - began
                self.inside += took
                spent.other["findings made smaller"] += took

        transport.send, door.ask = sending, asking
        generator.settle, minimiser.settle = settling, shrinking


# --- memory ---------------------------------------------------------------------------------------


def _memory(wanted: int) -> bool:
    """Print the memory at each depth, then with ever more cases; return whether it is flat."""
    print("memory, each run in a process of its own")
    for depth in DEPTHS:
        _tell(0, depth)
    rows = _tell(wanted, "standard")
    # The first half fills what is kept of the latest exchanges, and what drafting is made of.
    later = [row for row in rows if row[0] >= wanted / 2] or rows[-1:]
    (few, small), (many, large) = later[0], later[-1]
    growth = (large - small) * 1024 / max(1, many - few)
    met = growth <= FLAT
    print(f"  growth from {few:.0f} on: {growth:.3f} kB a case (at most {FLAT}: {_met(met)})")
    return met


def _tell(cases: int, depth: str) -> list[tuple[float, float]]:
    words = [sys.executable, __file__, "--memory-of", str(cases), "--depth", depth]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    *rows, last = [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
    for count, held in rows[:: max(1, len(rows) // ROWS)]:
        print(f"  {depth:10} {count:6.0f} requests {held:7.1f} MB")
    print(f"  {depth:10} {'judged':>15} {last[0]:7.1f} MB at the highest", flush=True)
    return [(count, held) for count, held in rows]


def _fill(cases: int, depth: str) -> int:
    """Run, and generate again with other seeds until there are so many cases.

    Prints a line after each pass: how many requests left, and what the process holds, in MB; at
    the end, judged, the most that it held.
    """
    with _ready(1, depth) as (plan, folder):
        session = engine.open_session(plan, folder)
        try:
            for item in plan.items:
                session.run(item)
            print(session.requests, _held("VmRSS"), flush=True)
            seed = 1
            while session.requests < cases:
                seed += 1
                seeded = _Seeded(session, seed)
                framing = Framing(plan)
                generator = Generator(seeded, GoodCalls(seeded, framing), framing)
                for operation in plan.scene.operations:
                    generator.settle(operation)
                print(session.requests, _held("VmRSS"), flush=True)
            session.finish()
        finally:
            session.close()
    print(_held("VmHWM"))
    return 0


class _Seeded:
    """A session that generates with another seed than its own."""

    def __init__(self, session: engine.Session, seed: int) -> None:
        self.plan = replace(session.plan, options=replace(session.plan.options, seed=seed))
        self.door = session.door
        self.baseline = session.baseline
        self.asking = session.asking


def _held(word: str) -> float:
    told = re.search(rf"{word}:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(told[1]) / 1024 if told else 0.0


# --- both -----------------------------------------------------------------------------------------


@contextmanager
def _ready(seed: int, depth: str) -> Iterator[tuple[Plan, Path]]:
    with tempfile.TemporaryDirectory() as name, serving("none", log=Path(name) / "log") as served:
        folder = Path(name)
        target = write_target(served.base_url, folder)
        wishes = Wishes(target=str(target), rate=RATE, budget=BUDGET, seed=seed, depth=depth)
        yield opening.plan(("base",), wishes), folder / "runs"


def _met(met: bool) -> str:  # noqa: FBT001  # the word for it
    return "met" if met else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
