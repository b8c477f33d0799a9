"""Servers on loopback that the door is shown to: one that records, one that speaks raw bytes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: float

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class Recorder:
    """A small API that notes every request, whatever its method."""

    base_url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answer: Callable[[Seen], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"{}")


@contextmanager
def recording(
    answer: Callable[[Seen], tuple[int, dict[str, str], bytes]] | None = None,
) -> Iterator[Recorder]:
    """Serve a recorder until the block is left."""
    recorder = Recorder()
    if answer is not None:
        recorder.answer = answer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
            """Stay silent."""

        def respond(self) -> None:
            """Note the request and answer it."""
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(
                self.command,
                self.path,
                tuple(self.headers.items()),
                self.rfile.read(length),
                time.monotonic(),
            )
            recorder.seen.append(seen)
            status, headers, body = recorder.answer(seen)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):  # any method at all, invented ones too
                return self.respond
            raise AttributeError(name)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    recorder.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


Speech = Callable[[socket.socket, threading.Event], None]


@contextmanager
def speaking(speech: Speech) -> Iterator[str]:
    """Answer every connection's first request with raw bytes; give the base URL.

    The speech gets the connection and an event that is set when the block is left, so that no
    thread outlives its test.
    """
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    threads: list[threading.Thread] = []

    def one(wire: socket.socket) -> None:
        with wire, suppress(OSError):
            wire.settimeout(5)
            wire.recv(65536)
            speech(wire, over)

    def accept() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                wire, _ = listening.accept()
                threads.append(threading.Thread(target=one, args=(wire,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        accepting.join(5)
        for thread in threads:
            thread.join(5)
        listening.close()


def says(*parts: bytes, pause: float = 0.0, linger: float = 0.0) -> Speech:
    """Return a speech of these parts, with a pause between them, then silence before the end."""

    def speech(wire: socket.socket, over: threading.Event) -> None:
        for number, part in enumerate(parts):
            if number and over.wait(pause):
                return
            wire.sendall(part)
        over.wait(linger)

    return speech


def drips(first: bytes, drop: bytes, every: float, seconds: float) -> Speech:
    """Return a speech that goes on drop by drop, for a bounded time."""

    def speech(wire: socket.socket, over: threading.Event) -> None:
        wire.sendall(first)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not over.wait(every):
            wire.sendall(drop)

    return speech


CONTRACT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1"},
    "security": [{"token": []}],
    "paths": {
        "/things": {
            "get": {"operationId": "listThings", "responses": {"200": {"description": "ok"}}},
            "post": {
                "operationId": "createThing",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"example": {"name": "new"}}},
                },
                "responses": {"201": {"description": "made"}},
            },
        },
        "/things/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            **{
                method: {"operationId": f"{method}Thing", "responses": {"200": {"description": ""}}}
                for method in ("get", "put", "delete")
            },
        },
        "/search": {
            "post": {
                "operationId": "searchThings",
                "x-safe": True,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"example": {"q": "x"}}},
                },
                "responses": {"200": {"description": "found"}},
            }
        },
    },
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
}
TOKENS = {"citizen_a": "the-token-of-a", "citizen_b": "the-token-of-b"}
TARGET: dict[str, Any] = {
    "target": "things",
    "contract": "contract.json",
    "identities": {name: {"bearer": f"demo:{token}"} for name, token in TOKENS.items()},
    "examples": {f"{method}Thing": {"id": "7"} for method in ("get", "put", "delete")},
    "pace": {"requests_per_second": 1000},
}


def api(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    """Answer like a small API that is all right, and tempts a client in every way it can."""
    headers = {
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
        "Set-Cookie": "session=tempting; Path=/",
    }
    path = seen.path.partition("?")[0]
    if path not in {"/things", "/things/7", "/search"}:
        problem = json.dumps({"status": 404, "title": "Not Found"}).encode()
        return 404, {**headers, "Content-Type": "application/problem+json"}, problem
    token = (seen.header("Authorization") or [""])[0].removeprefix("Bearer ")
    if token not in TOKENS.values():
        problem = json.dumps({"status": 401, "title": "Unauthorized"}).encode()
        return (
            401,
            {
                **headers,
                "Content-Type": "application/problem+json",
                "WWW-Authenticate": 'Bearer realm="things"',
            },
            problem,
        )
    return 200, headers, b"[]"
