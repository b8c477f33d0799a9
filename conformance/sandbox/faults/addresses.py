"""Addresses that a caller names, taken at their word."""

from __future__ import annotations

from conformance.sandbox import bending, database, fetching
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

FETCHED = "injection.addresses.addresses_are_not_fetched"
CALLED = "injection.addresses.internal_callbacks_are_refused"


@fault(breaks=[FETCHED])
def addresses_fetched(agency: Agency) -> Agency:
    """Whatever address a caller names is fetched, and what went wrong is told."""

    def hook(call: Call) -> Answer | None:
        address = bending.named_address(call)
        if address is None:
            return None
        try:
            return _shown(fetching.fetched(address))
        except OSError as error:
            return database.refused(400, f"Không tải được biểu trưng: {error}")

    return bending.taking_an_address(agency).intercepting(hook)


@fault(breaks=[FETCHED])
def local_files_fetched(agency: Agency) -> Agency:
    """Addresses inside are refused, by their host alone: files have none."""

    def hook(call: Call) -> Answer | None:
        address = bending.named_address(call)
        if address is None:
            return None
        if address.startswith("file:"):
            return _shown(fetching.fetched(address))
        return database.refused(400, "Địa chỉ không được phép.")

    return bending.taking_an_address(agency).intercepting(hook)


@fault(breaks=[CALLED])
def callbacks_to_the_inside(agency: Agency) -> Agency:
    """Whoever subscribes may have news sent to the server's own machine."""
    return bending.calling_back(agency)


@fault(breaks=[CALLED])
def callbacks_to_the_metadata(agency: Agency) -> Agency:
    """Callbacks to the server's own machine are refused, those to a cloud's metadata are not."""

    def hook(call: Call) -> Answer | None:
        named = b"127.0.0.1" in (call.body or b"") and call.asks == "putSubscription"
        return database.refused(400, "Địa chỉ không được phép.") if named else None

    return bending.calling_back(agency).intercepting(hook)


def _shown(content: bytes) -> Answer:
    return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), content)
