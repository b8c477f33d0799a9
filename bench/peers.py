"""What another tool takes for an exchange on the same server, beside a bare loop and beside ours.

    python bench/peers.py

Installs schemathesis into an environment of its own (`.bench/`), the first time over the network,
and has it call the operations of the sandbox. Printed is its CPU per case, start included, and the
same of `conformance run` as a whole process. The two do different work: schemathesis makes its
cases up and judges the answers; we ask fixed questions, redact, record, and judge twice.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cost import bare, timed

from conformance import sandboxes

ENVIRONMENT = Path(__file__).parents[1] / ".bench"
BARE = 1000
PHASES = "examples,coverage,fuzzing"


def main() -> int:
    """Measure and print; 0 also where the peer cannot be had, which is said."""
    with sandboxes.serving("procedure-system") as served, tempfile.TemporaryDirectory() as name:
        print("CPU an exchange, whole processes, the start of Python included")
        _, seconds = timed(lambda: bare(served.base_url, BARE))
        print(f"  bare requests loop     {1000 * seconds / BARE:8.2f} ms")
        ours = [sys.executable, "-c", "from conformance.cli import main; main()", "run", "base"]
        options = ["--target", served.target, "--rate", "1000000", "--out", name, "--quiet"]
        seconds, _ = _of_process([*ours, *options])
        record = next(Path(name).glob("*/*/record.jsonl")).read_text("utf-8")
        asked = record.count('\n{"exchange"')
        print(f"  conformance run base   {1000 * seconds / asked:8.2f} ms ({asked} exchanges)")
        tool = _schemathesis()
        if tool is None:
            print("  schemathesis           cannot be installed here, so not measured")
            return 0
        words = [str(tool), "run", f"{served.base_url}/openapi.json", "--url", served.base_url]
        seconds, told = _of_process([*words, "--max-examples", "10", "--phases", PHASES])
        cases = int(re.findall(r"(\d+) generated", told)[-1])
        print(f"  schemathesis           {1000 * seconds / cases:8.2f} ms ({cases} cases)")
    return 0


def _of_process(words: Sequence[str | Path]) -> tuple[float, str]:
    """Return the seconds of CPU of a process and its children, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # our own words
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def _schemathesis() -> Path | None:
    tool = ENVIRONMENT / "bin" / "schemathesis"
    if not tool.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)  # our own words
        install: list[str | Path] = [
            ENVIRONMENT / "bin" / "pip",
            "install",
            "--quiet",
            "schemathesis",
        ]
        if subprocess.run(install, check=False).returncode:  # our own words
            return None
    return tool


if __name__ == "__main__":
    sys.exit(main())
