"""Every system under other names, or at other addresses, is judged the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes

pytestmark = pytest.mark.slow

# By system: the twin, and how the ids of what it owes itself begin.
TWINS = {
    "administrative-units": ("administrative_units_under_other_names", "DVHC-"),
    "data-exchange": ("registry_at_other_addresses", "EXCH-"),
    "document-axis": ("axis_at_other_addresses", "AXIS-"),
    "e-identification": ("identification_in_snake_case", "EID-"),
    "population": ("population_under_other_names", "DANCU-"),
}
# The twin's contract leaves out the formats by which fields would be known, so fewer are looked at.
_FORMATS = "formats.declared.values_have_their_formats"


def _verdicts(
    system: str, target: str, out: Path
) -> dict[str, tuple[str, Counter[tuple[str, str]]]]:
    plan = opening.plan((system,), Wishes(target=target, seed=7, as_of="2026-11-21"))
    session = engine.open_session(plan, out)
    try:
        for item in plan.items:
            list(session.run(item))
        results = session.finish()
    finally:
        session.close()
    return {
        entry["id"]: (
            entry["verdict"],
            Counter((r["check"], r["verdict"]) for r in entry["results"] if r["check"] != _FORMATS),
        )
        for entry in results["requirements"]
    }


def _told(verdicts: dict[str, tuple[str, Counter[tuple[str, str]]]]) -> dict[str, str]:
    """Return the verdicts; which values are made up hangs on an address, so some meet no case."""
    held = {"pass", "not_applicable"}
    return {
        name: "held" if name.startswith("BASE-FUZ-") and told in held else told
        for name, (told, _) in verdicts.items()
    }


@pytest.mark.parametrize("system", TWINS)
def test_a_twin_is_judged_like_the_agency_itself(system: str, tmp_path: Path) -> None:
    twin, own = TWINS[system]
    with sandboxes.serving(system, "--all") as agency:
        plain = _verdicts(system, agency.target_of(None), tmp_path / "plain")
        renamed = _verdicts(system, agency.target_of(twin), tmp_path / "twin")
    assert _told(renamed) == _told(plain)
    of_its_own = {name: told for name, (told, _) in plain.items() if name.startswith(own)}
    assert len(of_its_own) >= 8
    assert set(of_its_own.values()) <= {"pass", "not_applicable"}


def test_what_is_its_own_is_looked_at_as_often(tmp_path: Path) -> None:
    system, (twin, own) = "e-identification", TWINS["e-identification"]
    with sandboxes.serving(system, "--all") as agency:
        plain = _verdicts(system, agency.target_of(None), tmp_path / "plain")
        renamed = _verdicts(system, agency.target_of(twin), tmp_path / "twin")
    assert renamed == plain
    assert all(told == "pass" for name, (told, _) in plain.items() if name.startswith(own))
