"""A call as a question of a run: with words of its own, and with what is bent in it told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conformance.contract import wire
from conformance.door.recording import BENT
from conformance.evidence import Exchange, Request
from conformance.generation.bends import Bend
from conformance.generation.call import Call
from conformance.own_words import MADE_UP
from conformance.plan import Plan
from conformance.probe import Probe
from conformance.probe.questions import Question

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


@dataclass(frozen=True)
class Control:
    """How the good call was answered from which generated ones depart; 0 for not at all."""

    status: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, answer: Exchange) -> Control:
        """Return how an exchange was answered."""
        return cls(answer.status, answer.response.seconds if answer.response else 0.0)


class Framing:
    """Makes questions of calls.

    Args:
        plan: of the run.
    """

    def __init__(self, plan: Plan) -> None:
        self._contract = plan.scene.contract
        self._base_url = plan.scene.target.base_url

    def question(
        self, call: Call, identity: str | None, bend: Bend, control: Control, probe: Probe
    ) -> Question:
        """Return the question of a call.

        Args:
            call: what is asked.
            identity: who asks.
            bend: what is bent in it, as its exchange will tell.
            control: how the good call was answered from which it departs.
            probe: gives words that nobody else has.
        """
        question = _renewed(call.question(self._base_url, identity), probe)
        request = Request(question.method, question.url, question.headers, question.body)
        base_path = urlsplit(self._base_url).path
        held = wire.held(self._contract, call.operation, request, base_path)
        return replace(
            question,
            wellformed=held.fit is wire.Fit.VALID,
            generated=(bend.origin, bend.place, bend.scenario, control.status, control.seconds),
        )

    def smaller(
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
        return self.question(call, exchange.identity, bend, control, probe)


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
