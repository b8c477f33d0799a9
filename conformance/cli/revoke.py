"""`conformance revoke`: a certificate stands no more, for good."""

from __future__ import annotations

from conformance.certificate.events import Kind
from conformance.cli import standing
from conformance.text import Text

command = standing.made(
    "revoke",
    Kind.REVOKED,
    ("nonconformity", "change-of-item", "client-request", "key-compromise", "error"),
    Text(vi="đã thu hồi", en="revoked"),
    "Revoke a certificate, for good.",
)
