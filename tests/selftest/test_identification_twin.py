"""The identification system under other names is judged the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes

pytestmark = pytest.mark.slow

SYSTEM = "e-identification"
# The twin's contract leaves out the formats by which fields would be known, so fewer are looked at.
_FORMATS = "formats.declared.values_have_their_formats"


def _verdicts(target: str, out: Path) -> dict[str, tuple[str, Counter[tuple[str, str]]]]:
    plan = opening.plan((SYSTEM,), Wishes(target=target, seed=7, as_of="2026-11-21"))
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


def test_a_twin_is_judged_like_the_agency_itself(tmp_path: Path) -> None:
    with sandboxes.serving(SYSTEM, "--all") as agency:
        plain = _verdicts(agency.target_of(None), tmp_path / "plain")
        renamed = _verdicts(agency.target_of("identification_in_snake_case"), tmp_path / "twin")
    assert renamed == plain
    own = {name: told for name, (told, _) in plain.items() if name.startswith("EID-")}
    assert len(own) >= 20
    assert set(own.values()) == {"pass"}
