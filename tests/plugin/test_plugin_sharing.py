"""Under `-n`: equal traffic and equal results, and other people's tests as they were."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import only_run, results
from recording import recorded

from conformance import sandboxes

Suite = Callable[..., pytest.RunResult]
BY_ID = ("--conformance-profile", "procedure-system", "--conformance-rate", "5000")
SOME = ("--conformance-select", "BASE-IOP-09,BASE-IOP-16,BASE-AUT-0*,TTHC-AUT-*")
FEW = ("--conformance-select", "BASE-IOP-01,BASE-IOP-06,BASE-SEC-05")


def verdicts(folder: Path) -> list[tuple[str, str, str, str]]:
    return [
        (entry["id"], line["check"], line["unit"], line["verdict"])
        for entry in results(folder)["requirements"]
        for line in entry["results"]
    ]


@pytest.mark.parametrize(
    ("depth", "numbers"),
    [
        ("quick", ("0", "2")),
        pytest.param("standard", ("0", "2", "4"), marks=pytest.mark.slow),
    ],
)
def test_a_server_sees_the_same_however_the_tests_are_shared_out(
    suite: Suite, out: Path, depth: str, numbers: tuple[str, ...]
) -> None:
    seen, found = [], []
    for number in numbers:
        # A fresh agency each time: it remembers what was written to it.
        with sandboxes.serving("procedure-system") as served, recorded(served.base_url) as at:
            address, asked = at
            own = ("--conformance-base-url", address, "--conformance-out", str(out / number))
            deep = ("--conformance-depth", depth)
            done = suite(*BY_ID, *SOME, *own, *deep, "-n", number, target=served.target)
            assert done.ret == 0, done.stdout.str()
            seen.append(Counter(asked))
        found.append(verdicts(only_run(out / number)))
    assert len(found[0]) > 40
    for results_of_one, seen_of_one in zip(found, seen, strict=True):
        assert results_of_one == found[0]
        assert (seen_of_one - seen[0], seen[0] - seen_of_one) == (Counter(), Counter())


def test_a_fault_is_told_by_whichever_worker_has_the_item(suite: Suite, out: Path) -> None:
    done = suite(*BY_ID, *FEW, "-n", "2", variation="status_not_repeated")
    assert done.parseoutcomes()["failed"] == 1
    done.stdout.fnmatch_lines(["*BASE-IOP-01 · MUST*"])
    done.stdout.fnmatch_lines(["NONCONFORMANT · *report.html"])
    assert results(only_run(out))["verdict"] == "NONCONFORMANT"


def test_a_selection_narrows_what_the_controller_asks(suite: Suite, out: Path) -> None:
    done = suite(*BY_ID, *FEW, "-n", "2", "-k", "BASE-IOP-01")
    assert done.parseoutcomes() == {"passed": 1}
    assert [entry["id"] for entry in results(only_run(out))["requirements"]] == ["BASE-IOP-01"]


def test_a_run_that_ends_early_never_looks_finished(suite: Suite, out: Path) -> None:
    wide = ("--conformance-select", "BASE-IOP-01,BASE-AUT-0*")
    done = suite(*BY_ID, *wide, "-n", "2", "-x", variation="status_not_repeated")
    assert done.ret != 0
    assert not (only_run(out) / "record.jsonl").exists()


OTHERS = """
import os
import pytest

@pytest.mark.parametrize("n", range(6))
def test_together(n):
    with open("together.txt", "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_others_keep_the_scheduling_that_they_asked_for(
    suite: Suite, pytester: pytest.Pytester, out: Path
) -> None:
    pytester.makepyfile(OTHERS)
    done = suite(
        *BY_ID,
        *FEW,
        "-n",
        "3",
        "--dist",
        "loadfile",
        "test_others_keep_the_scheduling_that_they_asked_for.py",
    )
    assert done.parseoutcomes()["failed" if done.ret else "passed"] >= 9
    assert done.ret == 0
    assert len(set((pytester.path / "together.txt").read_text().split())) == 1
    assert (only_run(out) / "record.jsonl").is_file()


OWN = """
def test_own(conformance_probe):
    operation = conformance_probe.scene.operations[0]
    assert conformance_probe.baseline(operation).status == 200
    assert conformance_probe.call(operation).status == 200
"""


def test_own_checks_ask_through_the_controller(
    suite: Suite, pytester: pytest.Pytester, out: Path
) -> None:
    pytester.makepyfile(OWN)
    done = suite("-n", "2", "test_own_checks_ask_through_the_controller.py")
    assert done.parseoutcomes() == {"passed": 1}, done.stdout.str()
    assert "No requirement was chosen" in done.stdout.str()
    assert "0/0" not in done.stdout.str()
    lines = (only_run(out) / "record.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line)["exchange"] for line in lines if "exchange" in json.loads(line)]
    assert any(exchange["unit"] == "pytest" for exchange in asked)


def test_a_target_that_is_away_is_told_once_more_by_each_item(suite: Suite) -> None:
    done = suite(*BY_ID, *FEW, "-n", "2", "--conformance-base-url", "http://127.0.0.1:9/")
    assert done.ret == 1
    assert "INTERNALERROR" not in done.stdout.str()
    done.stdout.fnmatch_lines(["*127.0.0.1:9*"])
