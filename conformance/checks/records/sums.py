"""The whole is what its parts come to."""

from __future__ import annotations

from conformance import paging
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.fields import numbers, records
from conformance.mapping import Mapped
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason


@law(catalogue="DAT-005", per="target", on="2xx")
def parts_add_up(answer: Exchange, mapping: Mapped, *, whole: str = "", parts: str = "") -> None:
    """A whole is the sum of its parts.

    Looks at records that tell a number and, inside, the numbers that it is made of (which these
    are, the requirement's norm says).
    """
    looked_at = False
    for held in records(answer, mapping, whole, parts):
        told, summed = list(numbers(held.values[whole])), list(numbers(held.values[parts]))
        if not told or not summed:
            continue
        looked_at = True
        require(
            told[0] == sum(summed),
            expected=Text(vi=f"{whole} bằng tổng các {parts}", en=f"{whole}: the sum of {parts}"),
            observed=f"{held.place}: {told[0]} ≠ {sum(summed)}",
        )
    if not looked_at:
        raise _none(whole, parts)


@law(catalogue="DAT-005", per="target", on="2xx")
def counts_are_true(answer: Exchange, mapping: Mapped, *, count: str = "", of: str = "") -> None:
    """Who says how many there are has that many.

    Looks at records that tell a number and, inside, the things that it counts (which these are,
    the requirement's norm says).
    """
    looked_at = False
    for held in records(answer, mapping, count, of):
        told = list(numbers(held.values[count]))
        if not told:
            continue
        looked_at = True
        require(
            told[0] == len(held.values[of]),
            expected=Text(vi=f"{count} bằng số {of}", en=f"{count}: how many {of} there are"),
            observed=f"{held.place}: {told[0]} ≠ {len(held.values[of])}",
        )
    if not looked_at:
        raise _none(count, of)


@check(catalogue="DAT-005", per="operation", requests=1, listing=True)
def lists_are_complete(probe: Probe, operation: Operation, *, count: int = 0) -> None:
    """A list has as many entries as the norm counts.

    Asks for one page and reads the declared total (how many there are, the requirement's norm
    says).
    """
    total = paging.page(probe, operation, {}).total
    if total is None:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"danh sách {operation.unit} không cho biết tổng số",
                en=f"the list {operation.unit} tells no total",
            ),
        )
    require(total == count, expected=Text(vi=f"{count} mục", en=f"{count} entries"), observed=total)


def _none(one: str, other: str) -> NotApplicable:
    return NotApplicable(
        Text(
            vi=f"không có bản ghi nào có cả {one} và {other}",
            en=f"no record has both {one} and {other}",
        )
    )
