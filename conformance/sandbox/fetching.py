"""Fetching what a caller names, as no agency should: the means of faults.

Files and a cloud's metadata are invented, and nothing but this machine's loopback is ever asked.
"""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

_FILES = {
    "/etc/passwd": b"root:x:0:0:minh hoa:/root:/usr/sbin/nologin\n",  # a line of an invented file
    "/dev/null": b"",
}
_METADATA = b"ami-id\nhostname\ninstance-id\nlocal-ipv4\n"
_SECONDS = 3


def fetched(address: str) -> bytes:
    """Return what lies at an address.

    Raises:
        OSError: nothing does, or it is none of those that are ever asked.
    """
    parts = urlsplit(address)
    if parts.scheme == "file":
        if parts.path not in _FILES:
            raise FileNotFoundError(f"no such file: {parts.path}")
        return _FILES[parts.path]
    if parts.hostname == "169.254.169.254":
        return _METADATA
    if parts.scheme != "http" or parts.hostname != "127.0.0.1":
        raise OSError("the name is not known")
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310  # the fault itself, on loopback
        content: bytes = answer.read(1024)
    return content


def is_internal(address: str) -> bool:
    """Whether an address is none of the web, or one of this machine or of a cloud's metadata."""
    parts = urlsplit(address)
    inside = {"127.0.0.1", "localhost", "169.254.169.254"}
    return parts.scheme not in {"http", "https"} or parts.hostname in inside
