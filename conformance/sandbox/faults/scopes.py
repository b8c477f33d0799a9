"""Scopes that the contract demands and nobody, or not everybody, looks at."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency, has_scope
from conformance.sandbox.bending import promising_scopes
from conformance.sandbox.variations import fault

ENFORCED = "authorization.scopes.scopes_are_enforced"
_OPERATIONS = ("listDossiers", "getDossier", "createDossier")


@fault(breaks=[ENFORCED])
def scopes_not_looked_at(agency: Agency) -> Agency:
    """The contract demands a scope; a valid token is enough."""
    return promising_scopes(agency, *_OPERATIONS).with_(scope_fits=lambda *_: True)


@fault(breaks=[ENFORCED])
def scopes_compared_by_their_beginning(agency: Agency) -> Agency:
    """A scope that begins like the one demanded is taken for it: `ho-so:tom-tat` for `ho-so`."""

    def begins(_operation: str, scope: str, claimed: Any) -> bool:
        return str(claimed or "").startswith(scope)

    return promising_scopes(agency, *_OPERATIONS).with_(scope_fits=begins)


@fault(breaks=[ENFORCED])
def scope_forgotten_on_one_operation(agency: Agency) -> Agency:
    """Scopes are looked at, but for one operation of three that the contract lists."""

    def fits(operation: str, scope: str, claimed: Any) -> bool:
        return operation == "getDossier" or has_scope(operation, scope, claimed)

    return promising_scopes(agency, *_OPERATIONS).with_(scope_fits=fits)
