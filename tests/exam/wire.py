"""HTTP/1.1 as the agency speaks it: small, quick, and broken by nothing that a caller sends.

The server of the standard library parses header fields as e-mail and answers malformed requests
in HTML; here each error is a problem document like any other, and a request costs little.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import BinaryIO

MAX_LINE = 8192
MAX_FIELDS = 100
MAX_BODY = 1 << 20
# What is read and thrown away of a body that is too long, so that its sender reads the refusal.
MAX_DRAINED = 32 << 20
PATIENCE = 20.0
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})(;[^\r\n]*)?")
_VERSION = re.compile(rb"HTTP/1\.[01]")


@dataclass(frozen=True)
class Request:
    """A request as it was sent.

    Attributes:
        method: as written.
        target: path and query as written.
        fields: names in lower case and values, in order.
        body: its bytes, without transfer coding.
    """

    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def every(self, name: str) -> list[str]:
        """Return the values of a header field."""
        return [value for known, value in self.fields if known == name]

    def header(self, name: str) -> str | None:
        """Return the only value of a header field; None where it is missing."""
        found = self.every(name)
        return ", ".join(found) if found else None


@dataclass(frozen=True)
class Answer:
    """An answer before it is written."""

    status: int
    body: bytes = b""
    media_type: str = "application/json"
    fields: dict[str, str] = field(default_factory=dict)


class MalformedError(Exception):
    """What came is no request; the connection ends after the answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


Act = Callable[[Request], Answer]
Kept = dict[str, str]


def problem(status: int, detail: str, **more: object) -> Answer:
    """Return a problem document (RFC 9457)."""
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(status, body, "application/problem+json")


class Server(socketserver.ThreadingTCPServer):
    """Serves on loopback, a thread per connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, act: Act, always: Kept) -> None:
        """Listen.

        Args:
            port: 0 for any.
            act: answers requests.
            always: header fields of every answer.
        """
        super().__init__(("127.0.0.1", port), _Connection)
        self.act = act
        self.always = "".join(f"{name}: {value}\r\n" for name, value in always.items())

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers go away when they like."""


class _Connection(socketserver.StreamRequestHandler):
    server: Server
    timeout = PATIENCE
    disable_nagle_algorithm = True
    rbufsize = 65536

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while self._once():
                pass

    def _once(self) -> bool:
        """Answer one request; return whether another may follow."""
        stream: BinaryIO = self.rfile
        try:
            read = _request(stream, self.connection)
        except MalformedError as error:
            self._write(problem(error.status, str(error)), head=False, close=True)
            # The rest of what was sent is read, else the answer is lost to a reset.
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(0.2)
            _drain(stream, MAX_BODY)
            return False
        if read is None:
            return False
        request, close = read
        self._write(self.server.act(request), head=request.method == "HEAD", close=close)
        return not close

    def _write(self, answer: Answer, *, head: bool, close: bool) -> None:
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n",
            f"Date: {formatdate(usegmt=True)}\r\n",
        ]
        lines.append(self.server.always)
        lines += [f"{name}: {value}\r\n" for name, value in answer.fields.items()]
        if answer.status != HTTPStatus.NO_CONTENT:
            if answer.body:
                lines.append(f"Content-Type: {answer.media_type}\r\n")
            lines.append(f"Content-Length: {len(answer.body)}\r\n")
        if close:
            lines.append("Connection: close\r\n")
        lines.append("\r\n")
        sent = "".join(lines).encode("latin-1", "replace")
        self.connection.sendall(sent if head else sent + answer.body)


def _request(stream: BinaryIO, connection: socket.socket) -> tuple[Request, bool] | None:
    """Read a request and whether the connection ends with it; None where nothing comes.

    Raises:
        MalformedError: what comes is no request that can be read.
    """
    line = _line(stream, 414)
    if line == b"":  # one empty line before a request is passed over (RFC 9112, section 2.2)
        line = _line(stream, 414)
    if not line:
        return None
    parts = line.split(b" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]) or not _VERSION.fullmatch(parts[2]):
        raise MalformedError(400, "Dòng đầu của yêu cầu không hợp lệ.")
    if not parts[1] or any(byte < 0x21 or byte == 0x7F for byte in parts[1]):
        raise MalformedError(400, "Địa chỉ không hợp lệ.")
    fields = _fields(stream)
    request = Request(parts[0].decode(), _origin_form(parts[1].decode("latin-1")), fields, b"")
    if parts[2] == b"HTTP/1.1" and len(request.every("host")) != 1:
        raise MalformedError(400, "Cần đúng một trường Host.")
    if (request.header("expect") or "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = _body(stream, request)
    wished = (request.header("connection") or "").lower()
    close = "close" in wished or (parts[2] == b"HTTP/1.0" and "keep-alive" not in wished)
    return Request(request.method, request.target, fields, body), close


def _origin_form(target: str) -> str:
    """Return path and query of a target that may be a whole address (RFC 9112, section 3.2.2)."""
    if target.startswith(("http://", "https://")):
        _, slash, rest = target.partition("://")[2].partition("/")
        return slash + rest or "/"
    return target


def _line(stream: BinaryIO, status: int) -> bytes | None:
    """Return a line without its end; None at the end of the stream."""
    line = stream.readline(MAX_LINE + 2)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise MalformedError(status if len(line) > MAX_LINE else 400, "Dòng quá dài hoặc dở dang.")
    return line.rstrip(b"\r\n")


def _fields(stream: BinaryIO) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    while line := _line(stream, 431):
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if not colon or not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise MalformedError(400, "Trường đầu không hợp lệ.")
        if len(found) == MAX_FIELDS:
            raise MalformedError(431, "Quá nhiều trường đầu.")
        found.append((name.decode().lower(), value.decode("latin-1")))
    return tuple(found)


def _body(stream: BinaryIO, request: Request) -> bytes:
    codings, lengths = request.every("transfer-encoding"), request.every("content-length")
    if codings:
        if lengths or [coding.lower() for coding in codings] != ["chunked"]:
            raise MalformedError(400, "Không rõ độ dài của nội dung.")
        return _chunks(stream)
    if not lengths:
        return b""
    if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0].encode("latin-1")):
        raise MalformedError(400, "Content-Length không hợp lệ.")
    length = int(lengths[0])
    if length > MAX_BODY:
        _drain(stream, min(length, MAX_DRAINED))
        raise MalformedError(413, "Nội dung quá lớn.")
    body = stream.read(length)
    if len(body) < length:
        raise MalformedError(400, "Nội dung ngắn hơn Content-Length.")
    return body


def _chunks(stream: BinaryIO) -> bytes:
    body = b""
    while True:
        size = _CHUNK.fullmatch(_line(stream, 400) or b"")
        if not size:
            raise MalformedError(400, "Khối nội dung không hợp lệ.")
        length = int(size[1], 16)
        if len(body) + length > MAX_BODY:
            raise MalformedError(413, "Nội dung quá lớn.")
        if length == 0:
            while _line(stream, 431):
                pass
            return body
        body += stream.read(length)
        if stream.read(2) != b"\r\n":
            raise MalformedError(400, "Khối nội dung không hợp lệ.")


def _drain(stream: BinaryIO, length: int) -> None:
    with contextlib.suppress(OSError):
        while length > 0 and (read := stream.read(min(length, 65536))):
            length -= len(read)


def in_the_background(server: Server) -> None:
    """Serve in a thread of its own."""
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
