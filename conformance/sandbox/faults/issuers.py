"""Authorisation servers that publish what they should not, or what is not so (RFC 8414, 7517)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.variations import fault

PUBLIC = "identity.keys.published_keys_are_public"
CONSISTENT = "identity.metadata.metadata_are_consistent"
GRANTS = "identity.metadata.deprecated_grants_are_not_offered"
PROOF = "identity.metadata.proof_keys_are_offered"
IN_URLS = "identity.urls.tokens_in_urls_are_refused"

# Of 1024 bits, made for this list alone: nothing is signed with it.
_SHORT = "4" + "Q" * 169 + "Q"


def _telling(agency: Agency, **members: Any) -> Agency:
    """Return an agency whose authorisation server tells these members otherwise."""
    return agency.with_(metadata=lambda _place, told: {**told, **members})


def _with_keys(
    agency: Agency, change: Callable[[dict[str, Any], dict[str, Any]], list[Any]]
) -> Agency:
    """Return an agency whose key set is another list of keys; gets a public and a private one."""
    return agency.with_(
        key_set=lambda told, private: {"keys": change(told["keys"][0], private["keys"][0])}
    )


@fault(breaks=[PUBLIC])
def private_keys_published(agency: Agency) -> Agency:
    """The key set has the private keys in it: anybody can issue tokens."""
    return _with_keys(agency, lambda _public, private: [private])


@fault(breaks=[PUBLIC])
def one_prime_published(agency: Agency) -> Agency:
    """Of the private members only one prime was forgotten, from which all others follow."""
    return _with_keys(agency, lambda public, private: [{**public, "p": private["p"]}])


@fault(breaks=[PUBLIC])
def shared_secret_published(agency: Agency) -> Agency:
    """Beside the public key stands the secret of tokens between servers (`oct`)."""
    secret = {"kty": "oct", "kid": "noi-bo", "k": "vnct-bi-mat-chung-cua-may-chu"}
    return _with_keys(agency, lambda public, _private: [public, secret])


@fault(breaks=[PUBLIC])
def short_key_published(agency: Agency) -> Agency:
    """An old key of 1024 bits is still in the set, so it is still believed."""
    old = {"kty": "RSA", "kid": "cu", "use": "sig", "n": _SHORT, "e": "AQAB"}
    return _with_keys(agency, lambda public, _private: [public, old])


@fault(breaks=[PUBLIC])
def key_id_used_twice(agency: Agency) -> Agency:
    """A key was exchanged under its old id, and the old one is published still."""
    return _with_keys(
        agency, lambda public, _private: [public, {**public, "n": public["n"][:-8] + "AAAAAAAQ"}]
    )


@fault(breaks=[PUBLIC])
def key_set_empty(agency: Agency) -> Agency:
    """The key set is there, without any key."""
    return _with_keys(agency, lambda _public, _private: [])


@fault(breaks=[CONSISTENT])
def issuer_of_another(agency: Agency) -> Agency:
    """The metadata name an issuer from before the system moved."""
    return _telling(agency, issuer="https://xac-thuc.example")


@fault(breaks=[CONSISTENT])
def issuer_with_a_slash(agency: Agency) -> Agency:
    """The issuer has a slash at its end in the metadata, and none in tokens."""
    return agency.with_(metadata=lambda _place, told: {**told, "issuer": told["issuer"] + "/"})


@fault(breaks=[CONSISTENT])
def token_endpoint_without_tls(agency: Agency) -> Agency:
    """Secrets of programs go to an http address."""
    return _telling(agency, token_endpoint="http://xac-thuc.example/oauth2/token")


@fault(breaks=[CONSISTENT])
def response_types_not_told(agency: Agency) -> Agency:
    """The metadata leave out the response types, though people log in."""
    return agency.with_(metadata=lambda _place, told: without(told, "response_types_supported"))


@fault(breaks=[CONSISTENT])
def openid_metadata_without_keys(agency: Agency) -> Agency:
    """OpenID Connect is offered at its own address alone, without its key set."""

    def told(place: str, all_: dict[str, Any]) -> Any:
        return without(all_, "jwks_uri") if place.endswith("openid-configuration") else None

    return agency.with_(metadata=told)


@fault(breaks=[GRANTS])
def passwords_for_tokens(agency: Agency) -> Agency:
    """Programs may ask people for their passwords and send them in (`password`)."""
    return _telling(agency, grant_types_supported=["authorization_code", "password"])


@fault(breaks=[GRANTS])
def tokens_in_redirects(agency: Agency) -> Agency:
    """Grants look well; one response type issues access tokens in the address (`code token`)."""
    return _telling(agency, response_types_supported=["code", "code token"])


@fault(breaks=[PROOF])
def only_plain_proof_keys(agency: Agency) -> Agency:
    """Codes are bound by `plain` only, which shows the proof to whoever sees the request."""
    return _telling(agency, code_challenge_methods_supported=["plain"])


@fault(breaks=[PROOF])
def proof_keys_not_told(agency: Agency) -> Agency:
    """The metadata do not list proof keys, which says that there are none."""
    dropped = "code_challenge_methods_supported"
    return agency.with_(metadata=lambda _place, told: without(told, dropped))


@fault(breaks=[IN_URLS])
def tokens_in_urls_accepted(agency: Agency) -> Agency:
    """A token in the query is as good as one in the field (RFC 6750, 2.3)."""
    every = frozenset(o.id for o in agency.contract.operations)
    return agency.with_(token_in_query_on=every)


@fault(breaks=[IN_URLS])
def token_in_url_accepted_on_one_operation(agency: Agency) -> Agency:
    """One operation takes tokens from the query, for a page that could set no field."""
    return agency.with_(token_in_query_on=frozenset({"listDossiers"}))
