"""Starting and ending the agency as a process of its own, and the target file for it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TARGET = Path(__file__).with_name("target.yaml")
_PATIENCE = 30.0


@dataclass(frozen=True)
class Serving:
    """An agency that serves: where, and as which process."""

    base_url: str
    pid: int


@contextmanager
def serving(defects: str = "all", *, log: Path | None = None) -> Iterator[Serving]:
    """Serve on an ephemeral loopback port until the block is left.

    Args:
        defects: `all`, `none`, or ids parted by commas.
        log: where to write what each request met.

    Raises:
        RuntimeError: it did not start.
    """
    words = [sys.executable, "-m", "exam.agency", "--defects", defects]
    words += ["--log", str(log)] if log else []
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, env=surroundings)  # our own module
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], _PATIENCE)
        said = process.stdout.readline().decode().strip() if ready else ""
        if not said.startswith("http"):
            raise RuntimeError(f"the agency did not start: {said!r}")
        yield Serving(said, process.pid)
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        if process.stdout:
            process.stdout.close()


def write_target(base_url: str, folder: Path) -> Path:
    """Write the target file of an agency at an address; return where."""
    document = yaml.safe_load(TARGET.read_text("utf-8"))
    document["base_url"] = base_url
    document["contract"] = f"{base_url}/openapi.json"
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return path
