"""Authorisation servers that fall short of high assurance (FAPI 2.0)."""

from __future__ import annotations

from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.variations import HIGH_ASSURANCE, fault

ASSURED = "identity.metadata.metadata_are_of_high_assurance"
PUSHED = "pushed_authorization_request_endpoint"


def assured(agency: Agency, *dropped: str, **instead: Any) -> Agency:
    """Return an agency whose metadata are of high assurance, but for what is told otherwise."""

    def told(_place: str, all_: dict[str, Any]) -> Any:
        full = {
            **all_,
            PUSHED: all_["issuer"] + authorisation.TOKEN + "/par",
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "tls_client_auth"],
            "token_endpoint_auth_signing_alg_values_supported": ["PS256", "ES256"],
            **instead,
        }
        return without(full, *dropped)

    return agency.with_(metadata=told)


@fault(breaks=[ASSURED], layer=HIGH_ASSURANCE)
def requests_are_not_pushed(agency: Agency) -> Agency:
    """All is well but that requests to log in pass through the browser alone."""
    return assured(agency, PUSHED)


@fault(breaks=[ASSURED], layer=HIGH_ASSURANCE)
def programs_have_secrets_only(agency: Agency) -> Agency:
    """Programs show a secret that the server knows too; no key of their own is taken."""
    ways = ["client_secret_basic", "client_secret_post"]
    return assured(agency, token_endpoint_auth_methods_supported=ways)


@fault(breaks=[ASSURED], layer=HIGH_ASSURANCE)
def ways_of_programs_not_told(agency: Agency) -> Agency:
    """The metadata do not list how programs authenticate, which says: by a secret."""
    return assured(agency, "token_endpoint_auth_methods_supported")


@fault(breaks=[ASSURED], layer=HIGH_ASSURANCE)
def programs_sign_with_rs256(agency: Agency) -> Agency:
    """Programs sign with a key of their own, by RS256 alone (PKCS #1 v1.5)."""
    return assured(agency, token_endpoint_auth_signing_alg_values_supported=["RS256"])
