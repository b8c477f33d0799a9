"""A bare ClientHello and the server's answer to it, up to where its part ends; no key is agreed on.

Written and read with the message classes of tlslite-ng, which still knows what OpenSSL no longer
offers. The server's part ends with ServerHelloDone (RFC 5246, section 7.4.5): by then it has chosen
version and cipher suite and has done everything that it must be able to do for them.
"""

from __future__ import annotations

import secrets
import socket
import time
import warnings
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from conformance.probe.questions import Handshake
from conformance.tls import suites

with warnings.catch_warnings():
    # The library imports what Python 3.12 dropped, where it is still there.
    warnings.simplefilter("ignore", DeprecationWarning)
    from tlslite.constants import (
        AlertDescription,
        CipherSuite,
        ExtensionType,
        GroupName,
        SignatureScheme,
    )
    from tlslite.extensions import (
        ECPointFormatsExtension,
        SignatureAlgorithmsExtension,
        SNIExtension,
        SupportedGroupsExtension,
        TLSExtension,
    )
    from tlslite.messages import ClientHello, ServerHello
    from tlslite.utils.codec import Parser

_VERSIONS = {"SSLv3": (3, 0), "TLSv1": (3, 1), "TLSv1.1": (3, 2), "TLSv1.2": (3, 3)}
_NAMES = {pair: name for name, pair in _VERSIONS.items()}
_LARGEST_FLIGHT = 256 * 1024
_LARGEST_RECORD = 2**14  # not yet encrypted or compressed (RFC 5246, section 6.2.1)
_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_FATAL = 2
_HEAD = 4  # of a handshake message: type and length (section 7.4)
_SERVER_HELLO, _CERTIFICATE, _SERVER_KEY_EXCHANGE, _SERVER_HELLO_DONE = 2, 11, 12, 14
_NAMED_CURVE = 3  # RFC 8422, section 5.4
_RENEGOTIATION_INFO = 0xFF01  # RFC 5746, section 3.2
_DEFLATE, _NONE = 1, 0  # RFC 3749, section 2
# Not for a hello of TLS 1.2 or older: other protocols, other versions, signals.
_LEFT_OUT = ("SSL_CK_", "TLS_SRP_", "TLS_EMPTY_", "TLS_FALLBACK_", "TLS_AES_", "TLS_CHACHA20_")
_GROUPS = [
    GroupName.x25519,
    GroupName.secp256r1,
    GroupName.x448,
    GroupName.secp384r1,
    GroupName.secp521r1,
    GroupName.ffdhe2048,
]
_WEAK_CURVES = {getattr(GroupName, name): name for name in suites.WEAK_CURVES}
_BY_NAME = {"": _GROUPS, "weak": list(_WEAK_CURVES), "none": []}
_SCHEMES = [
    getattr(SignatureScheme, name)
    for name in dir(SignatureScheme)
    if name.startswith(("rsa_pkcs1_", "rsa_pss_rsae_", "rsa_pss_pss_", "ecdsa_", "ed", "dsa_"))
    and "brainpool" not in name
]


class AlertError(Exception):
    """The server refused with an alert; the text is its name."""


def written(handshake: Handshake, server_name: str | None) -> bytes:
    """Return the record with a ClientHello that offers what a handshake wants."""
    version = _VERSIONS[handshake.versions[-1]]
    hello = ClientHello().create(
        version,
        bytearray(secrets.token_bytes(32)),
        bytearray(),
        [*_offered(handshake.suites), CipherSuite.TLS_EMPTY_RENEGOTIATION_INFO_SCSV],
        extensions=_extensions(version, server_name, _BY_NAME[handshake.groups]) or None,
    )
    if handshake.compression:
        hello.compression_methods = [_DEFLATE, _NONE]
    message = bytes(hello.write())
    # The record says TLS 1.0 at most: some servers refuse a higher number there (RFC 5246, E.1).
    return bytes((_HANDSHAKE, 3, min(version[1], 1))) + len(message).to_bytes(2, "big") + message


def _offered(kind: str) -> list[int]:
    found = suites.numbers(kind)
    if found:
        return found
    known = {
        number: name
        for number, name in CipherSuite.ietfNames.items()
        if number not in suites.BROKEN and not name.startswith(_LEFT_OUT)
    }
    # What an ordinary client of any age offered, and the broken ones last: a server that has
    # nothing but these for an old version does speak that version.
    if kind == "ordinary":
        return [*known, *suites.BROKEN]
    return [number for number, name in known.items() if kind in suites.kinds(name)]


def _extensions(
    version: tuple[int, int], server_name: str | None, groups: list[int]
) -> list[TLSExtension]:
    if version == _VERSIONS["SSLv3"]:
        return []
    found = [
        *([SupportedGroupsExtension().create(groups)] if groups else []),
        ECPointFormatsExtension().create([0]),
        # Some servers refuse TLS 1.2 without it (RFC 7627, section 5.2).
        TLSExtension(extType=ExtensionType.extended_master_secret).create(bytearray()),
    ]
    if server_name:
        found.append(SNIExtension().create(bytearray(server_name, "ascii")))
    if version == _VERSIONS["TLSv1.2"]:
        found.append(SignatureAlgorithmsExtension().create(_SCHEMES))
    return found


@dataclass
class Flight:
    """The server's first flight: hello, certificates and the end of its part.

    Args:
        wire: a connection on which a ClientHello has been sent.
        end: when to stop waiting, on the monotonic clock.
    """

    wire: socket.socket
    end: float
    _read: bytearray = field(default_factory=bytearray)
    _messages: bytearray = field(default_factory=bytearray)

    def read(self, facts: dict[str, Any]) -> None:
        """Read until the server has said its part; what was seen goes into the facts.

        Raises:
            AlertError: it refuses.
            EOFError: it ends the connection instead.
            TimeoutError: the end has come before that of its part.
            ValueError: what comes is not TLS, or has no end.
            SyntaxError: a message cannot be decoded.
        """
        while len(self._messages) < _LARGEST_FLIGHT:
            kind, content = self._record()
            if kind == _ALERT and content[:1] == bytes((_FATAL,)):
                raise AlertError(str(AlertDescription.toStr(content[-1])))
            if kind == _HANDSHAKE:
                self._messages += content
                if self._taken(facts):
                    return
        raise ValueError("the server's part has no end")

    def _taken(self, facts: dict[str, Any]) -> bool:
        """Take whole messages off; return whether the server has said its part."""
        while len(self._messages) >= _HEAD:
            size = _HEAD + int.from_bytes(self._messages[1:_HEAD], "big")
            if len(self._messages) < size:
                return False
            kind, content = self._messages[0], self._messages[1:size]
            del self._messages[:size]
            if kind == _SERVER_HELLO:
                hello = ServerHello().parse(Parser(content))
                facts["version"] = _NAMES.get(tuple(hello.server_version), "?")
                facts["suite"] = _suite(hello.cipher_suite)
                facts["compression"] = hello.compression_method != _NONE
                kinds = {extension.extType for extension in hello.extensions or ()}
                facts["renegotiation"] = _RENEGOTIATION_INFO in kinds
            elif kind == _CERTIFICATE:
                facts["certificates"] = [b64encode(der).decode() for der in _listed(content[3:])]
            elif kind == _SERVER_KEY_EXCHANGE:
                facts |= _agreed_on(content[3:], str(facts.get("suite")))
            elif kind == _SERVER_HELLO_DONE:
                if "suite" not in facts:
                    raise ValueError("the server is done without a hello")
                return True
        return False

    def _record(self) -> tuple[int, bytes]:
        head = self._exactly(5)
        known = {_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _DATA}
        if head[0] not in known or head[1] != _VERSIONS["SSLv3"][0]:
            raise ValueError("what came is not TLS")
        size = int.from_bytes(head[3:5], "big")
        if size > _LARGEST_RECORD:
            raise ValueError("a record is larger than TLS allows")
        return head[0], self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            left = self.end - time.monotonic()
            if left <= 0:
                raise TimeoutError("time-out")
            self.wire.settimeout(left)
            chunk = self.wire.recv(65536)
            if not chunk:
                raise EOFError("the server ended the connection")
            self._read += chunk
        taken = bytes(self._read[:size])
        del self._read[:size]
        return taken


def _listed(content: bytes | bytearray) -> list[bytes]:
    """Return the certificates of a Certificate message (section 7.4.2)."""
    found, place = [], 3
    while place + 3 <= len(content):
        start = place + 3
        place = start + int.from_bytes(content[place:start], "big")
        found.append(bytes(content[start:place]))
    return found


def _agreed_on(content: bytes | bytearray, suite: str) -> dict[str, Any]:
    """Return the group of a ServerKeyExchange message, as far as it can be told.

    A prime stands first, with its size in bytes (RFC 5246, section 7.4.3); of a curve its number.
    """
    if suite.startswith("TLS_DHE_"):
        prime = content[2 : 2 + int.from_bytes(content[:2], "big")]
        return {"group": "prime", "group_bits": int.from_bytes(prime, "big").bit_length()}
    if suite.startswith("TLS_ECDHE_") and content[:1] == bytes((_NAMED_CURVE,)):
        number = int.from_bytes(content[1:3], "big")
        return {"group": _WEAK_CURVES.get(number) or str(GroupName.toStr(number))}
    return {}


def _suite(number: int) -> str:
    known = suites.BROKEN.get(number) or CipherSuite.ietfNames.get(number)
    return str(known or f"0x{number:04X}")
