"""SOAP beyond our own sandbox: Spyne is examined, and zeep calls the model answer."""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
import spyne_soap
import yaml
from servers import InstallationError, ToolMissingError

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes

pytestmark = pytest.mark.real

SOAP = (
    *("EXCH-IOP-01", "EXCH-IOP-02", "EXCH-IOP-03", "EXCH-ERR-01", "EXCH-ERR-02", "EXCH-AUT-01"),
    *("EXCH-FUZ-01", "EXCH-FUZ-02", "EXCH-FUZ-03", "EXCH-DOC-01"),
    *("SHARE-OPS-01", "SHARE-ERR-01"),
    *("BASE-INJ-05", "BASE-INJ-06", "BASE-SEC-02"),
)
# X-Road's blocks do not come back, any client is served, no answer has a trace id: nobody wrote
# that into the service.
FAILED = {"EXCH-IOP-03", "EXCH-AUT-01", "SHARE-OPS-01"}
CALL = Path(__file__).resolve().parent / "soap" / "call.py"


@pytest.mark.parametrize(
    ("validator", "failed"),
    [
        pytest.param("lxml", FAILED, id="validating"),
        pytest.param("", FAILED | {"EXCH-FUZ-02"}, id="believing"),
    ],
)
def test_the_findings_at_spyne_are_those_looked_at_by_hand(
    validator: str, failed: set[str], tmp_path: Path
) -> None:
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(spyne_soap.running(tmp_path / "server", validator))
        except (InstallationError, ToolMissingError) as missing:
            pytest.skip(str(missing))
        wishes = Wishes(target=str(running.target), rate=500, seed=1, select=SOAP)
        results, folder = _run(wishes, tmp_path / "runs")
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == failed
    assert "error" not in verdicts.values()
    assert {name for name, v in verdicts.items() if v == "not_tested"} == set()
    # The server is gone; the evidence, and the schema that lay beside the contract, say the same.
    assert engine.rejudge(folder).differences == ()


def test_zeep_calls_the_model_answer(tmp_path: Path) -> None:
    with sandboxes.serving("data-exchange") as served:
        target: dict[str, Any] = yaml.safe_load(requests.get(served.target, timeout=10).text)
        contract = target["contract"]
        program = target["identities"]["one_stop_a"]["oauth2"]
        told = {
            "base_url": target["base_url"],
            "contract": contract,
            "token_url": program["token_url"],
            "client": [program["client_id"], program["client_secret"].removeprefix("demo:")],
            "folder": str(tmp_path),
        }
        made = subprocess.run(
            [str(spyne_soap.python()), str(CALL)],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout) == {
        "tenXa": "Phường Thuận Hóa",
        "khop": True,
        "fault": "Không có dịch vụ này.",
        "client": "mot-cua",
    }


def _run(wishes: Wishes, out: Path) -> tuple[dict[str, Any], Path]:
    plan = opening.plan(("data-exchange",), wishes)
    session = engine.open_session(plan, out)
    try:
        for item in plan.items:
            session.run(item)
        return session.finish(), session.folder
    finally:
        session.close()
