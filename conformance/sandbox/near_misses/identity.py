"""Refusals that differ from the usual ones and refuse all the same."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"
CHALLENGED = [
    "identity.challenges.refusals_name_the_scheme",
    "identity.challenges.strangers_are_told_the_scheme",
]


@near_miss(spares=[ENFORCED])
def strangers_are_forbidden(agency: Agency) -> Agency:
    """Who sends no credentials is answered 403 (RFC 9110, 15.5.4)."""
    return agency.with_(stranger_status=403)


@near_miss(spares=[ENFORCED])
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
