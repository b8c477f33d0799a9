"""Puts third-party servers into the cache folder of the repository, once for each set of pins.

The pins are data: the `*-requirements.txt` and `package.json` beside this file. A finished
installation carries the digest of its pins, so changed pins, another interpreter and an
interrupted installation all lead to a fresh one.
"""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from trouble import InstallationError, ToolMissingError

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".real"
SECONDS_TO_INSTALL = 600
LINES_OF_OUTPUT_SHOWN = 8


def environment(name: str) -> Path:
    """Return the folder of a program's own virtual environment, installing it if need be.

    Args:
        name: the program, whose pins are `NAME-requirements.txt`.

    Raises:
        InstallationError: pip failed or took too long.
    """
    pins = HERE / f"{name}-requirements.txt"

    def fill(folder: Path) -> None:
        _run(f"a virtual environment for {name}", [sys.executable, "-m", "venv", str(folder)])
        python = str(folder / "bin" / "python")
        options = ["--disable-pip-version-check", "--retries", "1", "-qq"]
        pip = [python, "-m", "pip", "install", *options]
        _run(f"{name}, from the Python package registry", [*pip, "--requirement", str(pins)])

    return _installed(name, pins, fill)


def node_modules() -> Path:
    """Return the `node_modules` folder that holds the programs for Node.

    Raises:
        ToolMissingError: Node or npm is not on the search path.
        InstallationError: npm failed or took too long.
    """
    pins = HERE / "package.json"
    node()
    npm = _tool("npm")

    def fill(folder: Path) -> None:
        folder.mkdir()
        shutil.copy(pins, folder)
        # No script of any package is run: what is needed works without, and a script may download.
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
        quick = ["--fetch-retries=1", "--loglevel=error"]
        install = [npm, "install", "--prefix", str(folder), *options, *quick]
        _run("the programs for Node, from the npm package registry", install)

    return _installed("node", pins, fill) / "node_modules"


def node() -> str:
    """Return the path of Node.

    Raises:
        ToolMissingError: it is not on the search path.
    """
    return _tool("node")


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ToolMissingError(
            f"{name} is not on the search path: the third-party servers need Node 20 with npm"
        )
    return path


def _installed(name: str, pins: Path, fill: Callable[[Path], None]) -> Path:
    folder = CACHE / name
    complete = folder / "complete"
    digest = hashlib.sha256(sys.version.encode() + pins.read_bytes()).hexdigest()
    with _alone():
        if not complete.is_file() or complete.read_text("ascii") != digest:
            shutil.rmtree(folder, ignore_errors=True)
            fill(folder)
            complete.write_text(digest, "ascii")
    return folder


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep two processes, such as two pytest workers, from installing into one folder at once."""
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n", "ascii")
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(what: str, command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=SECONDS_TO_INSTALL,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired as late:
        raise InstallationError(
            f"could not install {what}: not done after {SECONDS_TO_INSTALL} s (network?)"
        ) from late
    if done.returncode != 0:
        shown = "\n".join(done.stdout.splitlines()[:LINES_OF_OUTPUT_SHOWN])
        raise InstallationError(
            f"could not install {what}: it needs the network or a mirror on this machine. "
            f"{Path(command[0]).name} ended with {done.returncode} and said:\n{shown}"
        )
