"""Numbers and codes of a dossier that lost what makes them codes."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import in_members
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import fault

IDS = "formats.identifiers.personal_ids_are_right"
TEXTS = "formats.identifiers.codes_are_texts"
SCHEMA = "contract.answers.body_matches_schema"


@fault(breaks=[TEXTS, IDS], also=[SCHEMA])
def applicants_number_is_a_number(agency: Agency) -> Agency:
    """The applicant's personal number is a JSON number, so its leading zeros are lost."""
    change = in_members(int, "soDinhDanh")
    return agency.bending_values(lambda _call, value: change(value))


@fault(breaks=[IDS], also=[SCHEMA])
def applicants_number_lost_a_zero(agency: Agency) -> Agency:
    """The applicant's personal number is a text, but had been a number on its way."""
    change = in_members(lambda text: text.removeprefix("0"), "soDinhDanh")
    return agency.bending_values(lambda _call, value: change(value))


@fault(breaks=[TEXTS], also=[SCHEMA])
def dossier_codes_are_serial_numbers(agency: Agency) -> Agency:
    """The list names dossiers by a serial number, a JSON number, in the place of their code."""
    change = in_members(lambda code: int(code[-5:]), "maHoSo")

    def hook(call: Call, value: Any) -> Any:
        return change(value) if call.asks == "listDossiers" else value

    return agency.bending_values(hook)
