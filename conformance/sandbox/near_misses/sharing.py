"""Pages of other origins, served in other legal ways."""

from __future__ import annotations

from collections.abc import Callable

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call, Headers
from conformance.sandbox.partners import PARTNER, public, serving_a_partner
from conformance.sandbox.variations import near_miss

PERSONAL = "headers.cors.personal_data_are_not_for_every_origin"
VARY = "headers.cors.answers_for_one_origin_say_so"
PARTNERS = "headers.cors.partners_are_served"


@near_miss(spares=[PARTNERS, PERSONAL, VARY])
def partner_served(agency: Agency) -> Agency:
    """One partner's pages are served, personal data included; no others (Fetch)."""
    return serving_a_partner(agency)


@near_miss(spares=[PARTNERS])
def partner_served_in_capitals(agency: Agency) -> Agency:
    """A preflight is answered 200, and names fields in any case (RFC 9110, 5.1)."""
    return serving_a_partner(agency, status=200, fields="Content-Type,AUTHORIZATION")


@near_miss(spares=[VARY])
def origins_repeated_and_never_stored(agency: Agency) -> Agency:
    """The origin is repeated in answers that no cache may keep (RFC 9111, 5.2.2.5)."""
    return _open_to_all(
        agency.with_(public_cache=("no-store",)),
        lambda origin: (("Access-Control-Allow-Origin", origin),),
    )


@near_miss(spares=[VARY])
def one_origin_whoever_asks(agency: Agency) -> Agency:
    """The one partner is named whoever asks, so that no answer differs (Fetch)."""
    return agency.with_(
        cors=lambda _origin, _host: (("Access-Control-Allow-Origin", PARTNER),),
        allowed_origins=(),
    )


@near_miss(spares=[VARY, PERSONAL])
def origins_repeated_and_no_two_requests_alike(agency: Agency) -> Agency:
    """`Vary: *` keeps every cache from answering another request (RFC 9110, 12.5.5)."""
    return _open_to_all(
        agency, lambda origin: (("Access-Control-Allow-Origin", origin), ("Vary", "*"))
    )


def _open_to_all(agency: Agency, fields: Callable[[str], Headers]) -> Agency:
    def bend(call: Call, made: Answer) -> Answer:
        origin = call.first("origin")
        return made.plus(*fields(origin)) if origin and public(call) else made

    return agency.bending_answers(bend)
