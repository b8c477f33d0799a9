"""A server that passes on what it is asked, and remembers it."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from listening import listening


@dataclass(frozen=True)
class Asked:
    """A request as it came: the path with its query, the header fields as they were written."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@contextmanager
def recorded(behind: str, came: list[Asked] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve what another server answers; yield our address and what was asked of it.

    Args:
        behind: the origin of the other server.
        came: where each request is put as it came, in the order of arrival.
    """
    asked: list[str] = []

    class Recording(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if came is not None:
                came.append(Asked(self.command, self.path, tuple(self.headers.items()), body))
            text = body.decode("utf-8", "replace")
            # What is new in each run (numbers of dossiers, tokens, times) is left out.
            said = re.sub(r"\d+", "N", f"{self.command} {self.path} {text}")
            asked.append(re.sub(r"eyJ[\w.-]+", "TOKEN", said))
            request = urllib.request.Request(  # noqa: S310  # our own sandbox
                behind + self.path, body or None, dict(self.headers), method=self.command
            )
            try:
                answer = urllib.request.build_opener(_Unmoved()).open(  # our own
                    request, timeout=10
                )
            except urllib.error.HTTPError as error:
                answer = error
            content = answer.read()
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in {"connection", "transfer-encoding"}:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class _Unmoved(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:  # type: ignore[override]
            return None

    with listening(Recording) as host:
        yield f"http://{host}", asked
