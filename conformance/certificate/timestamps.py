"""When something existed: timestamps by a third party (RFC 3161)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.certificate import chains
from conformance.certificate.chains import Standing
from conformance.errors import UnreachableError
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.sign.timestamps import TimeStamper


@dataclass(frozen=True)
class Stamped:
    """What a timestamp says.

    Attributes:
        at: the time.
        intact: whether it is over these bytes, signed by the certificate that it names.
        standing: what is known of that certificate, at that time.
    """

    at: datetime
    intact: bool
    standing: Standing


def authority(url: str) -> TimeStamper:
    """Return the timestamping authority at an address."""
    from pyhanko.sign.timestamps.requests_client import (  # noqa: PLC0415  # an extra
        RequestsHTTPTimeStamper,
    )

    return RequestsHTTPTimeStamper(url)


def stamp(content: bytes, by: TimeStamper, url: str) -> bytes:
    """Return a timestamp token over some bytes, in DER.

    Raises:
        UnreachableError: the authority does not answer, or refuses.
    """
    from pyhanko.sign.timestamps import TimestampRequestError  # noqa: PLC0415

    try:
        token = asyncio.run(by.async_timestamp(hashlib.sha256(content).digest(), "sha256"))
    except (TimestampRequestError, OSError, ValueError) as error:
        raise UnreachableError(
            Text(
                vi="không lấy được dấu thời gian",
                en="the timestamping authority gives no timestamp",
            ),
            mend=Text(
                vi="kiểm tra địa chỉ --tsa và kết nối; chưa có gì được cấp",
                en="look at --tsa and the connection; nothing was issued",
            ),
            place=url,
        ) from error
    return bytes(token.dump())


def read(
    token: bytes,
    content: bytes,
    between: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    crls: Sequence[bytes],
) -> Stamped | None:
    """Return what a timestamp token over some bytes says; None for what is no token.

    Its certificate is judged at the time that it tells, with the revocation lists at hand.

    Args:
        token: in DER.
        content: what it has to be over.
        between: what may lie between the authority's certificate and a root.
        roots: what is trusted to tell the time.
        crls: revocation lists, in DER.
    """
    from asn1crypto import cms  # noqa: PLC0415
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415
    from pyhanko.sign.validation.generic_cms import (  # noqa: PLC0415
        extract_certs_for_validation,
        validate_tst_signed_data,
    )
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        at = signed["encap_content_info"]["content"].parsed["gen_time"].native
        others = (*extract_certs_for_validation(signed).other_certs, *between)
        # Whether the certificate is trusted is asked below; here, whether it signed these bytes.
        nobody = ValidationContext(trust_roots=[], allow_fetching=False, moment=at)
        found = asyncio.run(
            validate_tst_signed_data(
                signed, nobody, lambda algorithm: hashlib.new(algorithm, content).digest()
            )
        )
    except (SignatureValidationError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return Stamped(
        at.astimezone(UTC),
        bool(found["intact"] and found["valid"]),
        chains.standing(
            found["signing_cert"], others, roots, crls, at, extended=frozenset({"time_stamping"})
        ),
    )
