"""One entry of the log: a signed event, and the certificates that vouch for who signed it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import documents
from conformance.certificate import canonical, chains, envelope, trust
from conformance.certificate.envelope import Envelope
from conformance.errors import CertificateError
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509


@dataclass(frozen=True)
class Entry:
    """An entry that was read: the event, its envelope, and the chain of its signer."""

    event: Mapping[str, Any]
    signed: Envelope
    chain: tuple[x509.Certificate, ...]


def written(event: Envelope, chain: Sequence[x509.Certificate]) -> bytes:
    """Return the bytes of an entry."""
    return canonical.written(
        {
            "certificates": [base64.b64encode(each.dump()).decode() for each in chain],
            "envelope": event.as_json(),
        }
    )


def read(content: bytes, place: str) -> Entry:
    """Return an entry from its bytes.

    Raises:
        CertificateError: it is none.
    """
    said = canonical.read(content, place)
    if not isinstance(said, dict) or said.keys() != {"certificates", "envelope"}:
        raise _no_entry(place)
    signed = envelope.of(said["envelope"], envelope.EVENT, place)
    return Entry(event_of(signed, place), signed, loaded(said["certificates"], place))


def event_of(signed: Envelope, place: str) -> Mapping[str, Any]:
    """Return the event in an envelope.

    Raises:
        CertificateError: there is none of the promised shape.
    """
    event = canonical.read(signed.payload, place)
    if not documents.validator("event").is_valid(event):
        raise _no_entry(place)
    found: Mapping[str, Any] = event
    return found


def loaded(encoded: Any, place: str) -> tuple[x509.Certificate, ...]:
    """Return certificates from their DER in base64.

    Raises:
        CertificateError: one is none.
    """
    if not isinstance(encoded, list):
        raise _no_entry(place)
    try:
        return tuple(trust.certificate(envelope.unpacked(each, place)) for each in encoded)
    except (ValueError, TypeError, KeyError) as error:
        raise _no_entry(place) from error


def signed_by(signed: Envelope, chain: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """Return the certificate whose key made the one signature of an envelope; None for none."""
    if len(signed.signatures) != 1:
        return None
    signature = signed.signatures[0]
    for certificate in chain:
        if trust.key_id(certificate.public_key.dump()) == signature.keyid:
            return (
                certificate
                if chains.verifies(certificate, signature.value, signed.signed)
                else None
            )
    return None


def _no_entry(place: str) -> CertificateError:
    return CertificateError(
        Text(vi="không phải một mục của sổ đăng ký", en="this is no entry of a registry"),
        mend=Text(vi="lấy lại từ sổ đăng ký", en="fetch it from the registry again"),
        place=place,
    )
