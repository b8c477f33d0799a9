"""Answers that break the contract for one unusual value only."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import LIST, operation_of, publishing
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

STATUS = "contract.answers.status_is_documented"
TYPE = "contract.answers.type_is_documented"
SCHEMA = "contract.answers.body_matches_schema"
HEADERS = "contract.answers.declared_headers_are_there"
BREAKS = "contract.answers.server_does_not_break"


@fault(breaks=[BREAKS])
def leap_day_breaks(agency: Agency) -> Agency:
    """Who was born on a leap day breaks the registration of dossiers."""

    def bend(call: Call, made: Answer) -> Answer:
        born = call.asks == "createDossier" and b'"2024-02-29"' in (call.body or b"")
        return _problem(500, "Internal Server Error") if born else made

    return agency.bending_answers(bend)


@fault(breaks=[STATUS])
def long_search_is_a_conflict(agency: Agency) -> Agency:
    """A search of a hundred letters, as the contract allows, is answered 409, which it has not."""

    def bend(call: Call, made: Answer) -> Answer:
        words = next((value for name, value in call.query if name == "tuKhoa"), "")
        return _problem(409, "Conflict") if call.asks == LIST and len(words) == 100 else made

    return agency.bending_answers(bend)


@fault(breaks=[TYPE])
def page_for_one_wrong_code(agency: Agency) -> Agency:
    """A wrong code of a field is refused by another layer: with a page in HTML."""

    def bend(call: Call, made: Answer) -> Answer:
        wrong = any(name == "maLinhVuc" for name, _ in call.query) and made.status == 400
        return made.with_body(PAGE.encode(), "text/html; charset=utf-8") if wrong else made

    return agency.bending_answers(bend)


@fault(breaks=[SCHEMA])
def largest_number_told_as_text(agency: Agency) -> Agency:
    """The largest number of copies that is allowed comes back as a text."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: "100" if name == "soLuong" and part == 100 else change(part)
                for name, part in value.items()
            }
        return [change(part) for part in value] if isinstance(value, list) else value

    return agency.bending_values(lambda _call, value: change(value))


@fault(breaks=[HEADERS])
def version_missing_where_nothing_is_found(agency: Agency) -> Agency:
    """The contract demands an ETag of each list; of a list that is empty there is none."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != LIST or made.status != 200 or json.loads(made.body or b"{}").get("items"):
            return made
        return made.without("ETag")

    return _demanding(agency, "ETag", {"type": "string"}).bending_answers(bend)


@fault(breaks=[HEADERS])
def count_in_words(agency: Agency) -> Agency:
    """A field that the contract has as a number says it in words."""

    def bend(call: Call, made: Answer) -> Answer:
        counted = call.asks == LIST and made.status == 200
        return made.plus(("So-Muc", "ba")) if counted else made

    return _demanding(agency, "So-Muc", {"type": "integer"}).bending_answers(bend)


def _demanding(agency: Agency, name: str, schema: dict[str, Any]) -> Agency:
    def change(document: dict[str, Any]) -> None:
        success = operation_of(document, LIST)["responses"]["200"]
        field = {"description": "Luôn có.", "required": True, "schema": schema}
        success["headers"] = {**success.get("headers", {}), name: field}

    return publishing(agency, change)


def _problem(status: int, title: str) -> Answer:
    told = f'{{"type": "about:blank", "title": "{title}", "status": {status}}}'
    return replace(Answer(status, (("Content-Type", PROBLEM),)), body=told.encode())
