"""Content codings: whether what is said to be compressed is."""

from __future__ import annotations

import zlib

# What unpacks to more than this is not unpacked to its end.
_MOST = 16 * 2**20
_PIECE = 2**16
# A stream of gzip, with its head and its checksum (RFC 1952).
_GZIP = 16 + zlib.MAX_WBITS


def unpacks(body: bytes) -> bool | None:
    """Whether bytes are gzip, whole and with the right checksum; None where there is too much.

    What follows the first member is not looked at: some pad it.
    """
    made = 0
    stream = zlib.decompressobj(_GZIP)
    waiting = body
    while not stream.eof:
        try:
            piece = stream.decompress(waiting, _PIECE)
        except zlib.error:
            return False
        waiting = stream.unconsumed_tail
        made += len(piece)
        if made > _MOST:
            return None
        if not piece and not waiting and not stream.eof:
            return False
    return True
