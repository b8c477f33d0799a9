"""Identities that log in, lose their session and get it back, from an agency that issues them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from making import WRITING, Agency, Reply, Seen, agency, answers, contract, goal, planned, profile

from conformance import engine, record
from conformance.contract import Contract
from conformance.engine import Session
from conformance.errors import TargetError, UnreachableError
from conformance.evidence import Exchange
from conformance.identities import credentials
from conformance.probe.questions import Question
from conformance.verdict import NotTested, Reason

SECRET = "correct-horse-battery-staple"
JSON = (("Content-Type", "application/json"),)


@dataclass
class Office:
    """An agency with an authorisation server, a log-in with a cookie, and a log-out."""

    sessions: set[str] = field(default_factory=set)
    refresh: str = "refresh-token-number-0"
    issued: int = 0
    ends_everything: bool = True
    deaf: bool = False
    says: bytes = b'{"ok": true}'

    def answer(self, seen: Seen) -> Reply:
        path = seen.path.partition("?")[0]
        if path in {"/token", "/login"}:
            return self.log_in(seen)
        who = seen.header("Authorization").removeprefix("Bearer ")
        who = who or seen.header("Cookie").removeprefix("SID=")
        if path == "/packets" and not who:
            who = str(json.loads(seen.body).get("session", ""))
        if self.deaf or who not in self.sessions:
            return Reply(401, b"{}", JSON)
        if path == "/logout":
            self.sessions.clear() if self.ends_everything else self.sessions.discard(who)
        return Reply(200, self.says, JSON)

    def log_in(self, seen: Seen) -> Reply:
        sent = {key: values[0] for key, values in parse_qs(seen.body.decode()).items()}
        if seen.header("Content-Type") == "application/json":
            sent = json.loads(seen.body)
        basic = base64.b64decode(seen.header("Authorization").removeprefix("Basic ")).decode()
        known = SECRET in {sent.get("client_secret"), sent.get("password"), basic.partition(":")[2]}
        if sent.get("grant_type") == "refresh_token":
            known = sent["refresh_token"] == self.refresh
        if not known:
            return Reply(400, b'{"error": "invalid_client"}', JSON)
        self.issued += 1
        session = f"session-value-number-{self.issued}"
        self.sessions.add(session)
        self.refresh = f"refresh-token-number-{self.issued}"
        body = {
            "access_token": session,
            "refresh_token": self.refresh,
            "expires_in": 3600,
            "session": session,
        }
        cookie = ("Set-Cookie", f"SID={session}; Path=/; HttpOnly")
        return Reply(200, json.dumps(body).encode(), (*JSON, cookie))


def things(*only: str) -> Contract:
    secured = {"security": [{"token": []}]}
    scheme = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    paths = {
        "/things": {"get": answers(operationId="listThings", **secured)},
        "/others": {"get": answers(operationId="listOthers", **secured)},
        "/logout": {"post": answers(operationId="logOut", **secured)},
        "/packets": {
            "post": answers(
                operationId="exchange",
                requestBody={"content": {"application/json": {"example": {"q": 1}}}},
                **secured,
            )
        },
    }
    return contract({p: paths[p] for p in only or paths}, components=scheme)


CLIENT = {"grant": "client_credentials", "token_url": "/token", "client_id": "c"}
WITH_SECRET = {**CLIENT, "client_secret": f"demo:{SECRET}"}
COOKIE = {
    "path": "/login",
    "body": {"username": "someone", "password": f"demo:{SECRET}"},
    "take": {"cookie": "SID"},
}
WAYS: dict[str, dict[str, Any]] = {
    "client, basic": {"oauth2": WITH_SECRET},
    "client, post": {"oauth2": {**WITH_SECRET, "client_authentication": "post"}},
    "refreshed": {
        "oauth2": {
            "grant": "refresh_token",
            "token_url": "/token",
            "client_id": "c",
            "refresh_token": "demo:refresh-token-number-0",
        }
    },
    "cookie": {"login": COOKIE},
    "cookie from a form": {"login": {**COOKIE, "media_type": "application/x-www-form-urlencoded"}},
    "header": {
        "login": {
            **COOKIE,
            "take": {"member": "/session"},
            "put": {"header": "Authorization", "prefix": "Bearer "},
        }
    },
}


def opened(server: Agency, out: Path, way: dict[str, Any], *only: str, **more: Any) -> Session:
    wanted = goal(server.base_url, identities={"citizen_a": way}, **{**WRITING, **more})
    return engine.open_session(planned(things(*only), wanted, profile()), out)


def ask(session: Session, operation: str) -> Exchange:
    found = session.plan.scene.operation(operation)
    assert found is not None
    return session.probe(found.unit, "a test").call(found)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_identity_logs_in_once_and_is_accepted(way: dict[str, Any], tmp_path: Path) -> None:
    office = Office()
    with agency(office.answer) as server:
        session = opened(server, tmp_path, way)
        assert ask(session, "listThings").status == 200
        assert ask(session, "listOthers").status == 200
        session.close()
    assert office.issued == 1


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_that_was_issued_is_kept(way: dict[str, Any], tmp_path: Path) -> None:
    office = Office()
    with agency(office.answer) as server:
        session = opened(server, tmp_path, way)
        ask(session, "listThings")
        session.finish()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"login:citizen_a" in kept
    for secret in (SECRET, "session-value-number-1", "refresh-token-number-"):
        assert secret.encode() not in kept
        assert base64.b64encode(secret.encode()).rstrip(b"=") not in kept


@pytest.mark.parametrize(
    "way",
    [
        WAYS["cookie"],
        WAYS["cookie from a form"],
        WAYS["header"],
    ],
    ids=["cookie", "form", "header"],
)
def test_under_which_name_somebody_real_logs_in_is_not_kept(
    way: dict[str, Any], tmp_path: Path
) -> None:
    office = Office(says=b'{"who": "someone"}')
    with agency(office.answer) as server:
        session = opened(server, tmp_path, way, data="real")
        told = ask(session, "listThings")
        session.finish()
    # Whoever logs in tells a name, and an answer that repeats it says who somebody is.
    assert told.facts["body_tokens"]
    kept = [path for path in session.folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"someone" in path.read_bytes()]
    assert engine.rejudge(session.folder).differences == ()


def test_a_session_is_put_into_a_body(tmp_path: Path) -> None:
    office = Office()
    way = {"login": {**COOKIE, "take": {"member": "session"}, "put": {"member": "session"}}}
    with agency(office.answer) as server:
        session = opened(server, tmp_path, way, "/packets")
        assert ask(session, "exchange").status == 200
        session.close()
    assert json.loads(server.seen[-1].body) == {"q": 1, "session": "session-value-number-1"}


@pytest.mark.parametrize(
    ("media_type", "sent", "begins"),
    [
        ("application/json", b'{"q": "\\ud834"}', b'{"q": "\\ud834", '),
        ("application/json", b"[" * 5000 + b"]" * 5000, b"[[["),
        ("application/json", b'{"q": "\xc3"}', b'{"q": "\xc3"}'),
        ("application/xml", b"<a><q>\xc3</q></a>", b"<a><q>\xc3</q><session>"),
    ],
    ids=["half a pair", "deep", "no UTF-8", "XML that is none"],
)
def test_a_session_is_put_into_bodies_of_any_kind(
    media_type: str, sent: bytes, begins: bytes
) -> None:
    question = Question("POST", "http://127.0.0.1:9/", (("Content-Type", media_type),), sent)
    assert credentials._in_body(question, "/session", "value").startswith(begins)


def test_what_ends_a_session_ends_one_of_its_own(tmp_path: Path) -> None:
    office = Office(ends_everything=False)
    with agency(office.answer) as server:
        session = opened(server, tmp_path, WAYS["cookie"])
        assert ask(session, "listThings").status == 200
        assert ask(session, "logOut").status == 200
        assert ask(session, "listThings").status == 200
        session.close()
    # One to begin with, one to be ended; none to replace the first.
    assert office.issued == 2


def test_a_session_to_be_ended_leaves_the_refresh_token_that_renews(tmp_path: Path) -> None:
    # Each refresh replaces the refresh token (RFC 9700, section 4.14.2); the used one is dead.
    office = Office(ends_everything=True)
    with agency(office.answer) as server:
        session = opened(server, tmp_path, WAYS["refreshed"])
        assert ask(session, "listThings").status == 200
        assert ask(session, "logOut").status == 200
        assert ask(session, "listOthers").status == 200
        session.finish()
    assert office.issued == 3


def test_a_lost_session_is_noticed_and_had_again(tmp_path: Path) -> None:
    office = Office(ends_everything=True)
    with agency(office.answer) as server:
        session = opened(server, tmp_path, WAYS["cookie"])
        assert ask(session, "listThings").status == 200
        assert ask(session, "logOut").status == 200
        assert ask(session, "listOthers").status == 200
        session.finish()
    folder = next(tmp_path.glob("*/*"))
    cases = [exchange.case for exchange in record.read(folder).exchanges]
    assert "canary:citizen_a" in cases
    assert "before-login:a test" in cases
    assert cases.count("login:citizen_a") == 3
    assert not engine.rejudge(folder).differences


def test_two_who_find_a_session_lost_at_once_log_in_once(tmp_path: Path) -> None:
    office, refused = Office(), threading.Barrier(2)
    waiting: list[int] = []

    def answer(seen: Seen) -> Reply:
        reply = office.answer(seen)
        # Neither is told before the other has asked as well.
        if reply.status == 401 and waiting:
            waiting.pop()
            refused.wait(10)
        return reply

    with agency(answer) as server:
        session = opened(server, tmp_path, WAYS["cookie"])
        assert ask(session, "listThings").status == 200
        office.sessions.clear()
        waiting += [1, 2]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(partial(ask, session), ("listThings", "listOthers")))
        session.close()
    assert [exchange.status for exchange in found] == [200, 200]
    assert office.issued == 2


def test_a_static_token_that_dies_is_said_to_be_lost(tmp_path: Path) -> None:
    office = Office(sessions={"static-token-of-a"})
    with agency(office.answer) as server:
        session = opened(server, tmp_path, {"bearer": "demo:static-token-of-a"})
        assert ask(session, "listThings").status == 200
        office.deaf = True
        with pytest.raises(NotTested) as outcome:
            ask(session, "listOthers")
        session.close()
    assert outcome.value.reason is Reason.NO_CREDENTIALS


def test_a_refusal_of_one_operation_is_left_alone(tmp_path: Path) -> None:
    office = Office()

    def answer(seen: Seen) -> Reply:
        refused = seen.path == "/others"
        return Reply(401, b"{}", JSON) if refused else office.answer(seen)

    with agency(answer) as server:
        session = opened(server, tmp_path, WAYS["cookie"])
        assert ask(session, "listThings").status == 200
        assert ask(session, "listOthers").status == 401
        session.close()
    assert office.issued == 1


def test_a_static_token_is_not_spent_on_a_log_out(tmp_path: Path) -> None:
    office = Office(sessions={"static-token-of-a"})
    with agency(office.answer) as server:
        session = opened(server, tmp_path, {"bearer": "demo:static-token-of-a"})
        with pytest.raises(NotTested) as outcome:
            ask(session, "logOut")
        session.close()
    assert outcome.value.reason is Reason.NO_CREDENTIALS
    assert "/logout" not in [seen.path for seen in server.seen]


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "secret": lambda: {"oauth2": {**CLIENT, "client_secret": "demo:another-secret"}},
    "address": lambda: {"oauth2": {**WITH_SECRET, "token_url": "/nowhere"}},
    "cookie": lambda: {"login": {**COOKIE, "take": {"cookie": "OTHER"}}},
    "member": lambda: {"login": {**COOKIE, "take": {"member": "/a/b"}}},
}


@pytest.mark.parametrize("way", WRONG.values(), ids=WRONG)
def test_who_cannot_log_in_stops_the_run(way: Callable[[], dict[str, Any]], tmp_path: Path) -> None:
    with agency(Office().answer) as server, pytest.raises(UnreachableError) as error:
        opened(server, tmp_path, way())
    assert "identities.citizen_a" in str(error.value)
    assert SECRET not in str(error.value)


def test_a_log_in_needs_no_permission_to_write(tmp_path: Path) -> None:
    with agency(Office().answer) as server:
        session = opened(
            server, tmp_path, WAYS["client, basic"], allow=["read"], environment="production"
        )
        assert ask(session, "listThings").status == 200
        session.close()


@pytest.mark.parametrize(
    "identity",
    [
        {"bearer": "demo:long-enough", "basic": {"username": "a", "password": "demo:long-enough"}},
        {"oauth2": {**CLIENT}},
        {"oauth2": {**WITH_SECRET, "grant": "password"}},
        {"login": {"path": "/x", "body": {"a": "b"}}},
        {"mtls": {"certificate": "x.pem"}},
        {},
    ],
)
def test_an_identity_of_no_known_shape_is_refused(identity: dict[str, Any]) -> None:
    with pytest.raises(TargetError) as error:
        goal(identities={"citizen_a": identity})
    assert "identities.citizen_a" in str(error.value)
