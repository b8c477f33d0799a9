"""The signed form of a document: DSSE, the Dead Simple Signing Envelope (version 1.0.2).

What is signed is the payload with its type, in the pre-authentication encoding, so that a signature
over one kind of document never passes for one over another.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.certificate import canonical
from conformance.errors import CertificateError
from conformance.text import Text

STATEMENT = "application/vnd.in-toto+json"
ACT = "application/vnd.vnda-conformance.act+json"
EVENT = "application/vnd.vnda-conformance.event+json"
CHECKPOINT = "application/vnd.vnda-conformance.checkpoint+json"
STATUS = "application/vnd.vnda-conformance.status+json"


@dataclass(frozen=True)
class Signature:
    """One signature: whose, as `sha256:` and the digest of the public key; and its bytes."""

    keyid: str
    value: bytes


@dataclass(frozen=True)
class Envelope:
    """A payload, its type, and who signed both."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def signed(self) -> bytes:
        """The bytes that every signature is over."""
        return pre_authentication(self.payload_type, self.payload)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form of DSSE."""
        return {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": each.keyid, "sig": base64.b64encode(each.value).decode()}
                for each in self.signatures
            ],
        }

    def as_bytes(self) -> bytes:
        """Return the form on disk."""
        return canonical.written(self.as_json())


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed for a payload of a type (DSSE protocol, PAE)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def read(content: bytes, payload_type: str, place: str) -> Envelope:
    """Return an envelope from its bytes.

    Raises:
        CertificateError: it is no envelope, not in its one form, or around another kind of
            document than `payload_type`.
    """
    return of(canonical.read(content, place), payload_type, place)


def of(document: Any, payload_type: str, place: str) -> Envelope:
    """Return an envelope from its JSON form.

    Raises:
        CertificateError: it is no envelope, or around another kind of document.
    """
    if (
        not isinstance(document, dict)
        or document.keys() != {"payload", "payloadType", "signatures"}
        or document["payloadType"] != payload_type
        or not isinstance(document["signatures"], list)
    ):
        raise _no_envelope(place)
    signatures = tuple(_signature(each, place) for each in document["signatures"])
    return Envelope(payload_type, unpacked(document["payload"], place), signatures)


def unpacked(text: Any, place: str) -> bytes:
    """Return the bytes behind base64 that is written in its one way (RFC 4648, section 4).

    Raises:
        CertificateError: it is not.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise _no_envelope(place) from error
    if base64.b64encode(content).decode() != text:
        raise _no_envelope(place)
    return content


def _signature(said: Any, place: str) -> Signature:
    if (
        not isinstance(said, dict)
        or said.keys() != {"keyid", "sig"}
        or not isinstance(said["keyid"], str)
    ):
        raise _no_envelope(place)
    return Signature(said["keyid"], unpacked(said["sig"], place))


def distinct(signatures: Sequence[Signature]) -> bool:
    """Whether no signer signed twice: two signatures are to be of two."""
    return len({each.keyid for each in signatures}) == len(signatures)


def _no_envelope(place: str) -> CertificateError:
    return CertificateError(
        Text(
            vi="không phải phong bì DSSE của loại tài liệu này",
            en="this is no DSSE envelope of this kind of document",
        ),
        mend=Text(vi="dùng tệp gốc do bên cấp phát hành", en="use the file as it was issued"),
        place=place,
    )
