"""What an owner declares to be masked is masked."""

from __future__ import annotations

from conformance import fields
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.mapping import Mapped
from conformance.privacy.hidden import is_a
from conformance.text import Text


@law(catalogue="PRV-006", per="target", on="2xx")
def masked_fields_are_masked(
    answer: Exchange, mapping: Mapped, *, names: tuple[str, ...] = ("masked",)
) -> None:
    """A value that is declared to be masked is never shown in full.

    Looks at the places that the contract or the target file calls `masked`: whoever asks, a value
    there is a text with signs in the place of a part of it (`09****678`, `Nguyễn V** A`,
    `n***@example.vn`) or of all, or is empty. How much of it is covered is not judged (ASVS 5.0,
    14.2.6).
    """
    for place, value in fields.declared(answer, mapping, *names):
        require(
            is_a(value, "obscured") or is_a(value, "masked"),
            expected=Text(vi="giá trị đã che một phần", en="a value of which a part is covered"),
            # The member is told, never what stands in it.
            observed=place,
        )
