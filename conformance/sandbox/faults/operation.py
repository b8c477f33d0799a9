"""A system that is not there at times, or tells monitors what only its operators need."""

from __future__ import annotations

import itertools

from conformance.sandbox.agency import Agency
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

STEADY = "operation.steadiness.reads_are_answered_steadily"
HEALTH = "operation.health.health_is_told_and_nothing_else"


@fault(breaks=[STEADY])
def gateway_fails_now_and_then(agency: Agency) -> Agency:
    """One read in seven never gets past the gateway: 502; asked again, it does."""
    return _failing(agency, 7, 502)


@fault(breaks=[STEADY])
def overloaded_without_saying_when(agency: Agency) -> Agency:
    """One read in six is answered 503, without a word about when to come back."""
    return _failing(agency, 6, 503)


@fault(breaks=[HEALTH])
def health_tells_the_database(agency: Agency) -> Agency:
    """Monitors, and everybody else, are told where the database is."""
    checks = {"database": {"status": "UP", "url": "jdbc:postgresql://db-01.noi-bo:5432/hoso"}}
    return agency.with_(health={"status": "UP", "components": checks})


@fault(breaks=[HEALTH])
def health_tells_products(agency: Agency) -> Agency:
    """Beside the state stand the products inside, with their versions."""
    return agency.with_(health={"status": "pass", "output": "ok; PostgreSQL 14.2; nginx/1.18.0"})


def _failing(agency: Agency, every: int, status: int) -> Agency:
    calls = itertools.count(1)

    def bend(call: Call, made: Answer) -> Answer:
        if call.operation is None or call.method != "GET" or next(calls) % every:
            return made
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return Answer(status, headers, PAGE.encode("utf-8"))

    return agency.bending_answers(bend)
