"""National identifiers that are not what they are taken for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import fault

PERSONAL = "formats.identifiers.personal_ids_are_right"
TAX = "formats.identifiers.tax_codes_are_right"
TEXTS = "formats.identifiers.codes_are_texts"
SCHEMA = "contract.answers.body_matches_schema"
DECLARED = "formats.declared.values_have_their_formats"


# A commune of Huế, and the number before its own, which is no commune's since July 2025.
_RENUMBERED, _MERGED = "19815", "19814"


def _tax_codes(agency: Agency, change: Callable[[str], Any]) -> Agency:
    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listAdministrativeUnits":
            return value
        items = [{**item, "maSoThue": change(item["maSoThue"])} for item in value["items"]]
        return {**value, "items": items}

    return agency.bending_values(hook)


def _applicants(agency: Agency, change: Callable[[str], Any]) -> Agency:
    def hook(_call: Call, value: Any) -> Any:
        if not isinstance(value, dict) or "chuHoSo" not in value:
            return value
        applicant = value["chuHoSo"]
        return {
            **value,
            "chuHoSo": {**applicant, "soDinhDanh": change(applicant["soDinhDanh"])},
        }

    return agency.bending_values(hook)


@fault(breaks=[TAX], also=[DECLARED])
def tax_code_with_a_wrong_check_digit(agency: Agency) -> Agency:
    """The last digit of every tax code does not fit the others."""
    return _tax_codes(agency, lambda code: code[:-1] + str((int(code[-1]) + 1) % 10))


@fault(breaks=[TAX], also=[DECLARED, SCHEMA])
def tax_code_cut(agency: Agency) -> Agency:
    """Tax codes have lost their first digit, a zero."""
    return _tax_codes(agency, lambda code: code[1:])


@fault(breaks=[TEXTS], also=[TAX, SCHEMA])
def tax_code_as_a_number(agency: Agency) -> Agency:
    """Tax codes are numbers, so the zeros at their beginning are lost."""
    return _tax_codes(agency, int)


@fault(breaks=[TEXTS], also=[PERSONAL, SCHEMA])
def personal_number_as_a_number(agency: Agency) -> Agency:
    """The applicant's personal number is a JSON number."""
    return _applicants(agency, int)


@fault(breaks=[PERSONAL], also=[DECLARED, SCHEMA])
def personal_number_of_eleven_digits(agency: Agency) -> Agency:
    """The personal number has lost its first digit, as spreadsheets make it."""
    return _applicants(agency, lambda number: number[1:])


@fault(breaks=[PERSONAL], also=[DECLARED, SCHEMA])
def personal_number_in_groups(agency: Agency) -> Agency:
    """The personal number is written for the eye, in groups of three digits."""
    return _applicants(
        agency, lambda number: " ".join(number[at : at + 3] for at in range(0, 12, 3))
    )


@fault(breaks=[TEXTS], also=[SCHEMA])
def dossier_codes_are_serial_numbers(agency: Agency) -> Agency:
    """The list names dossiers by a serial number, a JSON number, in the place of their code."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listDossiers":
            return value
        items = [{**item, "maHoSo": int(item["maHoSo"][-5:])} for item in value["items"]]
        return {**value, "items": items}

    return agency.bending_values(hook)


@fault(breaks=[DECLARED])
def commune_code_of_before_the_merger(agency: Agency) -> Agency:
    """One commune of the list still has the code that it had until June 2025."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listAdministrativeUnits":
            return value
        items = [
            {**item, "maXa": _MERGED} if item["maXa"] == _RENUMBERED else item
            for item in value["items"]
        ]
        return {**value, "items": items}

    return agency.bending_values(hook)


@fault(breaks=[DECLARED])
def mail_address_without_a_domain(agency: Agency) -> Agency:
    """The mail address of the applicant was cut behind its @."""

    def hook(_call: Call, value: Any) -> Any:
        if not isinstance(value, dict) or "email" not in value.get("chuHoSo", {}):
            return value
        applicant = value["chuHoSo"]
        cut = applicant["email"].partition("@")[0] + "@"
        return {**value, "chuHoSo": {**applicant, "email": cut}}

    return agency.bending_values(hook)
