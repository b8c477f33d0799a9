"""Whatever the seed, a correct agency breaks nothing: not one of all generated requests does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selftest.test_twins import TWINS

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes
from conformance.sandboxes import Serving

pytestmark = pytest.mark.slow

SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def portal() -> Iterator[Serving]:
    with sandboxes.serving("public-service-portal") as served:
        yield served


def failures(system: str, target: str, seed: int, out: Path) -> tuple[list[str], int]:
    """Run a system's whole profile at `standard`; return what is broken, and how much was drafted.

    Packets have schemas of their own: nothing is generated for them.
    """
    plan = opening.plan((system,), Wishes(target=target, seed=seed, depth="standard"))
    session = engine.open_session(plan, out)
    try:
        engine.run_all(session)
        results = session.finish()
    finally:
        session.close()
    wrong = {"fail", "error"}
    broken = [entry["id"] for entry in results["requirements"] if entry["verdict"] in wrong]
    return broken, results["traffic"]["generated"].get("fuzzing", 0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variation", [None, *TWINS])
def test_the_procedure_system_breaks_nothing(
    agency: Serving, variation: str | None, seed: int, tmp_path: Path
) -> None:
    target = agency.target_of(variation)
    broken, drafted = failures("procedure-system", target, seed, tmp_path)
    assert broken == []
    assert drafted > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_the_portal_breaks_nothing(portal: Serving, seed: int, tmp_path: Path) -> None:
    assert failures("public-service-portal", portal.target, seed, tmp_path) == ([], 0)
