"""The only door to a target: pace, budget, identities, guards, redaction; live or replayed.

A check talks to a `Probe`. The probe forms the question and hands it to a *door*: the live door
of this module sends it; the replay door of a rejudgement looks the answer up in the record. Both
return the same redacted exchange, so a check cannot tell them apart, and neither can its verdict.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from conformance.contract import Contract, Operation, Parameter, example
from conformance.evidence import Exchange, Headers, canonical
from conformance.signatures import blocks
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotTested, Reason

INVALID = "invalid"
_MAX_TRIALS = 4
_MAX_RETRIES = 2
_DEEPEST_PATH = 8
# Never tried as "somebody who may": they stand for credentials that must be refused.
_REFUSED_IDENTITIES = frozenset({"expired", "foreign", "revoked"})


@dataclass(frozen=True)
class Question:
    """What a check asks: everything of a request but the credentials, which the door adds."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    identity: str | None = None
    raw: bool = False
    operation: str | None = None
    wellformed: bool = True

    def as_json(self) -> list[Any]:
        """Return the form whose digest tells whether a record holds this very question."""
        body = self.body.decode("latin-1")
        headers = [list(pair) for pair in self.headers]
        return [self.method, self.url, headers, body, self.identity, self.raw]


@dataclass(frozen=True)
class Case:
    """For what a question is asked: unit, case, attempt; exchanges are found again by it."""

    unit: str
    name: str
    attempt: int = 1


class Door(Protocol):
    """Where questions go: to the target, or to a record."""

    def ask(self, question: Question, case: Case) -> Exchange:
        """Return the redacted exchange of a question."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass because the target asked for it."""
        ...


class Baselines(Protocol):
    """The shared answers: one call of each operation as its contract means it."""

    def baseline(self, operation: Operation) -> Exchange:
        """Return the baseline exchange of an operation, asking for it if need be."""
        ...


@dataclass(frozen=True)
class Scene:
    """What does not change during a run: target, contract, operations, seed."""

    target: Target
    contract: Contract
    operations: tuple[Operation, ...]
    seed: int

    def operation(self, name: str) -> Operation | None:
        """Return an operation by operationId or unit."""
        return next((o for o in self.operations if name in {o.id, o.unit}), None)

    def examples(self, operation: Operation) -> Mapping[str, Any] | None:
        """Return the values that the target file gives for an operation; None where it is mute."""
        given = self.target.examples
        return given.get(operation.id, given.get(operation.unit))

    def candidates(self, operation: Operation) -> list[str | None]:
        """Return the identities to try for an operation, the owner named in the target first."""
        owner = (self.examples(operation) or {}).get("owner")
        if owner is not None:
            return [owner] if owner in self.target.identities else []
        if operation.public or not operation.security:
            return [None]
        names: list[str | None] = [
            name for name in self.target.identities if name not in _REFUSED_IDENTITIES
        ]
        if not operation.secured:
            names.append(None)
        return names[:_MAX_TRIALS]


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
        hit = next((o for o in self.scene.operations if o.method == "GET" and o.fits(path)), None)
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
        raw: bool = False,
        wellformed: bool = True,
    ) -> Exchange:
        """Call an operation as its contract and the target's examples say.

        Args:
            operation: what to call.
            identity: who calls; None for a stranger, `INVALID` for canary credentials, by default
                whoever the baseline found to be allowed.
            method: another method than the operation's.
            headers: headers to set; one named like a header of the operation replaces it.
            raw: over a bare connection, so that bytes after the message are seen.
            wellformed: False for a request that the contract does not mean.

        Raises:
            NotTested: there is no test data or identity for it, or no answer came.
        """
        who = self.allowed(operation) if identity == "" else identity
        if who == INVALID:
            who = f"{INVALID}:{self.allowed(operation) or ''}"
        question = self._question(operation, who)
        given = {name.lower() for name, _ in headers}
        kept = tuple(pair for pair in question.headers if pair[0].lower() not in given)
        changed = method is not None and method != operation.method
        return self.send(
            Question(
                method=method or operation.method,
                url=question.url,
                headers=(*kept, *headers),
                body=b"" if changed and method in {"GET", "HEAD"} else question.body,
                identity=who,
                raw=raw,
                operation=None if changed else operation.unit,
                wellformed=wellformed,
            )
        )

    def control(self, operation: Operation) -> Exchange:
        """Call an operation as somebody who may; without success nothing negative can be told.

        Raises:
            NotTested: the answer is not a success; the reason follows from its status.
        """
        answer = self.call(operation)
        if not answer.succeeded:
            raise NotTested(*_why_no_success(operation, answer))
        return answer

    def baseline(self, operation: Operation) -> Exchange:
        """Return the shared baseline answer of an operation; not for controls."""
        return self.baselines.baseline(operation)

    def allowed(self, operation: Operation) -> str | None:
        """Return the identity that the baseline found to be allowed to call an operation."""
        candidates = self.scene.candidates(operation)
        if len(candidates) == 1:
            return candidates[0]
        return self.baseline(operation).identity

    def first_read(self) -> Operation | None:
        """Return the first GET operation, one that needs no credentials before others."""
        reads = [o for o in self.scene.operations if o.method == "GET"]
        reads.sort(key=lambda o: (o.secured, any(p.place == "path" for p in o.parameters)))
        return reads[0] if reads else None

    def unknown_path(self) -> str:
        """Return a path that the contract does not name, not even by a template.

        Raises:
            NotTested: there is none short enough: every path stands for some operation.
        """
        path, word = "", self.canary()
        for _ in range(_DEEPEST_PATH):
            path += f"/{word}"
            if not any(operation.fits(path) for operation in self.scene.operations):
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
            NotTested: no answer, throttled, or the answer is a firewall's.
        """
        for retry in range(_MAX_RETRIES + 1):
            exchange = self.door.ask(question, self.case)
            self.asked.append(exchange)
            if exchange.response is None:
                raise NotTested(
                    Reason(exchange.facts.get("unsent", Reason.UNREACHABLE)),
                    Text(
                        vi=f"không có trả lời: {exchange.error}", en=f"no answer: {exchange.error}"
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
        answer = None
        for identity in candidates:
            answer = self.call(operation, identity=identity)
            if answer.status not in {401, 403}:
                break
        assert answer is not None  # noqa: S101  # candidates is not empty
        return answer

    def _question(self, operation: Operation, identity: str | None) -> Question:
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
        examples = examples or {}
        path, query, headers = operation.path, [], [("Accept", "application/json, */*;q=0.5")]
        for parameter in operation.parameters:
            value = self._value(operation, parameter, examples)
            if value is None:
                continue
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", quote(_plain(value), safe=""))
            elif parameter.place == "query":
                query.append((parameter.name, _plain(value)))
            elif parameter.place == "header" and parameter.name.lower() not in _OWNED_HEADERS:
                headers.append((parameter.name, _plain(value)))
        path = self._filled(operation, path, examples)
        body = b""
        if operation.request_types:
            media_type, body = self._body(operation, examples)
            if media_type:
                headers.append(("Content-Type", media_type))
        url = self.target.base_url + path + ("?" + urlencode(query) if query else "")
        return Question(operation.method, url, tuple(headers), body, identity)

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

    def _body(self, operation: Operation, examples: Mapping[str, Any]) -> tuple[str, bytes]:
        types = list(operation.request_types)
        media_type = next((t for t in types if "json" in t.lower()), types[0])
        value = examples.get("body")
        if value is None:
            content = operation.request_types[media_type]
            schema = content.get("schema") if isinstance(content, Mapping) else None
            value = example(content, self.scene.contract.followed(schema))
        if isinstance(value, Mapping):
            value = {key: self._taken_or_plain(operation, item) for key, item in value.items()}
        if value is None:
            if not operation.request_required:
                return "", b""
            line = f"`examples: {{{operation.id}: {{body: …}}}}`"
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"thiếu nội dung mẫu: thêm vào tệp đích {line}",
                    en=f"no body: add to the target file {line}",
                ),
            )
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
        if value is None or not answer.succeeded:
            raise NotTested(
                Reason.DEPENDENCY_FAILED,
                Text(
                    vi=f"{source.unit} trả lời {answer.status}, không có {reference.get('take')}",
                    en=f"{source.unit} answered {answer.status}, no {reference.get('take')}",
                ),
            )
        return value


def is_stranger(identity: str | None) -> bool:
    """Whether a request as this identity carries nothing that anybody issued."""
    return identity is None or identity.partition(":")[0] == INVALID


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


def question_digest(question: Question, hide: Any = None) -> str:
    """Return a short digest of a question in its redacted form."""
    form = question.as_json()
    return hashlib.sha256(canonical(hide(form) if hide else form)).hexdigest()[:16]


def _asked_to_wait(exchange: Exchange) -> float | None:
    retry_after = exchange.header("Retry-After")
    # RFC 6585, section 4; RFC 9110, section 15.6.4.
    if exchange.status == 429 or (exchange.status == 503 and retry_after):  # noqa: PLR2004
        return min(float(retry_after), 30.0) if retry_after.isdecimal() else 2.0
    return None


def _why_no_success(operation: Operation, answer: Exchange) -> tuple[Reason, Text]:
    said = f"{operation.unit} → {answer.status}"
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
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(_plain(item) for item in value)
    return str(value)


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None
