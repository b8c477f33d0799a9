"""Archives that nobody should unpack, written byte by byte.

No library that writes archives writes these, and a record is judged again by the very same bytes.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_DAY = 0x5B21  # 2025-09-01; archives know no zone
_ZEROS = 4 * 1024 * 1024
_TIMES = 16
_RUN = 258


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its name, its bytes as they stand there, and what is told of them."""

    name: str
    stored: bytes
    size: int
    check: int
    method: int = _STORED
    flags: int = 0


def of(*entries: Entry, listed: int = 1) -> bytes:
    """Return an archive (APPNOTE.TXT, 4.3); each entry is listed so many times."""
    local, central = b"", b""
    for entry in entries:
        name = entry.name.encode()
        sizes = struct.pack("<III", entry.check, len(entry.stored), entry.size)
        common = struct.pack("<HHHHH", 20, entry.flags, entry.method, 0, _DAY)
        lengths = struct.pack("<HH", len(name), 0)
        place = struct.pack("<HHHII", 0, 0, 0, 0, len(local))
        line = _CENTRAL + struct.pack("<H", 20) + common + sizes + lengths + place + name
        central += line * listed
        local += _LOCAL + common + sizes + lengths + name + entry.stored
    count = len(entries) * listed
    ends = struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)
    return local + central + _END + ends


def climbing(name: str) -> bytes:
    """Return an archive with a file that is called so."""
    return of(_plain(name))


def growing() -> bytes:
    """Return an archive of some 27 kB that says of itself that it holds 64 MB of zeros."""
    zeros = _deflated_zeros()
    entry = Entry("vnct.txt", zeros, _ZEROS, zlib.crc32(bytes(_ZEROS)), _DEFLATED)
    return of(entry, listed=_TIMES)


def encrypted() -> bytes:
    """Return an archive whose file says that it is encrypted (APPNOTE.TXT, 4.4.4)."""
    plain = _plain("vnct.txt")
    hidden = bytes(12) + plain.stored
    return of(Entry(plain.name, hidden, plain.size, plain.check, flags=_ENCRYPTED))


def nested() -> bytes:
    """Return an archive in an archive in an archive."""
    inner = of(_plain("vnct.txt"))
    for name in ("trong.zip", "giua.zip"):
        inner = of(Entry(name, inner, len(inner), zlib.crc32(inner)))
    return inner


def _plain(name: str) -> Entry:
    text = b"vnct\n"
    return Entry(name, text, len(text), zlib.crc32(text))


def _deflated_zeros() -> bytes:
    """Return zeros as one block of fixed codes (RFC 1951, section 3.2.6): a zero, then runs."""
    runs, rest = divmod(_ZEROS - 1, _RUN)
    bits = [1, 1, 0, *_CODE_OF_ZERO]
    bits += _CODE_OF_RUN * runs
    bits += _CODE_OF_ZERO * rest + [0] * 7
    bits += [0] * (-len(bits) % 8)
    made = bytearray()
    for at in range(0, len(bits), 8):
        made.append(sum(bit << place for place, bit in enumerate(bits[at : at + 8])))
    return bytes(made)


# A literal zero; a run of 258 (code 285) of what stood one byte before (distance code 0).
_CODE_OF_ZERO = [0, 0, 1, 1, 0, 0, 0, 0]
_CODE_OF_RUN = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
