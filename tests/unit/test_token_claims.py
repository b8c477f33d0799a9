"""What is told of access tokens: their claims by name, personal data by kind, how they came."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.identity import issuance
from conformance.evidence import Exchange, Request, Response
from conformance.identities import claims, logins
from conformance.target import Identity
from conformance.verdict import NotApplicable, Violation

FULL: dict[str, Any] = {
    "iss": "https://sso.example.gov.vn",
    "aud": ["hoso-api"],
    "sub": "8b1f",
    "client_id": "portal",
    "iat": 1000,
    "exp": 4600,
    "jti": "1",
}


def test_claims_are_told_by_name_and_life_in_seconds() -> None:
    told = claims.told({"typ": "at+jwt"}, FULL)
    assert told == {"type": "at+jwt", "claims": list(claims.NEEDED), "personal": [], "lasts": 3600}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_a_claim_that_says_nothing_is_none(nothing: Any) -> None:
    assert "aud" not in claims.told({}, {**FULL, "aud": nothing})["claims"]


def test_no_claim_is_told_that_was_not_looked_for() -> None:
    told = claims.told({}, {**FULL, "Nguyễn Thị Bình An": 1, "name": "Nguyễn Thị Bình An"})
    assert "Nguyễn" not in str(told)


@pytest.mark.parametrize("wrong", [True, "4600", None, 1e300, float("nan")])
def test_an_end_that_is_no_time_is_not_told(wrong: Any) -> None:
    assert "lasts" not in claims.told({}, {**FULL, "exp": wrong})


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"soCCCD": "001199000123"}, ["id"]),
        ({"https://sso.example/claims/so_dinh_danh": "001199000123"}, ["id"]),
        ({"số_điện_thoại": "0912 345 678"}, ["phone"]),
        ({"ngay-sinh": "01/02/1990"}, ["birth"]),
        ({"birthdate": 1990}, ["birth"]),
        ({"address": {"locality": "Hà Nội", "country": "VN"}}, ["address"]),
        ({"person": [{"dia_chi": "12 phố Huế"}]}, ["address"]),
        ({"phone_number": "+84******678"}, []),
        ({"phone_number_verified": True, "address": "https://hoso.example"}, []),
        ({"clientAddress": "203.0.113.8", "sid": "001199000123"}, []),
        ({"cccd": "đã xác minh", "birthdate": None, "address": {}}, []),
    ],
)
def test_personal_data_are_told_by_kind(more: dict[str, Any], kinds: list[str]) -> None:
    assert claims.told({}, {**FULL, **more})["personal"] == kinds


def test_deep_claims_end_somewhere() -> None:
    deep: Any = {"cccd": "001199000123"}
    for _ in range(200):
        deep = [deep]
    assert claims.told({}, {"deep": deep})["personal"] == []


def _response(body: bytes, *headers: tuple[str, str]) -> Response:
    return Response(200, "OK", "1.1", headers, body, 0.1)


def test_a_log_in_that_hands_out_a_token_tells_how() -> None:
    how = Identity("a", "login", {"take": {"member": "/access_token"}})
    body = b'{"access_token": "abcdefgh", "token_type": "Bearer", "expires_in": 300}'
    issued = logins.read(how, _response(body, ("Cache-Control", "no-store"), ("Pragma", "x")))
    assert issued.told == {"cache_control": "no-store", "expires_in": 300}


def test_a_session_is_no_token() -> None:
    how = Identity("a", "login", {"take": {"member": "/session"}})
    assert logins.read(how, _response(b'{"session": "abcdefgh"}')).told is None


def _asked(response: Response | None = None, **facts: Any) -> Exchange:
    request = Request("POST", "https://sso.example.gov.vn/token")
    at = "2026-11-23T10:00:00+00:00"
    return Exchange("target.1", at, "target", "x", 1, None, request, response, facts=facts)


def test_the_token_response_of_a_sign_in_is_looked_at() -> None:
    kept = _asked(
        _response(b"{}", ("Cache-Control", "private"), ("Cache-Control", "max-age=60")),
        issued_tokens={"has": ["access_token", "id_token"], "expires_in": 7200},
    )
    with pytest.raises(Violation):
        issuance.token_responses_are_not_stored(kept)
    with pytest.raises(Violation):
        issuance.tokens_are_short_lived(kept)
    issuance.tokens_are_short_lived(kept, longest_seconds=7200)
    assert kept.response is not None
    good = replace(kept, response=replace(kept.response, headers=(("Cache-Control", "No-Store"),)))
    issuance.token_responses_are_not_stored(good)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"issued_tokens": None},
        {"issued_tokens": {"has": [], "error": "invalid_grant"}},
        {"credential": {"format": "jws", "lasts": 86400}},
    ],
)
def test_what_was_not_issued_in_the_run_is_not_judged(facts: dict[str, Any]) -> None:
    for law in (issuance.token_responses_are_not_stored, issuance.tokens_are_short_lived):
        with pytest.raises(NotApplicable):
            law(_asked(_response(b"{}"), **facts))
