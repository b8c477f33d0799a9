"""A certificate authority that lives as long as the process, and one leaf for this machine."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Credentials:
    """What a TLS listener needs, and what its callers have to trust.

    Attributes:
        authority: the certificate of the authority, PEM.
        context: the server's side, with leaf and key loaded; asks for a client certificate.
        client: issues a certificate and its key, PEM, for the common name of a client.
    """

    authority: str
    context: ssl.SSLContext
    client: Callable[[str], tuple[str, str]]


def issue() -> Credentials:
    """Make an authority and a leaf for `localhost` and the loopback addresses (RFC 5280)."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key, _AUTHORITY)
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(leaf_key, authority_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The standard library loads a chain from files only.
    with tempfile.TemporaryDirectory(prefix="sandbox-tls-") as folder:
        file = Path(folder) / "leaf.pem"
        file.touch(mode=0o600)
        file.write_bytes(_private(leaf_key) + _pem(leaf).encode("ascii"))
        context.load_cert_chain(file)
    # Clients have an authority of their own: who vouches for servers vouches for no caller.
    clients_key = ec.generate_private_key(ec.SECP256R1())
    clients = _authority(clients_key, _CLIENTS)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=_pem(clients))
    return Credentials(_pem(authority), context, lambda name: _client(name, clients_key))


def common_name(connection: ssl.SSLObject | None) -> str | None:
    """Return the common name in the verified certificate of a client; None without one."""
    shown = connection.getpeercert() if connection else None
    subject: Any = (shown or {}).get("subject", ())
    return next(
        (str(value) for part in subject for key, value in part if key == "commonName"), None
    )


def _client(name: str, authority_key: ec.EllipticCurvePrivateKey) -> tuple[str, str]:
    """Return a new certificate for a client, and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = authority_key.public_key()
    made = (
        _builder(name, _CLIENTS, key.public_key(), signer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return _pem(made), _private(key).decode("ascii")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A clock that is a little behind must not refuse a certificate made just now.
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


_AUTHORITY = "Sandbox demonstration authority"
_CLIENTS = "Sandbox demonstration authority for clients"


def _authority(key: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    public = key.public_key()
    return (
        _builder(name, name, public, public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    signer = authority_key.public_key()
    return (
        _builder("localhost", _AUTHORITY, key.public_key(), signer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
