"""An HTTP proxy on loopback that knows its users: forwarding and CONNECT, Basic (RFC 7617)."""

from __future__ import annotations

import http.client
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote, urlsplit

from listening import listening


@dataclass
class Proxy:
    """A running proxy: where it is for whom, what it let through, and what it refused."""

    host: str = ""
    user: str = ""
    password: str = ""
    forwarded: list[str] = field(default_factory=list)
    tunnelled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def address(self, password: str | None = None) -> str:
        """Return its address with the credentials in it."""
        given = self.password if password is None else password
        return f"http://{quote(self.user, safe='')}:{quote(given, safe='')}@{self.host}"


@contextmanager
def proxying(  # noqa: C901  # one handler, of small parts
    user: str = "kiem-thu",
    password: str = "mật khẩu@7/9",  # noqa: S107  # of this test
) -> Iterator[Proxy]:
    """Serve a proxy until the block is left."""
    made = Proxy(user=user, password=password)
    wanted = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 20

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
            """Stay silent."""

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.forward
            raise AttributeError(name)

        def known(self) -> bool:
            """Whether the caller is a user; if not, he is told so, with what he had given."""
            given = self.headers.get("Proxy-Authorization") or ""
            if given == wanted:
                return True
            made.refused.append(self.path)
            # A chatty proxy: it repeats what it was given.
            page = f"<html>{self.path}: {given} is not accepted</html>".encode()
            self.send_response_only(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy", charset="UTF-8"')
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            return False

        def do_CONNECT(self) -> None:  # the base class names it
            """Open a tunnel."""
            self.close_connection = True
            if not self.known():
                return
            made.tunnelled.append(self.path)
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host.strip("[]"), int(port)), timeout=10) as beyond:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_copy, args=(beyond, self.connection), daemon=True)
                back.start()
                _copy(self.connection, beyond)
                back.join(5)

        def forward(self) -> None:
            """Pass on a request in absolute form (RFC 9112, section 3.2.2)."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not self.known():
                return
            made.forwarded.append(self.path)
            place = urlsplit(self.path)
            rest = self.path.partition("://")[2].partition("/")[2]
            wire = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
            try:
                wire.putrequest(self.command, f"/{rest}", skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if not name.lower().startswith("proxy-"):
                        wire.putheader(name, value)
                wire.endheaders(body)
                answer = wire.getresponse()
                content = answer.read()
            except OSError:
                self.send_response_only(502)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            finally:
                wire.close()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                    self.send_header(name, value)
            if answer.status not in {204, 304}:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    with listening(Handler) as host:
        made.host = host
        yield made


def _copy(source: socket.socket, sink: socket.socket) -> None:
    source.settimeout(20)
    with suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
