"""How people and offices are reached is told so that programs can do it."""

from __future__ import annotations

from conformance import fields
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.mapping import Mapped
from conformance.privacy.hidden import is_a
from conformance.text import Text


@law(catalogue="FMT-017", per="target", on="2xx")
def phone_numbers_can_be_dialled(
    answer: Exchange, mapping: Mapped, *, names: tuple[str, ...] = ("phone", "mobile_phone")
) -> None:
    """A telephone number can be dialled as it stands.

    Looks at the fields that the mapping names: a text of digits, behind a plus and the code of a
    country (E.164, fifteen digits at most), or as it is dialled in Viet Nam: behind a nought, a
    service (1800, 1900) or a short number; or an address `tel:`, which may have signs between and
    an extension (RFC 3966, section 3). Which numbers were given out is not judged, nor are numbers
    of which digits are hidden. Mail addresses, URIs and UUIDs have formats of JSON Schema, which
    `formats.declared.values_have_their_formats` judges.
    """
    for place, value in fields.declared(answer, mapping, *names):
        require(
            is_a(value, "dialable") or is_a(value, "masked") or is_a(value, "obscured"),
            expected=Text(
                vi="số điện thoại gồm chữ số liền nhau: +84…, hoặc 0… trong nước",
                en="a telephone number of digits alone: +84…, or 0… within the country",
            ),
            # It may be a person's.
            observed=place,
        )
