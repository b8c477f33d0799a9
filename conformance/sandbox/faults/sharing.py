"""Pages of other origins: served where they must not be, or not where they should."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.partners import PARTNER, public, serving_a_partner
from conformance.sandbox.variations import fault

PERSONAL = "headers.cors.personal_data_are_not_for_every_origin"
VARY = "headers.cors.answers_for_one_origin_say_so"
PARTNERS = "headers.cors.partners_are_served"


@fault(breaks=[PERSONAL])
def personal_data_for_every_origin(agency: Agency) -> Agency:
    """A gateway opens every answer to pages of any origin, dossiers included."""
    return agency.with_(cors=lambda _origin, _host: (("Access-Control-Allow-Origin", "*"),))


@fault(breaks=[PERSONAL])
def personal_data_for_whoever_asks(agency: Agency) -> Agency:
    """Whatever origin asks is repeated, for dossiers too."""
    return agency.with_(
        cors=lambda origin, _host: (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
    )


@fault(breaks=[VARY])
def one_origin_for_all_out_of_a_cache(agency: Agency) -> Agency:
    """The origin is repeated in answers that caches keep, and they are not told."""
    return _repeating(agency)


@fault(breaks=[VARY])
def caches_told_of_another_field(agency: Agency) -> Agency:
    """The origin is repeated; caches are told of the coding alone."""
    return _repeating(agency, ("Vary", "Accept-Encoding"))


@fault(breaks=[PARTNERS])
def partner_forgotten(agency: Agency) -> Agency:
    """The partner whom the owner names is not known to the gateway."""
    return agency.with_(allowed_origins=(PARTNER,))


@fault(breaks=[PARTNERS])
def preflight_wants_credentials(agency: Agency) -> Agency:
    """What a browser asks beforehand is refused, because no credentials come with it."""
    return serving_a_partner(agency, status=401)


@fault(breaks=[PARTNERS])
def preflight_allows_any_field_but_one(agency: Agency) -> Agency:
    """Any field is allowed by `*`, which does not stand for Authorization (Fetch)."""
    return serving_a_partner(agency, fields="*")


@fault(breaks=[PARTNERS])
def partner_served_in_the_preflight_only(agency: Agency) -> Agency:
    """The preflight allows the partner; the answer itself says nothing."""
    return serving_a_partner(agency).with_(cors=lambda _origin, _host: ())


def _repeating(agency: Agency, *fields: tuple[str, str]) -> Agency:
    def bend(call: Call, made: Answer) -> Answer:
        origin = call.first("origin")
        if origin is None or not public(call):
            return made
        return made.plus(("Access-Control-Allow-Origin", origin), *fields)

    return agency.bending_answers(bend)
