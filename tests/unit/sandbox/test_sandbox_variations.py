"""Faults and near-misses: well formed, each reachable, each visible."""

import json
import re
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from sandbox_process import Running
from together import together

from conformance.sandbox import contract, variations
from conformance.sandbox.agency import Agency

EVERY = variations.every()
OURS = variations.of(variations.SYSTEM)
FAULTS = [name for name, found in EVERY.items() if found.kind == "fault"]
NEAR_MISSES = [name for name, found in OURS.items() if found.kind == "near_miss"]
CHECKS = {check for found in EVERY.values() for check in (*found.breaks, *found.spares)}
# Agencies are frozen: whatever bends one makes another.
CORRECT = {
    system: Agency(contract=contract.read(system))
    for system in {found.system for found in EVERY.values()}
}


def raw(url: str, method: str, path: str) -> bytes:
    at = urlsplit(url)
    with socket.create_connection((at.hostname, at.port), timeout=10) as wire:
        head = (
            f"{method} {at.path}{path} HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n\r\n"
        )
        wire.sendall(head.encode())
        answer = b""
        while part := wire.recv(65536):
            answer += part
    return answer


def test_every_check_has_two_faults_and_a_near_miss() -> None:
    for check in CHECKS:
        assert sum(check in found.breaks for found in EVERY.values()) >= 2, check
        assert sum(check in found.spares for found in EVERY.values()) >= 1, check


@together("name", EVERY)
def test_every_variation_says_what_it_is(name: str) -> None:
    found = EVERY[name]
    assert found.description.endswith(".")
    assert len(found.description) <= 120
    assert len(f"sandbox-{found.system}-{name}") <= 80
    assert bool(found.breaks) == (found.kind == "fault")
    assert bool(found.spares) == (found.kind == "near_miss")
    assert not set(found.breaks) & set(found.also)


@together("name", EVERY)
def test_every_variation_changes_the_agency(name: str) -> None:
    correct = CORRECT[EVERY[name].system]
    assert EVERY[name].bend(correct) != correct


# Some hundred contracts, each fetched whole; that each is served at all shows in the self-test.
@pytest.mark.slow
@together("name", OURS)
def test_every_variation_has_a_target_of_its_own(sandbox: Running, name: str) -> None:
    target = sandbox.target(name)
    assert target["target"] == f"sandbox-procedure-system-{name}"
    secure = EVERY[name].transport in {"https", "tls"}
    # Certificates are for names; a base URL that is an address is a variation of its own.
    secured = (
        r"https://(localhost|127\.0\.0\.1):\d+/" if "address" in name else r"https://localhost:"
    )
    assert re.match(secured if secure else r"http://127\.0\.0\.1:", target["base_url"])
    assert target["base_url"].endswith(f"/~fault/{name}")
    assert ("network" in target) == secure
    if EVERY[name].subject != "document":
        # Those variations are about what the contract says, its servers and its form included.
        document = sandbox.ask("GET", target["contract"]).json()
        assert document["servers"] == [{"url": target["base_url"]}]
    for identity in target["identities"].values():
        # A certificate may stand beside something else.
        assert len(identity) == 1 or (len(identity) == 2 and "mtls" in identity)
        scheme, detail = next(iter(identity.items()))
        assert scheme in {"api_key", "bearer", "login", "oauth2", "mtls"}
        said = {"bearer": detail} if isinstance(detail, str) else detail.get("body", detail)
        names = {"bearer", "password", "Password", "client_secret", "refresh_token", "key", "value"}
        secrets = names & set(said)
        assert secrets
        assert all(said[name].startswith("demo:") for name in secrets)


@pytest.mark.slow
# Twins have the same reads under other names.
@together("name", [n for n in NEAR_MISSES if EVERY[n].subject != "dialects"])
def test_near_misses_serve_every_public_read(sandbox: Running, tmp_path: Path, name: str) -> None:
    target = sandbox.target(name)
    authority = tmp_path / "ca.pem"
    authority.write_text(target.get("network", {}).get("extra_ca", ""))
    verify = str(authority) if EVERY[name].transport in {"https", "tls"} else True
    dialect = EVERY[name].bend(CORRECT[EVERY[name].system]).dialect
    path = dialect.paths["/procedures"] if dialect else "/procedures"
    answer = sandbox.ask("GET", f"{target['base_url']}{path}", verify=verify)
    assert answer.status_code == 200
    items = dialect.names["items"] if dialect else "items"
    assert json.loads(answer.content)[items] is not None


def test_each_variation_has_its_own_state(sandbox: Running) -> None:
    url = f"{sandbox.base_url}/~fault/allow_missing"
    assert sandbox.ask("POST", f"{url}/~reset").status_code == 204
    before = sandbox.ask("GET", f"{url}/dossiers", "citizen_a").json()["total"]
    elsewhere = sandbox.ask("GET", "/dossiers", "citizen_a").json()["total"]
    body = sandbox.target()["examples"]["createDossier"]["body"]
    made = sandbox.ask("POST", f"{url}/dossiers", "citizen_a", json=body)
    assert made.headers["Location"].startswith("/~fault/allow_missing/dossiers/")
    assert sandbox.ask("GET", f"{url}/dossiers", "citizen_a").json()["total"] == before + 1
    assert sandbox.ask("GET", "/dossiers", "citizen_a").json()["total"] == elsewhere
    assert sandbox.ask("POST", f"{url}/~reset").status_code == 204
    assert sandbox.ask("GET", f"{url}/dossiers", "citizen_a").json()["total"] == before


@pytest.mark.parametrize(
    ("name", "stray"),
    [
        ("head_answered_like_get", 1),
        ("head_followed_by_stray_bytes", 1),
        ("head_followed_by_a_chunk", 1),
        ("answers_in_small_pieces", 0),
        ("connection_closed_after_each_answer", 0),
    ],
)
def test_what_follows_head_on_the_wire(sandbox: Running, name: str, stray: int) -> None:
    url = sandbox.target(name)["base_url"]
    _, _, rest = raw(url, "HEAD", "/procedures").partition(b"\r\n\r\n")
    assert bool(rest) == bool(stray)
    assert raw(url, "GET", "/procedures").startswith(b"HTTP/1.1 200")
    body = sandbox.target()["examples"]["createDossier"]["body"]
    assert sandbox.ask("POST", f"{url}/dossiers", "citizen_a", json=body).status_code == 201


def test_the_correct_agency_sends_nothing_after_head(sandbox: Running) -> None:
    assert raw(sandbox.base_url, "HEAD", "/procedures").endswith(b"\r\n\r\n")


def test_hsts_is_told_over_tls_only(sandbox: Running, tmp_path: Path) -> None:
    target = sandbox.ask("GET", "/~https/target.yaml")
    assert "base_url: https://localhost:" in target.text
    assert "Strict-Transport-Security" not in sandbox.ask("GET", "/procedures").headers
    two = sandbox.target("hsts_twice")
    (tmp_path / "ca.pem").write_text(two["network"]["extra_ca"])
    at = urlsplit(two["base_url"])
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with (
        socket.create_connection((at.hostname, at.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        head = (
            f"GET {at.path}/procedures HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n\r\n"
        )
        secure.sendall(head.encode())
        answer = b""
        while part := secure.recv(65536):
            answer += part
    assert answer.count(b"Strict-Transport-Security:") == 2


@pytest.mark.parametrize(
    ("arguments", "scheme"),
    [
        (["--tls"], "https"),
        (["--fault", "hsts_missing"], "https"),
        (["--fault", "two_certificates"], "https"),
        (["--fault", "tls11_accepted", "--all"], "https"),
        (["--fault", "head_answered_like_get"], "http"),
        (["--fault", "status_not_repeated"], "http"),
    ],
)
def test_one_agency_can_be_served_alone(arguments: list[str], scheme: str, tmp_path: Path) -> None:
    alone = Running(*arguments)
    try:
        assert set(alone.ready) == {"ready", "base_url", "target", "pid"}
        assert alone.ready["pid"] == alone.process.pid
        target = yaml.safe_load(alone.session.get(alone.ready["target"], timeout=10).content)
        assert target["base_url"] == alone.base_url
        assert alone.base_url.startswith(scheme + ":")
        authority = tmp_path / "ca.pem"
        authority.write_text(target.get("network", {}).get("extra_ca", ""))
        verify = str(authority) if scheme == "https" else True
        assert alone.ask("GET", "/procedures", verify=verify).status_code == 200
    finally:
        assert alone.stop() == 0


@pytest.mark.parametrize(
    "arguments", [["--host", "192.0.2.1"], ["--fault", "khong-co"], ["--port", "70000"]]
)
def test_wishes_that_cannot_be_met(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "conformance.sandbox", "serve", "procedure-system", *arguments],
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr


def test_faults_are_listed_for_programs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "conformance.sandbox", "faults", "--json"],
        capture_output=True,
        timeout=30,
        check=True,
    )
    listed = json.loads(done.stdout)
    assert [line["id"] for line in listed] == list(EVERY)
    names = [
        "id",
        "kind",
        "system",
        "layer",
        "breaks",
        "also",
        "spares",
        "transport",
        "description",
        "description_vi",
        "subject",
    ]
    assert all(set(line) == set(names) for line in listed)
    told = {name: found.description_vi for name, found in EVERY.items()}
    assert {line["id"]: line["description_vi"] for line in listed} == told
