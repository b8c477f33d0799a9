"""Input that is read leniently, or refused for another reason than being wrong, as is legal."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import operation_of, promising_a_field, publishing
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

INVALID = "contract.generated.invalid_input_is_refused"
SHOWN = "contract.generated.shown_input_is_accepted"
MALFORMED = "contract.generated.malformed_bodies_are_refused"
FIELDS = "contract.generated.missing_headers_are_refused"
JUGGLED = "contract.generated.types_are_not_juggled"
IN_TIME = "contract.generated.answers_come_in_time"
STATUS = "contract.answers.status_is_documented"
SCHEMA = "contract.answers.body_matches_schema"
HEADERS = "contract.answers.declared_headers_are_there"
_NUMBER = re.compile(r"\s*\+?0*([0-9]+)(\.0+)?\s*")
_KEY = "Idempotency-Key"
_ASIDE = "vnctThem"


@near_miss(spares=[INVALID, JUGGLED])
def numbers_of_queries_read_leniently(agency: Agency) -> Agency:
    """`?page=010`, `+10`, ` 10` and `10.0` are ten; queries are texts (OpenAPI, Parameter)."""

    def read(call: Call) -> Call:
        query = tuple(
            (name, found[1] if (found := _NUMBER.fullmatch(value)) else value)
            for name, value in call.query
        )
        return replace(call, query=query)

    return agency.reading(read)


@near_miss(spares=[INVALID])
def empty_parameters_are_absent(agency: Agency) -> Agency:
    """What stands empty in the query was not filled in by anybody, and filters nothing."""

    def read(call: Call) -> Call:
        return replace(call, query=tuple(pair for pair in call.query if pair[1].strip()))

    return agency.reading(read)


@near_miss(spares=[INVALID, JUGGLED])
def null_is_taken_for_absent(agency: Agency) -> Agency:
    """A member of a body that is null counts as not sent, as binders of many languages have it."""

    def read(call: Call) -> Call:
        try:
            value = json.loads(call.body or b"")
        except (ValueError, RecursionError):
            return call
        return replace(call, body=json.dumps(_without_null(value)).encode())

    return agency.reading(read)


@near_miss(spares=[INVALID])
def last_of_two_values_counts(agency: Agency) -> Agency:
    """Of a parameter given twice the last value counts; OpenAPI leaves that open."""

    def read(call: Call) -> Call:
        return replace(call, query=tuple(dict(call.query).items()))

    return agency.reading(read)


@near_miss(spares=[INVALID])
def malformed_codes_are_not_found(agency: Agency) -> Agency:
    """A code in the path that cannot be one names nothing: 404 rather than 400 (RFC 9110)."""

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != 400 or call.method != "GET" or not call.arguments or call.query:
            return made
        return _problem(404, "Not Found")

    return agency.bending_answers(bend)


@near_miss(spares=[INVALID, MALFORMED, JUGGLED])
def wrong_input_is_unprocessable(agency: Agency) -> Agency:
    """Bodies that are wrong in whatever way are refused with 422 (RFC 9110, section 15.5.21)."""

    def bend(call: Call, made: Answer) -> Answer:
        wrong = made.status == 400 and call.method in {"POST", "PUT"}
        return _problem(422, "Unprocessable Content") if wrong else made

    return agency.bending_answers(bend)


@near_miss(spares=[INVALID, SHOWN])
def rule_of_business_refuses(agency: Agency) -> Agency:
    """Who is born in the future, or was on a leap day, is refused by a rule: 422."""

    def refuse(call: Call) -> Answer | None:
        odd = re.search(rb'"ngaySinh": ?"(2[1-9]|[3-9]|2024-02-29)', call.body or b"")
        return _problem(422, "Unprocessable Content") if odd else None

    return agency.intercepting(refuse)


@near_miss(spares=[INVALID, STATUS])
def rule_of_business_is_a_conflict(agency: Agency) -> Agency:
    """A subscription with much content is in conflict with a rule: 409 (RFC 9110)."""

    def refuse(call: Call) -> Answer | None:
        long = call.method == "PUT" and len(call.body or b"") > 400
        return _problem(409, "Conflict") if long else None

    return agency.intercepting(refuse)


@near_miss(spares=[INVALID, MALFORMED])
def taken_first_and_looked_at_later(agency: Agency) -> Agency:
    """Steps in sound JSON are queued unread: 202, and refused later (RFC 9110, 15.3.3)."""

    def take(call: Call, made: Answer) -> Answer:
        if call.asks != "addProgress" or made.status not in {201, 400} or not _is_json(call):
            return made
        return Answer(202, (("Cache-Control", "no-store"),))

    def change(found: dict[str, Any]) -> None:
        responses = operation_of(found, "addProgress")["responses"]
        responses["202"] = {"description": "Đã nhận, sẽ xem xét sau."}

    return publishing(agency.bending_answers(take), change)


@near_miss(spares=[INVALID, SCHEMA])
def unknown_members_are_ignored(agency: Agency) -> Agency:
    """Members that the contract does not forbid are passed over (JSON Schema)."""
    first = ("DossierSubmission", "LogIn", "Supplement", "Withdrawal", "SubscriptionInput")
    names = (*first, "ProgressEntry")

    def change(document: dict[str, Any]) -> None:
        for name in names:
            document["components"]["schemas"][name]["additionalProperties"] = True

    bent = agency.with_(members_ignored=frozenset({_ASIDE}))
    return publishing(bent, change)


@near_miss(spares=[INVALID])
def blanks_are_trimmed(agency: Agency) -> Agency:
    """Blanks around the values of a query are cut off before they are looked at."""

    def read(call: Call) -> Call:
        return replace(call, query=tuple((name, value.strip()) for name, value in call.query))

    return agency.reading(read)


@near_miss(spares=[FIELDS])
def missing_key_is_a_precondition(agency: Agency) -> Agency:
    """Who records a step without the key is told that it is required: 428 (RFC 6585)."""

    def refuse(call: Call) -> Answer | None:
        asked = call.method == "POST" and call.path.endswith("/progress")
        missing = asked and call.first("authorization") and not call.first(_KEY)
        return _problem(428, "Precondition Required") if missing else None

    return promising_a_field(agency.intercepting(refuse), "addProgress", _KEY)


@near_miss(spares=[IN_TIME])
def map_is_slow_for_everybody(agency: Agency) -> Agency:
    """The map takes its time, whatever is asked: no value makes it slow."""

    def bend(call: Call, made: Answer) -> Answer:
        return replace(made, seconds=1.6) if call.asks == "listAgencyLocations" else made

    return agency.bending_answers(bend)


@near_miss(spares=[HEADERS])
def optional_field_comes_and_goes(agency: Agency) -> Agency:
    """A field that the contract has and does not require is there where there is something."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != "listProcedures" or made.status != 200:
            return made
        found = json.loads(made.body or b"{}").get("items")
        return made.plus(("So-Muc", str(len(found)))) if found else made

    def change(document: dict[str, Any]) -> None:
        success = operation_of(document, "listProcedures")["responses"]["200"]
        field = {"description": "Số mục, nếu có.", "schema": {"type": "integer"}}
        success["headers"] = {**success.get("headers", {}), "So-Muc": field}

    return publishing(agency.bending_answers(bend), change)


def _is_json(call: Call) -> bool:
    try:
        json.loads(call.body or b"")
    except (ValueError, RecursionError):
        return False
    return True


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(part) for name, part in value.items() if part is not None}
    return [_without_null(part) for part in value] if isinstance(value, list) else value


def _problem(status: int, title: str) -> Answer:
    told = f'{{"type": "about:blank", "title": "{title}", "status": {status}}}'
    return Answer(status, (("Content-Type", PROBLEM),), told.encode())
