"""Client certificates demanded in other legal ways."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.certified import Certified
from conformance.sandbox.tls import Tls
from conformance.sandbox.variations import near_miss

DEMANDED = "identity.certificates.certificates_are_demanded"
VERIFIED = "identity.certificates.certificates_are_verified"
ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"
ALL = [DEMANDED, VERIFIED, ENFORCED, REFUSED]

# None of them is for an office: whether citizens are kept from those is asked with credentials.
_OPERATIONS = frozenset({"listDossiers", "getProcedure"})


def _demanding(agency: Agency, certified: Certified, tls: Tls) -> Agency:
    return agency.with_(tls=tls, certified=certified, published=certified.published)


@near_miss(spares=ALL, transport="tls")
def client_certificates_demanded(agency: Agency) -> Agency:
    """TLS asks and does not insist: 401 refuses, or an end of the connection (RFC 8446, 4.4.2)."""
    return _demanding(agency, Certified(_OPERATIONS), Tls(asks=True))


@near_miss(spares=ALL, transport="tls")
def client_certificates_verified_behind_tls(agency: Agency) -> Agency:
    """TLS lets every certificate through, and the application refuses it: 496 and 495 of nginx."""
    certified = Certified(_OPERATIONS, missing=496, unknown=495)
    return _demanding(agency, certified, Tls(asks=True, believes=True))


@near_miss(spares=ALL, transport="tls")
def client_certificates_missed_as_bad_requests(agency: Agency) -> Agency:
    """Who shows no certificate made a bad request, as nginx sees it (RFC 9110, 15.5.1)."""
    certified = Certified(_OPERATIONS, missing=400, unknown=403)
    return _demanding(agency, certified, Tls(asks=True, believes=True))


@near_miss(spares=ALL, transport="tls")
def client_certificate_beside_a_token(agency: Agency) -> Agency:
    """A certificate and an access token are demanded together (OpenAPI 3.1)."""
    return _demanding(agency, Certified(_OPERATIONS, with_token=True), Tls(asks=True))
