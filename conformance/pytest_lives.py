"""A plan and its session, while pytest runs the items."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance import engine, finished
from conformance import plan as plans
from conformance.engine import Session
from conformance.errors import ConformanceError
from conformance.judge import Finding
from conformance.plan import Item, Plan
from conformance.probe import Probe
from conformance.reports import words
from conformance.text import Text


class Ending:
    """The plugin object that says the verdict, and where the evidence lies, when all is done."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._lines: list[str] = []

    def add(self, results: dict[str, Any], folder: Path, halted: Text | None = None) -> None:
        """Take in what came of a run, and why it stopped asking before its end."""
        if halted is not None:
            self._lines.append(halted.into(self._lang))
        self._lines.append(words.sentence(results, self._lang))
        self._lines.append(f"{results['verdict']} · {folder / 'report.html'}")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say it."""
        if self._lines:
            terminalreporter.section("conformance")
            for line in self._lines:
                terminalreporter.write_line(line)


class Live:
    """One plan and its session; opened by the first item that runs."""

    def __init__(self, plan: Plan, out: Path) -> None:
        self.plan = plan
        self._out = out
        self._session: Session | None = None
        self._refused: ConformanceError | None = None
        self._turn = threading.RLock()
        self.ran: set[str] = set()

    def narrow(self, names: set[str]) -> None:
        """Keep only these items, so that the traffic shrinks with the selection."""
        everything = {item.name for item in self.plan.items}
        if not names:
            # A name that no item has: nothing is planned, and a rejudgement plans nothing too.
            names = {"::"}
        if names != everything:
            options = replace(self.plan.options, items=tuple(sorted(names)))
            scene, profiles = self.plan.scene, self.plan.profiles
            self.plan = plans.make(
                profiles, scene.target, scene.contract, options, mapping=scene.mapping
            )

    @property
    def session(self) -> Session:
        """The session, opened at first use; a target that cannot be reached is told once more."""
        with self._turn:
            if self._refused is not None:
                raise self._refused
            if self._session is None:
                try:
                    self._session = engine.open_session(self.plan, self._out)
                except ConformanceError as error:
                    self._refused = error
                    raise
            return self._session

    def probe(self, name: str) -> Probe:
        """Return a probe for a test of the agency's own."""
        return self.session.probe("pytest", name)

    def run(self, item: Item) -> list[Finding]:
        """Settle and judge one item."""
        findings = self.session.run(item)
        self.ran.add(item.name)
        return findings

    @property
    def halted(self) -> Text | None:
        """Why the run stopped asking before its end; None where it did not."""
        return self._session.halted if self._session else None

    def finish(self, lang: str) -> tuple[dict[str, Any], Path] | None:
        """Finish the record if everything planned was judged; return results and folder."""
        if self._session is None:
            return None
        try:
            if self.ran < {item.name for item in self.plan.items}:
                # Its items cannot be named again in one command: nobody goes on with it.
                self._session.give_up()
                return None
            results = self._session.finish()
            finished.write_html(self._session.folder, lang)
            return results, self._session.folder
        finally:
            self._session.close()
