"""Refusals that differ from the usual ones and refuse all the same."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import publishing
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

ASKED = "identity.challenges.strangers_are_asked_who_they_are"
NOT_AGAIN = "identity.challenges.known_callers_are_not_asked_again"
ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"
CHALLENGED = [
    "identity.challenges.refusals_name_the_scheme",
    "identity.challenges.strangers_are_told_the_scheme",
]


@near_miss(spares=[ENFORCED, ASKED])
def strangers_are_forbidden(agency: Agency) -> Agency:
    """Who sends no credentials is answered 403, and the contract says so (RFC 9110, 15.5.4)."""

    def change(document: dict[str, Any]) -> None:
        for item in document["paths"].values():
            for part in item.values():
                if isinstance(part, dict):
                    part.get("responses", {}).pop("401", None)

    return publishing(agency.with_(stranger_status=403, bad_token_status=403), change)


@near_miss(spares=[ENFORCED, ASKED])
def strangers_find_nothing(agency: Agency) -> Agency:
    """Who sends no credentials is answered 404, which hides what exists (RFC 9110, 15.5.4)."""
    return agency.with_(stranger_status=404)


@near_miss(spares=[REFUSED])
def bad_token_is_a_bad_request(agency: Agency) -> Agency:
    """An unknown token is answered 400, as for a malformed request (RFC 6750, 3.1)."""
    return agency.with_(bad_token_status=400)


@near_miss(spares=[REFUSED])
def bad_token_is_forbidden(agency: Agency) -> Agency:
    """An unknown token is answered 403 (RFC 9110, 15.5.4)."""
    return agency.with_(bad_token_status=403)


@near_miss(spares=[REFUSED])
def bad_token_finds_nothing(agency: Agency) -> Agency:
    """An unknown token is answered 404, which hides what exists (RFC 9110, 15.5.4)."""
    return agency.with_(bad_token_status=404)


@near_miss(spares=CHALLENGED)
def several_challenges(agency: Agency) -> Agency:
    """One field has two challenges, and a comma inside a quoted string (RFC 9110, 11.6.1)."""
    return agency.with_(
        challenges=(
            'Basic realm="ho so, thu tuc", charset="UTF-8", Bearer realm="procedure-system"',
        )
    )


@near_miss(spares=CHALLENGED)
def challenges_in_two_fields(agency: Agency) -> Agency:
    """Each challenge has a field line of its own (RFC 9110, 11.6.1)."""
    return agency.with_(challenges=("Negotiate", 'Bearer realm="procedure-system"'))


@near_miss(spares=CHALLENGED)
def challenge_in_lower_case(agency: Agency) -> Agency:
    """The name of a scheme has no case (RFC 9110, 11.1)."""
    return agency.with_(challenges=('bearer realm="procedure-system"',))


@near_miss(spares=CHALLENGED)
def challenge_without_parameters(agency: Agency) -> Agency:
    """A challenge may be the name of the scheme alone (RFC 9110, 11.3)."""
    return agency.with_(challenges=("Bearer",))


@near_miss(spares=[NOT_AGAIN])
def office_takes_a_better_log_in(agency: Agency) -> Agency:
    """What is for an office takes a better log-in, for which a 401 asks (RFC 9470, 3)."""

    def bend(call: Call, made: Answer) -> Answer:
        known = call.operation is not None and call.operation.privileged
        if made.status != 401 or not known or not call.first("authorization"):
            return made
        told = 'Bearer error="insufficient_user_authentication", acr_values="LoA3"'
        return made.without("WWW-Authenticate").plus(("WWW-Authenticate", told))

    return agency.with_(outsider_status=401).bending_answers(bend)
