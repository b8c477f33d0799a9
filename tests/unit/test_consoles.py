"""Consoles that cannot write Vietnamese, and files as Windows editors leave them."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from processes import conformance, only_run

from conformance import opening
from conformance.opening import Wishes
from conformance.sandboxes import Serving
from conformance.target import secret

CONSOLES = {
    "cp1258": {"PYTHONIOENCODING": "cp1258"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    # Without UTF-8 mode and without the C locale being coerced, as on an old server.
    "LANG=C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
COMMANDS = {
    "help": ("--help",),
    "run help": ("run", "--help"),
    "doctor": ("doctor", "base", "--target", "{target}"),
    "plan": ("plan", "base", "--target", "{target}"),
    "plan json": ("plan", "base", "--target", "{target}", "--json"),
    "lint": ("lint", "{contract}"),
    "rejudge": ("rejudge", "{run}"),
    "report": ("report", "{run}", "--format", "md"),
    "report html": ("report", "{run}", "--format", "html"),
    "explain": ("explain", "BASE-IOP-01"),
    "profile": ("profile", "show", "base"),
    "a slip": ("run", "base", "--target", "không-có.yaml"),
    "an unknown option": ("run", "--không-có"),
    "init": ("init", "--contract", "{contract}", "--name", "x", "--out", "{new}"),
    "faults": ("selftest", "--list"),
}


@pytest.fixture(scope="module")
def made(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A target file, a contract and a finished run, made on a console of ASCII."""
    folder = tmp_path_factory.mktemp("console")
    with requests.Session() as session:
        session.trust_env = False
        document = yaml.safe_load(session.get(serving.target, timeout=10).content)
        contract = session.get(f"{document['base_url']}/openapi.json", timeout=10)
        if contract.status_code != 200:
            contract = session.get(f"{serving.base_url}/openapi.json", timeout=10)
    (folder / "target.yaml").write_text(json.dumps(document, default=str), "utf-8")
    (folder / "openapi.json").write_bytes(contract.content)
    words = ("run", "base", "--target", "target.yaml", "--select", "BASE-IOP-0*", "--json")
    done = conformance(*words, cwd=folder, **CONSOLES["ascii"])
    assert done.code in {0, 1, 4}, done.said
    assert json.loads(done.out)["verdict"] == "INCOMPLETE"
    return {
        "target": str(folder / "target.yaml"),
        "contract": str(folder / "openapi.json"),
        "run": str(only_run(folder / "runs")),
    }


@pytest.mark.parametrize(
    "console",
    # What is strict about ASCII is strict about the code page too.
    [pytest.param("ascii", marks=pytest.mark.slow), "cp1258", "LANG=C"],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_speaks_on_every_console(
    made: dict[str, str], command: str, console: str, tmp_path: Path
) -> None:
    places = {**made, "new": str(tmp_path / "new.yaml")}
    words = [word.format(**places) for word in COMMANDS[command]]
    done = conformance(*words, cwd=tmp_path, **CONSOLES[console])
    assert "Traceback (most recent" not in done.said
    assert "Error" not in done.err
    assert done.code in {0, 1, 2, 3, 4}, done.said
    assert done.said.strip()
    if command == "plan json":
        assert json.loads(done.out)["requests_at_most"]
    if command == "report html":
        # In UTF-8 wherever it is redirected to, as its head says.
        assert "Bộ yêu cầu" in done.out


# --- files as Windows editors leave them ---------------------------------------------------------


def as_windows(text: str) -> bytes:
    return codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode()


def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(
    made: dict[str, str], tmp_path: Path
) -> None:
    document: dict[str, Any] = json.loads(Path(made["target"]).read_text("utf-8"))
    contract = json.loads(Path(made["contract"]).read_text("utf-8"))
    document["contract"] = "openapi.yaml"
    plans = []
    for name, write in (("unix", str.encode), ("windows", as_windows)):
        folder = tmp_path / name
        folder.mkdir()
        told = yaml.safe_dump(contract, allow_unicode=True, sort_keys=False)
        (folder / "openapi.yaml").write_bytes(write(told))
        path = folder / "target.yaml"
        path.write_bytes(write(yaml.safe_dump(document, allow_unicode=True, sort_keys=False)))
        plans.append(opening.plan(("base",), Wishes(target=str(path), seed=1)))
    unix, windows = plans
    assert [item.name for item in unix.items] == [item.name for item in windows.items]
    assert unix.scene.contract.document == windows.scene.contract.document
    assert unix.target.examples == windows.target.examples


def test_a_secret_of_notepad_is_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "token.txt"
    path.write_bytes(as_windows("the-token\n"))
    assert secret(f"file:{path}", place="target.yaml") == "the-token"
