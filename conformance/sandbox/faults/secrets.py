"""Answers that tell more than they promise: personal data, secrets, addresses of people."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import each_item, operation_of, publishing, when_asked
from conformance.sandbox.demonstration import APPLICANT_A, APPLICANT_B
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

UNDECLARED = "privacy.undeclared.no_undeclared_personal_data_or_secrets"
SECRETS = "privacy.secrets.secrets_are_not_handed_back"
LINKS = "privacy.addresses.links_name_nobody"
SAMPLES = "privacy.addresses.samples_in_urls_are_nobodys"


@fault(breaks=[UNDECLARED, SECRETS])
def password_digests_in_the_list_of_accounts(agency: Agency) -> Agency:
    """The list of accounts is the row of the table, with the digest of the password."""
    digest = "$2b$12$" + "Vd9mQxR3kLw7nBzTtYh5".ljust(53, "u")
    return agency.bending_values(_in_items("listAccounts", {"matKhauHash": digest}))


@fault(breaks=[UNDECLARED])
def official_with_personal_number(agency: Agency) -> Agency:
    """Inside an object that the contract does not know stands the official's personal number."""
    official = {"hoTen": "Trần Văn Minh", "canCuoc": {"soDinhDanh": APPLICANT_B["soDinhDanh"]}}
    return agency.bending_values(_in_items("listProgress", {"canBo": official}))


@fault(breaks=[SECRETS])
def private_key_in_the_settings(agency: Agency) -> Agency:
    """Every procedure brings the key with which results are signed."""
    text = base64.encodebytes(b"no key of anybody, only as long as one. " * 6).decode("ascii")
    key = f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n"
    return agency.bending_values(each_item(lambda item: {**item, "kySo": {"cauHinh": key}}))


@fault(breaks=[SECRETS], also=[UNDECLARED])
def password_handed_back_at_log_in(agency: Agency) -> Agency:
    """Who logs in is sent back what he logged in with."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "createSession":
            return value
        return {**value, "password": json.loads(call.body or b"{}").get("password")}

    return agency.bending_values(bend)


@fault(breaks=[LINKS])
def link_by_personal_number(agency: Agency) -> Agency:
    """Each procedure links to a page of the citizen who asked last, by the personal number."""
    place = f"/cong-dan/{APPLICANT_A['soDinhDanh']}/ho-so"
    return agency.bending_values(each_item(lambda item: {**item, "lienKet": place}))


@fault(breaks=[LINKS])
def location_tells_who_asked(agency: Agency) -> Agency:
    """The Location of a new dossier repeats the applicant's telephone number."""

    def bend(_call: Call, made: Answer) -> Answer:
        told = f"{made.get('Location')}?soDienThoai={APPLICANT_A['soDienThoai']}"
        return made.with_field("Location", told)

    return agency.bending_answers(when_asked("createDossier", bend))


@fault(breaks=[SAMPLES])
def search_by_address_of_a_person(agency: Agency) -> Agency:
    """The contract shows that a parameter of the query, called creator, takes an e-mail address."""
    return _with_parameter(agency, {"name": "nguoiTao", "example": "an.nguyen@example.com"})


@fault(breaks=[SAMPLES])
def search_by_personal_number(agency: Agency) -> Agency:
    """A parameter is called reference; its sample, deep in the schema, is a personal number."""
    schema = {"type": "string", "maxLength": 12, "examples": ["099190000001"]}
    return _with_parameter(agency, {"name": "thamChieu", "schema": schema})


def _in_items(operation: str, members: Mapping[str, Any]) -> Callable[[Call, Any], Any]:
    def bend(call: Call, value: Any) -> Any:
        if call.asks != operation:
            return value
        return {**value, "items": [{**item, **members} for item in value["items"]]}

    return bend


def _with_parameter(agency: Agency, parameter: Mapping[str, Any]) -> Agency:
    def change(document: dict[str, Any]) -> None:
        whole = {"in": "query", "schema": {"type": "string", "maxLength": 100}, **parameter}
        operation_of(document, "listProcedures")["parameters"].append(whole)

    return publishing(agency, change)
