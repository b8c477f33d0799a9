"""The proof that a certificate is in a registry's log, as it was when it was issued (RFC 9162)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance import documents
from conformance.certificate import canonical, entries, envelope
from conformance.certificate.entries import Entry
from conformance.certificate.envelope import Envelope
from conformance.errors import CertificateError
from conformance.text import Text

SCHEMA = "conformance-proof/1"


@dataclass(frozen=True)
class Proof:
    """An entry, its number, the way from it to a root, and the checkpoint that signs that root."""

    number: int
    content: bytes
    entry: Entry
    inclusion: tuple[bytes, ...]
    signed: Envelope
    checkpoint: Mapping[str, Any]


def written(number: int, entry: bytes, inclusion: Sequence[bytes], checkpoint: Envelope) -> bytes:
    """Return the bytes of the file."""
    return canonical.written(
        {
            "schema": SCHEMA,
            "number": number,
            "entry": base64.b64encode(entry).decode(),
            "inclusion": [step.hex() for step in inclusion],
            "checkpoint": checkpoint.as_json(),
        }
    )


def read(content: bytes, place: str) -> Proof:
    """Return what a file holds.

    Raises:
        CertificateError: it is not of the promised shape.
    """
    said: Any = canonical.read(content, place)
    if not documents.validator("proof").is_valid(said):
        raise _no_proof(place)
    signed = envelope.of(said["checkpoint"], envelope.CHECKPOINT, place)
    entry = envelope.unpacked(said["entry"], place)
    return Proof(
        said["number"],
        entry,
        entries.read(entry, place),
        tuple(bytes.fromhex(step) for step in said["inclusion"]),
        signed,
        signed_words(signed, "checkpoint", place),
    )


def signed_words(signed: Envelope, shape: str, place: str) -> Mapping[str, Any]:
    """Return what a registry signed: a `checkpoint`, or a `status` list.

    Raises:
        CertificateError: it is not of that shape.
    """
    said: Any = canonical.read(signed.payload, place)
    if not documents.validator(shape).is_valid(said):
        raise _no_proof(place)
    found: Mapping[str, Any] = said
    return found


def _no_proof(place: str) -> CertificateError:
    return CertificateError(
        Text(vi="không đúng khuôn dạng của sổ đăng ký", en="not of the shape of a registry's word"),
        mend=Text(vi="lấy lại từ sổ đăng ký", en="fetch it from the registry again"),
        place=place,
    )
