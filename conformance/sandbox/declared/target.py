"""What the target file of a declared agency says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.declared.reading import Declared
from conformance.sandbox.target import ATTESTABLE, Certifying, attestation, identities


def parts(
    declared: Declared,
    agency: Agency,
    authority: Server,
    base_url: str,
    certificate: Certifying | None,
) -> dict[str, Any]:
    """Return identities, examples, operations and attestations."""
    operations = agency.contract.operations
    made: dict[str, Any] = {"identities": {}}
    if any(operation.secured for operation in operations):
        people = identities(
            agency, authority, base_url, style=agency.identities, certificate=certificate
        )
        # These log in at an operation that only the procedure system has.
        people.pop("session_a")
        made["identities"] = people
        made["issuer"] = {"url": base_url, "jwks_url": authorisation.JWKS}
    said: Mapping[str, Any] = declared.target
    attested = (*ATTESTABLE, *said.get("attested", ()))
    return {
        **made,
        "examples": said.get("examples", {}),
        "operations": {
            "personal": [o.id for o in operations if o.personal],
            "public": [o.id for o in operations if not o.secured],
            "privileged": [o.id for o in operations if o.privileged],
        },
        **{name: said[name] for name in ("roles", "fields", "lists") if name in said},
        "attestations": [attestation(name) for name in attested],
    }
