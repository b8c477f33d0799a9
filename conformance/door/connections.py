"""Connections of `requests` that a deadline can cut, whatever a server drips.

A time-out of a socket starts anew with every byte. What is wanted is an end: when it is reached,
the socket is shut, and whoever waits for it gets an error instead of another byte.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.client import HTTPException, HTTPResponse, parse_headers
from typing import Any
from urllib.parse import unquote, urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from conformance.deadlines import Cut, watched

# A broken header section is a finding of ours to tell, not a traceback on somebody's screen.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
logging.getLogger("urllib3.connectionpool").setLevel(logging.CRITICAL)

_current = threading.local()
_LONGEST_HEAD = 16 * 1024
_INTERIM, _SWITCHING, _FINAL = 100, 101, 200
# Interim answers to one request: a page has a hint or two, and a server at work says so at times.
MAX_INTERIM = 100


def connected(address: tuple[str, int], seconds: float, proxy: str | None = None) -> socket.socket:
    """Return a bare connection, through a tunnel where there is a proxy (RFC 9110, 9.3.6).

    Raises:
        OSError: nobody answers there, or the proxy does not let us through.
    """
    if proxy is None:
        return socket.create_connection(address, timeout=seconds)
    parts = urlsplit(proxy)
    wire = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=seconds)
    try:
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        place = f"{host}:{address[1]}"
        asked = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
        for name, value in _introduced(proxy).items():
            asked += f"{name}: {value}\r\n"
        wire.sendall(f"{asked}\r\n".encode("ascii", "replace"))
        _let_through(wire, time.monotonic() + seconds)
    except BaseException:
        wire.close()
        raise
    return wire


def _introduced(proxy: str) -> dict[str, str]:
    """Return the field that tells a proxy who asks; nothing where its address names nobody.

    In UTF-8, as RFC 7617, section 2.1 recommends.
    """
    parts = urlsplit(proxy)
    if not parts.username:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _let_through(wire: socket.socket, end: float) -> None:
    head = b""
    # Byte by byte: what comes behind the head belongs to the target.
    while not head.endswith(b"\r\n\r\n"):
        byte = wire.recv(1)
        if not byte or len(head) > _LONGEST_HEAD or time.monotonic() > end:
            raise ConnectionError("the proxy gave no answer")
        head += byte
    status = head.partition(b"\r\n")[0].split(b" ")[1:2]
    if not status or not status[0].startswith(b"2"):
        told = status[0].decode("latin-1") if status else "nothing"
        # `conformance.door.network` knows the words of 407.
        raise ConnectionError(f"the proxy answered {told}")


class _Head:
    """The bytes of an answer, its lines looked at while the head is read.

    http.client takes what RFC 9110, section 5.5 calls dangerous: NUL in a field, and a carriage
    return alone, behind which it begins another field.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def readline(self, limit: int = -1) -> bytes:
        """Return the next line of the head.

        Raises:
            HTTPException: there is something in it that may not be.
        """
        line: bytes = self._file.readline(limit)
        if b"\0" in line or b"\r" in line.removesuffix(b"\n").removesuffix(b"\r"):
            raise HTTPException("the header section is malformed")
        return line

    def close(self) -> None:
        """Close the connection's file."""
        self._file.close()


class _FinalResponse(HTTPResponse):
    """An answer; interim ones before it are passed over (RFC 9110, section 15.2).

    http.client knows 100 alone: with 103 it takes the interim answer for the final one, and the
    final one for the answer to whatever is asked next.
    """

    def begin(self) -> None:
        """Read the head of the final answer."""
        file: Any = self.fp
        head = _Head(file)
        self.fp = head  # type: ignore[assignment]  # it has what the reader of heads needs
        try:
            super().begin()
        finally:
            if self.fp is head:  # type: ignore[comparison-overlap]  # see above
                self.fp = file

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # not in its stub
            if not _INTERIM <= status < _FINAL:
                return version, status, reason
            if status == _SWITCHING:
                raise HTTPException("the protocol was switched unasked")
            parse_headers(self.fp)
        raise HTTPException("the interim answers have no end")


class _Noted:
    """Remembers, for its thread, which connection carries the present request."""

    response_class: Any = _FinalResponse

    def putrequest(self, *arguments: Any, **options: Any) -> None:
        _current.connection = self
        super().putrequest(*arguments, **options)  # type: ignore[misc]  # the next class has it

    def _new_conn(self) -> socket.socket:
        # A handshake comes before any request, and takes the socket out of the connection's hands.
        wire: socket.socket = super()._new_conn()  # type: ignore[misc]  # the next class has it
        watch = getattr(_current, "watch", None)
        if watch is not None:
            _current.cut = Cut(wire)
            if watch.reached:
                # It came while there was no socket yet that could have been shut.
                wire.close()
                raise TimeoutError
        return wire


class _Http(_Noted, HTTPConnection):
    pass


class _Https(_Noted, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class DeadlineAdapter(HTTPAdapter):
    """The adapter of `requests`, on connections that a `deadline` can cut."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool manager, with our connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        """Return the manager of a proxy, with our connections."""
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Return what introduces us to a proxy; the parent would fail outside Latin-1."""
        return _introduced(proxy)


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Shut the socket of this thread's request if the block lasts longer than `seconds`.

    Raises:
        TimeoutError: it did.
    """
    holder = _current.__dict__
    _drop(holder)
    try:
        with watched(seconds, partial(_shut, holder)) as watch:
            holder["watch"] = watch
            yield
    finally:
        _drop(holder)


def _shut(holder: dict[str, Any]) -> None:
    sock = getattr(holder.get("connection"), "sock", None)
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
    if "cut" in holder:
        holder["cut"].shut()


def _drop(holder: dict[str, Any]) -> None:
    cut = holder.pop("cut", None)
    holder.pop("watch", None)
    holder["connection"] = None
    if cut is not None:
        cut.close()
