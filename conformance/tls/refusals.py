"""Callers who are turned away before HTTP, because of the certificate that they show or lack.

A server that demands a client certificate may say so in the handshake (TLS 1.2) or when the first
bytes of the answer are read (TLS 1.3, where the client's handshake is over before the server has
seen its certificate: RFC 8446, section 2). Some servers end the connection without a word, those
of Python's asyncio among them. Whether it was the certificate that they minded shows only beside
a control: the same request with a true one, which succeeds.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

# The alerts with which a server answers a client's certificate, or its absence (RFC 8446, 6.2;
# RFC 5246, 7.2.2, where `handshake_failure` answers a certificate that is missing).
ABOUT_CLIENTS = frozenset(
    {
        "access_denied",
        "bad_certificate",
        "certificate_expired",
        "certificate_required",
        "certificate_revoked",
        "certificate_unknown",
        "handshake_failure",
        "no_certificate",
        "unknown_ca",
        "unsupported_certificate",
    }
)
CLOSED = "closed"
_ENDED = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_DEEPEST = 8


class ClosedError(ConnectionError):
    """The server ended a TLS connection in the handshake or right after it, without an alert."""

    def __init__(self) -> None:
        super().__init__("the connection was closed before an answer")


def secured(wire: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    """Return a new connection with TLS on it.

    Raises:
        ClosedError: it ended in the handshake, as that of TLS 1.2 does where the server does not
            like what the client showed and says nothing.
        OSError: the handshake failed in another way.
    """
    try:
        return context.wrap_socket(wire, server_hostname=host)
    except _ENDED as error:
        raise ClosedError from error


def first_bytes(wire: socket.socket, message: bytes, size: int) -> bytes:
    """Send a request and return the first bytes of the answer.

    Args:
        wire: a new connection; its handshake is done where it has one.
        message: the whole request.
        size: how many bytes to read at most.

    Raises:
        ClosedError: the connection is secured and ended instead.
        OSError: no answer came, or an alert of TLS (`ssl.SSLError`).
    """
    over_tls = isinstance(wire, ssl.SSLSocket)
    # Who refuses may have gone before the request is written; what it said can still be read.
    with contextlib.suppress(*_ENDED):
        wire.sendall(message)
    try:
        first = wire.recv(size)
    except _ENDED as error:
        if over_tls:
            raise ClosedError from error
        raise
    if over_tls and not first:
        raise ClosedError
    return first


def refusal(error: BaseException) -> str | None:
    """Return how a caller was turned away: an alert, or `closed`; None for any other error."""
    for cause in _causes(error):
        if isinstance(cause, ClosedError):
            return CLOSED
        if isinstance(cause, ssl.SSLError):
            _, told, alert = (cause.reason or "").partition("_ALERT_")
            return alert.lower() if told and alert.lower() in ABOUT_CLIENTS else None
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was made of: urllib3 and `requests` wrap the true one."""
    current: object = error
    for _ in range(_DEEPEST):
        if not isinstance(current, BaseException):
            return
        yield current
        wrapped = current.args[0] if current.args else None
        within = getattr(current, "reason", None)
        inner = next((one for one in (within, wrapped) if isinstance(one, BaseException)), None)
        current = inner or current.__cause__
