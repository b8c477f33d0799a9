"""Credentials that nobody issued: tokens and certificates made to be refused.

Each variant of a signed token (JWS, RFC 7515) is wrong in exactly one way, so that who accepts it
shows which rule of RFC 8725 it forgot. Nothing here is sent: the door asks for one variant at a
time, and records only which one it was.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance import nesting
from conformance.identities import claims as saying
from conformance.text import Text
from conformance.verdict import NotTested, Reason

FORGED = "forged"
SELF_SIGNED = "self-signed-certificate"
WITHOUT_CERTIFICATE = "without-certificate"
# A true token where none may stand (RFC 6750, 2.3): it must be refused there all the same.
IN_URL = "token-in-url"
NOT_FORGED = frozenset({SELF_SIGNED, WITHOUT_CERTIFICATE, IN_URL})
# Of clocks that differ, and of what validators allow (RFC 7519, 4.1.4: "a few minutes").
LEEWAY = 300

UNSIGNED = ("unsigned-none", "unsigned-None", "unsigned-NONE", "unsigned-nOnE", "unsigned-no-dot")
TAMPERED = ("tampered-signature", "tampered-claims", "without-signature")
CONFUSED = ("hmac-pem", "hmac-pem-no-newline", "hmac-der", "hmac-modulus")
FOREIGN_KEY = ("foreign-key", "embedded-jwk", "kid-file", "kid-query")

_PARTS = 3


class CannotForgeError(NotTested):
    """This credential cannot be forged in this way, so nothing can be said."""


@dataclass(frozen=True)
class Forged:
    """The name of a forged credential: `forged:VARIANT:IDENTITY`."""

    variant: str
    identity: str

    def __str__(self) -> str:
        return f"{FORGED}:{self.variant}:{self.identity}"

    @classmethod
    def of(cls, name: str) -> Forged:
        """Read the name that `str` writes."""
        _, variant, identity = name.split(":", 2)
        return cls(variant, identity)


def described(token: str) -> dict[str, Any]:
    """Return what may be told of a token: whether it is a JWS, and then how it is signed.

    `lapsed` says that it was past its `exp`, by more than clocks differ, or ahead of its `nbf`.
    """
    header, claims = _header(token), _claims(token)
    if header is None:
        return {"format": "opaque"}
    told: dict[str, Any] = {"format": "jws", "algorithm": str(header.get("alg", ""))}
    if claims is not None:
        now = time.time()
        ends, begins = claims.get("exp"), claims.get("nbf")
        told["lapsed"] = (isinstance(ends, int | float) and ends < now - LEEWAY) or (
            isinstance(begins, int | float) and begins > now + LEEWAY
        )
        scopes = scopes_of(claims.get("scope", claims.get("scp")))
        if scopes is not None:
            told["scopes"] = scopes
        audience = claims.get("aud", [])
        told["audiences"] = [
            str(a) for a in ([audience] if isinstance(audience, str) else audience)
        ]
        told["issuer"] = str(claims.get("iss", ""))
        told |= saying.told(header, claims)
    return told


def scopes_of(said: Any) -> list[str] | None:
    """Return the scopes that a token or a token response tells; None where it tells none.

    A text with spaces between them (RFC 6749, 3.3; RFC 9068, 2.2.3), or a list as some issuers
    write it.
    """
    if isinstance(said, str):
        return said.split()
    if isinstance(said, list) and all(isinstance(entry, str) for entry in said):
        return list(said)
    return None


def forge(token: str, variant: str, keys: Mapping[str, Any] | None) -> str:
    """Return a token that is wrong in one way.

    Args:
        token: a token that was issued.
        variant: one of the names above.
        keys: the issuer's key set (RFC 7517), for the variants that abuse a public key.

    Raises:
        CannotForgeError: the token is no JWS, or the variant needs keys that are not known.
    """
    header, claims = _header(token), _claims(token)
    if header is None or claims is None:
        raise CannotForgeError(
            Reason.INCONCLUSIVE,
            Text(vi="mã truy cập không phải JWS", en="the access token is no JWS"),
        )
    if variant in TAMPERED and not _is_signed(token):
        raise CannotForgeError(
            Reason.INCONCLUSIVE,
            Text(vi="mã truy cập không có chữ ký", en="the access token has no signature"),
        )
    return _MAKERS[variant](token, header, claims, keys)


# --- the variants -------------------------------------------------------------------------------

Claims = Mapping[str, Any]
Keys = Mapping[str, Any] | None


def _unsigned(alg: str, end: str = ".") -> Callable[[str, Claims, Claims, Keys], str]:
    def make(token: str, header: Claims, _claims: Claims, _keys: Keys) -> str:
        return f"{_encoded({**header, 'alg': alg})}.{token.split('.')[1]}{end}"

    return make


def _tampered_signature(token: str, _header: Claims, _claims: Claims, _keys: Keys) -> str:
    head, body, signature = token.split(".")
    raw = bytearray(_decoded(signature))
    # In the middle: some last characters of base64url decode to the same bytes.
    raw[len(raw) // 2] ^= 1
    return f"{head}.{body}.{_base64(bytes(raw))}"


def _tampered_claims(token: str, _header: Claims, claims: Claims, _keys: Keys) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{_encoded({**claims, 'sub': 'vnct-somebody-else'})}.{signature}"


def _without_signature(token: str, _header: Claims, _claims: Claims, _keys: Keys) -> str:
    head, body, _ = token.split(".")
    return f"{head}.{body}."


def _hmac_with(secret_of: Callable[[Any], bytes]) -> Callable[[str, Claims, Claims, Keys], str]:
    def make(_token: str, header: Claims, claims: Claims, keys: Keys) -> str:
        key = _public_key(header, keys)
        return _signed_by_hmac({**header, "alg": "HS256"}, claims, secret_of(key))

    return make


def _foreign_key(_token: str, header: Claims, claims: Claims, _keys: Keys) -> str:
    return _signed_by_us({**header, "alg": "RS256"}, claims)


def _embedded_jwk(_token: str, header: Claims, claims: Claims, _keys: Keys) -> str:
    numbers = _our_key().public_key().public_numbers()
    jwk = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e), "alg": "RS256"}
    kept = {key: value for key, value in header.items() if key != "kid"}
    return _signed_by_us({**kept, "alg": "RS256", "jwk": jwk}, claims)


def _kid_file(_token: str, header: Claims, claims: Claims, _keys: Keys) -> str:
    # A key id taken for a file name leads to an empty file: the key is then empty.
    wrong = {**header, "alg": "HS256", "kid": "../../../../dev/null"}
    return _signed_by_hmac(wrong, claims, b"")


def _kid_query(_token: str, header: Claims, claims: Claims, _keys: Keys) -> str:
    # A key id put into a query yields a key of the sender's choice.
    wrong = {**header, "alg": "HS256", "kid": "vnct' UNION SELECT 'k"}
    return _signed_by_hmac(wrong, claims, b"k")


def _pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization as s  # noqa: PLC0415  # heavy, rare

    pem: bytes = key.public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    return pem


def _der(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization as s  # noqa: PLC0415  # heavy, rare

    der: bytes = key.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    return der


def _modulus(key: Any) -> bytes:
    numbers = key.public_numbers()
    number: int = getattr(numbers, "n", None) or numbers.x
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


_MAKERS: Mapping[str, Callable[[str, Claims, Claims, Keys], str]] = {
    "unsigned-none": _unsigned("none"),
    "unsigned-None": _unsigned("None"),
    "unsigned-NONE": _unsigned("NONE"),
    "unsigned-nOnE": _unsigned("nOnE"),
    "unsigned-no-dot": _unsigned("none", end=""),
    "tampered-signature": _tampered_signature,
    "tampered-claims": _tampered_claims,
    "without-signature": _without_signature,
    "hmac-pem": _hmac_with(_pem),
    "hmac-pem-no-newline": _hmac_with(lambda key: _pem(key).rstrip(b"\n")),
    "hmac-der": _hmac_with(_der),
    "hmac-modulus": _hmac_with(_modulus),
    "foreign-key": _foreign_key,
    "embedded-jwk": _embedded_jwk,
    "kid-file": _kid_file,
    "kid-query": _kid_query,
}


# --- JSON Web Signature -------------------------------------------------------------------------


def _header(token: str) -> Mapping[str, Any] | None:
    parts = token.split(".")
    if len(parts) != _PARTS:
        return None
    header = _object(parts[0])
    return header if header is not None and "alg" in header else None


def _claims(token: str) -> Mapping[str, Any] | None:
    parts = token.split(".")
    return _object(parts[1]) if len(parts) == _PARTS else None


def _is_signed(token: str) -> bool:
    try:
        return bool(_decoded(token.rpartition(".")[2]))
    except ValueError:
        return False


def _object(part: str) -> Mapping[str, Any] | None:
    try:
        value = nesting.loads(_decoded(part))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _encoded(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _signed_by_hmac(header: Claims, claims: Claims, secret: bytes) -> str:
    content = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{content}.{_base64(hmac.digest(secret, content.encode(), hashlib.sha256))}"


def _signed_by_us(header: Claims, claims: Claims) -> str:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  # heavy, rare
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    content = f"{_encoded(header)}.{_encoded(claims)}"
    signature = _our_key().sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{_base64(signature)}"


_ours: list[Any] = []


def _our_key() -> Any:
    """Return a key of ours, made once: no issuer knows it."""
    if not _ours:
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # heavy, rare

        _ours.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return _ours[0]


def _public_key(header: Claims, keys: Keys) -> Any:
    """Return the issuer's public key that verifies tokens with this header."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415  # heavy, rare

    listed = keys.get("keys", []) if keys else []
    fitting = [k for k in listed if isinstance(k, dict) and k.get("kid") == header.get("kid")]
    for jwk in fitting or listed:
        numbers = {
            name: int.from_bytes(_decoded(str(jwk[name])), "big")
            for name in ("n", "e", "x", "y")
            if name in jwk
        }
        if jwk.get("kty") == "RSA":
            return rsa.RSAPublicNumbers(numbers["e"], numbers["n"]).public_key()
        curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
        curve = curves.get(str(jwk.get("crv")))
        if curve is not None:
            point = ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], curve)
            return point.public_key()
    raise CannotForgeError(
        Reason.NO_TEST_DATA,
        Text(
            vi="chưa biết khoá công khai: thêm vào tệp đích `issuer: {jwks_url: …}`",
            en="the public key is not known: add `issuer: {jwks_url: …}` to the target file",
        ),
    )


def self_signed(certificate: str) -> tuple[str, str]:
    """Return a certificate of the same subject that nobody but its own key vouches for, PEM.

    Args:
        certificate: the true one, PEM.

    Returns:
        The certificate and its key, both PEM.
    """
    from cryptography import x509  # noqa: PLC0415  # heavy, rare
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    subject = x509.load_pem_x509_certificate(certificate.encode()).subject
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(pem).decode(), private.decode()
