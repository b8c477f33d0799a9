"""Times of a record come in the order in which things happen."""

from __future__ import annotations

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
