"""The generated traffic of one operation: bends of a call that is known to be good.

It is asked once, for the case `generated`, and every law of its class is judged on it. What was
bent is noted as a fact of each exchange; nothing has to be generated again to judge it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from conformance.checks.lifecycle import resources, writing
from conformance.checks.privacy import naming
from conformance.contract import wire
from conformance.contract.operations import Operation
from conformance.door.live import LiveDoor
from conformance.door.recording import BENT
from conformance.evidence import Exchange, Request
from conformance.generation import bends, bodies
from conformance.generation.bends import Bend
from conformance.generation.call import Body, Call, taken_apart
from conformance.generation.cases import cases
from conformance.generation.depth import MOST_REMOVALS, MOST_RENEWALS, may_generate
from conformance.generation.drafting import Drafting
from conformance.generation.schemas import kind, plain, sample
from conformance.own_words import MADE_UP
from conformance.plan import Plan
from conformance.probe import Probe
from conformance.probe.questions import GENERATED, Case, Question
from conformance.verdict import NotTested, Reason

_SHUT = frozenset({401, 403})
_WRONG = frozenset({400, 422})
_MOVED_ON = frozenset({404, 409, 410})
# What ends all asking, rather than this question's.
_ENDED = frozenset({Reason.OUT_OF_BUDGET, Reason.UNREACHABLE, Reason.STOPPED, Reason.THROTTLED})
_ROOMY = 40
# What the door adds to a question.
_OWN = frozenset(
    {
        "host",
        "user-agent",
        "accept-encoding",
        "content-length",
        "authorization",
        "cookie",
        "connection",
    }
)
_NAME = "Kiểm thử tuân thủ"


class Asking(Protocol):
    """What generating, and making smaller, needs of a session."""

    plan: Plan

    @property
    def door(self) -> LiveDoor:
        """What asks the target."""
        ...

    def baseline(self, operation: Operation) -> Exchange:
        """Return the shared baseline of an operation."""
        ...

    def asking(self, case: Case) -> Probe:
        """Return a probe for a case of the plan."""
        ...


@dataclass(frozen=True)
class Control:
    """How the good call was answered from which generated ones depart; 0 for not at all."""

    status: int = 0
    seconds: float = 0.0


class Generator:
    """Makes the generated traffic of a plan.

    Args:
        session: what asks.
    """

    def __init__(self, session: Asking) -> None:
        self._session = session
        self._plan = session.plan
        self._scene = session.plan.scene
        self._depth = session.plan.options.depth
        self._drafting = Drafting(self._scene.contract, session.plan.options.seed)
        self._base_path = urlsplit(self._scene.target.base_url).path
        self._models: dict[str, Call] = {}

    def settle(self, operation: Operation) -> None:
        """Ask what is generated for an operation.

        Nothing where it may not be called, or cannot be called well at all, or ends the session of
        whoever calls it.
        """
        if not may_generate(self._scene, operation):
            return
        probe = self._session.asking(Case(operation.unit, GENERATED))
        try:
            found = self.model(operation, probe)
        except NotTested:  # not permitted, as a rule: the baseline says so
            return
        if found is None:
            return
        self._models[operation.unit] = found[0]
        self._ask_all(operation, probe, *found)

    def _ask_all(
        self,
        operation: Operation,
        probe: Probe,
        model: Call,
        identity: str | None,
        control: Control,
    ) -> None:
        current, renewals = model, 0
        for asked, bend in enumerate(self._bends(model)):
            if operation.method == "DELETE":
                if asked >= MOST_REMOVALS:
                    return
                current = self._another(operation, probe) or current
            call = bend.call if current is model else _on_another(bend.call, model, current)
            question = self._question(call, identity, bend, control)
            exchange = self._asked(_renewed(question, probe), probe.case)
            if _is_used_up(exchange, operation) and renewals < MOST_RENEWALS:
                renewals += 1
                current = self._another(operation, probe) or current
                call = _on_another(bend.call, model, current)
                question = self._question(call, identity, bend, control)
                exchange = self._asked(_renewed(question, probe), probe.case)
            if exchange is None:
                continue
            if exchange.facts.get("unsent") in _ENDED:
                return
            if bend.scenario == bends.LEAST and exchange.succeeded:
                self._read(operation, exchange, probe)

    def _another(self, operation: Operation, probe: Probe) -> Call | None:
        """Return the good call on something else, where the target file says how that is had."""
        found = self.model(operation, self._session.asking(probe.case), control=False)
        return found[0] if found else None

    def _bends(self, model: Call) -> Iterator[Bend]:
        """Yield what is asked besides the good call; what lets somebody in is left as it is."""
        drafted = self._drafting.bends(model, self._depth)
        if model.body is not None and _holds_secret(model.body.value):
            # Drafts change everything of a body: who changes a password locks somebody out.
            drafted = {}
        seed = self._plan.options.seed
        return cases(self._scene.contract, model, self._depth, seed, drafted, _lets_in)

    def _read(self, operation: Operation, answer: Exchange, probe: Probe) -> None:
        """Read what was just created with nothing that may be left out, where that can be read."""
        resource = resources.of(self._scene, operation) if operation.method == "POST" else None
        if resource is not None and resource.reader is not None:
            with contextlib.suppress(NotTested):
                place = resources.place(self._scene, resource, answer)
                writing.read(probe, writing.Made(resource, answer, place))

    def _asked(self, question: Question, case: Case) -> Exchange | None:
        """Ask; None where that is not permitted: a write that is known to be safe is so unbent."""
        try:
            return self._session.door.ask(question, case)
        except NotTested:
            return None

    def known(self, operation: Operation) -> Call | None:
        """Return the good call from which the generated ones of an operation depart, if any."""
        return self._models.get(operation.unit)

    def question(
        self, call: Call, exchange: Exchange, place: str, scenario: str, probe: Probe
    ) -> Question:
        """Return the question of a smaller request than that of an exchange.

        Args:
            call: what is asked.
            exchange: the one that it is made from.
            place: what is still bent in it.
            scenario: how.
            probe: of the case in which it is asked.
        """
        told = exchange.facts["generated"]
        bend = Bend(told["origin"], place, scenario, call)
        control = Control(told["control"], told["control_seconds"])
        question = self._question(call, exchange.identity, bend, control)
        return _renewed(question, probe)

    def model(
        self, operation: Operation, probe: Probe, *, control: bool = True
    ) -> tuple[Call, str | None, Control] | None:
        """Return a call that is as good as can be had, who makes it, and how it was answered.

        None where nobody is let in, or no call can be put together.
        """
        found = Control()
        try:
            answer = self._session.baseline(operation)
            identity, found = answer.identity, _control(answer)
            if answer.status in _SHUT:
                return None
        except NotTested as outcome:
            if outcome.reason is Reason.REDACTED:
                return None  # what stood in the good call is not known any more
            people = self._scene.candidates(operation)
            if not people:
                return None
            identity = people[0]
        call = self._formed(operation, probe, identity)
        if call is None:
            return None
        call = _recognisable(call, probe)
        if control and (not found.status or operation.method != "GET"):
            bend = Bend("model", "", "", call)
            question = _renewed(self._question(call, identity, bend, Control()), probe)
            found = _control(self._session.door.ask(question, probe.case))
            if found.status in _SHUT:
                return None
            if found.status in _WRONG:
                call, found = self._plainer(call, identity, probe, found)
        return call, identity, found

    def _plainer(
        self, call: Call, identity: str | None, probe: Probe, found: Control
    ) -> tuple[Call, Control]:
        """Return a call with only what is required, if that one is accepted, and its control.

        What the contract shows may itself be refused; then everything made from it would be.
        """
        value = call.body.value if call.body else None
        if not isinstance(value, Mapping) or call.body is None:
            return call, found
        schema = bends.body_schema(call.operation, call.body.media_type)
        required = plain(self._scene.contract, schema).get("required", ())
        least = call.with_value({k: v for k, v in value.items() if k in required})
        bend = Bend("model", "body", bends.LEAST, least)
        question = _renewed(self._question(least, identity, bend, Control()), probe)
        came = self._session.door.ask(question, probe.case)
        return (least, _control(came)) if came.succeeded else (call, found)

    def _formed(self, operation: Operation, probe: Probe, identity: str | None) -> Call | None:
        """Return the call that contract and target file make, or one made up where they cannot."""
        base_url = self._scene.target.base_url
        try:
            return taken_apart(operation, probe.form(operation, identity=identity), base_url)
        except NotTested:
            bare = replace(operation, request_types={}, safe=True)
        media_type = next(filter(bodies.can_write, operation.request_types), "")
        # Nothing is made up where nobody has thought of it: the target file has to name it.
        if not media_type or self._scene.examples(operation) is None:
            return None
        try:
            call = taken_apart(operation, probe.form(bare, identity=identity), base_url)
        except NotTested:
            return None
        return call and replace(call, body=self._made_up(operation, media_type))

    def _made_up(self, operation: Operation, media_type: str) -> Body:
        contract = self._scene.contract
        schema = bends.body_schema(operation, media_type)
        node = plain(contract, schema)
        named = node.get("xml", {})
        root = str(named.get("name", "request")) if isinstance(named, Mapping) else "request"
        files = {
            name: bodies.file_name()
            for name, part in node.get("properties", {}).items()
            if media_type.startswith(bodies.MULTIPART)
            and kind(inner := plain(contract, part)) == "string"
            and (inner.get("format") == "binary" or "contentMediaType" in inner)
        }
        return Body(media_type, sample(contract, schema), root=root, files=files)

    def _question(self, call: Call, identity: str | None, bend: Bend, control: Control) -> Question:
        question = call.question(self._scene.target.base_url, identity)
        request = Request(question.method, question.url, question.headers, question.body)
        held = wire.held(self._scene.contract, call.operation, request, self._base_path)
        return replace(
            question,
            wellformed=held.fit is wire.Fit.VALID,
            generated=(bend.origin, bend.place, bend.scenario, control.status, control.seconds),
        )


def _control(answer: Exchange) -> Control:
    return Control(answer.status, answer.response.seconds if answer.response else 0.0)


def question_of(exchange: Exchange) -> Question:
    """Return what was asked in a generated exchange, as its record shows it."""
    request, told = exchange.request, exchange.facts["generated"]
    return Question(
        request.method,
        request.url,
        tuple(pair for pair in request.headers if pair[0].lower() not in _OWN),
        request.body,
        exchange.identity,
        operation=exchange.facts.get("operation"),
        wellformed=bool(exchange.facts.get("wellformed", True)),
        generated=tuple(told[name] for name in BENT),
    )


def _lets_in(name: str) -> bool:
    """Whether members of a name hold what lets somebody in."""
    return naming.ends_with(name, naming.LASTING | naming.ONCE | naming.ISSUED)


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_lets_in(str(name)) or _holds_secret(part) for name, part in value.items())
    return isinstance(value, list) and any(map(_holds_secret, value))


def _is_used_up(exchange: Exchange | None, operation: Operation) -> bool:
    """Whether a write that the contract allows came too late: its object has moved on, or is gone.

    What comes next would be refused for the same reason, and nothing could be told of it.
    """
    if exchange is None or operation.reads or exchange.status not in _MOVED_ON:
        return False
    return bool(exchange.facts.get("wellformed", True))


def _recognisable(call: Call, probe: Probe) -> Call:
    """Return a call whose roomiest free text says that it is a test's."""
    if call.operation.reads or call.body is None or not isinstance(call.body.value, Mapping):
        return call
    texts = {
        name: value
        for name, value in call.body.value.items()
        if isinstance(value, str) and len(value) >= _ROOMY and " " in value
    }
    if not texts:
        return call
    name = max(texts, key=lambda one: len(texts[one]))
    said = f"{_NAME} {probe.own_word()}"
    return call.with_value({**call.body.value, name: said})


def _renewed(question: Question, probe: Probe) -> Question:
    """Return a question with words of its own in the place of those that the model made up."""
    whole = question.url + str(question.headers) + question.body.decode("utf-8", "replace")
    for word in dict.fromkeys(MADE_UP.findall(whole)):
        other = probe.own_word()
        question = replace(
            question,
            url=question.url.replace(word, other),
            headers=tuple((k, v.replace(word, other)) for k, v in question.headers),
            body=question.body.replace(word.encode(), other.encode()),
        )
    return question


def _on_another(call: Call, model: Call, renewed: Call) -> Call:
    """Return a bent call on what a renewed model is about, where it is not that which is bent."""
    kept = {
        name: renewed.path[name] if value == model.path[name] else value
        for name, value in call.path.items()
    }
    return replace(call, path=kept)
