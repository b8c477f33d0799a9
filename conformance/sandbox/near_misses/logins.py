"""Other ways for people and programs to say who they are."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"


@near_miss(spares=[ENFORCED, REFUSED])
def tokens_obtained_with_oauth2(agency: Agency) -> Agency:
    """Programs and people get their tokens in the run, some by refreshing them (RFC 6749)."""
    return agency.with_(identities="oauth2")


@near_miss(spares=[ENFORCED, REFUSED])
def people_log_in_with_a_cookie(agency: Agency) -> Agency:
    """People log in with name and password, and a cookie keeps their session (RFC 6265)."""
    return agency.with_(identities="login")


@near_miss(spares=[ENFORCED, REFUSED], transport="https")
def cookie_with_a_prefix(agency: Agency) -> Agency:
    """Over TLS the cookie's name begins with `__Host-` (RFC 6265bis, 4.1.3.2)."""
    return agency.with_(identities="login")
