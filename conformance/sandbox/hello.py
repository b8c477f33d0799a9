"""What a front server says to a ClientHello: for what OpenSSL no longer does even when asked.

These are answers out of a book, not a working TLS: the server's part is said to its end, and
nobody who went on from there would get anywhere. Written down byte by byte (RFC 5246, section 7.4),
so that the examiner's own reading of them is put to the test.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

_HELLO, _CERTIFICATE, _KEY_EXCHANGE, _DONE = 2, 11, 12, 14
_SUPPORTED_GROUPS = 10  # RFC 8422, section 5.1.1
_NAMED_CURVE = 3  # section 5.4
_PROTOCOLS = 16  # RFC 7301, section 3.1
NO_SUCH_PROTOCOL = bytes.fromhex("15030300020278")  # an alert, section 3.2
SECP192R1, SECP224R1 = 19, 21
_SUPPORTED_VERSIONS = 43  # RFC 8446, section 4.2.1: no client before TLS 1.3 sends it
_RENEGOTIATION_INFO = bytes.fromhex("ff01000100")  # RFC 5746, section 3.2: empty at first


@dataclass(frozen=True)
class Hello:
    """A ClientHello: the version it names, what it offers, and whether it knows TLS 1.3.

    `groups` are those on which it would agree on keys; none where it names none. `protocols` are
    those of the application, as they stand in the extension.
    """

    version: tuple[int, int]
    suites: tuple[int, ...]
    compressions: tuple[int, ...]
    knows_13: bool
    groups: tuple[int, ...] = ()
    protocols: bytes = b""


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
        suites=_numbers(suites),
        compressions=tuple(compressions),
        knows_13=_SUPPORTED_VERSIONS in _held(extensions),
        protocols=_held(extensions).get(_PROTOCOLS, b""),
        groups=_numbers(_held(extensions).get(_SUPPORTED_GROUPS, b"")[2:]),
    )


def flight(  # noqa: PLR0913  # each is one thing that a server may say
    hello: Hello,
    suite: int,
    certificates: Sequence[bytes],
    *,
    compression: int = 0,
    renegotiation: bool = True,
    curve: int = 0,
) -> bytes:
    """Return the server's part: hello, certificates, its key on a curve where it has one, done."""
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
    # A point and a signature that nobody gets as far as looking at.
    key = bytes((_NAMED_CURVE,)) + curve.to_bytes(2, "big") + _with_size(secrets.token_bytes(49), 1)
    key += b"\x04\x03" + _with_size(secrets.token_bytes(64), 2)
    messages = _message(_HELLO, said) + _message(_CERTIFICATE, listed)
    messages += (_message(_KEY_EXCHANGE, key) if curve else b"") + _message(_DONE, b"")
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


def _numbers(listed: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(listed[i : i + 2], "big") for i in range(0, len(listed), 2))


def _held(extensions: bytes) -> dict[int, bytes]:
    found, place = {}, 0
    while place + 4 <= len(extensions):
        kind = int.from_bytes(extensions[place : place + 2], "big")
        found[kind], place = _sized(extensions, place + 2, 2)
    return found
