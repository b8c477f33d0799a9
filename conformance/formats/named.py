"""Formats by name: what can be asked of a value, also of one that is not shown.

The list is closed and part of the record's shape (`facts.tokens.*.formats`): a name may be added,
its meaning never changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from conformance.formats import national
from conformance.formats.blanks import is_blanked, is_obscured
from conformance.formats.codes import is_country, is_currency, is_language
from conformance.formats.contact import is_dialable
from conformance.formats.dates import is_date, is_date_time
from conformance.formats.identifiers import is_masked, is_tax_code
from conformance.formats.links import leads_to_a_person

TEXT = "vn-text"
_LARGEST = 2**53 - 1
_LONGEST = 16
# As many digits as a double keeps of any number.
_KEPT = 15


def _matching(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


# Of texts. The personal number has 12 digits (Law 26/2023/QH15, article 12).
OF_TEXTS: Mapping[str, Callable[[str], bool]] = {
    "blanked": is_blanked,
    "country-code": is_country,
    "currency-code": is_currency,
    "date": is_date,
    "date-time": is_date_time,
    "decimal": _matching(r"-?\d{1,40}(?:\.\d{1,40})?"),
    "dialable": is_dialable,
    "digits": _matching(r"\d+"),
    "email": _matching(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    "language-tag": is_language,
    "masked": is_masked,
    "obscured": is_obscured,
    "personal-link": leads_to_a_person,
    "personal-id": _matching(r"\d{12}"),
    "tax-code": is_tax_code,
    "phone": _matching(r"(?:\+?84|0)[35789]\d{8}"),
    "uri": _matching(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+"),
    "uuid": _matching(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"),
    # `date` and `date-time` are above; of the others those that a verdict may rest on. Nearly every
    # text is a `vn-text`: that one is not is a fact of its own (`damaged`).
    **{
        name: each.holds
        for name, each in national.ALL.items()
        if name.startswith("vn-") and name != TEXT and each.asserted
    },
}


def is_interoperable(lexeme: str) -> bool:
    """Whether a number, as JSON writes it, survives a reader of IEEE 754 doubles.

    Integers up to 2^53-1, no exponent that overflows (RFC 7493, section 2.2).
    """
    if lexeme.lstrip("-").isdigit():
        return len(lexeme.lstrip("-")) <= _LONGEST and abs(int(lexeme)) <= _LARGEST
    return abs(float(lexeme)) != float("inf")


def is_exact(lexeme: str) -> bool:
    """Whether a number, as JSON writes it, is what it says in a reader of IEEE 754 doubles.

    Integers up to 2^53-1, and fractions of fifteen digits at most: 0.30000000000000004 is what
    binary arithmetic leaves of a sum of 0.3.
    """
    if lexeme.lstrip("-").isdigit() or not is_interoperable(lexeme):
        return is_interoperable(lexeme)
    # Not `Decimal`, which gives up on exponents that JSON may have.
    mantissa = lexeme.lower().partition("e")[0]
    return len(mantissa.lstrip("-").replace(".", "").strip("0")) <= _KEPT


# Of numbers, given as they are written.
OF_NUMBERS: Mapping[str, Callable[[str], bool]] = {
    "exact": is_exact,
    "interoperable": is_interoperable,
}
NAMES = frozenset({*OF_TEXTS, *OF_NUMBERS})
