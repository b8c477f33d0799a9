"""A whole handshake of TLS 1.3, and what its tickets allow: data before the next one (0-RTT).

Made with tlslite-ng, because the standard library does not tell what stands in a ticket. Nothing
is verified here and nothing is sent early: a ticket says by itself how many bytes the server would
take with it (RFC 8446, section 4.6.1).
"""

from __future__ import annotations

import contextlib
import socket
import warnings
from typing import Any

with warnings.catch_warnings():
    # The library imports what Python 3.12 dropped, where it is still there.
    warnings.simplefilter("ignore", DeprecationWarning)
    from tlslite.constants import AlertDescription, ExtensionType
    from tlslite.errors import TLSError, TLSRemoteAlert
    from tlslite.handshakesettings import HandshakeSettings
    from tlslite.tlsconnection import TLSConnection

_TLS13 = (3, 4)


class AlertError(Exception):
    """The server refused with an alert; the text is its name."""


class ClosedError(Exception):
    """The handshake did not come to its end."""


def read(
    wire: socket.socket, server_name: str | None, request: bytes, facts: dict[str, Any]
) -> None:
    """Shake hands, send a request and look at the tickets that come before the answer.

    Args:
        wire: a new connection.
        server_name: the name to indicate.
        request: what makes the server say something.
        facts: what was seen goes in here.

    Raises:
        AlertError: the server refuses.
        ClosedError: the handshake ends in another way.
        OSError: the connection broke, or took too long.
    """
    settings = HandshakeSettings()
    settings.minVersion = settings.maxVersion = _TLS13
    connection = TLSConnection(wire)
    try:
        connection.handshakeClientCert(settings=settings, serverName=server_name)
        facts["version"] = "TLSv1.3"
        # Whoever minds that no certificate was shown says so now; tickets may have come before.
        connection.sendall(request)
        connection.recv(1)
    except TLSRemoteAlert as error:
        if not connection.tickets:
            raise AlertError(str(AlertDescription.toStr(error.description))) from error
    except TLSError as error:
        if not connection.tickets:
            raise ClosedError(str(error) or type(error).__name__) from error
    except OSError:
        if not connection.tickets:
            raise
    finally:
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
    facts["tickets"] = len(connection.tickets)
    facts["early_data"] = max(map(_size, connection.tickets), default=0)


def _size(ticket: Any) -> int:
    """Return how many bytes a ticket lets be sent early; 0 where it says nothing of it."""
    held = [e for e in ticket.extensions if e.extType == ExtensionType.early_data]
    return int.from_bytes(held[0].extData, "big") if held else 0
