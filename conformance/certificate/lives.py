"""What becomes of an issued certificate: an event, signed by its issuer, into the registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conformance.certificate import canonical, entries, envelope, events, signers, trust
from conformance.certificate.envelope import Envelope
from conformance.certificate.events import Kind
from conformance.certificate.registry import Registry
from conformance.certificate.signers import Signer
from conformance.errors import CertificateError
from conformance.moments import told
from conformance.text import Text


def happen(
    registry: Registry, kind: Kind, certificate: str, signer: Signer, at: datetime, **words: Any
) -> int:
    """Sign an event, have the registry take it, and return its number in the log.

    Args:
        registry: the open registry.
        kind: suspended, restored, revoked or superseded.
        certificate: its id.
        signer: who decides, one of the issuer's.
        at: now.
        words: `reason` and `note`, or `replaced_by`.

    Raises:
        CertificateError: there is no such certificate, or the registry refuses.
    """
    first = next((body for _, body in registry.log.entries(certificate)), None)
    if first is None:
        raise CertificateError(
            Text(vi="không có chứng nhận này trong sổ", en="no such certificate in the registry"),
            mend=Text(
                vi="xem `conformance registry show DIR`", en="see `conformance registry show DIR`"
            ),
            place=certificate,
        )
    issuer = entries.read(first, registry.origin).event["issuer"]
    person = registry.trust.issuers[issuer].person(trust.subject(signer.certificate))
    by = person.name if person else trust.subject(signer.certificate)
    event = events.of_life(kind, certificate, issuer, told(at), by, **words)
    signed = signers.signed(Envelope(envelope.EVENT, canonical.written(event)), signer)
    return registry.take(signed, (signer.certificate, *signer.chain), at)
