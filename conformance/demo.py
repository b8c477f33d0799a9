"""The demonstration: a conforming agency, a faulty one, both explained, on loopback alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance import engine, finished, opening, sandboxes
from conformance.certificate import signers
from conformance.certificate.verification import Step
from conformance.opening import Wishes
from conformance.reports import FORMATS

SYSTEM = "procedure-system"
# A small one, so that all of it is asked in some seconds.
CERTIFIED = "administrative-units"
# What everybody understands: one operation forgot to ask who is calling.
FAULT = "strangers_may_list"
_RATE = 200.0


@dataclass(frozen=True)
class Shown:
    """One run of the demonstration."""

    fault: str | None
    results: dict[str, Any]
    folder: Path
    agrees: bool


@dataclass(frozen=True)
class Certified:
    """The certificate of the demonstration: its folder, the made-up keys, its verification."""

    folder: Path
    rehearsed: Path
    steps: tuple[Step, ...]


def run(out: Path, lang: str) -> Iterator[Shown]:
    """Run the demonstration and return each run as it is finished, rejudged and reported."""
    with sandboxes.serving(SYSTEM, "--all") as serving:
        for fault in (None, FAULT):
            wishes = Wishes(target=serving.target_of(fault), rate=_RATE)
            plan = opening.plan((SYSTEM,), wishes)
            session = engine.open_session(plan, out)
            try:
                engine.run_all(session)
                results = session.finish()
            finally:
                session.close()
            _reports(session.folder, lang)
            agrees = not engine.rejudge(session.folder).differences
            yield Shown(fault, results, session.folder, agrees)


def certify(out: Path) -> Certified | None:
    """Test an agency over TLS as a whole and certify it with made-up keys, for show.

    Returns:
        Where the certificate lies, and what verifying it said; None where the extra is missing.
    """
    if not signers.installed():
        return None
    # Made here alone, so that keys of an earlier demonstration are never mistaken for anything.
    from conformance.certificate import rehearsal  # noqa: PLC0415  # an extra
    from conformance.certificate.rehearsal import performance  # noqa: PLC0415

    with sandboxes.serving(CERTIFIED, "--tls") as serving:
        wishes = Wishes(target=serving.target, rate=_RATE, depth="standard")
        session = engine.open_session(opening.plan((CERTIFIED,), wishes), out)
        try:
            engine.run_all(session)
            session.finish()
        finally:
            session.close()
    folder = session.folder.with_name(f"{session.folder.name}-certificate")
    rehearsed = folder / "rehearsal"
    rehearsal.make(rehearsed)
    made = folder / "certificate"
    return Certified(made, rehearsed, tuple(performance.certified(rehearsed, session.folder, made)))


def _reports(folder: Path, lang: str) -> None:
    found = finished.read(folder)
    for form in FORMATS.values():
        if form.suffix != ".json":
            text = form.render(found, lang=lang)
            (folder / f"report{form.suffix}").write_text(text, encoding="utf-8", newline="\n")
