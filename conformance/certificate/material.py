"""What vouches for the signatures of a certificate, kept beside it: chains, lists, a timestamp.

With it nobody needs the network: the certificates of who signed and those above them, the lists
that said on that day which were revoked, and when the signatures were there.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import documents
from conformance.certificate import canonical, entries, envelope, trust
from conformance.errors import CertificateError
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509

SCHEMA = "conformance-material/1"


@dataclass(frozen=True)
class Material:
    """Certificates, revocation lists in DER, and a timestamp token over the envelope."""

    certificates: tuple[x509.Certificate, ...]
    revocation: tuple[bytes, ...]
    timestamp: bytes | None


def written(
    certificates: Sequence[x509.Certificate], revocation: Sequence[bytes], timestamp: bytes | None
) -> bytes:
    """Return the bytes of the file."""
    distinct = dict.fromkeys(each.dump() for each in certificates)
    return canonical.written(
        {
            "schema": SCHEMA,
            "certificates": [_packed(each) for each in distinct],
            "revocation": [_packed(each) for each in revocation],
            "timestamp": None if timestamp is None else _packed(timestamp),
        }
    )


def read(content: bytes, place: str) -> Material:
    """Return what a file holds.

    Raises:
        CertificateError: it is not of the promised shape.
    """
    said: Any = canonical.read(content, place)
    if not documents.validator("material").is_valid(said):
        raise _no_material(place)
    stamp = said["timestamp"]
    revocation = tuple(envelope.unpacked(each, place) for each in said["revocation"])
    if not all(map(trust.is_crl, revocation)):
        raise _no_material(place)
    return Material(
        entries.loaded(said["certificates"], place),
        revocation,
        None if stamp is None else envelope.unpacked(stamp, place),
    )


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _no_material(place: str) -> CertificateError:
    return CertificateError(
        Text(
            vi="không đúng khuôn dạng của tệp chứng thư đi kèm",
            en="not of the shape of what vouches for signatures",
        ),
        mend=Text(vi="dùng tệp gốc do bên cấp phát hành", en="use the file as it was issued"),
        place=place,
    )
