"""How much memory a long run takes: prints it beside the target, with its growth by the exchange.

    python bench/memory.py [EXCHANGES]

Ordinary calls of the sandbox, one after the other, through the door that every check uses, so that
each exchange is redacted, recorded and kept as evidence; every second request is a new one. At the
end the run is finished: every law is judged on all of it, from the record on disk.

Growth is counted behind the first tenth, which fills what is kept of the latest exchanges.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
from pathlib import Path

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes
from conformance.probe.questions import Case, Question
from conformance.verdict import NotTested

EXCHANGES = 100_000
STEPS = 10
WANTED = 150.0
# A place in the record, a place by its id and one by its case, with what rows keep free at the end.
FLAT = 0.05
RATE = 1_000_000.0


def main() -> int:
    """Run, print and return 1 where the target is missed."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EXCHANGES
    with sandboxes.serving("procedure-system") as serving, tempfile.TemporaryDirectory() as name:
        wishes = Wishes(target=serving.target, rate=RATE, budget=2 * wanted + 10_000, seed=1)
        plan = opening.plan(("base",), wishes)
        session = engine.open_session(plan, Path(name))
        try:
            filled = kept = _resident()
            print(f"  {0:7} exchanges: {kept:7.1f} MB")
            for step in range(1, STEPS + 1):
                _ask(session, f"long{step}", wanted // STEPS)
                kept = _resident()
                filled = kept if step == 1 else filled
                print(f"  {wanted // STEPS * step:7} exchanges: {kept:7.1f} MB", flush=True)
            for item in plan.items:
                session.run(item)
            session.finish()
        finally:
            session.close()
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    growth = (kept - filled) * 1024 / (wanted - wanted // STEPS)
    print(
        f"growth, caches full: {growth:6.3f} kB an exchange (at most {FLAT}: {_met(growth, FLAT)})"
    )
    print(f"highest, judged:     {highest:6.1f} MB (at most {WANTED:g}: {_met(highest, WANTED)})")
    return 0 if growth <= FLAT and highest <= WANTED else 1


def _met(found: float, most: float) -> str:
    return "met" if found <= most else "MISSED"


def _ask(session: engine.Session, name: str, count: int) -> None:
    # Asked as checks ask: what comes of a public `probe` is housekeeping, and no law judges it.
    probe = session._probe(Case("target", name))  # noqa: SLF001  # no check asks as often
    base_url = session.plan.target.base_url
    (lists,) = (o for o in session.plan.scene.operations if o.unit == "GET /procedures")
    for number in range(count):
        page = f"1&size={name}-{number}" if number % 2 else "1"
        question = Question(
            "GET", f"{base_url}/procedures?limit=2&page={page}", operation=lists.unit
        )
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
