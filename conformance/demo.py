"""The demonstration: a conforming agency, a faulty one, both explained, on loopback alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance import engine, finished, opening, sandboxes
from conformance.opening import Wishes
from conformance.reports import FORMATS

SYSTEM = "procedure-system"
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


def _reports(folder: Path, lang: str) -> None:
    found = finished.read(folder)
    for form in FORMATS.values():
        if form.suffix != ".json":
            text = form.render(found, lang=lang)
            (folder / f"report{form.suffix}").write_text(text, encoding="utf-8", newline="\n")
