"""Other versions of an interface that were forgotten when it was locked."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import OTHER_VERSION, serving_also, with_a_version
from conformance.sandbox.demonstration import ADMINISTRATOR, Person
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import fault

CLOSED = "bypass.versions.other_versions_are_closed_too"


def _unlocked(call: Call) -> Person | None:
    """Return who is let in by another version, which asks nobody who he is."""
    return ADMINISTRATOR if call.first(OTHER_VERSION) else None


@fault(breaks=[CLOSED])
def old_version_left_open(agency: Agency) -> Agency:
    """Tokens came with the second version; the first is still there, and asks for none."""
    return serving_also(with_a_version(agency), "v1").with_(let_in=_unlocked)


@fault(breaks=[CLOSED])
def next_version_left_open(agency: Agency) -> Agency:
    """The third version is being tried out on the same server, not locked yet."""
    return serving_also(with_a_version(agency), "v3").with_(let_in=_unlocked)


@fault(breaks=[CLOSED])
def inner_version_left_open(agency: Agency) -> Agency:
    """What is meant for inner systems (`/internal/`) can be reached from outside, without a key."""
    return serving_also(with_a_version(agency), "internal").with_(let_in=_unlocked)
