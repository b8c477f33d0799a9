"""Whether a signature verifies, and whether its certificate held at a time (RFC 5280).

Revocation is always demanded: where the list of a certificate's issuer is not at hand, whether it
was good is unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from conformance.certificate import ecdsa, trust

if TYPE_CHECKING:
    from asn1crypto import x509
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


class Standing(StrEnum):
    """What is known of a certificate at a time."""

    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNTRUSTED = "untrusted"
    UNKNOWN = "unknown"


def standing(  # noqa: PLR0913  # what RFC 5280 wants to know of a path
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    roots: Sequence[x509.Certificate],
    crls: Iterable[bytes],
    moment: datetime,
    *,
    extended: frozenset[str] = frozenset(),
) -> Standing:
    """Return what is known of a certificate that signs, at a moment.

    Args:
        certificate: of the signer.
        others: what may lie between it and a root.
        roots: what is trusted.
        crls: revocation lists, in DER; also such as were made after the moment.
        moment: when the signature was made, as a timestamp shows.
        extended: what the certificate has to be for besides (extended key usage).
    """
    return _standing(
        certificate.dump(),
        tuple(each.dump() for each in others),
        tuple(each.dump() for each in roots),
        tuple(crls),
        moment,
        extended,
    )


@lru_cache(maxsize=256)  # one signer signs the envelope, the entry and the paper
def _standing(  # noqa: PLR0913, PLR0917  # the same, as bytes
    certificate: bytes,
    others: tuple[bytes, ...],
    roots: tuple[bytes, ...],
    crls: tuple[bytes, ...],
    moment: datetime,
    extended: frozenset[str],
) -> Standing:
    from pyhanko_certvalidator import (  # noqa: PLC0415
        CertificateValidator,
        ValidationContext,
        errors,
    )

    context = ValidationContext(
        trust_roots=[trust.certificate(each) for each in roots],
        allow_fetching=False,
        crls=[trust.revocation_list(each) for each in crls],
        revocation_mode="require",
        moment=moment,
        retroactive_revinfo=True,
    )
    between = [trust.certificate(each) for each in others]
    validator = CertificateValidator(trust.certificate(certificate), between, context)
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}, set(extended)))
    except errors.RevokedError:
        return Standing.REVOKED
    except (errors.ExpiredError, errors.NotYetValidError):
        return Standing.EXPIRED
    except errors.InsufficientRevinfoError:
        return Standing.UNKNOWN
    except (errors.PathError, errors.ValidationError, ValueError):
        return Standing.UNTRUSTED
    return Standing.GOOD


def verifies(certificate: x509.Certificate, signature: bytes, content: bytes) -> bool:
    """Whether a signature over some bytes was made with the key of a certificate."""
    return key_verifies(load_der_public_key(certificate.public_key.dump()), signature, content)


def key_verifies(key: PublicKeyTypes, signature: bytes, content: bytes) -> bool:
    """Whether a signature over some bytes was made with a key.

    ECDSA in its one form, or RSA with PSS or PKCS#1 v1.5 padding, which tokens in use still make;
    always with SHA-256.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not ecdsa.is_lower(signature, key.curve.name):
            return False
        return _holds(partial(key.verify, signature, content, ec.ECDSA(hashes.SHA256())))
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
        return any(
            _holds(partial(key.verify, signature, content, pad, hashes.SHA256()))
            for pad in (pss, padding.PKCS1v15())
        )
    return False


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except InvalidSignature:
        return False
    return True
