"""Times come in the order in which things happen, and the last of them tells how things stand."""

from __future__ import annotations

from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.fields import is_before, moment, plain, records
from conformance.mapping import Mapped
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="DAT-003", per="target", on="2xx")
def times_come_in_order(
    answer: Exchange, mapping: Mapped, *, first: str = "", then: str = ""
) -> None:
    """What happens first is told no later than what happens then.

    Looks at records that tell both, each as a day or a point in time of any style of the norms;
    where one tells the day only, days are compared. How times are written is judged elsewhere
    (which come first is a matter of the requirement's norm).
    """
    looked_at = False
    for held in records(answer, mapping, first, then):
        before, after = moment(held.one(first)), moment(held.one(then))
        if before is None or after is None:
            continue
        looked_at = True
        require(
            not is_before(after, before),
            expected=Text(vi=f"{first} không sau {then}", en=f"{first} no later than {then}"),
            observed=f"{held.place}: {plain(held.one(first))} > {plain(held.one(then))}",
        )
    if not looked_at:
        raise NotApplicable(
            Text(
                vi=f"không có bản ghi nào có cả {first} và {then}",
                en=f"no record has both {first} and {then}",
            )
        )


@law(catalogue="DAT-003", per="target", on="2xx")
def the_last_step_tells_the_state(  # noqa: PLR0913  # the fields of a record and of its steps
    answer: Exchange,
    mapping: Mapped,
    *,
    key: str = "",
    state: str = "",
    step: str = "",
    at: str = "",
) -> None:
    """A record is in the state that its last step tells.

    Looks at records that tell a state and, inside, steps of which each tells its own and when it
    was; of several steps at the latest moment one is enough. `key` tells whose a step is (packets
    DongBoHoSoMC and CapNhatTienDoHoSoMC of QCVN 120:2019/BTTTT speak of the same dossier).
    """
    last: dict[str, tuple[Any, set[str], str]] = {}
    for held in records(answer, mapping, step, at, state, key):
        then = moment(held.one(at))
        if then is None or None in (held.one(step), held.one(state), held.one(key)):
            continue
        of, told = plain(held.one(key)), plain(held.one(step))
        known = last.get(of)
        if known is None or is_before(known[0], then):
            last[of] = (then, {told}, plain(held.one(state)))
        elif not is_before(then, known[0]):
            known[1].add(told)
    if not last:
        raise NotApplicable(
            Text(vi=f"không có bước nào cho biết {step}", en=f"no step tells a {step}")
        )
    for of, (_, steps, now) in last.items():
        require(
            now in steps,
            expected=Text(
                vi=f"{state} bằng {step} của bước cuối", en=f"{state}: the {step} of the last step"
            ),
            observed=f"{of}: {now} ≠ {', '.join(sorted(steps))}",
        )
