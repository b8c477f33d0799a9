"""The generated traffic of one operation: bends of a call that is known to be good.

It is asked once, for the case `generated`, and every law of its class is judged on it. What was
bent is noted as a fact of each exchange; nothing has to be generated again to judge it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.checks.lifecycle import resources, writing
from conformance.checks.privacy import naming
from conformance.contract.operations import Operation
from conformance.engine.framing import Framing
from conformance.engine.good_calls import Asking, Good, GoodCalls
from conformance.evidence import Exchange
from conformance.generation import bends
from conformance.generation.bends import Bend
from conformance.generation.call import Call, said
from conformance.generation.cases import cases
from conformance.generation.depth import MOST_REMOVALS, MOST_RENEWALS, may_generate
from conformance.generation.drafting import Drafting
from conformance.privacy.redaction import names_handed_out
from conformance.probe import Probe
from conformance.probe.obstacles import ended_asking
from conformance.probe.questions import GENERATED, Case, Question
from conformance.verdict import NotTested

_MOVED_ON = frozenset({404, 409, 410})
# In so many places of an operation values may go without an answer; then it is left alone.
_MOST_SILENT = 3


class Generator:
    """Makes the generated traffic of a plan.

    Args:
        session: what asks.
        good_calls: from which it departs.
        framing: makes questions of calls.
    """

    def __init__(self, session: Asking, good_calls: GoodCalls, framing: Framing) -> None:
        self._session = session
        self._good_calls = good_calls
        self._framing = framing
        self._plan = session.plan
        self._scene = session.plan.scene
        self._depth = session.plan.options.depth
        self._drafting = Drafting(self._scene.contract, session.plan.options.seed)
        # What is bent tells of what it was made from.
        self._given = names_handed_out(self._scene.target.examples)

    def settle(self, operation: Operation) -> None:
        """Ask what is generated for an operation.

        Nothing where it may not be called, or cannot be called well at all, or ends the session of
        whoever calls it.
        """
        if not may_generate(self._scene, operation):
            return
        probe = self._session.asking(Case(operation.unit, GENERATED))
        try:
            found = self._good_calls.noted(operation, probe)
        except NotTested:  # not permitted, as a rule: the baseline says so
            return
        if found is None:
            return
        self._ask_all(_Round(self, operation, probe, found, found.call))
        # Drafting leaves circles behind by the ten thousand, and the command line has them looked
        # for so seldom that they would pile up over the operations. Only the young are looked at.
        gc.collect(1)

    def _ask_all(self, asking: _Round) -> None:
        silent: set[str] = set()
        for asked, bend in enumerate(self._bends(asking.good.call)):
            if asking.operation.method == "DELETE":
                if asked >= MOST_REMOVALS:
                    return
                asking.renew()
            exchange = None if bend.place in silent else asking.ask(bend)
            if exchange is None:
                continue
            if ended_asking(exchange):
                return
            if exchange.response is None:
                # Each may have cost the server a worker: it must not be brought down.
                silent.add(bend.place)
                if len(silent) >= _MOST_SILENT:
                    return
            if bend.scenario == bends.LEAST and exchange.succeeded:
                self._read(asking.operation, exchange, asking.probe)

    def ask(self, bend: Bend, call: Call, asking: _Round) -> Exchange | None:
        """Ask a bent call; None where that is not permitted."""
        good, probe = asking.good, asking.probe
        question = self._framing.question(call, good.identity, bend, good.control, probe)
        return self._asked(question, probe.case)

    def another(self, operation: Operation, probe: Probe) -> Call | None:
        """Return the good call on something else, where the target file says how that is had."""
        probe = self._session.asking(probe.case)
        found = self._good_calls.of(operation, probe, control=False)
        return found.call if found else None

    def _bends(self, model: Call) -> Iterator[Bend]:
        """Yield what is asked besides the good call; what lets somebody in is left as it is."""
        drafted = self._drafting.bends(model, self._depth)
        if model.body is not None and _holds_secret(model.body.value):
            # Drafts change everything of a body: who changes a password locks somebody out.
            drafted = {}
        drafted = {kind: filter(_sets_no_secret, drafts) for kind, drafts in drafted.items()}
        seed = self._plan.options.seed
        return cases(self._scene.contract, model, self._depth, seed, drafted, self._is_spared)

    def _is_spared(self, name: str) -> bool:
        """Whether what stands under a name is left as it is: what lets in, or may be derived."""
        return name in self._given or _lets_in(name)

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


@dataclass
class _Round:
    """The generated calls of one operation.

    Attributes:
        good: the good call from which they depart.
        current: the good call on what is there at present: what is changed may be used up.
    """

    generator: Generator
    operation: Operation
    probe: Probe
    good: Good
    current: Call
    renewals: int = 0

    def ask(self, bend: Bend) -> Exchange | None:
        """Ask a bent call, once more where it came too late; None where it may not be asked."""
        exchange = self._ask(bend)
        # Where the path itself is bent, the same request would go out once more.
        renewable = any(self.good.call.path.get(k) == v for k, v in bend.call.path.items())
        used_up = renewable and _is_used_up(exchange, self.operation)
        if used_up and self.renewals < MOST_RENEWALS:
            self.renewals += 1
            self.renew()
            exchange = self._ask(bend)
        return exchange

    def renew(self) -> None:
        """Depart from something else, where the target file says how that is had."""
        self.current = self.generator.another(self.operation, self.probe) or self.current

    def _ask(self, bend: Bend) -> Exchange | None:
        untouched = self.current is self.good.call
        call = bend.call if untouched else _on_another(bend.call, self.good.call, self.current)
        return self.generator.ask(bend, call, self)


def _lets_in(name: str) -> bool:
    """Whether members of a name hold what lets somebody in."""
    return naming.ends_with(name, naming.LASTING | naming.ONCE | naming.ISSUED)


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_lets_in(str(name)) or _holds_secret(part) for name, part in value.items())
    return isinstance(value, list) and any(map(_holds_secret, value))


def _sets_no_secret(draft: Bend) -> bool:
    """Whether a draft sets nothing that lets somebody in, though the good call does not either."""
    return draft.call.body is None or not _holds_secret(said(draft.call.body))


def _is_used_up(exchange: Exchange | None, operation: Operation) -> bool:
    """Whether a write that the contract allows came too late: its object has moved on, or is gone.

    What comes next would be refused for the same reason, and nothing could be told of it.
    """
    if exchange is None or operation.reads or exchange.status not in _MOVED_ON:
        return False
    return bool(exchange.facts.get("wellformed", True))


def _on_another(call: Call, model: Call, renewed: Call) -> Call:
    """Return a bent call on what a renewed model is about, where it is not that which is bent."""
    kept = {
        name: renewed.path[name] if value == model.path[name] else value
        for name, value in call.path.items()
    }
    return replace(call, path=kept)
