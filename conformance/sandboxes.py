"""Starting and ending the sandbox as a process: for the self-test and the demonstration."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, Any

from conformance.errors import InternalError, UsageError
from conformance.text import Text

AVAILABLE = all(find_spec(name) for name in ("uvicorn", "joserfc"))
_PATIENCE = 30.0


@dataclass(frozen=True)
class Serving:
    """A sandbox that serves: where, and as which process."""

    base_url: str
    target: str
    pid: int

    def target_of(self, variation: str | None) -> str:
        """Return the address of the target file of a fault, a near-miss, or the clean agency."""
        return f"{self.base_url}/~fault/{variation}/target.yaml" if variation else self.target


def be_installed() -> None:
    """Do nothing, or raise a `UsageError` that says what to install."""
    if not AVAILABLE:
        raise UsageError(
            Text(vi="chưa cài phần sandbox", en="the sandbox is not installed"),
            mend=Text(
                vi='cài: pip install "vnda-conformance[sandbox]"',
                en='install it: pip install "vnda-conformance[sandbox]"',
            ),
        )


@contextmanager
def serving(system: str, *arguments: str) -> Iterator[Serving]:
    """Serve a system on an ephemeral loopback port until the block is left.

    Raises:
        UsageError: the sandbox is not installed.
        InternalError: it did not start.
    """
    be_installed()
    words = [sys.executable, "-m", "conformance.sandbox", "serve", system, *arguments]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603  # our own module
    try:
        assert process.stdout is not None  # noqa: S101  # asked for above
        ready = _ready(process, process.stdout)
        yield Serving(ready["base_url"], ready["target"], ready["pid"])
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def variations() -> list[dict[str, Any]]:
    """Return every fault and near-miss of the sandbox, as it lists them itself."""
    words = [sys.executable, "-m", "conformance.sandbox", "faults", "--json"]
    done = subprocess.run(words, check=True, capture_output=True, timeout=60)  # noqa: S603  # our own module
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def _ready(process: subprocess.Popen[bytes], stdout: IO[bytes]) -> dict[str, Any]:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        # A pipe can be waited for everywhere but on Windows, where reading blocks instead.
        if sys.platform != "win32" and not select.select([stdout], [], [], 0.2)[0]:
            continue
        line = stdout.readline()
        if line:
            ready: dict[str, Any] = json.loads(line)
            return ready
    told = b""
    if process.poll() is not None and process.stderr is not None:
        told = process.stderr.read()[-500:]
    raise InternalError(
        Text(vi="sandbox không khởi động được", en="the sandbox did not start"),
        place=told.decode("utf-8", "replace").strip() or None,
    )
