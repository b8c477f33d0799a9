"""Whom a verifier trusts: which issuers, in which role, under which roots; registries; time.

    schema: conformance-trust/1
    issuers:
      - id: trung-tam-a
        role: body                        # body: may certify; agency: may declare about itself
        name: {vi: "Trung tâm A", en: "Centre A"}
        roots: [roots/a.pem]
        people:
          - {name: "Trần Thị B", functions: [decision], subject: "CN=Trần Thị B,C=VN"}
    registries:
      - {origin: "registry.example", keys: [registry.pub.pem]}
    timestamping: {roots: [roots/time.pem]}
    revocation: [crl/a.crl.pem]

The role is the trust file's word, never the issuer's: nobody becomes a body by saying so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

from conformance import documents
from conformance.errors import DocumentError
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import crl, x509
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

BODY = "body"
# Among the functions of a person: to decide for the issuer. The others are the kinds of acts.
DECISION = "decision"


@dataclass(frozen=True)
class Person:
    """Somebody whose signature counts: for what, and by which subject of a certificate."""

    name: str
    functions: frozenset[str]
    subject: str


@dataclass(frozen=True)
class Issuer:
    """A body or an agency: its role, its roots, and the people who sign for it."""

    id: str
    role: str
    name: Text
    roots: tuple[x509.Certificate, ...]
    people: tuple[Person, ...]

    def person(self, subject: str) -> Person | None:
        """Return the person of a certificate's subject."""
        return next((each for each in self.people if each.subject == subject), None)


@dataclass(frozen=True)
class Trust:
    """Everything that a verifier trusts beforehand."""

    issuers: Mapping[str, Issuer]
    registries: Mapping[str, Mapping[str, PublicKeyTypes]]
    time_roots: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()


def read(path: Path) -> Trust:
    """Return the trust of a file.

    Raises:
        DocumentError: it, or a file that it names, cannot be read or does not hold together.
    """
    said = documents.read(path)
    documents.conform(said, "trust", place=str(path), error=DocumentError)
    folder = path.parent
    issuers = [_issuer(each, folder) for each in said["issuers"]]
    return Trust(
        issuers={each.id: each for each in issuers},
        registries={
            each["origin"]: _keys(each["keys"], folder) for each in said.get("registries", ())
        },
        time_roots=certificates(said.get("timestamping", {}).get("roots", ()), folder),
        crls=tuple(crl_of(folder / name) for name in said.get("revocation", ())),
    )


def subject(certificate: x509.Certificate) -> str:
    """Return the subject of a certificate as trust files write it: RFC 4514, `CN=…,C=VN`."""
    return load_der_x509_certificate(certificate.dump()).subject.rfc4514_string()


def key_id(spki: bytes) -> str:
    """Return how signatures name a key: the digest of its SubjectPublicKeyInfo in DER."""
    return "sha256:" + hashlib.sha256(spki).hexdigest()


def certificates(names: Sequence[str], folder: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of PEM or DER files.

    Raises:
        DocumentError: one cannot be read.
    """
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415  # an extra, slow to load

    found: list[x509.Certificate] = []
    for name in names:
        try:
            found += load_certs_from_pemder([folder / name])
            for each in found:
                each.native  # noqa: B018  # a list of revocations, say, is told here
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise _unreadable(folder / name) from error
    return tuple(found)


def crl_of(path: Path) -> bytes:
    """Return a certificate revocation list in DER, from a PEM or DER file.

    Raises:
        DocumentError: it cannot be read.
    """
    from asn1crypto import pem  # noqa: PLC0415  # an extra

    try:
        content = path.read_bytes()
        if pem.detect(content):
            content = pem.unarmor(content)[2]
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not is_crl(content):
        raise _unreadable(path)
    return content


def is_crl(content: bytes) -> bool:
    """Whether some bytes are a certificate revocation list in DER, as a whole."""
    try:
        return bool(revocation_list(content).dump(force=False) == content)
    except Exception:  # noqa: BLE001  # what a broken list makes its parser stumble over
        return False


# The same few authorities stand above every signer; what was read of them once is kept with them.
@lru_cache(maxsize=256)
def certificate(content: bytes) -> x509.Certificate:
    """Return a certificate from its DER, read whole.

    Raises:
        ValueError, TypeError, KeyError: it is broken: told here, not where it is used.
    """
    from asn1crypto import x509  # noqa: PLC0415  # an extra

    found = x509.Certificate.load(content, strict=True)
    found.native  # noqa: B018
    return found


@lru_cache(maxsize=64)
def revocation_list(content: bytes) -> crl.CertificateList:
    """Return a revocation list from its DER, read whole.

    Raises:
        ValueError, TypeError, KeyError: it is broken.
    """
    from asn1crypto import crl  # noqa: PLC0415  # an extra

    found = crl.CertificateList.load(content, strict=True)
    found.native  # noqa: B018
    return found


def _issuer(said: Mapping[str, Any], folder: Path) -> Issuer:
    return Issuer(
        said["id"],
        said["role"],
        Text.of(said["name"]),
        certificates(said["roots"], folder),
        tuple(
            Person(each["name"], frozenset(each["functions"]), each["subject"])
            for each in said["people"]
        ),
    )


def _keys(names: Sequence[str], folder: Path) -> dict[str, PublicKeyTypes]:
    """Return public keys by their ids, from files of keys or of certificates."""
    found = {}
    for name in names:
        try:
            content = (folder / name).read_bytes()
            key = (
                load_pem_x509_certificate(content).public_key()
                if b"CERTIFICATE" in content
                else load_pem_public_key(content)
            )
        except (OSError, ValueError) as error:
            raise _unreadable(folder / name) from error
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        found[key_id(spki)] = key
    return found


def _unreadable(path: Path) -> DocumentError:
    return DocumentError(
        Text(
            vi="không đọc được chứng thư, khoá hoặc danh sách thu hồi",
            en="a certificate, key or revocation list cannot be read",
        ),
        mend=Text(vi="dùng tệp PEM hoặc DER", en="use a PEM or DER file"),
        place=str(path),
    )
