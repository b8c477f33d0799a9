"""What only looks like a secret, like more than was promised, or like somebody's address."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import each_item, operation_of, publishing
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

UNDECLARED = "privacy.undeclared.no_undeclared_personal_data_or_secrets"
SECRETS = "privacy.secrets.secrets_are_not_handed_back"
LINKS = "privacy.addresses.links_name_nobody"
SAMPLES = "privacy.addresses.samples_in_urls_are_nobodys"


@near_miss(spares=[UNDECLARED, SECRETS])
def passwords_blanked_out(agency: Agency) -> Agency:
    """Accounts have a password, of which nothing is told; when it was changed is no secret."""
    shown = {
        "matKhau": "********",
        "password": None,
        "passwordChangedAt": "2026-01-05T08:00:00+07:00",
        "coMatKhau": True,
    }

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "listAccounts":
            return value
        return {**value, "items": [{**item, **shown} for item in value["items"]]}

    return agency.bending_values(bend)


@near_miss(spares=[UNDECLARED, SECRETS])
def labels_named_like_fields(agency: Agency) -> Agency:
    """Labels for a form stand under the names of its fields, in a map that is declared."""
    labels = {"password": "Mật khẩu đăng nhập", "soDinhDanh": "Số định danh cá nhân"}
    document = deepcopy(dict(agency.contract.document))
    schema = document["components"]["schemas"]["ProcedureSummary"]
    label = {"type": "string", "maxLength": 100}
    schema["properties"]["nhan"] = {
        "type": "object",
        "maxProperties": 50,
        "additionalProperties": label,
    }
    agency = agency.with_(contract=replace(agency.contract, document=document))
    return agency.bending_values(each_item(lambda item: {**item, "nhan": labels}))


@near_miss(spares=[UNDECLARED])
def contacts_beyond_the_contract(agency: Agency) -> Agency:
    """Nobody declared the hotline and the e-mail address; they are an office's."""
    office = {"duongDayNong": "19001234", "email": "mot-cua@example.com", "dienThoai": "0900000003"}
    return agency.bending_values(each_item(lambda item: {**item, "donVi": office}))


@near_miss(spares=[LINKS])
def links_to_times_and_mailboxes(agency: Agency) -> Agency:
    """Twelve digits of a time stand in one link, an office's mailbox in another (RFC 6068)."""
    links = {
        "banIn": "/ban-in/202607010830?phienBan=202607010831",
        "hoTro": "mailto:mot-cua@example.com",
        "traCuu": "/people/search?phone=19001234",
    }
    return agency.bending_values(each_item(lambda item: {**item, "lienKet": links}))


@near_miss(spares=[SAMPLES])
def samples_of_twelve_digits(agency: Agency) -> Agency:
    """A sample of twelve digits is a time; one of ten is a tax code, not a telephone number."""

    def change(document: dict[str, Any]) -> None:
        for name, sample in (("tuLuc", "202607010830"), ("maDoanhNghiep", "0300588569")):
            schema = {"type": "string", "maxLength": 14}
            operation_of(document, "listProcedures")["parameters"].append(
                {"name": name, "in": "query", "schema": schema, "example": sample}
            )

    return publishing(agency, change)
