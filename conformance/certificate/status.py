"""Whether certificates still stand, one bit each: Bitstring Status List (W3C, version 1.0).

One list for each purpose: `revocation`, which is for good, and `suspension`, which may end. A list
past its life says nothing any more, so nobody lives on an old answer.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable

from conformance.errors import CertificateError
from conformance.text import Text

PURPOSES = ("revocation", "suspension")
# The least length that the standard allows, for the privacy of the herd (section 4.2).
LENGTH = 131_072


def packed(indexes: Iterable[int]) -> str:
    """Return the encoded list whose bits at these indexes are set (section 3.1).

    Bit 0 is the leftmost of the first byte; compressed by GZIP, in base64url with the prefix `u`.
    """
    bits = bytearray(LENGTH // 8)
    for index in indexes:
        if not 0 <= index < LENGTH:
            message = f"no index {index} in a list of {LENGTH}"
            raise IndexError(message)
        bits[index >> 3] |= 0x80 >> (index & 7)
    squeezed = gzip.compress(bytes(bits), 9, mtime=0)
    return "u" + base64.urlsafe_b64encode(squeezed).decode().rstrip("=")


def is_set(encoded: str, index: int, place: str) -> bool:
    """Whether the bit of an index is set in an encoded list (section 3.2).

    Raises:
        CertificateError: the list cannot be unpacked, or has no such index.
    """
    try:
        if not encoded.startswith("u"):
            message = "no multibase prefix"
            raise ValueError(message)  # noqa: TRY301  # told like everything that is no list
        text = encoded[1:]
        squeezed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        # Never more than it may be: a few bytes can stand for gigabytes.
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        bits = unpacker.decompress(squeezed, LENGTH // 8 + 1)
        if len(bits) != LENGTH // 8 or not unpacker.eof or not 0 <= index < LENGTH:
            message = "another length"
            raise ValueError(message)  # noqa: TRY301  # told like everything that is no list
    except (ValueError, binascii.Error, zlib.error) as error:
        raise CertificateError(
            Text(
                vi="danh sách trạng thái không đọc được",
                en="the status list cannot be read",
            ),
            mend=Text(vi="lấy bản mới từ sổ đăng ký", en="fetch a new one from the registry"),
            place=place,
        ) from error
    return bool(bits[index >> 3] & 0x80 >> (index & 7))
