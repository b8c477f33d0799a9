"""What a report says of itself adds up: shares and what they were taken from."""

from __future__ import annotations

from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.fields import numbers, plain, records
from conformance.mapping import Held, Mapped
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="DAT-029", per="target", on="2xx")
def shares_are_true(  # noqa: PLR0913  # the parts of a share
    answer: Exchange,
    mapping: Mapped,
    *,
    share: str = "",
    numerator: str = "",
    denominator: str = "",
    whole: int = 100,
) -> None:
    """A share is what its numerator is of its denominator.

    Looks at records that tell all three: the share, of `whole`, agrees to one decimal of a
    hundred, and the numerator is no greater than the denominator. Nothing is a share of nothing:
    records with the denominator 0 are left alone. Numbers are those of JSON (RFC 8259, section 6).
    """
    looked_at = False
    for held in records(answer, mapping, share, numerator, denominator):
        told, some, every = (_number(held, name) for name in (share, numerator, denominator))
        if told is None or some is None or not every:
            continue
        looked_at = True
        require(
            some <= every and abs(told - whole * some / every) <= whole * 0.0005 + 1e-9,
            expected=Text(
                vi=f"{share} = {numerator}/{denominator}", en=f"{share} = {numerator}/{denominator}"
            ),
            observed=f"{held.place}: {told} ≠ {whole} × {some}/{every}",
        )
    if not looked_at:
        raise NotApplicable(
            Text(vi=f"không có {share} nào để tính lại", en=f"there is no {share} to compute again")
        )


@law(catalogue="DAT-030", per="target", on="2xx")
def groups_tell_every_code(
    answer: Exchange, mapping: Mapped, *, group: str = "", code: str = "", of: tuple[str, ...] = ()
) -> None:
    """In each group of a report every code that the norm lists is told.

    Looks at the objects that have the field `group`: among the values of `code` inside are all of
    `of` (which these are, the requirement's norm says).
    """
    for held in records(answer, mapping, group, code):
        told = {plain(value) for value in held.values[code]}
        missing = [one for one in of if one not in told]
        require(
            not missing,
            expected=Text(vi=f"đủ {', '.join(of)}", en=f"all of {', '.join(of)}"),
            observed=Text(
                vi=f"{held.place}: thiếu {', '.join(missing)}",
                en=f"{held.place}: {', '.join(missing)} missing",
            ),
        )


def _number(held: Held, name: str) -> float | None:
    value: Any = held.one(name)
    return next(iter(numbers([value])), None)
