"""Command line before environment, before target file, before pyproject.toml."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import Done, only_run, results

from conformance import shipped

Say = Callable[..., Done]
# Nobody listens on these: the message of the run that fails names the address it took.
COMMAND_LINE, ENVIRONMENT, TARGET, PROJECT = (f"http://127.0.0.1:{n}" for n in (1, 2, 3, 4))
RUN = ("run", "base", "--target", "target.yaml")


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """A folder with a target file; each layer names an address of its own."""
    contract = shipped.contract("procedure-system")
    assert contract is not None
    shutil.copy(contract, tmp_path / "openapi.yaml")
    target = {"target": "layers", "base_url": TARGET, "contract": "openapi.yaml"}
    (tmp_path / "target.yaml").write_text(json.dumps(target), encoding="utf-8")
    return tmp_path


@pytest.fixture
def agency_layers(write_target: Callable[..., Path]) -> Path:
    """The same folder with the target file of the agency."""
    return write_target().parent


def project(folder: Path, line: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.conformance]\n{line}\n", encoding="utf-8")


def test_the_command_line_goes_before_everything(layers: Path, say: Say) -> None:
    project(layers, f'base-url = "{PROJECT}"')
    done = say(*RUN, "--base-url", COMMAND_LINE, CONFORMANCE_BASE_URL=ENVIRONMENT)
    assert done.err.startswith(f"Lỗi: {COMMAND_LINE}: ")


def test_the_environment_goes_before_target_and_project(layers: Path, say: Say) -> None:
    project(layers, f'base-url = "{PROJECT}"')
    done = say(*RUN, CONFORMANCE_BASE_URL=ENVIRONMENT)
    assert done.err.startswith(f"Lỗi: {ENVIRONMENT}: ")


def test_the_target_speaks_where_nobody_else_does(layers: Path, say: Say) -> None:
    assert layers.is_dir()
    assert say(*RUN).err.startswith(f"Lỗi: {TARGET}: ")


def test_the_target_goes_before_the_project(layers: Path, say: Say) -> None:
    project(layers, f'base-url = "{PROJECT}"')
    assert say(*RUN).err.startswith(f"Lỗi: {TARGET}: ")


def test_the_project_speaks_where_nobody_else_does(layers: Path, say: Say) -> None:
    project(layers, 'target = "target.yaml"')
    assert say("run", "base").err.startswith(f"Lỗi: {TARGET}: ")


@pytest.mark.parametrize(
    ("seed", "words", "environment"),
    [
        (4, (), {}),
        (2, (), {"CONFORMANCE_SEED": "2"}),
        (1, ("--seed", "1"), {"CONFORMANCE_SEED": "2"}),
    ],
)
def test_the_seed_is_taken_from_the_first_who_names_it(
    agency_layers: Path, say: Say, seed: int, words: tuple[str, ...], environment: dict[str, str]
) -> None:
    project(agency_layers, "seed = 4")
    done = say(*RUN, "--select", "BASE-IOP-01", *words, **environment)
    assert done.code == 0, done.said
    assert results(only_run(agency_layers / "runs"))["seed"] == seed


def test_a_project_may_write_a_list(layers: Path, say: Say) -> None:
    project(layers, 'select = ["BASE-IOP-01", "BASE-SEC-*"]')
    done = say("plan", "base", "--target", "target.yaml", "--json")
    assert done.code == 0, done.said


def test_a_project_may_choose_the_language_of_errors(layers: Path, say: Say) -> None:
    project(layers, 'lang = "en"')
    done = say("plan", "nowhere", "--target", "target.yaml", lang="")
    assert done.err.startswith("Error: ")


@pytest.mark.parametrize(
    "content",
    [
        "[tool.conformance\n",
        "",
        "tool = 3\n",
    ],
)
def test_a_project_file_of_another_shape_ends_nothing(layers: Path, say: Say, content: str) -> None:
    (layers / "pyproject.toml").write_text(content, encoding="utf-8")
    assert say("plan", "base", "--target", "target.yaml").code == 0


def test_a_project_setting_that_is_no_table_is_a_usage_mistake(layers: Path, say: Say) -> None:
    (layers / "pyproject.toml").write_text("[tool]\nconformance = 3\n", encoding="utf-8")
    done = say("plan", "base", "--target", "target.yaml")
    assert done.code == 2
    assert done.err.startswith("Lỗi: pyproject.toml: ")
    assert "[tool.conformance]" in done.err
