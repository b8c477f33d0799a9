"""Certificate authorities that live as long as the process, and what a TLS listener shows of them.

An agency says what its listener is like (`Tls`); the correct one has a fresh certificate on an
elliptic curve, issued by an intermediate authority, and TLS 1.2 and 1.3.
"""

from __future__ import annotations

import _ssl
import ctypes
import ipaddress
import ssl
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from conformance.sandbox import http2, naming
from conformance.sandbox.hello import Hello

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DAY = timedelta(days=1)
_CERTIFICATE = 11  # the type of handshake message (RFC 8446, section 4)
# A clock that is a little behind must not refuse a certificate made just now.
JUST_NOW = timedelta(minutes=5)
_LOCAL = ("localhost", "127.0.0.1", "::1")
# sha256WithRSAEncryption and sha1WithRSAEncryption differ in their last byte (RFC 8017, A.2.4).
_RSA_SHA256 = bytes.fromhex("2a864886f70d01010b")
_RSA_SHA1 = bytes.fromhex("2a864886f70d010105")
# Well-known primes by their length (RFC 2409, section 6.2; RFC 3526, section 3).
_PRIMES = {
    1024: int(
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
        "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
        "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
        "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
        16,
    ),
    2048: int(
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
        "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
        "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
        "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05"
        "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
        "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
        "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
        "3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff",
        16,
    ),
}


@dataclass(frozen=True)
class Leaf:
    """A certificate of a server.

    Attributes:
        names: what it is for: DNS names and addresses.
        common_name: what its subject is called.
        age: since when it is valid.
        left: for how long it still is.
        key: `ec`, or `rsa` and a number of bits.
        sha1: whether it is signed with SHA-1.
        issuer: `intermediate`, `rsa` (one with an RSA key), `outdated` (one that has ended),
            `authority`, `stranger` (an authority nobody accepts) or `itself`.
        sends: who else is sent along, in this order.
        says_where: whether it tells where the issuer's certificate can be fetched.
        policy: the policy that it was issued under, dotted; "" for none.
    """

    names: tuple[str, ...] = _LOCAL
    common_name: str = "localhost"
    age: timedelta = JUST_NOW
    left: timedelta = 30 * DAY
    key: str = "ec"
    sha1: bool = False
    issuer: str = "intermediate"
    sends: tuple[str, ...] = ("intermediate",)
    says_where: bool = True
    policy: str = ""


@dataclass(frozen=True)
class Tls:
    """What a TLS listener is like.

    Attributes:
        leaves: its certificates; one for each kind of key.
        oldest: the oldest version it takes.
        newest: the newest version it takes.
        ciphers: its cipher suites of TLS 1.2 and older, in the words of OpenSSL.
        curve: the one curve on which it agrees on keys, as OpenSSL calls it; "" for the usual ones.
        prime: how long the prime is for DHE; 0 for none, so that there is no DHE.
        early_data: how many bytes it takes before a handshake is done (0-RTT).
        protocols: the application protocols it takes, most wanted first (ALPN).
        host: how the target file calls it.
        front: answers a ClientHello instead of the listener; None lets it through.
        plain: whether the agency is served over plain HTTP too.
        zone: what a name server says of its host; None where the target file names none.
        asks: whether it asks for a client certificate, which need not be shown.
        believes: whether it takes any certificate that is shown, whoever issued it, and leaves
            the rest to the application, as `ssl_verify_client optional_no_ca` has nginx do.
    """

    leaves: tuple[Leaf, ...] = (Leaf(),)
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ciphers: str = "ECDHE+AESGCM:ECDHE+CHACHA20"
    curve: str = ""
    prime: int = 0
    early_data: int = 0
    protocols: tuple[str, ...] = ("h2", "http/1.1")
    host: str = "localhost"
    front: Callable[[Hello, Sequence[bytes]], bytes | None] | None = None
    plain: bool = False
    zone: naming.Zone | None = None
    asks: bool = False
    believes: bool = False


@dataclass(frozen=True)
class _Authority:
    key: Key
    certificate: x509.Certificate


class Shop:
    """The authorities of this process; makes certificates and contexts on demand."""

    @cached_property
    def root(self) -> _Authority:
        """The authority that target files tell to trust."""
        return _authority("Sandbox demonstration authority", None, path_length=1)

    @cached_property
    def pem(self) -> str:
        """The certificate of the authority, PEM."""
        return _pem(self.root.certificate).decode("ascii")

    @cache  # noqa: B019  # one shop lives as long as its process
    def issuer(self, name: str) -> _Authority:
        """Return one of the authorities that a `Leaf` names."""
        if name == "authority":
            return self.root
        if name == "stranger":
            return _authority("Nobody's authority", None, path_length=0)
        span = (-90 * DAY, -1 * DAY) if name == "outdated" else (-JUST_NOW, 90 * DAY)
        key = _key("rsa2048") if name == "rsa" else None
        called = f"Sandbox issuing authority ({name})"
        return _authority(called, self.root, path_length=0, span=span, key=key)

    def context(self, wanted: Tls) -> ssl.SSLContext:
        """Return the server's side of a listener."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = wanted.oldest
        context.maximum_version = wanted.newest
        # What is wrong on purpose is loaded too: OpenSSL would refuse it by itself.
        context.set_ciphers(f"{wanted.ciphers}:@SECLEVEL=0")
        known = [name for name in wanted.protocols if name != http2.PROTOCOL or http2.AVAILABLE]
        context.set_alpn_protocols(known)
        if wanted.curve:
            context.set_ecdh_curve(wanted.curve)
        if wanted.prime:
            _take_prime(context, wanted.prime)
        if wanted.early_data:
            _take_early(context, wanted.early_data)
        for leaf in wanted.leaves:
            key, chain = self.chain(leaf)
            _load(context, key, chain)
        if wanted.asks:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(cadata=_pem(self.clients.certificate).decode("ascii"))
        if wanted.believes:
            _believe(context)
        return context

    def vouches(self, connection: ssl.SSLObject | None) -> bool:
        """Whether our authority for clients issued what the client of a connection showed."""
        shown = connection.getpeercert(binary_form=True) if connection else None
        if not shown:
            return False
        try:
            x509.load_der_x509_certificate(shown).verify_directly_issued_by(
                self.clients.certificate
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    @cached_property
    def clients(self) -> _Authority:
        """The authority for clients: who vouches for servers vouches for no caller."""
        return _authority("Sandbox demonstration authority for clients", None, path_length=0)

    def client(self, name: str) -> tuple[str, str]:
        """Return a new certificate for a client, and its key, both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _builder(name, key, self.clients, (-JUST_NOW, 30 * DAY))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self.clients.key, hashes.SHA256())
        )
        return _pem(made).decode("ascii"), _private(key).decode("ascii")

    def chain(self, wanted: Leaf) -> tuple[Key, list[bytes]]:
        """Return a key and the certificates that are sent for it, PEM."""
        key = _key(wanted.key)
        certificate = self._leaf(wanted, key)
        others = [_pem(self.issuer(name).certificate) for name in wanted.sends]
        return key, [certificate, *others]

    def der(self, wanted: Leaf) -> list[bytes]:
        """Return the certificates that are sent, DER."""
        return [ssl.PEM_cert_to_DER_cert(pem.decode("ascii")) for pem in self.chain(wanted)[1]]

    def _leaf(self, wanted: Leaf, key: Key) -> bytes:
        itself = wanted.issuer == "itself"
        by = None if itself else self.issuer(wanted.issuer)
        builder = (
            _builder(wanted.common_name, key, by, (-wanted.age, wanted.left))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(exchanges_keys=isinstance(key, rsa.RSAPrivateKey)), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        if wanted.names:
            named = [_general(name) for name in wanted.names]
            builder = builder.add_extension(x509.SubjectAlternativeName(named), critical=False)
        if wanted.policy:
            under = x509.PolicyInformation(x509.ObjectIdentifier(wanted.policy), None)
            builder = builder.add_extension(x509.CertificatePolicies([under]), critical=False)
        if by is not None and wanted.says_where:
            # Nobody fetches it: the name is one that can never be resolved (RFC 6761, 6.4).
            place = x509.UniformResourceIdentifier("http://authority.invalid/issuer.cer")
            access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
            builder = builder.add_extension(
                x509.AuthorityInformationAccess([access]), critical=False
            )
        signer = by.key if by else key
        if wanted.sha1:
            return _with_sha1(builder, signer)
        return _pem(builder.sign(signer, hashes.SHA256()))


def _with_sha1(builder: x509.CertificateBuilder, signer: Key) -> bytes:
    """Sign with SHA-1, which the library refuses to do: the name of the hash is written over."""
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise TypeError("SHA-1 is shown with RSA only")
    good = builder.sign(signer, hashes.SHA256())
    body = good.tbs_certificate_bytes.replace(_RSA_SHA256, _RSA_SHA1)
    signature = signer.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  # the fault itself
    algorithm = _der(0x30, _der(0x06, _RSA_SHA1) + b"\x05\x00")
    whole = _der(0x30, body + algorithm + _der(0x03, b"\0" + signature))
    return ssl.DER_cert_to_PEM_cert(whole).encode("ascii")


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _load(context: ssl.SSLContext, key: Key, chain: Sequence[bytes]) -> None:
    # The standard library loads a chain from files only.
    with tempfile.TemporaryDirectory(prefix="sandbox-tls-") as folder:
        file = Path(folder) / "leaf.pem"
        file.touch(mode=0o600)
        file.write_bytes(_private(key) + b"".join(chain))
        context.load_cert_chain(file)


def _take_prime(context: ssl.SSLContext, bits: int) -> None:
    """Have a listener agree on keys modulo a prime of this length."""
    numbers = dh.DHParameterNumbers(_PRIMES[bits], 2)
    made = numbers.parameters().parameter_bytes(
        serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3
    )
    with tempfile.TemporaryDirectory(prefix="sandbox-tls-") as folder:
        file = Path(folder) / "dh.pem"
        file.write_bytes(made)
        context.load_dh_params(str(file))


def _take_early(context: ssl.SSLContext, size: int) -> None:
    """Have a listener say in its tickets that it takes early data; nobody ever sends it any.

    The standard library has no word for it, so OpenSSL is told directly: behind the head of every
    Python object, a context holds the pointer to OpenSSL's own.
    """
    library = ctypes.CDLL(getattr(_ssl, "__file__", None))
    library.SSL_CTX_set_max_early_data.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    place = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    library.SSL_CTX_set_max_early_data(place, size)


def _believe(context: ssl.SSLContext) -> None:
    """Have a listener trust the certificate that a client shows, on that connection.

    The standard library has no server that asks for a certificate and leaves it unverified. It
    does tell of each message before it is looked into, which is soon enough to trust it; in a
    context of its own, because two certificates of one name would be taken for each other.
    """

    def trust(wire: Any, direction: str, version: Any, _kind: Any, told: Any, data: bytes) -> None:
        if direction != "read" or told != _CERTIFICATE:
            return
        # After the head of the message, TLS 1.3 repeats the context of the request (RFC 8446,
        # 4.4.2); then come the size of the list and that of its first certificate.
        body = data[4:]
        body = body[1 + body[0] :] if version == ssl.TLSVersion.TLSv1_3 else body
        size = int.from_bytes(body[3:6], "big")
        if size:
            wire.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            wire.context.verify_mode = ssl.CERT_OPTIONAL
            wire.context.load_verify_locations(cadata=body[6 : 6 + size])

    # Whoever is trusted need not have an authority above it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context._msg_callback = trust  # type: ignore[attr-defined]  # noqa: SLF001  # nothing public tells of messages


def common_name(connection: ssl.SSLObject | None) -> str | None:
    """Return the common name in the certificate that a client showed; None without one."""
    shown = connection.getpeercert() if connection else None
    subject: Any = (shown or {}).get("subject", ())
    return next(
        (str(value) for part in subject for key, value in part if key == "commonName"), None
    )


def _private(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@cache
def _key(kind: str) -> Key:
    # A key tells nothing here: one of each kind is enough, and RSA keys take long to make.
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: str, key: Key, issuer: _Authority | None, span: tuple[timedelta, timedelta]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    signer = (issuer.key if issuer else key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer.certificate.subject if issuer else _name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + span[0])
        .not_valid_after(now + span[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signs_certificates: bool = False, exchanges_keys: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=exchanges_keys,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(
    name: str,
    issuer: _Authority | None,
    *,
    path_length: int,
    span: tuple[timedelta, timedelta] = (-JUST_NOW, 90 * DAY),
    key: Key | None = None,
) -> _Authority:
    key = key or ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(name, key, issuer, span)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    return _Authority(key, certificate)
