"""Answers that the contract leaves room for."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import (
    LIST,
    announcing_any_type,
    each_item,
    when_asked,
    without,
)
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

STATUS = "contract.answers.status_is_documented"
TYPE = "contract.answers.type_is_documented"
SCHEMA = "contract.answers.body_matches_schema"
NUMBERS = "formats.json.numbers_are_interoperable"


@near_miss(spares=[STATUS, TYPE, SCHEMA])
def another_success_of_the_range(agency: Agency) -> Agency:
    """A step of progress is answered 200; the contract announces the range 2XX (OpenAPI 3.1)."""
    return agency.bending_answers(
        when_asked("addProgress", lambda _call, made: replace(made, status=200))
    )


@near_miss(spares=[TYPE, SCHEMA])
def any_type_announced(agency: Agency) -> Agency:
    """The contract has a body's schema under `*/*` (OpenAPI, Media Type Object: ranges)."""
    return announcing_any_type(agency)


@near_miss(spares=[SCHEMA])
def members_nobody_announced(agency: Agency) -> Agency:
    """Objects have further members; the schemas are open (JSON Schema, additionalProperties)."""
    return agency.bending_values(
        each_item(lambda item: {**item, "mucDo": "toàn trình", "lienKet": [{"href": "#"}]})
    )


@near_miss(spares=[SCHEMA])
def members_in_another_order(agency: Agency) -> Agency:
    """The members of an object have no order (RFC 8259, 4)."""
    return agency.bending_values(each_item(lambda item: dict(reversed(item.items()))))


@near_miss(spares=[SCHEMA, NUMBERS])
def integers_with_a_point(agency: Agency) -> Agency:
    """3.0 is an integer to JSON Schema (draft 2020-12, 6.1.1)."""

    def bend(call: Call, value: Any) -> Any:
        return {**value, "total": float(value["total"])} if call.asks == LIST else value

    return agency.bending_values(bend)


@near_miss(spares=[SCHEMA])
def optional_members_absent(agency: Agency) -> Agency:
    """An applicant without an e-mail address: what is not required may be missing."""

    def bend(_call: Call, value: Any) -> Any:
        if "chuHoSo" not in value:
            return value
        return {**value, "chuHoSo": without(value["chuHoSo"], "email")}

    return agency.bending_values(bend)


@near_miss(spares=[SCHEMA])
def list_is_empty(agency: Agency) -> Agency:
    """Nothing is in the list; an empty array has every kind of items (JSON Schema, items)."""

    def bend(call: Call, value: Any) -> Any:
        return {**value, "items": [], "total": 0} if call.asks == "listProgress" else value

    return agency.bending_values(bend)


@near_miss(spares=[SCHEMA])
def member_that_only_requests_carry(agency: Agency) -> Agency:
    """A required member is `writeOnly`; it is required in requests only (OpenAPI 3.0.3, Schema)."""
    document = deepcopy(dict(agency.contract.document))
    paper = document["components"]["schemas"]["Procedure"]["allOf"][1]
    paper["required"] = [*paper["required"], "maXacNhan"]
    paper["properties"]["maXacNhan"] = {"type": "string", "writeOnly": True}
    return agency.with_(contract=replace(agency.contract, document=document))
