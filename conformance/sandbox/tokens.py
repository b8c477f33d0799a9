"""Access tokens: JSON Web Tokens in the profile of RFC 9068, issued and validated.

What a validation can forget is a knob of the agency; the defaults forget nothing (RFC 8725).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.util import urlsafe_b64encode

from conformance.sandbox.agency import Agency
from conformance.sandbox.demonstration import Person

TYPES = ("at+jwt", "application/at+jwt")
HOUR = 3600
_LARGEST_HEADER = 8192

Claims = dict[str, Any]


class InvalidTokenError(Exception):
    """A token is not accepted.

    Attributes:
        audience: whether all is well with it but for whom it is meant.
    """

    def __init__(self, reason: str, *, audience: bool = False) -> None:
        super().__init__(reason)
        self.audience = audience


class Keys:
    """The keys of an authorisation server, one for each algorithm, made when the process starts."""

    def __init__(self) -> None:
        self._by_algorithm: dict[str, RSAKey | ECKey] = {
            "RS256": RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True),
            "ES256": ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True),
        }

    def signing(self, algorithm: str) -> RSAKey | ECKey:
        """Return the key that signs with an algorithm."""
        return self._by_algorithm[algorithm]

    def published(self, algorithms: tuple[str, ...]) -> KeySet:
        """Return the key set that everybody may know (RFC 7517, section 5)."""
        return KeySet([self._by_algorithm[name] for name in algorithms])

    def private(self, algorithms: tuple[str, ...]) -> dict[str, Any]:
        """Return the key set with all that is private: what a careless server would publish."""
        return {"keys": [self._by_algorithm[name].as_dict(private=True) for name in algorithms]}

    def document(self, algorithms: tuple[str, ...]) -> dict[str, Any]:
        """Return the published key set as JSON, without anything private."""
        return {
            "keys": [self._by_algorithm[name].as_dict(private=False) for name in algorithms],
        }


@dataclass(frozen=True)
class Trust:
    """What a resource server relies on.

    Attributes:
        keys: the keys of the authorisation server.
        issuers: the names by which it issues; one server, one name for each of its addresses.
        revoked: the `jti` of tokens that were taken back (RFC 7009).
    """

    keys: Keys
    issuers: tuple[str, ...]
    revoked: Container[str]


def claims_of(  # noqa: PLR0913  # what a token says
    person: Person,
    client: str,
    issuer: str,
    audience: str,
    *,
    begins: int = 0,
    seconds: int = HOUR,
    **more: Any,
) -> Claims:
    """Return the claims of a new access token (RFC 9068, section 2.2).

    Args:
        person: whom it is about.
        client: the program that it is issued to.
        issuer: who issues it.
        audience: the system that it is good for.
        begins: in how many seconds from now it becomes valid; negative for the past.
        seconds: for how many it is valid from then on.
        more: further claims, or others than the usual ones.
    """
    starts = int(time.time()) + begins
    return {
        "iss": issuer,
        "aud": audience,
        "sub": person.subject,
        "client_id": client,
        "roles": [person.role],
        "iat": min(starts, int(time.time())),
        "nbf": starts,
        "exp": starts + seconds,
        "jti": str(uuid.uuid4()),
        **more,
    }


def signed(claims: Claims, keys: Keys, algorithm: str, *, kind: str = TYPES[0]) -> str:
    """Return claims as a signed token."""
    key = keys.signing(algorithm)
    header = {"alg": algorithm, "typ": kind, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def verified(token: str, rules: Agency, trust: Trust) -> Claims:
    """Return the claims of a token that this agency accepts.

    Raises:
        InvalidTokenError: it does not.
    """
    try:
        header, claims = _opened(token, rules, trust)
        _demand_claims(claims, rules, trust)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidTokenError(type(error).__name__) from error
    if rules.verify_type and str(header.get("typ", "")).lower() not in TYPES:
        raise InvalidTokenError("typ")
    if rules.verify_revocation and claims.get("jti") in trust.revoked:
        raise InvalidTokenError("jti")
    if rules.verify_audience and not _is_meant_for_us(claims["aud"], rules):
        raise InvalidTokenError("aud", audience=True)
    return claims


def _opened(token: str, rules: Agency, trust: Trust) -> tuple[Mapping[str, Any], Claims]:
    """Return header and claims of a token whose signature is good enough for this agency."""
    found = jws.extract_compact(token.encode("ascii"), registry=_reading(()))
    header = found.headers()
    if header["alg"] in rules.unsigned_algorithms:
        return header, _object(found.payload)
    if header["alg"] == "HS256" and rules.hmac_secret is not None:
        secret = rules.hmac_secret(header, trust.keys.published(rules.algorithms))
        if secret is not None and _has_hmac(token, secret):
            return header, _object(found.payload)
    if rules.trust_embedded_keys and "jwk" in header:
        return header, _decoded(token, RSAKey.import_key(header["jwk"]), ("RS256",))
    # A key of ours that the token names, and only with the algorithm that the key is for; what a
    # header says about other keys (jwk, jku, x5u, x5c) is not looked at (RFC 8725, 3.1 and 3.10).
    published = trust.keys.published(rules.algorithms)
    key = published.get_by_kid(str(header["kid"]), {"alg": header["alg"]})
    unsigned = not found.segments["signature"]
    if not rules.verify_signature or (unsigned and rules.empty_signature_passes):
        return header, _object(found.payload)
    return header, _decoded(token, key, rules.algorithms)


def _decoded(token: str, key: Key, algorithms: tuple[str, ...]) -> Claims:
    return jwt.decode(token, key, registry=_reading(algorithms)).claims


def _reading(algorithms: tuple[str, ...]) -> jws.JWSRegistry:
    """Return the rules for reading a header, which may be large: a refusal is for what it says."""
    made = jws.JWSRegistry(algorithms=list(algorithms))
    made.max_header_length = _LARGEST_HEADER
    return made


def _object(payload: bytes) -> Claims:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise TypeError("claims are an object")
    return claims


def _has_hmac(token: str, secret: bytes) -> bool:
    content, _, signature = token.rpartition(".")
    made = hmac.digest(secret, content.encode("ascii"), hashlib.sha256)
    return hmac.compare_digest(urlsafe_b64encode(made).decode("ascii"), signature)


def _demand_claims(claims: Claims, rules: Agency, trust: Trust) -> None:
    """Demand the claims of RFC 9068, section 4, but for those this agency does not look at."""
    disregarded = {
        name
        for name, looked_at in (
            ("exp", rules.verify_expiry),
            ("nbf", rules.verify_not_before),
            ("iss", rules.verify_issuer),
        )
        if not looked_at
    }
    wanted: Any = {
        name: {"essential": True}
        for name in sorted(rules.claims_demanded)
        if name not in disregarded
    }
    if "iss" in wanted:
        wanted["iss"]["values"] = list(trust.issuers)
    looked_at = {name: value for name, value in claims.items() if name not in disregarded}
    jwt.JWTClaimsRegistry(leeway=rules.leeway, **wanted).validate(looked_at)


def _is_meant_for_us(audience: str | list[str], rules: Agency) -> bool:
    named = [audience] if isinstance(audience, str) else audience
    return any(rules.audience_fits(one, rules.contract.system) for one in named)
