"""One request over HTTP/2, on a connection of its own (RFC 9113).

Ordinary traffic goes over HTTP/1.1; this is for whoever wants to know whether a target speaks the
newer one too. The library is an extra: without it such questions never leave.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from conformance.evidence import Request, Response

try:
    from h2.config import H2Configuration
    from h2.connection import H2Connection
    from h2.events import (
        ConnectionTerminated,
        DataReceived,
        ResponseReceived,
        StreamEnded,
        StreamReset,
    )
    from h2.exceptions import ProtocolError
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True

PROTOCOL = "h2"
_CHUNK = 65536
# They are about one connection of HTTP/1.1 (section 8.2.2).
_LEFT_OUT = frozenset(
    {"host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}
)


class BrokenError(ConnectionError):
    """What came is no answer over HTTP/2."""


def asked(wire: socket.socket, request: Request, be_within: Callable[[int], None]) -> Response:
    """Send a request and return its answer; its `seconds` are for the caller to tell.

    Args:
        wire: a new connection, on which HTTP/2 was agreed on.
        request: what to ask.
        be_within: called with the size of the body so far; raises where that is too much.

    Raises:
        BrokenError: the server breaks off, or what it says is not HTTP/2.
        OSError: the connection broke.
    """
    connection = H2Connection(H2Configuration(client_side=True, header_encoding=None))
    try:
        connection.initiate_connection()
        stream = connection.get_next_available_stream_id()
        connection.send_headers(stream, _fields(request), end_stream=not request.body)
        if request.body:
            connection.send_data(stream, request.body, end_stream=True)
        wire.sendall(connection.data_to_send())
        return _answer(connection, wire, be_within)
    except ProtocolError as error:
        raise BrokenError(f"HTTP/2: {error or type(error).__name__}") from error


def _fields(request: Request) -> list[tuple[str, str]]:
    parts = urlsplit(request.url)
    place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = [(n.lower(), v) for n, v in request.headers if n.lower() not in _LEFT_OUT]
    return [
        (":method", request.method),
        (":scheme", parts.scheme),
        (":authority", parts.netloc),
        (":path", place),
        *named,
    ]


def _answer(
    connection: H2Connection, wire: socket.socket, be_within: Callable[[int], None]
) -> Response:
    head: list[tuple[str, str]] = []
    body = bytearray()
    while True:
        chunk = wire.recv(_CHUNK)
        if not chunk:
            raise BrokenError("HTTP/2: the server ended the connection")
        for event in connection.receive_data(chunk):
            if isinstance(event, ResponseReceived):
                head = [(_text(name), _text(value)) for name, value in event.headers or ()]
            elif isinstance(event, DataReceived):
                body += event.data or b""
                be_within(len(body))
                size = event.flow_controlled_length or 0
                connection.acknowledge_received_data(size, event.stream_id or 0)
            elif isinstance(event, StreamReset | ConnectionTerminated):
                raise BrokenError(f"HTTP/2: error {event.error_code}")
            elif isinstance(event, StreamEnded):
                status = next((value for name, value in head if name == ":status"), "0")
                fields = tuple(pair for pair in head if not pair[0].startswith(":"))
                return Response(int(status), "", "2", fields, bytes(body), 0.0)
        wire.sendall(connection.data_to_send())


def _text(part: bytes | str) -> str:
    return part.decode("latin-1") if isinstance(part, bytes) else part
