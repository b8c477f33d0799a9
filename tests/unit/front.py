"""A front server on loopback: it passes requests on to a true one, in one of several moods."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from listening import listening

# What becomes of the n-th request: None passes it on; a status answers in its place; "hang up"
# ends the connection. With seconds, it is passed on after them.
Mood = Callable[[int], int | str | float | None]
_PAGE = b"<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"
_OWN = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass
class Front:
    """A running front server, and when what arrived."""

    base_url: str = ""
    arrivals: list[float] = field(default_factory=list)
    put_off: int = 0


@contextmanager
def front(  # noqa: C901  # one handler, of small parts
    behind: str, mood: Mood = lambda _: None
) -> Iterator[Front]:
    """Serve in front of a base URL until the block is left."""
    place = urlsplit(behind)
    made = Front()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 20

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
            """Stay silent."""

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.pass_on
            raise AttributeError(name)

        def pass_on(self) -> None:
            """Answer by mood, or as the server behind does."""
            with lock:
                made.arrivals.append(time.monotonic())
                number = len(made.arrivals)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            what = mood(number)
            if what == "hang up":
                self.close_connection = True
                return
            if isinstance(what, float):
                time.sleep(what)
            elif isinstance(what, int):
                fields = [("Content-Type", "text/html")]
                fields += [("Retry-After", "1")] if what == 429 else []
                made.put_off += what == 429
                self.say(what, fields, _PAGE)
                return
            wire = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
            try:
                wire.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    wire.putheader(name, value)
                wire.endheaders(body)
                answer = wire.getresponse()
                self.say(answer.status, answer.getheaders(), answer.read())
            finally:
                wire.close()

        def say(self, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
            """Send an answer, its body of a known length."""
            self.send_response_only(status)
            for name, value in fields:
                if name.lower() not in _OWN:
                    self.send_header(name, value)
            if status not in {204, 304}:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    with listening(Handler) as host:
        made.base_url = f"http://{host}{place.path}"
        yield made
