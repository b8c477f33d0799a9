"""The only door to a target: pace, budget, identities, guards, redaction; live or replayed.

A check talks to a `Probe`. The probe forms the question and hands it to a *door*: the live door
of this module sends it; the replay door of a rejudgement looks the answer up in the record. Both
return the same redacted exchange, so a check cannot tell them apart, and neither can its verdict.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from conformance import packets
from conformance.contract import Contract, Operation, Parameter, by_name, example
from conformance.evidence import Exchange, Headers, canonical
from conformance.forging import FORGED
from conformance.mapping import Mapped
from conformance.signatures import blocks
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, TurnedAway

INVALID = "invalid"
_MAX_TRIALS = 4
_MAX_SCHEMES = 2
_MAX_RETRIES = 2
_DEEPEST_PATH = 8
_ACCEPT = ("Accept", "application/json, */*;q=0.5")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# Never tried as "somebody who may": they stand for credentials that must be refused.
REFUSED_IDENTITIES = frozenset({"expired", "premature", "foreign", "foreign_issuer", "revoked"})


@dataclass(frozen=True)
class Question:
    """What a check asks: everything of a request but the credentials, which the door adds.

    `throwaway` asks for a session of its own, because the request ends it.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    identity: str | None = None
    raw: bool = False
    operation: str | None = None
    wellformed: bool = True
    throwaway: bool = False

    def as_json(self) -> list[Any]:
        """Return the form whose digest tells whether a record holds this very question."""
        body = self.body.decode("latin-1")
        headers = [list(pair) for pair in self.headers]
        return [self.method, self.url, headers, body, self.identity, self.raw]


@dataclass(frozen=True)
class Handshake:
    """What a check offers in a TLS handshake; where it goes is always the target.

    Attributes:
        versions: the versions offered, oldest first.
        suites: the kind of cipher suites offered: `ordinary`, `rsa` or `ecdsa` by the key of the
            certificate, or a class of `conformance.suites`.
        bare: only a ClientHello is sent and the server's part is read; no key is agreed on.
        verify: "" to look only, `chain` to verify who issued the certificate, `now` to verify the
            validity of the path as well.
        compression: whether compression of the connection is offered.
        clock: whether the server is asked for its date afterwards.
        identity: whose client certificate is shown, if any.
    """

    versions: tuple[str, ...] = ("TLSv1.2", "TLSv1.3")
    suites: str = "ordinary"
    bare: bool = False
    verify: str = ""
    compression: bool = False
    clock: bool = False
    identity: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the form whose digest tells whether a record holds this very handshake."""
        return {**asdict(self), "versions": list(self.versions)}

    @property
    def case(self) -> str:
        """The case under which it is kept: every check that asks for it shares the answer."""
        wishes = [self.verify and f"verify={self.verify}", self.identity]
        wishes += [name for name in ("bare", "compression", "clock") if getattr(self, name)]
        return " ".join(filter(None, ["handshake", *self.versions, self.suites, *wishes]))


@dataclass(frozen=True)
class Case:
    """For what a question is asked: unit, case, attempt; exchanges are found again by it."""

    unit: str
    name: str
    attempt: int = 1


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

    def shake(self, handshake: Handshake, case: Case) -> Exchange:
        """Return what came of a TLS handshake with the target."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass because the target asked for it."""
        ...


class Baselines(Protocol):
    """The shared answers: one call of each operation as its contract means it."""

    def baseline(self, operation: Operation) -> Exchange:
        """Return the baseline exchange of an operation, asking for it if need be."""
        ...

    def shaken(self, handshake: Handshake, attempt: int) -> Exchange:
        """Return what came of a handshake, making it if need be; all checks share it."""
        ...

    def series(self, case: Case, asks: Sequence[Ask]) -> Series:
        """Return what came of a series of questions, asking them if need be."""
        ...


@dataclass(frozen=True)
class Scene:
    """What does not change during a run: target, contract, operations, seed."""

    target: Target
    contract: Contract
    operations: tuple[Operation, ...]
    seed: int
    mapping: Mapped = field(default_factory=Mapped)

    def operation(self, name: str) -> Operation | None:
        """Return an operation by operationId or unit."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Operation]:
        return by_name(self.operations)

    def meant_by(self, path: str) -> list[Operation]:
        """Return the operations whose template stands for a path."""
        return [o for o in self._by_depth.get(path.count("/"), ()) if o.fits(path)]

    @cached_property
    def _by_depth(self) -> Mapping[int, list[Operation]]:
        # A parameter is one segment: a template stands for paths with as many slashes as its own.
        found: dict[int, list[Operation]] = {}
        for operation in self.operations:
            slashes = re.sub(r"\{[^}]*\}", "", operation.path).count("/")
            found.setdefault(slashes, []).append(operation)
        return found

    def examples(self, operation: Operation) -> Mapping[str, Any] | None:
        """Return the values that the target file gives for an operation; None where it is mute."""
        given = self.target.examples
        return given.get(operation.id, given.get(operation.unit))

    def peer(self, name: str | None) -> str | None:
        """Return the identity of the same standing that shares nothing with this one, if any.

        Peers are named alike but for their last letter: `citizen_a` and `citizen_b`.
        """
        pairs = {"_a": "_b", "_b": "_a"}
        twin = f"{name[:-2]}{pairs.get(name[-2:], '')}" if name else ""
        return twin if twin != name and twin in self.target.identities else None

    @property
    def has_peers(self) -> bool:
        """Whether the target file names two identities of one standing."""
        return any(self.peer(name) for name in self.target.identities)

    def candidates(self, operation: Operation) -> list[str | None]:
        """Return the identities to try for an operation, the owner named in the target first."""
        owner = (self.examples(operation) or {}).get("owner")
        if owner is not None:
            return [owner] if owner in self.target.identities else []
        if operation.public or not operation.security:
            return [None]
        names: list[str | None] = [
            name
            for name, identity in self.target.identities.items()
            # What ends a session ends one that can be had anew.
            if name not in REFUSED_IDENTITIES
            and (identity.logs_in or not operation.ends_session)
            and (identity.certificate is not None or not operation.certified)
        ]
        if not operation.secured:
            names.append(None)
        return names[:_MAX_TRIALS]


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
    """Asks the target on behalf of one case; the same class live and in replay."""

    scene: Scene
    case: Case
    door: Door
    baselines: Baselines
    asked: list[Exchange] = field(default_factory=list)
    _made: int = 0
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

        Raises:
            NotTested: there is no test data or identity for it, or no answer came.
        """
        who = self.allowed(operation) if identity == "" else identity
        if who == INVALID:
            who = f"{INVALID}:{self.allowed(operation) or ''}"
        question = _with_query(self._question(operation, who, members=members), query)
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
            )
        )

    def read_again(
        self, operation: Operation, url: str, answer: Exchange, headers: Headers = ()
    ) -> Exchange:
        """Read what another answer speaks of: its own address, or one that it names.

        Args:
            operation: the read that the address belongs to.
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
        fields = (_ACCEPT, *headers)
        return self.send(
            Question("GET", place, fields, b"", answer.identity, operation=operation.unit)
        )

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
            raise NotTested(*_why_no_success(operation, answer))
        return answer

    def example_body(self, operation: Operation) -> Mapping[str, Any]:
        """Return the members of the body with which an operation is called.

        Raises:
            NotTested: there is no test data for it, or its body is no object.
        """
        body = self._body_value(operation, self.scene.examples(operation) or {})
        if isinstance(body, Mapping):
            return body
        raise NotTested(*_no_body(operation))

    def baseline(self, operation: Operation) -> Exchange:
        """Return the shared baseline answer of an operation; not for controls."""
        return self.baselines.baseline(operation)

    def allowed(self, operation: Operation) -> str | None:
        """Return the identity that the baseline found to be allowed to call an operation."""
        candidates = self.scene.candidates(operation)
        if len(candidates) == 1:
            return candidates[0]
        return self.baseline(operation).identity

    def shake(self, handshake: Handshake) -> Exchange:
        """Return what came of a TLS handshake with the target; being refused is an answer too.

        Raises:
            NotTested: the handshake was never made.
        """
        exchange = self.baselines.shaken(handshake, self.case.attempt)
        if exchange not in self.asked:
            self.asked.append(exchange)
        if "unsent" in exchange.facts:
            raise NotTested(
                Reason(exchange.facts["unsent"]),
                Text(
                    vi=f"không có bắt tay: {exchange.error}", en=f"no handshake: {exchange.error}"
                ),
            )
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
            raise NotTested(
                Reason(exchange.facts["unsent"]),
                Text(vi=f"không có trả lời: {exchange.error}", en=f"no answer: {exchange.error}"),
            )
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
        """Return the first GET operation, one that needs no credentials before others."""
        reads = [o for o in self.scene.operations if o.method == "GET"]
        reads.sort(key=lambda o: (o.secured, any(p.place == "path" for p in o.parameters)))
        return reads[0] if reads else None

    def secured_reads(self) -> list[Operation]:
        """Return one secured GET operation for each way of securing, personal ones before others.

        Of each way it is the first whose baseline is a success: without one nothing that a
        stranger is refused could be told from what is not there.

        Raises:
            NotApplicable: the contract secures no GET operation.
            NotTested: none of them can be called; the reason is that of the first.
        """
        reads = [o for o in self.scene.operations if o.method == "GET" and o.secured]
        if not reads:
            raise NotApplicable(
                Text(
                    vi="đặc tả giao diện không có thao tác GET nào cần xác thực",
                    en="the contract has no GET operation that needs credentials",
                )
            )
        reads.sort(key=lambda o: (not o.personal, any(p.place == "path" for p in o.parameters)))
        found: dict[tuple[frozenset[str], ...], Operation] = {}
        why: NotTested | None = None
        for operation in reads:
            if operation.security in found:
                continue
            try:
                answer = self.baseline(operation)
            except NotTested as outcome:
                why = why or outcome
                continue
            if answer.succeeded:
                found[operation.security] = operation
            else:
                why = why or NotTested(*_why_no_success(operation, answer))
        if not found:
            assert why is not None  # noqa: S101  # each of the reads gave a reason
            raise why
        return list(found.values())[:_MAX_SCHEMES]

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

    def canary(self) -> str:
        """Return a word that cannot occur by chance, the same in every replay."""
        self._made += 1
        parts = (self.scene.seed, self.case.unit, self.case.name, self.case.attempt, self._made)
        seed = "\n".join(map(str, parts))
        return "vnct-" + hashlib.sha256(seed.encode()).hexdigest()[:16]

    def send(self, question: Question) -> Exchange:
        """Ask, wait and ask again where the target says to, and return what came.

        Raises:
            TurnedAway: no answer, because TLS refused the caller.
            NotTested: no answer, throttled, or the answer is a firewall's.
        """
        for retry in range(_MAX_RETRIES + 1):
            exchange = self.door.ask(question, self.case)
            self.asked.append(exchange)
            if exchange.response is None:
                outcome = TurnedAway if "tls_refused" in exchange.facts else NotTested
                raise outcome(
                    Reason(exchange.facts.get("unsent", Reason.UNREACHABLE)),
                    Text(
                        vi=f"không có trả lời: {exchange.error}", en=f"no answer: {exchange.error}"
                    ),
                )
            if exchange.facts.get("identity_lost"):
                raise NotTested(
                    Reason.NO_CREDENTIALS,
                    Text(
                        vi=f"danh tính {question.identity} không còn được nhận từ giữa lượt chạy",
                        en=f"the identity {question.identity} was no longer accepted in mid-run",
                    ),
                )
            pause = _asked_to_wait(exchange)
            if pause is None:
                break
            if retry == _MAX_RETRIES:
                raise NotTested(
                    Reason.THROTTLED,
                    Text(
                        vi="đích giới hạn tần suất (429, 503)", en="the target throttles (429, 503)"
                    ),
                )
            self.door.wait(pause)
        if from_a_firewall(exchange):
            raise NotTested(
                Reason.BLOCKED,
                Text(
                    vi="trả lời là của tường lửa hoặc cổng chặn, không phải của API",
                    en="the answer is a firewall's or front server's, not the API's",
                ),
            )
        return exchange

    # --- forming a request ----------------------------------------------------------------------

    def form(
        self,
        operation: Operation,
        *,
        identity: str | None,
        values: Mapping[str, Any] = _NOTHING,
    ) -> Question:
        """Return the question that calls an operation, not yet asked, to be bent before it is.

        Args:
            operation: what to call.
            identity: who calls.
            values: values of parameters that take the place of the target's examples.
        """
        return self._question(operation, identity, values)

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

    def _question(
        self,
        operation: Operation,
        identity: str | None,
        values: Mapping[str, Any] = _NOTHING,
        members: Mapping[str, Any] = _NOTHING,
    ) -> Question:
        examples = {**self._given(operation), **values}
        path, query, headers = operation.path, [], [_ACCEPT]
        for parameter in operation.parameters:
            value = self._value(operation, parameter, examples)
            if value is None:
                continue
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", quote(_plain(value), safe=""))
            elif parameter.place == "query":
                query.append((parameter.name, _plain(value)))
            elif parameter.place == "querystring":
                # OpenAPI 3.2: the whole query, under a name that is not sent.
                pairs = value.items() if isinstance(value, Mapping) else parse_qsl(str(value))
                query += [(str(name), _plain(part)) for name, part in pairs]
            elif parameter.place == "header" and parameter.name.lower() not in _OWNED_HEADERS:
                headers.append((parameter.name, _plain(value)))
        path = self._filled(operation, path, examples)
        body = b""
        if operation.request_types:
            media_type, body = self._body(operation, examples, members)
            if media_type:
                headers.append(("Content-Type", media_type))
        url = self.target.base_url + path + ("?" + urlencode(query) if query else "")
        return Question(operation.method, url, tuple(headers), body, identity)

    def _given(self, operation: Operation) -> Mapping[str, Any]:
        """Return the target file's values for an operation, unless it is not to be called."""
        if operation.broken is not None:
            raise NotTested(Reason.INCONCLUSIVE, operation.broken)
        examples = self.scene.examples(operation)
        if operation.method == "DELETE" and examples is None:
            line = f"`examples: {{{operation.id}: {{…}}}}`"
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"chỉ xoá khi tệp đích nói rõ xoá gì: thêm {line}",
                    en=f"nothing is deleted unless the target file says what: add {line}",
                ),
            )
        return examples or {}

    def _filled(self, operation: Operation, path: str, examples: Mapping[str, Any]) -> str:
        """Fill in what the contract's path names and its parameters do not declare."""
        for name in re.findall(r"\{([^}]*)\}", path):
            declared = Parameter(name, "path", required=True, schema={})
            value = self._value(operation, declared, examples)
            path = path.replace("{" + name + "}", quote(_plain(value), safe=""))
        return path

    def _value(
        self, operation: Operation, parameter: Parameter, examples: Mapping[str, Any]
    ) -> Any:
        value = examples.get(parameter.name, parameter.example)
        if isinstance(value, Mapping) and "from" in value:
            return self._taken(operation, value)
        if value is None and parameter.required:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"thiếu giá trị cho {parameter.name}: thêm vào tệp đích"
                    f" `examples: {{{operation.id}: {{{parameter.name}: …}}}}`",
                    en=f"no value for {parameter.name}: add to the target file"
                    f" `examples: {{{operation.id}: {{{parameter.name}: …}}}}`",
                ),
            )
        # An optional parameter is sent only where the owner of the target gave its value.
        return value if parameter.required or parameter.name in examples else None

    def _body(
        self, operation: Operation, examples: Mapping[str, Any], members: Mapping[str, Any]
    ) -> tuple[str, bytes]:
        media_type = _request_type(operation)
        value = self._body_value(operation, examples)
        if members and not isinstance(value, Mapping):
            raise NotTested(Reason.NO_TEST_DATA, _no_object(operation))
        value = {**value, **members} if members else value
        if value is None:
            if not operation.request_required:
                return "", b""
            raise NotTested(*_no_body(operation))
        if isinstance(value, str) and "json" not in media_type.lower():
            return media_type, value.encode()
        if "json" not in media_type.lower():
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"cần nội dung mẫu kiểu {media_type} dưới dạng văn bản",
                    en=f"a body of type {media_type} must be given as text",
                ),
            )
        return media_type, json.dumps(value, ensure_ascii=False).encode()

    def _body_value(self, operation: Operation, examples: Mapping[str, Any]) -> Any:
        value = examples.get("body")
        if value is None and operation.request_types:
            content = operation.request_types[_request_type(operation)]
            schema = content.get("schema") if isinstance(content, Mapping) else None
            value = example(content, self.scene.contract.followed(schema))
        if not isinstance(value, Mapping):
            return value
        named = dict([operation.discriminator] if operation.discriminator else [])
        taken = {key: self._taken_or_plain(operation, item) for key, item in value.items()}
        return {**named, **taken, **named}

    def _taken_or_plain(self, operation: Operation, value: Any) -> Any:
        if isinstance(value, Mapping) and "from" in value and "take" in value:
            return self._taken(operation, value)
        return value

    def _taken(self, operation: Operation, reference: Mapping[str, Any]) -> Any:
        """Return a value from the answer of another operation of this run.

        Reads share the other operation's baseline; whatever changes state gets a fresh one.
        """
        source = self.scene.operation(str(reference["from"]))
        if source is None or source.unit == operation.unit:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"`from: {reference['from']}` không phải một thao tác khác",
                    en=f"`from: {reference['from']}` is not another operation of the contract",
                ),
            )
        if operation.reads:
            answer = self.baseline(source)
        else:
            if source.unit not in self._sources:
                self._sources[source.unit] = self.call(source)
            answer = self._sources[source.unit]
        value: Any = answer.shown_json()
        for part in str(reference.get("take", "")).split("/")[1:]:
            value = _step(value, part.replace("~1", "/").replace("~0", "~"))
        if value is None or not source.succeeded(answer):
            raise NotTested(
                Reason.DEPENDENCY_FAILED,
                Text(
                    vi=f"{source.unit} trả lời {answer.status}, không có {reference.get('take')}",
                    en=f"{source.unit} answered {answer.status}, no {reference.get('take')}",
                ),
            )
        return value


def _with_query(question: Question, query: Mapping[str, str]) -> Question:
    """Return a question with query parameters set, in the place of those of the same names."""
    if not query:
        return question
    address, _, before = question.url.partition("?")
    kept = [pair for pair in parse_qsl(before, keep_blank_values=True) if pair[0] not in query]
    return replace(question, url=f"{address}?{urlencode([*kept, *query.items()])}")


def _no_object(operation: Operation) -> Text:
    line = f"`examples: {{{operation.id}: {{body: {{…}}}}}}`"
    return Text(
        vi=f"không có đối tượng JSON mẫu để thay đổi: thêm vào tệp đích {line}",
        en=f"there is no JSON object to vary: add to the target file {line}",
    )


def is_stranger(identity: str | None) -> bool:
    """Whether a request as this identity carries nothing that anybody issued."""
    return identity is None or identity.partition(":")[0] == INVALID or is_forged(identity)


def is_forged(identity: str | None) -> bool:
    """Whether this is a forged variant of an identity's credential: `forged:VARIANT:NAME`."""
    return identity is not None and identity.partition(":")[0] == FORGED


# The door and the probe own these; a contract that lists them as parameters means the same.
_OWNED_HEADERS = frozenset({"accept", "content-type", "authorization", "cookie", "host"})
_FIREWALL_HEADERS = ("cf-ray", "x-amzn-waf-action", "x-sucuri-id", "x-iinfo")
_FIREWALL_STATUS = frozenset({403, 406, 429, 503})


def from_a_firewall(exchange: Exchange) -> bool:
    """Whether an answer is a front server's or firewall's page rather than the API's."""
    if exchange.status not in _FIREWALL_STATUS or exchange.is_json:
        return False
    if any(exchange.header_all(name) for name in _FIREWALL_HEADERS):
        return exchange.media_type == "text/html"
    return exchange.header("Server") == "AkamaiGHost" or blocks(exchange)


def question_digest(question: Question | Handshake, hide: Any = None) -> str:
    """Return a short digest of a question in its redacted form."""
    form = question.as_json()
    return hashlib.sha256(canonical(hide(form) if hide else form)).hexdigest()[:16]


def _request_type(operation: Operation) -> str:
    types = list(operation.request_types)
    return next((t for t in types if "json" in t.lower()), types[0])


def _no_body(operation: Operation) -> tuple[Reason, Text]:
    line = f"`examples: {{{operation.id}: {{body: …}}}}`"
    return Reason.NO_TEST_DATA, Text(
        vi=f"thiếu nội dung mẫu: thêm vào tệp đích {line}",
        en=f"no body: add to the target file {line}",
    )


def _asked_to_wait(exchange: Exchange) -> float | None:
    retry_after = exchange.header("Retry-After")
    # RFC 6585, section 4; RFC 9110, section 15.6.4.
    if exchange.status == 429 or (exchange.status == 503 and retry_after):  # noqa: PLR2004
        return min(float(retry_after), 30.0) if retry_after.isdecimal() else 2.0
    return None


def _why_no_success(operation: Operation, answer: Exchange) -> tuple[Reason, Text]:
    said = f"{operation.unit} → {answer.status}"
    if answer.succeeded:
        # The protocol told in the body that nothing was done, in words of its own.
        said += f" error_code={packets.error_code(packets.of(answer))}"
    if answer.status in {401, 403}:
        return Reason.NO_CREDENTIALS, Text(
            vi=f"đối chứng không được nhận: {said}", en=f"the control was refused: {said}"
        )
    if answer.status in {400, 404, 409, 410, 422}:
        return Reason.NO_TEST_DATA, Text(
            vi=f"đối chứng thiếu dữ liệu thử đúng: {said}",
            en=f"the control lacks fitting test data: {said}",
        )
    return Reason.INCONCLUSIVE, Text(
        vi=f"đối chứng không thành công: {said}", en=f"the control did not succeed: {said}"
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(_plain(item) for item in value)
    return str(value)


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None
