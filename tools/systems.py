"""The page of the national systems: what each profile asks, and what its proof came to.

The figures are measured: `python tools/systems.py [SYSTEM…]` serves each system, runs its profile,
kills its faults, and keeps what came of it in `systems.json`, with a digest of what it was measured
on. Where profile, contract or faults have changed since, the page says so, and is not up to date.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance import engine, opening, sandboxes, selftest, shipped
from conformance import profile as profiles
from conformance.opening import Wishes

MEASURED = Path(__file__).with_name("systems.json")
# Systems that nobody here wrote and that speak what a system speaks: what was found there stands in
# docs/explanation/real-systems.md.
COUNTERPARTS: Mapping[str, str] = {
    "procedure-system": "Kinto, LoopBack (REST)",
    "public-service-portal": "—",
    "administrative-units": "—",
    "e-identification": "oidc-provider (OpenID Connect)",
    "data-exchange": "Spyne with zeep (SOAP)",
    "document-axis": "—",
    "population": "—",
    "national-data-centre": "—",
}


def ids() -> list[str]:
    """Return the systems that have both a profile and an agency."""
    served = {variation["system"] for variation in selftest.known_variations()}
    return [name for name in shipped.profile_ids() if name in served]


def digest(system: str) -> str:
    """Return the digest of what a system's own figures rest on: not of what base asks."""
    profile = profiles.read(system)
    own = [
        [r.id, r.level, [[use.check, dict(use.parameters)] for use in r.uses]]
        for r in profile.requirements
        if r.origin != "base"
    ]
    variations = [
        v for v in selftest.known_variations() if v["system"] == system and not v["layer"]
    ]
    agency = shipped.folder("profiles").parent / "conformance/sandbox/agencies" / f"{system}.yaml"
    parts = [
        json.dumps(own, sort_keys=True),
        json.dumps([[v["id"], v["breaks"], v["also"], v["spares"]] for v in variations]),
        (shipped.folder("openapi") / f"{system}.yaml").read_text(encoding="utf-8"),
        agency.read_text(encoding="utf-8") if agency.is_file() else "",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def page() -> str:
    """Return the table of systems."""
    known = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.is_file() else {}
    rows = []
    for system in ids():
        profile = profiles.read(system)
        own = [r for r in profile.requirements if r.origin != "base"]
        found = known.get(system, {})
        fresh = found.get("digest") == digest(system)
        killed = f"{found['killed']} / {found['faults']}" if fresh else "to be measured"
        verdict = found["verdict"] if fresh else "to be measured"
        inherited = len(profile.requirements) - len(own)
        rows.append(
            f"| [`{system}`](profiles/{system}.md) | {profile.title.vi} |"
            f" {len(own)} / {inherited} |"
            f" {sum(bool(r.uses) for r in own)} / {sum(bool(r.attested) for r in own)} | {killed} |"
            f" {verdict} | {COUNTERPARTS.get(system, '—')} |"
        )
    return (
        "# National systems\n\n"
        "What each profile asks beside `base`, layers included, and what came of it at the"
        " sandbox's agency. Requirements of its own are proven by its own faults; what is"
        " inherited is proven once, on `procedure-system`. `python tools/systems.py` measures"
        " anew; `conformance selftest SYSTEM` shows the proof, `conformance sandbox SYSTEM`"
        " serves the agency.\n\n"
        "| system | | own / inherited | checked / attested | faults killed / all |"
        " verdict on the sandbox | real counterpart |\n|---|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def measure(system: str) -> dict[str, Any]:
    """Serve a system, run its profile whole, and kill its faults."""
    with sandboxes.serving(system) as serving, tempfile.TemporaryDirectory() as folder:
        wishes = Wishes(target=serving.target, rate=2000.0, seed=20260101, depth="quick")
        session = engine.open_session(opening.plan((system,), wishes), Path(folder) / "run")
        try:
            engine.run_all(session)
            results = session.finish()
        finally:
            session.close()
            shutil.rmtree(session.folder, ignore_errors=True)
    # The first system proves what all inherit: its faults are those of base too.
    outcome = selftest.run(system, "kill")
    return {
        "digest": digest(system),
        "verdict": results["verdict"].replace("_", " "),
        "open": [entry["requirement"] for entry in results["open"]],
        "requests": results["traffic"]["requests"],
        "faults": outcome.faults,
        "killed": outcome.killed,
    }


def main() -> int:
    """Measure the systems that are named, or all whose figures are not up to date."""
    known = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.is_file() else {}
    stale = [name for name in ids() if known.get(name, {}).get("digest") != digest(name)]
    for system in sys.argv[1:] or stale:
        known[system] = measure(system)
        sys.stdout.write(f"{system}: {json.dumps(known[system])}\n")
        sys.stdout.flush()
    told = {name: known[name] for name in sorted(known) if name in ids()}
    MEASURED.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
