"""Shares that a system reports of its own data, held against what is demanded."""

from __future__ import annotations

from typing import Annotated

from conformance.check import Higher, check
from conformance.fields import numbers, plain
from conformance.mapping import Mapped
from conformance.measure import Measure
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Violation


@check(catalogue="DAT-032", per="target", requests=1)
def told_shares_reach_their_threshold(  # noqa: PLR0913  # the parts of an indicator
    probe: Probe,
    mapping: Mapped,
    *,
    least: Annotated[float, Higher] = 1.0,
    by: str = "",
    measure: str = "",
    of: tuple[str, ...] = (),
    numerator: str = "",
    denominator: str = "",
) -> None:
    """What a report says of its data reaches what is demanded.

    Asks the operation of the role `by` for the report and adds up the numerators and denominators
    of all records whose field `measure` is one of `of`. Where nothing counts there is nothing to
    measure. That the report tells the truth is another question (the threshold is that of the
    requirement's norm).
    """
    report = probe.scene.operation(mapping.unit(by) or "")
    if report is None:
        raise NotTested(Reason.NO_MAPPING, Text(vi=f"không có {by}", en=f"there is no {by}"))
    answer = probe.control(report)
    found = [
        held
        for held in mapping.records(answer, [measure, numerator, denominator])
        if held.one(measure) is not None and plain(held.one(measure)) in of
    ]
    some = sum(int(n) for held in found for n in numbers(held.values[numerator]))
    every = sum(int(n) for held in found for n in numbers(held.values[denominator]))
    if not every:
        raise NotApplicable(
            Text(vi="báo cáo chưa có gì để tính", en="there is nothing to measure in the report")
        )
    told = Measure(some, every, least)
    probe.measured(told)
    if not told.reached:
        raise Violation(
            Text(vi=f"ít nhất {least:.0%}".replace("%", " %"), en=f"at least {least:.0%}"),
            told.told(),
        )
