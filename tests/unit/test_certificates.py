"""What certificates say, on certificates made for the purpose."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from conformance.tls import certificates

KEY = ec.generate_private_key(ec.SECP256R1())
SHA256 = hashes.SHA256()
NOW = datetime(2026, 11, 21, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def made(  # noqa: PLR0913  # the parts of a certificate
    subject: str = "leaf",
    issuer: str = "root",
    *,
    names: tuple[str, ...] = (),
    key: Key = KEY,
    by: Key = KEY,
    algorithm: hashes.HashAlgorithm | None = SHA256,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=10))
        .not_valid_after(NOW + timedelta(days=80))
    )
    if names:
        general = [
            x509.IPAddress(ipaddress.ip_address(name[3:]))
            if name.startswith("ip:")
            else x509.DNSName(name)
            for name in names
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    return builder.sign(by, algorithm)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        (("api.example.vn",), "api.example.vn", True),
        (("API.Example.VN",), "api.example.vn", True),
        (("api.example.vn",), "api.example.vn.", True),
        (("api.example.vn",), "other.example.vn", False),
        (("*.example.vn",), "api.example.vn", True),
        (("*.example.vn",), "example.vn", False),
        (("*.example.vn",), "a.b.example.vn", False),
        (("a*.example.vn",), "api.example.vn", False),
        (("*",), "localhost", False),
        (("xn--dchvcng-q4af24h.vn",), "xn--dchvcng-q4af24h.vn", True),
        (("xn--bcher-kva.example",), "bücher.example", True),
        (("xn--bcher-kva.example",), "BÜCHER.example", True),
        (("ip:192.0.2.7",), "192.0.2.7", True),
        (("192.0.2.7",), "192.0.2.7", True),
        (("ip:192.0.2.7",), "192.0.2.8", False),
        (("ip:2001:db8::1",), "2001:db8:0:0::1", True),
        (("*.0.2.7",), "192.0.2.7", False),
        ((), "leaf", False),
    ],
)
def test_whom_a_certificate_is_for(names: tuple[str, ...], host: str, *, fits: bool) -> None:
    assert certificates.is_for(made(names=names), host) is fits


def test_a_path_is_found_in_any_order_and_among_strangers() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    root = made("root", "root", key=keys[0], by=keys[0])
    middle = made("middle", "root", key=keys[1], by=keys[0])
    leaf = made("leaf", "middle", key=keys[2], by=keys[1])
    stranger = made("stranger", "stranger")
    namesake = made("middle", "root")  # the same name, another key
    sent = [leaf, stranger, root, namesake, middle]
    assert certificates.path(sent) == [leaf, middle, root]
    assert certificates.path([leaf, root]) == [leaf]


def test_a_path_prefers_the_stronger_of_two_certificates_of_one_authority() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    weak = made("middle", "old root", key=keys[1], by=keys[0], algorithm=hashes.SHA224())
    strong = made("middle", "root", key=keys[1], by=keys[0])
    leaf = made("leaf", "middle", key=keys[2], by=keys[1])
    assert certificates.path([leaf, weak, strong]) == [leaf, strong]
    assert certificates.path([leaf, weak]) == [leaf, weak]


def test_a_circle_of_issuers_has_an_end() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    one = made("one", "two", key=keys[0], by=keys[1])
    two = made("two", "one", key=keys[1], by=keys[0])
    assert certificates.path([one, two]) == [one, two]


@pytest.mark.parametrize(
    ("key", "weakness"),
    [
        (KEY, None),
        (ec.generate_private_key(ec.SECP192R1()), "EC secp192r1"),
        (rsa.generate_private_key(65537, 2048), None),
        (rsa.generate_private_key(65537, 1024), "RSA 1024"),  # noqa: S505  # the weakness itself
        (ed25519.Ed25519PrivateKey.generate(), None),
    ],
    ids=["P-256", "P-192", "RSA 2048", "RSA 1024", "Ed25519"],
)
def test_weak_keys(key: Key, weakness: str | None) -> None:
    assert certificates.weak_key(made(key=key), min_rsa=2048, min_curve=256) == weakness


def test_weak_signatures() -> None:
    assert certificates.weak_signature(made()) is None
    assert certificates.weak_signature(made(algorithm=hashes.SHA224())) == "SHA224"
    edwards = ed25519.Ed25519PrivateKey.generate()
    assert certificates.weak_signature(made(by=edwards, algorithm=None)) is None
    # The signature of a root under itself protects nothing.
    assert certificates.weak_signature(made("root", "root", algorithm=hashes.SHA224())) is None


def test_both_ends_belong_to_the_validity() -> None:
    leaf = made()
    for end in (leaf.not_valid_before_utc, leaf.not_valid_after_utc):
        assert certificates.is_valid(leaf, end)
    assert not certificates.is_valid(leaf, leaf.not_valid_after_utc + timedelta(seconds=1))
    assert certificates.lifetime(leaf) == timedelta(days=90)
