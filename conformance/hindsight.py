"""What stored runs would have come to under other rules, from their records alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from conformance import engine
from conformance.errors import RecordError, UsageError
from conformance.text import Text

# From worst to best: what a run can come to.
VERDICTS = ("NONCONFORMANT", "INCOMPLETE", "CONFORMANT_WITH_WAIVERS", "CONFORMANT")

UNFINISHED, INVALID, UNFIT = "unfinished", "invalid", "unfit"


@dataclass(frozen=True)
class Rules:
    """A profile by name, as of a day; without one each run is judged as of its own day."""

    profile: str
    day: date | None = None


@dataclass(frozen=True)
class Reviewed:
    """One run under both rules: its verdicts, and the requirements that come out otherwise.

    `left_out` says why a run was not judged: it is `unfinished`, its record is `invalid`, or its
    options do not fit the profile (`unfit`); `because` says so in words.
    """

    run: str
    before: str | None = None
    after: str | None = None
    requirements: tuple[tuple[str, str | None, str | None], ...] = ()
    left_out: str | None = None
    because: Text | None = None

    @property
    def changes(self) -> bool:
        """Whether the verdict of the run changes, or that of some requirement."""
        return self.before != self.after or bool(self.requirements)

    @property
    def worse(self) -> bool:
        """Whether the run as a whole comes out worse."""
        if self.before is None or self.after is None:
            return False
        return VERDICTS.index(self.after) < VERDICTS.index(self.before)

    def as_json(self) -> dict[str, Any]:
        """Return the form in `--json`."""
        return {
            "run": self.run,
            "before": self.before,
            "after": self.after,
            "worse": self.worse,
            "requirements": [
                {"id": name, "before": was, "after": now} for name, was, now in self.requirements
            ],
            "left_out": self.left_out,
            "because": self.because.as_json() if self.because else None,
        }


def review(folder: Path, before: Rules, after: Rules) -> Iterator[Reviewed]:
    """Yield each run below a folder, judged by both rules; nothing is sent and nothing written."""
    for plan in sorted(folder.rglob("plan.json")):
        run = plan.parent
        name = run.relative_to(folder).as_posix()
        yield _reviewed(run, run.name if name == "." else name, before, after)


def _reviewed(run: Path, name: str, before: Rules, after: Rules) -> Reviewed:
    if not (run / "record.jsonl").is_file():
        because = Text(vi="lượt chạy chưa kết thúc", en="the run is not finished")
        return Reviewed(name, left_out=UNFINISHED, because=because)
    try:
        was, now = _judged(run, before), _judged(run, after)
    except RecordError as error:
        return Reviewed(name, left_out=INVALID, because=error.what)
    except UsageError as error:
        # Of a run that was narrowed to requirements which the other profile does not have.
        return Reviewed(name, left_out=UNFIT, because=error.what)
    old, new = _by_requirement(was), _by_requirement(now)
    return Reviewed(
        name,
        was["verdict"],
        now["verdict"],
        tuple(
            (each, old.get(each), new.get(each))
            for each in dict.fromkeys([*old, *new])
            if old.get(each) != new.get(each)
        ),
    )


def _judged(run: Path, rules: Rules) -> dict[str, Any]:
    return engine.rejudge(run, profile_names=(rules.profile,), as_of=rules.day).results


def _by_requirement(results: dict[str, Any]) -> dict[str, str]:
    return {entry["id"]: entry["verdict"] for entry in results["requirements"]}
