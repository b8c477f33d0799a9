"""Going on with an interrupted run: with the same tool, the same inputs and the same key only."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.engine import keys
from conformance.engine.keys import Key
from conformance.errors import UsageError
from conformance.evidence import Exchange
from conformance.judge import Judge
from conformance.probe.questions import Question
from conformance.record import Unfinished
from conformance.text import Text
from conformance.verdict import NotTested


@dataclass(frozen=True)
class Before:
    """What a run need not ask, because it was asked before an interruption.

    Attributes:
        exchanges: what was asked.
        settled: the cases of which all traffic is there, as `Unfinished.settled`.
        questions: what was asked in an exchange that counts, by its id.
    """

    exchanges: Sequence[Exchange] = ()
    settled: frozenset[tuple[str, str, int]] = frozenset()
    questions: Mapping[str, Question] = field(default_factory=dict)

    def has(self, unit: str, case: str, attempt: int = 0) -> bool:
        """Whether all traffic of a case is there."""
        return not self.settled.isdisjoint({(unit, case, 0), (unit, case, attempt)})


def take_up(before: Unfinished | None, judge: Judge) -> Before:
    """Return what an interrupted run has asked; nothing where there was none.

    What may have to be asked once more is found by judging what is settled: a check that is asked
    again asks the same.

    Args:
        before: the interrupted run.
        judge: of the plan that goes on, with the evidence of the interrupted run.
    """
    if before is None:
        return Before()
    known = Before(before.exchanges, before.settled)
    units = {exchange.unit for exchange in before.exchanges}
    found = {name: q for unit in units for name, q in questions(judge, unit).items()}
    return replace(known, questions=found)


def questions(judge: Judge, unit: str) -> dict[str, Question]:
    """Return what was asked of a unit, by the ids of the exchanges: whoever is asked again asks it.

    Args:
        judge: of a plan, with the evidence of a run of it.
        unit: a unit of that plan.
    """
    found: dict[str, Question] = {}
    judge.heard = found.__setitem__
    operation = judge.plan.scene.operation(unit)
    if operation is not None:
        judge.forget()
        with contextlib.suppress(NotTested):
            judge.baseline(operation)
    for item in judge.plan.items:
        for asked in item.asked if item.unit == unit else ():
            if asked.preset is None and asked.check.kind == "check":
                judge.asked(asked, unit)
    judge.heard = None
    judge.forget()
    return found


_SAME = {
    "tool": Text(
        vi="bộ kiểm thử hay gói cài kèm đã khác phiên bản",
        en="the suite, or a package installed with it, is of another version",
    ),
    "target": Text(vi="tệp đích nêu hệ thống khác", en="the target file names another system"),
    "profiles": Text(vi="bộ yêu cầu đã khác", en="the profiles are others"),
    "contract": Text(vi="đặc tả giao diện đã khác", en="the contract is another"),
    "options": Text(vi="tuỳ chọn đã khác", en="the options are others"),
    "key": Text(vi="khoá của lượt chạy đã khác", en="the key of the run is another"),
    "inputs": Text(
        vi="tệp đích, xác nhận hoặc miễn trừ đã khác",
        en="the target file, attestations or waivers are others",
    ),
    "plan": Text(vi="kế hoạch đã khác", en="the plan is another"),
}


def key_of(before: Unfinished) -> Key:
    """Return the key under which a run began.

    Raises:
        UsageError: it is not known on this machine, or to this user.
    """
    found = keys.find(str(before.header.get("run", "")))
    if found is None or found.mark != before.header.get("key"):
        raise _refused(
            Text(
                vi="không còn khoá của lượt chạy: chỉ máy và người đã bắt đầu mới chạy tiếp được",
                en="its key is gone: only the machine and user that began it can go on",
            ),
            before,
        )
    return found


def check_sameness(before: Unfinished, now: Mapping[str, Any]) -> None:
    """Refuse to go on where the verdicts would rest on something else than they began with.

    Args:
        before: the interrupted run.
        now: the header of the run that is to go on.

    Raises:
        UsageError: tool, profiles, contract, options or inputs are not the same; names which.
    """
    for part, said in _SAME.items():
        if before.header.get(part) == now.get(part):
            continue
        more = _differing(before.header.get(part), now.get(part))
        raise _refused(Text(vi=said.vi + more, en=said.en + more), before)


def _differing(before: Any, now: Any) -> str:
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return ""
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return f" ({', '.join(names)})"


def _refused(why: Text, before: Unfinished) -> UsageError:
    return UsageError(
        Text(vi=f"không chạy tiếp được: {why.vi}", en=f"this run cannot go on: {why.en}"),
        mend=Text(vi="chạy mới, không dùng --resume", en="run anew, without --resume"),
        place=str(before.folder),
    )
