"""Our own command line as processes, and what a run leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPTS = Path(sys.executable).parent
LANGUAGES = ("vi", "en")
_PATIENCE = 90


@dataclass(frozen=True)
class Done:
    """A process that ended: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def surroundings(**environment: str) -> dict[str, str]:
    """Return an environment without our own variables, so that no tester's setting leaks in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONFORMANCE_", "PYTEST_"))}
    kept.pop("NO_COLOR", None)
    return {**kept, "COLUMNS": "200", **environment}


def start(*words: str, cwd: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start the installed console script."""
    return subprocess.Popen(
        [str(SCRIPTS / "conformance"), *words],
        cwd=cwd,
        env=surroundings(**environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[bytes]) -> Done:
    """Wait for a process, killing it where it hangs."""
    try:
        out, err = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Done(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def conformance(*words: str, cwd: Path, **environment: str) -> Done:
    """Run the command line to its end."""
    return ended(start(*words, cwd=cwd, **environment))


def in_both_languages(*words: str, cwd: Path, **environment: str) -> dict[str, Done]:
    """Run the command line in Vietnamese and English, side by side."""
    started = {
        lang: start(*words, cwd=cwd, **{**environment, "CONFORMANCE_LANG": lang})
        for lang in LANGUAGES
    }
    return {lang: ended(process) for lang, process in started.items()}


def only_run(out: Path) -> Path:
    """Return the one run directory below `out`."""
    (folder,) = [path.parent for path in out.glob("*/*/plan.json")]
    return folder


def results(folder: Path) -> dict[str, Any]:
    """Return results.json of a run directory."""
    found: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return found


def exchanges(folder: Path) -> list[dict[str, Any]]:
    """Return the exchanges of a finished record, in order."""
    lines = (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    return [line["exchange"] for line in map(json.loads, lines) if "exchange" in line]


def verdicts(found: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    """Return the verdict of every requirement × unit × check of a results.json."""
    told: dict[tuple[str, str, str], str] = {}
    for entry in found["requirements"]:
        told[entry["id"], "", ""] = entry["verdict"]
        for result in entry["results"]:
            told[entry["id"], result["unit"], result["check"]] = result["verdict"]
    return told
