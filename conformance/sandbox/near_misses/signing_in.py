"""Identity providers that look careless and are within the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.e_identification import data
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.signing_in import Claims
from conformance.sandbox.variations import IDENTIFICATION, near_miss

AUTHORISATION = "identity.authorisation"
CODES = "identity.codes"
ID_TOKENS = "identity.idtokens"
USERINFO = "identity.userinfo"
ASSURANCE = "identity.assurance"


def _signing(agency: Agency, **ways: Any) -> Agency:
    return agency.with_(signing_in=replace(agency.signing_in, **ways))


@near_miss(
    spares=[
        f"{AUTHORISATION}.only_codes_are_handed_out",
        f"{AUTHORISATION}.proof_is_demanded",
        f"{AUTHORISATION}.redirects_go_home",
        f"{ASSURANCE}.ended_accounts_stay_out",
        f"{ASSURANCE}.levels_are_not_lowered",
    ],
    system=IDENTIFICATION,
)
def refusals_shown_on_a_page(agency: Agency) -> Agency:
    """A refused request is answered by a page with 400, and no redirect (RFC 9700, 4.11)."""

    def shown(call: Call, made: Answer) -> Answer:
        refused = call.path == authorisation.AUTHORIZE and "error=" in (made.get("location") or "")
        if not refused:
            return made
        page = "<!doctype html><html lang=vi><title>Yêu cầu không hợp lệ</title></html>"
        fields = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"))
        return Answer(400, fields, page.encode("utf-8"))

    return agency.bending_answers(shown)


@near_miss(
    spares=[
        f"{CODES}.proof_is_checked",
        f"{CODES}.codes_work_once",
        f"{CODES}.codes_are_bound_to_their_program",
    ],
    system=IDENTIFICATION,
)
def codes_refused_with_another_status(agency: Agency) -> Agency:
    """A code that is not good is refused with 403: nothing is handed out (RFC 9110, 15.5.4)."""

    def another(call: Call, made: Answer) -> Answer:
        refused = call.path == authorisation.TOKEN and made.status == 400
        return replace(made, status=403) if refused else made

    return agency.bending_answers(another)


@near_miss(
    spares=[f"{ID_TOKENS}.id_tokens_are_signed", f"{ID_TOKENS}.id_tokens_are_for_their_program"],
    system=IDENTIFICATION,
)
def id_tokens_on_elliptic_curves(agency: Agency) -> Agency:
    """Tokens are signed with ES256, and its key is published (RFC 7518, 3.4)."""
    algorithms = ["ES256", "RS256"]
    return agency.with_(
        algorithms=("ES256",),
        metadata=lambda _place, told: {
            **told,
            "id_token_signing_alg_values_supported": algorithms,
        },
    )


@near_miss(
    spares=[f"{ID_TOKENS}.id_tokens_are_for_their_program", f"{ID_TOKENS}.nonces_come_back"],
    system=IDENTIFICATION,
)
def id_tokens_for_two_and_one_party(agency: Agency) -> Agency:
    """The provider stands in `aud` too, and `azp` names the program (OIDC Core 1.0, 2)."""

    def claims(told: Claims) -> Claims:
        return {**told, "aud": [told["aud"], "e-identification"], "azp": told["aud"], "extra": 1}

    return _signing(agency, id_token=claims)


@near_miss(spares=[f"{AUTHORISATION}.states_come_back"], system=IDENTIFICATION)
def issuer_neither_promised_nor_told(agency: Agency) -> Agency:
    """No `iss` stands beside the code, and the metadata promise none (RFC 9207, section 3)."""
    bent = agency.with_(
        metadata=lambda _place, told: without(
            told, "authorization_response_iss_parameter_supported"
        )
    )
    return _signing(bent, returned=lambda told: without(told, "iss"))


@near_miss(
    spares=[
        f"{USERINFO}.userinfo_takes_a_token",
        f"{USERINFO}.userinfo_is_of_the_same_person",
        f"{USERINFO}.revoked_tokens_end",
    ],
    system=IDENTIFICATION,
)
def userinfo_refused_with_another_status(agency: Agency) -> Agency:
    """Who brings no good token is refused user info with 403 (RFC 9110, 15.5.4)."""

    def another(call: Call, made: Answer) -> Answer:
        refused = call.path == authorisation.USERINFO and made.status == 401
        return replace(made, status=403) if refused else made

    return agency.bending_answers(another)


@near_miss(
    spares=[f"{USERINFO}.claims_are_complete_and_right", f"{USERINFO}.nobody_is_made_up"],
    system=IDENTIFICATION,
)
def claims_written_as_packets_do(agency: Agency) -> Agency:
    """A day of birth without strokes, a sex not known, an old number of nine digits, and nulls."""

    def bend(account: Mapping[str, Any], told: Claims) -> Claims:
        if account["kind"] == data.ORGANISATION:
            return {**told, "SoDienThoaiBan": None}
        more = {"SoCMND": "191234567", "MaSoThue": None, "NhomMau": "00", "TinhTrangHonNhan": 3}
        born = told["NgayThangNamSinh"].replace("-", "")
        return {**told, **more, "GioiTinh": 0, "NgayThangNamSinh": born}

    return _signing(agency, userinfo=bend)


@near_miss(
    spares=[f"{ASSURANCE}.levels_are_told", f"{ASSURANCE}.levels_have_their_factors"],
    system=IDENTIFICATION,
)
def more_factors_than_a_level_takes(agency: Agency) -> Agency:
    """Beside the factors stand words of no factor, and one that only this provider knows."""
    return _signing(agency, factors=lambda _level, ways: [*ways, "otp", "mfa", "user", "vneid"])


@near_miss(
    spares=[f"{ASSURANCE}.levels_are_told", f"{ASSURANCE}.levels_are_not_lowered"],
    system=IDENTIFICATION,
)
def level_only_wished_for(agency: Agency) -> Agency:
    """Nobody can insist on a level; who gets a lower one is told so (OIDC Core 1.0, 3.1.2.1)."""
    bent = agency.with_(metadata=lambda _place, told: {**told, "claims_parameter_supported": False})
    return _signing(bent, lowered=lambda reached: reached)


@near_miss(spares=["protocols.identification.account_levels_are_right"], system=IDENTIFICATION)
def first_level_of_an_account(agency: Agency) -> Agency:
    """The caller's account has level 1: that is a level like the other (Decree 69/2024)."""
    return agency.bending_values(
        lambda call, value: {**value, "mucDo": 1} if call.asks == "getAccount" else value
    )


@near_miss(spares=["protocols.identification.totals_name_nobody"], system=IDENTIFICATION)
def index_with_an_office_to_write_to(agency: Agency) -> Agency:
    """Beside the index stand an office's telephone and how many rated: nobody's data (PDPL)."""

    def more(call: Call, value: Any) -> Any:
        if call.asks != "listSatisfaction":
            return value
        office = {"dienThoai": "0900000009", "email": "mot-cua@example.com"}
        told = [{**e, **office, "soNguoiDanhGia": str(e["soLuotDanhGia"])} for e in value["items"]]
        return {**value, "items": told}

    return agency.bending_values(more)
