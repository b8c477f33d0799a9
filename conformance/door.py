"""The live door: the one place from which anything is sent to a target.

`requests` carries ordinary traffic, with the raw header list kept and everything that it would
do on its own switched off; h11 on a bare socket carries what ordinary clients rewrite or refuse.
Pace, budget, time and size limits, the guard and the redaction are enforced here, so that no
check, and no option, can get round them.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import h11
import requests
import urllib3

from conformance import __version__, handshakes, logins, shapes, tls_refusals
from conformance.connections import DeadlineAdapter, connected, deadline
from conformance.credentials import ClientCertificate, Credentials
from conformance.errors import TargetError, UnreachableError
from conformance.evidence import HIDDEN, Exchange, Request, Response, is_coded, media_type_of
from conformance.forging import CannotForgeError
from conformance.formats.encoding import is_utf8
from conformance.formats.markup import is_xml
from conformance.guard import Guard
from conformance.logins import Issued
from conformance.probe import Case, Handshake, Question, Scene, is_stranger, question_digest
from conformance.redaction import Redactor
from conformance.signatures import marks
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import Reason

USER_AGENT = f"vnda-conformance/{__version__}"
_CHUNK = 65536
_BROKEN = 500
_UNAUTHORISED = 401
# A token that ends while a request is under way would make a refusal of it.
_MARGIN_SECONDS = 10.0
_MOST_LOGINS = 50
_ABOUT_THE_TARGET = "target"
# Cut after redaction, never before: half a secret would not be recognised.
_LONGEST_ERROR = 300


class LiveDoor:
    """Sends questions to the target; has a life, so it is closed.

    Args:
        scene: the target and its contract.
        credentials: the opened identities.
        redactor: what makes an exchange fit to be seen.
        keep: called with each redacted exchange as it happens.
    """

    def __init__(
        self,
        scene: Scene,
        credentials: Credentials,
        redactor: Redactor,
        keep: Callable[[Exchange], None],
    ) -> None:
        self._scene = scene
        self._credentials = credentials
        self._redactor = redactor
        self._keep = keep
        self._guard = Guard(scene)
        self._pace = scene.target.pace
        self._next_at = 0.0
        self._started = time.monotonic()
        self._count = 0
        self._ordinals: dict[str, int] = {}
        self._lock = threading.Lock()
        self._questions: dict[str, Question] = {}
        self._ca_file = _ca_file(scene.target)
        self._session = _session(scene.target, self._ca_file)
        self._with_certificate: dict[str, _Certified] = {}
        self._accepted: dict[str, Question] = {}
        self._ends_at: dict[str, float] = {}
        self._logins = 0
        self._turned_away: dict[str, UnreachableError] = {}
        self._proxy: str | None = self._session.proxies.get("https")
        # A bare connection goes through a proxy only where the proxy speaks plainly, and only to
        # ports of TLS, which are what proxies let through.
        plainly = (self._proxy or "").startswith("http://")
        self._tunnelled = plainly and scene.target.scheme == "https"

    def close(self) -> None:
        """End connections and remove temporary files."""
        for certified in self._with_certificate.values():
            certified.close()
        self._session.close()
        if self._ca_file:
            Path(self._ca_file).unlink(missing_ok=True)

    def ask(self, question: Question, case: Case) -> Exchange:
        """Send a question and return the redacted exchange, which is already kept."""
        self._guard.check(question)
        exchange = self._asked(question, case)
        if exchange.status == _UNAUTHORISED and question.identity in self._accepted:
            exchange = self._asked_once_more(question, case, exchange)
        elif exchange.succeeded and question.method == "GET" and question.identity is not None:
            self._accepted.setdefault(question.identity, question)
        self._keep(exchange)
        return exchange

    # --- identities -----------------------------------------------------------------------------

    def log_in(self, name: str, *, renew: bool = False) -> None:
        """Obtain the credential of an identity, where it has to be obtained.

        Raises:
            UnreachableError: it is refused, or is not where the target file says.
        """
        identity = self._scene.target.identities.get(name)
        if identity is None or not identity.logs_in:
            return
        ends = time.monotonic() > self._ends_at.get(name, float("inf")) - _MARGIN_SECONDS
        if self._credentials.has_issued(name) and not renew and not ends:
            return
        if name in self._turned_away:
            raise self._turned_away[name]
        try:
            issued = self._issued(name)
        except UnreachableError as error:
            # Asked once: a server that refuses is not to be asked again with every question.
            self._turned_away[name] = error
            raise
        self._credentials.issue(name, issued.value, issued.refresh_token)
        if issued.seconds is not None:
            self._ends_at[name] = time.monotonic() + issued.seconds

    def learn_keys(self) -> None:
        """Fetch the issuer's public keys, where the target file says where they are."""
        place = self._scene.target.jwks_url
        if place is not None and self._spend(raw=False) is None:
            question = Question("GET", logins.placed(place, self._scene.target))
            exchange, response = self._exchange(question, Case(_ABOUT_THE_TARGET, "keys"), None)
            self._keep(_apart(exchange))
            if response is not None and exchange.succeeded:
                with contextlib.suppress(ValueError):
                    keys = json.loads(response.body)
                    self._credentials.know_keys(keys if isinstance(keys, dict) else {})

    def _issued(self, name: str) -> Issued:
        identity = self._scene.target.identities[name]
        question = logins.asked(identity, self._credentials, self._scene.target)
        self._logins += 1
        unsent = self._spend(raw=False) if self._logins <= _MOST_LOGINS else Reason.OUT_OF_BUDGET
        if unsent is not None:
            raise logins.refused(identity, str(unsent))

        at = _now()
        request = self._request(question)
        response, error, _ = self._send(request, raw=False, shown_by=name)
        try:
            issued = logins.read(identity, response)
            # Before anything of the answer is kept: what it hands out is a secret.
            for value in filter(None, (issued.value, issued.refresh_token)):
                self._redactor.hide(f"{name}.issued", value)
        finally:
            case = Case(_ABOUT_THE_TARGET, f"login:{name}")
            asked = (request, request)
            self._keep(_apart(self._redacted(question, case, asked, response, error, at)))
        return issued

    def _asked_once_more(self, question: Question, case: Case, refused: Exchange) -> Exchange:
        """Find out whether a refusal is of the request or of a credential that was lost.

        An operation may end the session that asked it. What was accepted before is asked again,
        as a canary; where that is refused too, the identity logs in once more and the request is
        repeated. The first answer stays in the record, under a name of its own.
        """
        name = str(question.identity)
        canary = self._asked(self._accepted[name], Case(_ABOUT_THE_TARGET, f"canary:{name}"))
        self._keep(_apart(canary))
        if canary.status != _UNAUTHORISED:
            return refused
        identity = self._scene.target.identities[name]
        try:
            if not identity.logs_in:
                return _lost(refused)
            self.log_in(name, renew=True)
        except UnreachableError:
            return _lost(refused)
        self._keep(_apart(replace(refused, case=f"before-login:{case.name}")))
        again = self._asked(question, case)
        return _lost(again) if again.status == _UNAUTHORISED and not self._lives(name) else again

    def _lives(self, name: str) -> bool:
        canary = self._asked(self._accepted[name], Case(_ABOUT_THE_TARGET, f"canary:{name}"))
        self._keep(_apart(canary))
        return canary.status != _UNAUTHORISED

    # --- one question ---------------------------------------------------------------------------

    def _asked(self, question: Question, case: Case) -> Exchange:
        """Send a question and return the redacted exchange, which is not kept yet."""
        unsent = self._spend(raw=question.raw)
        if unsent is not None:
            return self._unsent(question, case, unsent)
        instead = None
        if question.identity is not None:
            try:
                self.log_in(question.identity)
                if question.throwaway and not is_stranger(question.identity):
                    instead = self._issued(question.identity).value
            except UnreachableError:
                return self._unsent(question, case, Reason.NO_CREDENTIALS)
        try:
            return self._exchange(question, case, instead)[0]
        except CannotForgeError as outcome:
            return self._unsent(question, case, outcome.reason)

    def _exchange(
        self, question: Question, case: Case, instead: str | None
    ) -> tuple[Exchange, Response | None]:
        restored = self._restored(question)
        if _has_hidden(restored):
            # What stood for the token is no longer known: nobody else's value goes out instead.
            return self._unsent(question, case, Reason.REDACTED), None
        request, at = self._request(restored, instead), _now()
        response, error, refused = self._send(request, raw=question.raw, shown_by=question.identity)
        # Shown with its tokens, though it left with the values.
        shown = self._request(question, instead, len(request.body))
        exchange = self._redacted(question, case, (shown, request), response, error, at)
        if refused is not None:
            exchange = replace(exchange, facts={**exchange.facts, "tls_refused": refused})
        self._questions[exchange.id] = question
        return exchange, response

    def shake(self, handshake: Handshake, case: Case) -> Exchange:
        """Make a TLS handshake with the target and return the exchange, which is already kept."""
        # No scheme of identities brings a client certificate yet: better nothing than without it.
        unsent = self._spend(raw=True) if handshake.identity is None else Reason.NO_CREDENTIALS
        at = _now()
        facts: dict[str, Any] = {"asked": question_digest(handshake)}
        hello, error = b"", f"not sent: {unsent}"
        if unsent is not None:
            facts["unsent"] = str(unsent)
        else:
            seen = handshakes.shake(handshake, self._place())
            facts["tls"] = seen.facts
            hello, error = seen.hello, seen.error or ""
        parts = urlsplit(self._scene.target.base_url)
        host = parts.hostname or ""
        place = f"[{host}]:{parts.port or 443}" if ":" in host else f"{host}:{parts.port or 443}"
        exchange = Exchange(
            id=self._next(case),
            at=at,
            unit=case.unit,
            case=case.name,
            attempt=case.attempt,
            identity=handshake.identity,
            request=Request("TLS", f"tls://{place}", (), hello),
            response=None,
            error=self._redactor.text(error)[:_LONGEST_ERROR] or None,
            facts=facts,
            kind="tls",
        )
        self._keep(exchange)
        return exchange

    def _place(self) -> handshakes.Place:
        parts = urlsplit(self._scene.target.base_url)
        address = (parts.hostname or "", parts.port or 443)
        patience = self._pace.timeout_seconds
        return handshakes.Place(
            host=parts.hostname or "",
            path=parts.path,
            connect=lambda: connected(address, patience, self._proxy),
            authorities=self._ca_file or certifi.where(),
            patience=patience,
            agent=USER_AGENT,
        )

    def _next(self, case: Case) -> str:
        with self._lock:
            ordinal = self._ordinals[case.unit] = self._ordinals.get(case.unit, 0) + 1
        return f"{case.unit}.{ordinal}"

    def _restored(self, question: Question) -> Question:
        """Swap tokens back: what an answer handed out goes out again as it came."""
        redactor = self._redactor
        media_type = next((v for k, v in question.headers if k.lower() == "content-type"), "")
        return replace(
            question,
            url=redactor.restore(question.url, in_url=True),
            headers=tuple((name, redactor.restore_field(v)) for name, v in question.headers),
            body=redactor.restore_body(question.body, media_type),
        )

    def _request(
        self, question: Question, instead: str | None = None, length: int | None = None
    ) -> Request:
        """Return a question as a request, with credentials; its length is that of what is sent."""
        asked = question
        if question.identity is not None:
            asked = self._credentials.apply(question.identity, question, instead=instead)
        headers = self._headers(asked, len(asked.body) if length is None else length)
        return Request(asked.method, asked.url, headers, asked.body)

    def again(self, exchange: Exchange) -> Exchange:
        """Send the request of an exchange once more, as attempt 2 of the case `again:ID`."""
        question = self._questions[exchange.id]
        return self.ask(question, Case(exchange.unit, f"again:{exchange.id}", 2))

    def wait(self, seconds: float) -> None:
        """Sleep because the target asked for it, within the time limit of the run."""
        left = self._pace.total_seconds - (time.monotonic() - self._started)
        time.sleep(max(0.0, min(seconds, left)))

    @property
    def sent(self) -> int:
        """How many requests have left."""
        return self._count

    def _spend(self, *, raw: bool) -> Reason | None:
        """Wait for this request's turn; return why it must not leave, if so."""
        if raw and self._proxy and not self._tunnelled:
            return Reason.TOOL_MISSING
        with self._lock:
            now = time.monotonic()
            over = now - self._started > self._pace.total_seconds
            if over or self._count >= self._pace.budget:
                return Reason.OUT_OF_BUDGET
            pause = self._next_at - now
            self._next_at = max(now, self._next_at) + 1 / self._pace.requests_per_second
            self._count += 1
        if pause > 0:
            time.sleep(pause)
        return None

    def _unsent(self, question: Question, case: Case, reason: Reason) -> Exchange:
        # Kept like an answer, so that a reader of the record finds the same reason.
        request = Request(question.method, question.url, question.headers, question.body)
        asked = (request, request)
        exchange = self._redacted(question, case, asked, None, f"not sent: {reason}", _now())
        exchange = replace(exchange, facts={**exchange.facts, "unsent": str(reason)})
        self._questions[exchange.id] = question
        return exchange

    def _headers(self, question: Question, length: int) -> tuple[tuple[str, str], ...]:
        given = {name.lower() for name, _ in question.headers}
        own = [
            ("Host", urlsplit(question.url).netloc),
            ("User-Agent", USER_AGENT),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
        ]
        if question.body or question.method in {"POST", "PUT", "PATCH"}:
            own.append(("Content-Length", str(length)))
        return (*(pair for pair in own if pair[0].lower() not in given), *question.headers)

    def _redacted(  # noqa: PLR0913, PLR0917  # the six parts of an exchange
        self,
        question: Question,
        case: Case,
        requests_: tuple[Request, Request],
        response: Response | None,
        error: str | None,
        at: str,
    ) -> Exchange:
        sent = requests_[1]
        shown = self._redactor.request(requests_[0])
        facts: dict[str, Any] = {"asked": question_digest(question, self._redactor.tree)}
        if question.operation:
            facts["operation"] = question.operation
        if not question.wellformed:
            facts["wellformed"] = False
        described = self._credentials.described(question.identity)
        if described is not None:
            facts["credential"] = self._redactor.tree(described)
        if response is not None:
            if response.excess:
                facts["excess_bytes"] = len(response.excess)
            raw = response
            self._redactor.sent(shown)
            response, hidden = self._redactor.response(raw)
            facts |= hidden | self._noted(question, sent, raw, response)
        return Exchange(
            id=self._next(case),
            at=at,
            unit=case.unit,
            case=case.name,
            attempt=case.attempt,
            identity=question.identity,
            request=shown,
            response=response,
            error=self._redactor.error(error)[:_LONGEST_ERROR] if error else None,
            facts=facts,
        )

    def _noted(
        self, question: Question, sent: Request, raw: Response, shown: Response
    ) -> dict[str, Any]:
        """Return what checks may have to know of an answer that is not shown as it came."""
        facts: dict[str, Any] = {}
        if (raw.body, raw.headers) == (shown.body, shown.headers) or is_coded(raw):
            return facts
        if not self._redactor.synthetic:
            facts["marks"] = marks(sent, raw)
        if raw.body == shown.body:
            return facts
        media_type = media_type_of(raw.headers)
        if not self._redactor.synthetic:
            facts["utf8"] = is_utf8(raw.body)
            if media_type.endswith(("/xml", "+xml")):
                facts["xml"] = is_xml(raw.body)
            if not shown.body:
                facts["json"] = False  # what is JSON is never withheld
        operation = self._scene.operation(question.operation or "")
        pointer = operation and shapes.pointer(operation, raw.status, media_type)
        if pointer:
            # A schema that breaks its reader must not end the run: then nothing is noted.
            with contextlib.suppress(Exception):
                shown_name = self._redactor.shown_name
                shape = shapes.look(self._scene.contract, pointer, raw.body, shown_name)
                facts |= {"schema": shape.as_json()} if shape else {}
        return facts

    # --- the two stacks -------------------------------------------------------------------------

    def _send(
        self, request: Request, *, raw: bool, shown_by: str | None
    ) -> tuple[Response | None, str | None, str | None]:
        """Return what came; or what went wrong and, where TLS refused the caller, in which way."""
        start = time.monotonic()
        certified = self._certified(shown_by)
        try:
            response = (self._send_raw if raw else self._send_plain)(request, start, certified)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
            h11.ProtocolError,
            _LimitError,
        ) as error:
            return None, _said(error), tls_refusals.refusal(error)
        return response, None, None

    def _certified(self, name: str | None) -> _Certified | None:
        """Return the session that shows a client certificate, for an identity that has one."""
        certificate = self._credentials.certificate(name)
        if name is None or certificate is None:
            return None
        if name not in self._with_certificate:
            session = _session(self._scene.target, self._ca_file)
            self._with_certificate[name] = _Certified(session, certificate)
        return self._with_certificate[name]

    def _send_plain(self, request: Request, start: float, certified: _Certified | None) -> Response:
        session = certified.session if certified else self._session
        prepared = requests.Request(
            request.method, request.url, data=request.body or None
        ).prepare()
        prepared.url = request.url
        # A header list, not a mapping: what is repeated in the record was repeated on the wire.
        prepared.headers = urllib3.HTTPHeaderDict(request.headers)  # type: ignore[assignment]  # requests only reads it
        with (
            deadline(2 * self._pace.timeout_seconds),
            session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=self._pace.timeout_seconds,
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

    def _send_raw(self, request: Request, start: float, certified: _Certified | None) -> Response:
        parts = urlsplit(request.url)
        # Not `urlunsplit`: newer editions write a path that begins with `//` in another way.
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = [*request.headers, ("Connection", "close")]
        client = h11.Connection(h11.CLIENT)
        with self._socket(parts.hostname or "", parts.port, parts.scheme, certified) as wire:
            sent = client.send(h11.Request(method=request.method, target=target, headers=headers))
            sent = (sent or b"") + (
                client.send(h11.Data(data=request.body)) or b"" if request.body else b""
            )
            sent += client.send(h11.EndOfMessage()) or b""
            client.receive_data(tls_refusals.first_bytes(wire, sent, _CHUNK))
            return self._receive(client, wire, start)

    def _receive(self, client: h11.Connection, wire: socket.socket, start: float) -> Response:
        head: h11.Response | None = None
        body = bytearray()
        while True:
            event = client.next_event()
            if event is h11.NEED_DATA:
                self._limit(len(body), start)
                client.receive_data(wire.recv(_CHUNK))
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
        wire.settimeout(1.0)
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

    def _socket(
        self, host: str, port: int | None, scheme: str, certified: _Certified | None
    ) -> socket.socket:
        address = (host, port or (443 if scheme == "https" else 80))
        wire = connected(address, self._pace.timeout_seconds, self._proxy)
        if scheme != "https":
            return wire
        try:
            # The same authorities as ordinary traffic has, not the system's.
            context = ssl.create_default_context(cafile=self._ca_file or certifi.where())
            if certified is not None:
                context.load_cert_chain(*certified.files)
                # Some servers ask for it only when they know what is wanted (RFC 8446, 4.6.2).
                context.post_handshake_auth = True
            return tls_refusals.secured(wire, context, host)
        except BaseException:
            wire.close()
            raise

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


def _has_hidden(question: Question) -> bool:
    told = question.url, str(question.headers), question.body.decode("latin-1")
    return any(HIDDEN.search(part) for part in told)


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
    with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False, encoding="ascii") as file:
        file.write(pem)
    return file.name


def _apart(exchange: Exchange) -> Exchange:
    """Return an exchange of our own housekeeping, on which no law is judged."""
    return replace(exchange, facts={**exchange.facts, "housekeeping": True})


def _lost(exchange: Exchange) -> Exchange:
    """Return an exchange that was refused because the identity is no longer accepted."""
    return replace(exchange, facts={**exchange.facts, "identity_lost": True})


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
    if message.defects or not all(length.strip().isdecimal() for length in lengths):
        text = "the header section is malformed"
        raise _LimitError(text)
    return tuple((str(name), str(value)) for name, value in message.items())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fetch(url: str, target: Target) -> bytes:
    """Return the bytes of a document such as a contract, fetched without credentials.

    Raises:
        UnreachableError: no answer, or another status than 200.
    """
    ca_file = _ca_file(target)
    session = _session(target, ca_file)
    try:
        answer = session.get(
            url,
            allow_redirects=False,
            timeout=target.pace.timeout_seconds,
            stream=True,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json, application/yaml, */*"},
        )
        content = answer.raw.read(64 * 2**20, decode_content=True)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise unreachable(url, _said(error)) from error
    finally:
        session.close()
        if ca_file:
            Path(ca_file).unlink(missing_ok=True)
    if answer.status_code != 200:  # noqa: PLR2004  # RFC 9110, 15.3.1
        raise UnreachableError(
            Text(
                vi=f"không lấy được tài liệu: HTTP {answer.status_code}",
                en=f"the document cannot be had: HTTP {answer.status_code}",
            ),
            mend=Text(vi="kiểm tra địa chỉ của tài liệu", en="check the address of the document"),
            place=url,
        )
    return bytes(content)


def unreachable(url: str, why: str) -> UnreachableError:
    """Return the error for an address that does not answer."""
    return UnreachableError(
        Text(vi=f"không kết nối được: {why}", en=f"cannot be reached: {why}"),
        mend=Text(
            vi="kiểm tra địa chỉ, mạng, `network.proxy` và `network.extra_ca` trong tệp đích",
            en="check the address, the network, `network.proxy` and `network.extra_ca`",
        ),
        place=url,
    )


def _session(target: Target, ca_file: str | None) -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, DeadlineAdapter())
    # Nothing from the environment: no proxy, no .netrc, no cookies carried from call to call.
    session.trust_env = False
    session.cookies.set_policy(_NoCookies())
    if ca_file:
        session.verify = ca_file
    if target.proxy:
        session.proxies = {"http": _proxy(target), "https": _proxy(target)}
    return session


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined, misc]  # requests re-exports http.cookiejar
    """Keeps and sends nothing: what a target sets for one identity must not reach another."""

    def set_ok(self, cookie: Any, request: Any) -> bool:  # noqa: ARG002  # the policy's own signature
        """Refuse every cookie."""
        return False


def _proxy(target: Target) -> str:
    reference = target.proxy or ""
    if not reference.startswith("env:"):
        return reference
    value = os.environ.get(reference[4:], "")
    if not value:
        raise TargetError(
            Text(vi=f"{reference} không có hoặc rỗng", en=f"{reference} is missing or empty"),
            mend=Text(
                vi="đặt biến môi trường hoặc bỏ `network.proxy`",
                en="set the variable or drop `network.proxy`",
            ),
            place=f"{target.place}: network.proxy",
        )
    return value


def _ca_file(target: Target) -> str | None:
    """Return a file of every trusted authority where the target names one; it is the caller's."""
    if target.extra_ca is None:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False, encoding="utf-8") as file:
        file.write(trusted_authorities(target))
    return file.name


def trusted_authorities(target: Target) -> str:
    """Return every trusted authority, PEM: the public ones and the target's extra one.

    Raises:
        TargetError: the file of the extra one cannot be read.
    """
    public = Path(certifi.where()).read_text(encoding="utf-8")
    extra = target.extra_ca or ""
    if extra and not extra.lstrip().startswith("-----BEGIN"):
        try:
            extra = Path(extra).read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise TargetError(
                Text(
                    vi="không đọc được tệp chứng thư PEM", en="the PEM certificate cannot be read"
                ),
                mend=Text(vi="sửa `network.extra_ca`", en="mend `network.extra_ca`"),
                place=f"{target.place}: network.extra_ca: {target.extra_ca}",
            ) from error
    return f"{public}\n{extra}\n"


def _cause(error: Exception) -> Exception:
    """Return the error that an error was made of; itself where it was made of none."""
    inner = error.args[0] if error.args else None
    inner = getattr(inner, "reason", inner)
    return inner if isinstance(inner, Exception) else error


def _said(error: Exception) -> str:
    if isinstance(error, requests.Timeout | TimeoutError):
        return "time-out"
    if isinstance(error, requests.exceptions.SSLError | ssl.SSLError):
        return f"TLS: {_cause(_cause(error))}"
    # urllib3 wraps the cause in its own words and addresses of objects.
    reason = getattr(error.args[0], "reason", error) if error.args else error
    told = str(reason).rpartition(">: ")[2] or str(reason)
    return told.rpartition("): ")[2] or told or type(error).__name__
