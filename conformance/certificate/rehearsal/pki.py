"""A public-key infrastructure to rehearse with: roots, issuing authorities, people, revocations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


def new_key(kind: str = "ec") -> Any:
    """Return a new private key, `ec` of 256 bits or `rsa` of 2048."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Certified:
    """A key and its certificate."""

    certificate: x509.Certificate
    key: Any

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key in PEM, PKCS#8."""
        found: bytes = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return found

    def store(self, password: bytes, *others: Certified) -> bytes:
        """Return a PKCS#12 store of it."""
        return pkcs12.serialize_key_and_certificates(
            b"seal",
            self.key,
            self.certificate,
            [each.certificate for each in others],
            BestAvailableEncryption(password),
        )


@dataclass
class Authority:
    """An authority below a root of its own, which keeps a list of what it revoked."""

    name: str
    root: Certified
    issuing: Certified
    revoked: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def new(cls, name: str) -> Authority:
        """Return a new one."""
        key, below = new_key(), new_key()
        root = _certificate(f"{name} Root", key, None, ca=1)
        return cls(name, root, _certificate(f"{name} Issuing", below, root, ca=0))

    def person(self, name: str, *, key: Any = None, days: int = 700) -> Certified:
        """Certify somebody who signs."""
        return _certificate(name, key or new_key(), self.issuing, days=days)

    def time(self) -> Certified:
        """Certify a timestamping authority (RFC 3161, section 2.3)."""
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return _certificate(f"{self.name} Time", new_key("rsa"), self.issuing, extended=stamping)

    def lists(self) -> list[bytes]:
        """Return the revocation lists of root and issuing authority, in DER."""
        now = datetime.now(UTC)
        found = []
        for signer, revoked in ((self.root, {}), (self.issuing, self.revoked)):
            builder = (
                x509.CertificateRevocationListBuilder()
                .issuer_name(signer.certificate.subject)
                .last_update(now - DAY)
                .next_update(now + 400 * DAY)
                .add_extension(x509.CRLNumber(len(revoked) + 1), critical=False)
            )
            for serial, at in revoked.items():
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
                builder = builder.add_revoked_certificate(entry.build())
            found.append(builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER))
        return found

    def write(self, folder: Path) -> None:
        """Write `root.pem`, `issuing.pem`, `root.crl` and `issuing.crl` into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "root.pem").write_bytes(self.root.pem)
        (folder / "issuing.pem").write_bytes(self.issuing.pem)
        for name, content in zip(("root.crl", "issuing.crl"), self.lists(), strict=True):
            (folder / name).write_bytes(content)


def _certificate(  # noqa: PLR0913  # what RFC 5280 lets differ
    name: str,
    key: Any,
    issuer: Certified | None,
    *,
    ca: int | None = None,
    days: int = 700,
    extended: x509.ExtendedKeyUsage | None = None,
) -> Certified:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now = datetime.now(UTC)
    signs = ca is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca=signs, path_length=ca), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not signs,
                content_commitment=not signs,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=signs,
                crl_sign=signs,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(above, critical=False)
    if extended is not None:
        builder = builder.add_extension(extended, critical=True)
    made = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Certified(made, key)
