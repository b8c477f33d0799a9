"""The live door: the one place from which anything is sent to a target.

The guard, pace and budget, the credentials and the redaction are enforced here, so that no check,
and no option, can get round them; `conformance.door.transport` carries what leaves.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from conformance import nesting
from conformance.door import http2, lookups
from conformance.door.breaker import Breaker, Whose
from conformance.door.collector import Collector
from conformance.door.guard import Guard
from conformance.door.network import USER_AGENT
from conformance.door.recording import LONGEST_ERROR, Passed, Recorder
from conformance.door.transport import Transport
from conformance.door.turns import Halt, Turns
from conformance.errors import UnreachableError
from conformance.evidence import Exchange, Request, Response
from conformance.identities import issuers, logins
from conformance.identities.credentials import Credentials
from conformance.identities.forging import CannotForgeError
from conformance.identities.life import Identities
from conformance.identities.logins import Issued
from conformance.privacy.redaction import Redactor
from conformance.probe.obstacles import asked_to_wait, failed
from conformance.probe.questions import (
    Case,
    Handshake,
    Lookup,
    Question,
    is_signing_in,
    is_stranger,
    question_digest,
)
from conformance.probe.scene import REFUSED_IDENTITIES, Scene
from conformance.target import Identity
from conformance.tls import handshakes
from conformance.tls.certificates import in_ascii
from conformance.trees import HIDDEN
from conformance.verdict import Reason

_UNAUTHORISED = 401
_CREATES = frozenset({"POST", "PUT"})
_MOST_QUESTIONS = 5_000
_ABOUT_THE_TARGET = "target"
_MOST_REPETITIONS = 2
_MOST_CONTROLS = 3
# Bytes of bodies in a run, all of which are held until it is judged. No target says as much that
# has not set out to.
MOST_RECEIVED = 2**29


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
        pace = scene.target.pace
        self._turns = Turns(pace)
        self._breaker = Breaker(self._turns, pace, self._control)
        self._in_flight = threading.BoundedSemaphore(pace.in_flight)
        # What was learnt from one answer has to be hidden in the next, whoever gets it: workers
        # wait for answers side by side, and have them recorded one after the other.
        self._recording = threading.RLock()
        self._renewing = threading.RLock()
        self._received = 0
        # Of the host, as the DNS told them in this run: nobody else's are gone to.
        self._addresses: set[str] = set()
        self._questions = _Latest()
        listens_at = scene.target.listens_at
        self._collector = Collector(listens_at) if listens_at else None
        self._transport = Transport(scene.target, credentials)
        self._recorder = Recorder(scene, credentials, redactor)
        self._accepted: dict[str, Question] = {}
        identities = scene.target.identities.items()
        # Some listeners take part in no handshake without one.
        self._certified = next(
            (n for n, i in identities if i.certificate and n not in REFUSED_IDENTITIES), None
        )
        self._identities = Identities(scene.target, credentials, redactor, self._errand)

    def close(self) -> None:
        """End connections, stop listening and remove temporary files."""
        self._transport.close()
        if self._collector is not None:
            self._collector.close()

    def ask(self, question: Question, case: Case, *, apart: bool = False) -> Exchange:
        """Send a question and return the redacted exchange, which is already kept.

        Args:
            question: what to ask.
            case: what for.
            apart: whether it is housekeeping of ours, on which no law is judged.
        """
        self._guard.check(question)
        # What it may create has to be removed; how much of that there is, is known once it is kept.
        with self._turns.withheld(int(self._may_create(question) and not apart)):
            return self._asked_and_kept(question, case, apart=apart)

    def reserve(self, requests: int) -> None:
        """Keep requests of the budget back for clean-up; 0 where clean-up begins."""
        self._turns.reserve(requests)

    def _may_create(self, question: Question) -> bool:
        return question.method in _CREATES and self._scene.target.permits("write")

    def _asked_and_kept(self, question: Question, case: Case, *, apart: bool) -> Exchange:
        held = self._identities.renewed(str(question.identity))
        exchange = self._asked(question, case)
        if not self._guard.asks_another(question):
            exchange = self._found_out(question, case, exchange)
        if apart:
            exchange = _apart(exchange)
        if exchange.status == _UNAUTHORISED and question.identity in self._accepted:
            exchange = self._asked_once_more(question, case, exchange, held)
        elif exchange.succeeded and question.method == "GET" and self._can_tell(question.identity):
            self._accepted.setdefault(str(question.identity), question)
        self._keep(exchange)
        return exchange

    def _can_tell(self, name: str | None) -> bool:
        """Whether an identity is one whose credential can be lost, and found to be lost."""
        return name is not None and not is_signing_in(name)

    def _found_out(self, question: Question, case: Case, exchange: Exchange) -> Exchange:
        """Find out whether a failure is the question's own or the target is away from everybody.

        What changes nothing is asked again before it is believed: a balancer may have one dead
        server among several. The first answers stay in the record, under a name of their own.
        """
        safe = self._guard.is_safe(question)
        for repetition in range(_MOST_REPETITIONS + 1):
            if not failed(exchange):
                break
            # At once first: where every other request is lost, controls would only be in step.
            if repetition or not safe or exchange.response is None:
                controls = repetition or 1 if safe else _MOST_CONTROLS
                own = self._breaker.examine(question, exchange, controls) is Whose.OWN
                if exchange.response is None and own:
                    return _unanswered(exchange)
                if exchange.response is None and not self._breaker.knows_any:
                    break
                if not safe or self._turns.halt or repetition == _MOST_REPETITIONS:
                    # What may not be asked again is believed in the words of an API only.
                    believed = own and (safe or exchange.is_json)
                    return exchange if believed else _away(exchange)
            self._keep(_apart(replace(exchange, case=f"away:{case.name}")))
            exchange = self._asked(question, case)
        return exchange

    def _control(self, question: Question) -> Exchange:
        """Ask once more what was answered well before."""
        exchange = self._asked(question, Case(_ABOUT_THE_TARGET, "control"))
        self._keep(_apart(exchange))
        return exchange

    # --- identities -----------------------------------------------------------------------------

    def log_in(self, name: str) -> None:
        """Obtain the credential of an identity, where it has to be obtained.

        Raises:
            UnreachableError: it is refused, or is not where the target file says.
        """
        self._identities.log_in(name)

    def learn_keys(self) -> None:
        """Fetch the issuer's public keys, where the target file says where they are."""
        place = self._scene.target.jwks_url
        if place is not None and self._turns.take() is None:
            url = logins.placed(place, self._scene.target)
            question = Question("GET", url, read_for=issuers.KEYS)
            exchange, response = self._exchange(question, Case(_ABOUT_THE_TARGET, "keys"), None)
            self._keep(_apart(exchange))
            if response is not None and exchange.succeeded:
                with contextlib.suppress(ValueError):
                    keys = nesting.loads(response.body)
                    self._credentials.know_keys(keys if isinstance(keys, dict) else {})

    def _errand(
        self, question: Question, identity: Identity, read: Callable[[Response | None], Issued]
    ) -> Issued:
        """Send the log-in of an identity; its answer is read before it is kept."""
        for repetition in range(_MOST_REPETITIONS + 1):
            halt = self._turns.take()
            if halt is not None:
                raise logins.AwayError(identity, str(halt.reason))
            at, request = _now(), self._request(question)
            with self._in_flight:
                response, error, _ = self._transport.send(
                    request, way="ordinary", shown_by=identity.name
                )
            issued, refused = None, None
            try:
                issued = read(response)
            except UnreachableError as outcome:
                refused = outcome
            # Recorded after it was read: what it hands out is known as a secret only now.
            case = Case(_ABOUT_THE_TARGET, f"login:{identity.name}")
            with self._recording:
                shown = self._redactor.log_in(request)
                passed = Passed(question, case, at, request, shown, response, error)
                exchange = _apart(self._recorder.exchange(passed))
            self._keep(exchange)
            if issued is not None:
                return issued
            self._breaker.hear(question, exchange)
            if repetition == _MOST_REPETITIONS or not asked_to_wait(exchange):
                break
        assert refused is not None  # noqa: S101  # what was issued was returned
        raise refused

    def _asked_once_more(
        self, question: Question, case: Case, refused: Exchange, held: int
    ) -> Exchange:
        """Find out whether a refusal is of the request or of a credential that was lost.

        An operation may end the session that asked it. What was accepted before is asked again,
        as a canary; where that is refused too, the identity logs in once more and the request is
        repeated. The first answer stays in the record, under a name of its own.

        Args:
            question: what was asked.
            case: what for.
            refused: what came.
            held: how many times the credential had been obtained when it was asked.
        """
        name = str(question.identity)
        with self._renewing:
            # Another worker may have found out meanwhile.
            if self._identities.renewed(name) == held:
                if self._lives(name):
                    return refused
                try:
                    if not self._identities.can_log_in(name):
                        return _lost(refused)
                    self._identities.log_in(name, renew=True)
                except UnreachableError:
                    return _lost(refused)
        self._keep(_apart(replace(refused, case=f"before-login:{case.name}")))
        again = self._asked(question, case)
        return _lost(again) if again.status == _UNAUTHORISED and not self._lives(name) else again

    def _lives(self, name: str) -> bool:
        """Whether what an identity was accepted for is still accepted."""
        canary = self._asked(self._accepted[name], Case(_ABOUT_THE_TARGET, f"canary:{name}"))
        self._keep(_apart(canary))
        return canary.status != _UNAUTHORISED

    # --- one question ---------------------------------------------------------------------------

    def _asked(self, question: Question, case: Case) -> Exchange:
        """Send a question and return the redacted exchange, which is not kept yet."""
        # Before the log-in, which would tell another reason; its own request takes its own turn.
        closed = self._closed(question)
        if closed is not None:
            return self._unsent(question, case, closed)
        instead = None
        if question.identity is not None:
            try:
                self._identities.log_in(question.identity)
                if question.throwaway and not is_stranger(question.identity):
                    instead = self._identities.throwaway(question.identity)
            except logins.AwayError as outcome:
                closed = self._closed(question)
                return self._unsent(
                    question, case, closed or Halt(Reason.UNREACHABLE, outcome.what)
                )
            except UnreachableError:
                return self._unsent(question, case, Halt(Reason.NO_CREDENTIALS))
        closed = self._turns.take()
        if closed is not None:
            return self._unsent(question, case, closed)
        try:
            exchange = self._exchange(question, case, instead)[0]
        except CannotForgeError as outcome:
            return self._unsent(question, case, Halt(outcome.reason))
        if not self._guard.asks_another(question):
            self._breaker.hear(question, exchange)
        return exchange

    def _exchange(
        self, question: Question, case: Case, instead: str | None
    ) -> tuple[Exchange, Response | None]:
        with self._recording:
            restored = self._restored(question)
        if _has_hidden(restored):
            # What stood for the token is no longer known: nobody else's value goes out instead.
            return self._unsent(question, case, Halt(Reason.REDACTED)), None
        request, at = self._request(restored, instead), _now()
        with self._in_flight:
            response, error, refused = self._transport.send(
                request, way=question.way, shown_by=question.identity
            )
        if response is not None:
            self._received += len(response.body) + len(response.excess)
        # Shown with its tokens, though it left with the values.
        shown = self._request(question, instead, len(request.body))
        passed = Passed(question, case, at, request, shown, response, error)
        with self._recording:
            exchange = self._recorder.exchange(passed)
        # Where nobody has a certificate, none was missed: the listener minds something else.
        if refused is not None and self._certified is not None:
            exchange = replace(exchange, facts={**exchange.facts, "tls_refused": refused})
        if question.collects and self._collector is not None and response is not None:
            came = self._collector.came(question.collects)
            exchange = replace(exchange, facts={**exchange.facts, "collected": came})
        self._questions[exchange.id] = question
        return exchange, response

    def shake(self, handshake: Handshake | Lookup, case: Case) -> Exchange:
        """Make a TLS handshake with the target and return the exchange, which is already kept.

        Of a lookup in the DNS likewise.
        """
        if isinstance(handshake, Lookup):
            return self._look_up(handshake, case)
        halt = self._closed(None) or self._turns.take()
        at = _now()
        who = None if handshake.bare else self._certified
        facts: dict[str, Any] = {"asked": question_digest(handshake)}
        hello, error = b"", ""
        if halt is not None:
            error = f"not sent: {halt.reason}"
            facts |= _held(halt)
        else:
            with self._in_flight:
                seen = handshakes.shake(
                    handshake, self._transport.place(who, self._told(handshake))
                )
            facts["tls"] = seen.facts
            hello, error = seen.hello, seen.error or ""
        parts = urlsplit(self._scene.target.base_url)
        host = parts.hostname or ""
        place = f"[{host}]:{parts.port or 443}" if ":" in host else f"{host}:{parts.port or 443}"
        exchange = Exchange(
            id=self._recorder.next_id(case),
            at=at,
            unit=case.unit,
            case=case.name,
            attempt=case.attempt,
            identity=who,
            request=Request("TLS", f"tls://{place}", (), hello),
            response=None,
            error=self._redactor.text(error)[:LONGEST_ERROR] or None,
            facts=facts,
            kind="tls",
        )
        self._keep(exchange)
        return exchange

    def _told(self, handshake: Handshake) -> str:
        """Return the address that a handshake goes to, one that the DNS told of the host."""
        if handshake.address and handshake.address not in self._addresses:
            raise ValueError(handshake.address)
        return handshake.address

    def _look_up(self, lookup: Lookup, case: Case) -> Exchange:
        at, resolver = _now(), self._scene.target.resolver
        halt = None if lookups.AVAILABLE else Halt(Reason.TOOL_MISSING)
        halt = halt or self._turns.closed() or self._turns.take()
        facts: dict[str, Any] = {"asked": question_digest(lookup)}
        error = ""
        if halt is not None:
            error = f"not sent: {halt.reason}"
            facts |= _held(halt)
        else:
            patience = self._scene.target.pace.timeout_seconds
            with self._in_flight:
                facts["dns"], error = lookups.look_up(lookup, resolver, patience)
            if lookup.name == in_ascii(self._scene.target.host) and lookup.kind in {"A", "AAAA"}:
                self._addresses |= set(facts["dns"]["records"])
        asked_of = ":".join(map(str, resolver)) if resolver else ""
        exchange = Exchange(
            id=self._recorder.next_id(case),
            at=at,
            unit=case.unit,
            case=case.name,
            attempt=case.attempt,
            identity=None,
            request=Request("DNS", f"dns://{asked_of}/{lookup.name}?type={lookup.kind}"),
            response=None,
            error=self._redactor.text(error)[:LONGEST_ERROR] or None,
            facts=facts,
            kind="dns",
        )
        self._keep(exchange)
        return exchange

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

    def again(self, exchange: Exchange) -> Exchange | None:
        """Send the request of an exchange once more, as attempt 2 of the case `again:ID`.

        None where nobody knows any more what was asked: a test of the agency's own asked it.
        """
        question = self._questions.get(exchange.id)
        if question is None:
            return None
        case = Case(exchange.unit, f"again:{exchange.id}", 2)
        for _ in range(_MOST_REPETITIONS):
            came = self.ask(question, case)
            if not asked_to_wait(came):
                return came
        return self.ask(question, case)

    def take_up(self, exchanges: Iterable[Exchange], questions: Mapping[str, Question]) -> None:
        """Go on behind the exchanges of an interrupted run.

        Args:
            exchanges: all of them: what they cost is spent, and their ids are taken.
            questions: what was asked in those that may have to be asked once more, by id.
        """
        for exchange in exchanges:
            self._turns.spend("unsent" not in exchange.facts)
            self._recorder.take_up(exchange)
        self.remember(questions)

    def remember(self, questions: Mapping[str, Question]) -> None:
        """Take in what was asked, by the ids of the exchanges."""
        self._questions.update(questions)

    def remembers(self, exchange: Exchange) -> bool:
        """Whether it is known what was asked in an exchange: it is of the latest ones."""
        return exchange.id in self._questions

    def refresh(self, exchange: Exchange) -> None:
        """Ask once more what an interrupted run asked, to know what stands behind its tokens."""
        case = Case(exchange.unit, f"refresh:{exchange.id}")
        self.ask(self._questions[exchange.id], case, apart=True)

    @property
    def sent(self) -> int:
        """How many requests have left."""
        return self._turns.taken

    @property
    def halt(self) -> Halt | None:
        """Why nothing leaves any more, for good; None while something may."""
        return self._turns.halt

    def _closed(self, question: Question | None) -> Halt | None:
        """Return why a question, or a handshake, must not leave; None where it may."""
        bare = question is None or question.raw or question.http2
        if bare and not self._transport.carries_raw:
            return Halt(Reason.TOOL_MISSING)
        if question is not None and question.http2 and not http2.AVAILABLE:
            return Halt(Reason.TOOL_MISSING)
        if self._received > MOST_RECEIVED:
            return Halt(Reason.OUT_OF_BUDGET)
        return self._turns.closed()

    def _unsent(self, question: Question, case: Case, halt: Halt) -> Exchange:
        # Kept like an answer, so that a reader of the record finds the same reason.
        request = Request(question.method, question.url, question.headers, question.body)
        passed = Passed(question, case, _now(), request, request, error=f"not sent: {halt.reason}")
        with self._recording:
            exchange = self._recorder.exchange(passed)
        exchange = replace(exchange, facts={**exchange.facts, **_held(halt)})
        self._questions[exchange.id] = question
        return exchange

    def _headers(self, question: Question, length: int) -> tuple[tuple[str, str], ...]:
        given = {name.lower() for name, _ in question.headers}
        if question.literal:
            return (*question.headers, ("User-Agent", USER_AGENT))
        own = [
            ("Host", urlsplit(question.url).netloc),
            ("User-Agent", USER_AGENT),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
        ]
        if question.body or question.method in {"POST", "PUT", "PATCH"}:
            own.append(("Content-Length", str(length)))
        return (*(pair for pair in own if pair[0].lower() not in given), *question.headers)


class _Latest(OrderedDict[str, Question]):
    """The latest questions, by the ids of their exchanges; what is older can be found out anew."""

    def __setitem__(self, name: str, question: Question) -> None:
        super().__setitem__(name, question)
        if len(self) > _MOST_QUESTIONS:
            self.popitem(last=False)


def _has_hidden(question: Question) -> bool:
    told = question.url, str(question.headers), question.body.decode("latin-1")
    return any(HIDDEN.search(part) for part in told)


def _apart(exchange: Exchange) -> Exchange:
    """Return an exchange of our own housekeeping, on which no law is judged."""
    return replace(exchange, facts={**exchange.facts, "housekeeping": True})


def _away(exchange: Exchange) -> Exchange:
    """Return an exchange that came while others were not answered steadily either."""
    return replace(exchange, facts={**exchange.facts, "away": True})


def _unanswered(exchange: Exchange) -> Exchange:
    """Return an exchange in which nothing came, while others were answered."""
    return replace(exchange, facts={**exchange.facts, "unanswered": True})


def _held(halt: Halt) -> dict[str, Any]:
    """Return the facts of what never left."""
    because = {"because": halt.because.as_json()} if halt.because else {}
    return {"unsent": str(halt.reason), **because}


def _lost(exchange: Exchange) -> Exchange:
    """Return an exchange that was refused because the identity is no longer accepted."""
    return replace(exchange, facts={**exchange.facts, "identity_lost": True})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
