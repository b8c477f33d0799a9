"""A finished record read back, and found whole."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance import documents
from conformance.errors import RecordError, UsageError
from conformance.evidence import Exchange
from conformance.record.lines import altered, parsed, unaltered, whole
from conformance.record.shelf import Shelf
from conformance.text import Text


@dataclass(frozen=True)
class Record:
    """A finished record, read and found whole; its exchanges are loaded when they are looked at."""

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
            mend=Text(
                vi=f"chạy tiếp với `conformance run … --resume {folder}`",
                en=f"go on with `conformance run … --resume {folder}`",
            )
            if unfinished
            else Text(vi="chạy lại `conformance run`", en="run `conformance run` again"),
            place=str(folder),
        )
    said, begins, sha256 = _looked_through(folder, path)
    header = said[0].get("header") if said else None
    # The digest vouches for every line; the shape of the two that say how to read the others is
    # looked at, so that a record of another edition is told apart.
    if not isinstance(header, Mapping) or not all(
        documents.validator("record").is_valid(line) for line in (said[0], said[-1])
    ):
        raise altered(path, "header")
    unaltered(folder / "plan.json", header["plan"])
    return Record(
        folder=folder,
        header=header,
        inputs={n: _input(folder, n, d) for n, d in header["inputs"].items()},
        exchanges=Shelf(folder, path, begins),
        results=[line["result"] for line in said if "result" in line],
        sha256=sha256,
    )


def _looked_through(folder: Path, path: Path) -> tuple[list[Mapping[str, Any]], array[int], str]:
    """Return what the lines say that hold no exchange, where the others begin, and the digest.

    Raises:
        RecordError: the record is not as it was written; names the line.
    """
    said: list[Mapping[str, Any]] = []
    begins = array("Q")
    hasher, before, begin, number = hashlib.sha256(), b"", 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            hasher.update(before)
            before = line
            found = parsed(line, number, path)
            if "exchange" in found:
                whole(folder, found["exchange"])
                begins.append(begin)
            else:
                said.append(found)
            begin += len(line)
    footer = said[-1].get("footer") if said else None
    if not isinstance(footer, Mapping) or footer.get("lines") != number - 1:
        raise altered(path, "footer")
    if hasher.hexdigest() != footer.get("sha256"):
        raise altered(path, "sha256")
    return said, begins, str(footer["sha256"])


def _input(folder: Path, name: str, wanted: str) -> Any:
    return json.loads(unaltered(folder / "inputs" / name, wanted))
