"""Servers on loopback that say what no decent server says; plain sockets, so that they can.

A *speech* says the whole answer to one request. It gets the connection and an event that is set
when the test is over; it ends by returning, and then the connection is closed. Every speech that
would go on for ever looks at the event and at a clock of its own, so no thread outlives its test.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Speech = Callable[[socket.socket, threading.Event], None]

# Nobody speaks longer, whatever a test that hangs would wait for.
LONGEST = 20.0
PATH = "/things"
PROBLEM = b'{"title": "Not Found", "status": 404}'
ELSEWHERE = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(PROBLEM), PROBLEM)
)
FINE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"


@dataclass
class Served:
    """A running server, what it was asked, and how often somebody connected."""

    base_url: str = ""
    asked: list[str] = field(default_factory=list)
    connections: int = 0


@contextmanager
def serving(speech: Speech, *, context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Answer requests below `/things` with a speech, all others properly; give the server.

    Args:
        speech: what is said.
        context: TLS for the connections; without, plain HTTP.
    """
    made, over = Served(), threading.Event()

    def one(wire: socket.socket) -> None:
        with suppress(OSError):
            wire.settimeout(LONGEST)
            speaker = context.wrap_socket(wire, server_side=True) if context else wire
            with speaker:
                while not over.is_set() and (line := _request(speaker)):
                    made.asked.append(line)
                    if PATH in line:
                        speech(speaker, over)
                        return
                    speaker.sendall(ELSEWHERE)
        wire.close()

    with _accepting(one, made, over):
        scheme = "https" if context else "http"
        made.base_url = f"{scheme}://127.0.0.1:{made.base_url}"
        yield made


@contextmanager
def connecting(speech: Speech) -> Iterator[Served]:
    """Give every connection a speech before it has asked anything: for what happens below HTTP."""
    made, over = Served(), threading.Event()

    def one(wire: socket.socket) -> None:
        with wire, suppress(OSError):
            wire.settimeout(LONGEST)
            speech(wire, over)

    with _accepting(one, made, over):
        made.base_url = f"https://127.0.0.1:{made.base_url}"
        yield made


@contextmanager
def turning(
    speech: Speech, context: ssl.SSLContext, *, well: int = 1, answer: bytes | None = None
) -> Iterator[Served]:
    """Serve the first connections as they should be, and give all others a speech."""
    made, over = Served(), threading.Event()
    served: list[int] = []

    def one(wire: socket.socket) -> None:
        served.append(1)
        with wire, suppress(OSError):
            wire.settimeout(LONGEST)
            if len(served) > well:
                speech(wire, over)
                return
            with context.wrap_socket(wire, server_side=True) as speaker:
                while not over.is_set() and (line := _request(speaker)):
                    made.asked.append(line)
                    speaker.sendall(answer or (FINE if PATH in line else ELSEWHERE))

    with _accepting(one, made, over):
        made.base_url = f"https://127.0.0.1:{made.base_url}"
        yield made


@contextmanager
def _accepting(
    one: Callable[[socket.socket], None], made: Served, over: threading.Event
) -> Iterator[None]:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    made.base_url = str(listening.getsockname()[1])
    threads: list[threading.Thread] = []

    def accept() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                wire, _ = listening.accept()
                made.connections += 1
                threads.append(threading.Thread(target=one, args=(wire,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield
    finally:
        over.set()
        accepting.join(5)
        listening.close()
        for thread in threads:
            thread.join(0.2)


def _request(wire: socket.socket) -> str:
    """Read one request with its body; return its first line, nothing where there is none."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = wire.recv(65536)
        if not part or len(head) > 2**20:
            return ""
        head += part
    head, _, body = head.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    lengths = [
        line.partition(":")[2] for line in lines if line.lower().startswith("content-length")
    ]
    left = int(lengths[0] if lengths else 0) - len(body)
    while left > 0 and (part := wire.recv(65536)):
        left -= len(part)
    return lines[0]


# --- speeches -------------------------------------------------------------------------------------


def says(*parts: bytes, pause: float = 0.0, linger: float = 0.0) -> Speech:
    """Return a speech of these parts, then of silence."""

    def speech(wire: socket.socket, over: threading.Event) -> None:
        for number, part in enumerate(parts):
            if number and over.wait(pause):
                return
            wire.sendall(part)
        over.wait(min(linger, LONGEST))

    return speech


def drips(first: bytes, drop: bytes, every: float = 0.05) -> Speech:
    """Return a speech that never ends, drop by drop."""
    return _endlessly(first, drop, lambda over: over.wait(every))


def floods(first: bytes, wave: bytes) -> Speech:
    """Return a speech that never ends, as fast as the other side takes it."""
    return _endlessly(first, wave, lambda over: over.is_set())


def resets(first: bytes) -> Speech:
    """Return a speech that is broken off by a reset (RST) instead of an end (FIN)."""

    def speech(wire: socket.socket, over: threading.Event) -> None:
        wire.sendall(first)
        # Time for what was sent to be read: a reset discards what still lies in the buffer.
        over.wait(0.05)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.close()

    return speech


def heard(speech: Speech) -> Speech:
    """Return a speech that waits for the first bytes of the other side, as an answer does."""

    def answer(wire: socket.socket, over: threading.Event) -> None:
        wire.recv(65536)
        speech(wire, over)

    return answer


def _endlessly(first: bytes, part: bytes, over_now: Callable[[threading.Event], bool]) -> Speech:
    def speech(wire: socket.socket, over: threading.Event) -> None:
        wire.sendall(first)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and not over_now(over):
            wire.sendall(part)

    return speech
