"""Which part of a generated request is to blame: the smallest one that does the same.

A request that departs from the good call in many places is asked again with only one of them bent,
or with one after the other put right, for as long as it breaks the same law in the same way. The
requests spent on it are bounded, and of the operation's own method: in a run that only reads they
only read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance import incidents, members
from conformance.engine.framing import Framing, question_of
from conformance.engine.good_calls import Asking, GoodCalls
from conformance.evidence import Exchange
from conformance.generation.call import Body, Call, taken_apart
from conformance.judge import Judge
from conformance.own_words import MADE_UP
from conformance.plan import Asked
from conformance.probe import Probe
from conformance.probe.questions import Case
from conformance.verdict import Violation

# A part of a call that differs from the good one: its place, and the good call with just it bent.
Put = Callable[[Call], Call]


@dataclass(frozen=True)
class Part:
    """A place in which two calls differ, and what puts the bent value of it into a call."""

    place: str
    bent: Put
    good: Put


class Minimiser:
    """Makes failing requests smaller.

    Args:
        session: what asks.
        good_calls: what a smaller request is made of.
        framing: makes questions of calls.
        judge: tells whether a law is broken the same way.
    """

    def __init__(
        self, session: Asking, good_calls: GoodCalls, framing: Framing, judge: Judge
    ) -> None:
        self._session = session
        self._good_calls = good_calls
        self._framing = framing
        self._judge = judge
        self._spent: Counter[str] = Counter()

    def settle(self, asked: Asked, exchange: Exchange, violation: Violation) -> None:
        """Ask smaller requests than one that broke a law, unless that was done."""
        operation = self._session.plan.scene.operation(exchange.unit)
        case = Case(*incidents.case_of(exchange))
        if operation is None or operation.method == "DELETE" or self._judge.evidence.of(case):
            return
        if exchange.response is None:
            return  # each further one would keep the server busy for as long
        model = self._good_calls.known(operation)
        base_url = self._session.plan.target.base_url
        call = taken_apart(operation, question_of(exchange), base_url)
        if model is None or call is None:
            return
        parts = list(differences(model, call))
        if len(parts) > 1:  # one place is as few as can be
            trial = _Trial(self, asked, exchange, violation, self._session.asking(case))
            _reduce(model, call, parts, trial)

    def breaks(self, trial: _Trial, smaller: Call, place: str) -> bool:
        """Ask a smaller request; return whether it breaks the same law in the same way.

        Where an operation has had its share of requests, nothing is asked, and nothing breaks.
        """
        exchange, unit = trial.exchange, smaller.operation.unit
        if self._spent[unit] >= self._session.plan.options.depth.minimising:
            return False
        self._spent[unit] += 1
        scenario = exchange.facts["generated"]["scenario"]
        question = self._framing.smaller(smaller, exchange, place, scenario, trial.probe)
        came = self._session.door.ask(question, trial.probe.case)
        if came.response is None or came.status != exchange.status:
            return False
        return self._judge.laws.breaks(trial.asked, came, trial.violation)


@dataclass(frozen=True)
class _Trial:
    """What is made smaller: the exchange that broke a law, and how."""

    minimiser: Minimiser
    asked: Asked
    exchange: Exchange
    violation: Violation
    probe: Probe

    def breaks(self, smaller: Call, place: str) -> bool:
        return self.minimiser.breaks(self, smaller, place)


def _reduce(model: Call, call: Call, parts: Sequence[Part], trial: _Trial) -> None:
    """Ask for ever smaller requests while they break the law."""
    # As a rule one part is to blame.
    for part in parts:
        if trial.breaks(part.bent(model), part.place):
            return
    left = list(parts)
    for part in parts:
        rest = [one for one in left if one is not part]
        smaller = call
        for one in parts:
            smaller = smaller if one in rest else one.good(smaller)
        if rest and trial.breaks(smaller, ", ".join(one.place for one in rest)):
            left = rest


def differences(model: Call, call: Call) -> Iterator[Part]:
    """Yield the places in which a call departs from the good one.

    Each request has words of its own in the place of those that the good call makes up: that is no
    difference.
    """
    for name, value in call.path.items():
        if not _same(value, model.path.get(name)):
            yield Part(f"path {name}", _path(name, value), _path(name, model.path.get(name, value)))
    for name in dict.fromkeys(name for name, _ in (*call.query, *model.query)):
        bent = [v for k, v in call.query if k == name]
        good = [v for k, v in model.query if k == name]
        if not _same(bent, good):
            yield Part(f"query {name}", _query(name, bent), _query(name, good))
    for name in dict.fromkeys(name.lower() for name, _ in (*call.headers, *model.headers)):
        bent = [v for k, v in call.headers if k.lower() == name]
        good = [v for k, v in model.headers if k.lower() == name]
        if not _same(bent, good):
            yield Part(f"header {name}", _header(name, bent), _header(name, good))
    yield from _in_bodies(model.body, call.body)


def _path(name: str, value: str) -> Put:
    return lambda call: call.with_path(name, value)


def _query(name: str, values: list[str]) -> Put:
    return lambda call: call.with_query(name, *values)


def _header(name: str, values: list[str]) -> Put:
    return lambda call: call.with_header(name, *values)


def _in_bodies(model: Body | None, body: Body | None) -> Iterator[Part]:
    if _written(model) == _written(body):
        return
    values = (model and model.value, body and body.value)
    alike = all(isinstance(value, Mapping) for value in values) and model and body
    if not alike or body is None or model is None or body.content is not None:
        yield Part(
            "body", lambda call: replace(call, body=body), lambda call: replace(call, body=model)
        )
        return
    for name in dict.fromkeys([*body.value, *model.value]):
        bent, good = body.value.get(name, _NONE), model.value.get(name, _NONE)
        if isinstance(bent, Mapping) and isinstance(good, Mapping):
            for inner in dict.fromkeys([*bent, *good]):
                one, other = bent.get(inner, _NONE), good.get(inner, _NONE)
                if not _same(one, other):
                    place = f"body /{name}/{inner}"
                    yield Part(place, _member((name, inner), one), _member((name, inner), other))
        elif not _same(bent, good):
            yield Part(f"body /{name}", _member((name,), bent), _member((name,), good))


class _Nothing:
    """Stands for a member that is not there."""


_NONE = _Nothing()


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, _Nothing) or isinstance(other, _Nothing):
        return one is other
    return _settled(json.dumps(one)) == _settled(json.dumps(other))


def _written(body: Body | None) -> tuple[str, str] | None:
    if body is None:
        return None
    media_type, content = body.written()
    return media_type, _settled(content.decode("latin-1"))


def _settled(text: str) -> str:
    """Return a text with one word in the place of all that were made up."""
    return MADE_UP.sub("vnct", text)


def _member(names: tuple[str, ...], value: Any) -> Put:
    def put(call: Call) -> Call:
        assert call.body is not None  # noqa: S101  # both calls have one
        whole = call.body.value
        if isinstance(value, _Nothing):
            return call.with_value(members.without(whole, names))
        return call.with_value(members.put(whole, names, value))

    return put
