"""What hostile servers say in place of a TLS handshake, and what has to come of it.

One row each. Where nothing is said of a row it comes to no handshake, no answer and no verdict.
"""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass, field

from wires import LONGEST, Speech, drips, floods, heard, resets, says

from conformance.sandbox import tls

SHOP = tls.Shop()
ALERT, HANDSHAKE, CHANGE_CIPHER_SPEC = 21, 22, 20
SILENT, REFUSED, BROKEN = "silent", "refused", "broken"
ANY = frozenset({SILENT, REFUSED, BROKEN})
# Every alert of the registry "TLS Alerts" of IANA, and some that nobody has assigned.
ALERTS = (
    *(0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 60, 70, 71),
    *(80, 86, 90, 100, 109, 110, 111, 112, 113, 114, 115, 116, 120, 121, 1, 200, 255),
)
CURRENT = "tls.versions.a_current_version_is_offered"


@dataclass(frozen=True)
class Shaking:
    """One hostile server.

    Attributes:
        name: what it does.
        speech: what it says on a new connection.
        ordinary: what an ordinary handshake may be told as.
        bare: what a bare one may be told as.
        wrong: the checks that may fail, because it is the target that says so.
        judged: whether a whole run is made with it.
    """

    name: str
    speech: Speech
    ordinary: frozenset[str] = ANY
    bare: frozenset[str] = ANY
    wrong: frozenset[str] = field(default=frozenset())
    judged: bool = True


def record(kind: int, content: bytes) -> bytes:
    """Return a record of TLS (RFC 8446, section 5.1), whatever is in it."""
    return bytes((kind, 3, 3)) + len(content).to_bytes(2, "big") + content


def many_certificates(number: int) -> Speech:
    """Return a server whose chain is right, and sent with one link again and again."""
    leaf = tls.Leaf(sends=("intermediate",) * (number - 1))
    context = SHOP.context(tls.Tls(leaves=(leaf,)))

    def speech(wire: socket.socket, over: threading.Event) -> None:
        wire.settimeout(LONGEST)
        with context.wrap_socket(wire, server_side=True) as secured:
            secured.recv(65536)
            over.wait(0.2)

    return speech


# The head of a ServerHello, without what its length promises.
HELLO = b"\x02\x00\x00\x76\x03\x03"
# HelloRequest, which a client in a handshake passes over (RFC 5246, section 7.4.1.1).
REQUEST = b"\x00\x00\x00\x00"
ONE = frozenset({SILENT}), frozenset({SILENT})

HANDSHAKES = [
    Shaking("silence", says(b"", linger=20), *ONE),
    Shaking(
        "a hello drop by drop",
        heard(drips(record(HANDSHAKE, HELLO + b"\x00" * 116)[:7], b"\x00")),
        *ONE,
    ),
    Shaking("a hello a second", heard(drips(b"", b"\x16", every=1.0)), *ONE),
    Shaking("plain HTTP", heard(says(b"HTTP/1.1 400 Bad Request\r\n\r\nplain HTTP to TLS"))),
    Shaking("plain SSH", says(b"SSH-2.0-OpenSSH_9.9\r\n", linger=20)),
    # More than OpenSSL takes (100 KiB), though nothing is wrong with any of them.
    Shaking("400 certificates", many_certificates(400), bare=frozenset({"accepted", REFUSED})),
    Shaking("hello requests for ever", heard(floods(b"", record(HANDSHAKE, REQUEST) * 4000)), *ONE),
    Shaking("packed hello requests", heard(floods(b"", record(HANDSHAKE, REQUEST * 4000)))),
    Shaking("empty records for ever", heard(floods(b"", record(HANDSHAKE, b"") * 4000))),
    Shaking("changes of cipher for ever", heard(floods(b"", record(CHANGE_CIPHER_SPEC, b"\1")))),
    Shaking("warnings for ever", heard(floods(b"", record(ALERT, b"\x01\x70") * 4000))),
    Shaking(
        "a hello without end",
        heard(floods(b"", record(HANDSHAKE, b"\x02\xff\xff\xff" + b"a" * 16_000))),
    ),
    Shaking("closed at once", says(b"")),
    Shaking("closed behind our hello", heard(says(b""))),
    Shaking("closed in a record", heard(says(record(HANDSHAKE, HELLO)[:8]))),
    Shaking("closed in a hello", heard(says(record(HANDSHAKE, HELLO)))),
    Shaking("reset in a hello", heard(resets(record(HANDSHAKE, HELLO)))),
    Shaking(
        "a record of 65,535",
        heard(says(b"\x16\x03\x03\xff\xff" + b"\x02\x00\xff\xfb" + b"a" * 65_531, linger=20)),
        frozenset({BROKEN}),
        frozenset({BROKEN}),
    ),
    Shaking("a record of a version of nobody", heard(says(b"\x16\x09\x09\x00\x04" + b"\x0e" * 4))),
    Shaking("nonsense", heard(says(record(HANDSHAKE, b"\x02\x00\x00\x04aaaa")))),
    Shaking("done without a hello", heard(says(record(HANDSHAKE, b"\x0e\x00\x00\x00")))),
    Shaking("an alert of nothing", heard(says(record(ALERT, b"") * 40))),
    *(
        Shaking(
            f"alert {number}",
            heard(says(record(ALERT, bytes((2, number))))),
            bare=frozenset({REFUSED}),
            wrong=frozenset({CURRENT} if number == 70 else ()),  # protocol_version
            judged=number in {0, 40, 70, 80, 255},
        )
        for number in ALERTS
    ),
]


def trusted() -> ssl.SSLContext:
    """Return the server's side of a listener as it should be."""
    return SHOP.context(tls.Tls())
