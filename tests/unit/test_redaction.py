"""Redaction: no secret in any byte that a run writes, and the rest as it came."""

import base64
import gc
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import (
    SCHEMES,
    SECURED,
    Ran,
    Reply,
    Seen,
    agency,
    answers,
    attempted,
    contract,
    demand,
    goal,
    planned,
    profile,
    run,
)

from conformance import check as checks
from conformance import engine
from conformance import record as records
from conformance.errors import TargetError
from conformance.evidence import Request, Response
from conformance.identities.credentials import Credentials
from conformance.privacy import hiding, redaction
from conformance.privacy.redaction import Redactor
from conformance.privacy.vocabulary import Vocabulary

KEY = b"a key for tests"
PERSONS = ["001099000001", "0912345678", "+84912345678", "an.nguyen@example.vn"]


def redactor(secrets: Mapping[str, str] | None = None, *, synthetic: bool = True) -> Redactor:
    return Redactor(secrets or {}, key=KEY, synthetic=synthetic)


def response(body: bytes = b"", **more: Any) -> Response:
    return Response(
        **{"status": 200, "reason": "OK", "http": "1.1", "headers": (), "seconds": 0.0, **more},
        body=body,
    )


# --- secrets in texts ----------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["canary-secret", 'can"ary\\secret', "can ary/+=&?", "mật khẩu"])
@pytest.mark.parametrize(
    "form",
    [
        lambda s: s,
        lambda s: quote(s, safe=""),
        json.dumps,
        lambda s: base64.b64encode(s.encode()).decode(),
    ],
    ids=["plain", "percent", "json", "base64"],
)
def test_a_secret_is_replaced_in_every_form(secret: str, form: Any) -> None:
    shown = redactor({"a.token": secret}).text(f"before {form(secret)} after")
    assert form(secret).strip('"') not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert "~secret.a.token." in shown


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(quote_plus, id="form"),
        pytest.param(lambda s: quote(s, safe="").lower(), id="percent in lower case"),
        pytest.param(lambda s: base64.urlsafe_b64encode(s.encode()).decode(), id="base64url"),
        pytest.param(lambda s: s.replace("&", "&amp;").replace('"', "&quot;"), id="html"),
        pytest.param(lambda s: json.dumps(s)[1:-1].replace("/", "\\/"), id="json of php"),
    ],
)
def test_a_secret_is_replaced_in_forms_that_servers_and_clients_use(form: Any) -> None:
    secret = 'can ary/"&>?ÿ~'
    assert form(secret) not in redactor({"a.token": secret}).text(f"before {form(secret)} after")


def test_half_a_surrogate_pair_is_hidden_as_its_escape() -> None:
    # JSON can say it (RFC 8259, section 8.2), and UTF-8 cannot.
    secret = "mật \ud834 khẩu"
    made = redactor({})
    made.hide("a.token", secret)
    assert json.dumps(secret)[1:-1] not in made.text(f"before {json.dumps(secret)} after")


def test_equal_values_have_equal_tokens_and_others_have_others() -> None:
    made = redactor({"a.token": "canary-1", "b.token": "canary-2"})
    first, second = made.text("canary-1 canary-1").split()
    assert first == second
    assert made.text("canary-2") != first
    assert (
        Redactor({"a.token": "canary-1"}, key=b"another", synthetic=True).text("canary-1") != first
    )


def test_a_token_does_not_tell_the_value_and_needs_no_escape() -> None:
    token = redactor({"a.token": "canary-1"}).text("canary-1")
    assert "canary" not in token
    assert quote(token, safe="") == token
    assert json.dumps(token) == f'"{token}"'


def test_a_redacted_text_stays_as_it_is() -> None:
    made = redactor({"a.token": "canary-1"}, synthetic=False)
    once = made.text("canary-1 001099000001")
    assert made.text(once) == once


def test_a_secret_inside_another_does_not_break_it() -> None:
    made = redactor({"a.token": "canary", "b.token": "canary-and-more"})
    assert "more" not in made.text("canary-and-more")
    assert "~secret.a.token." in made.text("canary")


@given(st.text(), st.text(min_size=4, max_size=12))
def test_no_secret_survives_anywhere_in_a_text(around: str, secret: str) -> None:
    # A token is made of these; a secret of such words would be found in its own token.
    if not secret.strip() or set(secret) <= set("~.secrtakn0123456789abcdefghijklmnop"):
        return
    shown = redactor({"x": secret}).text(around + secret + around)
    assert secret not in shown.replace("~secret.x.", "")


@given(st.text())
def test_without_secrets_a_synthetic_text_stays_as_it_is(text: str) -> None:
    assert redactor().text(text) == text or "eyJ" in text


@given(st.binary())
def test_without_secrets_synthetic_bytes_stay_as_they_are(body: bytes) -> None:
    shown, facts = redactor().response(response(body))
    assert shown.body == body or b"eyJ" in body or b'"' in body
    assert facts == {}


def test_a_secret_in_a_tree_is_replaced_in_values_and_the_names_stay() -> None:
    # A weak password may be the name of a parameter, and an example is found by that name.
    shown = redactor({"a.token": "canary-1"}).tree({"canary-1": ["x", {"y": "canary-1"}], "n": 1})
    assert list(shown) == ["canary-1", "n"]
    assert "canary" not in json.dumps(shown["canary-1"])
    assert shown["n"] == 1


# --- credentials that the target issues ----------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["access_token", "refresh_token", "id_token", "session", "client_secret", "password"]
)
def test_an_issued_credential_is_replaced_in_a_body(name: str) -> None:
    body = json.dumps({name: "issued-canary", "other": "kept"}).encode()
    shown, _ = redactor().response(response(body))
    assert b"issued-canary" not in shown.body
    assert json.loads(shown.body)["other"] == "kept"


def test_a_jwt_is_replaced_wherever_it_stands() -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMDEwOTkifQ.c2lnbmF0dXJl"
    assert jwt not in redactor().text(f"https://x/?t={jwt}&u=1")


@pytest.mark.parametrize("value", ["sid=canary; Path=/; HttpOnly", "sid=canary", ' sid="canary"'])
def test_a_cookie_that_is_set_keeps_its_name_and_attributes_only(value: str) -> None:
    shown, _ = redactor().response(response(headers=(("Set-Cookie", value),)))
    assert "canary" not in shown.headers[0][1]
    assert shown.headers[0][1].strip().startswith("sid=~secret.cookie.")
    assert shown.headers[0][1].endswith(value.partition(";")[2])


def test_a_cookie_of_our_own_making_is_shown_and_nothing_beside_it() -> None:
    own = "tuKhoa=vnct-0123456789abcdef"
    for value, is_own in ((own, True), (f"{own}; sid={HIDDEN}", False), (f"sid={HIDDEN}", False)):
        request = redactor().request(Request("GET", "http://a/", (("Cookie", value),)))
        assert (request.headers == (("Cookie", value),)) is is_own
        assert HIDDEN not in str(request.headers)


@pytest.mark.parametrize("name", ["Authorization", "Proxy-Authorization", "Cookie"])
def test_credentials_of_any_origin_are_replaced_in_a_request(name: str) -> None:
    request = Request("GET", "http://x/", ((name, "Bearer unheard-of"),))
    assert "unheard-of" not in redactor().request(request).headers[0][1]


@pytest.mark.parametrize(
    "identity",
    [
        {"bearer": "env:T_SHORT"},
        {"basic": {"username": "user", "password": "env:T_SHORT"}},
        {"api_key": {"in": "header", "name": "X-Api-Key", "value": "env:T_SHORT"}},
        {"api_key": {"in": "query", "name": "key", "value": "env:T_SHORT"}},
    ],
    ids=["bearer", "basic", "header", "query"],
)
def test_a_secret_too_short_to_be_hidden_is_refused(
    monkeypatch: pytest.MonkeyPatch, identity: dict[str, Any]
) -> None:
    made = goal(identities={"a": identity})
    monkeypatch.setenv("T_SHORT", "abcd")
    assert "abcd" in Credentials(made).secrets().values()
    monkeypatch.setenv("T_SHORT", "abc")
    with pytest.raises(TargetError) as caught:
        Credentials(made)
    assert "identities.a" in str(caught.value.place)
    assert "abc" not in str(caught.value)


# --- real people ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", PERSONS)
def test_personal_identifiers_become_tokens_in_addresses_and_headers(value: str) -> None:
    made = redactor(synthetic=False)
    request = Request("GET", f"http://x/p/{quote(value, safe='')}", (("X-For", value),))
    shown = made.request(request)
    digits = value.removeprefix("+").partition("@")[0]
    assert digits not in shown.url
    assert digits not in shown.headers[0][1]
    assert redactor().request(request) == request


@pytest.mark.parametrize(
    "value",
    [
        PERSONS[0],
        PERSONS[1],
        PERSONS[2],
        PERSONS[3],
    ],
)
def test_a_personal_identifier_has_one_token_in_every_form(value: str) -> None:
    made = redactor(synthetic=False)
    assert made.text(value) == made.text(quote(value, safe=""))


@pytest.mark.parametrize("value", ["1234567890123", "20261121101500", "100000000000", "012345"])
def test_other_numbers_are_no_personal_identifiers(value: str) -> None:
    assert redactor(synthetic=False).text(value) == value


def test_bytes_after_the_message_are_withheld_like_a_body() -> None:
    excess = '{"hoTen": "Nguyễn Văn An"}'.encode()
    shown, _ = redactor(synthetic=False).response(response(excess=excess))
    assert "Văn".encode() not in shown.excess


# --- every byte of a run -------------------------------------------------------------------------

CANARY = "canary-T0ken.with~all"
PASSWORD = 'pass:"w0rd\\ with/é'
HIDDEN = "canary-behind-the-door"
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl"
ALL = [demand(f"T-IOP-{number:02}", name) for number, name in enumerate(sorted(checks.every()), 10)]
PATHS = {
    path: {
        "get": answers({"type": "object"}, security=SECURED),
        "post": answers({"type": "object"}),
    }
    for path in ("/one", "/two")
}


def echo(seen: Seen) -> Reply:
    """Answer with everything that was received, in every place and form."""
    told = seen.header("Authorization") + seen.header("Cookie") + seen.header("X-Api-Key")
    told = told or "".join(parse_qs(urlsplit(seen.path).query).get("key", []))
    secret = told.partition(" ")[2] or told
    body = json.dumps(
        {
            "plain": told,
            "headers": [list(pair) for pair in seen.headers],
            "url": seen.path,
            "percent": quote(secret, safe=""),
            "access_token": HIDDEN,
            "jwt": JWT,
        }
    )
    headers = (
        ("Content-Type", "application/json"),
        ("Set-Cookie", f"sid={HIDDEN}; HttpOnly"),
        ("Location", f"/next?token={quote(secret, safe='')}&t={JWT}"),
        ("X-Echo", told),
        ("WWW-Authenticate", f'Bearer realm="{secret}"'),
    )
    known = seen.path.startswith(("/one", "/two")) and seen.method in {"GET", "POST"}
    status = 200 if known and told and "invalid" not in told + seen.path else 401
    return Reply(status, body.encode(), headers, reason=secret.replace("\\", "") or "R")


def written(identity: dict[str, Any], tmp_path: Path, answer: Any = echo, **more: Any) -> Ran:
    with agency(answer) as server:
        made = goal(server.base_url, identities={"a": identity}, **more)
        return run(planned(contract(PATHS, **SCHEMES), made, profile(*ALL)), tmp_path)


def searched(folder: Path, *needles: str) -> list[tuple[str, str]]:
    """Return where one of these words stands in any file of a run."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [(path.name, n) for n in needles if n.encode() in content]
    return found


@pytest.mark.parametrize("synthetic", [True, False])
@pytest.mark.parametrize(
    ("variable", "identity", "forms"),
    [
        ("T_BEARER", {"bearer": "env:T_BEARER"}, [CANARY]),
        (
            "T_BASIC",
            {"basic": {"username": "user", "password": "env:T_BASIC"}},
            [
                base64.b64encode(f"user:{PASSWORD}".encode()).decode(),
                quote(base64.b64encode(f"user:{PASSWORD}".encode()).decode(), safe=""),
            ],
        ),
        ("T_KEY", {"api_key": {"in": "header", "name": "X-Api-Key", "value": "env:T_KEY"}}, []),
        ("T_KEY", {"api_key": {"in": "cookie", "name": "key", "value": "env:T_KEY"}}, []),
        ("T_KEY", {"api_key": {"in": "query", "name": "key", "value": "env:T_KEY"}}, []),
    ],
    ids=["bearer", "basic", "header", "cookie", "query"],
)
def test_no_secret_is_in_any_byte_that_a_run_writes(  # noqa: PLR0913  # one run, many places
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    identity: dict[str, Any],
    forms: list[str],
    *,
    synthetic: bool,
) -> None:
    secret = PASSWORD if variable == "T_BASIC" else CANARY
    monkeypatch.setenv(variable, secret)
    done = written(identity, tmp_path, data="synthetic" if synthetic else "real")
    needles = [
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
        HIDDEN,
        JWT,
        *forms,
    ]
    assert searched(done.folder, *needles) == []
    assert searched(done.folder, variable) != []
    assert searched(done.folder, "~secret.") != []
    assert engine.rejudge(done.folder).differences == ()


def test_the_secret_really_left_for_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_BEARER", CANARY)
    seen = []

    def answer(asked: Seen) -> Reply:
        seen.append(asked.header("Authorization"))
        return echo(asked)

    written({"bearer": "env:T_BEARER"}, tmp_path, answer)
    assert f"Bearer {CANARY}" in seen


def test_a_key_with_a_space_in_the_query_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_KEY", "canary key")
    identity = {"api_key": {"in": "query", "name": "key", "value": "env:T_KEY"}}
    done = written(identity, tmp_path, lambda _: Reply())
    assert searched(done.folder, "canary+key", "canary key") == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_weak_password_does_not_spoil_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_BASIC", "password")
    identity = {"basic": {"username": "admin", "password": "env:T_BASIC"}}
    told = None
    try:
        written(identity, tmp_path, lambda _: Reply())
    except TargetError as error:
        told = str(error)
    # A session that could not be made leaves its shard open: it is closed here.
    gc.collect()
    assert told is None


def test_a_compressed_echo_is_hidden_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T_BEARER", CANARY)

    def answer(seen: Seen) -> Reply:
        packed = gzip.compress(json.dumps(seen.headers).encode())
        return Reply(200, packed, (("Content-Type", "text/plain"), ("Content-Encoding", "gzip")))

    done = written({"bearer": "env:T_BEARER"}, tmp_path, answer)
    lines = (done.folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        entry = json.loads(line).get("exchange") or {}
        body = ((entry.get("response") or {}).get("body") or {}).get("base64")
        if body:
            assert CANARY.encode() not in gzip.decompress(base64.b64decode(body))


# --- real data in a whole run --------------------------------------------------------------------


def person_run(tmp_path: Path, value: str, place: str) -> Ran:
    path = "/people/{id}" if place == "path" else "/people"
    parameter = {"name": "id", "in": place, "required": True, "schema": {"type": "string"}}
    made = contract({path: {"get": answers({"type": "object"}, parameters=[parameter])}})

    def answer(seen: Seen) -> Reply:
        if not seen.path.startswith("/people"):
            return Reply(404, f"unknown {seen.path} of {value}".encode())
        headers = (("Content-Type", "application/json"), ("X-For", value))
        return Reply(200, json.dumps({"hoTen": "Nguyễn Văn An", "id": value}).encode(), headers)

    with agency(answer) as server:
        wanted = goal(server.base_url, data="real", examples={f"GET {path}": {"id": value}})
        return run(planned(made, wanted, profile(*ALL)), tmp_path)


@pytest.mark.parametrize("place", ["path", "query"])
@pytest.mark.parametrize(
    "value",
    [
        PERSONS[0],
        PERSONS[1],
        PERSONS[2],
        PERSONS[3],
    ],
)
def test_real_people_are_in_no_byte_and_the_run_is_judged(
    tmp_path: Path, value: str, place: str
) -> None:
    done = person_run(tmp_path, value, place)
    assert searched(done.folder, value, quote(value, safe=""), "Nguyễn Văn An") == []
    verdicts = {f.check: (f.verdict, f.reason) for f in done.findings}
    assert verdicts["http.methods.head_mirrors_get"][0] == "pass"
    assert verdicts["contract.answers.body_matches_schema"] == ("pass", None)
    assert "not_in_record" not in {f.reason for f in done.findings}


# --- what goes out again -------------------------------------------------------------------------

CHAIN = {
    "/start": {"get": answers({"type": "object"}, operationId="start")},
    "/next/{key}": {
        "get": answers(
            operationId="next",
            parameters=[{"name": "key", "in": "path", "schema": {"type": "string"}}],
        )
    },
}


def test_an_issued_value_goes_out_again_as_it_came(tmp_path: Path) -> None:
    with agency(lambda _: Reply(body=b'{"session": "issued-canary"}')) as server:
        examples = {"next": {"key": {"from": "start", "take": "/session"}}}
        wanted = planned(contract(CHAIN), goal(server.base_url, examples=examples), profile(*ALL))
        done = run(wanted, tmp_path)
        paths = {seen.path for seen in server.seen}
    assert searched(done.folder, "issued-canary") == []
    assert "/next/issued-canary" in paths


def test_a_password_of_an_example_is_hidden_and_found_in_the_record(tmp_path: Path) -> None:
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    joining = {
        "/people": {"post": answers({"type": "object"}, operationId="join", requestBody=body)}
    }
    newcomer = {"name": "moi", "password": "newcomer-canary"}
    with agency(lambda seen: Reply(body=seen.body or b"{}")) as server:
        allowed = goal(
            server.base_url,
            allow=["read", "write"],
            authorisation={"reference": "r", "by": "b"},
            examples={"join": {"body": newcomer}},
        )
        done = run(planned(contract(joining), allowed, profile(*ALL)), tmp_path)
        assert any(json.loads(seen.body) == newcomer for seen in server.seen if seen.body)
    assert searched(done.folder, "newcomer-canary") == []
    assert not [f for f in done.findings if f.reason == "not_in_record"]


# Quotes, escapes, letters beyond ASCII, and what a URL or a form gives a meaning.
AWKWARD = 'Lê "Bé"\\ Tý / 50% + a=b&c;~ỹ'
FOLLOWED = {
    "/start": {"get": answers({"type": "object"}, operationId="start")},
    "/next/{key}": {
        "post": answers(
            operationId="next",
            parameters=[
                {"name": "key", "in": "path", "schema": {"type": "string"}},
                {"name": "q", "in": "query", "schema": {"type": "string"}},
                {"name": "X-Ten", "in": "header", "schema": {"type": "string"}},
            ],
            requestBody={"content": {"application/json": {"schema": {"type": "object"}}}},
            **{"x-safe": True},
        )
    },
}
HANDED_OUT = {"ten": AWKWARD, "so": 20260719001234, "thuc": 3.14159265358, "la": {"ten": AWKWARD}}


def test_a_hidden_value_goes_out_again_as_it_came(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(body=json.dumps(HANDED_OUT).encode() if seen.method == "GET" else seen.body)

    def taken(name: str) -> dict[str, str]:
        return {"from": "start", "take": f"/{name}"}

    given = {"key": taken("ten"), "q": taken("ten"), "X-Ten": taken("ten")}
    body = {name: taken(name) for name in HANDED_OUT}
    with agency(answer) as server:
        wanted = goal(server.base_url, data="real", examples={"next": {**given, "body": body}})
        done = run(planned(contract(FOLLOWED), wanted, profile(*ALL)), tmp_path)
        asked = next(seen for seen in server.seen if seen.path.startswith("/next"))
    path, _, query = asked.path.partition("?")
    assert path == f"/next/{quote(AWKWARD, safe='')}"
    assert parse_qs(query) == {"q": [AWKWARD]}
    assert asked.header("X-Ten").encode("latin-1").decode() == AWKWARD
    assert json.loads(asked.body) == HANDED_OUT
    assert searched(done.folder, AWKWARD, "20260719001234", "Bé", "3.14159265358") == []
    assert engine.rejudge(done.folder).differences == ()


def test_a_token_that_nobody_knows_any_more_does_not_go_out(tmp_path: Path) -> None:
    with agency(lambda _: Reply()) as server:
        examples = {"next": {"key": "~personal.abcdefghijkl~", "body": {}}}
        wanted = goal(server.base_url, data="real", examples=examples)
        done = run(planned(contract(FOLLOWED), wanted, profile(*ALL)), tmp_path)
        assert {seen.path for seen in server.seen if seen.path.startswith("/next")} == set()
    assert ("not_tested", "redacted") in {(f.verdict, f.reason) for f in done.findings}


def test_equal_values_have_equal_tokens_wherever_they_stand() -> None:
    name = "Trần Thị Bình"
    made = redactor(synthetic=False)
    shown, facts = made.response(
        response(
            json.dumps({"a": name, "b": {name: [name]}, "c": f"{name}."}).encode(),
            headers=(
                ("Content-Type", "application/json"),
                ("Location", f"/people/{quote(name)}?ten={quote_plus(name)}"),
                ("X-Ten", name.encode().decode("latin-1")),
            ),
        )
    )
    body = json.loads(shown.body)
    token = body["a"]
    (named,) = body["b"]
    assert body["b"][named] == [token]
    assert body["c"] != token
    assert named.rpartition(".")[2] == token.rpartition(".")[2]
    assert shown.headers[1] == (
        "Location",
        f"/~personal.{made._mark('people')}~/{token}?ten={token}",
    )
    assert shown.headers[2][1] == token
    assert facts["tokens"][token] == {"type": "string", "length": 13, "vietnamese": True}


def test_what_the_run_or_the_contract_said_stays_readable() -> None:
    words = Vocabulary(names=frozenset({"họ tên"}), words=frozenset({"ca_nhan"}))
    made = Redactor({}, key=KEY, synthetic=False, vocabulary=words)
    asked = Request("POST", "http://x/p?q=vnct-1", body='{"ghiChu": "của bộ kiểm thử"}'.encode())
    made.sent(made.request(asked))
    told = {"họ tên": "ca_nhan", "q": "vnct-1", "g": "của bộ kiểm thử", "so": 123456, "ok": True}
    body = json.dumps(told, ensure_ascii=False).encode()
    shown, facts = made.response(response(body))
    assert shown.body == body
    assert facts == {}


def test_a_personal_identifier_that_the_run_sent_is_hidden_all_the_same() -> None:
    made = redactor(synthetic=False)
    made.sent(Request("GET", f"http://x/p/{PERSONS[0]}"))
    shown, _ = made.response(response(json.dumps({"id": PERSONS[0]}).encode()))
    assert PERSONS[0].encode() not in shown.body


def test_values_beyond_the_limit_are_hidden_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_MOST_VALUES", 5)
    monkeypatch.setattr(hiding, "MOST_TOKENS", 3)
    made = redactor({"a.token": "canary-1"}, synthetic=False)
    body = json.dumps([f"người thứ {n}" for n in range(9)]).encode()
    shown, facts = made.response(response(body))
    tokens = json.loads(shown.body)
    assert len(set(tokens)) == 9
    assert [made.restore(token) == token for token in tokens] == [True] * 4 + [False] * 5
    assert list(facts["tokens"]) == tokens[:3]
    assert made.restore(made.text("canary-1")) == "canary-1"


def test_what_is_recorded_as_sent_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T_BEARER", CANARY)
    people = {
        "a": {"bearer": "env:T_BEARER"},
        "b": {"basic": {"username": "user", "password": "env:T_BEARER"}},
    }
    with agency(echo) as server:
        made = goal(server.base_url, identities=people)
        done = run(planned(contract(PATHS, **SCHEMES), made, profile(*ALL)), tmp_path)
        arrived = max(
            sum(name == "Authorization" for name, _ in seen.headers) for seen in server.seen
        )
    recorded = max(
        sum(name == "Authorization" for name, _ in e.request.headers)
        for e in records.read(done.folder).exchanges
    )
    assert arrived == recorded


def test_a_secret_that_is_cut_in_an_error_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_KEY", "canary" * 30)
    identity = {"api_key": {"in": "query", "name": "k" * 150, "value": "env:T_KEY"}}
    wanted = goal("http://127.0.0.1:9", identities={"a": identity})
    plan = planned(contract(PATHS, **SCHEMES), wanted, profile(*ALL))
    session, _ = attempted(plan, tmp_path / "run")
    assert searched(session.folder, "canarycanary") == []
