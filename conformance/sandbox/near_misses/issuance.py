"""Access tokens handed out, and made, in other ways that are just as good."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.faults.issuance import (
    BOUNDS,
    LONG,
    MARKED,
    PERSONAL,
    STORED,
    cached,
    of_an_older_kind,
    telling,
)
from conformance.sandbox.variations import near_miss


@near_miss(spares=[STORED, LONG])
def token_responses_say_more_than_no_store(agency: Agency) -> Agency:
    """`No-Store` stands among other words; directives have no case (RFC 9111, 5.2)."""
    return cached(agency.with_(identities="oauth2"), "max-age=0, private , No-Store")


@near_miss(spares=[STORED, LONG])
def tokens_last_a_minute_longer(agency: Agency) -> Agency:
    """A token lasts an hour and a minute: clocks may differ (RFC 7519, 4.1.4)."""
    return agency.with_(identities="oauth2", token_seconds=3660)


@near_miss(spares=[MARKED, BOUNDS])
def tokens_of_an_older_server(agency: Agency) -> Agency:
    """Tokens are of the type JWT, and say `azp` for the program: RFC 9068 binds who claims it."""

    def older(claims: dict[str, Any]) -> dict[str, Any]:
        return {**without(claims, "client_id", "jti"), "azp": claims["client_id"]}

    made = of_an_older_kind(agency).with_(token_claims=older)
    return made.with_(claims_demanded=agency.claims_demanded - {"client_id", "jti"})


@near_miss(spares=[MARKED, BOUNDS])
def tokens_are_marked_in_full(agency: Agency) -> Agency:
    """The type is written `application/at+jwt`, and the audience as a list (RFC 9068, 2.1)."""

    def listed(claims: dict[str, Any]) -> dict[str, Any]:
        return {**claims, "aud": [claims["aud"]]}

    return agency.with_(token_kind="application/at+jwt", token_claims=listed)


@near_miss(spares=[PERSONAL])
def tokens_speak_of_addresses_of_machines(agency: Agency) -> Agency:
    """Addresses are those of a machine, and what is said of a telephone is that it was verified."""
    return agency.with_(
        token_claims=telling(
            clientAddress="203.0.113.8",
            address="https://hoso.example.gov.vn",
            phone_number_verified=True,
            phone_number="******678",
        )
    )


@near_miss(spares=[PERSONAL])
def tokens_have_numbers_of_twelve_digits(agency: Agency) -> Agency:
    """A session and an office have numbers of twelve digits, which are nobody's."""
    return agency.with_(token_claims=telling(sid="001199000123", maDonVi="000000012345"))
