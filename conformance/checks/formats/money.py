"""Sums of money are what they say."""

from __future__ import annotations

from typing import Any

from conformance import fields
from conformance.check import law, require
from conformance.checks.formats import described
from conformance.evidence import Exchange
from conformance.formats.named import is_exact
from conformance.mapping import Mapped
from conformance.privacy.hidden import Hidden, is_a
from conformance.text import Text


@law(catalogue="FMT-016", per="target", on="2xx")
def amounts_are_exact(
    answer: Exchange, mapping: Mapped, *, names: tuple[str, ...] = ("amount",)
) -> None:
    """A sum of money is exact, to the last digit.

    Looks at the fields that the mapping names: a number is an integer up to 2^53-1 or a fraction of
    at most fifteen digits, which is what a double keeps (RFC 7493, section 2.2), so that
    0.30000000000000004 shows that money was counted in binary fractions; a text is a decimal number
    with a point and nothing else: no unit, no separators of thousands.
    """
    for place, value in fields.declared(answer, mapping, *names):
        require(
            _is_exact(value),
            expected=Text(
                vi="số tiền chính xác: số nguyên, số thập phân tối đa 15 chữ số, hoặc chuỗi số",
                en="an exact amount: an integer, a decimal of at most 15 digits, or digits as text",
            ),
            observed=described.told(place, value),
        )


def _is_exact(value: Any) -> bool:
    if isinstance(value, str):
        return is_a(value, "decimal") or is_a(value, "masked")
    if isinstance(value, Hidden):
        return value.is_a("exact")
    return isinstance(value, int | float) and not isinstance(value, bool) and is_exact(repr(value))
