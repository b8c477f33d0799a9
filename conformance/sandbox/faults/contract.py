"""Answers that the contract does not announce."""

from __future__ import annotations

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
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

STATUS = "contract.answers.status_is_documented"
TYPE = "contract.answers.type_is_documented"
SCHEMA = "contract.answers.body_matches_schema"
DECLARED = "formats.declared.values_have_their_formats"
BREAKS = "contract.answers.server_does_not_break"


@fault(breaks=[STATUS])
def status_not_announced(agency: Agency) -> Agency:
    """The list of procedures is answered 203, which the contract does not name."""
    return agency.bending_answers(when_asked(LIST, lambda _call, made: replace(made, status=203)))


@fault(breaks=[STATUS])
def part_sent_for_the_whole(agency: Agency) -> Agency:
    """A procedure is answered 206 though no range was asked for."""
    return agency.bending_answers(
        when_asked("getProcedure", lambda _call, made: replace(made, status=206))
    )


@fault(breaks=[TYPE])
def type_not_announced(agency: Agency) -> Agency:
    """The list of procedures comes in a media type that the contract does not name."""
    return agency.bending_answers(
        when_asked(
            LIST,
            lambda _call, made: made.with_field("Content-Type", "application/vnd.example+json"),
        )
    )


@fault(breaks=[TYPE])
def table_instead_of_json(agency: Agency) -> Agency:
    """The list of procedures is a CSV table, which the contract does not name."""
    table = "maThuTuc,tenThuTuc\r\n1.004222,Đăng ký thường trú\r\n"
    return agency.bending_answers(
        when_asked(
            LIST, lambda _call, made: made.with_body(table.encode(), "text/csv; charset=utf-8")
        )
    )


@fault(breaks=[SCHEMA])
def member_missing(agency: Agency) -> Agency:
    """A member that the contract requires is not there."""
    return agency.bending_values(each_item(lambda item: without(item, "tenThuTuc")))


@fault(breaks=[SCHEMA])
def member_missing_under_any_type(agency: Agency) -> Agency:
    """A required member is not there; the contract has the schema under `*/*`."""
    return announcing_any_type(member_missing(agency))


@fault(breaks=[SCHEMA])
def number_as_text(agency: Agency) -> Agency:
    """A fee is a string where the contract has an integer."""
    return agency.bending_values(each_item(lambda item: {**item, "lePhi": f"{item['lePhi']}"}))


@fault(breaks=[SCHEMA])
def null_where_none_is_allowed(agency: Agency) -> Agency:
    """A required text is null."""
    return agency.bending_values(each_item(lambda item: {**item, "tenLinhVuc": None}))


@fault(breaks=[SCHEMA])
def state_outside_the_list(agency: Agency) -> Agency:
    """Dossiers are in a state that the code list does not have."""

    def bend(_call: Call, value: Any) -> Any:
        return {**value, "trangThai": "11"} if "trangThai" in value else value

    return agency.bending_values(bend)


@fault(breaks=[SCHEMA], also=[DECLARED])
def code_of_another_shape(agency: Agency) -> Agency:
    """Procedure codes have lost their dot."""
    return agency.bending_values(
        each_item(lambda item: {**item, "maThuTuc": item["maThuTuc"].replace(".", "")})
    )


@fault(breaks=[BREAKS])
def withdrawing_breaks(agency: Agency) -> Agency:
    """Withdrawing a dossier ends in an internal error."""
    return agency.bending_answers(_failing("withdrawDossier", 500))


@fault(breaks=[BREAKS])
def busy_without_saying_when(agency: Agency) -> Agency:
    """The agency is unavailable for supplements and does not say when to come back."""
    return agency.bending_answers(_failing("supplementDossier", 503))


def _failing(operation: str, status: int) -> Any:
    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != operation or made.status >= 300:
            return made
        problem = f'{{"type": "about:blank", "title": "Error", "status": {status}}}'
        failed = replace(made, status=status)
        return failed.with_body(problem.encode(), "application/problem+json")

    return bend
