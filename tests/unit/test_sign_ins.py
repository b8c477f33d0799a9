"""Signing in: what is told of answers that hand out codes and tokens, and what of them is kept."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from conformance import target as targets
from conformance.contract import Contract
from conformance.door.guard import Guard
from conformance.evidence import Response
from conformance.identities import issuers, sign_ins
from conformance.identities.credentials import Credentials
from conformance.privacy.redaction import Redactor
from conformance.probe.questions import Question
from conformance.probe.scene import Scene
from conformance.verdict import NotTested

HOME = "https://portal.example/callback"
ASKED = "https://sso.example/auth?" + urlencode({"redirect_uri": HOME, "state": "s-1"})
AT = "2026-11-23T04:00:00.000Z"
NOW = 1795406400
CODE = "a-code-that-nobody-may-read"
RSA = RSAKey.generate_key(2048, auto_kid=True)
EC = ECKey.generate_key("P-256", auto_kid=True)
KEYS = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]}


def redirect(place: str) -> Response:
    return Response(302, "Found", "1.1", (("Location", place),), b"", 0.0)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (f"{HOME}?code={CODE}&state=s-1", (True, "query", ["code"], "same")),
        (f"{HOME}#code={CODE}&state=s-2", (True, "fragment", ["code"], "other")),
        (f"{HOME}?error=access_denied", (True, "query", [], "none")),
        (f"https://evil.example/callback?code={CODE}", (False, "query", ["code"], "none")),
        ("/log-in", (False, "", [], "none")),
        ("https://[", (False, "", [], "none")),
    ],
)
def test_a_redirect_tells_where_it_leads_and_what_it_holds(
    place: str, told: tuple[bool, str, list[str], str]
) -> None:
    facts, secrets = sign_ins.returned(ASKED, redirect(place))
    assert (facts["back"], facts["delivered"], facts["has"], facts["state"]) == told
    assert CODE not in str(facts)
    assert set(secrets) == set(told[2])


def signed(key: Any, algorithm: str, **claims: Any) -> str:
    made = {"iss": "i", "aud": "portal", "sub": "p", "iat": NOW - 5, "exp": NOW + 60, **claims}
    return jwt.encode({"alg": algorithm}, made, key, algorithms=[algorithm])


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
def test_a_signature_is_held_against_the_published_keys(key: Any, algorithm: str) -> None:
    token = signed(key, algorithm)
    known = sign_ins.described(token, KEYS, AT)
    unknown = sign_ins.described(token, {"keys": []}, AT)
    assert known is not None
    assert known["signed_by"] == issuers.digest_of(key.as_dict(private=False))
    assert (known["issued_ago"], known["ends_in"], known["aud"]) == (5, 60, ["portal"])
    assert unknown is not None
    assert unknown["signed_by"] == ""


def test_a_changed_token_is_signed_by_nobody() -> None:
    head, _, signature = signed(RSA, "RS256").split(".")
    other = base64.urlsafe_b64encode(b'{"sub":"q"}').rstrip(b"=").decode()
    told = sign_ins.described(f"{head}.{other}.{signature}", KEYS, AT)
    assert told is not None
    assert (told["signed_by"], told["sub"]) == ("", "q")


@pytest.mark.parametrize(
    "token", ["", "x", "a.b", "a.b.c.d.e", "..", "eyJ9.e30.", json.dumps({}), "é.é.é"]
)
def test_what_is_no_signed_token_tells_nothing(token: str) -> None:
    assert sign_ins.described(token, KEYS, AT) is None


@pytest.mark.parametrize(
    ("place", "hidden"),
    [
        (f"{HOME}?code={CODE}&state=s-1", True),
        (f"{HOME}#access_token={CODE}", True),
        (f"/units?code={CODE}", False),
    ],
)
def test_what_a_redirect_hands_out_is_not_kept(place: str, hidden: bool) -> None:  # noqa: FBT001  # a column of the table
    redactor = Redactor({}, key=b"k" * 32, synthetic=True)
    shown, _ = redactor.response(redirect(place))
    assert (CODE not in shown.headers[0][1]) is hidden
    assert redactor.restore(shown.headers[0][1]) == place


def scene(**more: Any) -> Scene:
    document = {"target": "x", "base_url": "https://sso.example", **more}
    return Scene(targets.of(document, place="t"), Contract({"paths": {}}, "c"), (), 1)


@pytest.mark.parametrize("read_for", ["", sign_ins.AUTHORISATION, sign_ins.TOKENS])
def test_another_server_is_asked_for_what_it_publishes_and_for_nothing_else(read_for: str) -> None:
    guard = Guard(scene(issuer={"url": "https://other.example"}))
    place = "https://other.example/auth"
    guard.check(Question("GET", place, read_for=issuers.METADATA))
    with pytest.raises(NotTested):
        guard.check(Question("GET", place, read_for=read_for))


def test_a_code_is_redeemed_where_writing_is_allowed() -> None:
    question = Question("POST", "https://sso.example/token", body=b"code=x")
    with pytest.raises(NotTested):
        Guard(scene()).check(question)
    allowed = scene(
        environment="sandbox",
        allow=["read", "write"],
        authorisation={"reference": "r", "by": "b", "until": "2099-12-31"},
    )
    Guard(allowed).check(question)


def test_programs_and_browsers_show_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "a-secret-of-a-program")
    client = {"client_id": "po:rtal", "redirect_uri": HOME, "client_secret": "env:A_SECRET"}
    posting = {**client, "client_authentication": "post"}
    accounts = {"citizen": {"cookie": "env:A_SECRET"}, "bare": {}}
    target = scene(sign_in={"clients": [client, posting], "accounts": accounts}).target
    credentials = Credentials(target)
    bare = Question("POST", "https://sso.example/token", body=b"code=x")
    pair = base64.b64encode(b"po%3Artal:a-secret-of-a-program").decode()
    assert credentials.apply("client:1", bare).headers == (("Authorization", f"Basic {pair}"),)
    assert credentials.apply("client:2", bare).body.endswith(
        b"&client_secret=a-secret-of-a-program"
    )
    assert credentials.apply("account:citizen", bare).headers[0][0] == "Cookie"
    assert credentials.apply("account:bare", bare) == bare
    assert "a-secret-of-a-program" in credentials.secrets().values()
