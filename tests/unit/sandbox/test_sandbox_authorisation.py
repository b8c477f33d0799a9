"""The authorisation server of the sandbox, through its socket."""

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from sandbox_process import Running

from conformance.sandbox.demonstration import CITIZEN_A, CITIZEN_B, COUNTER, PORTAL

VERIFIER = "demonstration-verifier-demonstration-verifier"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
ASKED = {
    "response_type": "code",
    "client_id": PORTAL.id,
    "redirect_uri": str(PORTAL.redirect),
    "code_challenge": CHALLENGE.decode(),
    "code_challenge_method": "S256",
    "login_hint": CITIZEN_A.username,
    "state": "mot-hai-ba",
}
COUNTER_SECRET = str(COUNTER.secret)
BASIC = (COUNTER.id, COUNTER_SECRET)
BY_ITSELF = {"grant_type": "client_credentials"}


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def token(sandbox: Running, form: dict[str, str], **more: Any) -> requests.Response:
    answer = sandbox.ask("POST", "/oauth2/token", data=form, **more)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    return answer


def assert_refused(answer: requests.Response, code: str, status: int = 400) -> None:
    assert (answer.status_code, answer.json()) == (status, {"error": code})


def sent_back(sandbox: Running, **changed: str | None) -> dict[str, str]:
    asked = {name: value for name, value in {**ASKED, **changed}.items() if value is not None}
    answer = sandbox.ask("GET", "/oauth2/authorize", params=asked)
    assert answer.status_code == 302, answer.text
    place = urlsplit(answer.headers["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == PORTAL.redirect
    back = dict(parse_qsl(place.query))
    assert back["iss"] == sandbox.base_url
    assert back["state"] == ASKED["state"]
    return back


def redeemed(sandbox: Running, **changed: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": changed.pop("code", "") or sent_back(sandbox)["code"],
        "redirect_uri": str(PORTAL.redirect),
        "client_id": PORTAL.id,
        "code_verifier": VERIFIER,
    }
    return token(sandbox, {**form, **changed})


def refreshed(sandbox: Running, secret: str, **more: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": secret, "client_id": PORTAL.id}
    return token(sandbox, {**form, **more})


def lets_in(sandbox: Running, access_token: str) -> bool:
    headers = {"Authorization": f"Bearer {access_token}"}
    status = sandbox.ask("GET", "/dossiers", headers=headers).status_code
    assert status in (200, 401)
    return status == 200


def test_metadata_is_consistent(sandbox: Running) -> None:
    for path in ("openid-configuration", "oauth-authorization-server"):
        told = sandbox.ask("GET", f"/.well-known/{path}").json()
        assert told["issuer"] == sandbox.base_url
        for name, place in told.items():
            assert not name.endswith(("_endpoint", "_uri")) or place.startswith(told["issuer"])
        assert told["code_challenge_methods_supported"] == ["S256"]


def test_a_host_that_somebody_made_up_names_no_issuer(sandbox: Running) -> None:
    fields = {"Host": "attacker.example"}
    told = sandbox.ask("GET", "/.well-known/openid-configuration", headers=fields).json()
    assert told["issuer"] == sandbox.base_url


def test_each_agency_has_an_issuer_of_its_own(sandbox: Running) -> None:
    base = f"{sandbox.base_url}/~fault/allow_missing"
    told = sandbox.ask("GET", f"{base}/.well-known/openid-configuration").json()
    assert told["issuer"] == base
    foreign = {"Authorization": f"Bearer {sandbox.token('citizen_a', base)}"}
    assert sandbox.ask("GET", f"{base}/dossiers", headers=foreign).status_code == 200
    assert sandbox.ask("GET", "/dossiers", headers=foreign).status_code == 401


def test_published_keys_hold_nothing_private(sandbox: Running) -> None:
    answer = sandbox.ask("GET", "/oauth2/jwks")
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/oauth2/token", "POST"),
        ("GET", "/oauth2/revoke", "POST"),
        ("POST", "/oauth2/jwks", "GET, HEAD"),
        ("DELETE", "/.well-known/openid-configuration", "GET, HEAD"),
    ],
)
def test_other_methods_are_refused(sandbox: Running, method: str, path: str, allowed: str) -> None:
    answer = sandbox.ask(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("way", ["basic", "post"])
def test_a_program_gets_a_token_of_its_own(sandbox: Running, way: str) -> None:
    secret = {"client_id": COUNTER.id, "client_secret": COUNTER_SECRET}
    answer = (
        token(sandbox, {**BY_ITSELF, **secret})
        if way == "post"
        else token(sandbox, BY_ITSELF, auth=BASIC)
    )
    told = answer.json()
    assert set(told) == {"access_token", "token_type", "expires_in", "scope"}
    claims = claims_of(told["access_token"])
    assert claims["sub"] == claims["client_id"] == COUNTER.id
    assert claims["exp"] - claims["iat"] == told["expires_in"] == 3600
    assert lets_in(sandbox, told["access_token"])


def test_an_access_token_has_the_profile_of_rfc_9068(sandbox: Running) -> None:
    access_token = sandbox.token("citizen_a")
    head = access_token.split(".")[0]
    header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    assert (header["typ"], header["alg"]) == ("at+jwt", "RS256")
    assert header["kid"] == sandbox.ask("GET", "/oauth2/jwks").json()["keys"][0]["kid"]
    claims = claims_of(access_token)
    assert claims["iss"] == sandbox.base_url
    assert claims["roles"] == ["citizen"]
    assert {"aud", "sub", "client_id", "iat", "exp", "jti"} <= set(claims)
    assert str(CITIZEN_A.personal_id) not in json.dumps(claims)
    assert claims["exp"] - time.time() > 23 * 3600


@pytest.mark.parametrize(
    ("form", "more", "code", "status"),
    [
        ({}, {"auth": BASIC}, "invalid_request", 400),
        (BY_ITSELF, {}, "invalid_client", 401),
        (BY_ITSELF, {"auth": (COUNTER.id, "wrong-secret")}, "invalid_client", 401),
        (BY_ITSELF, {"auth": ("nobody", COUNTER_SECRET)}, "invalid_client", 401),
        (BY_ITSELF, {"headers": {"Authorization": "Basic ???"}}, "invalid_client", 401),
        (BY_ITSELF, {"headers": {"Authorization": "Bearer x"}}, "invalid_client", 401),
        (
            {**BY_ITSELF, "client_id": COUNTER.id, "client_secret": COUNTER_SECRET},
            {"auth": BASIC},
            "invalid_request",
            400,
        ),
        ({**BY_ITSELF, "client_id": PORTAL.id}, {"auth": BASIC}, "invalid_request", 400),
        ({**BY_ITSELF, "client_id": PORTAL.id}, {}, "unauthorized_client", 400),
        ({**BY_ITSELF, "client_id": COUNTER.id}, {}, "invalid_client", 401),
        (
            {**BY_ITSELF, "client_id": PORTAL.id, "client_secret": "any"},
            {},
            "invalid_client",
            401,
        ),
        ({"grant_type": "password"}, {"auth": BASIC}, "unsupported_grant_type", 400),
        (
            {"grant_type": "refresh_token", "refresh_token": "x"},
            {"auth": BASIC},
            "unauthorized_client",
            400,
        ),
        ({**BY_ITSELF, "scope": "everything"}, {"auth": BASIC}, "invalid_scope", 400),
        (BY_ITSELF, {"auth": BASIC, "json": {}}, "invalid_request", 400),
        (
            {"grant_type": "refresh_token", "refresh_token": "never", "client_id": PORTAL.id},
            {},
            "invalid_grant",
            400,
        ),
    ],
)
def test_the_token_endpoint_refuses(
    sandbox: Running, form: dict[str, str], more: dict[str, Any], code: str, status: int
) -> None:
    answer = token(sandbox, {} if "json" in more else form, **more)
    assert_refused(answer, code, status)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_a_repeated_parameter_is_refused(sandbox: Running) -> None:
    data = "grant_type=client_credentials&grant_type=client_credentials"
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = sandbox.ask("POST", "/oauth2/token", data=data, headers=fields, auth=BASIC)
    assert_refused(answer, "invalid_request")


def test_a_code_becomes_tokens_of_the_person(sandbox: Running) -> None:
    told = redeemed(sandbox).json()
    claims = claims_of(told["access_token"])
    assert (claims["sub"], claims["client_id"]) == (CITIZEN_A.subject, PORTAL.id)
    assert "id_token" not in told
    assert lets_in(sandbox, told["access_token"])


def test_an_id_token_is_no_access_token(sandbox: Running) -> None:
    code = sent_back(sandbox, scope="openid ho-so", nonce="mot-lan")["code"]
    told = redeemed(sandbox, code=code).json()
    claims = claims_of(told["id_token"])
    assert (claims["aud"], claims["nonce"]) == (PORTAL.id, "mot-lan")
    assert not lets_in(sandbox, told["id_token"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "another-verifier-another-verifier-another-verifier"},
        {"code_verifier": ""},
        {"redirect_uri": "https://portal.example/other"},
        {"code": "never-issued"},
    ],
)
def test_a_code_is_bound_to_its_request(sandbox: Running, wrong: dict[str, str]) -> None:
    assert_refused(redeemed(sandbox, **wrong), "invalid_grant")


def test_a_code_used_twice_ends_what_came_of_it(sandbox: Running) -> None:
    code = sent_back(sandbox)["code"]
    told = redeemed(sandbox, code=code).json()
    assert lets_in(sandbox, told["access_token"])
    assert_refused(redeemed(sandbox, code=code), "invalid_grant")
    assert not lets_in(sandbox, told["access_token"])
    assert_refused(refreshed(sandbox, told["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"login_hint": "nobody"}, "access_denied"),
    ],
)
def test_the_program_is_told_why_there_is_no_code(
    sandbox: Running, changed: dict[str, str | None], error: str
) -> None:
    back = sent_back(sandbox, **changed)
    assert back["error"] == error
    assert "code" not in back


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://attacker.example/callback"},
        {"redirect_uri": f"{PORTAL.redirect}/../other"},
        {"client_id": "nobody"},
        {"client_id": COUNTER.id},
    ],
)
def test_nobody_is_sent_to_a_strange_address(sandbox: Running, changed: dict[str, str]) -> None:
    answer = sandbox.ask("GET", "/oauth2/authorize", params={**ASKED, **changed})
    assert_refused(answer, "invalid_request")
    assert "Location" not in answer.headers


def test_refresh_tokens_rotate_and_a_stolen_one_ends_all(sandbox: Running) -> None:
    first = redeemed(sandbox).json()
    second = refreshed(sandbox, first["refresh_token"]).json()
    assert lets_in(sandbox, second["access_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert_refused(refreshed(sandbox, first["refresh_token"]), "invalid_grant")
    assert_refused(refreshed(sandbox, second["refresh_token"]), "invalid_grant")
    assert not lets_in(sandbox, first["access_token"])
    assert not lets_in(sandbox, second["access_token"])


def test_a_refreshed_scope_only_narrows(sandbox: Running) -> None:
    secret = redeemed(sandbox).json()["refresh_token"]
    assert_refused(refreshed(sandbox, secret, scope="openid ho-so"), "invalid_scope")


def test_a_revoked_access_token_is_refused_at_once(sandbox: Running) -> None:
    told = redeemed(sandbox).json()
    form = {"token": told["access_token"], "client_id": PORTAL.id}
    assert lets_in(sandbox, told["access_token"])
    for _ in range(2):
        assert sandbox.ask("POST", "/oauth2/revoke", data=form).status_code == 200
        assert not lets_in(sandbox, told["access_token"])


def test_revoking_a_refresh_token_ends_its_access_tokens(sandbox: Running) -> None:
    told = redeemed(sandbox).json()
    form = {"token": told["refresh_token"], "client_id": PORTAL.id}
    assert sandbox.ask("POST", "/oauth2/revoke", data=form).status_code == 200
    assert not lets_in(sandbox, told["access_token"])
    assert_refused(refreshed(sandbox, told["refresh_token"]), "invalid_grant")


def test_revoking_asks_who_it_is(sandbox: Running) -> None:
    told = redeemed(sandbox).json()
    form = {"token": told["access_token"]}
    assert_refused(sandbox.ask("POST", "/oauth2/revoke", data=form), "invalid_client", 401)
    answer = sandbox.ask("POST", "/oauth2/revoke", data=form, auth=BASIC)
    assert_refused(answer, "invalid_grant")
    assert lets_in(sandbox, told["access_token"])
    unknown = sandbox.ask("POST", "/oauth2/revoke", data={"token": "nobody-knows"}, auth=BASIC)
    assert unknown.status_code == 200
    answer = sandbox.ask("POST", "/oauth2/revoke", data={"client_id": PORTAL.id})
    assert_refused(answer, "invalid_request")


def test_forgetting_ends_refresh_tokens_but_not_access_tokens(sandbox: Running) -> None:
    told = redeemed(sandbox, code=sent_back(sandbox, login_hint=CITIZEN_B.username)["code"]).json()
    assert sandbox.ask("POST", "/~reset").status_code == 204
    assert lets_in(sandbox, told["access_token"])
    assert_refused(refreshed(sandbox, told["refresh_token"]), "invalid_grant")
