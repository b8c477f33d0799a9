"""Shares of records: how many of those that count have a property.

A measure looks at a declared list from its first page to its end. What it found is told with
numerator, denominator, threshold and the period that the records cover, whatever the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from conformance import conditions, fields, paging
from conformance.check import Higher, check
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.mapping import Held, Mapped
from conformance.measure import Measure
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Violation

_MOST_PAGES = 40


@check(catalogue="DAT-009", per="operation", requests=_MOST_PAGES, listing=True)
def shares_reach_their_threshold(  # noqa: PLR0913  # the parts of an indicator
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    least: Annotated[float, Higher] = 1.0,
    key: str = "",
    has: tuple[str, ...] = (),
    among: tuple[str, ...] = (),
    per: str = "",
    period: str = "",
) -> None:
    """Of the records that count, the demanded share has the property.

    Reads the whole list. A record counts where it meets every condition of `among`, and has the
    property where it also meets every condition of `has`. A condition is `field=v1|v2` (the field
    has one of the values), `field!=v1|v2` (it has a value, and one that is none of these),
    `field~format` (each of its values is of a format), `field` (it is there and not empty),
    `field<=other` (no later than the other, where both are told; a record without them has not the
    property), `#field<=n` (it has no more than so many values), or `a/b/c` (any of these
    conditions). `key` is the field that every record has. With `per`, what is counted are the
    values of that field, such as procedures: one counts, and has the property, where one of its
    records does. Where nothing counts there is nothing to measure. `period` is the field that
    dates a record (threshold and formula are those of the requirement's norm).
    """
    names = conditions.named((key, *has, *among, per, period))
    mapping.known([key])
    found = [
        held
        for answer in _answers(probe, operation)
        for held in mapping.records(answer, [key, *sorted(names - {key})])
    ]
    counted = [held for held in found if all(conditions.meets(held, one) for one in among)]
    if not counted:
        raise NotApplicable(
            Text(vi="không có bản ghi nào để tính tỷ lệ", en="no record counts for the share")
        )
    having = [held for held in counted if all(conditions.meets(held, one) for one in has)]
    days = sorted(_days(counted, period))
    measure = Measure(
        _many(having, per), _many(counted, per), least, *((days[0], days[-1]) if days else ())
    )
    probe.measured(measure)
    if not measure.reached:
        raise Violation(
            Text(vi=f"ít nhất {least:.0%}".replace("%", " %"), en=f"at least {least:.0%}"),
            measure.told(),
        )


def _answers(probe: Probe, operation: Operation) -> tuple[Exchange, ...]:
    """Return the pages of a list to its end.

    Raises:
        NotTested: the end was not met: a share of a part is not the share of the whole.
    """
    size = paging.largest_size(operation)
    walk = paging.walk(probe, operation, size, _MOST_PAGES)
    if not walk.ended or walk.repeats:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"chưa đọc hết danh sách sau {_MOST_PAGES} trang"
                if not walk.ended
                else "một bản ghi xuất hiện nhiều lần khi đi qua các trang",
                en=f"the list did not end within {_MOST_PAGES} pages"
                if not walk.ended
                else "a record was met more than once on the way through the pages",
            ),
        )
    return walk.answers


def _many(held: Sequence[Held], per: str) -> int:
    """Return how many records these are, or how many values of a field they have between them."""
    return len({fields.plain(one.one(per)) for one in held}) if per else len(held)


def _days(counted: Sequence[Held], period: str) -> Iterator[str]:
    for held in counted if period else ():
        found = fields.moment(held.one(period))
        if found is not None:
            yield fields.day(found).isoformat()
