"""A signed token is one wherever it stands; whatever is forged of it is never kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from making import SCHEMES, SECURED, Reply, Seen, agency, answers, contract, goal, planned, profile

from conformance import engine
from conformance.evidence import header_values
from conformance.identities.credentials import Credentials
from conformance.identities.forging import TAMPERED, UNSIGNED, CannotForgeError, Forged
from conformance.probe.questions import Question


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def token(header: bytes = b'{"alg":"HS256"}') -> str:
    claims = {"sub": "0912345678", "exp": 4102444800}
    content = f"{encoded(header)}.{encoded(json.dumps(claims).encode())}"
    signature = hmac.digest(b"a shared secret", content.encode(), hashlib.sha256)
    return f"{content}.{encoded(signature)}"


TOKEN = token()
# The header of a token need not begin like most do: here with a space behind the brace.
ODD = token(b'{ "alg": "HS256" }')
FIELD = {"header": "Authorization", "prefix": "Bearer "}


def key(place: str, name: str, value: str) -> dict[str, Any]:
    return {"api_key": {"in": place, "name": name, "value": f"demo:{value}"}}


def login(**put: str) -> dict[str, Any]:
    take = {"member": "/access_token"}
    return {"login": {"path": "/login", "body": {"a": "b"}, "take": take, "put": put}}


WAYS = {
    "bearer": ({"bearer": f"demo:{TOKEN}"}, "Authorization: Bearer {}"),
    "key": (key("header", "X-Access-Token", TOKEN), "X-Access-Token: {}"),
    "key with a scheme": (
        key("header", "Authorization", f"Bearer {TOKEN}"),
        "Authorization: Bearer {}",
    ),
    "key with a scheme of its own": (
        key("header", "Authorization", f"JWT {TOKEN}"),
        "Authorization: JWT {}",
    ),
    "key with the scheme elsewhere": (
        key("header", "X-Access-Token", f"bearer {TOKEN}"),
        "X-Access-Token: bearer {}",
    ),
    "key in the query": (key("query", "access_token", TOKEN), "access_token={}"),
    "key in a cookie": (key("cookie", "jwt", TOKEN), "Cookie: jwt={}"),
    "log-in for a field": (login(**FIELD), "Authorization: Bearer {}"),
    "log-in for a cookie": (login(cookie="jwt"), "Cookie: jwt={}"),
}


def credentials(identity: dict[str, Any], issued: str = TOKEN) -> Credentials:
    made = Credentials(goal(identities={"citizen_a": identity}))
    if "login" in identity:
        made.issue("citizen_a", issued)
    return made


def shown(question: Question) -> str:
    return "\n".join([question.url, *(f"{name}: {value}" for name, value in question.headers)])


QUESTION = Question("GET", "http://127.0.0.1:9/things")


@pytest.mark.parametrize(("identity", "form"), WAYS.values(), ids=WAYS)
def test_a_token_is_known_and_forged_in_its_place(identity: dict[str, Any], form: str) -> None:
    known = credentials(identity)
    told = known.described("citizen_a")
    assert told is not None
    assert (told["format"], told["algorithm"], told["lapsed"]) == ("jws", "HS256", False)
    assert form.format(TOKEN) in shown(known.apply("citizen_a", QUESTION))
    for variant in (*UNSIGNED, *TAMPERED):
        name = str(Forged(variant, "citizen_a"))
        forged = known.forgery(name)
        assert forged is not None
        assert forged != TOKEN
        sent = shown(known.apply(name, QUESTION)) + "\n"
        assert form.format(forged) in sent
        assert TOKEN not in sent


@pytest.mark.parametrize("place", ["header", "query", "cookie"])
def test_an_opaque_key_is_no_token(place: str) -> None:
    known = credentials(key(place, "X-Key", "an-opaque-secret"))
    assert known.described("citizen_a") == {"format": "opaque"}
    with pytest.raises(CannotForgeError):
        known.apply(str(Forged("unsigned-none", "citizen_a")), QUESTION)


def test_a_question_that_cannot_carry_the_token_is_not_asked() -> None:
    known = credentials(login(member="session"))
    with pytest.raises(CannotForgeError):
        known.apply(str(Forged("unsigned-none", "citizen_a")), QUESTION)


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("Authorization", "Bearer opaque-secret", "Bearer vnct-invalid-credential"),
        ("authorization", "ApiKey opaque-secret", "ApiKey vnct-invalid-credential"),
        ("Authorization", "opaque-secret", "vnct-invalid-credential"),
        # What looks like a scheme may here be half of the secret.
        ("X-Api-Key", "half of-the-secret", "vnct-invalid-credential"),
    ],
)
def test_an_invalid_key_keeps_its_scheme(name: str, value: str, sent: str) -> None:
    made = credentials(key("header", name, value)).apply("invalid:citizen_a", QUESTION)
    assert header_values(made.headers, name) == [sent]


def test_an_unsigned_token_is_not_tampered_with() -> None:
    # Issued without a signature: there is no bit to change, and nothing to take away.
    known = credentials({"bearer": f"demo:{TOKEN.rpartition('.')[0]}."})
    for variant in TAMPERED:
        with pytest.raises(CannotForgeError):
            known.apply(str(Forged(variant, "citizen_a")), QUESTION)


@pytest.mark.parametrize("issued", [TOKEN, ODD], ids=["usual", "odd"])
@pytest.mark.parametrize(
    "way",
    [
        lambda value: key("header", "X-Access-Token", value),
        lambda value: key("query", "access_token", value),
        lambda value: key("cookie", "jwt", value),
        lambda _: login(header="X-Session"),
    ],
    ids=["field", "query", "cookie", "log-in"],
)
def test_no_forged_token_is_kept(way: Any, issued: str, tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        told = {"access_token": issued} if seen.path == "/login" else {"ok": True}
        return Reply(200, json.dumps(told).encode())

    agreed = contract(
        {"/things": {"get": answers(operationId="listThings", security=SECURED)}}, **SCHEMES
    )
    with agency(answer) as server:
        wanted = goal(server.base_url, identities={"citizen_a": way(issued)})
        session = engine.open_session(planned(agreed, wanted, profile()), tmp_path)
        operation = session.plan.scene.operation("listThings")
        assert operation is not None
        probe = session.probe(operation.unit, "a test")
        for variant in (*UNSIGNED, *TAMPERED, "kid-file"):
            probe.call(operation, identity=str(Forged(variant, "citizen_a")))
        session.finish()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    head, claims, signature = issued.split(".")
    assert b"forged:unsigned-none:citizen_a" in kept
    for part in (head, claims, signature):
        assert part.encode() not in kept


def test_a_key_is_hidden_without_its_scheme_too() -> None:
    known = credentials(key("header", "Authorization", "Bearer opaque-secret"))
    assert "opaque-secret" in known.secrets().values()
