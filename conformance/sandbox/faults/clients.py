"""Client certificates that are demanded in the contract, and not really."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.certified import Certified
from conformance.sandbox.demonstration import OFFICIAL
from conformance.sandbox.tls import Tls
from conformance.sandbox.variations import fault

DEMANDED = "identity.certificates.certificates_are_demanded"
VERIFIED = "identity.certificates.certificates_are_verified"
ENFORCED = "identity.enforcement.declared_security_is_enforced"
OFFICE = "authorization.functions.functions_of_office_are_closed"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"

_OPERATIONS = frozenset({"listDossiers", "addProgress"})


def _demanding(agency: Agency, certified: Certified, *, believes: bool = False) -> Agency:
    tls = Tls(asks=True, believes=believes)
    return agency.with_(tls=tls, certified=certified, published=certified.published)


@fault(breaks=[VERIFIED], also=[REFUSED], transport="tls")
def any_client_certificate_accepted(agency: Agency) -> Agency:
    """The listener asks for a certificate and takes any; the application believes its name."""
    return _demanding(agency, Certified(_OPERATIONS, verified=False), believes=True)


@fault(breaks=[VERIFIED], transport="tls")
def client_certificate_not_verified_with_token(agency: Agency) -> Agency:
    """Beside an access token any certificate of the right name will do."""
    certified = Certified(_OPERATIONS, with_token=True, verified=False)
    return _demanding(agency, certified, believes=True)


@fault(breaks=[DEMANDED], also=[ENFORCED, OFFICE], transport="tls")
def client_certificate_asked_for_in_vain(agency: Agency) -> Agency:
    """The listener asks for a certificate, and who shows none is served all the same."""
    return _demanding(agency, Certified(_OPERATIONS, strangers=OFFICIAL))


@fault(breaks=[DEMANDED], also=[ENFORCED, OFFICE], transport="tls")
def client_certificate_forgotten_once(agency: Agency) -> Agency:
    """One operation of two was left out where certificates are looked at."""
    return _demanding(agency, Certified(_OPERATIONS, forgotten=frozenset({"addProgress"})))


@fault(breaks=[DEMANDED], transport="tls")
def token_instead_of_client_certificate(agency: Agency) -> Agency:
    """The contract demands a certificate and a token; the token alone is enough."""
    return _demanding(agency, Certified(_OPERATIONS, with_token=True, forgotten=_OPERATIONS))
