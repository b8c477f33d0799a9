"""Other versions of an interface that may be there."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import serving, serving_also, with_a_version
from conformance.sandbox.faults.versions import CLOSED
from conformance.sandbox.variations import near_miss

_ENDED = """{"message": "Phiên bản này đã ngừng hoạt động, hãy dùng /v2", "items": []}"""


@near_miss(spares=[CLOSED])
def old_version_is_locked_too(agency: Agency) -> Agency:
    """The first version is still served, to whoever shows a token (OWASP API9:2023)."""
    return serving_also(with_a_version(agency), "v1")


@near_miss(spares=[CLOSED])
def old_version_says_that_it_ended(agency: Agency) -> Agency:
    """At the old address stands a note for everybody, with 200 and no data (OWASP API9:2023)."""
    versioned = with_a_version(agency)
    place = next(o.template for o in agency.contract.operations if o.id == "listAccounts")
    return versioned.intercepting(serving(f"/v1{place}", "application/json", _ENDED))
