"""TLS handshakes: one connection each, told in full, judged by nobody here.

An ordinary handshake is made by the standard library, as a client makes it. A bare one is only a
ClientHello, written and read with the message classes of tlslite-ng: OpenSSL no longer offers old
versions and broken cipher suites, so whoever asks with it alone always hears "refused". A bare
handshake ends where the server has said everything that is its part (ServerHelloDone, RFC 5246,
section 7.4.5); no key is ever agreed on.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import secrets
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conformance import suites
from conformance.certificates import in_ascii
from conformance.probe import Handshake

# What came of a handshake; the words of `facts.tls.outcome`.
ACCEPTED = "accepted"
UNTRUSTED = "untrusted"
REFUSED = "refused"
SILENT = "silent"
UNREACHABLE = "unreachable"
BROKEN = "broken"

_VERSIONS = {"SSLv3": (3, 0), "TLSv1": (3, 1), "TLSv1.1": (3, 2), "TLSv1.2": (3, 3)}
_NAMES = {pair: name for name, pair in _VERSIONS.items()}
_MODERN = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
# In the words of OpenSSL. A weak key is a finding of its own: it must not look like another.
_KINDS = {"ordinary": "DEFAULT", "rsa": "aRSA:!aNULL:!eNULL", "ecdsa": "aECDSA:!aNULL:!eNULL"}
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which the ssl module does not name
_LARGEST_FLIGHT = 256 * 1024
_DATE = re.compile(rb"(?im)^date:[ \t]*([^\r\n]+)\r$")
_ALERT, _HANDSHAKE = 21, 22
_SERVER_HELLO, _CERTIFICATE, _SERVER_HELLO_DONE = 2, 11, 14
_RENEGOTIATION_INFO = 0xFF01  # RFC 5746, section 3.2


@dataclass(frozen=True)
class Place:
    """Where handshakes are made: a host, by which ways, and how patiently.

    Attributes:
        host: the host of the base URL.
        path: the path of the base URL.
        connect: opens a TCP connection to the target.
        authorities: a file of the accepted authorities, PEM.
        patience: how many seconds each may take.
        agent: what the clock is asked as (User-Agent).
    """

    host: str
    path: str
    connect: Callable[[], socket.socket]
    authorities: str
    patience: float
    agent: str

    @property
    def server_name(self) -> str | None:
        """The name to indicate; None for an address (RFC 6066, section 3)."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return in_ascii(self.host)
        return None


@dataclass
class Shaken:
    """What was seen: the bytes of a bare ClientHello, the facts, and what went wrong."""

    facts: dict[str, Any]
    hello: bytes = b""
    error: str | None = None


def shake(handshake: Handshake, place: Place) -> Shaken:
    """Make one handshake and return everything that was seen of it; never raises for a target."""
    seen = Shaken({"offered": handshake.as_json(), "server_name": place.server_name})
    try:
        wire = place.connect()
    except (OSError, ValueError) as error:
        return _ended(seen, UNREACHABLE, error)
    with wire:
        try:
            (_bare if handshake.bare else _ordinary)(handshake, place, wire, seen)
        except ssl.SSLCertVerificationError as error:
            seen.facts["verified"] = {"code": error.verify_code, "reason": error.verify_message}
            return _ended(seen, UNTRUSTED, error)
        except TimeoutError as error:
            return _ended(seen, SILENT, error)
        except ssl.SSLError as error:
            return _ended(seen, _kind_of(error, seen), error)
        except OSError as error:
            # Whoever ends the connection instead of answering refuses as well.
            return _ended(seen, REFUSED, error)
    return seen


def _ended(seen: Shaken, outcome: str, error: Exception) -> Shaken:
    seen.facts["outcome"] = outcome
    seen.error = str(error) or type(error).__name__
    return seen


def _kind_of(error: ssl.SSLError, seen: Shaken) -> str:
    reason = error.reason or ""
    _, told, alert = reason.partition("_ALERT_")
    if told:
        seen.facts["alert"] = alert.lower()
        return REFUSED
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return REFUSED
    # The server answered with a version that was not offered.
    return REFUSED if reason in {"UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION"} else BROKEN


# --- ordinary handshakes ----------------------------------------------------------------------


def _ordinary(handshake: Handshake, place: Place, wire: socket.socket, seen: Shaken) -> None:
    context = _context(handshake, place)
    # An address is not indicated; the ssl module leaves it out by itself.
    name = place.server_name or place.host
    with context.wrap_socket(wire, server_hostname=name) as secured:
        used = secured.cipher()
        seen.facts["outcome"] = ACCEPTED
        seen.facts["version"] = secured.version()
        seen.facts["suite"] = used[0] if used else None
        seen.facts["certificates"] = [b64encode(der).decode() for der in _sent(secured)]
        if handshake.verify:
            seen.facts["verified"] = {"code": 0, "reason": "ok"}
        if handshake.clock:
            with contextlib.suppress(OSError):
                _ask_the_time(place, secured, seen)


def _context(handshake: Handshake, place: Place) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Names are compared apart, by what the certificate says.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if handshake.verify else ssl.CERT_NONE
    if handshake.verify:
        context.load_verify_locations(place.authorities)
    if handshake.verify == "chain":
        context.verify_flags |= _NO_CHECK_TIME
    context.minimum_version = _MODERN[handshake.versions[0]]
    context.maximum_version = _MODERN[handshake.versions[-1]]
    context.set_ciphers(f"{_KINDS[handshake.suites]}:@SECLEVEL=0")
    # A server without secure renegotiation is a finding of its own.
    context.options |= ssl.Options(0x4)  # SSL_OP_LEGACY_SERVER_CONNECT, named from Python 3.12 on
    return context


def _sent(secured: ssl.SSLSocket) -> list[bytes]:
    """Return the certificates as the server sent them, leaf first."""
    if hasattr(secured, "get_unverified_chain"):
        return list(secured.get_unverified_chain())
    # Before Python 3.13 the chain is there, but has no public name.
    chain = secured._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in chain or ()]


def _ask_the_time(place: Place, secured: ssl.SSLSocket, seen: Shaken) -> None:
    """Ask for the server's own clock, without credentials: dates are judged by two clocks."""
    name = f"[{place.host}]" if ":" in place.host else place.server_name or place.host
    head = f"HEAD {place.path or '/'} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: {place.agent}\r\n"
    secured.sendall(f"{head}Connection: close\r\n\r\n".encode("ascii", "replace"))
    found = _DATE.search(secured.recv(4096))
    if found:
        seen.facts["date"] = found[1].strip().decode("latin-1")


# --- bare handshakes --------------------------------------------------------------------------


def _bare(handshake: Handshake, place: Place, wire: socket.socket, seen: Shaken) -> None:
    seen.hello = _client_hello(handshake, place)
    wire.sendall(seen.hello)
    flight = _Flight(wire, time.monotonic() + place.patience)
    flight.read(seen)


def _client_hello(handshake: Handshake, place: Place) -> bytes:
    # Imported here: whoever examines a system without TLS does not wait for it.
    from tlslite.constants import (  # noqa: PLC0415
        CipherSuite,
        ExtensionType,
        GroupName,
        SignatureScheme,
    )
    from tlslite.extensions import (  # noqa: PLC0415
        ECPointFormatsExtension,
        SignatureAlgorithmsExtension,
        SNIExtension,
        SupportedGroupsExtension,
        TLSExtension,
    )
    from tlslite.messages import ClientHello  # noqa: PLC0415

    version = _VERSIONS[handshake.versions[-1]]
    offered = [*_offered(handshake.suites), CipherSuite.TLS_EMPTY_RENEGOTIATION_INFO_SCSV]
    extensions = []
    if version > _VERSIONS["SSLv3"]:
        groups = [GroupName.x25519, GroupName.secp256r1, GroupName.x448]
        groups += [GroupName.secp384r1, GroupName.secp521r1, GroupName.ffdhe2048]
        extensions = [
            SupportedGroupsExtension().create(groups),
            ECPointFormatsExtension().create([0]),
            TLSExtension(extType=ExtensionType.extended_master_secret).create(bytearray()),
        ]
        if place.server_name:
            name = bytearray(place.server_name, "ascii")
            extensions.insert(0, SNIExtension().create(name))
    if version == _VERSIONS["TLSv1.2"]:
        schemes = [
            getattr(SignatureScheme, name)
            for name in dir(SignatureScheme)
            if name.startswith(("rsa_pkcs1_", "rsa_pss_rsae", "rsa_pss_pss", "ecdsa_", "ed", "dsa"))
            and "brainpool" not in name
        ]
        extensions.append(SignatureAlgorithmsExtension().create(schemes))
    hello = ClientHello().create(
        version,
        bytearray(secrets.token_bytes(32)),
        bytearray(),
        offered,
        extensions=extensions or None,
    )
    if handshake.compression:
        hello.compression_methods = [1, 0]  # DEFLATE, none (RFC 3749, section 2)
    message = bytes(hello.write())
    # The record says TLS 1.0 at most: some servers refuse a higher number there (RFC 5246, E.1).
    return bytes((_HANDSHAKE, 3, min(version[1], 1), *divmod(len(message), 256))) + message


def _offered(kind: str) -> list[int]:
    from tlslite.constants import CipherSuite  # noqa: PLC0415  # as above

    if kind != "ordinary":
        return suites.numbers(kind)
    # What an ordinary client of any age offered, and the broken ones last: a server that has
    # nothing but these for an old version does speak that version.
    left_out = ("SSL_CK_", "TLS_SRP_", "TLS_EMPTY_", "TLS_FALLBACK_", "TLS_AES_", "TLS_CHACHA20_")
    known = [n for n, name in CipherSuite.ietfNames.items() if not name.startswith(left_out)]
    return [*(n for n in known if n not in suites.BROKEN), *suites.BROKEN]


@dataclass
class _Flight:
    """Reads the server's first flight: hello, certificates and the end of its part."""

    wire: socket.socket
    end: float
    _read: bytearray = field(default_factory=bytearray)
    _messages: bytearray = field(default_factory=bytearray)

    def read(self, seen: Shaken) -> None:
        """Read until the server has said its part; what was seen goes into the facts."""
        facts = seen.facts
        while len(self._messages) < _LARGEST_FLIGHT:
            try:
                kind, content = self._record()
            except EOFError:
                facts["outcome"] = REFUSED
                seen.error = "the server ended the connection"
                return
            if kind == _ALERT and len(content) == 2 and content[0] == 2:  # noqa: PLR2004  # two bytes, fatal
                facts["outcome"] = REFUSED
                facts["alert"] = _alert(content[1])
                seen.error = f"alert {facts['alert']}"
                return
            if kind not in {_ALERT, _HANDSHAKE}:
                facts["outcome"] = BROKEN
                seen.error = "what came is not TLS"
                return
            if kind == _HANDSHAKE:
                self._messages += content
                if self._taken(facts):
                    facts["outcome"] = ACCEPTED
                    return
        facts["outcome"] = BROKEN
        seen.error = "the server's part has no end"

    def _taken(self, facts: dict[str, Any]) -> bool:
        """Take whole messages off; return whether the server has said its part."""
        from tlslite.messages import ServerHello  # noqa: PLC0415  # as above
        from tlslite.utils.codec import Parser  # noqa: PLC0415

        while len(self._messages) >= 4:  # noqa: PLR2004  # type and length
            size = int.from_bytes(self._messages[1:4], "big")
            if len(self._messages) < 4 + size:
                return False
            kind, content = self._messages[0], self._messages[1 : 4 + size]
            del self._messages[: 4 + size]
            if kind == _SERVER_HELLO:
                hello = ServerHello().parse(Parser(content))
                facts["version"] = _NAMES.get(tuple(hello.server_version), "?")
                facts["suite"] = _suite(hello.cipher_suite)
                facts["compression"] = hello.compression_method != 0
                kinds = {extension.extType for extension in hello.extensions or ()}
                facts["renegotiation"] = _RENEGOTIATION_INFO in kinds
            elif kind == _CERTIFICATE:
                facts["certificates"] = [
                    b64encode(der).decode() for der in _listed(bytes(content[3:]))
                ]
            elif kind == _SERVER_HELLO_DONE:
                return "suite" in facts
        return False

    def _record(self) -> tuple[int, bytes]:
        head = self._exactly(5)
        if head[0] not in {20, _ALERT, _HANDSHAKE, 23} or head[1] != 3:  # noqa: PLR2004  # RFC 5246, 6.2.1
            return 0, head
        return head[0], self._exactly(int.from_bytes(head[3:5], "big"))

    def _exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            left = self.end - time.monotonic()
            if left <= 0:
                raise TimeoutError("time-out")
            self.wire.settimeout(left)
            chunk = self.wire.recv(65536)
            if not chunk:
                raise EOFError
            self._read += chunk
        taken = bytes(self._read[:size])
        del self._read[:size]
        return taken


def _listed(content: bytes) -> list[bytes]:
    """Return the certificates of a Certificate message (RFC 5246, section 7.4.2)."""
    found, place = [], 3
    while place + 3 <= len(content):
        size = int.from_bytes(content[place : place + 3], "big")
        found.append(bytes(content[place + 3 : place + 3 + size]))
        place += 3 + size
    return found


def _alert(number: int) -> str:
    from tlslite.constants import AlertDescription  # noqa: PLC0415  # as above

    return str(AlertDescription.toStr(number))


def _suite(number: int) -> str:
    from tlslite.constants import CipherSuite  # noqa: PLC0415  # as above

    known = suites.BROKEN.get(number) or CipherSuite.ietfNames.get(number)
    return str(known or f"0x{number:04X}")
