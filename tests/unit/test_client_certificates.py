"""Client certificates that a contract demands, at servers that refuse in every way there is."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from making import Ran, answers, attempted, contract, demand, goal, planned, profile, run

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes
from conformance.plan import Plan
from conformance.record import read
from conformance.sandbox import tls
from conformance.setup import doctor
from conformance.tls import refusals as tls_refusals
from conformance.tls.refusals import ClosedError
from conformance.verdict import Reason, Verdict

DEMANDED = "identity.certificates.certificates_are_demanded"
VERIFIED = "identity.certificates.certificates_are_verified"
STRANGERS = "identity.enforcement.declared_security_is_enforced"
IMPOSTORS = "identity.enforcement.invalid_credentials_are_refused"
ASKED = [DEMANDED, VERIFIED, STRANGERS, IMPOSTORS]
SCHEMES = {
    "components": {
        "securitySchemes": {
            "certificate": {"type": "mutualTLS"},
            "token": {"type": "http", "scheme": "bearer"},
        }
    }
}
TOKEN = "a-token-of-the-partner"
OLD, NEW = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
SHOP = tls.Shop()

# Answers a connection on which TLS is done, given the head of the request.
Serve = Callable[[ssl.SSLSocket, bytes], None]


def told(status: int, body: bytes = b'{"told": 1}') -> bytes:
    head = f"HTTP/1.1 {status} R\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def whatever(wire: ssl.SSLSocket, _head: bytes) -> None:
    wire.sendall(told(200))


def insists(wire: ssl.SSLSocket, _head: bytes) -> None:
    wire.sendall(told(200 if wire.getpeercert() else 401))


def insists_on_a_token_too(wire: ssl.SSLSocket, head: bytes) -> None:
    known = wire.getpeercert() and f"Bearer {TOKEN}".encode() in head
    wire.sendall(told(200 if known else 401))


def takes_a_token_instead(wire: ssl.SSLSocket, head: bytes) -> None:
    wire.sendall(told(200 if f"Bearer {TOKEN}".encode() in head else 401))


def hangs_up(wire: ssl.SSLSocket, head: bytes) -> None:
    if wire.getpeercert():
        whatever(wire, head)


def resets(wire: ssl.SSLSocket, head: bytes) -> None:
    if wire.getpeercert():
        whatever(wire, head)
    else:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up_on_everybody(wire: ssl.SSLSocket, _head: bytes) -> None:
    del wire


def is_silent(wire: ssl.SSLSocket, head: bytes) -> None:
    if wire.getpeercert():
        whatever(wire, head)
    else:
        wire.recv(1)


@contextmanager
def listening(context: ssl.SSLContext, serve: Serve) -> Iterator[str]:
    """Serve over TLS, a thread for each connection, until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as taken:

        def one(wire: socket.socket) -> None:
            wire.settimeout(10)
            with wire, suppress(OSError), context.wrap_socket(wire, server_side=True) as secured:
                head = b""
                while b"\r\n\r\n" not in head and (part := secured.recv(65536)):
                    head += part
                if head.startswith(b"GET /things "):
                    serve(secured, head)
                elif head:
                    secured.sendall(told(404))

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=one, args=(taken.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"https://localhost:{taken.getsockname()[1]}"
        taken.shutdown(socket.SHUT_RDWR)


def context_of(
    newest: ssl.TLSVersion = NEW, *, required: bool = False, believes: bool = False
) -> ssl.SSLContext:
    made = SHOP.context(tls.Tls(newest=newest, asks=True, believes=believes))
    if required:
        made.verify_mode = ssl.CERT_REQUIRED
    return made


def asking(base_url: str, *ways: str, checks: list[str] = ASKED, **more: Any) -> Plan:
    """Return a plan for one operation that is secured in these ways, all of them together."""
    things = answers({"type": "object"}, security=[{way: [] for way in ways}], operationId="things")
    certificate, key = SHOP.client("partner")
    known: dict[str, Any] = {"mtls": {"certificate": certificate, "key": f"demo:{key}"}}
    if "token" in ways:
        known["bearer"] = f"demo:{TOKEN}"
    target = goal(
        base_url,
        # Without a certificate: never tried where one is demanded.
        identities={"citizen_a": {"bearer": "demo:another-token"}, "partner": known},
        network={"extra_ca": SHOP.pem},
        pace={"requests_per_second": 1000, "timeout_seconds": 2},
        **more,
    )
    demands = [demand(f"T-TLS-{number:02}", check) for number, check in enumerate(checks, 1)]
    agency = contract({"/things": {"get": things}}, "3.1.0", **SCHEMES)
    return planned(agency, target, profile(*demands))


def verdicts(ran: Ran) -> dict[str, str]:
    return {finding.check: str(finding.verdict) for finding in ran.findings}


def refusals(ran: Ran) -> dict[str, Any]:
    """Return how each caller of the operation was refused: by which status, or by TLS."""
    found = {}
    for exchange in read(ran.folder).exchanges:
        if exchange.facts.get("operation") == "GET /things" and not exchange.succeeded:
            found[str(exchange.identity)] = exchange.facts.get("tls_refused", exchange.status)
    return found


@pytest.mark.parametrize(
    ("context", "serve", "stranger", "impostor"),
    [
        (context_of(NEW), insists, 401, "unknown_ca"),
        (context_of(OLD), insists, 401, "unknown_ca"),
        (context_of(NEW, required=True), whatever, "certificate_required", "unknown_ca"),
        (context_of(OLD, required=True), whatever, "handshake_failure", "unknown_ca"),
        (context_of(NEW), hangs_up, "closed", "unknown_ca"),
        (context_of(OLD), hangs_up, "closed", "unknown_ca"),
        (context_of(NEW), resets, "closed", "unknown_ca"),
    ],
    ids=["asks", "asks-1.2", "demands", "demands-1.2", "hangs-up", "hangs-up-1.2", "resets"],
)
def test_every_way_to_refuse_is_one(
    context: ssl.SSLContext, serve: Serve, stranger: object, impostor: object, tmp_path: Path
) -> None:
    with listening(context, serve) as base_url:
        ran = run(asking(base_url, "certificate"), tmp_path)
    assert verdicts(ran) == dict.fromkeys(ASKED, "pass")
    refused = refusals(ran)
    # An alert may be lost where the server is gone before it is read.
    for name, way in (
        ("None", stranger),
        ("forged:without-certificate:partner", stranger),
        ("invalid:partner", impostor),
        ("forged:self-signed-certificate:partner", impostor),
    ):
        assert refused.pop(name) in ({way} if way == 401 else {way, "closed"})
    assert not refused
    # The servers are gone; the record says the same, and no key is in it.
    assert engine.rejudge(ran.folder).differences == ()
    written = "".join(p.read_text("utf-8") for p in ran.folder.rglob("*") if p.is_file())
    assert "PRIVATE KEY" not in written


@pytest.mark.parametrize("newest", [OLD, NEW])
def test_who_asks_for_nothing_is_told(newest: ssl.TLSVersion, tmp_path: Path) -> None:
    with listening(SHOP.context(tls.Tls(newest=newest)), whatever) as base_url:
        ran = run(asking(base_url, "certificate"), tmp_path)
    assert verdicts(ran) == dict.fromkeys(ASKED, "fail")


@pytest.mark.parametrize("newest", [OLD, NEW])
def test_who_believes_any_certificate_is_told(newest: ssl.TLSVersion, tmp_path: Path) -> None:
    with listening(context_of(newest, believes=True), insists) as base_url:
        ran = run(asking(base_url, "certificate"), tmp_path)
    assert verdicts(ran) == {
        DEMANDED: "pass",
        VERIFIED: "fail",
        STRANGERS: "pass",
        IMPOSTORS: "fail",
    }


def test_a_token_does_not_stand_in_for_a_certificate(tmp_path: Path) -> None:
    with listening(context_of(), insists_on_a_token_too) as base_url:
        good = run(asking(base_url, "certificate", "token"), tmp_path / "good")
    assert verdicts(good) == dict.fromkeys(ASKED, "pass")
    with listening(context_of(), takes_a_token_instead) as base_url:
        bad = run(asking(base_url, "certificate", "token"), tmp_path / "bad")
    assert verdicts(bad)[DEMANDED] == "fail"
    assert verdicts(bad)[STRANGERS] == "pass"


def test_who_lacks_the_certificate_tells_nothing_of_an_office(tmp_path: Path) -> None:
    office = "authorization.functions.privileged_functions_are_closed"
    with listening(context_of(), insists) as base_url:
        privileged = {"privileged": ["things"]}
        plan = asking(base_url, "certificate", checks=[office], operations=privileged)
        (finding,) = run(plan, tmp_path).findings
    assert (finding.verdict, finding.reason) == (Verdict.NOT_TESTED, Reason.NO_CREDENTIALS)
    assert finding.because is not None
    assert "`mtls` to `identities.citizen_a`" in finding.because.en


def test_the_sandbox_hands_out_the_certificate_that_one_of_its_faults_is_about() -> None:
    with sandboxes.serving("procedure-system", "--fault", "any_client_certificate_accepted") as it:
        made = opening.plan(("base",), Wishes(target=it.target)).target
    assert made.identities["official_certified"].certificate is not None
    assert made.examples["listDossiers"]["owner"] == "official_certified"


@pytest.mark.parametrize("serve", [is_silent, hangs_up_on_everybody])
def test_silence_and_a_server_that_serves_nobody_prove_nothing(
    serve: Serve, tmp_path: Path
) -> None:
    with listening(context_of(), serve) as base_url:
        _, findings = attempted(asking(base_url, "certificate", checks=[DEMANDED]), tmp_path)
    assert [str(finding.verdict) for finding in findings] == ["not_tested"]


@pytest.mark.parametrize("newest", [OLD, NEW])
def test_handshakes_show_the_certificate_that_a_listener_insists_on(
    newest: ssl.TLSVersion, tmp_path: Path
) -> None:
    asked = {
        "tls.versions.old_versions_are_refused": "pass",
        "tls.versions.a_current_version_is_offered": "pass",
        "tls.versions.tls13_is_offered": "pass" if newest is NEW else "fail",
        "tls.certificates.chain_is_trusted": "pass",
        "tls.certificates.name_matches": "pass",
    }
    with listening(context_of(newest, required=True), whatever) as base_url:
        ran = run(asking(base_url, "certificate", checks=list(asked)), tmp_path)
    assert verdicts(ran) == asked
    assert engine.rejudge(ran.folder).differences == ()
    # A bare hello shows nobody's.
    shaken = [e for e in read(ran.folder).exchanges if e.kind == "tls"]
    assert {(e.tls["offered"]["bare"], e.identity) for e in shaken} == {
        (False, "partner"),
        (True, None),
    }


def test_a_contract_need_not_say_that_the_listener_insists(tmp_path: Path) -> None:
    # OpenAPI 3.0 has no word for it: the contract speaks of the token alone.
    with listening(context_of(OLD, required=True), insists_on_a_token_too) as base_url:
        ran = run(asking(base_url, "token", checks=[STRANGERS, IMPOSTORS]), tmp_path)
    assert verdicts(ran) == {STRANGERS: "pass", IMPOSTORS: "pass"}


def test_a_broken_listener_is_none_that_wants_certificates(tmp_path: Path) -> None:
    # Nothing that an ordinary client offers: the same alert, and nobody has a certificate to show.
    broken = SHOP.context(tls.Tls(newest=OLD, ciphers="eNULL"))
    suites = "tls.suites.broken_suites_are_refused"
    with listening(broken, whatever) as base_url:
        log_in = {"path": "/login", "body": {"name": "x"}, "take": {"cookie": "SID"}}
        target = goal(
            base_url, identities={"clerk": {"login": log_in}}, network={"extra_ca": SHOP.pem}
        )
        agency = contract({"/things": {"get": answers(operationId="things")}})
        ran = run(planned(agency, target, profile(demand("T-TLS-01", suites))), tmp_path)
    assert verdicts(ran) == {suites: "fail"}


def test_an_alternative_without_a_certificate_demands_none() -> None:
    either = answers(security=[{"certificate": []}, {"token": []}])
    agency = contract({"/things": {"get": either}}, "3.1.0", **SCHEMES)
    plan = planned(agency, goal(), profile(demand("T-TLS-01", DEMANDED)))
    assert [str(item.preset and item.preset.verdict) for item in plan.items] == ["not_applicable"]
    assert not plan.scene.operations[0].certified


def test_nobody_without_a_certificate_is_tried() -> None:
    plan = asking("https://localhost:9", "certificate")
    assert plan.scene.candidates(plan.scene.operations[0]) == ["partner"]


@pytest.mark.parametrize("newest", [OLD, NEW])
def test_the_doctor_finds_nobody_ill_who_demands_certificates(newest: ssl.TLSVersion) -> None:
    with listening(context_of(newest, required=True), whatever) as base_url:
        examined = doctor.examine(asking(base_url, "certificate"))
    assert [symptom.cause for symptom in examined.symptoms if symptom.blocking] == []
    assert [(called.identity, called.status) for called in examined.calls] == [("partner", 200)]


def _alert(name: str) -> ssl.SSLError:
    error = ssl.SSLError(1, name)
    error.reason = name
    return error


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (_alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "certificate_required"),
        (_alert("SSLV3_ALERT_BAD_CERTIFICATE"), "bad_certificate"),
        (OSError(OSError(_alert("TLSV1_ALERT_ACCESS_DENIED"))), "access_denied"),
        (ClosedError(), "closed"),
        (_alert("TLSV1_ALERT_PROTOCOL_VERSION"), None),
        (_alert("TLSV1_ALERT_INTERNAL_ERROR"), None),
        (_alert("CERTIFICATE_VERIFY_FAILED"), None),
        (ConnectionRefusedError(), None),
        (ConnectionResetError(), None),
        (TimeoutError(), None),
        (socket.gaierror(), None),
    ],
)
def test_only_what_is_said_of_the_caller_is_a_refusal(error: Exception, refusal: object) -> None:
    assert tls_refusals.refusal(error) == refusal
