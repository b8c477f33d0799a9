"""Media type sniffing."""

from __future__ import annotations

from conformance.check import ABSENT, law, require
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="SEC-005", per="target", on="baseline")
def sniffing_is_refused(answer: Exchange) -> None:
    """A browser is told not to guess the media type (Fetch, X-Content-Type-Options)."""
    if not answer.has_body:
        raise NotApplicable(Text(vi="không có nội dung", en="no body"))
    # Fetch: the values of all fields are one list; only its first counts, without case.
    first = ",".join(answer.header_all("X-Content-Type-Options")).split(",")[0].strip().lower()
    require(first == "nosniff", expected=Text(vi="nosniff", en="nosniff"), observed=first or ABSENT)
