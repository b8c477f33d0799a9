"""pytest and the command line come to the same verdicts, and so does the record without either."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from processes import SCRIPTS, conformance, ended, only_run, results, start, surroundings, verdicts

from conformance import engine, sandboxes

pytestmark = pytest.mark.slow

PROFILE = "procedure-system"
# One of each kind: application, wire, over TLS, identity, formats.
VARIATIONS = (
    None,
    "status_not_repeated",
    "head_followed_by_stray_bytes",
    "hsts_missing",
    "any_token_accepted",
    "dates_as_times",
)
FAILED = {
    None: set(),
    "status_not_repeated": {"BASE-IOP-01", "BASE-IOP-02"},
    "head_followed_by_stray_bytes": {"BASE-IOP-07"},
    "hsts_missing": {"BASE-SEC-05"},
    # Whatever says "any token" lets every forgery in.
    "any_token_accepted": {
        *("BASE-AUT-02", "BASE-AUT-04", "BASE-AUT-05", "BASE-AUT-06", "BASE-AUT-07"),
        "TTHC-AUT-01",
    },
    "dates_as_times": {"BASE-FMT-08", "BASE-FUZ-03", "TTHC-FUZ-01"},
}


@dataclass(frozen=True)
class Both:
    """The same agency through both front doors: two run directories, the sandbox now off."""

    by_command: Path
    by_pytest: Path
    port: int


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str | None, Both]:
    """Run everything against a sandbox of its own, and end the sandbox before anything is read."""
    made: dict[str | None, Both] = {}
    with sandboxes.serving(PROFILE, "--all") as agency:
        port = int(agency.base_url.rpartition(":")[2])
        for variation in VARIATIONS:
            folder = tmp_path_factory.mktemp(variation or "clean")
            target = agency.target_of(variation)
            command = start(
                *("run", PROFILE, "--target", target, "--seed", "7", "--out", "cli", "--quiet"),
                cwd=folder,
            )
            # One after the other, from the same beginning: what one writes would change the lists
            # that the other walks.
            done_command = ended(command)
            place = f"/~fault/{variation}" if variation else ""
            assert requests.post(f"{agency.base_url}{place}/~reset", timeout=10).ok
            session = subprocess.Popen(
                [
                    *(str(SCRIPTS / "pytest"), "-q", "-p", "no:cacheprovider"),
                    *("--conformance-profile", PROFILE, "--conformance-target", target),
                    *("--conformance-seed", "7", "--conformance-out", "pytest"),
                ],
                cwd=folder,
                env=surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for done in (done_command, ended(session)):
                assert done.code == (1 if variation else 0), done.said
            made[variation] = Both(only_run(folder / "cli"), only_run(folder / "pytest"), port)
    return made


@pytest.fixture(params=VARIATIONS, ids=[name or "clean" for name in VARIATIONS])
def both(request: pytest.FixtureRequest, runs: dict[str | None, Both]) -> Both:
    return runs[request.param]


def test_the_fault_is_found_and_nothing_else(runs: dict[str | None, Both]) -> None:
    found = {
        name: {r["id"] for r in results(both.by_command)["requirements"] if r["verdict"] == "fail"}
        for name, both in runs.items()
    }
    assert found == FAILED


def _comparable(folder: Path) -> dict[str, Any]:
    found = results(folder)
    kept = ("verdict", "exit_basis", "certifiable", "counts", "summary", "open", "seed", "as_of")
    return {name: found[name] for name in kept} | {
        "requests": found["traffic"]["requests"],
        "by_method": found["traffic"]["by_method"],
        "verdicts": verdicts(found),
    }


def test_both_front_doors_come_to_the_same(both: Both) -> None:
    assert _comparable(both.by_command) == _comparable(both.by_pytest)


@pytest.mark.parametrize("door", ["by_command", "by_pytest"])
def test_a_copied_record_rejudges_to_the_same_without_the_agency(
    both: Both, door: str, tmp_path: Path
) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", both.port), timeout=2)
    copied = shutil.copytree(getattr(both, door), tmp_path / "elsewhere")
    again = engine.rejudge(copied)
    assert again.differences == ()
    assert engine.summary_differences(copied, again.results) == []
    assert again.results == results(copied)


def test_the_command_line_rejudges_a_copy(runs: dict[str | None, Both], tmp_path: Path) -> None:
    copied = shutil.copytree(runs["any_token_accepted"].by_pytest, tmp_path / "elsewhere")
    done = conformance("rejudge", str(copied), cwd=tmp_path)
    assert done.code == 0, done.said


def _flipped(folder: Path, kind: str) -> None:
    """Flip one bit of one digit in the status of one exchange."""
    path = folder / "record.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if line.startswith(b'{"%s"' % kind.encode()))
    line = bytearray(lines[number])
    place = next(n for n in range(len(line) // 2, len(line)) if chr(line[n]).isalnum())
    line[place] ^= 1
    lines[number] = bytes(line)
    path.write_bytes(b"".join(lines))


@pytest.mark.parametrize("kind", ["header", "exchange", "result", "footer"])
def test_one_flipped_bit_in_any_kind_of_line_is_5(
    runs: dict[str | None, Both], tmp_path: Path, kind: str
) -> None:
    copied = shutil.copytree(runs[None].by_command, tmp_path / "elsewhere")
    _flipped(copied, kind)
    done = conformance("rejudge", str(copied), cwd=tmp_path)
    assert done.code == 5, done.said
    assert "Traceback" not in done.said
