"""The plugin is silent without a target, and clear about what it cannot do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import surroundings

Suite = Callable[..., pytest.RunResult]
BY_ID = ("--conformance-profile", "base")
HEAVY = ("requests", "jsonschema", "yaml", "rich", "h11", "conformance.engine", "conformance.probe")


def test_without_a_target_nothing_is_said_and_nothing_heavy_loaded(tmp_path: Path) -> None:
    (tmp_path / "test_foreign.py").write_text("def test_it(): pass\n", encoding="utf-8")
    script = (
        "import json, sys, pytest\n"
        "code = pytest.main(['--co', '-q', '-p', 'no:cacheprovider',"
        " '-p', 'no:hypothesispytest', '-p', 'no:xdist', '-p', 'no:schemathesis',"
        " '-p', 'no:anyio'])\n"
        "print(json.dumps([int(code), sorted(sys.modules)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert "conformance.pytest_plugin" in modules
    assert [name for name in HEAVY if name in modules] == []
    assert "= conformance =" not in done.stdout


def test_yaml_files_are_left_alone_without_a_target(
    suite: Suite, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("test_data.yaml").write_text("a: 1", encoding="utf-8")
    pytester.makepyfile("def test_it(): pass")
    assert suite(target=None).parseoutcomes() == {"passed": 1}


def test_yaml_files_nobody_named_are_left_alone_with_a_target(
    suite: Suite, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("test_data.yaml").write_text("a: 1", encoding="utf-8")
    pytester.makepyfile("def test_it(): pass")
    done = suite()
    assert (done.ret, done.parseoutcomes()) == (0, {"passed": 1})


def _refused(done: pytest.RunResult, *names: str) -> None:
    assert done.ret == pytest.ExitCode.USAGE_ERROR, done.stdout.str()
    told = done.stdout.str() + done.stderr.str()
    assert "Traceback" not in told
    assert "INTERNALERROR" not in told
    for name in names:
        assert name in told


def test_a_profile_needs_a_target(suite: Suite) -> None:
    _refused(suite(*BY_ID, target=None), "--conformance-target")


def test_sharing_out_is_nobody_elses_loss(suite: Suite, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    done = suite("-n", "2", target=None)
    assert done.parseoutcomes()["passed"] == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("seed", "many"),
        ("budget", "some"),
        ("rate", "fast"),
        ("fail-on", "sometimes"),
        ("level", "perhaps"),
        ("allow", "everything"),
        ("lang", "fr"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(suite: Suite, option: str, value: str) -> None:
    few = ("--conformance-select", "BASE-IOP-01")
    _refused(suite(*BY_ID, *few, f"--conformance-{option}", value), value)


def _collection_error(done: pytest.RunResult, *told: str) -> None:
    assert done.ret == pytest.ExitCode.INTERRUPTED, done.stdout.str()
    assert done.parseoutcomes()["errors"] == 1
    shown = done.stdout.str()
    assert "Traceback" not in shown
    assert "INTERNALERROR" not in shown
    for part in (*told, "→"):
        assert part in shown


def test_a_malformed_profile_is_a_collection_error(suite: Suite, pytester: pytest.Pytester) -> None:
    (pytester.path / "own.yaml").write_text("profile: [never\nclosed: {", encoding="utf-8")
    _collection_error(suite("own.yaml"), "own.yaml")


def test_a_profile_of_another_shape_is_a_collection_error(
    suite: Suite, pytester: pytest.Pytester
) -> None:
    (pytester.path / "own.yaml").write_text("profile: own", encoding="utf-8")
    _collection_error(suite("own.yaml"), "own.yaml", "version")


def test_an_unknown_profile_is_a_collection_error(suite: Suite) -> None:
    done = suite("--conformance-profile", "nowhere")
    _collection_error(done, "nowhere", "procedure-system")


def test_a_malformed_target_is_a_collection_error(suite: Suite, pytester: pytest.Pytester) -> None:
    (pytester.path / "t.yaml").write_text("target: x", encoding="utf-8")
    _collection_error(suite(*BY_ID, target="t.yaml"), "t.yaml", "base_url")


def test_a_target_that_nobody_serves_is_told_in_one_sentence_an_item(
    suite: Suite, write_target: Callable[..., Path]
) -> None:
    target = write_target(base_url="http://127.0.0.1:1")
    done = suite(*BY_ID, "--conformance-select", "BASE-SEC-01,BASE-IOP-01", target=str(target))
    assert done.ret == 1
    assert done.parseoutcomes() == {"failed": 2}
    told = done.stdout.str()
    assert "http://127.0.0.1:1: cannot be reached" in told
    assert "→ check the address" in told
    assert "pytest_items.py" not in told.partition("short test summary")[0]
