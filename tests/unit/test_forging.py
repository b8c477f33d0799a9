"""Forged tokens and certificates: wrong in exactly one way, and told apart from what is opaque."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from conformance.identities import forging
from conformance.identities.forging import CannotForgeError, Forged
from conformance.probe.questions import is_forged, is_stranger
from conformance.verdict import Reason

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS = {"sub": "a", "aud": "api", "iss": "https://issuer.example", "exp": time.time() + 600}
PEM = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def token(**claims: Any) -> str:
    header = encoded(json.dumps({"alg": "RS256", "kid": "one", "typ": "at+jwt"}).encode())
    content = f"{header}.{encoded(json.dumps({**CLAIMS, **claims}).encode())}"
    signature = KEY.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{encoded(signature)}"


def keys() -> dict[str, Any]:
    numbers = KEY.public_key().public_numbers()
    n = encoded(numbers.n.to_bytes(256, "big"))
    return {"keys": [{"kty": "RSA", "kid": "one", "n": n, "e": "AQAB", "use": "sig"}]}


def is_genuine(forged: str) -> bool:
    """Whether a validator that does everything right would believe it."""
    head, body, signature = (*forged.split("."), "", "")[:3]
    if json.loads(decoded(head))["alg"] != "RS256":
        return False
    try:
        content = f"{head}.{body}".encode()
        KEY.public_key().verify(decoded(signature), content, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


ALL = (*forging.UNSIGNED, *forging.TAMPERED, *forging.CONFUSED, *forging.FOREIGN_KEY)


@pytest.mark.parametrize("variant", ALL)
def test_no_variant_is_genuine(variant: str) -> None:
    assert is_genuine(token())
    assert not is_genuine(forging.forge(token(), variant, keys()))


@pytest.mark.parametrize("variant", ALL)
def test_every_variant_keeps_what_it_is_not_wrong_in(variant: str) -> None:
    forged = forging.forge(token(), variant, keys())
    claims = json.loads(decoded(forged.split(".")[1]))
    changed = {
        name for name in CLAIMS if claims[name] != json.loads(decoded(token().split(".")[1]))[name]
    }
    assert changed - {"exp"} == ({"sub"} if variant == "tampered-claims" else set())


@pytest.mark.parametrize("variant", forging.UNSIGNED)
def test_unsigned_tokens_say_so_and_have_no_signature(variant: str) -> None:
    forged = forging.forge(token(), variant, None)
    assert json.loads(decoded(forged.split(".")[0]))["alg"].lower() == "none"
    assert forged.endswith(".") == (variant != "unsigned-no-dot")


def test_a_tampered_signature_differs_in_one_bit_that_counts() -> None:
    genuine = token()
    forged = forging.forge(genuine, "tampered-signature", None)
    pairs = zip(decoded(genuine.split(".")[2]), decoded(forged.split(".")[2]), strict=True)
    assert sum((a ^ b).bit_count() for a, b in pairs) == 1


def test_confusion_signs_with_the_public_key() -> None:
    head, body, signature = forging.forge(token(), "hmac-pem", keys()).split(".")
    expected = hmac.digest(PEM, f"{head}.{body}".encode(), hashlib.sha256)
    assert decoded(signature) == expected
    assert json.loads(decoded(head))["kid"] == "one"


def test_confusion_needs_the_public_key() -> None:
    with pytest.raises(CannotForgeError) as outcome:
        forging.forge(token(), "hmac-der", None)
    assert outcome.value.reason is Reason.NO_TEST_DATA


@pytest.mark.parametrize("opaque", ["opaque-token", "a.b.c", "", "..", "e30.e30.x"])
def test_what_is_no_jws_is_opaque(opaque: str) -> None:
    assert forging.described(opaque) == {"format": "opaque"}
    with pytest.raises(CannotForgeError):
        forging.forge(opaque, "without-signature", None)


@pytest.mark.parametrize(
    ("claim", "seconds", "lapsed"),
    [
        ("exp", -3600, True),
        ("exp", -60, False),
        ("nbf", 3600, True),
        ("nbf", 60, False),
    ],
)
def test_lapsed_means_more_than_clocks_differ(claim: str, seconds: int, lapsed: bool) -> None:  # noqa: FBT001  # a case
    # By the clock of this moment: a long run of all tests collects them well before.
    made = token(**{claim: time.time() + seconds})
    assert forging.described(made)["lapsed"] is lapsed


@pytest.mark.parametrize("claims", [{}, {"exp": "soon"}])
def test_a_token_that_tells_no_time_is_not_lapsed(claims: dict[str, Any]) -> None:
    assert forging.described(token(**claims))["lapsed"] is False


def test_a_description_holds_no_part_of_the_token() -> None:
    told = json.dumps(forging.described(token(name="Nguyễn Thị Bình An")))
    assert "Bình" not in told
    assert not any(part in told for part in token().split("."))


def test_names_of_forged_credentials_are_read_back() -> None:
    name = str(Forged("kid-file", "citizen_a"))
    assert Forged.of(name) == Forged("kid-file", "citizen_a")
    assert is_forged(name)
    assert is_stranger(name)


def test_a_self_signed_certificate_has_the_subject_and_no_issuer() -> None:
    genuine, _ = forging.self_signed(_certificate())
    made = x509.load_pem_x509_certificate(genuine.encode())
    assert made.subject == x509.load_pem_x509_certificate(_certificate().encode()).subject
    made.verify_directly_issued_by(made)


def _certificate() -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Cơ quan minh họa")])
    now = forging.datetime.now(forging.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now.replace(year=now.year + 1))
        .sign(KEY, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )
