"""What issuers of tokens publish: their keys and their metadata, told without what is private.

Looked at at the door, on the bytes as they came: a key set that holds a private key must not be
kept, and with real data no value of an answer is. What checks judge are the facts made here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from conformance import nesting

# What an answer is read for at the door (`Question.read_for`).
KEYS, METADATA = "issuer_keys", "issuer_metadata"
PUBLISHED = frozenset({KEYS, METADATA})
AT_THE_ROOT = "/.well-known/oauth-authorization-server"
APPENDED = "/.well-known/openid-configuration"

# The private members of each type of key (RFC 7518, section 6; RFC 8037, section 2; RFC 9964).
PRIVATE: Mapping[str, frozenset[str]] = {
    "RSA": frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"}),
    "EC": frozenset({"d"}),
    "OKP": frozenset({"d"}),
    "oct": frozenset({"k"}),
    "AKP": frozenset({"priv"}),
}
# Types that nobody knows are to be passed over (RFC 7517, section 5); what is private in every
# known one is private all the same.
_PRIVATE_ANYWHERE = frozenset({"d", "k", "priv"})
_PUBLIC: Mapping[str, tuple[str, ...]] = {
    "RSA": ("n", "e"),
    "EC": ("crv", "x", "y"),
    "OKP": ("crv", "x"),
    "oct": ("k",),
    "AKP": ("pub",),
}
TEXTS = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "userinfo_endpoint",
    "end_session_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "backchannel_authentication_endpoint",
)
LISTS = (
    "scopes_supported",
    "response_types_supported",
    "grant_types_supported",
    "code_challenge_methods_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "acr_values_supported",
)
# What else is looked at where it is of its form, and passed over where it is not.
WAYS = (
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
)
FLAGS = ("claims_parameter_supported", "authorization_response_iss_parameter_supported")
# Where no JSON can be read, a private member is known by its looks.
_SECRET = re.compile(rb'"(?:d|p|q|dp|dq|qi|k|priv)"\s*+:\s*+"[A-Za-z0-9_-]{8}')
# Only what looks like an address or a name is repeated: with real data nobody knows what a server
# shows at a well-known place, and none may flood us.
_ADDRESS = re.compile(r"https?://[^/?#@\s]+(?:[/?#][!-~]*)?", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_.:/+-]+(?: [A-Za-z0-9_.:/+-]+)*")
_LONGEST, _MOST = 500, 500


def metadata_places(issuer: str) -> tuple[str, ...]:
    """Return where an issuer publishes its metadata, as OAuth and as OpenID Connect have it.

    RFC 8414, section 3 puts the well-known part between host and path, OpenID Connect Discovery
    1.0, section 4 behind the path; both drop a slash at the end first. What is no address has none.
    """
    try:
        at = urlsplit(issuer)
    except ValueError:
        return ()
    path = at.path.rstrip("/")
    return (
        urlunsplit((at.scheme, at.netloc, AT_THE_ROOT + path, "", "")),
        urlunsplit((at.scheme, at.netloc, path + APPENDED, "", "")),
    )


def is_of(issuer: str, place: str) -> bool:
    """Whether an issuer is one whose metadata stand at an address."""
    return place in metadata_places(issuer)


def keys_of(body: bytes) -> dict[str, Any] | None:
    """Return what may be told of a key set (RFC 7517, section 5); None where it is none.

    Of each key: `kty`, `use` and `kid` as they stand, the names of its private members, the bits
    of an RSA modulus, whether it has what its type needs, and then a digest of that.
    """
    listed = _object(body).get("keys")
    if not isinstance(listed, list):
        return None
    return {
        "keys": [_described(key) for key in listed[:_MOST]],
        "more": max(0, len(listed) - _MOST),
    }


def metadata_of(body: bytes) -> dict[str, Any] | None:
    """Return the metadata that a document tells (RFC 8414, section 2); None where it tells none.

    `members` holds those that checks look at, `misshapen` the names of those that are not what
    the standard makes of them: an address, or a list of names. A null says as much as nothing.
    """
    told = {name: value for name, value in _object(body).items() if value is not None}
    members: dict[str, Any] = {}
    misshapen = []
    for name in TEXTS:
        if _is_like(_ADDRESS, told.get(name)):
            members[name] = told[name]
        elif name in told:
            misshapen.append(name)
    for name in (*LISTS, *WAYS):
        value = told.get(name)
        if isinstance(value, list) and all(_is_like(_NAME, entry) for entry in value[:_MOST]):
            members[name] = value[:_MOST]
        elif name in told and name in LISTS:
            misshapen.append(name)
    members |= {name: told[name] for name in FLAGS if isinstance(told.get(name), bool)}
    if not members and not misshapen:
        return None
    return {"members": members, "misshapen": misshapen}


def holds_private_keys(body: bytes) -> bool:
    """Whether a body holds a private or secret key in the form of RFC 7517, at any depth.

    Repeated members count each: a reader that takes the last sees another one than we keep.
    """
    if b'"kty"' not in body:
        return False
    found: list[bool] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if "kty" in made:
            found.extend(_is_secret(name, value, made["kty"]) for name, value in pairs)
        return made

    try:
        nesting.loads(body, object_pairs_hook=look)
    except ValueError:
        return _SECRET.search(body) is not None
    return any(found)


def digest_of(key: Mapping[str, Any]) -> str:
    """Return the digest by which facts speak of a public key; it is known to be a usable one."""
    return _digest("\n".join(str(key.get(name, "")) for name in _PUBLIC[str(key["kty"])]))


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = nesting.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _described(key: Any) -> dict[str, Any]:
    if not isinstance(key, dict):
        return {"kty": "", "private": [], "usable": False}
    kty = str(key["kty"]) if _is_like(_NAME, key.get("kty")) else ""
    told: dict[str, Any] = {
        "kty": kty,
        "private": sorted(name for name, value in key.items() if _is_secret(name, value, kty)),
        "usable": kty in _PUBLIC and all(_is_text(key.get(name)) for name in _PUBLIC[kty]),
    }
    told |= {
        name: key[name] if _is_like(_NAME, key[name]) else _digest(key[name])
        for name in ("use", "kid")
        if _is_text(key.get(name))
    }
    if kty == "RSA":
        bits = next(_bits(key.get("n")), None)
        told["usable"] = told["usable"] and bits is not None
        told |= {"bits": bits} if bits is not None else {}
    if told["usable"] and kty != "oct":
        told["digest"] = digest_of(key)
    return told


def _is_secret(name: str, value: Any, kty: Any) -> bool:
    """Whether a member tells something private; null and nothing tell nothing."""
    private = PRIVATE.get(kty, _PRIVATE_ANYWHERE) if isinstance(kty, str) else _PRIVATE_ANYWHERE
    return name in private and value not in (None, "", [], {})


def _is_like(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and bool(form.fullmatch(value))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _bits(modulus: Any) -> Iterator[int]:
    """Yield how many bits a modulus has, where it can be read (RFC 7518, section 2)."""
    if isinstance(modulus, str):
        try:
            padded = modulus + "=" * (-len(modulus) % 4)
            raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            return
        yield int.from_bytes(raw, "big").bit_length()
