"""The mended agency keeps its contract, whatever it is sent."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from conformance import engine, opening
from conformance.lint import contract as lint
from conformance.opening import Wishes
from exam import contract
from exam.asking import Asking, asking
from exam.proofs import SEEDED, attach, dossier, payment, undisturbed
from exam.serving import serving, write_target

PROBLEM = "application/problem+json"
HUGE = 10**40


@pytest.fixture(scope="module")
def twin() -> Iterator[Asking]:
    with asking() as served:
        yield served


BODIES = {
    "nothing": b"",
    "no JSON": b'{"title": ',
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b'{"title": "\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a constant": b'{"fee": NaN}',
    "a name twice": b'{"title": "a", "title": "b"}',
    "half a pair": rb'{"title": "\ud800"}',
    "too large a number": b'{"fee": 1e999}',
    "a long number": b'{"fee": ' + b"9" * 6000 + b"}",
    "deep lists": b"[" * 20000 + b"]" * 20000,
    "deep objects": b'{"a":' * 9000,
    "a trailing comma": b'{"a": 1,}',
}


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("path", ["/dossiers", "/payments", "/citizens", "/reports"])
def test_what_is_no_sound_json_is_refused(twin: Asking, path: str, what: str) -> None:
    got = twin.ask("POST", path, BODIES[what], Idempotency_Key="12345678")
    assert (got.status, got.media_type) == (400, PROBLEM)
    # Not for what is missing in it: for what it is.
    rule = "type" if what in {"a list", "null"} else "readable"
    assert got.value["errors"] == [{"place": "body", "at": "", "rule": rule}]


DECLARATIONS = (
    b"",
    b"<a",
    b"<declaration/>",
    b"\xff",
    b"<a/>",
    b'<?xml version="1.0" encoding="x"?><a/>',
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><declaration>&b;</declaration>',
)


@pytest.mark.parametrize("body", DECLARATIONS)
def test_what_is_no_declaration_is_refused(twin: Asking, body: bytes) -> None:
    got = twin.ask("POST", "/declarations", body, media_type="application/xml")
    assert (got.status, got.media_type) == (400, PROBLEM)


WRONG = (
    "page=0 page=1.0 page=01 page= page=%D9%A1 limit=101 limit=-1 limit=1e1 page=1&page=2 status=x"
    " province=02 submittedFrom=2026-02-30 submittedFrom=0000-01-01 q= q=%ff sort=code;"
)


@pytest.mark.parametrize("query", [*WRONG.split(), f"page={HUGE}", f"q={'a' * 101}"])
def test_parameters_are_checked(twin: Asking, query: str) -> None:
    got = twin.ask("GET", f"/dossiers?{query}")
    assert (got.status, got.media_type) == (400, PROBLEM)


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%25", "q=%27", "q=%5C", "unknown=1", "q=%F0%A0%AE%B7", "page=1.", "&&", "q=%zz"],
)
def test_odd_text_is_text(twin: Asking, query: str) -> None:
    expected = 400 if query == "page=1." else 200
    assert twin.ask("GET", f"/dossiers?{query}").status == expected


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /health HTTP/3.0\r\nHost: a\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"A: a\r\n" * 200 + b"\r\n", 431),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nA: \x00\r\n\r\n", 400),
        (b"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n", 413),
        (b"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{}", 400),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /health HTTP/1.0\r\n\r\n", 200),
        (b"GET http://a/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200),
        (b"GET /%FF HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /offices/%FF HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400),
        (b"GET /offices/\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400),
    ],
)
def test_whatever_comes_over_the_wire_is_answered(twin: Asking, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", twin.port), 5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.split(b" ")[1] == str(status).encode()
    assert b"nosniff" in answer
    assert b"no-store" in answer
    assert answer.count(b"HTTP/1.1 ") == 1


def test_chunks_make_a_body(twin: Asking) -> None:
    body = json.dumps(dossier()).encode()
    sent = (
        b"POST /dossiers HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer exam-token-of-citizen-a\r\n"
        b"Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    )
    with socket.create_connection(("127.0.0.1", twin.port), 5) as connection:
        connection.sendall(sent)
        assert connection.recv(65536).split(b" ")[1] == b"201"


def test_text_is_kept_as_it_was_sent(twin: Asking) -> None:
    for title in ("Đất ở", "Đâ\u0301t", "a\0b\x1f\u2028", "𠮷<>&\"'\\", "x" * 400):
        got = twin.ask("POST", "/dossiers", dossier(title=title))
        assert got.status == 201
        assert twin.ask("GET", got.headers["location"]).value["title"] == title


def test_whole_numbers_may_be_written_with_a_fraction(twin: Asking) -> None:
    got = twin.ask("POST", "/dossiers", {**dossier(), "fee": 5.0})
    assert (got.status, got.value["fee"]) == (201, 5)


def test_other_content_under_the_same_key_is_a_request_of_its_own(twin: Asking) -> None:
    def paid(amount: int) -> str:
        got = twin.ask("POST", "/payments", payment(amount), Idempotency_Key="12345678")
        return str(got.headers["location"])

    assert paid(2000) == paid(2000) != paid(3000)


def test_a_form_is_taken_and_read_again(twin: Asking) -> None:
    got = attach(twin)
    assert got.status == 201
    assert twin.ask("GET", got.headers["location"]).value == got.value
    other = twin.ask("POST", f"{SEEDED}/attachments", b"x", media_type="multipart/form-data")
    assert other.status == 400


def test_methods_and_strangers_are_refused(twin: Asking) -> None:
    got = twin.ask("PURGE", SEEDED)
    assert (got.status, got.headers["allow"]) == (405, "GET, PUT, DELETE, HEAD")
    refusal = twin.ask("GET", SEEDED, token="guessed")
    assert refusal.status == 401
    assert refusal.headers["www-authenticate"].startswith("Bearer")


def test_some_operations_have_no_defect_at_all(twin: Asking) -> None:
    assert [status for _, status in undisturbed(twin)] == [200, 200, 404, 400, 404]


def test_the_contract_is_sound() -> None:
    document = contract.read().document
    assert 14 <= len(contract.read().operations) <= 18
    assert document["openapi"].startswith("3.")
    linted = lint.lint(str(contract.FILE), "base", as_of=date(2026, 7, 1))
    assert linted.requirements
    assert linted.findings == ()


@pytest.mark.parametrize("depth", ["quick", pytest.param("standard", marks=pytest.mark.slow)])
def test_no_requirement_of_base_is_broken(depth: str, tmp_path: Path) -> None:
    with serving("none", log=tmp_path / "log") as served:
        target = write_target(served.base_url, tmp_path)
        plan = opening.plan(("base",), Wishes(target=str(target), seed=1, depth=depth))
        session = engine.open_session(plan, tmp_path / "runs")
        try:
            for item in plan.items:
                session.run(item)
            results = session.finish()
        finally:
            session.close()
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    assert {name for name, verdict in verdicts.items() if verdict in {"fail", "error"}} == set()
    assert sum(verdict == "pass" for verdict in verdicts.values()) >= 60
    assert results["traffic"]["operations_reached_2xx"] >= 16
    # What is no request, or too long for one, is refused before the agency sees it.
    record = (session.folder / "record.jsonl").read_text("utf-8")
    unseen = record.count('"case":"http.ambiguity.') + record.count('"case":"http.limits.')
    seen = (tmp_path / "log").read_text("utf-8").count("\n")
    assert seen >= results["traffic"]["requests"] - unseen


def test_parts_of_a_form_that_nobody_declared_are_passed_over(twin: Asking) -> None:
    form = "".join(
        f"--x\r\nContent-Disposition: form-data; name={name}\r\n\r\nother\r\n"
        for name in ('"u"', '"u"', '"title"', '"kind"', '"file"; filename="a"')
    )
    got = twin.ask(
        "POST",
        f"{SEEDED}/attachments",
        f"{form}--x--\r\n".encode(),
        media_type="multipart/form-data; boundary=x",
    )
    assert got.status == 201
