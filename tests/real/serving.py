"""Starts a server on a free loopback port, waits for its answer, and ends it by its process id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests
from trouble import StartError

SECONDS_TO_READY = 60.0
SECONDS_TO_END = 10.0
SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_TO_ANSWER = 10.0
STARTS = 3


@dataclass(frozen=True)
class Running:
    """A server that answers, and the files that the suite needs to be run against it.

    Attributes:
        base_url: Where its interface begins.
        target: The target file.
        contract: The OpenAPI 3 document, which the target file names.
        pid: Its process, which also leads its process group.
    """

    base_url: str
    target: Path
    contract: Path
    pid: int


@dataclass(frozen=True)
class Program:
    """How a server is started.

    Attributes:
        name: For messages and the log's file name.
        folder: Where it runs and where its log goes.
        command: The command line for a given port.
        ready: The path that answers 200 once the server is up.
        environment: Variables for a given port, added to a bare environment.
    """

    name: str
    folder: Path
    command: Callable[[int], Sequence[str]]
    ready: str
    environment: Callable[[int], Mapping[str, str]] = lambda _: {}

    @property
    def log(self) -> Path:
        """Where the server's output is kept."""
        return self.folder / f"{self.name}.log"


@contextlib.contextmanager
def serving(program: Program) -> Iterator[tuple[str, int]]:
    """Run a program for the time of the block.

    Yields:
        The origin it listens at, `http://127.0.0.1:PORT`, and its process id.

    Raises:
        StartError: it did not answer in time, or ended at once on every port tried.
    """
    for _ in range(STARTS):
        with _started(program) as (port, process):
            origin = f"http://127.0.0.1:{port}"
            if _answers(origin + program.ready, process):
                yield origin, process.pid
                return
            ended = process.poll()
        if ended is None:
            raise StartError(
                f"{program.name} did not answer within {SECONDS_TO_READY:.0f} s: see {program.log}"
            )
    raise StartError(
        f"{program.name} ended with {ended} on each of {STARTS} ports: see {program.log}"
    )


def client() -> requests.Session:
    """Return a session that ignores the proxies and credentials of this machine's environment."""
    session = requests.Session()
    session.trust_env = False
    return session


def answer(session: requests.Session, method: str, url: str, body: object = None) -> bytes:
    """Send a request on which the set-up depends and return the body of its answer.

    Raises:
        StartError: the answer is no success.
    """
    response = session.request(method, url, json=body, timeout=SECONDS_TO_ANSWER)
    if not response.ok:
        raise StartError(f"{method} {url} answered {response.status_code}: {response.text[:300]}")
    return response.content


@contextlib.contextmanager
def _started(program: Program) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            program.command(port),
            cwd=program.folder,
            env={**_bare_environment(), **program.environment(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, so that children end with it
        )
    try:
        yield port, process
    finally:
        _end(process)


def free_port() -> int:
    """Return a loopback port on which nobody listens just now."""
    # Another process may take the port before the server does: hence more than one start.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _bare_environment() -> dict[str, str]:
    # Nothing of this machine's settings is to change how the server behaves. The proxy is the
    # discard port: a server that would call out is refused at once and stays on this machine.
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1",
    }


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + SECONDS_TO_READY
    with client() as session:
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(requests.RequestException):
                # Asked once more whether it lives: a foreign server may hold the port.
                if session.get(url, timeout=1).ok and process.poll() is None:
                    return True
            time.sleep(SECONDS_BETWEEN_LOOKS)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    for order in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, order)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_END)
            break
