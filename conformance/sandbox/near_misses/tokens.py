"""Tokens handled in other ways that are just as good."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.demonstration import PORTAL
from conformance.sandbox.variations import near_miss

UNSIGNED = "identity.tokens.unsigned_tokens_are_refused"
TAMPERED = "identity.tokens.tampered_tokens_are_refused"
EXPIRED = "identity.tokens.expired_tokens_are_refused"
CONFUSED = "identity.tokens.public_key_is_no_secret"
FOREIGN_KEY = "identity.tokens.foreign_keys_are_refused"
FOREIGN = "identity.tokens.foreign_tokens_are_refused"
ID_TOKEN = "identity.tokens.id_tokens_are_refused"


@near_miss(spares=[EXPIRED])
def clocks_may_differ_by_a_minute(agency: Agency) -> Agency:
    """A small leeway for clocks that differ is allowed (RFC 7519, 4.1.4)."""
    return agency.with_(leeway=60)


@near_miss(spares=[UNSIGNED, TAMPERED, CONFUSED, FOREIGN_KEY])
def tokens_signed_on_a_curve(agency: Agency) -> Agency:
    """Tokens are signed with ES256; keys for RS256 are published beside (RFC 7518, 3.1)."""
    return agency.with_(algorithms=("ES256", "RS256"))


@near_miss(spares=[UNSIGNED, TAMPERED, CONFUSED, FOREIGN_KEY, FOREIGN])
def tokens_come_from_a_log_in(agency: Agency) -> Agency:
    """Tokens come from a log-in of the agency's own, and are verified like any other."""
    return agency.with_(identities="exchange")


@near_miss(spares=[UNSIGNED, TAMPERED, CONFUSED, FOREIGN_KEY, FOREIGN])
def tokens_are_called_keys(agency: Agency) -> Agency:
    """The target file calls the tokens keys of a field; they are tokens, and verified."""
    return agency.with_(identities="key")


@near_miss(spares=[FOREIGN, ID_TOKEN])
def tokens_for_others_are_forbidden(agency: Agency) -> Agency:
    """A token for another system is answered 403: known, and not enough (RFC 9110, 15.5.4)."""
    return agency.with_(foreign_token_status=403)


@near_miss(spares=[FOREIGN, ID_TOKEN])
def type_of_tokens_not_looked_at(agency: Agency) -> Agency:
    """Explicit types of tokens are recommended and not demanded (RFC 8725, 3.11)."""
    return agency.with_(verify_type=False)


@near_miss(spares=[ID_TOKEN])
def id_tokens_known_by_their_claims(agency: Agency) -> Agency:
    """ID tokens are told by what they lack (`client_id`), which does as well (RFC 8725, 3.12)."""
    return agency.with_(verify_type=False, audience_fits=lambda one, ours: one in {PORTAL.id, ours})
