"""Addresses that a caller may name, and that are looked at before anything is done with them."""

from __future__ import annotations

import json

from conformance.sandbox import bending, database, fetching
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

FETCHED = "injection.addresses.addresses_are_not_fetched"
CALLED = "injection.addresses.internal_callbacks_are_refused"


@near_miss(spares=[FETCHED])
def addresses_of_a_list(agency: Agency) -> Agency:
    """Only addresses of a list are fetched; a refusal speaks of connections (RFC 9457, 3.1.4)."""

    def hook(call: Call) -> Answer | None:
        address = bending.named_address(call)
        if address is None:
            return None
        return database.refused(400, f"Connection refused by policy: {address}")

    return bending.taking_an_address(agency).intercepting(hook)


@near_miss(spares=[FETCHED, CALLED])
def callbacks_outside_only(agency: Agency) -> Agency:
    """Any address outside may be called back, as is agreed with webhooks (OWASP API7:2023)."""

    def hook(call: Call) -> Answer | None:
        if call.asks != "putSubscription":
            return None
        try:
            sent = json.loads(call.body or b"")
        except ValueError:
            return None
        address = sent.get(bending.CALLBACK) if isinstance(sent, dict) else None
        if isinstance(address, str) and fetching.is_internal(address):
            return database.refused(400, "Địa chỉ nội bộ không được phép.")
        return None

    return bending.calling_back(agency).intercepting(hook)
