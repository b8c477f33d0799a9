"""National identifiers that look odd and are right."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

PERSONAL = "formats.identifiers.personal_ids_are_right"
TAX = "formats.identifiers.tax_codes_are_right"
TEXTS = "formats.identifiers.codes_are_texts"
DECLARED = "formats.declared.values_have_their_formats"


@near_miss(spares=[TAX])
def tax_codes_of_branches(agency: Agency) -> Agency:
    """A dependent unit has the code of its body and three digits more (Circular 86/2024/TT-BTC)."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listAdministrativeUnits":
            return value
        items = [
            {**item, "maSoThue": f"{item['maSoThue']}-{number + 1:03d}"}
            for number, item in enumerate(value["items"])
        ]
        return {**value, "items": items}

    return agency.bending_values(hook)


@near_miss(spares=[PERSONAL, TEXTS])
def personal_number_registered_abroad(agency: Agency) -> Agency:
    """A personal number may begin with the code of a country, and with a century after this."""

    def hook(_call: Call, value: Any) -> Any:
        if not isinstance(value, dict) or "chuHoSo" not in value:
            return value
        return {**value, "chuHoSo": {**value["chuHoSo"], "soDinhDanh": "000985000001"}}

    return agency.bending_values(hook)


@near_miss(spares=[DECLARED])
def mail_and_telephone_written_in_other_ways(agency: Agency) -> Agency:
    """A mailbox may hold an apostrophe and a plus, a number begin with the code of the country."""

    def hook(_call: Call, value: Any) -> Any:
        if not isinstance(value, dict) or "chuHoSo" not in value:
            return value
        told = {"email": "h'mong+ho.so@mail-x.example", "soDienThoai": "+84900000001"}
        return {**value, "chuHoSo": {**value["chuHoSo"], **told}}

    return agency.bending_values(hook)
