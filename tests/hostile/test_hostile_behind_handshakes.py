"""Floods behind a proper TLS handshake, where every byte is encrypted and none is an answer.

OpenSSL goes on reading within one call while such records come, so that nobody looks at the
time-out of the socket. The servers are of another library, which says what OpenSSL's would not.
"""

from __future__ import annotations

import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from handshaking import SHOP
from measure import costs
from test_hostile_answers import Opened, asked, opened
from test_hostile_handshakes import PATIENCE, SLACK, ran, target_file
from wires import LONGEST, Speech, connecting

from conformance.sandbox import tls

with warnings.catch_warnings():
    # The library imports what Python 3.12 dropped, where it is still there.
    warnings.simplefilter("ignore", DeprecationWarning)
    from tlslite.constants import KeyUpdateMessageType
    from tlslite.errors import BaseTLSException
    from tlslite.handshakesettings import HandshakeSettings
    from tlslite.messages import ApplicationData, HelloRequest
    from tlslite.tlsconnection import TLSConnection
    from tlslite.utils.keyfactory import parsePEMKey
    from tlslite.x509certchain import X509CertChain

__all__ = ["opened"]
Wave = Callable[[Any], Iterator[Any]]
NEWEST, BEFORE = (3, 4), (3, 3)


def empty_records(connection: Any) -> Iterator[Any]:
    """Send a record of no bytes, which TLS allows (RFC 8446, section 5.1)."""
    found: Iterator[Any] = connection._sendMsg(ApplicationData().create(bytearray()))
    return found


def key_updates(connection: Any) -> Iterator[Any]:
    """Change the keys once more (RFC 8446, section 4.6.3)."""
    kind = KeyUpdateMessageType.update_not_requested
    found: Iterator[Any] = connection.send_keyupdate_request(kind)
    return found


def hello_requests(connection: Any) -> Iterator[Any]:
    """Ask to begin anew (RFC 5246, section 7.4.1.1)."""
    found: Iterator[Any] = connection._sendMsg(HelloRequest().create())
    return found


FLOODS: dict[str, tuple[tuple[int, int], Wave]] = {
    "empty records": (NEWEST, empty_records),
    "empty records of TLS 1.2": (BEFORE, empty_records),
    "key updates": (NEWEST, key_updates),
    "hello requests": (BEFORE, hello_requests),
}


def behind(version: tuple[int, int], wave: Wave, waves: list[int]) -> Speech:
    """Return a server that makes a proper handshake, hears something and floods."""
    key, chain = SHOP.chain(tls.Leaf())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificates = X509CertChain()
    certificates.parsePemList(b"".join(chain).decode("ascii"))
    settings = HandshakeSettings()
    settings.minVersion = settings.maxVersion = version

    def speech(wire: socket.socket, over: threading.Event) -> None:
        connection = TLSConnection(wire)
        private = parsePEMKey(pem.decode("ascii"), private=True)
        with suppress(BaseTLSException):
            connection.handshakeServer(
                certChain=certificates,
                privateKey=private,
                settings=settings,
                alpn=[bytearray(b"http/1.1")],
            )
            connection.read(1)
            end = time.monotonic() + LONGEST
            while time.monotonic() < end and not over.is_set():
                for _ in wave(connection):
                    pass
                waves.append(1)

    return speech


@pytest.mark.parametrize("raw", [False, True], ids=["requests", "h11"])
@pytest.mark.parametrize("name", FLOODS)
def test_it_is_an_error_in_time(opened: Opened, name: str, raw: bool) -> None:  # noqa: FBT001  # a case
    waves: list[int] = []
    with connecting(behind(*FLOODS[name], waves)) as server, costs() as cost:
        door, kept = opened(server.base_url, extra_ca=SHOP.pem)
        found = asked(door, server.base_url, raw=raw)
    assert waves
    assert cost.seconds < 2 * PATIENCE + SLACK
    assert found.response is None
    assert found.error
    assert kept == [found]


@pytest.mark.parametrize("name", FLOODS)
def test_a_run_ends_without_a_verdict_on_it(name: str, tmp_path: Path) -> None:
    waves: list[int] = []
    with connecting(behind(*FLOODS[name], waves)) as server, costs() as cost:
        verdicts = ran(target_file(tmp_path, server.base_url), tmp_path)
    assert waves
    assert cost.seconds < 3 * SLACK
    # What the handshakes showed stands; of answers there are none.
    assert verdicts["tls.certificates.chain_is_trusted"] == "pass"
    assert verdicts["tls.transport.answers_come_over_https"] == "not_tested"
    assert "error" not in verdicts.values()
