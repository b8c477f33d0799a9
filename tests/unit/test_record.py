"""Records: written as it happens, whole when finished, and found altered when altered."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import DAY, OPTIONS, exchange, run
from test_evidence import EXCHANGES

from conformance import documents, engine, opening
from conformance import record as records
from conformance.errors import ExitCode, RecordError, StorageError, UsageError
from conformance.evidence import Exchange
from conformance.plan import Options
from conformance.sandboxes import Serving

NO_DIGEST = "sha256:" + "0" * 64
HEADER = {
    "tool": {"name": "t", "version": "1", "lock_digest": NO_DIGEST},
    "target": "t",
    "profiles": [{"id": "p", "version": "1.0.0", "digest": NO_DIGEST}],
    "contract": {"source": "c.yaml", "digest": NO_DIGEST},
    "options": OPTIONS.as_json(),
    "started": "2026-11-21T00:00:00Z",
}
INPUTS = {"profile-p.json": {"chữ": "ữ"}, "target.json": {"target": "t"}}
LONG = b"x" * (records.LONG_BODY + 1)
RESULT = {"requirement": "T-IOP-01", "unit": "target", "check": "c", "verdict": "pass"}


def made(
    folder: Path, *exchanges: Exchange, results: tuple[Mapping[str, Any], ...] = (RESULT,)
) -> Path:
    writer = records.Writer(folder, HEADER, INPUTS, {"items": []})
    for one in exchanges:
        writer.keep(one)
    writer.finish(exchanges, results)
    return folder


def with_body(body: bytes, number: int = 1) -> Exchange:
    return exchange(number, body=body, headers=(("Content-Type", "text/plain"),))


# --- round trips ---------------------------------------------------------------------------------


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    sent = [with_body(b"short"), with_body(LONG, 2), with_body(b"\xff\x00", 3)]
    sent.append(replace(exchange(4), response=None, error="time-out"))
    read = records.read(made(tmp_path / "r", *sent))
    assert list(read.exchanges) == sent
    assert list(read.results) == [RESULT]
    assert read.inputs == INPUTS
    assert read.header["target"] == "t"
    assert read.header["schema"] == records.SCHEMA


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(EXCHANGES, max_size=3))
def test_every_exchange_comes_back(tmp_path: Path, sent: list[Exchange]) -> None:
    folder = records.new_folder(tmp_path, "t", ["p"])
    assert list(records.read(made(folder, *sent)).exchanges) == sent


def test_an_empty_run_is_a_record(tmp_path: Path) -> None:
    read = records.read(made(tmp_path / "r", results=()))
    assert list(read.exchanges) == []
    assert list(read.results) == []


@pytest.mark.parametrize("body", [LONG, b"\xff" * records.LONG_BODY])
def test_a_long_body_lies_beside_under_its_own_digest(tmp_path: Path, body: bytes) -> None:
    folder = made(tmp_path / "r", with_body(body), with_body(body, 2))
    (beside,) = (folder / "evidence").iterdir()
    assert beside.stem == hashlib.sha256(beside.read_bytes()).hexdigest()
    assert len((folder / "record.jsonl").read_bytes()) < records.LONG_BODY
    assert [e.body for e in records.read(folder).exchanges] == [body, body]


def test_a_body_of_the_greatest_length_stays_inside(tmp_path: Path) -> None:
    folder = made(tmp_path / "r", with_body(b"x" * records.LONG_BODY))
    assert not (folder / "evidence").exists()


def test_each_line_names_its_kind(tmp_path: Path) -> None:
    folder = made(tmp_path / "r", exchange())
    lines = (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [next(iter(json.loads(line))) for line in lines]
    assert kinds == ["header", "exchange", "result", "footer"]


def test_every_line_of_a_true_record_has_the_published_shape(
    serving: Serving, tmp_path: Path
) -> None:
    wanted = opening.load_target(serving.target)
    options = Options(DAY, 1, select=("BASE-IOP-*",))
    done = run(engine.prepare(["base"], wanted, options=options), tmp_path)
    lines = (done.folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 20
    for line in lines:
        documents.validator("record").validate(json.loads(line))


def test_half_a_surrogate_pair_does_not_end_a_run(tmp_path: Path) -> None:
    seen = {**RESULT, "observed": json.loads('"\\ud800"')}
    assert records.read(made(tmp_path / "r", results=(seen,))).results


# --- alteration ----------------------------------------------------------------------------------


def whole(tmp_path: Path) -> Path:
    return made(tmp_path / "r", with_body(b"short"), with_body(LONG, 2))


def noticed(folder: Path) -> None:
    with pytest.raises(RecordError) as caught:
        records.read(folder)
    assert caught.value.exit_code is ExitCode.INVALID
    assert caught.value.into("vi") != caught.value.into("en")


def flip(path: Path, at: int, bit: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= bit
    path.write_bytes(content)


def line_starts(path: Path) -> list[int]:
    content = path.read_bytes()
    return [0, *(m.end() for m in re.finditer(rb"\n", content))]


@pytest.mark.parametrize("line", [0, 1, 2, 3])
@pytest.mark.parametrize("offset", [0, 5, 14, 30, 60])
@pytest.mark.parametrize("bit", [1, 32, 128])
def test_a_flipped_bit_in_header_exchange_or_result_is_noticed(
    tmp_path: Path, line: int, offset: int, bit: int
) -> None:
    folder = whole(tmp_path)
    path = folder / "record.jsonl"
    flip(path, line_starts(path)[line] + offset, bit)
    noticed(folder)


@pytest.mark.parametrize("word", [b'"footer"', b'"lines":4', b'"sha256":"'])
def test_a_flipped_byte_in_the_footer_is_noticed(tmp_path: Path, word: bytes) -> None:
    folder = whole(tmp_path)
    path = folder / "record.jsonl"
    at = path.read_bytes().rindex(word)
    for shift in (1, len(word) - 1):
        before = path.read_bytes()
        flip(path, at + shift)
        noticed(folder)
        path.write_bytes(before)


@pytest.mark.parametrize("shift", [12, 15, 20])
def test_a_flipped_byte_in_the_time_of_the_end_is_noticed(tmp_path: Path, shift: int) -> None:
    folder = whole(tmp_path)
    path = folder / "record.jsonl"
    flip(path, path.read_bytes().rindex(b'"finished":"') + shift)
    noticed(folder)


def test_a_flipped_byte_in_an_input_is_noticed(tmp_path: Path) -> None:
    folder = whole(tmp_path)
    for name in INPUTS:
        path = folder / "inputs" / name
        before = path.read_bytes()
        for at in (0, len(before) // 2, len(before) - 1):
            flip(path, at)
            noticed(folder)
            path.write_bytes(before)
    assert records.read(folder)


def test_a_flipped_byte_in_a_body_beside_is_noticed(tmp_path: Path) -> None:
    folder = whole(tmp_path)
    (beside,) = (folder / "evidence").iterdir()
    flip(beside, 1000)
    noticed(folder)


@pytest.mark.parametrize("part", ["inputs/target.json", "evidence"])
def test_a_missing_part_is_noticed(tmp_path: Path, part: str) -> None:
    folder = whole(tmp_path)
    path = folder / part
    for file in [path] if path.is_file() else list(path.iterdir()):
        file.unlink()
    noticed(folder)


@pytest.mark.parametrize(
    "change", ["drop first", "drop middle", "drop last", "swap", "repeat", "end"]
)
def test_lines_that_were_dropped_moved_or_added_are_noticed(tmp_path: Path, change: str) -> None:
    folder = whole(tmp_path)
    path = folder / "record.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "drop first": lines[1:],
        "drop middle": [lines[0], *lines[2:]],
        "drop last": lines[:-1],
        "swap": [lines[0], lines[2], lines[1], *lines[3:]],
        "repeat": [*lines[:2], *lines[1:]],
        "end": [*lines, b"\n"],
    }[change]
    path.write_bytes(b"".join(changed))
    noticed(folder)


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\n", b'{"a":1,"b":2}\n', b"\xff\n"])
def test_what_is_no_record_is_noticed(tmp_path: Path, content: bytes) -> None:
    folder = whole(tmp_path)
    (folder / "record.jsonl").write_bytes(content)
    noticed(folder)


# --- unfinished runs -----------------------------------------------------------------------------


def test_an_unfinished_run_keeps_what_happened_and_says_that_it_is_unfinished(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "r"
    writer = records.Writer(folder, HEADER, INPUTS, {})
    writer.keep(exchange())
    head, line = (folder / "shards" / "main.jsonl").read_bytes().splitlines()
    assert json.loads(head)["header"]["target"] == HEADER["target"]
    assert json.loads(line) == {"exchange": exchange().as_json()}
    writer.abandon()
    assert not (folder / "record.jsonl").exists()
    with pytest.raises(RecordError, match="did not finish"):
        records.read(folder)


def test_a_run_that_broke_off_while_writing_is_unfinished(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    writer = records.Writer(folder, HEADER, INPUTS, {})

    def results() -> Any:
        yield RESULT
        message = "power cut"
        raise OSError(message)

    with pytest.raises(StorageError, match="nothing more can be written"):
        writer.finish([exchange()], results())
    writer.abandon()
    with pytest.raises(RecordError, match="did not finish"):
        records.read(folder)


def test_a_folder_of_something_else_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="not a run directory"):
        records.read(tmp_path)


def test_a_finished_run_leaves_no_shard(tmp_path: Path) -> None:
    folder = whole(tmp_path)
    assert not (folder / "shards").exists()
    assert not list(folder.glob("*.partial"))


def test_a_folder_that_exists_is_not_written_over(tmp_path: Path) -> None:
    folder = whole(tmp_path)
    with pytest.raises(UsageError):
        records.Writer(folder, HEADER, INPUTS, {})


# --- names ---------------------------------------------------------------------------------------

FORBIDDEN = set('<>:"/\\|?*') | {chr(n) for n in range(32)}


@pytest.mark.parametrize(
    "target", ["a:b", "tỉnh Thanh Hóa", 'q"u?o*te', "../up", "a/b\\c", "x" * 80]
)
def test_names_are_legal_on_every_file_system(tmp_path: Path, target: str) -> None:
    folder = records.new_folder(tmp_path, target, ["base", "procedure-system"])
    parts = folder.relative_to(tmp_path).parts
    assert len(parts) == 2
    for part in parts:
        assert not FORBIDDEN & set(part)
        assert part.isascii()
        assert part not in {"", ".", ".."}
    assert re.fullmatch(r"\d{8}T\d{6}Z-base-procedure-system", parts[1])


def test_every_name_in_a_run_is_legal_on_every_file_system(tmp_path: Path) -> None:
    for path in whole(tmp_path).rglob("*"):
        assert not FORBIDDEN & set(path.name)


def test_two_runs_in_one_second_have_two_folders(tmp_path: Path) -> None:
    folders = []
    for _ in range(3):
        folder = records.new_folder(tmp_path, "t", ["p"])
        assert folder.is_dir()
        folders.append(folder)
    assert len(set(folders)) == 3


def test_json_is_written_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    records.write_json(path, {"chữ": 1})
    records.write_json(path, {"chữ": 2})
    assert json.loads(path.read_text(encoding="utf-8")) == {"chữ": 2}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
