"""What our pytest entry point adds to projects that do not use it: prints it beside the target.

    python bench/entry.py

The same `pytest --collect-only` runs in two processes that differ in one thing: in one of them the
metadata of this distribution name no entry point of pytest, as if it had none. They take turns, so
that whatever else the machine does falls on both; the figure is the difference of the medians, in
CPU, which on an idle machine is the time that people wait.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 21
WANTED = 50.0
TEST = "def test_nothing():\n    pass\n"
# Both run this, so that both pay for it; only one of them hides the entry point.
STARTER = """
import importlib.metadata as metadata, os, sys
found = metadata.Distribution.entry_points.fget
def entry_points(self):
    points = found(self)
    if os.environ["HIDE"] == "1":
        points = metadata.EntryPoints(p for p in points if p.value != "conformance.pytest_plugin")
    return points
metadata.Distribution.entry_points = property(entry_points)
import pytest
code = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", sys.argv[1]])
loaded = "conformance.pytest_plugin" in sys.modules
assert loaded is (os.environ["HIDE"] == "0"), "the entry point was not where it was looked for"
assert "conformance.engine" not in sys.modules, "the plugin imports what only testers need"
sys.exit(code)
"""


def main() -> int:
    """Measure and print; return 1 where the target is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_one.py").write_text(TEST, "utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
        starter = folder / "starter.py"
        starter.write_text(STARTER, "utf-8")
        seconds: dict[str, list[float]] = {"0": [], "1": []}
        for number in range(ROUNDS + 1):
            for hide in ("0", "1") if number % 2 else ("1", "0"):
                taken = _collect(starter, folder, hide)
                if number:  # the first fills the caches of files
                    seconds[hide].append(taken)
    with_us, without = (1000 * statistics.median(seconds[hide]) for hide in ("0", "1"))
    added = with_us - without
    met = added <= WANTED
    print(f"pytest --collect-only, median of {ROUNDS} each, taking turns")
    print(f"  with our entry point:  {with_us:7.1f} ms")
    print(f"  without:               {without:7.1f} ms")
    print(f"  added:                 {added:7.1f} ms  (at most {WANTED:g}: {_said(met=met)})")
    return 0 if met else 1


def _collect(starter: Path, folder: Path, hide: str) -> float:
    """Return the seconds of CPU of one process: what it takes where nobody else is at work."""
    environment = {**os.environ, "HIDE": hide}
    # Compiled modules are kept, as they are for everybody who does not forbid it.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # our own interpreter and file
        [sys.executable, str(starter), str(folder)],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _said(*, met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
