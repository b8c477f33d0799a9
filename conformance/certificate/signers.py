"""Who signs: a key and its certificate from a file, a PKCS#12 store, or a PKCS#11 token.

A signer file names the key; the secret that opens it comes from the environment or a file:

    kind: pkcs11                       # or: file, pkcs12
    module: /usr/lib/softhsm/libsofthsm2.so
    token: BODY
    label: seal
    pin: env:BODY_PIN
    chain: [issuing-ca.pem]

Algorithms are those of TT 15/2025/TT-BKHCN: ECDSA of 256 bits or more, or RSASSA-PSS of 2048 or
more, with SHA-256. A token locks itself after a few wrong PINs, so a PIN is tried once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import documents
from conformance.certificate import ecdsa, trust
from conformance.certificate.envelope import Envelope, Signature
from conformance.errors import CertificateError, DocumentError, UsageError
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.sign import Signer as PdfSigner

_LEAST_BITS = {"rsa": 2048, "ec": 256}


@dataclass(frozen=True)
class Signer:
    """A signer that is ready: its certificate, the chain above it, and what signs."""

    pdf: PdfSigner
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""
        found = self.pdf.signing_cert
        assert found is not None  # noqa: S101  # none of the three kinds opens without one
        return found

    @property
    def keyid(self) -> str:
        """How signatures name its key."""
        return trust.key_id(self.certificate.public_key.dump())

    def sign(self, content: bytes) -> Signature:
        """Return the signature over some bytes."""
        value = asyncio.run(self.pdf.async_sign_raw(content, "sha256"))
        if self.certificate.public_key.algorithm == "ec":
            value = ecdsa.lower(value, self.certificate.public_key.curve[1])
        return Signature(self.keyid, value)


def signed(envelope: Envelope, *signers: Signer) -> Envelope:
    """Return an envelope with the signatures of these signers added."""
    added = tuple(signer.sign(envelope.signed) for signer in signers)
    return Envelope(envelope.payload_type, envelope.payload, (*envelope.signatures, *added))


@contextmanager
def opened(path: Path) -> Iterator[Signer]:
    """Open the key that a signer file names, until the block is left.

    Raises:
        UsageError: pyHanko is not installed, or the file does not hold together.
        CertificateError: the key does not open, or is too weak.
    """
    be_installed()
    said = documents.read(path)
    documents.conform(said, "signer", place=str(path), error=DocumentError)
    folder = path.parent
    with _KINDS[said["kind"]](said, folder, str(path)) as signer:
        _strong(signer, str(path))
        yield signer


def installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(name) for name in ("pyhanko", "segno", "typst"))


def be_installed() -> None:
    """Do nothing, or raise a `UsageError` that says what to install."""
    if find_spec("pyhanko") is None:
        raise UsageError(
            Text(vi="chưa cài phần chứng nhận", en="the certificate extra is not installed"),
            mend=Text(
                vi='cài: pip install "vnda-conformance[certificate]"',
                en='install it: pip install "vnda-conformance[certificate]"',
            ),
        )


@contextmanager
def _from_file(said: Mapping[str, Any], folder: Path, place: str) -> Iterator[Signer]:
    from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder  # noqa: PLC0415
    from pyhanko.sign import SimpleSigner  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    password = _secret(said.get("password"), folder, place)
    try:
        key = load_private_key_from_pemder(folder / said["key"], password)
        certificate = load_cert_from_pemder(folder / said["certificate"])
    except (OSError, ValueError, TypeError) as error:
        raise _unopened(place, error) from error
    chain = _chain(said, folder, place)
    store = SimpleCertificateStore.from_certs(chain)
    yield Signer(SimpleSigner(certificate, key, store, prefer_pss=True), chain)


@contextmanager
def _from_pkcs12(said: Mapping[str, Any], folder: Path, place: str) -> Iterator[Signer]:
    from pyhanko.sign import SimpleSigner  # noqa: PLC0415

    password = _secret(said.get("password"), folder, place)
    chain = _chain(said, folder, place)
    try:
        signer = SimpleSigner.load_pkcs12(
            str(folder / said["file"]),
            other_certs=list(chain),
            passphrase=password,
            prefer_pss=True,
        )
    except (OSError, ValueError) as error:
        raise _unopened(place, error) from error
    if signer is None:
        raise _unopened(place, ValueError("PKCS#12"))
    own = signer.signing_cert.sha256
    inside = tuple(each for each in signer.cert_registry if each.sha256 != own)
    yield Signer(signer, tuple(dict.fromkeys([*chain, *inside])))


@contextmanager
def _from_pkcs11(said: Mapping[str, Any], folder: Path, place: str) -> Iterator[Signer]:
    from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415
    from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415

    pin = _secret(said["pin"], folder, place)
    assert pin is not None  # noqa: S101  # the shape of the file demands it
    chain = _chain(said, folder, place)
    try:
        session = open_pkcs11_session(
            said["module"],
            token_criteria=TokenCriteria(label=said["token"]),
            user_pin=pin.decode(),
        )
    except (PKCS11Error, OSError, RuntimeError) as error:
        raise _unopened(place, error) from error
    with session:
        words = {"cert_label": said["label"], "key_label": said["label"]}
        make = partial(PKCS11Signer, session, **words, ca_chain=list(chain), prefer_pss=True)
        try:
            # Read now, so that a wrong label is told here.
            kind = make().signing_cert.public_key.algorithm
        except (PKCS11Error, LookupError) as error:
            raise _unopened(place, error) from error
        # Many tokens sign a digest by ECDSA, few make the digest too.
        yield Signer(make(use_raw_mechanism=kind == "ec"), chain)


_KINDS = {"file": _from_file, "pkcs12": _from_pkcs12, "pkcs11": _from_pkcs11}


def _chain(said: Mapping[str, Any], folder: Path, place: str) -> tuple[x509.Certificate, ...]:
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415

    files = [folder / name for name in said.get("chain", ())]
    try:
        return tuple(load_certs_from_pemder(files))
    except (OSError, ValueError) as error:
        raise _unopened(place, error) from error


def _secret(reference: str | None, folder: Path, place: str) -> bytes | None:
    if reference is None:
        return None
    kind, _, name = reference.partition(":")
    if kind == "file":
        try:
            return (folder / name).read_bytes().rstrip(b"\r\n")
        except OSError as error:
            raise _unopened(place, error) from error
    if name not in os.environ:
        raise UsageError(
            Text(vi=f"biến môi trường {name} chưa đặt", en=f"{name} is not in the environment"),
            mend=Text(
                vi="đặt biến đó rồi chạy lại; không ghi bí mật vào tệp này",
                en="set it and go again; do not write the secret into this file",
            ),
            place=place,
        )
    return os.environ[name].encode()


def _strong(signer: Signer, place: str) -> None:
    key = signer.certificate.public_key
    least = _LEAST_BITS.get(key.algorithm)
    if least is None or key.bit_size < least:
        raise CertificateError(
            Text(
                vi=f"khoá {key.algorithm} {key.bit_size} bit không được dùng để ký",
                en=f"a key of {key.algorithm} with {key.bit_size} bits may not sign",
            ),
            mend=Text(
                vi="dùng ECDSA từ 256 bit hoặc RSA từ 2048 bit (TT 15/2025/TT-BKHCN)",
                en="use ECDSA of 256 bits or RSA of 2048 bits at least (TT 15/2025/TT-BKHCN)",
            ),
            place=place,
        )


def _unopened(place: str, error: Exception) -> CertificateError:
    # The kind of the error only: its words may quote what was tried.
    what = type(error).__name__
    return CertificateError(
        Text(vi=f"không mở được khoá ký ({what})", en=f"the signing key does not open ({what})"),
        mend=Text(
            vi="kiểm tra đường dẫn, nhãn và mã PIN; mã PIN không được thử lại, vì thẻ tự khoá sau"
            " vài lần sai",
            en="look at path, label and PIN; the PIN is not tried again, because a token locks"
            " itself after a few wrong ones",
        ),
        place=place,
    )
