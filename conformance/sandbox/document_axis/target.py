"""What the target file of the document axis says."""

from __future__ import annotations

from typing import Any

from conformance.sandbox import authorisation, demonstration
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.demonstration import Person
from conformance.sandbox.document_axis import data
from conformance.sandbox.target import ATTESTABLE, attestation, id_token
from conformance.sandbox.tokens import HOUR


def parts(agency: Agency, authority: Server, base_url: str) -> dict[str, Any]:
    """Return identities, examples, operations and attestations."""
    return {
        "identities": _identities(agency, authority, base_url),
        "issuer": {"url": base_url, "jwks_url": authorisation.JWKS},
        "examples": _examples(),
        "operations": {
            "personal": [
                *("sendDocument", "listDocuments", "getDocument"),
                *("addStatus", "listStatuses"),
            ],
            "public": ["listAgencies"],
            "privileged": [],
        },
        "fields": {"personal_id": "none", "tax_code": "none", "code": "/**/organId"},
        "attestations": [attestation(requirement) for requirement in ATTESTABLE],
    }


def _identities(agency: Agency, authority: Server, base_url: str) -> dict[str, Any]:
    """Return who may call, and tokens that were really issued and must not be accepted."""

    def bearer(person: Person, **claims: Any) -> dict[str, Any]:
        claims = {"issuer": base_url, "seconds": 24 * HOUR, **claims}
        return {"bearer": f"demo:{authority.access_token(agency, person, **claims)}"}

    sender = demonstration.AGENCY_A
    return {
        **{person.name: bearer(person) for person in demonstration.AGENCIES},
        "expired": bearer(sender, begins=-2 * HOUR, seconds=HOUR),
        "premature": bearer(sender, begins=2 * HOUR),
        "foreign": bearer(sender, aud=f"{agency.contract.system}-statistics"),
        "id_token": id_token(agency, authority, sender, base_url),
    }


def _examples() -> dict[str, Any]:
    sender, receiver = demonstration.AGENCY_A.name, demonstration.RECEIVER.name
    sent = {"docId": {"from": "sendDocument", "take": "/docId"}}
    return {
        # Each message carries a document of its own: one that was sent is not taken again.
        "sendDocument": {"owner": sender, "body": {"fresh": new_message()}},
        "getDocument": {**sent, "owner": sender},
        "listDocuments": {"owner": sender, "direction": "sent"},
        "listStatuses": {**sent, "owner": sender},
        "addStatus": {
            **sent,
            "owner": receiver,
            "body": {"status": "03", "note": "Đã tiếp nhận văn bản"},
        },
    }


def new_message() -> str:
    """Return a message that agency A may send, with `{}` in the place of the document's number."""
    subject = "Đề nghị hướng dẫn số hóa kết quả giải quyết thủ tục hành chính"
    return data.message(data.HUE, (data.JUSTICE,), "2026-10-01", "{}", subject)
