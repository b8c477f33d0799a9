"""Requirement × unit as pytest items, on the same engine as the command line."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance import opening
from conformance.errors import ConformanceError
from conformance.identities.credentials import Credentials
from conformance.judge import Finding
from conformance.opening import Wishes
from conformance.plan import Item
from conformance.probe import Probe
from conformance.profile import LEVELS
from conformance.pytest_lives import Ending, Live
from conformance.pytest_sharing import NOTE, Channel, Controller, Distant, Host
from conformance.reports import words
from conformance.results import WORST_FIRST
from conformance.text import Text
from conformance.verdict import Verdict


class Run:
    """The plugin object of a pytest session that has a conformance target."""

    def __init__(
        self,
        config: pytest.Config,
        settings: dict[str, str | None],
        wishes: Wishes,
        ending: Ending,
        channel: Channel | None,
    ) -> None:
        self.lang = "en" if settings["lang"] == "en" else "vi"
        self._ending = ending
        self.fail_on = settings["fail_on"] or "must"
        self._config = config
        self._out = Path(settings["out"] or "runs")
        self._wishes = wishes
        self._channel = channel
        self.lives: list[Live] = []
        for level in LEVELS:
            self._mark(level)

    def live(self, profile: str) -> Live:
        """Return a new live run of a profile.

        Raises:
            ConformanceError: profile, target or contract does not hold together.
        """
        made = self._live(profile)
        # A secret that is missing is a slip of the tester's: told once, before anything runs.
        Credentials(made.plan.target)
        for group in {item.requirement.group for item in made.plan.items}:
            self._mark(group)
        self.lives.append(made)
        return made

    def _live(self, profile: str) -> Live:
        made = opening.plan((profile,) if profile else (), self._wishes)
        if self._channel is None:
            return Live(made, self._out)
        return Distant(made, profile, self._channel)

    def _mark(self, name: str) -> None:
        marker = name.lower()
        self._config.addinivalue_line("markers", f"{marker}: conformance requirements ({name})")

    def probe(self, name: str) -> Probe:
        """Return a probe for a test of the agency's own."""
        try:
            if not self.lives:
                self.lives.append(self._live(""))
            return self.lives[0].probe(name)
        except ConformanceError as error:
            pytest.fail(error.into(self.lang), pytrace=False)

    # --- pytest's hooks -------------------------------------------------------------------------

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect a profile file that was named on the command line."""
        if file_path.suffix in {".yaml", ".yml"} and parent.session.isinitpath(file_path):
            return ProfileFile.from_parent(parent, path=file_path, run=self)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the profiles that were given by id to what the session collected."""
        report = yield
        if isinstance(collector, pytest.Session):
            named = self._config.getoption("conformance_profile") or self._config.getini(
                "conformance_profile"
            )
            nodes = [
                ProfileNode.from_parent(
                    collector, name=name, nodeid=f"conformance/{name}", run=self
                )
                for name in named
            ]
            report.result = [*(report.result or []), *nodes]
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put our items into the plan's order, in the places that they already have."""
        places = [n for n, item in enumerate(items) if isinstance(item, RequirementItem)]
        own = [item for item in items if isinstance(item, RequirementItem)]
        order = {
            (id(live), item.name): number
            for live in self.lives
            for number, item in enumerate(live.plan.items)
        }
        own.sort(key=lambda node: order[id(node.live), node.item.name])
        own.sort(key=lambda node: self.lives.index(node.live))
        for place, item in zip(places, own, strict=True):
            items[place] = item

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Shrink each plan to what is left after -k, --lf and node ids."""
        for live in self.lives:
            chosen = [i for i in session.items if isinstance(i, RequirementItem) and i.live is live]
            live.narrow({node.item.name for node in chosen})

    def pytest_sessionfinish(self) -> None:
        """Write the records."""
        for live in self.lives:
            done = live.finish(self.lang)
            if done is not None:
                self._ending.add(*done, live.halted)


class _Profile(pytest.Collector):
    """What a profile file and a profile given by id have in common."""

    run: Run
    wanted: str

    def collect(self) -> Iterator[pytest.Collector]:
        """Return one node for each requirement of the plan."""
        try:
            live = self.run.live(self.wanted)
        except ConformanceError as error:
            raise self.CollectError(error.into(self.run.lang)) from error
        grouped: dict[str, list[Item]] = {}
        for item in live.plan.items:
            grouped.setdefault(item.requirement.id, []).append(item)
        for name, planned in grouped.items():
            yield RequirementNode.from_parent(
                self, name=name, run=self.run, live=live, planned=planned
            )


class ProfileFile(_Profile, pytest.File):
    """A profile given as a file."""

    def __init__(self, *, run: Run, **given: Any) -> None:
        super().__init__(**given)
        self.run, self.wanted = run, str(self.path)


class ProfileNode(_Profile):
    """A profile given by its id."""

    def __init__(self, *, run: Run, **given: Any) -> None:
        super().__init__(**given)
        self.run, self.wanted = run, self.name


class RequirementNode(pytest.Collector):
    """One requirement: the parent of its units."""

    def __init__(self, *, run: Run, live: Live, planned: list[Item], **given: Any) -> None:
        super().__init__(**given)
        self._run, self._live, self._planned = run, live, planned

    def collect(self) -> Iterator[pytest.Item]:
        """Return one item for each unit."""
        for item in self._planned:
            yield RequirementItem.from_parent(
                self, name=item.unit, run=self._run, live=self._live, item=item
            )


class RequirementItem(pytest.Item):
    """One requirement on one unit."""

    def __init__(self, *, run: Run, live: Live, item: Item, **given: Any) -> None:
        super().__init__(**given)
        self.conformance, self.live, self.item = run, live, item
        self.add_marker(item.level.lower())
        self.add_marker(item.requirement.group.lower())

    def runtest(self) -> None:
        """Settle and judge; say the verdict in pytest's words."""
        findings = self.live.run(self.item)
        lang = self.conformance.lang
        preset = self.item.preset
        if preset is not None:
            self._tell(preset.verdict, str(preset.reason or ""), preset.because.into(lang))
            return
        worst = min(findings, key=lambda finding: WORST_FIRST.index(finding.verdict))
        because = worst.because.into(lang) if worst.because else _broken(worst, lang)
        self._tell(worst.verdict, str(worst.reason or ""), because)

    def _tell(self, verdict: Verdict, reason: str, because: str) -> None:
        said = f"{reason}: {because}" if reason else because
        if verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
            pytest.skip(f"{verdict}: {said}")
        if verdict is Verdict.NOT_TESTED:
            if self.item.level != "MUST" or self._accepted(reason):
                pytest.skip(f"{verdict}: {said}")
            raise NotMetError(self._story(verdict, said))
        if verdict is Verdict.FAIL:
            level = LEVELS.index(self.item.level)
            if level < LEVELS.index(self.conformance.fail_on.upper()):
                pytest.xfail(f"observation: {said}")
            raise NotMetError(self._story(verdict, said))
        if verdict is Verdict.ERROR:
            raise NotMetError(self._story(verdict, said))

    def _accepted(self, reason: str) -> bool:
        accept = self.live.plan.target.accept_open
        as_of = self.live.plan.options.as_of
        return accept is not None and as_of <= accept[1] and reason in accept[0]

    def _story(self, verdict: Verdict, said: str) -> str:
        lang = self.conformance.lang
        requirement = self.item.requirement
        told = words.say(words.VERDICTS, verdict, lang)
        lines = [
            f"{requirement.id} · {self.item.level} · {self.item.unit}: {told}",
            requirement.text.into(lang),
            said,
        ]
        if requirement.mend and verdict is Verdict.FAIL:
            lines.append(f"→ {requirement.mend.into(lang)}")
        return "\n".join(lines)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return our own story without a traceback; anything else as pytest shows it."""
        if isinstance(excinfo.value, NotMetError):
            return str(excinfo.value)
        if isinstance(excinfo.value, ConformanceError):
            return excinfo.value.into(self.conformance.lang)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return what pytest shows as the place."""
        return self.path, None, f"{self.item.requirement.id} {self.item.unit}"


class NotMetError(AssertionError):
    """A requirement is not met, or not decided; carries its whole story."""


def _broken(finding: Finding, lang: str) -> str:
    if finding.expected is None or finding.observed is None:
        return ""
    expected, observed = finding.expected.into(lang), finding.observed.into(lang)
    told = Text(vi=f"cần {expected}; thấy {observed}", en=f"wanted {expected}; saw {observed}")
    evidence = ", ".join(finding.evidence)
    return f"{finding.check}: {told.into(lang)} [{evidence}]"


def switch_on(config: pytest.Config, settings: dict[str, str | None]) -> None:
    """Register what this process has to do: all of it, or its part under `-n`.

    Args:
        config: pytest's.
        settings: the value of each option.
    """
    lang = "en" if settings["lang"] == "en" else "vi"
    wishes = _wishes(settings, offline=config.getoption("conformance_offline"))
    ending = Ending(lang)
    config.pluginmanager.register(ending, "conformance-ending")
    note = getattr(config, "workerinput", {}).get(NOTE)
    if note is None and config.getoption("dist", "no") != "no":
        host = Host(wishes, Path(settings["out"] or "runs"), workers=_workers(config, settings))
        config.pluginmanager.register(Controller(host, lang, ending), "conformance-run")
        return
    channel = None
    if note is not None:
        channel = Channel(note)
        wishes = replace(wishes, seed=note["seed"], as_of=note["as_of"])
    run = Run(config, settings, wishes, ending, channel)
    config.pluginmanager.register(run, "conformance-run")


def _workers(config: pytest.Config, settings: dict[str, str | None]) -> int:
    """Return how many units are settled at the same time: as many as there are workers."""
    given = settings["workers"] or config.getoption("numprocesses", None) or 1
    return max(1, int(given))


def _wishes(settings: dict[str, str | None], *, offline: bool) -> Wishes:
    def listed(key: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in (settings[key] or "").split(",") if word.strip())

    try:
        return Wishes(
            target=settings["target"] or "",
            base_url=settings["base_url"],
            contract=settings["contract"],
            as_of=settings["as_of"],
            seed=int(settings["seed"]) if settings["seed"] else None,
            rate=float(settings["rate"]) if settings["rate"] else None,
            budget=int(settings["budget"]) if settings["budget"] else None,
            stop_file=settings["stop_file"],
            allow=listed("allow"),
            select=listed("select"),
            deselect=listed("deselect"),
            level=settings["level"] or "may",
            depth=settings["depth"],
            attestations=settings["attestations"],
            waivers=settings["waivers"],
            offline=offline,
        )
    except ValueError as error:
        raise pytest.UsageError(f"conformance: {error}") from error
