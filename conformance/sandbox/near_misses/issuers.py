"""Authorisation servers that publish in other ways that are just as good."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.variations import near_miss

PUBLIC = "identity.keys.published_keys_are_public"
CONSISTENT = "identity.metadata.metadata_are_consistent"
GRANTS = "identity.metadata.deprecated_grants_are_not_offered"
PROOF = "identity.metadata.proof_keys_are_offered"
IN_URLS = "identity.urls.tokens_in_urls_are_refused"
_OPENID = (
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "scopes_supported",
    "userinfo_endpoint",
    "jwks_uri",
)


@near_miss(spares=[CONSISTENT, GRANTS, PROOF, PUBLIC])
def metadata_of_openid_only(agency: Agency) -> Agency:
    """Metadata stand at the address of OpenID Connect alone (RFC 8414, 5, allows either)."""

    def told(place: str, all_: dict[str, Any]) -> Any:
        return all_ if place.endswith("openid-configuration") else None

    return agency.with_(metadata=told)


@near_miss(spares=[CONSISTENT, PUBLIC])
def metadata_at_the_openid_address(agency: Agency) -> Agency:
    """The address is OpenID's, and only OAuth is meant: its members are not owed (RFC 8414, 5)."""

    def told(place: str, all_: dict[str, Any]) -> Any:
        return without(all_, *_OPENID) if place.endswith("openid-configuration") else None

    return agency.with_(metadata=told)


@near_miss(spares=[CONSISTENT, GRANTS, PROOF])
def metadata_for_programs_only(agency: Agency) -> Agency:
    """Only programs get tokens: no response type is told, as none is there (RFC 8414, 3.2)."""
    dropped = (
        "response_types_supported",
        "authorization_endpoint",
        "code_challenge_methods_supported",
    )

    def told(_place: str, all_: dict[str, Any]) -> Any:
        return {**without(all_, *dropped), "grant_types_supported": ["client_credentials"]}

    return agency.with_(metadata=told)


@near_miss(spares=[CONSISTENT])
def members_of_metadata_are_null(agency: Agency) -> Agency:
    """What there is not is told as null, as some libraries write it: it says as much as nothing."""
    nothing = {"registration_endpoint": None, "introspection_endpoint": None}
    return agency.with_(metadata=lambda _place, all_: {**all_, **nothing})


@near_miss(spares=[GRANTS, PROOF])
def id_token_beside_the_code(agency: Agency) -> Agency:
    """`implicit` is for `id_token` alone: no access token in the address (RFC 9700, 2.1.2)."""
    more = {
        "grant_types_supported": ["authorization_code", "client_credentials", "implicit"],
        "response_types_supported": ["code", "id_token", "code id_token"],
        "code_challenge_methods_supported": ["plain", "S256"],
    }
    return agency.with_(metadata=lambda _place, all_: {**all_, **more})


@near_miss(spares=[PUBLIC])
def private_members_are_null(agency: Agency) -> Agency:
    """Private members are named and null, as some libraries write public keys: nothing is told."""
    nothing = dict.fromkeys(("d", "p", "q", "dp", "dq", "qi")) | {"oth": []}

    def keys(told: dict[str, Any], _private: dict[str, Any]) -> Any:
        return {"keys": [{**key, **nothing} for key in told["keys"]]}

    return agency.with_(key_set=keys)


@near_miss(spares=[PUBLIC])
def key_of_an_unknown_type(agency: Agency) -> Agency:
    """A key of a type that nobody knows yet is to be passed over (RFC 7517, 5), as is a double."""

    def keys(told: dict[str, Any], _private: dict[str, Any]) -> Any:
        key = told["keys"][0]
        new = {"kty": "LWE", "kid": key["kid"], "p": "AQAB"}
        other = {**key, "use": "enc", "n": key["n"][:-8] + "AAAAAAAQ"}
        return {"keys": [*told["keys"], key, new, other]}

    return agency.with_(key_set=keys)


@near_miss(spares=[IN_URLS])
def token_in_url_is_a_bad_request(agency: Agency) -> Agency:
    """A token in the query is answered 400, which lets nobody in (RFC 6750, 3.1)."""
    return agency.with_(query_token_status=400)
