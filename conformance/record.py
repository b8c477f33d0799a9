"""The run on disk: inputs, exchanges as they happen, and the finished record with its digest.

    plan.json  inputs/  shards/  record.jsonl  evidence/  results.json

A record has a footer only when every planned unit is finished; the footer holds the digest of
every byte before it, and the header the digest of every input. Whoever changes one byte of either
is noticed by `read`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from conformance import documents
from conformance.errors import RecordError, UsageError
from conformance.evidence import Exchange, canonical, digest
from conformance.text import Text

SCHEMA = "conformance-record/1"
# A body longer than this is kept beside the record, under the name of its own digest.
LONG_BODY = 64 * 1024
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Writer:
    """A run directory being written; appends each exchange as it happens.

    Args:
        folder: a new directory.
        header: what the run is; digests of the inputs are added.
        inputs: JSON documents by file name, already redacted.
        plan: the content of `plan.json`.
    """

    def __init__(
        self,
        folder: Path,
        header: Mapping[str, Any],
        inputs: Mapping[str, Any],
        plan: Mapping[str, Any],
    ) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "inputs").mkdir()
            (folder / "shards").mkdir()
        except OSError as error:
            raise _not_writable(folder, error) from error
        digests = {}
        for name, document in inputs.items():
            content = _pretty(document)
            (folder / "inputs" / name).write_bytes(content)
            digests[name] = digest(content)
        content = _pretty(plan)
        (folder / "plan.json").write_bytes(content)
        self._header = {"schema": SCHEMA, **header, "plan": digest(content), "inputs": digests}
        self._shard: IO[bytes] = (folder / "shards" / "main.jsonl").open("ab")

    def keep(self, exchange: Exchange) -> None:
        """Append one exchange; a crash loses at most the line being written."""
        self._shard.write(_line("exchange", self._beside(exchange.as_json())))
        self._shard.flush()

    def finish(self, exchanges: Iterable[Exchange], results: Iterable[Mapping[str, Any]]) -> None:
        """Write the finished record, with its footer, in one step that cannot be half done."""
        self._shard.close()
        path = self.folder / "record.jsonl"
        hasher, lines = hashlib.sha256(), 0
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            for line in self._lines(exchanges, results):
                file.write(line)
                hasher.update(line)
                lines += 1
            footer = {"lines": lines, "sha256": hasher.hexdigest()}
            file.write(_line("footer", footer))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        (self.folder / "shards" / "main.jsonl").unlink()
        (self.folder / "shards").rmdir()

    def abandon(self) -> None:
        """Close what is open; the shard stays, and there is no footer."""
        self._shard.close()

    def _lines(
        self, exchanges: Iterable[Exchange], results: Iterable[Mapping[str, Any]]
    ) -> Iterable[bytes]:
        yield _line("header", {**self._header, "finished": now()})
        for exchange in exchanges:
            yield _line("exchange", self._beside(exchange.as_json()))
        for result in results:
            yield _line("result", result)

    def _beside(self, line: dict[str, Any]) -> dict[str, Any]:
        response = line["response"]
        if response is None:
            return line
        body = response["body"]
        kind = "text" if "text" in body else "base64"
        if len(body[kind]) <= LONG_BODY:
            return line
        content = canonical(body)
        name = hashlib.sha256(content).hexdigest()
        path = self.folder / "evidence" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(content)
        response["body"] = {"file": f"evidence/{name}.json", "sha256": name}
        return line


@dataclass(frozen=True)
class Record:
    """A finished record, read and found whole."""

    folder: Path
    header: Mapping[str, Any]
    inputs: Mapping[str, Any]
    exchanges: Sequence[Exchange]
    results: Sequence[Mapping[str, Any]]
    sha256: str


def read(folder: Path) -> Record:
    """Return the record of a run directory.

    Raises:
        UsageError: there is no such directory.
        RecordError: it is not a run directory, unfinished, or not as it was written; the error
            names the file and line.
    """
    path = folder / "record.jsonl"
    if not folder.is_dir():
        raise UsageError(
            Text(vi="không có thư mục này", en="there is no such directory"),
            mend=Text(
                vi="nêu thư mục mà `conformance run` đã in ra khi kết thúc",
                en="name the directory that `conformance run` told at its end",
            ),
            place=str(folder),
        )
    if not path.is_file():
        unfinished = (folder / "shards").is_dir()
        raise RecordError(
            Text(
                vi="lượt chạy chưa kết thúc, không có bản ghi"
                if unfinished
                else "không phải thư mục của một lượt chạy",
                en="the run did not finish: there is no record"
                if unfinished
                else "this is not a run directory",
            ),
            mend=Text(vi="chạy lại `conformance run`", en="run `conformance run` again"),
            place=str(folder),
        )
    lines = path.read_bytes().splitlines(keepends=True)
    parsed = [_parsed(line, number, path) for number, line in enumerate(lines, 1)]
    footer = parsed[-1].get("footer") if parsed else None
    if not isinstance(footer, Mapping) or footer.get("lines") != len(lines) - 1:
        raise _altered(path, "footer")
    if hashlib.sha256(b"".join(lines[:-1])).hexdigest() != footer.get("sha256"):
        raise _altered(path, "sha256")
    header = parsed[0].get("header")
    # The digest vouches for every line; the shape of the two that say how to read the others is
    # looked at, so that a record of another edition is told apart.
    if not isinstance(header, Mapping) or not all(
        documents.validator("record").is_valid(line) for line in (parsed[0], parsed[-1])
    ):
        raise _altered(path, "header")
    _unaltered(folder / "plan.json", header["plan"])
    return Record(
        folder=folder,
        header=header,
        inputs={n: _input(folder, n, d) for n, d in header["inputs"].items()},
        exchanges=[
            Exchange.of(_whole(folder, line["exchange"])) for line in parsed if "exchange" in line
        ],
        results=[line["result"] for line in parsed if "result" in line],
        sha256=str(footer["sha256"]),
    )


def new_folder(out: Path, target: str, profiles: Iterable[str]) -> Path:
    """Make a new run directory, `OUT/TARGET/20261121T101500Z-PROFILE`, and return its path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    # A colon, or any other sign that some file system refuses, never gets into a name.
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{stamp}-{'+'.join(profiles) or 'own'}")
    parent = out / re.sub(r"[^A-Za-z0-9._-]+", "-", target)
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            # Made at once, so that two runs of one second never share a folder.
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _not_writable(folder, error) from error
        return folder
    raise _not_writable(parent, FileExistsError(0, "taken"))


def _not_writable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        Text(
            vi=f"không tạo được thư mục kết quả ({error.strerror})",
            en=f"the run directory cannot be made ({error.strerror})",
        ),
        mend=Text(vi="chọn thư mục khác bằng --out", en="choose another with --out"),
        place=str(folder),
    )


def write_json(path: Path, document: Any) -> None:
    """Write a JSON file in one step that cannot be half done."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(_pretty(document))
    partial.replace(path)


def now() -> str:
    """Return the time in UTC, to the second, as RFC 3339 writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(kind: str, content: Any) -> bytes:
    return _bytes(_COMPACT.encode({kind: content})) + b"\n"


def _pretty(document: Any) -> bytes:
    return _bytes(json.dumps(document, ensure_ascii=False, indent=2)) + b"\n"


def _bytes(text: str) -> bytes:
    # Half a surrogate pair becomes its JSON escape, which reads back as the same.
    return text.encode("utf-8", "backslashreplace")


def _parsed(line: bytes, number: int, path: Path) -> Mapping[str, Any]:
    try:
        parsed = json.loads(line)
    except ValueError as error:
        raise _altered(path, f"line {number}") from error
    if not isinstance(parsed, dict) or len(parsed) != 1 or not line.endswith(b"\n"):
        raise _altered(path, f"line {number}")
    return parsed


def _input(folder: Path, name: str, wanted: str) -> Any:
    return json.loads(_unaltered(folder / "inputs" / name, wanted))


def _unaltered(path: Path, wanted: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _altered(path, "missing") from error
    if digest(content) != wanted:
        raise _altered(path, "sha256")
    return content


def _whole(folder: Path, line: dict[str, Any]) -> dict[str, Any]:
    """Put a body that lies beside the record back into its exchange."""
    response = line["response"]
    if response is None or "file" not in response["body"]:
        return line
    wanted = response["body"]["sha256"]
    path = folder / "evidence" / f"{wanted}.json"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _altered(path, "missing") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise _altered(path, "sha256")
    response["body"] = json.loads(content)
    return line


def _altered(path: Path, what: str) -> RecordError:
    return RecordError(
        Text(
            vi=f"bằng chứng không còn nguyên vẹn ({what})",
            en=f"the evidence is not as it was written ({what})",
        ),
        mend=Text(
            vi="dùng bản sao nguyên vẹn của thư mục, hoặc chạy lại",
            en="use an unaltered copy of the folder, or run again",
        ),
        place=str(path),
    )
