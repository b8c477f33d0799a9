"""Parameters of the query that nobody knows, treated in another legal way."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import urlencode

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import LIST
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

ALIKE = "http.queries.unknown_parameters_are_treated_alike"


@near_miss(spares=[ALIKE])
def unknown_parameters_refused_everywhere(agency: Agency) -> Agency:
    """No operation takes a parameter that its contract does not have (RFC 9110, 15.5.1)."""

    def hook(call: Call) -> Answer | None:
        known = {p.name for p in call.operation.parameters} if call.operation else set()
        if call.operation is None or all(name in known for name, _ in call.query):
            return None
        told = agency.encode({"type": "about:blank", "title": "Bad Request", "status": 400})
        return Answer(400, (("Content-Type", PROBLEM),), told)

    return agency.intercepting(hook)


@near_miss(spares=[ALIKE])
def links_repeat_the_query(agency: Agency) -> Agency:
    """A link to the answer itself has the whole query in it, and a number counts the answers."""
    numbers = itertools.count(1)

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != 200 or call.asks != LIST:
            return made
        value: dict[str, Any] = json.loads(made.body)
        link = f"/procedures?{urlencode(call.query)}" if call.query else "/procedures"
        return made.with_body(
            agency.encode({**value, "lienKet": {"self": link}, "lanTraLoi": next(numbers)})
        )

    return agency.bending_answers(bend)
