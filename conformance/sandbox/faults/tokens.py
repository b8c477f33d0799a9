"""Access tokens that are believed too easily (RFC 8725)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import KeySet

from conformance.sandbox.agency import Agency
from conformance.sandbox.demonstration import PORTAL
from conformance.sandbox.variations import fault

UNSIGNED = "identity.tokens.unsigned_tokens_are_refused"
TAMPERED = "identity.tokens.tampered_tokens_are_refused"
EXPIRED = "identity.tokens.expired_tokens_are_refused"
CONFUSED = "identity.tokens.public_key_is_no_secret"
FOREIGN_KEY = "identity.tokens.foreign_keys_are_refused"
FOREIGN = "identity.tokens.foreign_tokens_are_refused"
ID_TOKEN = "identity.tokens.id_tokens_are_refused"
_OF_EVERY_TOKEN = frozenset({"iss", "aud", "sub", "exp", "iat"})


@fault(breaks=[UNSIGNED])
def unsigned_tokens_accepted(agency: Agency) -> Agency:
    """A token may say that it is not signed, and is believed (`alg` is `none`)."""
    return agency.with_(unsigned_algorithms=frozenset({"none"}))


@fault(breaks=[UNSIGNED])
def unsigned_tokens_in_capitals_accepted(agency: Agency) -> Agency:
    """Only `none` in lower case is refused; other spellings pass as not signed."""
    return agency.with_(unsigned_algorithms=frozenset({"None", "NONE", "nOnE"}))


@fault(breaks=[UNSIGNED])
def unsigned_tokens_of_a_log_in_accepted(agency: Agency) -> Agency:
    """Tokens come from a log-in of the agency's own, and need no signature (`alg` is `none`)."""
    return agency.with_(identities="exchange", unsigned_algorithms=frozenset({"none"}))


@fault(breaks=[TAMPERED])
def empty_signatures_of_keys_accepted(agency: Agency) -> Agency:
    """What is called a key is a signed token, and passes without its signature."""
    return agency.with_(identities="key", empty_signature_passes=True)


@fault(breaks=[TAMPERED], also=[FOREIGN_KEY])
def signatures_not_verified(agency: Agency) -> Agency:
    """Tokens are decoded, and their signatures are not looked at."""
    return agency.with_(verify_signature=False)


@fault(breaks=[TAMPERED])
def empty_signatures_accepted(agency: Agency) -> Agency:
    """A signature is verified where there is one; an empty one passes."""
    return agency.with_(empty_signature_passes=True)


@fault(breaks=[EXPIRED])
def expired_tokens_accepted(agency: Agency) -> Agency:
    """Tokens are good for ever: nobody looks when they end."""
    return agency.with_(verify_expiry=False)


@fault(breaks=[EXPIRED])
def clocks_may_differ_by_a_day(agency: Agency) -> Agency:
    """Tokens are taken for a day after their end, in the name of clocks that differ."""
    return agency.with_(leeway=86400)


@fault(breaks=[EXPIRED])
def tokens_accepted_before_their_time(agency: Agency) -> Agency:
    """When a token ends is looked at; when it begins (`nbf`) is not."""
    return agency.with_(verify_not_before=False)


@fault(breaks=[CONFUSED])
def public_key_taken_for_a_secret(agency: Agency) -> Agency:
    """The token chooses HS256, and the public key in PEM serves as the secret."""
    return agency.with_(hmac_secret=lambda _header, keys: _first(keys).as_pem(private=False))


@fault(breaks=[CONFUSED])
def public_key_in_binary_taken_for_a_secret(agency: Agency) -> Agency:
    """The token chooses HS256, and the public key in DER serves as the secret."""
    return agency.with_(hmac_secret=lambda _header, keys: _first(keys).as_der(private=False))


@fault(breaks=[FOREIGN_KEY])
def tokens_bring_their_own_key(agency: Agency) -> Agency:
    """The key in the header of a token (`jwk`) is taken for the one that verifies it."""
    return agency.with_(trust_embedded_keys=True)


@fault(breaks=[FOREIGN_KEY])
def key_id_is_a_file_name(agency: Agency) -> Agency:
    """The key id is read as a file name, and an empty file is an empty key."""

    def read(header: Mapping[str, Any], _keys: KeySet) -> bytes | None:
        # No file is opened: what the sandbox shows needs this one only.
        return b"" if str(header.get("kid", "")).endswith("/dev/null") else None

    return agency.with_(hmac_secret=read)


@fault(breaks=[FOREIGN_KEY])
def key_id_is_put_into_a_query(agency: Agency) -> Agency:
    """The key id becomes part of an SQL query, which then yields a key of the sender's choice."""

    def look_up(header: Mapping[str, Any], _keys: KeySet) -> bytes | None:
        kid = str(header.get("kid", ""))
        database = sqlite3.connect(":memory:")
        try:
            database.execute("CREATE TABLE keys (kid TEXT, secret TEXT)")
            query = f"SELECT secret FROM keys WHERE kid = '{kid}'"  # noqa: S608 - this is the fault
            row = database.execute(query).fetchone()
        except (sqlite3.Error, sqlite3.Warning):
            return None
        finally:
            database.close()
        return str(row[0]).encode() if row else None

    return agency.with_(hmac_secret=look_up)


@fault(breaks=[FOREIGN])
def audience_not_verified(agency: Agency) -> Agency:
    """A token that was issued for another system is as good as one for this."""
    return agency.with_(verify_audience=False)


@fault(breaks=[FOREIGN])
def audience_compared_by_its_beginning(agency: Agency) -> Agency:
    """An audience that begins like the expected one is taken for it."""
    return agency.with_(audience_fits=str.startswith)


@fault(breaks=[FOREIGN])
def issuer_not_verified(agency: Agency) -> Agency:
    """The server issues for several bodies with one key, and nobody looks for which."""
    return agency.with_(verify_issuer=False, foreign="issuer")


@fault(breaks=[ID_TOKEN])
def id_tokens_of_the_portal_accepted(agency: Agency) -> Agency:
    """The portal calls with the ID token of whoever signed in, and the agency takes it."""
    return agency.with_(
        verify_type=False,
        claims_demanded=_OF_EVERY_TOKEN,
        audience_fits=lambda one, ours: one in {PORTAL.id, ours},
    )


@fault(breaks=[ID_TOKEN], also=[FOREIGN])
def whatever_the_issuer_signed_accepted(agency: Agency) -> Agency:
    """Whatever the issuer signed is good, of whatever kind and for whomever it was meant."""
    return agency.with_(verify_type=False, claims_demanded=_OF_EVERY_TOKEN, verify_audience=False)


def _first(keys: KeySet) -> Any:
    return keys.keys[0]
