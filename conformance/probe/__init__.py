"""What a check talks to: the probe, which asks the target, or a record, on behalf of one case.

The probe forms a question (`conformance.probe.forming`) and hands it to a *door*: the live door
(`conformance.door.live`) sends it; the replay door of a rejudgement (`conformance.judge`) looks the
answer up in the record. Both return the same redacted exchange, so a check cannot tell them
apart, and neither can its verdict.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from conformance.contract.operations import Operation
from conformance.evidence import Exchange, Headers
from conformance.measure import Measure
from conformance.own_words import made_up
from conformance.probe import reads
from conformance.probe.forming import ACCEPT, Forming, with_query
from conformance.probe.obstacles import (
    asked_to_wait,
    from_a_firewall,
    of_a_sample,
    silence,
    unsent,
    was_away,
    why_no_success,
)
from conformance.probe.questions import INVALID, Case, Handshake, Lookup, Question
from conformance.probe.scene import Scene
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotTested, Reason, TurnedAway

_MAX_RETRIES = 2
_DEEPEST_PATH = 8
_NOTHING: Mapping[str, Any] = MappingProxyType({})

Ask = Callable[["Probe"], Exchange]


@dataclass(frozen=True)
class Series:
    """What came of a series of questions: an exchange each, or why there is none; all asked."""

    outcomes: tuple[Exchange | NotTested, ...]
    asked: tuple[Exchange, ...]


class Door(Protocol):
    """Where questions go: to the target, or to a record."""

    def ask(self, question: Question, case: Case) -> Exchange:
        """Return the redacted exchange of a question."""
        ...

    def shake(self, handshake: Handshake | Lookup, case: Case) -> Exchange:
        """Return what came of a TLS handshake with the target, or of a lookup in the DNS."""
        ...


class Baselines(Protocol):
    """The shared answers: one call of each operation as its contract means it."""

    def baseline(self, operation: Operation) -> Exchange:
        """Return the baseline exchange of an operation, asking for it if need be."""
        ...

    def shaken(self, handshake: Handshake | Lookup, attempt: int) -> Exchange:
        """Return what came of a handshake or a lookup, making it if need be; all share it."""
        ...

    def series(self, case: Case, asks: Sequence[Ask]) -> Series:
        """Return what came of a series of questions, asking them if need be."""
        ...


def in_series(probe: Probe, asks: Sequence[Ask]) -> Series:
    """Ask a series of questions on a probe of its own; see `Probe.shared`."""
    outcomes: list[Exchange | NotTested] = []
    for ask in asks:
        try:
            outcomes.append(ask(probe))
        except NotTested as outcome:
            outcomes.append(outcome)
    return Series(tuple(outcomes), tuple(probe.asked))


def answered(outcome: Exchange | NotTested) -> Exchange:
    """Return the answer of one question of a series, or raise why there is none."""
    if isinstance(outcome, NotTested):
        # Remembered and raised again and again: without this its traceback would grow.
        raise outcome.with_traceback(None)
    return outcome


@dataclass
class Probe:
    """Asks the target on behalf of one case; the same class live and in replay.

    `cut`: how many exchanges of the case an interruption cut off. What it made up then may be
    taken, so that other words are made up now.
    """

    scene: Scene
    case: Case
    door: Door
    baselines: Baselines
    asked: list[Exchange] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    measure: Measure | None = None
    cut: int = 0
    _made: int = 0
    _words: int = 0
    _sources: dict[str, Exchange] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """The target, without its secrets."""
        return self.scene.target

    # --- questions ------------------------------------------------------------------------------

    def get(self, path: str, *, headers: Headers = (), identity: str | None = None) -> Exchange:
        """Ask for a path below the base URL."""
        url = self.target.base_url + path
        # Where a template of the contract stands for the path, that operation is called, though
        # not as it is meant.
        hit = next((o for o in self.scene.meant_by(path) if o.method == "GET"), None)
        unit = hit.unit if hit else None
        return self.send(
            Question("GET", url, headers, b"", identity, operation=unit, wellformed=hit is None)
        )

    def call(  # noqa: PLR0913  # each is one way in which a call can be varied
        self,
        operation: Operation,
        *,
        identity: str | None = "",
        method: str | None = None,
        headers: Headers = (),
        body: bytes | None = None,
        raw: bool = False,
        wellformed: bool = True,
        query: Mapping[str, str] = _NOTHING,
        members: Mapping[str, Any] = _NOTHING,
        collects: str = "",
        http2: bool = False,
    ) -> Exchange:
        """Call an operation as its contract and the target's examples say.

        Args:
            operation: what to call.
            identity: who calls; None for a stranger, `INVALID` for canary credentials, by default
                whoever the baseline found to be allowed.
            method: another method than the operation's.
            headers: headers to set; one named like a header of the operation replaces it.
            body: another body than the contract's or the target's example.
            raw: over a bare connection, so that bytes after the message are seen.
            wellformed: False for a request that the contract does not mean.
            query: query parameters to set, in the place of those of the same names.
            members: members to set in the JSON object of the body.
            collects: the word in it by which the collector would be asked; see `collecting`.
            http2: over HTTP/2, on a connection of its own.

        Raises:
            NotTested: there is no test data or identity for it, or no answer came.
        """
        who = self.allowed(operation) if identity == "" else identity
        if who == INVALID:
            who = f"{INVALID}:{self.allowed(operation) or ''}"
        question = with_query(self._forming.question(operation, who, members=members), query)
        given = {name.lower() for name, _ in headers}
        kept = tuple(pair for pair in question.headers if pair[0].lower() not in given)
        changed = method is not None and method != operation.method
        sent = question.body if body is None else body
        return self.send(
            Question(
                method=method or operation.method,
                url=question.url,
                headers=(*kept, *headers),
                body=b"" if changed and method in {"GET", "HEAD"} else sent,
                identity=who,
                raw=raw,
                operation=None if changed else operation.unit,
                wellformed=wellformed,
                throwaway=operation.ends_session,
                collects=collects,
                http2=http2,
            )
        )

    def call_bare(
        self,
        operation: Operation,
        *,
        headers: Headers = (),
        wellformed: bool = True,
        query: Mapping[str, str] = _NOTHING,
    ) -> Exchange:
        """Call an operation over a bare connection, or as usual where none gets through.

        Only over a bare connection is seen what follows the end of the message.
        """
        try:
            return self.call(
                operation, headers=headers, raw=True, wellformed=wellformed, query=query
            )
        except NotTested as outcome:
            # Some proxies let no bare connection through; all else is seen without one.
            if outcome.reason is not Reason.TOOL_MISSING:
                raise
            return self.call(operation, headers=headers, wellformed=wellformed, query=query)

    def form(
        self,
        operation: Operation,
        *,
        identity: str | None,
        values: Mapping[str, Any] = _NOTHING,
        members: Mapping[str, Any] = _NOTHING,
    ) -> Question:
        """Return the question that calls an operation, not yet asked, to be bent before it is.

        Args:
            operation: what to call.
            identity: who calls.
            values: values of parameters that take the place of the target's examples.
            members: members to set in the JSON object of the body.
        """
        return self._forming.question(operation, identity, values, members)

    def read_again(
        self, operation: Operation | None, url: str, answer: Exchange, headers: Headers = ()
    ) -> Exchange:
        """Read what another answer speaks of: its own address, or one that it names.

        Args:
            operation: the read that the address belongs to; None where the contract has none.
            url: the address, absolute or relative to that of the answer.
            answer: what was answered; whoever was let in there asks again.
            headers: headers to set besides Accept.

        Raises:
            NotTested: the address lies outside the target, or no answer came.
        """
        if not self.placed(answer, url):
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi="địa chỉ được trả về nằm ngoài hệ thống được kiểm tra",
                    en="the address that was answered lies outside the target",
                ),
            )
        place = urljoin(answer.request.url, url)
        fields = (ACCEPT, *headers)
        unit = operation.unit if operation else None
        return self.send(Question("GET", place, fields, b"", answer.identity, operation=unit))

    def placed(self, answer: Exchange, url: str) -> str:
        """Return the path below the base URL of an address in an answer; empty where outside."""
        place = urljoin(answer.request.url, url)
        base = self.target.base_url
        inside = bool(url) and place.startswith(base + "/")
        return place.removeprefix(base).partition("?")[0] if inside else ""

    def control(self, operation: Operation) -> Exchange:
        """Call an operation as somebody who may; without success nothing negative can be told.

        Raises:
            NotTested: the answer is not a success; the reason follows from its status.
        """
        answer = self.call(operation)
        if not operation.succeeded(answer):
            raise self.why_no_success(operation, answer)
        return answer

    def why_no_success(self, operation: Operation, answer: Exchange) -> NotTested:
        """Return the outcome of a control, or of a baseline, that is no success."""
        samples = self.scene.samples(operation)
        # RFC 9110, section 15.5.4: whom 403 refuses is known; 401 says that he is not.
        if answer.status == 403 and samples and self._some_are_let_in(operation):  # noqa: PLR2004
            return of_a_sample(operation, samples, answer)
        return why_no_success(operation, answer)

    def _some_are_let_in(self, refused: Operation) -> bool:
        """Whether one of those who may call an operation succeeds with some read."""
        people = set(self.scene.candidates(refused)) - {None}
        for operation in self.scene.operations if people else ():
            if operation.method == "GET":
                with contextlib.suppress(NotTested):
                    answer = self.baseline(operation)
                    if answer.identity in people and answer.succeeded:
                        return True
        return False

    def example_body(self, operation: Operation) -> Mapping[str, Any]:
        """Return the members of the body with which an operation is called.

        Raises:
            NotTested: there is no test data for it, or its body is no object.
        """
        return self._forming.example_body(operation)

    def baseline(self, operation: Operation) -> Exchange:
        """Return the shared baseline answer of an operation; not for controls."""
        return self.baselines.baseline(operation)

    def allowed(self, operation: Operation) -> str | None:
        """Return the identity that the baseline found to be allowed to call an operation."""
        candidates = self.scene.candidates(operation)
        if len(candidates) == 1:
            return candidates[0]
        return self.baseline(operation).identity

    def trial(self, operation: Operation) -> Exchange:
        """Make the baseline call: as each candidate in turn, until one is let in."""
        candidates = self.scene.candidates(operation)
        if not candidates:
            raise NotTested(
                Reason.NO_CREDENTIALS,
                Text(
                    vi=f"{operation.unit} cần danh tính, tệp đích không khai báo danh tính phù hợp",
                    en=f"{operation.unit} needs an identity that the target file does not declare",
                ),
            )
        answer: Exchange | NotTested | None = None
        for identity in candidates:
            try:
                answer = self.call(operation, identity=identity)
            except TurnedAway as outcome:
                # Another identity may have a certificate that is accepted.
                answer = answer or outcome
                continue
            if answer.status not in {401, 403}:
                break
        assert answer is not None  # noqa: S101  # candidates is not empty
        return answered(answer)

    def shake(self, handshake: Handshake) -> Exchange:
        """Return what came of a TLS handshake with the target; being refused is an answer too.

        Raises:
            NotTested: the handshake was never made.
        """
        return self._shared_by_all(handshake)

    def resolve(self, lookup: Lookup) -> Exchange:
        """Return what the DNS says of a name; that there is nothing is an answer too.

        Raises:
            NotTested: nobody was asked.
        """
        return self._shared_by_all(lookup)

    def _shared_by_all(self, wanted: Handshake | Lookup) -> Exchange:
        exchange = self.baselines.shaken(wanted, self.case.attempt)
        if exchange not in self.asked:
            self.asked.append(exchange)
        if "unsent" in exchange.facts:
            raise unsent(exchange)
        return exchange

    def plainly(self, path: str) -> Exchange:
        """Ask for a path below the base URL over plain HTTP, as a stranger; silence is an answer.

        Raises:
            NotTested: the question was never sent.
        """
        url = self.target.plain_origin + urlsplit(self.target.base_url).path + path
        exchange = self.door.ask(Question("GET", url, wellformed=False), self.case)
        self.asked.append(exchange)
        if "unsent" in exchange.facts:
            raise unsent(exchange)
        if exchange.facts.get("away"):
            # Silence is an answer only of a target that answers elsewhere.
            raise was_away(exchange)
        return exchange

    def shared(self, name: str, *asks: Ask) -> tuple[Exchange | NotTested, ...]:
        """Return what came of a series of questions that several checks of a unit look at.

        The first check pays for it. The questions follow each other at once, so that the last,
        where it is a control, speaks for those before it; a question without an answer does not
        keep the next from being asked. A repetition asks the whole series again.

        Args:
            name: the name of the series, the same in each of the checks.
            asks: one function a question, the same in each of the checks.
        """
        series = self.baselines.series(Case(self.case.unit, name, self.case.attempt), asks)
        self.asked += [exchange for exchange in series.asked if exchange not in self.asked]
        return series.outcomes

    def first_read(self) -> Operation | None:
        """Return a GET operation that speaks for the target as a whole; see `reads.first`."""
        return reads.first(self)

    def secured_reads(self) -> list[Operation]:
        """Return GET operations that strangers are refused; see `reads.secured`."""
        return reads.secured(self)

    def unknown_path(self) -> str:
        """Return a path that the contract does not name, not even by a template.

        Raises:
            NotTested: there is none short enough: every path stands for some operation.
        """
        path, word = "", self.canary()
        for _ in range(_DEEPEST_PATH):
            path += f"/{word}"
            if not self.scene.meant_by(path):
                return path
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="mọi đường dẫn đều khớp một mẫu của đặc tả giao diện",
                en="every path fits a template of the contract",
            ),
        )

    def note(self, said: Text) -> None:
        """Let the finding say something beside its verdict, such as how much was looked at."""
        self.notes.append(said)

    def measured(self, found: Measure) -> None:
        """Let the finding tell a number, whatever the verdict; the last one told stays."""
        self.measure = found
        self.note(found.told())

    def canary(self) -> str:
        """Return a word that cannot occur by chance, the same in every replay."""
        self._made += 1
        return "vnct-" + self._digest(self._made)[:16]

    def collecting(self, word: str) -> str | None:
        """Return an address of the tester's own with a word; None where nobody listens for it.

        Whoever asks with it says so (`Question.collects`), and finds out by `fetched`.
        """
        collector = self.target.collector
        listens = collector is not None and self.target.listens_at is not None
        return f"{collector['url']}/{word}" if collector and listens else None

    def own_word(self) -> str:
        """Return a word in letters by which a text is known as a run's own, in later runs too."""
        self._made += 1
        return made_up(self._digest("own", self._made))

    def _digest(self, *parts: Any) -> str:
        """Return a digest of what tells this case, and these parts, from all others of all runs."""
        case = [self.scene.seed, self.case.unit, self.case.name, self.case.attempt]
        if self.cut:
            case.append(f"cut:{self.cut}")
        return hashlib.sha256("\n".join(map(str, (*case, *parts))).encode()).hexdigest()

    def send(self, question: Question) -> Exchange:
        """Ask, wait and ask again where the target says to, and return what came.

        Raises:
            TurnedAway: no answer, because TLS refused the caller.
            NotTested: no answer, throttled, or the answer is a firewall's.
        """
        for retry in range(_MAX_RETRIES + 1):
            exchange = self.send_once(question)
            if exchange.facts.get("identity_lost"):
                raise NotTested(
                    Reason.NO_CREDENTIALS,
                    Text(
                        vi=f"danh tính {question.identity} không còn được nhận từ giữa lượt chạy",
                        en=f"the identity {question.identity} was no longer accepted in mid-run",
                    ),
                )
            if not asked_to_wait(exchange):
                break
            # What a server publishes may wait for another run: others are not to wait for it.
            if retry == _MAX_RETRIES or question.read_for:
                raise NotTested(
                    Reason.THROTTLED,
                    Text(
                        vi="đích giới hạn tần suất (429, 503)", en="the target throttles (429, 503)"
                    ),
                )
            # The door heeds what it is told: nothing leaves before the pause is over.
        if from_a_firewall(exchange):
            raise NotTested(
                Reason.BLOCKED,
                Text(
                    vi="trả lời là của tường lửa hoặc cổng chặn, không phải của API",
                    en="the answer is a firewall's or front server's, not the API's",
                ),
            )
        return exchange

    def send_once(self, question: Question) -> Exchange:
        """Ask and return what came, be it that the target throttles or that a firewall answers.

        Raises:
            TurnedAway: no answer, because TLS refused the caller.
            NotTested: no answer.
        """
        exchange = self.door.ask(question, self.case)
        self.asked.append(exchange)
        if "unsent" in exchange.facts:
            raise unsent(exchange)
        if exchange.facts.get("away"):
            raise was_away(exchange)
        if exchange.response is None:
            outcome = TurnedAway if "tls_refused" in exchange.facts else NotTested
            raise outcome(
                Reason.UNREACHABLE,
                silence(exchange),
            )
        return exchange

    # --- behind a question ----------------------------------------------------------------------

    @cached_property
    def _forming(self) -> Forming:
        return Forming(self.scene, self._source, self._word)

    def _word(self, operation: Operation) -> str:
        """Return a word for a value that has to be new: in each POST, else in each case.

        What is put twice has to be the same (RFC 9110, section 9.2.2).
        """
        if operation.method == "POST":
            self._words += 1
            return made_up(self._digest("fresh", operation.unit, self._words))
        return made_up(self._digest("fresh", operation.unit))

    def _source(self, operation: Operation, source: Operation) -> Exchange:
        """Return the answer of the operation that another one takes a value from.

        Reads share the other operation's baseline; whatever changes state gets a fresh one.
        """
        if operation.reads:
            return self.baseline(source)
        if source.unit not in self._sources:
            self._sources[source.unit] = self.call(source)
        return self._sources[source.unit]
