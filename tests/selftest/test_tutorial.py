"""The tutorial that adds a system, followed to the letter in a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "a-ninth-system.md"
_MAIN = "import sys; from conformance.cli import main; sys.exit(main())"
_BLOCK = re.compile(r"```(?P<kind>\S+)(?: (?P<how>\S+))?\n(?P<text>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what the commands need, with the files of the page in it."""
    place = tmp_path_factory.mktemp("checkout")
    for name in ("conformance", "profiles", "openapi"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks():
        how = block["how"] or ""
        if how.startswith("file="):
            (place / how.removeprefix("file=")).write_text(block["text"], encoding="utf-8")
    return place


def blocks() -> Iterator[re.Match[str]]:
    yield from _BLOCK.finditer(PAGE.read_text(encoding="utf-8"))


def command(line: str) -> list[str]:
    """Return a line of the page as words, with this interpreter in the place of its script."""
    words = shlex.split(line)
    assert words[0] == ".venv/bin/conformance"
    return [sys.executable, "-c", _MAIN, *words[1:]]


def test_the_page_is_followed(copy: Path) -> None:
    surroundings = {**os.environ, "PYTHONPATH": str(copy), "CONFORMANCE_LANG": "en"}
    serving: subprocess.Popen[bytes] | None = None
    try:
        for block in blocks():
            line = block["text"].strip()
            if block["how"] == "serve":
                serving = subprocess.Popen(  # the page's own words
                    command(line), cwd=copy, env=surroundings, stdout=subprocess.PIPE
                )
                assert serving.stdout is not None
                assert b"ready" in serving.stdout.readline()
            elif block["how"] == "run":
                done = subprocess.run(
                    command(line),
                    cwd=copy,
                    env=surroundings,
                    check=False,
                    capture_output=True,
                    timeout=300,
                )
                assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    finally:
        if serving is not None:
            serving.terminate()
            serving.wait(10)
            assert serving.stdout is not None
            serving.stdout.close()


def test_the_page_leads_through_every_step() -> None:
    files = [b["how"] for b in blocks() if (b["how"] or "").startswith("file=")]
    assert files == [
        "file=openapi/notary-offices.yaml",
        "file=profiles/notary-offices.yaml",
        "file=conformance/sandbox/agencies/notary-offices.yaml",
    ]
    said = [b["text"].split()[1] for b in blocks() if b["how"] in {"run", "serve"}]
    assert said == ["lint", "profile", "sandbox", "run", "selftest"]
