"""`base` against servers that none of us wrote: exactly what was looked at by hand, nothing else.

Each finding here is explained in docs/explanation/real-systems.md.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from prism import mocking
from servers import (
    BUDGET,
    DEPTHS,
    SERVERS,
    Running,
    ToolMissingError,
    fhirsnake,
    httpbin_bad,
    httpbin_good,
    kinto,
    loopback,
    nginx_bad,
    nginx_certified,
    nginx_good,
    oidc_provider,
    oidc_signing_in,
    pygeoapi,
)

from conformance import engine, opening
from conformance import target as targets
from conformance.opening import Wishes
from conformance.setup import preflight

pytestmark = pytest.mark.real

Serving = Callable[[Path], AbstractContextManager[Running]]


def ids(group: str, *numbers: int) -> set[str]:
    return {f"BASE-{group}-{number:02}" for number in numbers}


# Attested by nobody, and what no field of the target file is said to be.
# Nor did anybody say where health is told.
OPEN = ids("OPS", 1, 2, 3, 4, 5) | ids("FMT", 10, 11, 12)
# Nobody said which operations are lists.
LISTS = ids("IOP", 9, 10, 11, 12, 15) | ids("FUZ", 16)

# What each server was found to do, and what stays open, beyond `OPEN`.
KINTO_FAILED = (
    ids("IOP", 1, 14, 20)
    | ids("DOC", 2, 9, 10, 11, 16)
    | {"BASE-PRV-01", "BASE-PRV-05", "BASE-AUT-03", "BASE-FMT-03"}
    | ids("FUZ", 3, 4, 6, 17)
)
# Its file gives no example for deleting all accounts: that operation stays open everywhere.
# Nobody said which operations are for an office, nor whose the objects are.
KINTO_OPEN = (
    LISTS
    | ids("IOP", 16, 21)
    | ids("AUT", 1, 2)
    | ids("FMT", 7, 8, 13)
    | ids("FUZ", 1, 2, 5, 7, 9, 10, 11, 12, 18)
    | ids("AUT", 8, 10)
    | ids("PRV", 3)
)
LOOPBACK_FAILED = ids("IOP", 1, 6) | ids("SEC", 3) | ids("FUZ", 1, 4, 6, 8) | ids("DOC", 8, 11)
PYGEOAPI_FAILED = (
    ids("IOP", 1, 19) | ids("SEC", 3, 8) | ids("FUZ", 2, 4, 6) | ids("DOC", 2, 9, 10, 11)
)
# Half of its contract lies behind references to other servers, and it keeps no jobs.
PYGEOAPI_OPEN = (
    LISTS
    | ids("IOP", 4, 5, 6, 7, 8, 13, 14, 16, 21)
    | ids("FMT", 7, 8, 13)
    | ids("FUZ", 1, 3, 5, 7, 9, 12, 18)
    | ids("DOC", 1, 12, 13, 14, 15)
    | ids("PRV", 3, 4)
    | ids("INJ", 7)
)
FHIRSNAKE_FAILED = ids("IOP", 1, 6) | ids("SEC", 3) | ids("FUZ", 1, 4) | ids("DOC", 8, 9, 10, 11)
OIDC_FAILED = ids("IOP", 1) | ids("SEC", 3) | ids("DOC", 2, 10)
HTTPBIN_FAILED = (
    ids("IOP", 1, 13, 14)
    | ids("SEC", 7, 16)
    | ids("FUZ", 1, 4, 18)
    | ids("DOC", 1, 2, 3, 4, 8, 10, 11, 13, 14)
)
# Operations that redirect, ask for a log-in or forbid TRACE have no success to compare with; what
# three of them answer in a content coding nobody here reads, whatever is asked for.
HTTPBIN_OPEN = (
    ids("IOP", 4, 5, 6, 7, 8, 16, 17, 18, 19, 20, 21)
    | ids("FMT", 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15)
    | ids("FUZ", 2, 3, 5, 6, 7, 9, 10, 11, 12)
    | ids("INJ", 1, 4, 7)
    | ids("PRV", 2, 3, 4, 5)
    | {"BASE-SEC-04", "BASE-TLS-13"}
)


@pytest.mark.parametrize(
    ("server", "failed", "left_open", "silent"),
    [
        pytest.param(kinto, KINTO_FAILED, KINTO_OPEN, 1, id="kinto"),
        pytest.param(loopback, LOOPBACK_FAILED, LISTS | ids("FUZ", 11, 14), 0, id="loopback"),
        pytest.param(pygeoapi, PYGEOAPI_FAILED, PYGEOAPI_OPEN, 5, id="pygeoapi"),
        pytest.param(fhirsnake, FHIRSNAKE_FAILED, ids("FUZ", 10, 11), 0, id="fhirsnake"),
        pytest.param(
            oidc_provider, OIDC_FAILED, LISTS | ids("AUT", 5, 7, 10, 12), 0, id="oidc-provider"
        ),
        pytest.param(httpbin_good, HTTPBIN_FAILED, HTTPBIN_OPEN, 23, id="httpbin-good"),
    ],
)
def test_the_findings_are_those_looked_at_by_hand(
    server: Serving, failed: set[str], left_open: set[str], silent: int, tmp_path: Path
) -> None:
    (name,) = (name for name, each in SERVERS.items() if each is server)
    depth = DEPTHS.get(name, "standard")
    with _served(server, tmp_path) as running:
        results, folder = _run(running, tmp_path / "runs", depth=depth)
    by_verdict: dict[str, set[str]] = {}
    for entry in results["requirements"]:
        by_verdict.setdefault(entry["verdict"], set()).add(entry["id"])
    assert by_verdict["fail"] == failed
    assert by_verdict["not_tested"] == left_open | OPEN
    assert "error" not in by_verdict
    assert results["traffic"]["operations_reached_2xx"] >= results["traffic"]["operations"] - silent
    # The server is gone; the evidence says the same.
    assert engine.rejudge(folder).differences == ()


@pytest.mark.parametrize(
    ("server", "ready"),
    [
        pytest.param(loopback, "/todos/count", id="loopback"),
        pytest.param(kinto, "/__lbheartbeat__", id="kinto"),
        pytest.param(fhirsnake, "/", id="fhirsnake"),
    ],
)
def test_who_keeps_a_contract_to_the_letter_breaks_nothing_of_it(
    server: Serving, ready: str, tmp_path: Path
) -> None:
    with _served(server, tmp_path) as original:
        pass
    with mocking(original, ready, tmp_path / "prism") as running:
        results, _ = _run(running, tmp_path / "runs")
    lines = [line for entry in results["requirements"] for line in entry["results"]]
    about = ("contract.", "formats.", "headers.media.", "errors.")
    told = [line for line in lines if line["check"].startswith(about)]
    # Prism itself refuses wrong input, with statuses and bodies that no contract names, takes some
    # of it, and fills header fields with "string", whatever their pattern.
    refusals = {"contract.answers.status_is_documented", "contract.answers.body_matches_schema"}
    own = (*refusals, "contract.answers.declared_headers_are_there", "contract.generated")
    found = {line["check"] for line in told if line["verdict"] == "fail"}
    assert {check for check in found if not check.startswith(own)} == set()
    refused = {
        incident["status"]
        for line in told
        if line["check"] in refusals
        for incident in line.get("incidents", ())
    }
    assert refused <= {400, 422}
    assert sum(line["verdict"] == "pass" for line in told) > 5


def test_identities_log_in_at_a_real_issuer_and_leave_no_secret(tmp_path: Path) -> None:
    with _served(oidc_provider, tmp_path) as running:
        _, folder = _run(running, tmp_path / "runs", "BASE-AUT-*")
    refresh_token = (running.target.parent / "refresh-token").read_text("ascii")
    record = (folder / "record.jsonl").read_text("utf-8")
    asked = [
        line["exchange"] for line in map(json.loads, record.splitlines()) if "exchange" in line
    ]
    cases = {exchange["case"] for exchange in asked}
    assert {"login:citizen_a", "login:service", "keys"} <= cases
    assert all(e["response"]["status"] == 200 for e in asked if e["case"].startswith("login:"))
    written = "".join(p.read_text("utf-8") for p in folder.rglob("*") if p.is_file())
    for secret in (refresh_token, "counter-demonstration"):
        assert secret not in written


# Its pages for development tell neither `acr` nor `amr`; it knows no accounts that ended.
SIGNING_IN_OPEN = {"EID-AUT-12", "EID-AUT-14"}


@pytest.mark.parametrize(
    ("ways", "failed"),
    [("usual", {"EID-AUT-01"}), ("strict", set()), ("lenient", {"EID-AUT-02"})],
)
def test_a_real_provider_signs_people_in(ways: str, failed: set[str], tmp_path: Path) -> None:
    def server(folder: Path) -> contextlib.AbstractContextManager[Running]:
        return oidc_signing_in(folder, ways)

    asked = (*(f"EID-AUT-{number:02}" for number in range(1, 15)), "EID-FMT-01", "EID-FMT-02")
    with _served(server, tmp_path) as running:
        out = tmp_path / "runs"
        results, folder = _run(running, out, *asked, profile="e-identification")
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    known = {"fail": {*failed, "EID-AUT-11"}, "not_tested": SIGNING_IN_OPEN}
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == known["fail"]
    rest = {name for name, verdict in verdicts.items() if verdict != "pass"}
    assert rest == known["fail"] | known["not_tested"]
    assert engine.rejudge(folder).differences == ()
    written = "".join(p.read_text("utf-8") for p in folder.rglob("*") if p.is_file())
    cookies = [p.read_text("ascii") for p in running.target.parent.glob("cookie-*")]
    values = [pair.partition("=")[2] for cookie in cookies for pair in cookie.split("; ")]
    assert len(values) == 2 * len(cookies) > 0
    for secret in (*values, "health-demonstration", "eyJ"):
        assert secret not in written


# What `openssl s_client` shows by hand of the two set-ups in nginx/.
NGINX_BAD = ids("TLS", 1, 3, 6, 7, 9, 10)
# Its chain leads nowhere, so nothing is asked over https that plain http could be compared with.
NGINX_BAD_OPEN = ids("TLS", 2, 12, 13)


@pytest.mark.parametrize(
    ("server", "failed", "left_open"),
    [
        pytest.param(nginx_good, set(), ids("TLS", 13), id="nginx-good"),
        pytest.param(nginx_bad, NGINX_BAD, NGINX_BAD_OPEN, id="nginx-bad"),
        pytest.param(httpbin_bad, NGINX_BAD, NGINX_BAD_OPEN, id="httpbin-bad"),
    ],
)
def test_the_tls_of_nginx_is_told_apart(
    server: Serving, failed: set[str], left_open: set[str], tmp_path: Path
) -> None:
    with _served(server, tmp_path) as running:
        symptom = preflight.reaching(targets.read(running.target))
        results, folder = _run(running, tmp_path / "runs", "BASE-TLS-*")
    assert (symptom and symptom.cause) == ("certificate-too-weak" if failed else None)
    verdicts = {e["id"]: e["verdict"] for e in results["requirements"] if e["group"] == "TLS"}
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == failed
    assert {name for name, verdict in verdicts.items() if verdict == "not_tested"} == left_open
    assert engine.rejudge(folder).differences == ()


# What `curl` without --cert, and with a certificate of its own making, is told by each.
CERTIFIED = ids("TLS", 14) | ids("AUT", 1, 2)


@pytest.mark.parametrize(
    ("verify", "guard", "failed"),
    [
        ("on", "", set()),
        ("optional", "if ($ssl_client_verify != SUCCESS) { return 403; }", set()),
        ("optional_no_ca", "if ($ssl_client_verify != SUCCESS) { return 401; }", set()),
        ("optional", "", ids("TLS", 14) | ids("AUT", 1)),
        ("optional_no_ca", 'if ($ssl_client_s_dn = "") { return 403; }', CERTIFIED - ids("AUT", 1)),
        ("optional_no_ca", "", CERTIFIED),
    ],
    ids=["on", "optional", "any-verified", "in-vain", "any-by-name", "any"],
)
def test_client_certificates_at_nginx_are_told_apart(
    verify: str, guard: str, failed: set[str], tmp_path: Path
) -> None:
    def server(folder: Path) -> contextlib.AbstractContextManager[Running]:
        return nginx_certified(folder, verify, guard)

    with _served(server, tmp_path) as running:
        results, folder = _run(running, tmp_path / "runs", *CERTIFIED)
    verdicts = {e["id"]: e["verdict"] for e in results["requirements"]}
    assert verdicts == {name: "fail" if name in failed else "pass" for name in CERTIFIED}
    assert engine.rejudge(folder).differences == ()


@contextlib.contextmanager
def _served(server: Serving, folder: Path) -> Iterator[Running]:
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(server(folder / "server"))
        except ToolMissingError as missing:
            pytest.skip(str(missing))
        yield running


def _run(
    running: Running, out: Path, *select: str, depth: str = "standard", profile: str = "base"
) -> tuple[dict[str, Any], Path]:
    wishes = Wishes(
        target=str(running.target), rate=500, budget=BUDGET, seed=1, select=select, depth=depth
    )
    plan = opening.plan((profile,), wishes)
    session = engine.open_session(plan, out)
    try:
        for item in plan.items:
            session.run(item)
        return session.finish(), session.folder
    finally:
        session.close()
