"""Refusals of what is not one's own, in other words."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import ASSIGNED, promising_no_security
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

LISTED = "authorization.ownership.others_are_not_listed"
READ = "authorization.ownership.others_cannot_read"
CHANGE = "authorization.ownership.others_cannot_change"
PRIVILEGED = "authorization.functions.privileged_functions_are_closed"
OFFICE = "authorization.functions.functions_of_office_are_closed"
MEMBERS = "authorization.properties.privileged_members_are_ignored"


@near_miss(spares=[READ, CHANGE])
def dossiers_of_others_are_forbidden(agency: Agency) -> Agency:
    """Somebody else's dossier is answered 403 instead of 404 (RFC 9110, 15.5.4)."""
    return agency.with_(others_status=403)


@near_miss(spares=[PRIVILEGED, "identity.challenges.known_callers_are_not_asked_again"])
def administration_hides_itself(agency: Agency) -> Agency:
    """Who is no administrator finds nothing there: 404 (RFC 9110, 15.5.4)."""
    return agency.with_(outsider_status=404)


@near_miss(spares=[OFFICE])
def progress_hides_from_citizens(agency: Agency) -> Agency:
    """Who is no official finds nowhere to record progress: 404 (RFC 9110, 15.5.4)."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != "addProgress" or made.status != 403:
            return made
        body = b'{"type": "about:blank", "title": "Not Found", "status": 404}'
        return replace(made, status=404).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


@near_miss(spares=[MEMBERS])
def privileged_members_dropped(agency: Agency) -> Agency:
    """Members that are not the caller's to set are dropped silently (JSON Schema, readOnly)."""
    return agency.with_(members_ignored=ASSIGNED)


@near_miss(
    spares=[
        "authorization.ownership.others_cannot_read",
        "authorization.functions.privileged_functions_are_closed",
        "privacy.exposure.owned_data_are_closed_to_strangers",
    ]
)
def security_that_the_contract_does_not_tell(agency: Agency) -> Agency:
    """The contract says that anybody may read; the agency asks who calls, and whether they may."""
    return promising_no_security(
        agency, "listDossiers", "getDossier", "listProgress", "listAccounts", "listAuditEvents"
    )


@near_miss(spares=[LISTED])
def dossiers_numbered_for_each_reader(agency: Agency) -> Agency:
    """Everybody's list counts its entries from 1, and an entry is known by its number there."""
    document = deepcopy(dict(agency.contract.document))
    document["paths"]["/dossiers"]["get"]["x-vnda-list"]["id"] = "/stt"
    summary = document["components"]["schemas"]["DossierSummary"]
    summary["properties"]["stt"] = {"type": "integer", "minimum": 1, "maximum": 1_000_000}

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "listDossiers":
            return value
        first = (value["page"] - 1) * value["size"] + 1
        items = [{"stt": n, **item} for n, item in enumerate(value["items"], first)]
        return {**value, "items": items}

    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract).bending_values(bend)
