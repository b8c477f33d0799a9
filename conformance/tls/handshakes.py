"""TLS handshakes: one connection each, told in full, judged by nobody here.

An ordinary handshake is made by the standard library, as a client makes it. A bare one is only a
ClientHello (`hellos`): OpenSSL no longer offers old versions and broken cipher suites, so whoever
asks with it alone always hears "refused".
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.deadlines import Cut
from conformance.probe.questions import Handshake
from conformance.tls.certificates import in_ascii

# What came of a handshake; the words of `facts.tls.outcome`.
ACCEPTED = "accepted"
UNTRUSTED = "untrusted"
REFUSED = "refused"
SILENT = "silent"
UNREACHABLE = "unreachable"
BROKEN = "broken"

_MODERN = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
# In the words of OpenSSL. A weak key is a finding of its own: it must not look like another.
_KINDS = {"ordinary": "DEFAULT", "rsa": "aRSA:!aNULL:!eNULL", "ecdsa": "aECDSA:!aNULL:!eNULL"}
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which the ssl module does not name
_ALERT = re.compile(r"\] (?:tlsv1|tlsv13|sslv3) alert ([a-z ]+) \(")
_DATE = re.compile(rb"(?im)^date:[ \t]*([^\r\n]+)\r$")


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
        shown: the files of a client certificate and its key, which an ordinary handshake shows to
            a server that asks for one; None for a caller who has none.
    """

    host: str
    path: str
    connect: Callable[[], socket.socket]
    authorities: str
    patience: float
    agent: str
    shown: tuple[str, str] | None = None

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
        if isinstance(error, ConnectionRefusedError):
            seen.facts["met"] = REFUSED
        return _ended(seen, UNREACHABLE, error)
    with wire:
        try:
            way = _bare if handshake.bare else _early if handshake.early_data else _ordinary
            way(handshake, place, wire, seen)
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
    unnamed = None if reason else _ALERT.search(str(error))
    if unnamed:
        # Newer alerts have no name of their own in the standard library, only words.
        seen.facts["alert"] = unnamed[1].replace(" ", "_")
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
    with Cut(wire) as cut, _wrapped(context, wire, name, cut.within(place.patience)) as secured:
        used = secured.cipher()
        seen.facts["outcome"] = ACCEPTED
        seen.facts["version"] = secured.version()
        seen.facts["suite"] = used[0] if used else None
        seen.facts["certificates"] = [b64encode(der).decode() for der in _sent(secured)]
        if handshake.protocols:
            seen.facts["protocol"] = secured.selected_alpn_protocol()
        if handshake.verify:
            seen.facts["verified"] = {"code": 0, "reason": "ok"}
        if handshake.clock:
            with contextlib.suppress(OSError), cut.within(place.patience):
                _ask_the_time(place, secured, seen)


def _wrapped(
    context: ssl.SSLContext,
    wire: socket.socket,
    name: str,
    in_time: contextlib.AbstractContextManager[object],
) -> ssl.SSLSocket:
    with in_time:
        return context.wrap_socket(wire, server_hostname=name)


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
    if handshake.protocols:
        context.set_alpn_protocols(list(handshake.protocols))
    if place.shown is not None:
        context.load_cert_chain(*place.shown)
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
    secured.sendall(_head(place))
    found = _DATE.search(secured.recv(4096))
    if found:
        seen.facts["date"] = found[1].strip().decode("latin-1")


def _head(place: Place) -> bytes:
    """Return a request without credentials, after which the server has something to say."""
    name = f"[{place.host}]" if ":" in place.host else place.server_name or place.host
    head = f"HEAD {place.path or '/'} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: {place.agent}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode("ascii", "replace")


# --- tickets ----------------------------------------------------------------------------------


def _early(_handshake: Handshake, place: Place, wire: socket.socket, seen: Shaken) -> None:
    # Imported here: whoever examines a system without TLS does not wait for it.
    from conformance.tls import tickets  # noqa: PLC0415

    with Cut(wire) as cut, cut.within(place.patience):
        try:
            tickets.read(wire, place.server_name, _head(place), seen.facts)
        except tickets.AlertError as error:
            seen.facts["alert"] = str(error)
            _ended(seen, REFUSED, error)
        except tickets.ClosedError as error:
            _ended(seen, REFUSED, error)
        except (SyntaxError, ValueError) as error:
            # SyntaxError is what tlslite-ng calls bytes that it cannot decode.
            _ended(seen, BROKEN, error)
        else:
            seen.facts["outcome"] = ACCEPTED


# --- bare handshakes --------------------------------------------------------------------------


def _bare(handshake: Handshake, place: Place, wire: socket.socket, seen: Shaken) -> None:
    # Imported here: whoever examines a system without TLS does not wait for it.
    from conformance.tls import hellos  # noqa: PLC0415

    seen.hello = hellos.written(handshake, place.server_name)
    wire.sendall(seen.hello)
    try:
        hellos.Flight(wire, time.monotonic() + place.patience).read(seen.facts)
    except EOFError as error:
        _ended(seen, REFUSED, error)
    except hellos.AlertError as error:
        seen.facts["alert"] = str(error)
        _ended(seen, REFUSED, error)
    except (SyntaxError, ValueError) as error:
        # SyntaxError is what tlslite-ng calls bytes that it cannot decode.
        _ended(seen, BROKEN, error)
    else:
        seen.facts["outcome"] = ACCEPTED
