"""A finished run as reports see it: results and exchanges, from a run directory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance import record as records
from conformance.collected import Evidence
from conformance.errors import RecordError
from conformance.reports import FORMATS
from conformance.text import Text


@dataclass(frozen=True)
class Finished:
    """One finished run, found whole; what `reports.Run` asks for."""

    folder: Path
    results: Mapping[str, Any]
    _evidence: Evidence = field(default_factory=Evidence)

    def exchange(self, exchange_id: str) -> Mapping[str, Any] | None:
        """Return one exchange in the record's shape, its body put in."""
        found = self._evidence.get(exchange_id)
        return found.as_json() if found else None


def read(folder: Path) -> Finished:
    """Return the finished run of a directory.

    Raises:
        RecordError: the record is unfinished or not as it was written.
    """
    record = records.read(folder)
    try:
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(
            Text(vi="thiếu results.json hoặc tệp bị hỏng", en="results.json is missing or broken"),
            mend=Text(
                vi="dùng bản sao nguyên vẹn của thư mục", en="use an unaltered copy of the folder"
            ),
            place=str(folder / "results.json"),
        ) from error
    return Finished(folder, results, Evidence(record.exchanges))


def write_html(folder: Path, lang: str) -> Path:
    """Write `report.html` into a run directory and return its path."""
    path = folder / "report.html"
    path.write_text(FORMATS["html"].render(read(folder), lang=lang), encoding="utf-8", newline="\n")
    return path
