"""What tests of whole programs share: one sandbox process, and target files made for it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from processes import Done

from conformance import cli, sandboxes
from conformance.sandboxes import Serving

pytest_plugins = ["pytester"]

WriteTarget = Callable[..., Path]
Say = Callable[..., Done]


@pytest.fixture(scope="session")
def agency() -> Iterator[Serving]:
    """The reference agency with every fault and near-miss, in a process of its own."""
    with sandboxes.serving("procedure-system", "--all") as serving:
        yield serving


@pytest.fixture(scope="session")
def target_document(agency: Serving) -> Callable[[str | None], dict[str, Any]]:
    """Return the target file of the agency, or of one of its variations, as a document."""

    def fetched(variation: str | None) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(agency.target_of(variation), timeout=10)
        assert answer.status_code == 200
        document: dict[str, Any] = yaml.safe_load(answer.content)
        return document

    return fetched


@pytest.fixture
def write_target(
    tmp_path: Path, target_document: Callable[[str | None], dict[str, Any]]
) -> WriteTarget:
    """Write the agency's target file with changes; None drops a key."""

    def write(variation: str | None = None, name: str = "target.yaml", **changes: Any) -> Path:
        document = {**target_document(variation), **changes}
        kept = {key: value for key, value in document.items() if value is not None}
        path = tmp_path / name
        path.write_text(json.dumps(kept, default=str, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run the command line in this process: starting one takes longer than what it says."""

    def said(*words: str, lang: str = "vi", **environment: str) -> Done:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("CONFORMANCE_")]:
                patch.delenv(name)
            for name, value in {"CONFORMANCE_LANG": lang, "COLUMNS": "200", **environment}.items():
                patch.setenv(name, value)
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["conformance", *words])
            with pytest.raises(SystemExit) as left:
                cli.main(list(words))
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Done(left.value.code, out, err)

    return said
