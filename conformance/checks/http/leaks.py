"""What an error must not tell."""

from __future__ import annotations

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.privacy.signatures import leaks
from conformance.text import Text


@law(catalogue="SEC-007", per="target", on="errors", hostile=True)
def errors_do_not_leak(answer: Exchange) -> None:
    """An error keeps traces, statements and server paths to itself (ASVS 5.0, 16.5.1).

    Looks for structural signatures in body and headers of every error; what only repeats our own
    request is an echo, not a leak.
    """
    found = leaks(answer)
    require(
        not found,
        expected=Text(vi="lỗi không lộ chi tiết bên trong", en="an error without inner details"),
        observed=", ".join(found),
    )
