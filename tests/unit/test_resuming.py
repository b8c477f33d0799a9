"""Runs that are killed, and go on: the verdicts of an undisturbed run, and nothing torn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance import engine, sandboxes
from conformance.sandboxes import Serving

# Reads and writes, with values that one operation takes from another.
SELECTED = "BASE-IOP-*,BASE-AUT-*,BASE-FMT-*"
LAST = 40.0
MAIN = "from conformance.cli import main; main()"


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with sandboxes.serving("procedure-system") as served:
        yield served


class Runner:
    """Starts the command as a user does, with a home of its own."""

    def __init__(self, target: str, folder: Path) -> None:
        self.target = target
        self.out = folder / "runs"
        self.surroundings = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        words = ["run", "base", "--target", self.target, "--out", str(self.out), "--json"]
        asked = ["--select", SELECTED, "--rate", "5000", "--lang", "en", *more]
        return subprocess.Popen(
            [sys.executable, "-c", MAIN, *words, *asked],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.surroundings,
        )

    def results(self, *more: str) -> dict[str, Any]:
        done, told = self.start(*more).communicate(timeout=LAST)
        assert done, told.decode()
        found: dict[str, Any] = json.loads(done)
        return found

    def folder(self) -> Path | None:
        found = sorted(self.out.glob("*/*"))
        return found[-1] if found else None


def verdicts(results: dict[str, Any]) -> list[Any]:
    return [
        (entry["id"], line["check"], line["unit"], line["verdict"], line["reason"])
        for entry in results["requirements"]
        for line in entry["results"]
    ]


def killed(runner: Runner, seconds: float, *more: str) -> bool:
    """Kill a run after a while; return whether it was still at it."""
    process = runner.start(*more)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False


def resumed(runner: Runner, folder: Path) -> dict[str, Any]:
    results = runner.results("--resume", str(folder))
    assert not engine.rejudge(folder).differences
    assert not (folder / "shards").exists()
    assert not list((runner.out.parent / "state").glob("*/keys/*"))
    return results


def test_a_killed_run_goes_on_and_finds_the_same(serving: Serving, tmp_path: Path) -> None:
    runner = Runner(serving.target, tmp_path)
    start = time.monotonic()
    undisturbed = verdicts(runner.results("--seed", "7"))
    lasting = time.monotonic() - start
    for number, part in enumerate((0.5, 0.7, 0.9)):
        one = Runner(serving.target, tmp_path / str(number))
        assert killed(one, part * lasting, "--seed", "7")
        folder = one.folder()
        if folder is not None:
            assert verdicts(resumed(one, folder)) == undisturbed
