"""What several runs of one version of a system come to together.

A requirement that only production or only a sandbox can decide is decided by the run there
(`where`); any other by each run that could. A fail anywhere is a fail, and what one run found
doubtful no other makes good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance import engine, results
from conformance.engine import Rejudgement
from conformance.errors import CertificateError, UsageError
from conformance.text import Text
from conformance.verdict import Reason, Verdict

Entry = Mapping[str, Any]
Acts = Mapping[str, Sequence[Mapping[str, Any]]]
# A run that was not allowed or not equipped to look leaves a requirement to the other run; one that
# looked and could not tell does not.
_LEAVES_TO_ANOTHER = frozenset(
    {
        Reason.NOT_AUTHORISED,
        Reason.NO_CREDENTIALS,
        Reason.NO_SECOND_IDENTITY,
        Reason.NO_TEST_DATA,
        Reason.REDACTED,
    }
)


@dataclass(frozen=True)
class Outcome:
    """Runs judged again, and what they come to as one.

    Attributes:
        runs: each run, judged again.
        entries: each requirement, in the shape of results.json.
        verdict: of all of them.
        hindrances: why no certificate may rest on them; empty where one may.
    """

    runs: tuple[Rejudgement, ...]
    entries: tuple[Entry, ...]
    verdict: str
    hindrances: tuple[Text, ...]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many requirements of each level came to which verdict."""
        return {
            level.lower(): results.counted(self.entries, level)
            for level in ("MUST", "SHOULD", "MAY")
        }


def judged(folders: Sequence[Path], acts: Acts) -> Outcome:
    """Judge runs again, from their records alone, and lay them over each other.

    Args:
        folders: run directories.
        acts: attestations and waivers made afterwards.

    Raises:
        RecordError: a record is unfinished or not as it was written.
        CertificateError: the runs are not of one version of one system, or a run's own verdicts
            do not follow from its record.
    """
    days = []
    for folder in folders:
        again = engine.rejudge(folder)
        wrong = [*again.differences, *engine.summary_differences(folder, again.results)]
        if wrong:
            raise CertificateError(
                Text(
                    vi=f"{len(wrong)} kết luận không khớp với bằng chứng: {wrong[0]}",
                    en=f"{len(wrong)} verdicts do not follow from the evidence: {wrong[0]}",
                ),
                mend=Text(
                    vi="xem `conformance rejudge`; dùng bản nguyên vẹn hoặc chạy lại",
                    en="see `conformance rejudge`; use an unaltered copy, or run again",
                ),
                place=str(folder),
            )
        days.append(again.plan.options.as_of)
    # One law for all of them: that of the last.
    day = max(days)
    runs = tuple(engine.rejudge(folder, as_of=day, acts=acts) for folder in folders)
    _of_one_system(runs)
    return together(runs)


def together(runs: Sequence[Rejudgement]) -> Outcome:
    """Return what runs that were judged again come to as one."""
    places = {
        requirement.id: requirement.where for run in runs for requirement in run.plan.requirements()
    }
    found: dict[str, list[tuple[str, Entry]]] = {}
    for run in runs:
        environment = run.results["target"]["environment"]
        for entry in run.results["requirements"]:
            found.setdefault(entry["id"], []).append((environment, entry))
    entries = tuple(_merged(places[name], several) for name, several in found.items())
    left_out = [name for run in runs for name in run.plan.left_out()]
    hindrances = dict.fromkeys(
        (reason["vi"], reason["en"])
        for run in runs
        for reason in results.not_certifiable(run.plan, entries)
    )
    return Outcome(
        tuple(runs),
        entries,
        results.verdict_of(entries, left_out),
        tuple(Text(vi=vi, en=en) for vi, en in hindrances),
    )


def _merged(where: str, several: Sequence[tuple[str, Entry]]) -> Entry:
    """Return the entry of one requirement, of those that each run came to."""
    entries = [entry for _, entry in several]
    here = [entry for at, entry in several if where in {"either", at}] or entries
    failed = [entry for entry in entries if entry["verdict"] == Verdict.FAIL]
    decided = [entry for entry in here if not _leaves_it(entry)] or here
    telling = [entry for entry in decided if entry["verdict"] != Verdict.NOT_APPLICABLE] or decided
    worst = results.worst(entry["verdict"] for entry in (failed or telling))
    return next(entry for entry in (failed or telling) if entry["verdict"] == worst)


def _leaves_it(entry: Entry) -> bool:
    """Whether a run could not look, so that another may decide."""
    if entry["verdict"] != Verdict.NOT_TESTED:
        return False
    reasons = {r["reason"] for r in entry["results"] if r["verdict"] == Verdict.NOT_TESTED}
    return (reasons or {entry["reason"]}) <= {str(reason) for reason in _LEAVES_TO_ANOTHER}


def _of_one_system(runs: Sequence[Rejudgement]) -> None:
    if len({run.sha256 for run in runs}) < len(tuple(runs)):
        raise UsageError(
            Text(vi="một lượt chạy được nêu hai lần", en="one run is named twice"),
            mend=Text(vi="nêu mỗi lượt chạy một lần", en="name each run once"),
        )
    systems = {
        (
            run.results["target"]["system"] or run.results["target"]["id"],
            run.plan.target.document.get("version"),
            tuple((p["id"], p["digest"]) for p in run.results["profiles"]),
        )
        for run in runs
    }
    if len(systems) == 1:
        return
    raise CertificateError(
        Text(
            vi="các lượt chạy không cùng một hệ thống, một phiên bản và một bộ yêu cầu",
            en="the runs are not of one system, version and profile",
        ),
        mend=Text(
            vi="chọn các lượt chạy của cùng một phiên bản (`version` trong tệp đích)",
            en="choose runs of one version (`version` in the target file)",
        ),
    )
