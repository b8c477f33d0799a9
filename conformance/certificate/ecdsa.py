"""One form for each ECDSA signature: of the two values of s that verify, the lower.

Whoever sees a signature can make the other of the two from it; only one of them is taken.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

# The orders of the groups (FIPS 186-4, D.1.2), by the names that X.509 uses.
_ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int(
        "ffffffffffffffffffffffffffffffffffffffffffffffff"
        "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        16,
    ),
    "secp521r1": int(
        "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
        "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        16,
    ),
}


def lower(signature: bytes, curve: str) -> bytes:
    """Return the signature in its one form (DER, as ANSI X9.62 writes it)."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, _ORDERS[curve] - s))


def is_lower(signature: bytes, curve: str) -> bool:
    """Whether a signature is in its one form; False for what is none."""
    try:
        return curve in _ORDERS and lower(signature, curve) == signature
    except ValueError:
        return False
