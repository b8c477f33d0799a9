"""Parameters of the query that nobody knows, treated in one way here and in another there."""

from __future__ import annotations

import json
from typing import Any

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import LIST
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

ALIKE = "http.queries.unknown_parameters_are_treated_alike"


@fault(breaks=[ALIKE])
def unknown_parameters_refused_here_only(agency: Agency) -> Agency:
    """The list of procedures refuses a parameter that it does not know; all others ignore it."""

    def hook(call: Call) -> Answer | None:
        if call.asks != LIST or not _unknown(call):
            return None
        told = agency.encode({"type": "about:blank", "title": "Bad Request", "status": 400})
        return Answer(400, (("Content-Type", PROBLEM),), told)

    return agency.intercepting(hook)


@fault(breaks=[ALIKE])
def unknown_parameters_filter(agency: Agency) -> Agency:
    """A parameter that nobody knows is taken for a condition that nothing meets."""

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != 200 or call.asks != LIST or not _unknown(call):
            return made
        value: dict[str, Any] = json.loads(made.body)
        return made.with_body(agency.encode({**value, "items": []}))

    return agency.bending_answers(bend)


def _unknown(call: Call) -> bool:
    known = {p.name for p in call.operation.parameters} if call.operation else set()
    return any(name not in known for name, _ in call.query)
