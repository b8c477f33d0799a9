"""National identifiers are what the law says they are, and travel as texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.identifiers import is_personal_id, is_tax_code
from conformance.mapping import Mapped
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="FMT-010", per="target", on="2xx")
def personal_ids_are_right(
    answer: Exchange, mapping: Mapped, *, fields: tuple[str, ...] = ("personal_id",)
) -> None:
    """A personal identification number has twelve digits.

    Looks at the fields that the mapping names: text of twelve ASCII digits. There is no check
    digit, and the first three follow the places of registration of the time of issue, so neither
    is judged (Law 26/2023/QH15). Nor is a number of which a part is hidden (`000******001`).
    """
    _all_are(
        answer,
        mapping,
        fields,
        is_personal_id,
        Text(vi="số định danh cá nhân 12 chữ số", en="a personal number of 12 digits"),
    )


@law(catalogue="FMT-011", per="target", on="2xx")
def tax_codes_are_right(
    answer: Exchange, mapping: Mapped, *, fields: tuple[str, ...] = ("tax_code",)
) -> None:
    """A tax code has ten digits with their check digit, thirteen for a branch, or is a person's.

    Looks at the fields that the mapping names: ten digits whose last one checks, with or without
    `-nnn` of a branch, or the twelve digits of a personal number, which individuals use since
    July 2025 (Circular 86/2024/TT-BTC).
    """
    _all_are(
        answer,
        mapping,
        fields,
        is_tax_code,
        Text(vi="mã số thuế hợp lệ", en="a tax code that holds"),
    )


@law(catalogue="FMT-013", per="target", on="2xx")
def codes_are_texts(
    answer: Exchange,
    mapping: Mapped,
    *,
    fields: tuple[str, ...] = ("personal_id", "tax_code", "code"),
) -> None:
    """A code is a text, so that no leading zero is lost.

    Looks at the fields that the mapping names: none of them is a JSON number (RFC 7493, section
    2.2). Numbers that count, and keys that no law gives a form, are none of these fields.
    """
    values = [pair for name in mapping.known(fields) for pair in mapping.values(answer, name)]
    if not values:
        raise _ABSENT
    for place, value in values:
        require(
            isinstance(value, str) or value is None,
            expected=Text(vi="mã là chuỗi ký tự JSON", en="a code to be a JSON text"),
            observed=Text(
                vi=f"{place} là {type(value).__name__}", en=f"{place} is {type(value).__name__}"
            ),
        )


# Digits among which some are hidden: 000******001, xxxxxxxxx001.
_MASKED = re.compile(r"[0-9 -]*(?:[*•●#]+|[xX]{2,})[0-9 *•●#xX-]*")
_ABSENT = NotApplicable(Text(vi="trả lời không có trường này", en="the answer has no such field"))


def _all_are(
    answer: Exchange,
    mapping: Mapped,
    fields: tuple[str, ...],
    holds: Callable[[str], bool],
    expected: Text,
) -> None:
    values = [pair for name in mapping.known(fields) for pair in mapping.values(answer, name)]
    told = [(place, value) for place, value in values if not _withheld(value)]
    if not told:
        raise _ABSENT
    for place, value in told:
        require(
            isinstance(value, str) and holds(value),
            expected=expected,
            observed=_shape(place, value),
        )


def _withheld(value: Any) -> bool:
    """Whether a value is empty, or hides digits behind signs that stand for them."""
    return value in (None, "") or (isinstance(value, str) and bool(_MASKED.fullmatch(value)))


def _shape(place: str, value: Any) -> Text:
    """Return where a value stands and how it looks, without telling it: it may be personal."""
    if not isinstance(value, str):
        name = type(value).__name__
        return Text(vi=f"{place} là {name}", en=f"{place} is of type {name}")
    digits = sum(letter.isdigit() for letter in value)
    return Text(
        vi=f"{place}: {len(value)} ký tự, {digits} chữ số",
        en=f"{place}: {len(value)} characters, {digits} digits",
    )
