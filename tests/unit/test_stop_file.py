"""The stop file as an operator meets it: on the command line and in pytest."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from processes import only_run, results, start

from conformance import opening
from conformance.opening import Wishes
from conformance.sandboxes import Serving

SELECTED = ("--select", "BASE-IOP-0*", "--rate", "20")


def stopped_after(seconds: float, stop: Path) -> threading.Thread:
    """Make a stop file when exchanges begin to be recorded, a moment later."""

    def operate() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and not list(stop.parent.glob("runs/*/*/shards/main.jsonl")):
            time.sleep(0.05)
        time.sleep(seconds)
        with suppress(OSError):
            stop.touch()

    thread = threading.Thread(target=operate, daemon=True)
    thread.start()
    return thread


def test_an_operator_stops_a_run_of_the_command_line(serving: Serving, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    operator = stopped_after(0.5, stop)
    words = ("run", "base", "--target", serving.target, "--lang", "en", *SELECTED)
    process = start(*words, "--stop-file", str(stop), cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    operator.join(5)
    assert process.returncode == 4, err
    assert b"an operator stopped the run" in out
    found = results(only_run(tmp_path / "runs"))
    assert found["verdict"] == "INCOMPLETE"
    assert "stopped" in {entry["reason"] for entry in found["open"]}

    again = start(*words, "--stop-file", str(stop), cwd=tmp_path)
    out, err = again.communicate(timeout=60)
    assert again.returncode == 3
    assert b"stop file" in err
    assert only_run(tmp_path / "runs")


def test_the_target_file_names_it_beside_itself(tmp_path: Path) -> None:
    document: dict[str, Any] = {"target": "x", "base_url": "https://x.example"}
    document["pace"] = {"stop_file": "stop"}
    path = tmp_path / "target.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    goal = opening.load_target(str(path))
    assert goal.pace.stop_file == str(tmp_path / "stop")
    wished = opening.wished(goal, Wishes(target=str(path), base_url="https://y.example"))
    assert wished.pace.stop_file == str(tmp_path / "stop")
    other = opening.wished(goal, Wishes(target=str(path), stop_file="other"))
    assert other.pace.stop_file == "other"
    # What travels with a run names no place of this machine.
    assert "other" not in str(other.stored())
    assert str(tmp_path) not in str(other.stored())


def test_pytest_knows_it(serving: Serving, pytester: pytest.Pytester, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    stop.touch()
    done = pytester.runpytest_subprocess(
        *("--conformance-profile", "base", "--conformance-target", serving.target),
        *("--conformance-stop-file", str(stop), "--conformance-select", "BASE-IOP-01"),
        *("--conformance-lang", "en", "-p", "no:cacheprovider"),
        timeout=60,
    )
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*there is a stop file: no run may begin*"])
