"""What a refusal tells about how to do better."""

from __future__ import annotations

import re
from functools import partial

from conformance.check import ABSENT, check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe, answered
from conformance.probe.obstacles import unbroken, wants_a_better_log_in
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, TurnedAway

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_SERIES = "strangers who read"
# What has a challenge of its own (RFC 9110, section 11.6.1); keys and certificates have none.
_CHALLENGING = frozenset({"http", "oauth2", "openIdConnect"})
_OTHERS = ("citizen_a", "citizen_b", "official")
_NO_401 = Text(vi="không phải 401", en="not a 401")
_CHALLENGE = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\s+\S.*)?$")


@law(catalogue="AUT-018", per="target", on="errors")
def refusals_name_the_scheme(answer: Exchange) -> None:
    """A 401 names the scheme that would be accepted (RFC 9110, sections 11.6.1 and 15.5.2)."""
    _names_the_scheme(answer)


@check(catalogue="AUT-018", per="target", requests=2, shares=_SERIES, secured=True)
def strangers_are_told_the_scheme(probe: Probe) -> None:
    """A stranger who is answered 401 is told which scheme would be accepted.

    Asks for what strangers are refused, once for each way of securing, so that there is a refusal
    to look at whatever else is asked. 403 and 404 name no scheme and need not (RFC 9110, sections
    15.5.2, 15.5.4 and 15.5.5).
    """
    refused = False
    for _, answer in _strangers(probe):
        if answer.status == _UNAUTHORIZED:
            refused = True
            _names_the_scheme(answer)
    if not refused:
        raise NotApplicable(_NO_401)


@check(catalogue="AUT-019", per="target", requests=2, shares=_SERIES, secured=True)
def strangers_are_asked_who_they_are(probe: Probe) -> None:
    """Who did not say who they are is asked, with 401, and not told that they may not, with 403.

    Asks for what strangers are refused, once for each way of securing. Where the contract has 401
    for the operation, and one of its ways has a challenge (HTTP authentication, OAuth 2.0, OpenID
    Connect), a 403 is wrong: programs take it for the last word and do not log in (RFC 9110,
    sections 15.5.2 and 15.5.4). 404, which hides what is there, is right. Not judged: pages,
    operations that a client certificate opens, and what breaks.
    """
    schemes = probe.scene.contract.security_schemes
    looked_at = False
    for operation, answer in _strangers(probe):
        unbroken(answer)
        ways = [{str(schemes.get(n, {}).get("type")) for n in way} for way in operation.security]
        asked_for = any(kinds and kinds <= _CHALLENGING for kinds in ways)
        asked_for = asked_for and str(_UNAUTHORIZED) in operation.responses
        if not asked_for or answer.media_type == "text/html" or not operation.refused(answer):
            continue
        looked_at = True
        require(
            answer.status != _FORBIDDEN,
            expected=Text(vi="401, hoặc 404", en="401, or 404"),
            observed=answer.status,
            by=answer,
        )
    if not looked_at:
        raise NotApplicable(
            Text(
                vi="không có lời từ chối nào mà đặc tả giao diện ghi là 401",
                en="no refusal for which the contract has 401",
            )
        )


@check(catalogue="AUT-019", per="target", requests=2, secured=True)
def known_callers_are_not_asked_again(probe: Probe) -> None:
    """Who is known and may not is told so, and is not asked once more who he is.

    Calls a privileged reading operation as somebody without the office. Where that is answered
    401, the same credentials are shown to an operation that is secured in the same way and lets
    them in: if they succeed there, the 401 is wrong, and programs that believe it log in over and
    over (RFC 9110, sections 15.5.2 and 15.5.4). A 401 that asks for a better log-in is right (RFC
    9470, section 3). Whether the office is enforced is a question of its own.
    """
    operation, other, who = _closed_and_open(probe)
    answer = unbroken(probe.call(operation, identity=who))
    if answer.status != _UNAUTHORIZED or wants_a_better_log_in(answer):
        return
    control = unbroken(probe.call(other, identity=who))
    if not other.succeeded(control):
        raise probe.why_no_success(other, control)
    require(
        False,  # what was wrong is known now
        expected=Text(vi="403 hoặc 404", en="403 or 404"),
        observed=Text(
            vi=f"401 cho {who}, người vừa được {other.unit} trả lời {control.status}",
            en=f"401 for {who}, whom {other.unit} answers {control.status}",
        ),
        by=answer,
    )


def _closed_and_open(probe: Probe) -> tuple[Operation, Operation, str]:
    """Return a privileged read, one secured in the same way, and who is let in there alone.

    Raises:
        NotApplicable: there is no such pair.
        NotTested: nobody is known who is let in at the second and has no office.
    """
    reads = [o for o in probe.scene.operations if o.method == "GET" and o.secured]
    pairs = [
        (closed, other)
        for closed in reads
        for other in reads
        if closed.privileged and not other.privileged and closed.security == other.security
        if not closed.certified
    ]
    if not pairs:
        raise NotApplicable(
            Text(
                vi="không có thao tác đọc đặc quyền nào bên cạnh thao tác thường cùng cách bảo vệ",
                en="no privileged read beside an ordinary one that is secured in the same way",
            )
        )
    for closed, other in pairs:
        if _lets_in(probe, other):
            who = str(probe.allowed(other))
            if who in _OTHERS and who != probe.allowed(closed):
                return closed, other, who
    raise NotTested(
        Reason.NO_SECOND_IDENTITY,
        Text(
            vi="cần một danh tính không có đặc quyền, như citizen_a",
            en="it needs an identity without privileges, such as citizen_a",
        ),
    )


def _lets_in(probe: Probe, operation: Operation) -> bool:
    try:
        return operation.succeeded(probe.baseline(operation))
    except NotTested:
        return False


def _strangers(probe: Probe) -> list[tuple[Operation, Exchange]]:
    """Return what strangers are answered, once for each way of securing; checks share the asking.

    Whom TLS turned away was told by it what it wants.
    """
    reads = probe.secured_reads()
    outcomes = probe.shared(_SERIES, *(partial(_as_a_stranger, operation=o) for o in reads))
    return [
        (operation, answered(outcome))
        for operation, outcome in zip(reads, outcomes, strict=True)
        if not isinstance(outcome, TurnedAway)
    ]


def _as_a_stranger(probe: Probe, operation: Operation) -> Exchange:
    return probe.call(operation, identity=None)


def _names_the_scheme(answer: Exchange) -> None:
    if answer.status != _UNAUTHORIZED:
        raise NotApplicable(_NO_401)
    challenges = answer.header_all("WWW-Authenticate")
    require(
        any(_CHALLENGE.match(value.strip()) for value in challenges),
        expected=Text(vi="401 kèm WWW-Authenticate", en="401 with WWW-Authenticate"),
        observed=" | ".join(challenges) or ABSENT,
    )
