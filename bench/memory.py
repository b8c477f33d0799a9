"""How much memory a long run takes: prints it beside the target, with its growth by the exchange.

    python bench/memory.py [EXCHANGES]

Ordinary calls of the sandbox, one after the other, through the door that every check uses, so that
each exchange is redacted, recorded and kept as evidence. At the end the run is finished: every law
is judged on all of it, from the record on disk.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
from pathlib import Path

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes
from conformance.probe.questions import Question
from conformance.verdict import NotTested

EXCHANGES = 100_000
STEPS = 10
WANTED = 150.0
RATE = 1_000_000.0


def main() -> int:
    """Run, print and return 1 where the target is missed."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EXCHANGES
    with sandboxes.serving("procedure-system") as serving, tempfile.TemporaryDirectory() as name:
        wishes = Wishes(target=serving.target, rate=RATE, budget=2 * wanted + 10_000, seed=1)
        plan = opening.plan(("base",), wishes)
        session = engine.open_session(plan, Path(name))
        try:
            began = _resident()
            print(f"  {0:7} exchanges: {began:7.1f} MB")
            for step in range(1, STEPS + 1):
                _ask(session, f"long{step}", wanted // STEPS)
                print(f"  {wanted // STEPS * step:7} exchanges: {_resident():7.1f} MB", flush=True)
            kept = _resident()
            for item in plan.items:
                session.run(item)
            session.finish()
        finally:
            session.close()
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    growth = (kept - began) * 1024 / wanted
    print(f"growth while asking:   {growth:7.2f} kB an exchange (flat: 0)")
    met = highest <= WANTED
    said = "met" if met else "MISSED"
    print(f"highest, judged:       {highest:7.1f} MB (at most {WANTED:g}: {said})")
    return 0 if met else 1


def _ask(session: engine.Session, name: str, count: int) -> None:
    probe = session.probe("target", name)
    base_url = session.plan.target.base_url
    for number in range(count):
        question = Question("GET", f"{base_url}/procedures?limit=2&page={number % 2 + 1}")
        try:
            probe.send(question)
        except NotTested as outcome:
            raise SystemExit(f"not answered: {outcome}") from outcome
        probe.asked.clear()


def _resident() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    sys.exit(main())
