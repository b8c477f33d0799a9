"""National identifiers are what the law says they are, and travel as texts."""

from __future__ import annotations

from typing import Any

from conformance import fields as fields_of
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.mapping import Mapped
from conformance.privacy import hidden
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
        "personal-id",
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
        "tax-code",
        Text(vi="mã số thuế hợp lệ", en="a tax code that holds"),
    )


@law(catalogue="FMT-038", per="target", on="2xx")
def insurance_numbers_are_right(
    answer: Exchange,
    mapping: Mapped,
    *,
    number: str = "social_insurance_number",
    card: str = "health_card",
) -> None:
    """Numbers of social insurance and of health-insurance cards have their form.

    Looks at the fields that the mapping names: the number of insurance has ten digits; a card two
    letters for the group, the level of benefit from 1 to 5, two digits of a province and the ten of
    the number, or, as newer ones, these alone. There is no check digit, and the province is not
    looked up, as cards outlive it. An identity card of nine digits in the place of a personal
    number is found by `personal_ids_are_right`. Not judged: numbers of which a part is hidden (the
    requirement's norm).
    """
    told, absent = [], None
    for field, kind in ((number, "vn-social-insurance-number"), (card, "vn-health-card")):
        try:
            told += [(*pair, kind) for pair in fields_of.declared(answer, mapping, field)]
        except NotApplicable as outcome:
            absent = absent or outcome
    if not told and absent:
        raise absent
    for place, value, kind in told:
        require(
            hidden.is_a(value, kind) or _withheld(value),
            expected=Text(
                vi="mã số BHXH 10 chữ số; thẻ BHYT 15 ký tự hoặc 10 chữ số",
                en="an insurance number of 10 digits; a health card of 15 signs or 10 digits",
            ),
            observed=_shape(place, value),
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
        raise _absent()
    for place, value in values:
        require(
            value is None or isinstance(value, str),
            expected=Text(vi="mã là chuỗi ký tự JSON", en="a code to be a JSON text"),
            observed=Text(vi=f"{place} là {_kind(value)}", en=f"{place} is {_kind(value)}"),
        )


def _absent() -> NotApplicable:
    return NotApplicable(Text(vi="trả lời không có trường này", en="the answer has no such field"))


def _all_are(
    answer: Exchange,
    mapping: Mapped,
    fields: tuple[str, ...],
    kind: str,
    expected: Text,
) -> None:
    values = [pair for name in mapping.known(fields) for pair in mapping.values(answer, name)]
    told = [(place, value) for place, value in values if not _withheld(value)]
    if not told:
        raise _absent()
    for place, value in told:
        require(hidden.is_a(value, kind), expected=expected, observed=_shape(place, value))


def _withheld(value: Any) -> bool:
    """Whether a value is empty, or hides digits behind signs that stand for them."""
    if value is None or hidden.is_a(value, "masked"):
        return True
    return isinstance(value, str) and not value


def _shape(place: str, value: Any) -> Text:
    """Return where a value stands and how it looks, without telling it: it may be personal."""
    if not isinstance(value, str):
        name = _kind(value)
        return Text(vi=f"{place} là {name}", en=f"{place} is of type {name}")
    return Text(
        vi=f"{place}: chuỗi {len(value)} ký tự", en=f"{place}: a text of {len(value)} characters"
    )


def _kind(value: Any) -> str:
    """Return what JSON calls a value, hidden or not."""
    names = {bool: "boolean", int: "number", float: "number", dict: "object", list: "array"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "null")
