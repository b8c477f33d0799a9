"""Personal numbers that are not shown, or not wholly."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import in_members, publishing, without
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

IDS = "formats.identifiers.personal_ids_are_right"
TEXTS = "formats.identifiers.codes_are_texts"


@near_miss(spares=[IDS, TEXTS])
def applicants_number_is_masked(agency: Agency) -> Agency:
    """Part of the personal number is hidden, as the contract says (data minimisation)."""

    def change(document: dict[str, Any]) -> None:
        applicant = document["components"]["schemas"]["Applicant"]
        applicant["properties"]["soDinhDanh"] = {
            "type": "string",
            "maxLength": 12,
            "pattern": r"^[0-9]{3}\*{6}[0-9]{3}$",
            "format": "vn-personal-id",
            "x-vnda-field": "dossier.applicant_id",
        }

    masked = in_members(lambda text: f"{text[:3]}******{text[-3:]}", "soDinhDanh")
    return publishing(agency.bending_values(lambda _call, value: masked(value)), change)


@near_miss(spares=[IDS, TEXTS])
def applicants_number_is_left_out(agency: Agency) -> Agency:
    """Dossiers do not tell the personal number, nor does the contract promise it (OpenAPI 3.1)."""

    def change(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Applicant"]["required"].remove("soDinhDanh")

    def hook(_call: Call, value: Any) -> Any:
        if "chuHoSo" not in value:
            return value
        return {**value, "chuHoSo": without(value["chuHoSo"], "soDinhDanh")}

    return publishing(agency.bending_values(hook), change)
