"""Handshakes with servers that answer anything, and what a run makes of a bad certificate."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import certifi
import pytest
from making import exchange, goal

from conformance import engine, opening, sandboxes, shipped
from conformance.checks.tls.transport import answers_come_over_https
from conformance.collected import Evidence
from conformance.engine import Session
from conformance.errors import UnreachableError
from conformance.evidence import Request
from conformance.judge import Judge
from conformance.opening import Wishes
from conformance.probe.questions import Handshake
from conformance.sandbox import hello
from conformance.tls import handshakes
from conformance.tls.handshakes import Place, Shaken
from conformance.verdict import NotApplicable, Violation

BARE = Handshake(versions=("TLSv1.2",), bare=True)
FATAL, WARNING = b"\x15\x03\x03\x00\x02\x02\x46", b"\x15\x03\x03\x00\x02\x01\x70"


@contextmanager
def answering(say: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve connections until the block is left; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    wire = listening.accept()[0]
                    threading.Thread(target=one, args=(wire,), daemon=True).start()

        def one(wire: socket.socket) -> None:
            with wire, suppress(OSError):
                say(wire)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def shaken(handshake: Handshake, port: int, patience: float = 2.0) -> Shaken:
    place = Place(
        host="localhost",
        path="",
        connect=lambda: socket.create_connection(("127.0.0.1", port), timeout=patience),
        authorities=certifi.where(),
        patience=patience,
        agent="test",
    )
    return handshakes.shake(handshake, place)


def saying(content: bytes) -> Callable[[socket.socket], None]:
    def say(wire: socket.socket) -> None:
        wire.recv(65536)
        wire.sendall(content)

    return say


def flight(**wishes: Any) -> Callable[[socket.socket], None]:
    def say(wire: socket.socket) -> None:
        wire.sendall(hello.flight(hello.read(wire.recv(65536)), 0x002F, [b"c" * 3000], **wishes))

    return say


@pytest.mark.parametrize("handshake", [BARE, Handshake()], ids=["bare", "ordinary"])
@pytest.mark.parametrize(
    ("say", "outcome", "alert"),
    [
        (saying(b""), "refused", None),
        (saying(FATAL), "refused", "protocol_version"),
        (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "broken", None),
        (saying(b"\x16\x03\x03\x00\x08\x02\x00\x00\x04aaaa"), "broken", None),
    ],
    ids=["hangs up", "alert", "http", "nonsense"],
)
def test_what_a_server_may_say(
    handshake: Handshake, say: Callable[[socket.socket], None], outcome: str, alert: str | None
) -> None:
    with answering(say) as port:
        seen = shaken(handshake, port)
    assert (seen.facts["outcome"], seen.facts.get("alert")) in {
        (outcome, alert),
        # OpenSSL answers nonsense with an alert of its own, and says so.
        *({("broken", None)} if outcome == "broken" else set()),
    }
    assert seen.error


@pytest.mark.parametrize("handshake", [BARE, Handshake()], ids=["bare", "ordinary"])
def test_silence_and_dripping_end_in_time(handshake: Handshake) -> None:
    def drip(wire: socket.socket) -> None:
        with suppress(OSError):
            for _ in range(60):
                wire.sendall(WARNING[:1])
                time.sleep(0.05)

    started = time.monotonic()
    with answering(lambda _: time.sleep(0.6)) as port:
        assert shaken(handshake, port, 0.3).facts["outcome"] == "silent"
    with answering(drip) as port:
        assert shaken(handshake, port, 0.3).facts["outcome"] in {"silent", "broken"}
    assert time.monotonic() - started < 5


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert shaken(BARE, port).facts["outcome"] == "unreachable"


def test_a_bare_handshake_is_read_to_its_end() -> None:
    with answering(flight()) as port:
        seen = shaken(BARE, port)
    assert seen.facts["outcome"] == "accepted"
    assert seen.facts["version"] == "TLSv1.2"
    assert seen.facts["suite"] == "TLS_RSA_WITH_AES_128_CBC_SHA"
    assert seen.facts["renegotiation"] is True
    assert seen.facts["compression"] is False
    assert len(seen.facts["certificates"]) == 1
    assert hello.read(seen.hello).version == (3, 3)
    with answering(flight(renegotiation=False, compression=1)) as port:
        seen = shaken(BARE, port)
    assert (seen.facts["renegotiation"], seen.facts["compression"]) == (False, True)


def test_a_warning_is_no_refusal_and_half_a_part_no_acceptance() -> None:
    def warned(wire: socket.socket) -> None:
        first = hello.read(wire.recv(65536))
        wire.sendall(WARNING + hello.flight(first, 0x002F, [b"c"]))

    def half(wire: socket.socket) -> None:
        first = hello.read(wire.recv(65536))
        wire.sendall(hello.flight(first, 0x002F, [b"c" * 3000])[:1500])

    with answering(warned) as port:
        assert shaken(BARE, port).facts["outcome"] == "accepted"
    with answering(half) as port:
        assert shaken(BARE, port).facts["outcome"] == "refused"


def test_a_server_that_never_ends_its_part_is_left() -> None:
    record = b"\x16\x03\x03\x40\x00" + b"\x0b\xff\xff\xff" + b"x" * (0x4000 - 4)

    def flood(wire: socket.socket) -> None:
        wire.recv(65536)
        with suppress(OSError):
            for _ in range(64):
                wire.sendall(record)

    with answering(flood) as port:
        assert shaken(BARE, port).facts["outcome"] == "broken"


@pytest.mark.parametrize("version", ["SSLv3", "TLSv1", "TLSv1.1"])
def test_an_old_version_is_offered_alone(version: str) -> None:
    heard: list[bytes] = []
    with answering(lambda wire: heard.append(wire.recv(65536))) as port:
        shaken(Handshake(versions=(version,), bare=True), port)
    said = hello.read(heard[0])
    assert said.version == (3, {"SSLv3": 0, "TLSv1": 1, "TLSv1.1": 2}[version])
    assert not said.knows_13
    assert {0x000A, 0x0005, 0x0035, 0xC013, 0x00FF} <= set(said.suites)


# --- whole runs ----------------------------------------------------------------------------------


@contextmanager
def examined(
    variation: str, folder: Path, select: tuple[str, ...], proxy: str | None = None, **changes: Any
) -> Iterator[Session]:
    with sandboxes.serving("procedure-system", "--fault", variation) as serving:
        goal = opening.load_target(serving.target)
        document = {**goal.document, **changes}
        if proxy:
            document["network"] = {**document["network"], "proxy": proxy}
            document["contract"] = str(shipped.contract("procedure-system"))
        path = folder / "target.json"
        path.write_text(json.dumps(document, default=str), "utf-8")
        wishes = Wishes(target=str(path), rate=500.0, seed=1, select=select)
        session = engine.open_session(opening.plan(("base",), wishes), folder / "runs")
        try:
            for item in session.plan.items:
                session.run(item)
            yield session
        finally:
            session.close()


def test_an_expired_certificate_is_a_finding_and_nothing_is_sent(tmp_path: Path) -> None:
    with examined("certificate_expired", tmp_path, ("BASE-TLS-0*", "BASE-AUT-01")) as session:
        results = session.finish()
        http = [e for e in session.evidence.exchanges if e.kind == "http"]
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    assert verdicts["BASE-TLS-04"] == "fail"
    assert verdicts["BASE-TLS-01"] == verdicts["BASE-TLS-03"] == "pass"
    assert verdicts["BASE-AUT-01"] == "not_tested"
    assert http
    assert all(exchange.response is None for exchange in http)


def test_whoever_does_not_ask_about_tls_is_told_at_once(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreachableError, match="certificate"),
        examined("certificate_expired", tmp_path, ("BASE-AUT-01",)),
    ):
        pass


def test_a_failure_names_a_command_that_shows_it_again(tmp_path: Path) -> None:
    with examined("tls11_accepted", tmp_path, ("BASE-TLS-07",)) as session:
        results = session.finish()
    (entry,) = [e for e in results["requirements"] if e["id"] == "BASE-TLS-07"]
    (finding,) = entry["results"]
    assert finding["verdict"] == "fail"
    assert finding["observed"].startswith("TLSv1.1, TLS_ECDHE_ECDSA_")
    assert finding["curl"].startswith("openssl s_client -showcerts -connect localhost:")
    assert finding["curl"].endswith(" -tls1_1 -cipher ALL:@SECLEVEL=0")


def test_two_clocks_that_disagree_decide_nothing(tmp_path: Path) -> None:
    with examined("certificate_expired", tmp_path, ("BASE-TLS-04",)) as session:
        item = session.plan.items[0]
        exchanges = session.evidence.exchanges
        assert [f.verdict for f in session.judge(item)] == ["fail"]

        def told(date: str) -> list[str]:
            clocked = [
                replace(e, facts={**e.facts, "tls": {**e.tls, "date": date}})
                if "date" in e.tls
                else e
                for e in exchanges
            ]
            return [f.verdict for f in Judge(session.plan, Evidence(clocked)).item(item)]

        # Ninety days ago the certificate was young; a server in that year thinks so still.
        assert told("Thu, 01 Jan 2026 00:00:00 GMT") == ["fail"]
        assert told(_days_ago(10)) == ["not_tested"]
        assert told("no date at all") == ["fail"]


def _days_ago(days: int) -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - days * 86400))


def test_plain_http_is_asked_without_credentials_and_judged_without_bodies(tmp_path: Path) -> None:
    with examined("data_over_plain_http", tmp_path, ("BASE-TLS-12",), data="real") as session:
        results = session.finish()
        plain = [e for e in session.evidence.exchanges if e.request.url.startswith("http://")]
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    assert verdicts["BASE-TLS-12"] == "fail"
    assert plain
    for asked in plain:
        assert asked.identity is None
        assert not any(name.lower() == "authorization" for name, _ in asked.request.headers)
        # What it says of the agency's data is hidden; the rest is what the contract fixes.
        assert "Đăng ký".encode() not in (asked.response.body if asked.response else b"")


# --- through a proxy -----------------------------------------------------------------------------


@contextmanager
def proxying(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Serve a proxy that says `answer` and relays where that is a success."""
    heads: list[bytes] = []

    def relay(wire: socket.socket) -> None:
        head = wire.recv(4096)
        heads.append(head)
        wire.sendall(answer)
        if b" 200 " not in answer:
            return
        host, _, port = head.split(b" ")[1].decode().rpartition(":")
        with socket.create_connection((host, int(port)), timeout=5) as beyond:
            back = threading.Thread(target=copy, args=(beyond, wire), daemon=True)
            back.start()
            copy(wire, beyond)
            back.join(5)

    def copy(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    with answering(relay) as port:
        yield port, heads


def test_handshakes_go_through_a_proxy(tmp_path: Path) -> None:
    with proxying(b"HTTP/1.1 200 Connection established\r\nVia: p\r\n\r\n") as (port, heads):
        proxy = f"http://127.0.0.1:{port}"
        with examined("two_certificates", tmp_path, ("BASE-TLS-0[2-9]",), proxy=proxy) as session:
            results = session.finish()
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    assert set(verdicts.values()) == {"pass"}
    assert len(heads) >= 8
    assert all(head.startswith(b"CONNECT localhost:") for head in heads)


def test_a_proxy_that_refuses_proves_nothing(tmp_path: Path) -> None:
    with (
        proxying(b"HTTP/1.1 403 Forbidden\r\n\r\n") as (port, _),
        pytest.raises(UnreachableError, match=r"403|[Tt]unnel"),
        examined("two_certificates", tmp_path, ("BASE-TLS-07",), proxy=f"http://127.0.0.1:{port}"),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://api.example.vn/x", None),
        ("http://api.example.vn/x", Violation),
        ("http://127.0.0.1:8080/x", NotApplicable),
    ],
)
def test_an_interface_is_reached_over_https(url: str, outcome: type[Exception] | None) -> None:
    answer = replace(exchange(), request=Request("GET", url))
    with pytest.raises(outcome) if outcome else nullcontext():
        answers_come_over_https(answer, goal(url.removesuffix("/x")))
