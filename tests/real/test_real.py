"""`base` against servers that none of us wrote: exactly what was looked at by hand, nothing else.

Each finding here is explained in docs/explanation/real-systems.md.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from servers import Running, ToolMissingError, kinto, loopback, nginx_bad, nginx_good

from conformance import engine, opening
from conformance.opening import Wishes

pytestmark = pytest.mark.real

ATTESTED = {"BASE-OPS-01", "BASE-OPS-02", "BASE-OPS-03", "BASE-OPS-04"}
# Kinto's file gives no example for deleting all accounts: that operation stays open.
KINTO_FAILED = {"BASE-IOP-01", "BASE-PRV-01", "BASE-AUT-03", "BASE-FMT-03", "BASE-FUZ-03"}
KINTO_OPEN = {
    "BASE-AUT-01",
    "BASE-AUT-02",
    "BASE-FMT-07",
    "BASE-FMT-08",
    "BASE-FUZ-01",
    "BASE-FUZ-02",
    "BASE-FUZ-04",
}
LOOPBACK_FAILED = {"BASE-IOP-01", "BASE-IOP-06", "BASE-SEC-03"}


@pytest.mark.parametrize(
    ("server", "failed", "left_open"),
    [(kinto, KINTO_FAILED, KINTO_OPEN), (loopback, LOOPBACK_FAILED, set())],
    ids=["kinto", "loopback"],
)
def test_the_findings_are_those_looked_at_by_hand(
    server: Callable[[Path], AbstractContextManager[Running]],
    failed: set[str],
    left_open: set[str],
    tmp_path: Path,
) -> None:
    with server(tmp_path / "server") as running:
        results, folder = _run(running, tmp_path / "runs")
    by_verdict: dict[str, set[str]] = {}
    for entry in results["requirements"]:
        by_verdict.setdefault(entry["verdict"], set()).add(entry["id"])
    assert by_verdict["fail"] == failed
    assert by_verdict["not_tested"] == left_open | ATTESTED
    assert "error" not in by_verdict
    assert results["traffic"]["operations_reached_2xx"] >= results["traffic"]["operations"] - 1
    # The server is gone; the evidence says the same.
    assert engine.rejudge(folder).differences == ()


# What `openssl s_client` shows by hand of the two set-ups in nginx/.
NGINX_BAD = {f"BASE-TLS-{number:02}" for number in (1, 3, 6, 7, 9, 10)}
# Its chain leads nowhere, so nothing is asked over https that plain http could be compared with.
NGINX_BAD_OPEN = {"BASE-TLS-02", "BASE-TLS-12", "BASE-TLS-13"}


@pytest.mark.parametrize(
    ("server", "failed", "left_open"),
    [(nginx_good, set(), {"BASE-TLS-13"}), (nginx_bad, NGINX_BAD, NGINX_BAD_OPEN)],
    ids=["good", "bad"],
)
def test_the_tls_of_nginx_is_told_apart(
    server: Callable[[Path], AbstractContextManager[Running]],
    failed: set[str],
    left_open: set[str],
    tmp_path: Path,
) -> None:
    try:
        with server(tmp_path / "server") as running:
            results, folder = _run(running, tmp_path / "runs", "BASE-TLS-*")
    except ToolMissingError as missing:
        pytest.skip(str(missing))
    verdicts = {e["id"]: e["verdict"] for e in results["requirements"] if e["group"] == "TLS"}
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == failed
    assert {name for name, verdict in verdicts.items() if verdict == "not_tested"} == left_open
    assert engine.rejudge(folder).differences == ()


def _run(running: Running, out: Path, *select: str) -> tuple[dict[str, Any], Path]:
    wishes = Wishes(target=str(running.target), rate=500, seed=1, select=select)
    plan = opening.plan(("base",), wishes)
    session = engine.open_session(plan, out)
    try:
        for item in plan.items:
            session.run(item)
        return session.finish(), session.folder
    finally:
        session.close()
