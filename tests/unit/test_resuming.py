"""Runs that are killed, and go on: the verdicts of an undisturbed run, and nothing torn."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import surroundings

from conformance import engine, opening, sandboxes
from conformance import record as records
from conformance.engine import Session, keys, ledger
from conformance.errors import RecordError, UsageError
from conformance.opening import Wishes
from conformance.own_words import MADE_UP
from conformance.plan import Plan
from conformance.sandboxes import Serving

# Reads and writes, with values that one operation takes from another, lists and tokens.
SELECTED = ("BASE-IOP-01", "BASE-IOP-09", "BASE-IOP-16", "BASE-AUT-0*", "BASE-FMT-*", "TTHC-AUT-*")
SEED = 7
MAIN = "from conformance.cli import main; main()"
SHARD = Path("shards") / "main.jsonl"


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with sandboxes.serving("procedure-system") as served:
        yield served


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where keys of unfinished runs lie."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def planned(serving: Serving, **wishes: Any) -> Plan:
    known = {"rate": 5000, "seed": SEED, "select": SELECTED, **wishes}
    return opening.plan(("procedure-system",), Wishes(target=serving.target, **known))


def verdicts(results: dict[str, Any]) -> list[Any]:
    return [
        (entry["id"], line["check"], line["unit"], line["verdict"], line["reason"])
        for entry in results["requirements"]
        for line in entry["results"]
    ]


def completed(session: Session, workers: int = 1) -> list[Any]:
    engine.run_all(session, workers=workers)
    return verdicts(session.finish())


def interrupted(plan: Plan, out: Path) -> Session:
    """Return a session that was closed when all was settled and nothing finished."""
    session = engine.open_session(plan, out)
    engine.run_all(session)
    session.close()
    return session


# --- what is on disk at any moment ---------------------------------------------------------------


def resumed_from(
    session: Session, size: int, folder: Path, plan: Plan, workers: int = 1
) -> list[Any]:
    """Go on from a copy of an interrupted run whose shard was cut at a byte."""
    shutil.copytree(session.folder, folder)
    with (folder / SHARD).open("ab") as file:
        file.truncate(size)
    # The copy before it was finished, and dropped the key.
    session._key.keep()
    return completed(engine.open_session(plan, folder, resumed=folder), workers)


def test_a_run_goes_on_from_whatever_was_written(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Copies of one run share what it created: the first one's end would take it from the others.
    monkeypatch.setattr(ledger, "clean_up", lambda _probe, _exchanges: None)
    undisturbed = completed(engine.open_session(planned(serving), tmp_path / "whole"))
    before = interrupted(planned(serving), tmp_path / "cut")
    content = (before.folder / SHARD).read_bytes()
    first, last = content.index(b"\n") + 1, len(content)
    chance = random.Random(SEED)  # noqa: S311  # moments, no secrets
    # The header alone, one torn line, chance, everything.
    for number, size in enumerate([first, first + 9, *_chosen(chance, first, last, 3), last]):
        folder = tmp_path / str(number)
        workers = 1 + 3 * (number % 2)
        found = resumed_from(before, size, folder, planned(serving), workers)
        assert found == undisturbed, size
        assert not engine.rejudge(folder).differences
        assert not (folder / "shards").exists()


def test_generated_traffic_goes_on_where_it_was_cut(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "clean_up", lambda _probe, _exchanges: None)
    plan = planned(serving, select=("BASE-FUZ-04", "BASE-FUZ-06"), depth="quick")
    before = interrupted(plan, tmp_path / "cut")
    undisturbed = completed(engine.open_session(plan, tmp_path / "whole"))
    lines = (before.folder / SHARD).read_bytes().splitlines(keepends=True)
    told = [line.startswith(b'{"exchange"') and b'"case":"generated"' in line for line in lines]
    generated = [number for number, is_one in enumerate(told) if is_one]
    assert len(generated) > 100
    # In the midst of an operation: those before it stay, its own are asked anew, in other words:
    # what the first ones created has their names.
    where = max(
        number
        for number in generated
        if MADE_UP.search(str(json.loads(lines[number])["exchange"]["request"]))
    )
    size = sum(map(len, lines[: where + 1])) + 7
    assert resumed_from(before, size, tmp_path / "on", plan) == undisturbed
    read = records.read(tmp_path / "on")
    made = [e for e in read.exchanges if e.case == "generated"]
    cut = [e for e in made if e.facts.get("interrupted")]
    asked = [e for e in made if not e.facts.get("interrupted")]
    assert len(asked) == len(generated)
    words, others = (
        {word for e in some for word in MADE_UP.findall(str(e.request))}
        for some in (cut, [e for e in asked if e.unit == cut[0].unit])
    )
    assert words
    assert not words & others


def _chosen(chance: random.Random, first: int, last: int, count: int) -> list[int]:
    return [chance.randrange(first, last) for _ in range(count)]


def test_what_was_under_way_stays_in_the_record_and_is_not_judged(
    serving: Serving, tmp_path: Path
) -> None:
    before = interrupted(planned(serving), tmp_path / "cut")
    lines = (before.folder / SHARD).read_bytes().splitlines(keepends=True)
    # The last exchange before a case was settled is lost, so the whole case is asked anew.
    where = next(n for n, line in enumerate(lines) if b'"case":"lists.paging' in line)
    size = sum(map(len, lines[: where + 2]))
    resumed_from(before, size, tmp_path / "on", planned(serving))
    read = records.read(tmp_path / "on")
    marked = [e for e in read.exchanges if e.facts.get("interrupted")]
    assert marked
    assert all(e.facts["housekeeping"] for e in marked)
    assert len({e.id for e in read.exchanges}) == len(read.exchanges)


def test_nothing_to_go_on_with(serving: Serving, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such directory"):
        records.unfinished(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="no unfinished run"):
        records.unfinished(tmp_path)
    before = interrupted(planned(serving, select=("BASE-IOP-01",)), tmp_path)
    (before.folder / SHARD).write_bytes(b'{"header"')
    with pytest.raises(UsageError, match="no unfinished run"):
        records.unfinished(before.folder)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seed": 8}, "options"),
        ({"select": ("BASE-IOP-0*",)}, "options"),
        ({"as_of": "2026-01-01"}, "options"),
        ({"rate": 4000}, "target.json"),
    ],
)
def test_what_is_no_longer_the_same_does_not_go_on(
    serving: Serving, tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    few = {"select": ("BASE-IOP-01",)}
    before = interrupted(planned(serving, **few), tmp_path)
    plan = planned(serving, **(few | changed))
    with pytest.raises(UsageError, match=told) as caught:
        engine.open_session(plan, tmp_path, resumed=before.folder)
    assert "--resume" in caught.value.into("vi")
    # Nothing was lost by trying.
    assert completed(engine.open_session(planned(serving, **few), tmp_path, resumed=before.folder))


def test_another_tool_does_not_go_on(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"select": ("BASE-IOP-01",)}
    before = interrupted(planned(serving, **few), tmp_path)
    monkeypatch.setattr("conformance.results.__version__", "99.0")
    with pytest.raises(UsageError, match="another version"):
        engine.open_session(planned(serving, **few), tmp_path, resumed=before.folder)


@pytest.mark.parametrize("key", [None, b"k" * 32, b"short"])
def test_without_its_key_a_run_does_not_go_on(
    serving: Serving, tmp_path: Path, state: Path, key: bytes | None
) -> None:
    few = {"select": ("BASE-IOP-01",)}
    before = interrupted(planned(serving, **few), tmp_path)
    (path,) = state.rglob("keys/*")
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink() if key is None else path.write_bytes(key)
    with pytest.raises(UsageError, match="key is gone"):
        engine.open_session(planned(serving, **few), tmp_path, resumed=before.folder)


def test_a_key_that_nobody_wanted_for_a_month_is_forgotten(state: Path) -> None:
    old, young, new = keys.fresh(), keys.fresh(), keys.fresh()
    for key, days in ((old, 31), (young, 29)):
        key.keep()
        (path,) = state.rglob(key.run)
        then = time.time() - days * 86_400
        os.utime(path, (then, then))
    new.keep()
    assert [keys.find(key.run) for key in (old, young, new)] == [None, young, new]


def test_a_changed_byte_is_noticed(serving: Serving, tmp_path: Path) -> None:
    few = {"select": ("BASE-IOP-01",)}
    before = interrupted(planned(serving, **few), tmp_path)
    (before.folder / "inputs" / "target.json").write_bytes(b"{}")
    with pytest.raises(RecordError, match=r"target\.json"):
        engine.open_session(planned(serving, **few), tmp_path, resumed=before.folder)


def test_two_processes_never_write_one_run(serving: Serving, tmp_path: Path) -> None:
    few = {"select": ("BASE-IOP-01",)}
    session = engine.open_session(planned(serving, **few), tmp_path)
    try:
        with pytest.raises(UsageError, match="another process"):
            engine.open_session(planned(serving, **few), tmp_path, resumed=session.folder)
    finally:
        session.close()
    other = engine.open_session(planned(serving, **few), tmp_path)
    assert other.folder != session.folder
    other.discard()
    assert not other.folder.exists()


# --- real processes ------------------------------------------------------------------------------


class Runner:
    """Starts the command as a user does, with a home of its own."""

    def __init__(self, target: str, folder: Path) -> None:
        self.target = target
        self.out = folder / "runs"
        self.state = folder / "state"
        self.lasting = 60.0

    def start(self, *more: str, room: int = 0) -> subprocess.Popen[bytes]:
        words = ["run", "base", "--target", self.target, "--out", str(self.out), "--json"]
        asked = ["--select", "BASE-IOP-*,BASE-AUT-0*", "--rate", "5000", "--lang", "en", *more]
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *words, *asked],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=surroundings(XDG_STATE_HOME=str(self.state)),
        )
        if room:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
        return process

    def results(self, *more: str) -> dict[str, Any]:
        done, told = self.start(*more).communicate(timeout=self.lasting)
        assert done, told.decode()
        found: dict[str, Any] = json.loads(done)
        return found

    def folder(self) -> Path | None:
        found = sorted(self.out.glob("*/*"))
        return found[-1] if found else None

    def killed(self, seconds: float, *more: str) -> bool:
        """Kill a run after a while; return whether it was still at it."""
        process = self.start(*more)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        return False

    def resumed(self) -> dict[str, Any] | None:
        """Go on with the run that was killed; None where it had not begun."""
        folder = self.folder()
        if folder is None or not _began(folder):
            return None
        results = self.results("--resume", str(folder))
        assert not engine.rejudge(folder).differences
        assert not (folder / "shards").exists()
        return results


def _began(folder: Path) -> bool:
    shard = folder / SHARD
    return (folder / "record.jsonl").exists() or (shard.exists() and b"\n" in shard.read_bytes())


def _asked(folder: Path) -> bool:
    shard = folder / SHARD
    return shard.exists() and b'"exchange"' in shard.read_bytes()


def _kill_often(tmp_path: Path, moments: int, first: int = 0) -> tuple[int, int]:
    """Kill that many runs, each at a moment of its own; return how many were hit, and went on."""
    chance = random.Random(SEED + first)  # noqa: S311  # moments, no secrets
    hit = gone_on = 0
    # An agency of their own: it remembers what was written, and its lists grow.
    with sandboxes.serving("procedure-system") as served:
        start = time.monotonic()
        undisturbed = verdicts(Runner(served.target, tmp_path).results("--seed", "7"))
        lasting = time.monotonic() - start
        for number in range(first, first + moments):
            one = Runner(served.target, tmp_path / str(number))
            if not one.killed(chance.uniform(0.2, 1.0) * lasting, "--seed", "7"):
                # It ended before its moment: this machine is quicker than it was.
                lasting *= 0.95
            elif (results := one.resumed()) is not None:
                hit, gone_on = hit + 1, gone_on + 1
                assert verdicts(results) == undisturbed, number
            else:
                hit += 1
            shutil.rmtree(tmp_path / str(number), ignore_errors=True)
    return hit, gone_on


def test_a_killed_run_goes_on_and_finds_the_same(tmp_path: Path) -> None:
    hit, _ = _kill_often(tmp_path, 2)
    assert hit


@pytest.mark.slow
def test_a_hundred_killed_runs_go_on_and_find_the_same(tmp_path: Path) -> None:
    done = [_kill_often(tmp_path / str(first), 10, first) for first in range(0, 100, 10)]
    hit, gone_on = (sum(column) for column in zip(*done, strict=True))
    assert hit > 80
    # A busy machine is longer about beginning: a run that was hit before it asked begins anew.
    assert gone_on > 30


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_a_run_is_told_how_to_go_on(
    serving: Serving, tmp_path: Path, sign: signal.Signals
) -> None:
    runner = Runner(serving.target, tmp_path)
    # A shell has what it starts in the background ignore SIGINT, and children inherit that.
    before = signal.signal(sign, signal.default_int_handler)
    try:
        process = runner.start("--seed", "7", "--workers", "4", "--rate", "20")
    finally:
        signal.signal(sign, before)
    end = time.monotonic() + 30
    # Before its first question a run is only stopped: there is nothing to go on with.
    while not ((folder := runner.folder()) and _asked(folder)) and time.monotonic() < end:
        time.sleep(0.1)
    process.send_signal(sign)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"--resume {folder}" in " ".join(told.decode().split())
    assert "Traceback" not in told.decode()


def test_a_full_disk_ends_a_run_that_goes_on_with_room(serving: Serving, tmp_path: Path) -> None:
    runner = Runner(serving.target, tmp_path)
    process = runner.start("--seed", "7", room=400_000)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 4, told.decode()
    assert "nothing more can be written" in told.decode()
    assert "Traceback" not in told.decode()
    assert runner.resumed() is not None


def test_a_folder_that_takes_nothing_is_told_at_once(serving: Serving, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    _, told = Runner(serving.target, tmp_path).start().communicate(timeout=60)
    assert "--out" in told.decode()
    assert "Traceback" not in told.decode()


def test_a_finished_run_is_only_told_again(serving: Serving, tmp_path: Path) -> None:
    runner = Runner(serving.target, tmp_path)
    first = runner.results("--seed", "7", "--select", "BASE-IOP-01")
    folder = runner.folder()
    assert folder is not None
    (folder / "results.json").unlink()
    assert verdicts(runner.results("--resume", str(folder))) == verdicts(first)
    assert (folder / "results.json").is_file()
