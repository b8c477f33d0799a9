"""What the issuer of tokens publishes: told at the door, asked of the right servers, judged."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from making import (
    BASE_URL,
    SCHEMES,
    SECURED,
    WRITING,
    Ran,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    goal,
    planned,
    profile,
    run,
)

from conformance.door.guard import Guard
from conformance.errors import TargetError
from conformance.identities import issuers
from conformance.identities.forging import IN_URL as IN_URL_VARIANT
from conformance.probe.questions import Question
from conformance.verdict import NotTested

MODULUS = "4" + "Q" * 341
KEY = {"kty": "RSA", "kid": "one", "use": "sig", "n": MODULUS, "e": "AQAB"}
PRIVATE = "vnct-a-private-exponent-of-nobody"
KEYS, CONSISTENT, GRANTS, PROOF = "T-AUT-14", "T-AUT-15", "T-AUT-16", "T-AUT-17"
IN_URL, SCOPES = "T-AUT-13", "T-AUT-12"
PROFILE = profile(
    demand(KEYS, "identity.keys.published_keys_are_public"),
    demand(CONSISTENT, "identity.metadata.metadata_are_consistent"),
    demand(GRANTS, "identity.metadata.deprecated_grants_are_not_offered"),
    demand(PROOF, "identity.metadata.proof_keys_are_offered"),
    demand(SCOPES, "authorization.scopes.scopes_are_enforced"),
    demand(IN_URL, "identity.urls.tokens_in_urls_are_refused"),
)
AT_THE_ROOT, APPENDED = issuers.AT_THE_ROOT, issuers.APPENDED
TOKEN = "an-opaque-token-of-a"


def metadata(issuer: str, /, **more: Any) -> dict[str, Any]:
    told = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
    }
    return told | more


def published(
    host: str, *, path: str = "", at: str = AT_THE_ROOT, keys: Any = None, **more: Any
) -> Callable[[Seen], Reply | None]:
    """Return the answers of an authorisation server."""
    place = at + path if at == AT_THE_ROOT else path + at
    documents = {
        place: metadata(f"http://{host}{path}", **more),
        f"{path}/jwks": {"keys": [KEY]} if keys is None else keys,
    }

    def answer(seen: Seen) -> Reply | None:
        told = documents.get(seen.path)
        return None if told is None else Reply(200, json.dumps(told).encode())

    return answer


def api(seen: Seen, *, scope: str = "") -> Reply:
    """Answer like a small API with one secured read, that knows one token."""
    held = seen.header("Authorization").removeprefix("Bearer ")
    if seen.path.partition("?")[0] != "/things":
        return Reply(404)
    if not held.startswith((TOKEN, "ey")):
        return Reply(401)
    return Reply(403) if scope and scope not in scopes_in(held) else Reply(200)


def scopes_in(held: str) -> list[str]:
    if not held.startswith("ey"):
        return ["all"]
    claims = json.loads(base64.urlsafe_b64decode(held.split(".")[1] + "=="))
    return str(claims.get("scope", "")).split()


def examined(
    folder: Path, answer: Callable[[Seen], Reply], scheme: Any = None, **of_target: Any
) -> tuple[Ran, list[Seen]]:
    """Run against a small API; an answer may use `HOST` for its own address."""
    schemes = SCHEMES if scheme is None else {"components": {"securitySchemes": {"token": scheme}}}
    with agency(answer) as server:
        text = json.dumps({"o": of_target, "s": schemes}).replace("HOST", server.base_url[7:])
        filled = json.loads(text)
        listed = answers(operationId="listThings", security=SECURED)
        agreed = contract({"/things": {"get": listed}}, "3.2.0", **filled["s"])
        identities = {"citizen_a": {"bearer": f"demo:{TOKEN}"}}
        wanted = goal(server.base_url, **{"identities": identities, **filled["o"]})
        return run(planned(agreed, wanted, PROFILE), folder), server.seen


def serving(make: Callable[[str], Callable[[Seen], Reply | None]]) -> Callable[[Seen], Reply]:
    """Return an agency that is its own authorisation server, and otherwise the API."""

    def answer(seen: Seen) -> Reply:
        made = make(seen.header("Host"))(seen)
        return api(seen) if made is None else made

    return answer


OWN = {"issuer": {"url": "http://HOST"}}


def verdicts(ran: Ran) -> dict[str, str]:
    return {name: ran.verdict(name) for name in (KEYS, CONSISTENT, GRANTS, PROOF)}


def told(ran: Ran, requirement: str) -> str:
    entry = next(e for e in ran.results["requirements"] if e["id"] == requirement)
    return json.dumps(entry["results"], ensure_ascii=False)


def kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- what is told of documents --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "places"),
    [
        ("https://a.vn", (f"https://a.vn{AT_THE_ROOT}", f"https://a.vn{APPENDED}")),
        ("https://a.vn/", (f"https://a.vn{AT_THE_ROOT}", f"https://a.vn{APPENDED}")),
        ("https://a.vn/t/1", (f"https://a.vn{AT_THE_ROOT}/t/1", f"https://a.vn/t/1{APPENDED}")),
        ("https://a.vn/t/", (f"https://a.vn{AT_THE_ROOT}/t", f"https://a.vn/t{APPENDED}")),
        ("https://[a.vn", ()),
    ],
)
def test_where_metadata_stand(issuer: str, places: tuple[str, ...]) -> None:
    assert issuers.metadata_places(issuer) == places
    assert all(issuers.is_of(issuer, place) for place in places)


@pytest.mark.parametrize(
    ("key", "private", "usable"),
    [
        (KEY, [], True),
        ({**KEY, "d": PRIVATE}, ["d"], True),
        ({**KEY, "oth": [{"r": "x"}]}, ["oth"], True),
        ({**KEY, "d": None, "p": "", "oth": []}, [], True),
        ({"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": PRIVATE}, ["d"], True),
        ({"kty": "OKP", "crv": "Ed25519", "x": "a"}, [], True),
        ({"kty": "oct", "k": PRIVATE}, ["k"], True),
        ({"kty": "AKP", "pub": "a", "priv": PRIVATE}, ["priv"], True),
        ({"kty": "new", "p": "public there"}, [], False),
        ({"kty": "new", "d": PRIVATE}, ["d"], False),
        ({"kty": "RSA", "n": "not base64 !", "e": "AQAB"}, [], False),
        ({"kty": 5, "d": PRIVATE}, ["d"], False),
        ("no key", [], False),
    ],
)
def test_what_is_told_of_a_key(key: Any, private: list[str], *, usable: bool) -> None:
    body = json.dumps({"keys": [key]}).encode()
    (seen,) = (issuers.keys_of(body) or {})["keys"]
    assert (seen["private"], seen["usable"]) == (private, usable)
    assert PRIVATE not in json.dumps(seen)
    assert issuers.holds_private_keys(body) is bool(private)


@pytest.mark.parametrize(
    "body",
    [
        b'{"keys": [{"kty": "RSA", "d": "AAAAAAAAAAAA", "d": null}]}',
        b'{"a": [{"b": {"d": "AAAAAAAAAAAA", "kty": "EC"}}]}',
        b'{"keys": [{"kty": "RSA", "d": "AAAAAAAAAAAA"',
        b'<pre>{"kty": "oct", "k": "AAAAAAAAAAAA"}</pre>',
    ],
)
def test_a_private_key_is_known_wherever_it_stands(body: bytes) -> None:
    assert issuers.holds_private_keys(body)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"d": "AAAAAAAAAAAA"}', b'<p>"kty" names the type, "d" the secret</p>']
)
def test_other_bodies_hold_no_key(body: bytes) -> None:
    assert not issuers.holds_private_keys(body)


def test_what_is_no_address_and_no_name_is_not_repeated() -> None:
    shown = issuers.metadata_of(
        json.dumps(
            {
                "issuer": "Nguyễn Văn A",
                "token_endpoint": "https://user:secret@a.vn/token",
                "jwks_uri": None,
                "scopes_supported": ["openid", "ông A"],
                "response_types_supported": ["code", "code id_token"],
            }
        ).encode()
    )
    assert shown == {
        "members": {"response_types_supported": ["code", "code id_token"]},
        "misshapen": ["issuer", "token_endpoint", "scopes_supported"],
    }
    for body in (b"[]", b"{}", b"<html>", b'{"things": []}'):
        assert issuers.metadata_of(body) is None


# --- whom is asked --------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["synthetic", "real"])
@pytest.mark.parametrize("at", [AT_THE_ROOT, APPENDED])
@pytest.mark.parametrize("path", ["", "/realms/one"])
def test_an_issuer_on_the_same_host_is_found(tmp_path: Path, data: str, at: str, path: str) -> None:
    of_target = {"issuer": {"url": f"http://HOST{path}"}, "data": data}
    good = serving(lambda host: published(host, path=path, at=at))
    ran, seen = examined(tmp_path, good, **of_target)
    assert set(verdicts(ran).values()) == {"pass"}
    asked = [s for s in seen if s.path != "/things"]
    assert len(asked) <= 4
    assert not [s for s in asked if s.header("Authorization")]


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_an_issuer_elsewhere_is_asked_only_where_the_target_file_names_it(
    tmp_path: Path, data: str
) -> None:
    with agency(lambda seen: published(seen.header("Host"))(seen) or Reply(404)) as other:
        scheme = {"type": "openIdConnect", "openIdConnectUrl": other.base_url + APPENDED}
        ran, _ = examined(tmp_path / "a", api, scheme, data=data)
        assert other.seen == []
        assert set(verdicts(ran).values()) == {"not_tested"}
        assert "`issuer: {url: https://…}`" in told(ran, CONSISTENT)
        assert other.base_url[7:] in told(ran, CONSISTENT)
        named = {"issuer": {"url": other.base_url}}
        ran, _ = examined(tmp_path / "b", api, scheme, data=data, **named)
        assert set(verdicts(ran).values()) == {"pass"}
        assert not [s for s in other.seen if s.header("Authorization") or s.method != "GET"]


def test_an_issuer_that_asks_to_wait_holds_up_nobody(tmp_path: Path) -> None:
    wait = (("Retry-After", "86400"),)
    with agency(lambda _: Reply(429, b"", wait)) as other:
        named = {"issuer": {"url": other.base_url}}
        ran, _ = examined(tmp_path, api, **named, **WRITING)
        assert len(other.seen) <= 2
    assert verdicts(ran)[CONSISTENT] == "not_tested"
    assert ran.verdict(IN_URL) == "pass"


def test_an_issuer_that_is_away_holds_up_nobody(tmp_path: Path) -> None:
    named = {"issuer": {"url": "http://127.0.0.1:9"}}
    ran, _ = examined(tmp_path, api, **named, **WRITING)
    assert verdicts(ran)[CONSISTENT] == "not_tested"
    assert ran.verdict(IN_URL) == "pass"


def test_nobody_said_who_issues(tmp_path: Path) -> None:
    ran, seen = examined(tmp_path / "a", api)
    assert set(verdicts(ran).values()) == {"not_tested"}
    assert "`issuer: none`" in told(ran, CONSISTENT)
    ran, _ = examined(tmp_path / "b", api, issuer="none")
    assert set(verdicts(ran).values()) == {"not_applicable"}
    key = {"api_key": {"in": "header", "name": "X-Key", "value": "demo:a-key-of-a"}}
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    ran, _ = examined(tmp_path / "c", lambda _: Reply(), scheme, identities={"citizen_a": key})
    assert set(verdicts(ran).values()) == {"not_applicable"}
    assert not [s for s in seen if "well-known" in s.path]


@pytest.mark.parametrize("said", [{}, "somebody", {"url": "a.vn"}, {"url": "https://a.vn/?x=1"}])
def test_a_target_file_names_an_issuer_properly(said: Any) -> None:
    with pytest.raises(TargetError):
        goal(issuer=said)


def test_the_guard_keeps_tokens_out_of_addresses_and_questions_at_home() -> None:
    listed = {"/things": {"get": answers(operationId="listThings")}}
    named = {"issuer": {"url": "https://sso.vn/one"}}
    for more, permitted in ((WRITING, True), ({**WRITING, "environment": "production"}, False)):
        scene = planned(contract(listed), goal(**named, **more), PROFILE).scene
        guard = Guard(scene)
        carried = Question("GET", f"{BASE_URL}/things", identity=f"forged:{IN_URL_VARIANT}:a")
        assert guard.is_safe(replace(carried, identity=None))
        assert not guard.is_safe(carried)
        if permitted:
            guard.check(carried)
        else:
            with pytest.raises(NotTested):
                guard.check(carried)
        read = Question("GET", f"https://sso.vn{AT_THE_ROOT}/one", read_for=issuers.METADATA)
        guard.check(read)
        for bent in (
            replace(read, url="https://other.vn/keys"),
            replace(read, url="http://sso.vn/keys"),
            replace(read, identity="citizen_a"),
            replace(read, method="POST"),
            replace(read, body=b"x"),
            replace(read, read_for=""),
        ):
            with pytest.raises(NotTested):
                guard.check(bent)


# --- what is judged -------------------------------------------------------------------------------


def own(**more: Any) -> Callable[[Seen], Reply]:
    return serving(lambda host: published(host, **more))


@pytest.mark.parametrize(
    ("told_otherwise", "failing"),
    [
        ({"issuer": "http://127.0.0.1:1"}, CONSISTENT),
        ({"token_endpoint": "http://a.vn/token"}, CONSISTENT),
        ({"response_types_supported": []}, CONSISTENT),
        ({"token_endpoint": 5}, CONSISTENT),
        ({"grant_types_supported": ["password", "authorization_code"]}, GRANTS),
        ({"response_types_supported": ["code", "id_token token"]}, GRANTS),
        ({"code_challenge_methods_supported": None}, PROOF),
        ({"code_challenge_methods_supported": ["plain"]}, PROOF),
        ({"keys": {"keys": [{**KEY, "d": PRIVATE}]}}, KEYS),
        ({"keys": {"keys": []}}, KEYS),
        ({"keys": {"keys": [KEY, {**KEY, "n": "5" + MODULUS[1:]}]}}, KEYS),
        ({"keys": {"keys": [{**KEY, "n": MODULUS[:171]}]}}, KEYS),
        ({"keys": {"kty": "RSA"}}, KEYS),
    ],
)
@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_what_is_wrong_fails(
    tmp_path: Path, told_otherwise: Mapping[str, Any], failing: str, data: str
) -> None:
    ran, _ = examined(tmp_path, own(**told_otherwise), **OWN, data=data)
    assert [name for name, said in verdicts(ran).items() if said == "fail"] == [failing]


@pytest.mark.parametrize(
    "told_otherwise",
    [
        {"response_types_supported": ["code", "code id_token", "none"]},
        {"code_challenge_methods_supported": ["plain", "S256"]},
        {"registration_endpoint": None},
        {"keys": {"keys": [KEY, KEY, {**KEY, "use": "enc", "n": "5" + MODULUS[1:]}]}},
        {"keys": {"keys": [{**KEY, "d": None, "oth": []}]}},
        {"keys": {"keys": [KEY, {"kty": "new", "kid": "one"}]}},
    ],
)
def test_what_is_unusual_and_legal_passes(
    tmp_path: Path, told_otherwise: Mapping[str, Any]
) -> None:
    ran, _ = examined(tmp_path, own(**told_otherwise), **OWN)
    assert set(verdicts(ran).values()) == {"pass"}


def test_what_metadata_do_not_tell_stays_open(tmp_path: Path) -> None:
    ran, _ = examined(tmp_path / "a", own(grant_types_supported=None), **OWN)
    assert (ran.verdict(GRANTS), ran.verdict(PROOF)) == ("not_tested", "pass")
    silent = own(at=APPENDED, code_challenge_methods_supported=None)
    ran, _ = examined(tmp_path / "b", silent, **OWN)
    assert (ran.verdict(CONSISTENT), ran.verdict(PROOF)) == ("pass", "not_tested")
    ran, _ = examined(tmp_path / "c", api, **OWN)
    assert set(verdicts(ran).values()) == {"not_tested"}


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (Reply(404), "fail"),
        (Reply(200, b"<html>", (("Content-Type", "text/html"),)), "fail"),
        (Reply(200, b'{"things": []}'), "fail"),
        (Reply(403), "not_tested"),
        (Reply(302, b"", (("Location", "/login"),)), "not_tested"),
    ],
)
def test_an_address_that_the_contract_names_answers_metadata(
    tmp_path: Path, reply: Reply, verdict: str
) -> None:
    scheme = {"type": "openIdConnect", "openIdConnectUrl": f"http://HOST/sso{APPENDED}"}

    def answer(seen: Seen) -> Reply:
        return reply if seen.path.startswith("/sso") else api(seen)

    ran, _ = examined(tmp_path, answer, scheme)
    assert ran.verdict(CONSISTENT) == verdict
    assert ran.verdict(PROOF) == "not_tested"


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_no_private_key_is_kept(tmp_path: Path, data: str) -> None:
    leaking = own(keys={"keys": [{**KEY, "d": PRIVATE, "p": f"\u00e9{PRIVATE}"}]})
    place = {"issuer": {"url": "http://HOST", "jwks_url": "/jwks"}}
    ran, seen = examined(tmp_path, leaking, **place, data=data)
    assert ran.verdict(KEYS) == "fail"
    # Read before the run too, for tokens that abuse the public key.
    assert len([s for s in seen if s.path == "/jwks"]) == 3
    assert PRIVATE.encode() not in kept(tmp_path)
    assert b'"private":["d","p"]' in kept(tmp_path).replace(b" ", b"")


# --- tokens in addresses, scopes ------------------------------------------------------------------


def in_query(seen: Seen) -> Reply:
    return Reply(200) if "access_token=" in seen.path else api(seen)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (api, "pass"),
        (in_query, "fail"),
        (lambda _: Reply(200), "not_tested"),
        (lambda seen: Reply(500) if "access_token" in seen.path else api(seen), "not_tested"),
        (lambda seen: Reply(400) if "access_token" in seen.path else api(seen), "pass"),
    ],
)
def test_a_token_in_the_address(
    tmp_path: Path, answer: Callable[[Seen], Reply], verdict: str
) -> None:
    ran, seen = examined(tmp_path, answer, issuer="none", **WRITING)
    assert ran.verdict(IN_URL) == verdict
    sent = [s for s in seen if f"access_token={TOKEN}" in s.path]
    assert sent
    assert not [s for s in sent if s.header("Authorization")]
    assert TOKEN.encode() not in kept(tmp_path)


@pytest.mark.parametrize(
    "changes", [{"environment": "production", **WRITING}, {"allow": ["read"]}, {}]
)
def test_no_token_of_a_production_target_stands_in_an_address(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    ran, seen = examined(tmp_path, in_query, issuer="none", **changes)
    assert ran.verdict(IN_URL) == "not_tested"
    assert not [s for s in seen if "access_token" in s.path]


def token_for(**claims: Any) -> str:
    parts = ({"alg": "RS256", "typ": "at+jwt"}, {"sub": "a", **claims})
    coded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*coded, "c2lnbmF0dXJlLW9mLW5vYm9keQ"])


SCOPED = {"components": {"securitySchemes": {"token": {"type": "oauth2", "flows": {}}}}}


@pytest.mark.parametrize(
    ("narrow", "answer", "verdict"),
    [
        (token_for(scope="read"), lambda seen: api(seen, scope="all"), "pass"),
        (token_for(scope="read"), api, "fail"),
        (token_for(scp=["read"]), api, "fail"),
        (token_for(scope="all read"), api, "not_applicable"),
        (token_for(), api, "not_tested"),
        ("an-opaque-token-of-c", api, "not_tested"),
        (
            token_for(scope="x"),
            lambda s: Reply(200) if TOKEN in str(s) else Reply(401),
            "not_tested",
        ),
        (
            token_for(scope="x"),
            lambda seen: (
                Reply(200)
                if TOKEN in str(seen)
                else Reply(401, b"", (("WWW-Authenticate", 'Bearer error="insufficient_scope"'),))
            ),
            "pass",
        ),
        # Somebody who may is refused as well: it was not the scope that was missed.
        (token_for(scope="x"), lambda _: Reply(403), "not_tested"),
    ],
)
def test_scopes(tmp_path: Path, narrow: str, answer: Callable[[Seen], Reply], verdict: str) -> None:
    with agency(answer) as server:
        listed = answers(operationId="listThings", security=[{"token": ["all"]}])
        agreed = contract({"/things": {"get": listed}}, "3.1.0", **SCOPED)
        who = {"narrow": {"bearer": f"demo:{narrow}"}, "citizen_a": {"bearer": f"demo:{TOKEN}"}}
        wanted = goal(server.base_url, identities=who, issuer="none")
        ran = run(planned(agreed, wanted, profile(demand(SCOPES, PROFILE_OF_SCOPES))), tmp_path)
    assert ran.verdict(SCOPES) == verdict


PROFILE_OF_SCOPES = "authorization.scopes.scopes_are_enforced"


def test_the_scopes_of_an_opaque_token_are_those_that_it_was_issued_with(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        if seen.path == "/token":
            given = {"access_token": f"{TOKEN}-narrow", "token_type": "Bearer"}
            return Reply(200, json.dumps(given).encode())
        return api(seen)

    with agency(answer) as server:
        listed = answers(operationId="listThings", security=[{"token": ["all"]}])
        agreed = contract({"/things": {"get": listed}}, "3.1.0", **SCOPED)
        way = {
            "grant": "client_credentials",
            "token_url": "/token",
            "client_id": "c",
            "client_secret": "demo:a-client-secret",
            "scope": "read",
        }
        who = {"narrow": {"oauth2": way}, "citizen_a": {"bearer": f"demo:{TOKEN}"}}
        wanted = goal(server.base_url, identities=who, issuer="none")
        ran = run(planned(agreed, wanted, profile(demand(SCOPES, PROFILE_OF_SCOPES))), tmp_path)
    assert ran.verdict(SCOPES) == "fail"


@pytest.mark.parametrize(
    ("security", "scopes"),
    [
        ([{"token": ["a", "b"]}], {"a", "b"}),
        ([{"token": ["a", "b"]}, {"token": ["b"]}], {"b"}),
        ([{"token": ["a"]}, {"key": []}], set()),
        ([{"token": ["a"], "key": []}], {"a"}),
        ([{"key": ["role"]}], set()),
        ([{"token": ["a"]}, {}], set()),
        ([{"nobody": ["a"]}], set()),
        ([{"token": "a"}], set()),
    ],
)
def test_the_scopes_that_every_alternative_demands(security: Any, scopes: set[str]) -> None:
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    schemes = {"token": {"type": "oauth2", "flows": {}}, "key": key}
    listed = answers(operationId="listThings", security=security)
    made = contract({"/things": {"get": listed}}, components={"securitySchemes": schemes})
    (operation,) = made.operations
    assert operation.scopes == scopes
