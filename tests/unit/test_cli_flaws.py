"""What the command line says of a contract of which some parts cannot be used."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from processes import Done, only_run

from conformance import shipped

WriteTarget = Callable[..., Path]
Say = Callable[..., Done]
HEADS = {
    "vi": "Đặc tả giao diện có {} chỗ không dùng được",
    "en": "Parts of the contract cannot be used: {}.",
}
ONE = ("--select", "BASE-IOP-01")


def broken_contract(folder: Path, paths: int = 1) -> Path:
    """Write the agency's contract with paths that say nothing that can be used."""
    source = shipped.contract("procedure-system")
    assert source is not None
    document = yaml.safe_load(source.read_bytes())
    for number in range(paths):
        document["paths"][f"/[red]{number}"] = {"get": {"parameters": {}}}
    path = folder / "contract.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("command", ["plan", "run", "doctor"])
def test_what_cannot_be_used_is_told(
    command: str, lang: str, say: Say, write_target: WriteTarget, tmp_path: Path
) -> None:
    target = str(write_target())
    chosen = (command, "base", "--target", target, *ONE)
    without = say(*chosen, lang=lang)
    head = HEADS[lang].partition("{}")[0].strip()
    assert head not in without.said
    done = say(*chosen, "--contract", str(broken_contract(tmp_path)), lang=lang)
    assert HEADS[lang].format(1) in done.out
    # Its words are not markup, and its place is told.
    assert "GET /[red]0: " in done.out
    assert "contract.yaml#/paths/~1[red]0" in done.out
    assert done.code == without.code


def test_many_are_counted(say: Say, write_target: WriteTarget, tmp_path: Path) -> None:
    words = ("plan", "base", "--target", str(write_target()), *ONE)
    done = say(*words, "--contract", str(broken_contract(tmp_path, 11)), lang="en")
    assert HEADS["en"].format(11) in done.out
    assert done.out.count("GET /[red]") == 8
    assert "… +3" in done.out


@pytest.mark.parametrize("command", ["plan", "doctor"])
def test_scripts_are_told_too(
    command: str, say: Say, write_target: WriteTarget, tmp_path: Path
) -> None:
    words = (command, "base", "--target", str(write_target()), *ONE, "--json")
    assert json.loads(say(*words).out)["contract_flaws"] == []
    done = say(*words, "--contract", str(broken_contract(tmp_path)))
    (flaw,) = json.loads(done.out)["contract_flaws"]
    assert flaw["operation"] == "GET /[red]0"
    assert flaw["place"].endswith("contract.yaml#/paths/~1[red]0/get/parameters")
    assert flaw["what"]["vi"] != flaw["what"]["en"]


def test_a_quiet_run_stays_quiet(say: Say, write_target: WriteTarget, tmp_path: Path) -> None:
    words = ("run", "base", "--target", str(write_target()), *ONE)
    done = say(*words, "--contract", str(broken_contract(tmp_path)), "--quiet")
    assert done.said == ""
    assert only_run(tmp_path / "runs").is_dir()
