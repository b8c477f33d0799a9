"""pytest as an agency runs it: in a process of its own, against the real sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.sandboxes import Serving

Suite = Callable[..., pytest.RunResult]
# Other people's plugins, which the environment of developers holds: loading them takes seconds, of
# each process and of each worker, and the front doors are run with them (test_front_doors.py).
OTHERS = ("cacheprovider", "hypothesispytest", "schemathesis", "anyio")


@pytest.fixture
def suite(
    pytester: pytest.Pytester, agency: Serving, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., pytest.RunResult]:
    """Run pytest with our plugin against the agency, or a variation of it."""
    monkeypatch.setenv("COLUMNS", "300")

    def run(*words: str, variation: str | None = None, target: str | None = "") -> pytest.RunResult:
        address = agency.target_of(variation) if target == "" else target
        named = ["--conformance-target", address] if address else []
        return pytester.runpytest_subprocess(
            *(word for name in OTHERS for word in ("-p", f"no:{name}")),
            *("--conformance-seed", "1", "--conformance-lang", "en"),
            *named,
            *words,
            timeout=60,
        )

    return run


@pytest.fixture
def out(pytester: pytest.Pytester) -> Path:
    """Where the runs of `suite` are kept."""
    return pytester.path / "runs"
