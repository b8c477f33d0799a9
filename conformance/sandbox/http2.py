"""HTTP/2 for the application behind a TLS listener, as much of it as an agency needs (RFC 9113)."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

Message = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]
AVAILABLE = importlib.util.find_spec("h2") is not None
PROTOCOL = "h2"


class Http2(asyncio.Protocol):
    """The server's side of one connection; every stream is one call of the application.

    Args:
        app: what answers.
        state: what is known of the caller, for the state of each scope.
    """

    def __init__(self, app: App, state: dict[str, Any]) -> None:
        # Imported here: without the library nobody agrees on HTTP/2.
        from h2 import config, connection, events  # noqa: PLC0415

        self._events = events
        self._app, self._state = app, state
        made = config.H2Configuration(client_side=False, header_encoding=None)
        self._connection = connection.H2Connection(made)
        self._asked: dict[int, tuple[list[tuple[bytes, bytes]], bytearray]] = {}
        self._waiting: dict[int, bytes] = {}
        self._running: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: Any = transport
        self._connection.initiate_connection()
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer what is asked whole."""
        from h2.exceptions import ProtocolError  # noqa: PLC0415

        try:
            seen = self._connection.receive_data(data)
        except ProtocolError:
            self._flush()
            self._transport.close()
            return
        for event in seen:
            self._heard(event)
        for stream in list(self._waiting):
            self._say(stream)
        self._flush()

    def _heard(self, event: Any) -> None:
        if isinstance(event, self._events.RequestReceived):
            self._asked[event.stream_id] = (list(event.headers), bytearray())
        elif isinstance(event, self._events.DataReceived):
            self._asked[event.stream_id][1].extend(event.data)
            size = event.flow_controlled_length
            self._connection.acknowledge_received_data(size, event.stream_id)
        elif isinstance(event, self._events.StreamEnded):
            task = asyncio.ensure_future(self._answer(event.stream_id))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _answer(self, stream: int) -> None:
        fields, body = self._asked.pop(stream)
        told = dict(fields)
        path, _, query = told[b":path"].partition(b"?")
        scope = {
            "type": "http",
            "http_version": "2",
            "method": told[b":method"].decode("ascii"),
            "scheme": "https",
            "path": unquote(path.decode("latin-1")),
            "query_string": query,
            "headers": [
                (b"host", told.get(b":authority", b"")),
                *((name, value) for name, value in fields if not name.startswith(b":")),
            ],
            "state": self._state,
        }
        said: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        async def send(message: Message) -> None:
            said.append(message)

        await self._app(scope, receive, send)
        head = [(b":status", str(said[0]["status"]).encode("ascii"))]
        head += [(name.lower(), value) for name, value in said[0]["headers"]]
        self._connection.send_headers(stream, head)
        self._waiting[stream] = b"".join(message.get("body", b"") for message in said[1:])
        self._say(stream)
        self._flush()

    def _say(self, stream: int) -> None:
        """Send as much of an answer as the other side has room for."""
        rest = self._waiting[stream]
        room = self._connection.local_flow_control_window(stream)
        size = min(room, self._connection.max_outbound_frame_size)
        while rest and size > 0:
            self._connection.send_data(stream, rest[:size])
            rest, room = rest[size:], room - size
            size = min(room, self._connection.max_outbound_frame_size)
        self._waiting[stream] = rest
        if not rest:
            self._connection.end_stream(stream)
            del self._waiting[stream]

    def _flush(self) -> None:
        self._transport.write(self._connection.data_to_send())
