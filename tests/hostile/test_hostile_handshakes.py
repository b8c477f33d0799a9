"""Whatever a server says in place of a TLS handshake: told in time, and no verdict of it."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

import certifi
import pytest
from corpus import ESCAPES
from handshaking import HANDSHAKES, SHOP, Shaking, many_certificates, trusted
from measure import costs
from test_hostile_answers import DOCUMENT, Opened, asked, opened
from wires import connecting, turning

from conformance import engine, opening
from conformance.door import network
from conformance.errors import UnreachableError
from conformance.opening import Wishes
from conformance.probe.questions import Handshake
from conformance.setup import preflight
from conformance.tls import handshakes

__all__ = ["opened"]
PATIENCE = 0.3
# What a loaded machine needs beside; what hangs would take all of `wires.LONGEST`.
SLACK = 6.0
MEMORY = 100 * 2**20
JUDGED = [one for one in HANDSHAKES if one.judged]
WAYS = {
    "ordinary": Handshake(clock=True),
    "verified": Handshake(verify="now"),
    "TLS 1.2": Handshake(versions=("TLSv1.2",)),
    "bare": Handshake(versions=("TLSv1.2",), bare=True),
    "bare SSL 3.0": Handshake(versions=("SSLv3",), bare=True),
}


def shaken(base_url: str, handshake: Handshake) -> handshakes.Shaken:
    port = int(base_url.rpartition(":")[2])
    place = handshakes.Place(
        host="127.0.0.1",
        path="",
        connect=lambda: socket.create_connection(("127.0.0.1", port), timeout=PATIENCE),
        authorities=certifi.where(),
        patience=PATIENCE,
        agent="test",
    )
    return handshakes.shake(handshake, place)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shaking", HANDSHAKES, ids=lambda one: one.name)
def test_every_handshake_ends_in_time_and_is_told(shaking: Shaking, way: str) -> None:
    handshake = WAYS[way]
    with connecting(shaking.speech) as server, costs() as cost:
        seen = shaken(server.base_url, handshake)
    assert cost.seconds < 2 * PATIENCE + SLACK
    assert cost.bytes < MEMORY
    assert seen.facts["outcome"] in (shaking.bare if handshake.bare else shaking.ordinary)
    assert bool(seen.error) is (seen.facts["outcome"] != "accepted")
    json.dumps(seen.facts)


@pytest.mark.parametrize("raw", [False, True], ids=["requests", "h11"])
@pytest.mark.parametrize("shaking", HANDSHAKES, ids=lambda one: one.name)
def test_a_request_behind_it_is_an_error_in_time(
    opened: Opened,
    shaking: Shaking,
    raw: bool,  # noqa: FBT001  # a case
) -> None:
    with connecting(shaking.speech) as server, costs() as cost:
        door, kept = opened(server.base_url)
        found = asked(door, server.base_url, raw=raw)
    assert cost.seconds < 2 * PATIENCE + SLACK
    assert found.response is None
    assert found.error
    assert kept == [found]
    if shaking.bare == {"silent"}:
        # That we gave up is no refusal of a certificate that we lacked.
        assert found.error == "time-out" or "timed out" in found.error
        assert "tls_refused" not in found.facts


@pytest.mark.parametrize("shaking", JUDGED, ids=lambda one: one.name)
def test_before_a_run_it_is_told_in_time(shaking: Shaking, tmp_path: Path) -> None:
    with connecting(shaking.speech) as server, costs() as cost:
        symptom = preflight.reaching(opening.load_target(target_file(tmp_path, server.base_url)))
    assert cost.seconds < 2 * PATIENCE + SLACK
    assert symptom is not None
    assert symptom.key in {"base_url", "network.extra_ca"}


def test_a_contract_that_drips_has_an_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(network, "_LONGEST_FETCH", PATIENCE)
    (flood,) = [one for one in HANDSHAKES if one.name == "hello requests for ever"]
    with connecting(flood.speech) as server, costs() as cost:
        goal = opening.load_target(target_file(tmp_path, server.base_url))
        with pytest.raises(UnreachableError, match="time-out"):
            network.fetch(f"{server.base_url}/openapi.json", goal)
    assert cost.seconds < SLACK


# --- the engine: no verdict without a handshake ---------------------------------------------------


def target_file(folder: Path, base_url: str, **more: Any) -> str:
    """Write a target file and the contract beside it; return its path."""
    document = {
        "target": "hostile",
        "base_url": base_url,
        "contract": "contract.json",
        "data": "synthetic",
        "environment": "sandbox",
        "pace": {"requests_per_second": 5000, "timeout_seconds": PATIENCE},
        "network": {"extra_ca": SHOP.pem},
        **more,
    }
    (folder / "contract.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    path = folder / "target.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def ran(path: str, folder: Path) -> dict[str, str]:
    """Run the checks of TLS to their end; return check → verdict, nothing where none began."""
    wishes = Wishes(target=path, seed=7, select=("BASE-TLS-*",))
    try:
        session = engine.open_session(opening.plan(("base",), wishes), folder / "runs")
    except UnreachableError:
        return {}
    try:
        for item in session.plan.items:
            session.run(item)
        results = session.finish()
    finally:
        session.close()
    lines = [line for entry in results["requirements"] for line in entry["results"]]
    return {line["check"]: line["verdict"] for line in lines}


LIVES = "tls.certificates.certificate_does_not_live_too_long"


def judged(verdicts: dict[str, str], shaking: Shaking) -> None:
    # Not by handshakes: two are seen in the requests, and one asks about the name of the host.
    told = {
        c: said for c, said in verdicts.items() if ".transport." not in c and ".names." not in c
    }
    # Only what a public authority issued has to end soon.
    if told.get(LIVES) == "not_applicable":
        del told[LIVES]
    # Whoever speaks true TLS in a bare handshake passes what a bare handshake shows.
    passed = {"pass"} if "accepted" in shaking.bare else set()
    assert set(told.values()) <= {"not_tested", "fail"} | passed
    assert {check for check, said in told.items() if said == "fail"} <= shaking.wrong


@pytest.mark.parametrize("shaking", JUDGED, ids=lambda one: one.name)
def test_a_server_that_is_like_this_from_the_start(shaking: Shaking, tmp_path: Path) -> None:
    with connecting(shaking.speech) as server:
        verdicts = ran(target_file(tmp_path, server.base_url), tmp_path)
    judged(verdicts, shaking)


@pytest.mark.parametrize("shaking", JUDGED, ids=lambda one: one.name)
def test_a_server_that_turns_like_this(shaking: Shaking, tmp_path: Path) -> None:
    start = time.monotonic()
    with turning(shaking.speech, trusted()) as server:
        verdicts = ran(target_file(tmp_path, server.base_url), tmp_path)
    assert time.monotonic() - start < 3 * SLACK
    assert len(verdicts) > 10
    judged(verdicts, shaking)


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 99999999999 00:00:00 GMT",
        "Thu, 99999999999999999999 Jan 2026 00:00:00 GMT",
        "Thu, 01 Jan 2026 00:00:00 +999999999999999",
        ESCAPES.replace("\r", ""),
    ],
    ids=["year", "day", "zone", "escapes"],
)
def test_a_clock_beyond_all_calendars_is_none(date: str, tmp_path: Path) -> None:
    answer = f"HTTP/1.1 404 No\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode()

    with turning(lambda *_: None, trusted(), well=10_000, answer=answer) as server:
        verdicts = ran(target_file(tmp_path, server.base_url), tmp_path)
    assert verdicts["tls.certificates.certificate_is_valid_now"] == "pass"
    assert "error" not in verdicts.values()


def test_a_long_chain_is_read_as_it_is(tmp_path: Path) -> None:
    with turning(many_certificates(200), trusted()) as server:
        verdicts = ran(target_file(tmp_path, server.base_url), tmp_path)
    assert verdicts["tls.certificates.chain_is_trusted"] == "pass"
    assert verdicts["tls.certificates.chain_is_complete"] == "pass"
    assert set(verdicts.values()) <= {"pass", "not_tested", "not_applicable"}
