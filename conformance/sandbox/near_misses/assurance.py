"""Authorisation servers of high assurance that look otherwise."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.faults.assurance import ASSURED, PUSHED, assured
from conformance.sandbox.variations import HIGH_ASSURANCE, near_miss


@near_miss(spares=[ASSURED], layer=HIGH_ASSURANCE)
def weaker_ways_for_other_programs(agency: Agency) -> Agency:
    """Beside the strong ways there are weaker ones, for other programs (FAPI 2.0, 5.3.2.1)."""
    return assured(
        agency,
        token_endpoint_auth_methods_supported=["client_secret_basic", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=["RS256", "PS256"],
    )


@near_miss(spares=[ASSURED], layer=HIGH_ASSURANCE)
def programs_show_certificates(agency: Agency) -> Agency:
    """Programs show certificates and sign nothing, so no algorithm is listed (RFC 8705, 2)."""
    return assured(
        agency,
        "token_endpoint_auth_signing_alg_values_supported",
        token_endpoint_auth_methods_supported=["self_signed_tls_client_auth"],
    )


@near_miss(spares=[ASSURED], layer=HIGH_ASSURANCE)
def nobody_logs_in_in_a_browser(agency: Agency) -> Agency:
    """Only programs get tokens, so there is no request that could be pushed (RFC 9126, 1)."""
    return assured(
        agency,
        *(PUSHED, "authorization_endpoint", "response_types_supported"),
        grant_types_supported=["client_credentials"],
    )
