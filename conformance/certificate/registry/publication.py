"""What a registry shows to everybody, as files: written here, and read back by who verifies.

    checkpoint.json            size and root of the log, signed, with its life
    status/revocation.json     one bit for each certificate, signed, with their life
    status/suspension.json
    certificates/ID.json       the events of one certificate, with their numbers in the log
    tile/LEVEL/NUMBER          up to 256 hashes of the tree at a level of 8·LEVEL, 32 bytes each

Tiles, as transparency logs serve them (C2SP, tlog-tiles), let anybody compute every proof from a
few files: that an entry is in the log, and that a later log begins with an earlier one.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from conformance.certificate import canonical, envelope, merkle
from conformance.certificate.registry.log import Log

CHECKPOINT, STATUS = "conformance-checkpoint/1", "conformance-status/1"
CURRENT = "checkpoint.json"
HEIGHT = 8
_WIDTH = 1 << HEIGHT
# From elsewhere, at most: a tile has 8 kB, a status list some hundred.
_LARGEST = 4 * 2**20

Fetch = Callable[[str], bytes | None]


def write(public: Path, name: str, content: bytes) -> None:
    """Write one published file in one step that cannot be half done."""
    path = public / name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)


def write_tiles(public: Path, log: Log) -> None:
    """Write the tiles that grew since they were last written."""
    before = _published_size(public)
    level = 0
    while count := log.size >> HEIGHT * level:
        first = (before >> HEIGHT * level) // _WIDTH
        for number in range(first, (count - 1) // _WIDTH + 1):
            begin, end = number * _WIDTH, min(count, (number + 1) * _WIDTH)
            hashes = (log.node(HEIGHT * level, place) for place in range(begin, end))
            write(public, f"tile/{level}/{number}", b"".join(hashes))
        level += 1


def write_histories(public: Path, log: Log) -> None:
    """Write the files of the certificates that had events since they were last written."""
    for certificate in log.certificates_since(_published_size(public)):
        events = [
            {"number": number, "entry": base64.b64encode(body).decode()}
            for number, body in log.entries(certificate)
        ]
        write(public, f"certificates/{certificate}.json", canonical.written(events))


def source(place: str) -> Fetch:
    """Return what fetches published files from a folder or an address; None for what is missing."""
    return _from_address(place.rstrip("/")) if "://" in place else _from_folder(Path(place))


def nodes(fetch: Fetch) -> merkle.Node:
    """Return what finds hashes of the tree in published tiles.

    Raises, when asked:
        IndexError: the tiles do not hold it.
    """
    tile = cache(lambda level, number: fetch(f"tile/{level}/{number}") or b"")

    def node(level: int, place: int) -> bytes:
        above, within = divmod(level, HEIGHT)
        number, begin = divmod(place << within, _WIDTH)
        content = tile(above, number)
        hashes = [
            content[at * merkle.HASH : (at + 1) * merkle.HASH]
            for at in range(begin, begin + (1 << within))
        ]
        if any(len(each) != merkle.HASH for each in hashes):
            message = f"no tile for subtree {place} of level {level}"
            raise IndexError(message)
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=True)
            hashes = [merkle.node_hash(left, right) for left, right in pairs]
        return hashes[0]

    return node


def _published_size(public: Path) -> int:
    path = public / CURRENT
    if not path.is_file():
        return 0
    signed = envelope.read(path.read_bytes(), envelope.CHECKPOINT, str(path))
    content: Any = canonical.read(signed.payload, str(path))
    size: int = content["size"]
    return size


def _from_folder(folder: Path) -> Fetch:
    def fetch(name: str) -> bytes | None:
        path = folder / name
        try:
            there = path.is_file() and path.stat().st_size <= _LARGEST
            return path.read_bytes() if there else None
        except OSError:
            return None

    return fetch


def _from_address(address: str) -> Fetch:
    def fetch(name: str) -> bytes | None:
        try:
            with requests.get(f"{address}/{name}", timeout=10, stream=True) as answer:
                if answer.status_code != requests.codes.ok:
                    return None
                content = answer.raw.read(_LARGEST + 1, decode_content=True)
        except (requests.RequestException, HTTPError, OSError, ValueError):
            return None
        return bytes(content) if len(content) <= _LARGEST else None

    return fetch
