"""`conformance restore`: a suspended certificate stands again."""

from __future__ import annotations

from conformance.certificate.events import Kind
from conformance.cli import standing
from conformance.text import Text

command = standing.made(
    "restore",
    Kind.RESTORED,
    ("resolved", "error"),
    Text(vi="đã khôi phục", en="restored"),
    "Restore a suspended certificate.",
)
