"""Doors that open to the wrong people, and refusals that do not say what is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import publishing
from conformance.sandbox.demonstration import CITIZEN_A, OFFICIAL
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"
CHALLENGED = [
    "identity.challenges.refusals_name_the_scheme",
    "identity.challenges.strangers_are_told_the_scheme",
]
ASKED = "identity.challenges.strangers_are_asked_who_they_are"
NOT_AGAIN = "identity.challenges.known_callers_are_not_asked_again"
EXPOSED = "privacy.exposure.strangers_see_no_personal_data"
BREAKS = "contract.answers.server_does_not_break"
# Who takes any token takes those too that are wrong in one way only.
TOKENS = [
    "identity.tokens.unsigned_tokens_are_refused",
    "identity.tokens.tampered_tokens_are_refused",
    "identity.tokens.expired_tokens_are_refused",
    "identity.tokens.public_key_is_no_secret",
    "identity.tokens.foreign_keys_are_refused",
    "identity.tokens.foreign_tokens_are_refused",
    "identity.tokens.id_tokens_are_refused",
]
# What the contract then does not say.
UNDECLARED = [
    "document.security.reading_operations_declare_security",
    "document.security.writing_operations_declare_security",
]


@fault(breaks=[ENFORCED])
def strangers_let_in(agency: Agency) -> Agency:
    """Who sends no credentials is treated as an official."""
    return agency.with_(stranger=OFFICIAL)


@fault(breaks=[ENFORCED])
def strangers_may_list(agency: Agency) -> Agency:
    """Security was forgotten on one operation: anybody may list dossiers."""

    def open_list(call: Call, made: Answer) -> Answer:
        if call.asks != "listDossiers" or made.status != 401 or call.first("authorization"):
            return made
        empty = b'{"page": 1, "size": 20, "total": 0, "items": []}'
        let_in = replace(made, status=200).without("WWW-Authenticate")
        return let_in.with_body(empty, "application/json")

    return agency.bending_answers(open_list)


@fault(breaks=[REFUSED], also=TOKENS)
def any_token_accepted(agency: Agency) -> Agency:
    """A token is never verified: any one will do."""
    return agency.with_(impostor=CITIZEN_A)


@fault(breaks=[REFUSED], also=[*TOKENS, *UNDECLARED, EXPOSED])
def any_token_where_the_contract_is_silent(agency: Agency) -> Agency:
    """A token is never verified, and the contract does not say that any is wanted."""

    def be_silent(document: dict[str, Any]) -> None:
        del document["security"]
        for item in document["paths"].values():
            for part in item.values():
                if isinstance(part, dict):
                    part.pop("security", None)

    return publishing(agency.with_(impostor=CITIZEN_A), be_silent)


@fault(breaks=[REFUSED], also=TOKENS)
def any_token_is_an_official(agency: Agency) -> Agency:
    """An unknown token gets the rights of an official."""
    return agency.with_(impostor=OFFICIAL)


@fault(breaks=[BREAKS])
def bad_token_breaks(agency: Agency) -> Agency:
    """An unknown token is answered with an internal error."""
    return agency.with_(bad_token_status=500)


@fault(breaks=CHALLENGED)
def challenge_missing(agency: Agency) -> Agency:
    """A 401 does not say which scheme of authentication is wanted."""
    return agency.with_(challenges=())


@fault(breaks=CHALLENGED)
def challenge_empty(agency: Agency) -> Agency:
    """WWW-Authenticate is there and empty."""
    return agency.with_(challenges=("",))


@fault(breaks=CHALLENGED)
def challenge_without_scheme(agency: Agency) -> Agency:
    """WWW-Authenticate has parameters and no scheme before them."""
    return agency.with_(challenges=('="procedure-system", charset',))


@fault(breaks=[ASKED])
def strangers_are_told_that_they_may_not(agency: Agency) -> Agency:
    """Who sends no credentials is answered 403, where the contract has 401 for that."""
    return agency.with_(stranger_status=403)


@fault(breaks=[ASKED])
def strangers_get_an_empty_refusal(agency: Agency) -> Agency:
    """A framework without an entry point answers strangers 403, with nothing in it."""

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != 401 or call.operation is None or call.first("authorization"):
            return made
        return replace(made, status=403, body=b"").without("Content-Type")

    return agency.bending_answers(bend)


@fault(breaks=[NOT_AGAIN])
def citizens_are_asked_to_log_in_again(agency: Agency) -> Agency:
    """Who logged in and is no administrator is answered 401, as if nobody knew him."""
    return agency.with_(outsider_status=401)


@fault(breaks=[NOT_AGAIN])
def tokens_without_rights_are_called_wrong(agency: Agency) -> Agency:
    """Who is known and may not is answered 401, and told that the token is wrong."""

    def bend(_call: Call, made: Answer) -> Answer:
        if made.status != 403:
            return made
        told = 'Bearer realm="procedure-system", error="invalid_token"'
        return replace(made, status=401).plus(("WWW-Authenticate", told))

    return agency.bending_answers(bend)
