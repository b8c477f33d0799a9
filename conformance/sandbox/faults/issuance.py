"""Access tokens that are kept on their way, last too long, or say too little or too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

STORED = "identity.issuance.token_responses_are_not_stored"
LONG = "identity.issuance.tokens_are_short_lived"
MARKED = "identity.claims.marked_tokens_are_complete"
BOUNDS = "identity.claims.tokens_can_be_held_to_their_bounds"
PERSONAL = "identity.claims.tokens_tell_nothing_of_a_person"
FOREIGN = "identity.tokens.foreign_tokens_are_refused"
DAY = 86400


def cached(agency: Agency, value: str | None) -> Agency:
    """Return an agency whose token responses have this Cache-Control, or none."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.path != authorisation.TOKEN:
            return made
        bare = made.without("Cache-Control")
        return bare if value is None else bare.plus(("Cache-Control", value))

    return agency.bending_answers(bend)


def lacking(agency: Agency, *names: str) -> Agency:
    """Return an agency whose tokens lack some claims, and which takes them all the same."""
    return agency.with_(
        token_claims=lambda claims: without(claims, *names),
        claims_demanded=agency.claims_demanded - set(names),
    )


def of_an_older_kind(agency: Agency) -> Agency:
    """Return an agency whose tokens do not say of which kind they are, as before RFC 9068."""
    return agency.with_(token_kind="JWT", verify_type=False)


def telling(**more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a change of claims that adds some."""
    return lambda claims: {**claims, **more}


@fault(breaks=[STORED])
def token_responses_may_be_kept(agency: Agency) -> Agency:
    """The answer that hands out a token does not say that nobody may keep it."""
    return cached(agency.with_(identities="oauth2"), None)


@fault(breaks=[STORED])
def token_responses_are_only_private(agency: Agency) -> Agency:
    """The answer that hands out a token may be kept by browsers until the token lapses."""
    return cached(agency.with_(identities="oauth2"), "private, max-age=3600")


@fault(breaks=[LONG])
def tokens_last_for_a_day(agency: Agency) -> Agency:
    """A program gets tokens for a whole day, so that it need not ask so often."""
    return agency.with_(identities="oauth2", token_seconds=DAY)


@fault(breaks=[LONG])
def tokens_of_a_log_in_last_for_a_week(agency: Agency) -> Agency:
    """The token that a log-in hands out is good for a week."""
    return agency.with_(identities="exchange", token_seconds=7 * DAY)


@fault(breaks=[MARKED])
def marked_tokens_have_no_number(agency: Agency) -> Agency:
    """Tokens call themselves `at+jwt` and have no `jti`, so that none can be taken back."""
    return lacking(agency, "jti")


@fault(breaks=[MARKED])
def marked_tokens_name_no_program(agency: Agency) -> Agency:
    """Tokens call themselves `at+jwt` and leave out which program they were issued to."""
    return lacking(agency, "client_id")


@fault(breaks=[BOUNDS], also=[FOREIGN])
def tokens_are_for_everybody(agency: Agency) -> Agency:
    """Tokens do not say for which system they are (`aud`), so any system takes them."""
    return lacking(of_an_older_kind(agency), "aud").with_(verify_audience=False)


@fault(breaks=[BOUNDS])
def tokens_never_lapse(agency: Agency) -> Agency:
    """Tokens have no end (`exp`) in them."""
    return lacking(of_an_older_kind(agency), "exp")


@fault(breaks=[PERSONAL])
def tokens_carry_the_personal_number(agency: Agency) -> Agency:
    """The number of the identity card travels in every token, for the programs' convenience."""
    return agency.with_(token_claims=telling(soCCCD="001199000123"))


@fault(breaks=[PERSONAL])
def tokens_carry_an_address(agency: Agency) -> Agency:
    """The whole profile of a person is copied into tokens: where they live, in parts."""
    lives = {"street_address": "12 phố Huế", "locality": "Hà Nội"}
    return agency.with_(token_claims=telling(profile={"address": lives}))


@fault(breaks=[PERSONAL])
def tokens_carry_a_telephone_number(agency: Agency) -> Agency:
    """A claim of the agency's own, named by an address, holds a telephone number."""
    name = "https://hoso.example.gov.vn/claims/so_dien_thoai"
    return agency.with_(token_claims=telling(**{name: "+84 912 345 678"}))
