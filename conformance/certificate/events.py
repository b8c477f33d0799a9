"""What becomes of a certificate: issued, suspended, restored, revoked, superseded.

Every event is signed by the issuer of the certificate, and is one entry of the registry's log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from conformance.errors import CertificateError
from conformance.text import Text

SCHEMA = "conformance-event/1"


class Kind(StrEnum):
    """The events of a certificate's life."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


# Why a certificate is suspended, revoked or restored: the only words for it.
REASONS = {
    "nonconformity": Text(vi="không còn phù hợp", en="nonconformity"),
    "change-of-item": Text(vi="hệ thống đã thay đổi", en="the system has changed"),
    "client-request": Text(vi="theo đề nghị của đơn vị", en="at the client's request"),
    "key-compromise": Text(vi="khoá ký bị lộ", en="a signing key was compromised"),
    "error": Text(vi="cấp nhầm", en="issued in error"),
    "resolved": Text(vi="đã khắc phục", en="resolved"),
}

STATES = {
    Kind.ISSUED: Text(vi="đã cấp", en="issued"),
    Kind.SUSPENDED: Text(vi="đang bị đình chỉ", en="suspended"),
    Kind.RESTORED: Text(vi="đã được khôi phục", en="restored"),
    Kind.REVOKED: Text(vi="đã bị thu hồi", en="revoked"),
    Kind.SUPERSEDED: Text(vi="đã được thay thế", en="superseded"),
}
_NOWHERE = Text(vi="chưa được cấp", en="not issued")

# What may follow what; whatever is not here is refused.
_AFTER: Mapping[Kind, frozenset[Kind | None]] = {
    Kind.ISSUED: frozenset({None}),
    Kind.SUSPENDED: frozenset({Kind.ISSUED, Kind.RESTORED}),
    Kind.RESTORED: frozenset({Kind.SUSPENDED}),
    Kind.REVOKED: frozenset({Kind.ISSUED, Kind.SUSPENDED, Kind.RESTORED}),
    Kind.SUPERSEDED: frozenset({Kind.ISSUED, Kind.SUSPENDED, Kind.RESTORED}),
}
# Which status lists tell of each.
SETS = {Kind.SUSPENDED: "suspension", Kind.REVOKED: "revocation", Kind.SUPERSEDED: "revocation"}


def may_follow(kind: Kind, before: Iterable[Kind], certificate: str) -> None:
    """Do nothing if an event may follow those before it.

    Raises:
        CertificateError: it may not: what is revoked stays so.
    """
    last = list(before)[-1:]
    if (last[0] if last else None) in _AFTER[kind]:
        return
    now, wanted = STATES[last[0]] if last else _NOWHERE, STATES[kind]
    raise CertificateError(
        Text(
            vi=f"chứng nhận {certificate} {now.vi}: không thể chuyển sang “{wanted.vi}”",
            en=f"certificate {certificate} is {now.en}: it cannot become {wanted.en}",
        ),
        mend=Text(
            vi="xem lịch sử bằng `conformance registry show DIR ID`",
            en="see its history with `conformance registry show DIR ID`",
        ),
    )


def of_life(
    kind: Kind, certificate: str, issuer: str, at: str, by: str, **told: Any
) -> dict[str, Any]:
    """Return an event: of which certificate and issuer, when (RFC 3339), and who decided it."""
    return {
        "schema": SCHEMA,
        "kind": str(kind),
        "id": certificate,
        "issuer": issuer,
        "at": at,
        "by": by,
        **told,
    }
