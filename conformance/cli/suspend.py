"""`conformance suspend`: a certificate stands no more, for a time."""

from __future__ import annotations

from conformance.certificate.events import Kind
from conformance.cli import standing
from conformance.text import Text

command = standing.made(
    "suspend",
    Kind.SUSPENDED,
    ("nonconformity", "change-of-item", "client-request"),
    Text(vi="đã đình chỉ", en="suspended"),
    "Suspend a certificate, until it is restored or revoked.",
)
