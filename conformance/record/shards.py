"""What an interrupted run left behind, and how much of it still counts.

A shard holds lines of four kinds: the header, exchanges, cases that are `settled`, and the moments
at which the run was `resumed`. What was under way when a run ended is made anew from its first
question; what it had asked until then stays in the record, marked, and nothing is judged on it.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.errors import UsageError
from conformance.evidence import Exchange
from conformance.record.lines import altered, parsed, unaltered, whole
from conformance.record.shelf import Shelf
from conformance.text import Text

MAIN = Path("shards") / "main.jsonl"


@dataclass(frozen=True)
class Unfinished:
    """An interrupted run.

    Attributes:
        folder: its directory.
        header: what it is, with the digests of what it rests on.
        inputs: what it rests on, by file name.
        exchanges: all that was asked; what no longer counts is marked `interrupted`.
        settled: the cases of which all traffic is there, as (unit, case, attempt); attempt 0 stands
            for all of them.
        size: how many bytes of the shard are whole lines.
    """

    folder: Path
    header: Mapping[str, Any]
    inputs: Mapping[str, Any]
    exchanges: Shelf
    settled: frozenset[tuple[str, str, int]]
    size: int


def unfinished(folder: Path) -> Unfinished:
    """Return what an interrupted run left in its directory.

    Raises:
        UsageError: there is nothing that could go on.
        RecordError: it is not as it was written; names file and line.
    """
    path = folder / MAIN
    if not path.is_file():
        raise _nothing(folder)
    left = _Left()
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break  # what was being written when the run ended is no line
            left.take(folder, parsed(line, number, path), number)
            left.size += len(line)
    if not isinstance(left.header, Mapping):
        raise _nothing(folder)
    left.end()
    unaltered(folder / "plan.json", left.header["plan"])
    inputs = {
        name: json.loads(unaltered(folder / "inputs" / name, wanted))
        for name, wanted in left.header["inputs"].items()
    }
    exchanges = Shelf(folder, path, left.begins, interrupted=left.interrupted)
    return Unfinished(folder, left.header, inputs, exchanges, frozenset(left.settled), left.size)


@dataclass
class _Left:
    """What the lines of a shard say, read one after the other; of an exchange, where it lies."""

    header: Any = None
    begins: array[int] = field(default_factory=lambda: array("Q"))
    settled: set[tuple[str, str, int]] = field(default_factory=set)
    interrupted: set[int] = field(default_factory=set)
    size: int = 0
    # The numbers of the exchanges since the run last began, by case.
    _under_way: dict[tuple[str, str, int], array[int]] = field(default_factory=dict)

    def take(self, folder: Path, said: Mapping[str, Any], number: int) -> None:
        """Take in one line, given with its number in the file."""
        if number == 1:
            self.header = said.get("header")
        elif "exchange" in said:
            exchange = _exchange(folder, said["exchange"], f"line {number}")
            if not _alone(exchange):
                case = exchange.unit, exchange.case, exchange.attempt
                self._under_way.setdefault(case, array("Q")).append(len(self.begins))
            self.begins.append(self.size)
        elif "settled" in said:
            done = said["settled"]
            self.settled.add((done["unit"], done["case"], done["attempt"]))
        elif "resumed" in said:
            self.end()

    def end(self) -> None:
        """Take in that a run ended here: what was under way does not count."""
        for (unit, case, attempt), numbers in self._under_way.items():
            if self.settled.isdisjoint({(unit, case, 0), (unit, case, attempt)}):
                self.interrupted.update(numbers)
        self._under_way.clear()


def _exchange(folder: Path, line: Any, place: str) -> Exchange:
    try:
        return Exchange.of(whole(folder, line))
    except (KeyError, TypeError, ValueError) as error:
        raise altered(folder / MAIN, place) from error


def _alone(exchange: Exchange) -> bool:
    """Whether an exchange is a case by itself, and counts as soon as it is written."""
    again = exchange.case.startswith("again:")
    return exchange.kind == "tls" or again or bool(exchange.facts.get("housekeeping"))


def _nothing(folder: Path) -> UsageError:
    there = folder.is_dir()
    return UsageError(
        Text(
            vi="thư mục này không có lượt chạy dang dở nào" if there else "không có thư mục này",
            en="there is no unfinished run in this directory"
            if there
            else "there is no such directory",
        ),
        mend=Text(vi="chạy mới, không dùng --resume", en="run anew, without --resume"),
        place=str(folder),
    )
