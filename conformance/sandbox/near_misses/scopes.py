"""Scopes that are demanded and looked at, in the ways that are just as good."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import promising_scopes
from conformance.sandbox.variations import near_miss

ENFORCED = "authorization.scopes.scopes_are_enforced"
_OPERATIONS = ("listDossiers", "getDossier", "createDossier")


@near_miss(spares=[ENFORCED])
def scopes_looked_at(agency: Agency) -> Agency:
    """A token without the scope is answered 403 (RFC 6750, 3.1)."""
    return promising_scopes(agency, *_OPERATIONS)


@near_miss(spares=[ENFORCED])
def scopes_as_a_list(agency: Agency) -> Agency:
    """Scopes are a list (`scp`), their want is told with 401 (RFC 6750, 3.1: 403 is a SHOULD)."""
    made = promising_scopes(agency, *_OPERATIONS)
    return made.with_(scope_claim=lambda scope: {"scp": [scope]}, unscoped_status=401)


@near_miss(spares=[ENFORCED])
def scopes_hidden_behind_404(agency: Agency) -> Agency:
    """Who lacks the scope is not told that anything is there (RFC 9110, 15.5.4)."""
    return promising_scopes(agency, *_OPERATIONS).with_(unscoped_status=404)
