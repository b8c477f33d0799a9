"""Codes of countries, currencies and languages are those that the world knows."""

from __future__ import annotations

from conformance import fields
from conformance.check import law, require
from conformance.checks.formats import described
from conformance.evidence import Exchange
from conformance.mapping import Mapped
from conformance.privacy.hidden import is_a
from conformance.text import Text
from conformance.verdict import NotApplicable

_EXPECTED = {
    "country-code": Text(vi="mã nước theo ISO 3166-1", en="a country code of ISO 3166-1"),
    "currency-code": Text(vi="mã tiền tệ theo ISO 4217", en="a currency code of ISO 4217"),
    "language-tag": Text(vi="thẻ ngôn ngữ theo BCP 47", en="a language tag of BCP 47"),
}


@law(catalogue="FMT-015", per="target", on="2xx")
def world_codes_are_listed(
    answer: Exchange,
    mapping: Mapped,
    *,
    country: str = "country",
    currency: str = "currency",
    language: str = "language",
) -> None:
    """A country, a currency and a language are told by their international codes.

    Looks at the fields that the mapping names: a country has a code of ISO 3166-1, of two or three
    letters or of three digits, a currency one of ISO 4217, a language a tag of BCP 47 (RFC 5646,
    section 2.1) whose first part, of two letters, is in ISO 639-1. Codes that were withdrawn are
    right in records of the past, and so are those left to users, such as XK, and those of passports
    of the stateless; case does not matter. Which of the forms is used is not judged.
    """
    found, absent = [], None
    for field, kind in (
        (country, "country-code"),
        (currency, "currency-code"),
        (language, "language-tag"),
    ):
        try:
            found += [(*pair, kind) for pair in fields.declared(answer, mapping, field)]
        except NotApplicable as outcome:
            absent = absent or outcome
    if not found and absent:
        raise absent
    for place, value, kind in found:
        require(is_a(value, kind), expected=_EXPECTED[kind], observed=described.told(place, value))
