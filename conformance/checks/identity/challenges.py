"""What a refusal tells about how to do better."""

from __future__ import annotations

import re

from conformance.check import ABSENT, law, require
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import NotApplicable

_CHALLENGE = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\s+\S.*)?$")


@law(catalogue="AUT-018", per="target", on="errors")
def refusals_name_the_scheme(answer: Exchange) -> None:
    """A 401 names the scheme that would be accepted (RFC 9110, sections 11.6.1 and 15.5.2)."""
    if answer.status != 401:
        raise NotApplicable(Text(vi="không phải 401", en="not a 401"))
    challenges = answer.header_all("WWW-Authenticate")
    require(
        any(_CHALLENGE.match(value.strip()) for value in challenges),
        expected=Text(vi="401 kèm WWW-Authenticate", en="401 with WWW-Authenticate"),
        observed=" | ".join(challenges) or ABSENT,
    )
