"""How a request gets to a target and an answer back: two stacks, with the same limits.

`requests` carries ordinary traffic, with the raw header list kept and everything that it would
do on its own switched off; h11 on a bare socket carries what ordinary clients rewrite or refuse.
Nothing is decided here but when to stop waiting and reading.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import h11
import requests
import urllib3

from conformance.deadlines import Cut
from conformance.door import http2
from conformance.door.connections import MAX_INTERIM, connected, deadline
from conformance.door.network import PROXY_REFUSES, USER_AGENT, authorities_file, said, session_of
from conformance.evidence import Request, Response
from conformance.identities.credentials import ClientCertificate, Credentials
from conformance.probe.questions import Way
from conformance.target import Target
from conformance.tls import handshakes
from conformance.tls import refusals as tls_refusals

_CHUNK = 65536
_BROKEN = 500
# Far more than any head: h11's own 16 KiB would let the pieces that a head comes in decide, since
# it looks at what is not whole yet.
_LONGEST_HEAD = 128 * 1024
_EXCESS = 1.0  # seconds of silence behind which nothing more is expected
_PROXY_REFUSES = 407  # RFC 9110, section 15.5.8
# RFC 9110, section 8.6: a length, or the same one several times; no message has more digits.
_LENGTHS = re.compile(r"[0-9]{1,18}(?:[ \t]*,[ \t]*[0-9]{1,18}){0,9}")


class Transport:
    """Carries requests to one target; has a life, so it is closed.

    Args:
        target: where to, and how patiently.
        credentials: the opened identities, some of which show a client certificate.
    """

    def __init__(self, target: Target, credentials: Credentials) -> None:
        self._target = target
        self._credentials = credentials
        self._pace = target.pace
        self._ca_file = authorities_file(target)
        self._authorities = self._ca_file or certifi.where()
        self._session = session_of(target, self._ca_file)
        self._with_certificate: dict[str, _Certified] = {}
        self._turn = threading.Lock()
        self._proxy: str | None = self._session.proxies.get("https")

    def close(self) -> None:
        """End connections and remove temporary files."""
        for certified in self._with_certificate.values():
            certified.close()
        self._session.close()
        if self._ca_file:
            Path(self._ca_file).unlink(missing_ok=True)

    @property
    def carries_raw(self) -> bool:
        """Whether a bare connection gets to the target.

        It goes through a proxy only where the proxy speaks plainly, and only to ports of TLS,
        which are what proxies let through.
        """
        plainly = (self._proxy or "").startswith("http://")
        return not self._proxy or (plainly and self._target.scheme == "https")

    def send(
        self, request: Request, *, way: Way, shown_by: str | None
    ) -> tuple[Response | None, str | None, str | None]:
        """Send a request; return the response, or None and what came in its place.

        The third part is how TLS turned the caller away, where it did (`tls_refusals`).

        Args:
            request: what to send, as it is.
            way: `bare` is over a bare connection of its own, which keeps what follows the
                message; `literal` the same, byte for byte as the request says; `h2` is HTTP/2.
            shown_by: the identity whose client certificate is shown, where it has one.
        """
        start = time.monotonic()
        certified = self._certified(shown_by)
        ways: Mapping[Way, Callable[[Request, float, _Certified | None], Response]] = {
            "ordinary": self._send_plain,
            "bare": self._send_raw,
            "literal": partial(self._send_raw, literal=True),
            "h2": self._send_newer,
        }
        try:
            response = ways[way](request, start, certified)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
            h11.ProtocolError,
            _LimitError,
        ) as error:
            return None, said(error), tls_refusals.refusal(error)
        if self._proxy and response.status == _PROXY_REFUSES:
            # The proxy's word, not the target's: nothing got through.
            return None, PROXY_REFUSES, None
        return response, None, None

    def place(self, shown_by: str | None, at: str = "") -> handshakes.Place:
        """Return where handshakes are made, and whose certificate may be shown there.

        Args:
            shown_by: the identity whose client certificate is shown, where it has one.
            at: the one of the host's addresses to go to; empty for the system's choice.
        """
        parts = urlsplit(self._target.base_url)
        address = (at or parts.hostname or "", parts.port or 443)
        patience = self._pace.timeout_seconds
        certified = self._certified(shown_by)
        return handshakes.Place(
            host=parts.hostname or "",
            path=parts.path,
            connect=lambda: connected(address, patience, self._proxy),
            authorities=self._authorities,
            patience=patience,
            agent=USER_AGENT,
            shown=certified.files if certified else None,
        )

    def _certified(self, name: str | None) -> _Certified | None:
        """Return the session that shows a client certificate, for an identity that has one."""
        certificate = self._credentials.certificate(name)
        if name is None or certificate is None:
            return None
        with self._turn:
            if name not in self._with_certificate:
                session = session_of(self._target, self._ca_file)
                self._with_certificate[name] = _Certified(session, certificate)
            return self._with_certificate[name]

    def _send_plain(self, request: Request, start: float, certified: _Certified | None) -> Response:
        session = certified.session if certified else self._session
        with (
            deadline(2 * self._pace.timeout_seconds),
            # The adapter, not the session, which would prepare the next request of a redirect.
            session.get_adapter(request.url).send(
                _as_it_is(request),
                stream=True,
                timeout=self._pace.timeout_seconds,
                verify=session.verify or True,
                cert=session.cert,
                proxies=session.proxies,
            ) as answer,
        ):
            raw = answer.raw
            body = self._read(lambda: raw.read(_CHUNK, decode_content=False), start)
            if answer.status_code >= _BROKEN:
                # A server that broke may drop the connection without saying so; the next question
                # must not be lost with it.
                for adapter in session.adapters.values():
                    adapter.close()
            return Response(
                status=answer.status_code,
                reason=answer.reason or "",
                http={10: "1.0", 11: "1.1", 20: "2"}.get(raw.version, str(raw.version)),
                headers=_header_list(answer),
                body=body,
                seconds=round(time.monotonic() - start, 6),
            )

    def _send_raw(
        self,
        request: Request,
        start: float,
        certified: _Certified | None,
        *,
        literal: bool = False,
    ) -> Response:
        parts = urlsplit(request.url)
        # Not `urlunsplit`: newer editions write a path that begins with `//` in another way.
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        written = _written_out(request, target) if literal else b""
        # What is literal is told h11 in another form, so that it reads the answer to this method.
        fields = (("Host", parts.netloc),) if literal else request.headers
        headers = [*fields, ("Connection", "close")]
        client = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        plain = connected(address, self._pace.timeout_seconds, self._proxy)
        with (
            plain,
            Cut(plain) as cut,
            cut.within(2 * self._pace.timeout_seconds + _EXCESS + 1),
            self._wire(plain, parts.hostname or "", parts.scheme, certified, cut) as wire,
        ):
            sent = client.send(h11.Request(method=request.method, target=target, headers=headers))
            if request.body and not literal:
                sent = (sent or b"") + (client.send(h11.Data(data=request.body)) or b"")
            sent = (sent or b"") + (client.send(h11.EndOfMessage()) or b"")
            client.receive_data(tls_refusals.first_bytes(wire, written or sent, _CHUNK))
            return self._receive(client, wire, start)

    def _send_newer(self, request: Request, start: float, certified: _Certified | None) -> Response:
        parts = urlsplit(request.url)
        address = (parts.hostname or "", parts.port or 443)
        plain = connected(address, self._pace.timeout_seconds, self._proxy)
        with (
            plain,
            Cut(plain) as cut,
            cut.within(2 * self._pace.timeout_seconds),
            self._wire(
                plain, parts.hostname or "", "https", certified, cut, protocol=http2.PROTOCOL
            ) as wire,
        ):
            answer = http2.asked(wire, request, lambda size: self._limit(size, start))
            return replace(answer, seconds=round(time.monotonic() - start, 6))

    def _receive(self, client: h11.Connection, wire: socket.socket, start: float) -> Response:
        head: h11.Response | None = None
        body, interim = bytearray(), 0
        while True:
            event = client.next_event()
            if event is h11.NEED_DATA:
                self._limit(len(body), start)
                client.receive_data(wire.recv(_CHUNK))
            elif isinstance(event, h11.InformationalResponse):
                interim += 1
                if interim > MAX_INTERIM:
                    raise _LimitError("the interim answers have no end")
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed) or event is h11.PAUSED:
                break
        if head is None:
            message = "the connection ended before an answer"
            raise _LimitError(message)
        # After the message nothing may follow; what does is kept apart, as evidence.
        excess = bytearray(client.trailing_data[0])
        wire.settimeout(_EXCESS)
        with contextlib.suppress(OSError):
            while chunk := wire.recv(_CHUNK):
                excess += chunk
                self._limit(len(excess), start)
        return Response(
            status=head.status_code,
            reason=bytes(head.reason).decode("latin-1"),
            http=bytes(head.http_version).decode("ascii"),
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in head.headers.raw_items()
            ),
            body=bytes(body),
            seconds=round(time.monotonic() - start, 6),
            excess=bytes(excess),
        )

    def _wire(  # noqa: PLR0913  # each is one thing that a connection needs
        self,
        plain: socket.socket,
        host: str,
        scheme: str,
        certified: _Certified | None,
        cut: Cut,
        *,
        protocol: str = "",
    ) -> socket.socket:
        """Return what to speak HTTP on: a connection itself, or TLS on it."""
        if scheme != "https":
            return plain
        # The same authorities as ordinary traffic has, not the system's.
        context = ssl.create_default_context(cafile=self._authorities)
        if protocol:
            context.set_alpn_protocols([protocol])
        if certified is not None:
            context.load_cert_chain(*certified.files)
            # Some servers ask for it only when they know what is wanted (RFC 8446, 4.6.2).
            context.post_handshake_auth = True
        with cut.within(self._pace.timeout_seconds):
            return tls_refusals.secured(plain, context, host)

    def _read(self, read: Callable[[], bytes], start: float) -> bytes:
        body = bytearray()
        while chunk := read():
            body += chunk
            self._limit(len(body), start)
        return bytes(body)

    def _limit(self, size: int, start: float) -> None:
        if size > self._pace.max_response_bytes:
            message = f"the answer is larger than {self._pace.max_response_bytes} bytes"
            raise _LimitError(message)
        if time.monotonic() - start > 2 * self._pace.timeout_seconds:
            message = f"the answer took longer than {2 * self._pace.timeout_seconds:g} seconds"
            raise _LimitError(message)


class _LimitError(Exception):
    pass


class _Certified:
    """A session that shows a client certificate; its files live as long as it does."""

    def __init__(self, session: requests.Session, certificate: ClientCertificate) -> None:
        self.session = session
        # The standard library takes client certificates from files only.
        self.files = _written(certificate.certificate), _written(certificate.key)
        session.cert = self.files

    def close(self) -> None:
        """End connections and remove the files."""
        self.session.close()
        for file in self.files:
            Path(file).unlink(missing_ok=True)


def _written(pem: str) -> str:
    """Return a new file with this text that only its owner may read."""
    with tempfile.NamedTemporaryFile(
        "w", suffix=".pem", delete=False, encoding="ascii", newline="\n"
    ) as file:
        file.write(pem)
    return file.name


def _written_out(request: Request, target: str) -> bytes:
    """Return the bytes of a request that no client would write, as it says."""
    head = f"{request.method} {target} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    return f"{head}\r\n".encode("latin-1", "replace") + request.body


def _as_it_is(request: Request) -> requests.PreparedRequest:
    """Return a request ready to be sent, filled in by hand: `prepare` would write it anew."""
    ready = requests.PreparedRequest()
    ready.method, ready.url, ready.body = request.method, request.url, request.body or None
    # A header list, not a mapping: what is repeated in the record was repeated on the wire.
    ready.headers = urllib3.HTTPHeaderDict(request.headers)  # type: ignore[assignment]  # requests only reads it
    return ready


def _header_list(answer: requests.Response) -> tuple[tuple[str, str], ...]:
    """Return the header fields as received: order, case and repetition.

    `requests` and urllib3 merge and group them; the parser below keeps what it read.

    Raises:
        _LimitError: the header section is broken, so that nothing in it can be relied on.
    """
    original = answer.raw._original_response  # noqa: SLF001  # the only place that keeps it
    assert original is not None  # noqa: S101  # http.client made it
    message = original.msg
    lengths = message.get_all("Content-Length") or []
    # http.client takes a length that it cannot read for none at all.
    if message.defects or not all(_LENGTHS.fullmatch(length.strip()) for length in lengths):
        text = "the header section is malformed"
        raise _LimitError(text)
    return tuple((str(name), str(value)) for name, value in message.items())
