"""Character encodings."""

from __future__ import annotations


def is_utf8(body: bytes) -> bool:
    """Whether bytes are UTF-8 (RFC 3629)."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
