"""The self-test: the suite shows that it catches what it claims to catch, and spares the rest.

kill: each fault turns a requirement that uses what it breaks from pass to fail. spare: whatever
else fails under a fault is declared there (`also`), and nothing declared is untrue. clean: the
reference agency and every near-miss conform. Every verdict here comes from the same engine, over
real connections, as an agency's does.
"""

from __future__ import annotations

import gc
import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from conformance import check as checks
from conformance import engine, opening, sandboxes
from conformance import profile as profiles
from conformance.errors import UsageError
from conformance.opening import Wishes
from conformance.profile import Profile, Requirement
from conformance.text import Text
from conformance.verdict import Verdict

# A fixed set beside those that a fault breaks: far apart and cheap; they also bring about the
# refusals (401, 404) on which the laws about errors are judged.
# The last brings about the errors of a portal.
CONTROLS = ("BASE-IOP-01", "BASE-AUT-01", "BASE-AUT-02", "BASE-FMT-01", "PORTAL-ERR-02")
FIRST_SYSTEM = "procedure-system"
_RATE = 2000.0
_SEED = 20260101


@dataclass
class Outcome:
    """What a self-test found; its JSON form is an interface."""

    mode: str
    requirements: int = 0
    proven: set[str] = field(default_factory=set)
    unproven: list[str] = field(default_factory=list)
    overrated: list[str] = field(default_factory=list)
    faults: int = 0
    killed: int = 0
    survived: list[str] = field(default_factory=list)
    undeclared: list[tuple[str, str]] = field(default_factory=list)
    stale: list[tuple[str, str]] = field(default_factory=list)
    clean: int = 0
    false_alarms: dict[str, list[str]] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        """Whether nothing survived, was undeclared, stale, a false alarm, or an unproven MUST."""
        wrong = self.survived or self.undeclared or self.stale or self.false_alarms
        return not (wrong or self.overrated)

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `conformance selftest --json` prints."""
        return {
            "mode": self.mode,
            "requirements": self.requirements,
            "proven": len(self.proven),
            "unproven": self.unproven,
            "faults": self.faults,
            "killed": self.killed,
            "survived": self.survived,
            "undeclared": [list(pair) for pair in self.undeclared],
            "stale": [list(pair) for pair in self.stale],
            "controls": {
                "clean": self.clean,
                "false_alarms": list(self.false_alarms),
            },
        }


@cache
def known_variations() -> tuple[Mapping[str, Any], ...]:
    """Return the sandbox's faults and near-misses; none where the sandbox is not installed."""
    return tuple(sandboxes.variations()) if sandboxes.AVAILABLE else ()


def systems(only: Iterable[str] = ()) -> list[str]:
    """Return the systems that are served, and the layers, or those whose variations were named."""
    named = set(only)
    chosen = [v for v in known_variations() if not named or v["id"] in named]
    return sorted({v["layer"] or v["system"] for v in chosen})


def run(  # noqa: PLR0913  # the options of one command
    system: str,
    mode: str,
    *,
    jobs: int = 2,
    only: Iterable[str] = (),
    every: int = 1,
    narrow: bool = False,
    depth: str | None = None,
    seed: int = _SEED,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Run one mode of the self-test for the sandbox of a system.

    Args:
        system: the id of the system, or of a profile that has none: `base` and layers such as
            `open-data` are proved on the first system that is served.
        mode: `kill`, `spare` or `clean`.
        jobs: how many runs at once.
        only: ids of faults and near-misses; all by default.
        every: of these, each so many-th, for a quick look: what is proven then is not told.
        narrow: in mode `clean`, ask a near-miss only what it is near to, and the controls.
        depth: how much is generated for an operation; by default `standard` for what shows in
            generated traffic only, and `quick` for all else.
        seed: of the runs: what is proved with one has to be with any.
        progress: called with each id when it is done.
    """
    # Inherited requirements are proved once, on the first system that is served.
    profile = profiles.read(system)
    layer = system if any(v["layer"] == system for v in known_variations()) else ""
    system = FIRST_SYSTEM if system == "base" or layer else system
    known = [v for v in known_variations() if (v["system"], v["layer"]) == (system, layer)]
    # Among all systems: names may be meant for several, but each has to be one.
    unknown = set(only) - {v["id"] for v in known_variations()}
    if only and not unknown and not any(v["id"] in set(only) for v in known):
        unknown = set(only)
    if unknown:
        raise UsageError(
            Text(vi=f"không có biến thể {min(unknown)!r}", en=f"no variation {min(unknown)!r}"),
            mend=Text(
                vi="xem `conformance selftest --list`", en="see `conformance selftest --list`"
            ),
            place="--only",
        )
    chosen = [v for v in known if not only or v["id"] in set(only)]
    faults = [v for v in chosen if v["kind"] == "fault"][::every]
    near = [v["id"] for v in chosen if v["kind"] == "near_miss"][::every]
    outcome = Outcome(mode, requirements=sum(bool(r.uses) for r in profile.requirements))
    with sandboxes.serving(system, "--all") as serving, _folder() as folder:
        bench = _Bench(serving, profile, folder, depth, seed)
        if mode == "clean":
            # A layer asks more than the agency of the system below it owes.
            wanted = near if layer else [None, *near]
            look = bench.narrow if narrow else bench.whole
            for name, verdicts in _each(look, wanted, jobs, progress):
                outcome.clean += 1
                alarms = [
                    requirement
                    for requirement, verdict in verdicts.items()
                    if verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}
                ]
                if alarms:
                    outcome.false_alarms[name or "clean"] = alarms
            return outcome
        outcome.faults = len(faults)
        by_id = {fault["id"]: fault for fault in faults}
        look = bench.whole if mode == "spare" else bench.narrow
        for name, verdicts in _each(look, list(by_id), jobs, progress):
            _judge(outcome, by_id[name or ""], verdicts, profile)
    if mode == "kill" and not only and every == 1:
        # What a later system has in common with the first one was proved there, and what a layer
        # asks whose variations are its own is proved by itself.
        first = {r.id for r in profiles.read(FIRST_SYSTEM).requirements}
        layers = {v["layer"] for v in known_variations()}
        own = [
            r
            for r in profile.requirements
            if system == FIRST_SYSTEM or not (r.id in first or r.origin in layers)
        ]
        # And what only a later one has, such as XML, is proved there: its faults have to be killed.
        # A later system's own demands are proved by its own faults: generic checks are asked of
        # other fields there.
        there = {
            c
            for v in known_variations()
            if system == FIRST_SYSTEM and v["system"] != system
            for c in v["breaks"]
        }
        unproven = [
            r
            for r in own
            if r.uses and r.id not in outcome.proven and not there & {u.check for u in r.uses}
        ]
        outcome.unproven = [r.id for r in unproven]
        # What no fault can prove is not demanded of anybody.
        outcome.overrated = [r.id for r in unproven if r.level == "MUST"]
    return outcome


def _judge(
    outcome: Outcome, fault: Mapping[str, Any], verdicts: Mapping[str, str], profile: Profile
) -> None:
    failed = {name for name, verdict in verdicts.items() if verdict == Verdict.FAIL}
    users = {
        check: {r.id for r in profile.requirements if any(u.check == check for u in r.uses)}
        for check in (*fault["breaks"], *fault["also"])
    }
    broken = {check for check in fault["breaks"] if users[check] & failed}
    if set(fault["breaks"]) <= broken:
        outcome.killed += 1
        outcome.proven |= set.union(*(users[check] & failed for check in fault["breaks"]))
    else:
        outcome.survived.append(fault["id"])
    declared = set().union(*users.values())
    outcome.undeclared += [(fault["id"], name) for name in sorted(failed - declared)]
    if outcome.mode == "spare":
        outcome.stale += [
            (fault["id"], name)
            for check in fault["also"]
            for name in sorted(users[check])
            if not users[check] & failed
        ]


class _Bench:
    """Runs a profile against the variations of one sandbox process."""

    def __init__(
        self,
        serving: sandboxes.Serving,
        profile: Profile,
        folder: Path,
        depth: str | None,
        seed: int,
    ) -> None:
        self._serving = serving
        self._profile = profile
        self._folder = folder
        self._depth = depth
        self._seed = seed

    def whole(self, variation: str | None) -> dict[str, str]:
        """Return the verdict of every requirement."""
        return self._looked(variation, ())

    def narrow(self, variation: str | None) -> dict[str, str]:
        """Return the verdicts of what a variation breaks or spares, and of the controls."""
        if variation is None:
            return self.whole(None)
        known = next(v for v in known_variations() if v["id"] == variation)
        near = {*known["breaks"], *known["spares"]}
        wanted = [
            r.id
            for r in self._requirements
            if r.id in CONTROLS or any(use.check in near for use in r.uses)
        ]
        return self._looked(variation, tuple(wanted))

    def _looked(self, variation: str | None, select: tuple[str, ...]) -> dict[str, str]:
        """Return the verdicts at the depth that a variation takes.

        Quickly first: most faults show at once. What survived is looked at as deep as a verdict
        that is to count.
        """
        if self._depth is not None:
            return self._verdicts(variation, select, self._depth)
        first = "standard" if _shows_deep(variation) else "quick"
        verdicts = self._verdicts(variation, select, first)
        if first == "standard" or self._is_caught(variation, verdicts):
            return verdicts
        return self._verdicts(variation, select, "standard")

    def _is_caught(self, variation: str | None, verdicts: Mapping[str, str]) -> bool:
        """Whether each check that a fault breaks shows it; True for what is no fault."""
        known = next((v for v in known_variations() if v["id"] == variation), None)
        failed = {name for name, verdict in verdicts.items() if verdict == Verdict.FAIL}
        return all(
            any(
                r.id in failed and any(u.check == check for u in r.uses) for r in self._requirements
            )
            for check in (known["breaks"] if known else ())
        )

    @property
    def _requirements(self) -> Iterable[Requirement]:
        return self._profile.requirements

    def _verdicts(
        self, variation: str | None, select: tuple[str, ...], depth: str
    ) -> dict[str, str]:
        wishes = Wishes(
            target=self._serving.target_of(variation),
            rate=_RATE,
            seed=self._seed,
            select=select,
            depth=depth,
        )
        plan = opening.plan((self._profile,), wishes)
        session = engine.open_session(plan, self._folder / (variation or "clean"))
        try:
            engine.run_all(session)
            results = session.finish()
        finally:
            session.close()
            shutil.rmtree(session.folder, ignore_errors=True)
        return {entry["id"]: entry["verdict"] for entry in results["requirements"]}


def _shows_deep(variation: str | None) -> bool:
    """Whether a variation is near to what is judged on generated requests alone.

    What is asked of a whole agency beside that proves nothing further, and costs most of a run.
    """
    known = next((v for v in known_variations() if v["id"] == variation), None)
    every = checks.every()
    return known is None or any(every[name].on == "generated" for name in known["spares"])


class _folder(tempfile.TemporaryDirectory[str]):  # noqa: N801  # reads as a function: `with _folder() as folder`
    """A temporary folder as a path."""

    def __enter__(self) -> Path:  # type: ignore[override]  # a path instead of its name
        return Path(super().__enter__())


def _each(
    look: Callable[[str | None], dict[str, str]],
    names: list[Any],
    jobs: int,
    progress: Callable[[str], None],
) -> Iterable[tuple[str | None, dict[str, str]]]:
    # Processes, because judging is work of our own; spawned, because the caller may have threads.
    # They throw away what is no longer needed as seldom as the caller does.
    with ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=gc.set_threshold,
        initargs=gc.get_threshold(),
    ) as pool:
        for name, verdicts in zip(names, pool.map(look, names), strict=True):
            progress(name or "clean")
            yield name, verdicts
