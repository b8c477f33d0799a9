"""Other ways to be let in than with a token that somebody handed over beforehand."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"


@near_miss(spares=[ENFORCED, REFUSED])
def callers_obtain_their_tokens(agency: Agency) -> Agency:
    """Programs get tokens by client credentials, people by refreshing theirs (RFC 6749, 4.4, 6)."""
    return agency.with_(identities="oauth2")


@near_miss(spares=[ENFORCED, REFUSED])
def callers_log_in_for_a_cookie(agency: Agency) -> Agency:
    """People log in with name and password and are known by a cookie (RFC 6265, 4.1)."""
    return agency.with_(identities="login")


@near_miss(spares=[ENFORCED, REFUSED], transport="https")
def cookie_with_a_prefix(agency: Agency) -> Agency:
    """Over TLS the cookie's name begins with `__Host-` (RFC 6265bis, 4.1.3.2)."""
    return agency.with_(identities="login")
