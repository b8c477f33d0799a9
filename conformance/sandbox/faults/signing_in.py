"""Identity providers that sign in the wrong person, for the wrong system, or on too little."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.e_identification import data
from conformance.sandbox.messages import Call
from conformance.sandbox.signing_in import Claims
from conformance.sandbox.variations import IDENTIFICATION, fault

CODES_ONLY = "identity.authorisation.only_codes_are_handed_out"
PROOF = "identity.authorisation.proof_is_demanded"
HOME = "identity.authorisation.redirects_go_home"
STATE = "identity.authorisation.states_come_back"
VERIFIER = "identity.codes.proof_is_checked"
ONCE = "identity.codes.codes_work_once"
BOUND = "identity.codes.codes_are_bound_to_their_program"
SIGNED = "identity.idtokens.id_tokens_are_signed"
MEANT = "identity.idtokens.id_tokens_are_for_their_program"
NONCE = "identity.idtokens.nonces_come_back"
TAKES = "identity.userinfo.userinfo_takes_a_token"
PERSON = "identity.userinfo.userinfo_is_of_the_same_person"
CLAIMS = "identity.userinfo.claims_are_complete_and_right"
REAL = "identity.userinfo.nobody_is_made_up"
REVOKED = "identity.userinfo.revoked_tokens_end"
TOLD = "identity.assurance.levels_are_told"
FACTORS = "identity.assurance.levels_have_their_factors"
LOWERED = "identity.assurance.levels_are_not_lowered"
ENDED = "identity.assurance.ended_accounts_stay_out"
LEVELS = "protocols.identification.account_levels_are_right"
TOTALS = "protocols.identification.totals_name_nobody"
READ = "authorization.ownership.others_cannot_read"

_HIGH = 3
_OTHERS = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def signing(agency: Agency, **ways: Any) -> Agency:
    """Return an agency that signs people in in another way."""
    return agency.with_(signing_in=replace(agency.signing_in, **ways))


def telling(agency: Agency, **members: Any) -> Agency:
    """Return an agency whose user info tells these of persons."""

    def bend(account: Mapping[str, Any], told: Claims) -> Claims:
        return told if account["kind"] == data.ORGANISATION else {**told, **members}

    return signing(agency, userinfo=bend)


def _claiming(agency: Agency, **members: Any) -> Agency:
    return signing(agency, id_token=lambda claims: {**claims, **members})


def _part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@fault(breaks=[CODES_ONLY], system=IDENTIFICATION)
def implicit_flow_still_answered(agency: Agency) -> Agency:
    """The old flow is offered no more, and still hands an access token to whoever asks for it."""
    return signing(agency, response_types=frozenset({"code", "token"}))


@fault(breaks=[CODES_ONLY], system=IDENTIFICATION)
def hybrid_flow_offered(agency: Agency) -> Agency:
    """Pages get an ID token beside the code, and so does whatever reads their address."""
    offered = ["code", "code id_token"]
    bent = agency.with_(metadata=lambda _place, told: {**told, "response_types_supported": offered})
    return signing(bent, response_types=frozenset(offered))


@fault(breaks=[PROOF], system=IDENTIFICATION)
def proof_left_to_programs(agency: Agency) -> Agency:
    """PKCE is supported and not demanded."""
    return signing(agency, proof_demanded=False)


@fault(breaks=[PROOF], system=IDENTIFICATION)
def plain_challenges_accepted(agency: Agency) -> Agency:
    """A challenge may be the verifier itself: who reads the request can redeem the code."""
    return signing(agency, challenge_methods=frozenset({"S256", "plain"}))


@fault(breaks=[VERIFIER], system=IDENTIFICATION)
def verifier_never_compared(agency: Agency) -> Agency:
    """A challenge is demanded, and the verifier is not looked at."""
    return signing(agency, verifier_checked=lambda _verifier: False)


@fault(breaks=[VERIFIER], system=IDENTIFICATION)
def verifier_compared_if_sent(agency: Agency) -> Agency:
    """Who sends no verifier is taken for an old program."""
    return signing(agency, verifier_checked=lambda verifier: verifier is not None)


@fault(breaks=[HOME], system=IDENTIFICATION)
def redirects_compared_by_their_beginning(agency: Agency) -> Agency:
    """An address is right if it begins with the registered one."""
    return signing(agency, redirect_fits=lambda registered, asked: asked.startswith(registered))


@fault(breaks=[HOME], system=IDENTIFICATION)
def redirects_to_any_address(agency: Agency) -> Agency:
    """The address of the request is believed, whatever was registered."""
    return signing(agency, redirect_fits=lambda _registered, asked: bool(asked))


@fault(breaks=[STATE], system=IDENTIFICATION)
def state_forgotten(agency: Agency) -> Agency:
    """The state of the program does not come back."""
    return signing(agency, returned=lambda told: without(told, "state"))


@fault(breaks=[STATE], system=IDENTIFICATION)
def state_rewritten(agency: Agency) -> Agency:
    """The state is kept in a column that is too short for it."""
    return signing(agency, returned=lambda told: {**told, "state": told["state"][:12]})


@fault(breaks=[STATE], system=IDENTIFICATION)
def another_issuer_beside_the_code(agency: Agency) -> Agency:
    """Beside the code stands the name of the server behind the gateway."""
    return signing(agency, returned=lambda told: {**told, "iss": "https://xac-thuc.example"})


@fault(breaks=[ONCE], system=IDENTIFICATION)
def codes_work_until_they_end(agency: Agency) -> Agency:
    """A code is good for a minute, however often it is used."""
    return signing(agency, code_uses=1000)


@fault(breaks=[BOUND], system=IDENTIFICATION)
def codes_work_for_everybody(agency: Agency) -> Agency:
    """Any registered program redeems any code: a result can be passed on."""
    return signing(agency, code_fits=lambda _own, _secret: True)


@fault(breaks=[SIGNED], system=IDENTIFICATION)
def id_tokens_unsigned(agency: Agency) -> Agency:
    """An ID token says that it needs no signature (`none`)."""
    head = _part({"alg": "none", "typ": "JWT"})
    return signing(agency, sealed=lambda token: f"{head}.{token.split('.')[1]}.")


@fault(breaks=[SIGNED], system=IDENTIFICATION)
def id_tokens_signed_with_a_shared_secret(agency: Agency) -> Agency:
    """An ID token is signed with a secret that every program holds (`HS256`)."""
    head = _part({"alg": "HS256", "typ": "JWT"})

    def sealed(token: str) -> str:
        content = f"{head}.{token.split('.')[1]}"
        made = hmac.digest(b"bi-mat-chung-cua-moi-chuong-trinh", content.encode(), sha256)
        return f"{content}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"

    return signing(agency, sealed=sealed)


@fault(breaks=[SIGNED], system=IDENTIFICATION)
def id_tokens_of_an_unknown_key(agency: Agency) -> Agency:
    """A second server signs with a key of its own, which nobody published."""
    return signing(
        agency, sealed=lambda token: jwt.encode({"alg": "RS256"}, _payload(token), _OTHERS)
    )


@fault(breaks=[MEANT], system=IDENTIFICATION)
def id_tokens_for_all_programs(agency: Agency) -> Agency:
    """An ID token names the provider itself as the one that it is for."""
    return _claiming(agency, aud="e-identification")


@fault(breaks=[MEANT], system=IDENTIFICATION)
def id_tokens_of_yesterday(agency: Agency) -> Agency:
    """A clock that stands still: an ID token has ended before it is issued."""
    return _claiming(agency, iat=int(time.time()) - 90000, exp=int(time.time()) - 86400)


@fault(breaks=[MEANT], system=IDENTIFICATION)
def id_tokens_of_another_issuer(agency: Agency) -> Agency:
    """An ID token names the server behind the gateway as its issuer."""
    return _claiming(agency, iss="https://xac-thuc.example")


@fault(breaks=[NONCE], system=IDENTIFICATION)
def nonce_forgotten(agency: Agency) -> Agency:
    """An ID token does not hold the nonce."""
    return signing(agency, id_token=lambda claims: without(claims, "nonce"))


@fault(breaks=[TAKES, REVOKED], system=IDENTIFICATION)
def userinfo_open_to_everybody(agency: Agency) -> Agency:
    """Whoever knows the address of user info is told of somebody."""
    return signing(agency, userinfo_token=lambda _claims, _shown: True)


@fault(breaks=[PERSON], system=IDENTIFICATION)
def userinfo_without_subject(agency: Agency) -> Agency:
    """User info tells everything but whom it is about."""
    return signing(agency, userinfo=lambda _account, told: without(told, "sub"))


@fault(breaks=[PERSON], system=IDENTIFICATION)
def userinfo_of_somebody_else(agency: Agency) -> Agency:
    """A cache in front of user info keeps the subject of whoever asked first."""
    return telling(agency, sub=data.COMPANY.subject)


@fault(breaks=[CLAIMS], system=IDENTIFICATION)
def sex_in_a_word(agency: Agency) -> Agency:
    """The sex is told as `Nam` and `Nữ`."""
    return telling(agency, GioiTinh="Nữ")


@fault(breaks=[CLAIMS], system=IDENTIFICATION)
def number_told_without_its_noughts(agency: Agency) -> Agency:
    """The personal number is a JSON number, so its leading zeros are gone."""
    return telling(agency, SoDinhDanh=190000001)


@fault(breaks=[CLAIMS], system=IDENTIFICATION)
def birthday_as_on_paper(agency: Agency) -> Agency:
    """The day of birth is told as it is printed, with strokes."""
    return telling(agency, NgayThangNamSinh="17/05/1990")


@fault(breaks=[CLAIMS], system=IDENTIFICATION)
def name_left_out(agency: Agency) -> Agency:
    """The full name is empty: programs ask people for it again."""
    return telling(agency, HoVaTen="")


@fault(breaks=[CLAIMS], system=IDENTIFICATION)
def foreigners_told_as_citizens(agency: Agency) -> Agency:
    """Accounts of foreigners have the kind of citizens."""
    return telling(agency, LoaiTaiKhoan=data.CITIZEN)


@fault(breaks=[REAL], system=IDENTIFICATION)
def personal_number_of_nobody(agency: Agency) -> Agency:
    """Whose number is not known yet gets a placeholder."""
    return telling(agency, SoDinhDanh="000000000001")


@fault(breaks=[REVOKED], system=IDENTIFICATION)
def taken_back_and_still_good(agency: Agency) -> Agency:
    """A token is taken back in one store, and user info looks into another."""
    return agency.with_(verify_revocation=False)


@fault(breaks=[TOLD], system=IDENTIFICATION)
def level_not_told(agency: Agency) -> Agency:
    """An ID token does not say at which level somebody was authenticated."""
    return signing(agency, id_token=lambda claims: without(claims, "acr"))


@fault(breaks=[TOLD], system=IDENTIFICATION)
def factors_not_told(agency: Agency) -> Agency:
    """An ID token says the level, and not by what it was reached."""
    return signing(agency, id_token=lambda claims: without(claims, "amr"))


@fault(breaks=[FACTORS], system=IDENTIFICATION)
def high_level_without_biometry(agency: Agency) -> Agency:
    """The face is looked at by the application only where there is a camera; the level stays."""
    return signing(agency, factors=lambda level, ways: ["pwd", "otp"] if level >= _HIGH else ways)


@fault(breaks=[FACTORS], system=IDENTIFICATION)
def second_level_on_one_factor(agency: Agency) -> Agency:
    """Two passwords are taken for two factors."""
    return signing(agency, factors=lambda level, ways: ["pwd", "pin"] if level == 2 else ways)


@fault(breaks=[LOWERED], system=IDENTIFICATION)
def demanded_level_lowered(agency: Agency) -> Agency:
    """Who cannot reach the demanded level is signed in at a lower one."""
    return signing(agency, lowered=lambda reached: reached)


@fault(breaks=[ENDED], system=IDENTIFICATION)
def old_accounts_of_organisations_sign_in(agency: Agency) -> Agency:
    """Accounts that organisations had before July 2025 still sign in."""
    return signing(agency, ended="old")


@fault(breaks=[LEVELS], system=IDENTIFICATION)
def account_without_its_level(agency: Agency) -> Agency:
    """The level of accounts that moved from the old system is not known."""
    return agency.bending_values(
        lambda call, value: without(value, "mucDo") if call.asks == "getAccount" else value
    )


@fault(breaks=[TOTALS], system=IDENTIFICATION)
def last_rater_beside_the_index(agency: Agency) -> Agency:
    """Beside each index stands the name of who rated last."""

    def named(call: Call, value: Any) -> Any:
        if call.asks != "listSatisfaction":
            return value
        told = [{**entry, "nguoiDanhGiaGanNhat": "Phạm Văn Ví Dụ"} for entry in value["items"]]
        return {**value, "items": told}

    return agency.bending_values(named)


@fault(breaks=[READ], system=IDENTIFICATION)
def papers_read_by_their_codes(agency: Agency) -> Agency:
    """Whoever is signed in reads any electronic paper whose code he knows."""
    return agency.with_(owner_forgotten_on=frozenset({"getPaper"}))


@fault(breaks=[ONCE], system=IDENTIFICATION)
def codes_work_twice(agency: Agency) -> Agency:
    """A second use of a code is taken for a lost answer that is asked for again."""
    return signing(agency, code_uses=2)


@fault(breaks=[BOUND], system=IDENTIFICATION)
def codes_work_for_trusted_programs(agency: Agency) -> Agency:
    """A program that has a secret is trusted with the codes of all others."""
    return signing(agency, code_fits=lambda own, secret: own or secret)


@fault(breaks=[NONCE], system=IDENTIFICATION)
def nonce_of_the_first_request(agency: Agency) -> Agency:
    """The nonce is kept with the browser's session, so it is that of its first sign-in."""
    return _claiming(agency, nonce="vnct-nonce-cua-lan-dau")


@fault(breaks=[TAKES, REVOKED], system=IDENTIFICATION)
def userinfo_opened_by_any_token(agency: Agency) -> Agency:
    """User info asks for a token, and leaves it to the gateway to look at it."""
    return signing(agency, userinfo_token=lambda _claims, shown: shown)


@fault(breaks=[REAL], system=IDENTIFICATION)
def personal_number_typed_in_a_row(agency: Agency) -> Agency:
    """An account that was made for testing tells the number 123456789012."""
    return telling(agency, SoDinhDanh="123456789012")


@fault(breaks=[LOWERED], system=IDENTIFICATION)
def demanded_level_lowered_to_the_first(agency: Agency) -> Agency:
    """Who cannot reach the demanded level is asked for a password and let in."""
    return signing(agency, lowered=lambda _reached: 1)


@fault(breaks=[ENDED], system=IDENTIFICATION)
def old_accounts_led_to_new_ones(agency: Agency) -> Agency:
    """The password of an old account still opens the account that took its place."""
    return signing(agency, ended="new")


@fault(
    breaks=[LEVELS],
    also=["contract.answers.body_matches_schema"],
    system=IDENTIFICATION,
)
def account_of_a_third_level(agency: Agency) -> Agency:
    """Accounts with a signing certificate are told to have a third level."""
    return agency.bending_values(
        lambda call, value: {**value, "mucDo": 3} if call.asks == "getAccount" else value
    )


@fault(breaks=[TOTALS], system=IDENTIFICATION)
def best_rater_beside_the_index(agency: Agency) -> Agency:
    """Beside each index stands the full name of who gave it the most."""

    def named(call: Call, value: Any) -> Any:
        if call.asks != "listSatisfaction":
            return value
        told = [{**entry, "chiTiet": {"hoTenNguoiCham": "Lê Ví Dụ"}} for entry in value["items"]]
        return {**value, "items": told}

    return agency.bending_values(named)
