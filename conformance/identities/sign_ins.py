"""What the answers of a sign-in tell, read at the door, where their secrets can still be seen.

An authorisation response hands out a code in an address, a token response hands out tokens (RFC
6749, sections 4.1.2 and 5.1; OpenID Connect Core 1.0, sections 3.1.2.5 and 3.1.3.3). None of them
is kept: what checks judge are the facts made here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance import nesting
from conformance.evidence import Response, header_values
from conformance.identities import issuers

# What an answer is read for at the door (`Question.read_for`).
AUTHORISATION, TOKENS = "authorisation", "issued_tokens"
# What of an authorisation response is a secret (OAuth 2.0 Multiple Response Types, section 5).
SECRETS = ("code", "access_token", "id_token", "refresh_token")
# Claims that tell how somebody was authenticated, and for whom (OpenID Connect Core 1.0, 2).
_TEXTS = ("iss", "azp", "nonce", "acr")
_NUMBERS = ("exp", "iat", "auth_time")
_LISTS = ("aud", "amr")
_LONGEST, _MOST = 300, 20
_SIGNED = 3
_NEVER = 2**53


def returned(asked: str, response: Response) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what an authorisation response tells, and the secrets that it hands out, by name.

    `back`: whether it leads to the address that was asked for; `delivered`: in which part of it
    values stand; `has`: which secrets; `state`: whether it is the one that was sent.

    Args:
        asked: the address of the authorisation request.
        response: the answer.
    """
    wanted = dict(parse_qsl(urlsplit(asked).query, keep_blank_values=True))
    places = header_values(response.headers, "Location")
    try:
        at = urlsplit(places[0] if places else "")
        home = urlsplit(wanted.get("redirect_uri", ""))
    except ValueError:
        at = home = urlsplit("")
    given = {
        part: dict(parse_qsl(text, keep_blank_values=True))
        for part, text in (("query", at.query), ("fragment", at.fragment))
    }
    told = {**given["query"], **given["fragment"]}
    secrets = {name: told[name] for name in SECRETS if told.get(name)}
    holding = [part for part, values in given.items() if {*SECRETS, "error"} & values.keys()]
    facts: dict[str, Any] = {
        "back": bool(at.netloc) and at[:3] == home[:3],
        "delivered": " ".join(holding),
        "has": list(secrets),
        "state": _compared(told.get("state"), wanted.get("state")),
    }
    facts |= {name: told[name][:_LONGEST] for name in ("error", "iss") if name in told}
    return facts, secrets


def issued(body: bytes, keys: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    """Return what a token response tells (RFC 6749, section 5.1); None where it is none.

    Args:
        body: the body as it came.
        keys: the key set that the issuer published in this run.
        at: when it was asked for: checks have no clock.
    """
    told = _object(body)
    if told is None:
        return None
    has = [name for name in SECRETS if isinstance(told.get(name), str) and told[name]]
    facts: dict[str, Any] = {"has": has}
    error = told.get("error")
    if isinstance(error, str):
        facts["error"] = error[:_LONGEST]
    seconds = told.get("expires_in")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        facts["expires_in"] = seconds
    if "id_token" in has:
        facts["id_token"] = described(told["id_token"], keys, at)
    return facts


def described(token: str, keys: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    """Return what may be told of an ID token; None where it is no signed one (RFC 7519).

    `signed_by` is the digest of the published key whose signature it has, empty where none fits;
    `readable` whether the algorithm is one that we can verify; `issued_ago` and `ends_in` are
    seconds by the examiner's clock.
    """
    parts = token.split(".")
    if len(parts) != _SIGNED:
        return None
    header, claims = (_object(_decoded(part)) for part in parts[:2])
    if header is None or claims is None:
        return None
    algorithm = str(header.get("alg", ""))[:_LONGEST]
    listed = keys.get("keys")
    named = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    content, signature = ".".join(parts[:2]).encode(), _decoded(parts[2])
    fitting = [key for key in named if _verifies(key, algorithm, content, signature)]
    facts: dict[str, Any] = {
        "alg": algorithm,
        "readable": algorithm in _HASHES,
        "signed_by": issuers.digest_of(fitting[0]) if fitting else "",
        "names": sorted(name[:_LONGEST] for name in claims)[:_MOST],
    }
    return facts | _claimed(claims, at)


def _claimed(claims: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Return the claims of an ID token that checks look at, where they are of their types."""
    facts: dict[str, Any] = {}
    for name in _TEXTS:
        if isinstance(claims.get(name), str):
            facts[name] = claims[name][:_LONGEST]
    for name in _NUMBERS:
        value = claims.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            facts[name] = value
    now = datetime.fromisoformat(at).timestamp()
    # Beyond all clocks a number is no time.
    if abs(facts.get("iat", _NEVER)) < _NEVER:
        facts["issued_ago"] = round(now - facts["iat"])
    if abs(facts.get("exp", _NEVER)) < _NEVER:
        facts["ends_in"] = round(facts["exp"] - now)
    for name in _LISTS:
        value = claims.get(name)
        listed = [value] if isinstance(value, str) and name == "aud" else value
        if isinstance(listed, list) and all(isinstance(entry, str) for entry in listed):
            facts[name] = [entry[:_LONGEST] for entry in listed[:_MOST]]
    if isinstance(claims.get("sub"), str):
        facts["sub"] = claims["sub"]
    return facts


def _compared(told: str | None, sent: str | None) -> str:
    if told is None:
        return "none"
    return "same" if told == sent else "other"


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = nesting.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _decoded(part: str) -> bytes:
    try:
        padded = part + "=" * (-len(part) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError:
        return b""


# The digest of each algorithm (RFC 7518, section 3.1); EdDSA has its own (RFC 8037).
_HASHES = {
    **{f"{kind}{bits}": bits for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)},
    "EdDSA": 0,
}
_CURVES = {"P-256": "SECP256R1", "P-384": "SECP384R1", "P-521": "SECP521R1"}


def _verifies(jwk: Mapping[str, Any], algorithm: str, content: bytes, signature: bytes) -> bool:
    """Whether a signature is that of a published key, with the algorithm that a token names."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # heavy, rare

    if jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
        return False
    verify = {"RS": _rsa, "PS": _rsa, "ES": _ec, "Ed": _ed}.get(algorithm[:2])
    if algorithm not in _HASHES or verify is None:
        return False
    try:
        verify(jwk, algorithm, content, signature)
    except (InvalidSignature, KeyError, ValueError, TypeError):
        return False
    return True


def _number(jwk: Mapping[str, Any], name: str) -> int:
    return int.from_bytes(_decoded(str(jwk[name])), "big")


def _hash(algorithm: str) -> Any:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  # heavy, rare

    return getattr(hashes, f"SHA{_HASHES[algorithm]}")()


def _rsa(jwk: Mapping[str, Any], algorithm: str, content: bytes, signature: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415  # heavy

    made = _hash(algorithm)
    way: Any = padding.PKCS1v15()
    if algorithm.startswith("PS"):
        way = padding.PSS(padding.MGF1(made), padding.PSS.DIGEST_LENGTH)
    key = rsa.RSAPublicNumbers(_number(jwk, "e"), _number(jwk, "n")).public_key()
    key.verify(signature, content, way, made)


def _ec(jwk: Mapping[str, Any], algorithm: str, content: bytes, signature: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415  # heavy

    curve = getattr(ec, _CURVES[str(jwk["crv"])])()
    point = ec.EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), curve)
    # RFC 7518, section 3.4: both halves, one after the other.
    half = len(signature) // 2
    halves = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    made = ec.ECDSA(_hash(algorithm))
    point.public_key().verify(utils.encode_dss_signature(*halves), content, made)


def _ed(jwk: Mapping[str, Any], _algorithm: str, content: bytes, signature: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # heavy

    ed25519.Ed25519PublicKey.from_public_bytes(_decoded(str(jwk["x"]))).verify(signature, content)
