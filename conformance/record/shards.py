"""What an interrupted run left behind, and how much of it still counts.

A shard holds lines of four kinds: the header, exchanges, cases that are `settled`, and the moments
at which the run was `resumed`. What was under way when a run ended is made anew from its first
question; what it had asked until then stays in the record, marked, and nothing is judged on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.errors import UsageError
from conformance.evidence import Exchange
from conformance.record.lines import altered, parsed, unaltered, whole
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
    exchanges: tuple[Exchange, ...]
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
    content = path.read_bytes()
    size = content.rfind(b"\n") + 1
    written = content[:size].splitlines(keepends=True)
    said = [parsed(line, number, path) for number, line in enumerate(written, 1)]
    header = said[0].get("header") if said else None
    if not isinstance(header, Mapping):
        raise _nothing(folder)
    exchanges: list[Exchange] = []
    settled: set[tuple[str, str, int]] = set()
    for number, line in enumerate(said[1:], 2):
        if "exchange" in line:
            exchanges.append(_exchange(folder, line["exchange"], f"line {number}"))
        elif "settled" in line:
            done = line["settled"]
            settled.add((done["unit"], done["case"], done["attempt"]))
        elif "resumed" in line:
            exchanges = [_counted(exchange, settled) for exchange in exchanges]
    unaltered(folder / "plan.json", header["plan"])
    inputs = {
        name: json.loads(unaltered(folder / "inputs" / name, wanted))
        for name, wanted in header["inputs"].items()
    }
    counted = tuple(_counted(exchange, settled) for exchange in exchanges)
    return Unfinished(folder, header, inputs, counted, frozenset(settled), size)


def _exchange(folder: Path, line: Any, place: str) -> Exchange:
    try:
        return Exchange.of(whole(folder, line))
    except (KeyError, TypeError, ValueError) as error:
        raise altered(folder / MAIN, place) from error


def _counted(exchange: Exchange, settled: set[tuple[str, str, int]]) -> Exchange:
    """Return an exchange as it counts: marked where its case was still under way."""
    alone = exchange.kind == "tls" or exchange.case.startswith("again:")
    apart = exchange.facts.get("housekeeping")
    case = exchange.unit, exchange.case
    if alone or apart or (*case, 0) in settled or (*case, exchange.attempt) in settled:
        return exchange
    marks = {"housekeeping": True, "interrupted": True}
    return replace(exchange, facts={**exchange.facts, **marks})


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
