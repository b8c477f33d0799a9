"""What a refusal tells about how to do better."""

from __future__ import annotations

import re

from conformance.check import ABSENT, check, law, require
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, TurnedAway

_UNAUTHORIZED = 401
_NO_401 = Text(vi="không phải 401", en="not a 401")
_CHALLENGE = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\s+\S.*)?$")


@law(catalogue="AUT-018", per="target", on="errors")
def refusals_name_the_scheme(answer: Exchange) -> None:
    """A 401 names the scheme that would be accepted (RFC 9110, sections 11.6.1 and 15.5.2)."""
    _names_the_scheme(answer)


@check(catalogue="AUT-018", per="target", requests=2, secured=True)
def strangers_are_told_the_scheme(probe: Probe) -> None:
    """A stranger who is answered 401 is told which scheme would be accepted.

    Asks for what strangers are refused, once for each way of securing, so that there is a refusal
    to look at whatever else is asked. 403 and 404 name no scheme and need not (RFC 9110, sections
    15.5.2, 15.5.4 and 15.5.5).
    """
    refused = False
    for operation in probe.secured_reads():
        try:
            answer = probe.call(operation, identity=None)
        except TurnedAway:
            # By TLS, which has said what it wants.
            continue
        if answer.status == _UNAUTHORIZED:
            refused = True
            _names_the_scheme(answer)
    if not refused:
        raise NotApplicable(_NO_401)


def _names_the_scheme(answer: Exchange) -> None:
    if answer.status != _UNAUTHORIZED:
        raise NotApplicable(_NO_401)
    challenges = answer.header_all("WWW-Authenticate")
    require(
        any(_CHALLENGE.match(value.strip()) for value in challenges),
        expected=Text(vi="401 kèm WWW-Authenticate", en="401 with WWW-Authenticate"),
        observed=" | ".join(challenges) or ABSENT,
    )
