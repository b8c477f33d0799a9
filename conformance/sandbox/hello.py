"""What a front server says to a ClientHello: for what OpenSSL no longer does even when asked.

These are answers out of a book, not a working TLS: the server's part is said to its end, and
nobody who went on from there would get anywhere. Written down byte by byte (RFC 5246, section 7.4),
so that the examiner's own reading of them is put to the test.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

_HELLO, _CERTIFICATE, _DONE = 2, 11, 14
_SUPPORTED_VERSIONS = 43  # RFC 8446, section 4.2.1: no client before TLS 1.3 sends it
_RENEGOTIATION_INFO = bytes.fromhex("ff01000100")  # RFC 5746, section 3.2: empty at first


@dataclass(frozen=True)
class Hello:
    """A ClientHello: the version it names, what it offers, and whether it knows TLS 1.3."""

    version: tuple[int, int]
    suites: tuple[int, ...]
    compressions: tuple[int, ...]
    knows_13: bool


def read(record: bytes) -> Hello:
    """Read a ClientHello from its record.

    Raises:
        ValueError: it is none.
    """
    if len(record) < 44 or record[0] != 22 or record[5] != 1:
        raise ValueError("not a ClientHello")
    place = 43 + 1 + record[43]  # behind version, random and session
    suites, place = _sized(record, place, 2)
    compressions, place = _sized(record, place, 1)
    extensions, _ = _sized(record, place, 2) if place + 2 <= len(record) else (b"", place)
    return Hello(
        version=(record[9], record[10]),
        suites=tuple(int.from_bytes(suites[i : i + 2], "big") for i in range(0, len(suites), 2)),
        compressions=tuple(compressions),
        knows_13=_SUPPORTED_VERSIONS in _kinds(extensions),
    )


def flight(
    hello: Hello,
    suite: int,
    certificates: Sequence[bytes],
    *,
    compression: int = 0,
    renegotiation: bool = True,
) -> bytes:
    """Return the server's part: hello, certificates, done."""
    extensions = _RENEGOTIATION_INFO if renegotiation else b""
    said = (
        bytes(hello.version)
        + secrets.token_bytes(32)
        + b"\0"
        + suite.to_bytes(2, "big")
        + bytes((compression,))
        + (_with_size(extensions, 2) if extensions else b"")
    )
    listed = _with_size(b"".join(_with_size(one, 3) for one in certificates), 3)
    messages = _message(_HELLO, said) + _message(_CERTIFICATE, listed) + _message(_DONE, b"")
    # In records of a thousand bytes: a message may stand in several of them (section 6.2.1).
    pieces = [messages[start : start + 1000] for start in range(0, len(messages), 1000)]
    return b"".join(bytes((22, *hello.version)) + _with_size(piece, 2) for piece in pieces)


def _message(kind: int, content: bytes) -> bytes:
    return bytes((kind,)) + _with_size(content, 3)


def _with_size(content: bytes, octets: int) -> bytes:
    return len(content).to_bytes(octets, "big") + content


def _sized(record: bytes, place: int, octets: int) -> tuple[bytes, int]:
    start = place + octets
    end = start + int.from_bytes(record[place:start], "big")
    if end > len(record):
        raise ValueError("cut short")
    return record[start:end], end


def _kinds(extensions: bytes) -> set[int]:
    found, place = set(), 0
    while place + 4 <= len(extensions):
        found.add(int.from_bytes(extensions[place : place + 2], "big"))
        _, place = _sized(extensions, place + 2, 2)
    return found
