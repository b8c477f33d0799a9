"""Calls that are known, or hoped, to be good: generated ones depart from them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from conformance.contract.operations import Operation
from conformance.door.live import LiveDoor
from conformance.engine.framing import Control, Framing
from conformance.evidence import Exchange
from conformance.generation import bends, bodies
from conformance.generation.bends import Bend
from conformance.generation.call import Body, Call, taken_apart
from conformance.generation.schemas import kind, plain, sample
from conformance.plan import Plan
from conformance.probe import Probe
from conformance.probe.questions import GENERATED, Case
from conformance.verdict import NotTested, Reason

_SHUT = frozenset({401, 403})
_WRONG = frozenset({400, 422})
_ROOMY = 40
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
class Good:
    """A good call.

    Attributes:
        call: its parts.
        identity: who makes it.
        control: how it was answered.
    """

    call: Call
    identity: str | None
    control: Control


class GoodCalls:
    """The good calls of a plan.

    One that was noted is the one from which the generated traffic of its operation departs.

    Args:
        session: what asks.
        framing: makes questions of calls.
    """

    def __init__(self, session: Asking, framing: Framing) -> None:
        self._session = session
        self._scene = session.plan.scene
        self._framing = framing
        self._known: dict[str, Call] = {}

    def noted(self, operation: Operation, probe: Probe) -> Good | None:
        """Return a good call as `of` does, and remember it."""
        found = self.of(operation, probe)
        if found is not None:
            self._known[operation.unit] = found.call
        return found

    def known(self, operation: Operation) -> Call | None:
        """Return the good call from which the generated ones of an operation depart, if any."""
        unit = operation.unit
        if unit not in self._known:
            # Generated before the run was interrupted.
            with contextlib.suppress(NotTested):
                found = self.of(
                    operation, self._session.asking(Case(unit, GENERATED)), control=False
                )
                if found is not None:
                    self._known[unit] = found.call
        return self._known.get(unit)

    def of(self, operation: Operation, probe: Probe, *, control: bool = True) -> Good | None:
        """Return a call that is as good as can be had; None where there is none.

        Nobody is let in then, or no call can be put together.

        Args:
            operation: what is called.
            probe: of the case in which it is asked.
            control: whether it is asked to see how it is answered, where that is not known.

        Raises:
            NotTested: it may not be asked.
        """
        found = Control()
        try:
            answer = self._session.baseline(operation)
            identity, found = answer.identity, Control.of(answer)
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
            question = self._framing.question(call, identity, bend, Control(), probe)
            found = Control.of(self._session.door.ask(question, probe.case))
            if found.status in _SHUT:
                return None
            if found.status in _WRONG:
                call, found = self._plainer(call, identity, probe, found)
        return Good(call, identity, found)

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
        question = self._framing.question(least, identity, bend, Control(), probe)
        came = self._session.door.ask(question, probe.case)
        return (least, Control.of(came)) if came.succeeded else (call, found)

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
