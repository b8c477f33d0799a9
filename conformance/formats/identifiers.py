"""Numbers by which Viet Nam knows people and organisations.

Only the ten ASCII digits count, and only texts: a number has lost its leading zeros already.
"""

from __future__ import annotations

import re

_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_TAX_CODE = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?")
# Digits among which some are hidden: 000******001, xxxxxxxxx001.
_MASKED = re.compile(r"[0-9 -]*(?:[*•●#]+|[xX]{2,})[0-9 *•●#xX-]*")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_FIRST_CENTURY = 1900


def is_personal_id(value: object) -> bool:
    """Whether a value is written as a personal identification number is: twelve digits.

    There is no check digit (Law 26/2023/QH15; Decree 137/2015/NĐ-CP, Article 13). The first
    three digits follow the list of provinces of the time of registration, or of countries, so
    they are not compared with the provinces of today.
    """
    return isinstance(value, str) and bool(_TWELVE_DIGITS.fullmatch(value))


def is_masked(value: object) -> bool:
    """Whether a value hides digits of a number behind signs that stand for them."""
    return isinstance(value, str) and bool(_MASKED.fullmatch(value))


def birth_year(personal_id: str) -> int:
    """Return the year of birth that a personal number tells.

    The fourth digit tells century and sex: 0 and 1 the 1900s, 2 and 3 the 2000s and so on, even
    for men; the next two are the year (Circular 59/2021/TT-BCA).
    """
    return _FIRST_CENTURY + 100 * (int(personal_id[3]) // 2) + int(personal_id[4:6])


def is_tax_code(value: object) -> bool:
    """Whether a value is a tax code: of an organisation, of its branch, or a personal number.

    Ten digits of which the last is a check digit, for a branch with three more, with or without
    a dash, that are not all zero. Where the weighted sum leaves no remainder the check digit
    would be ten: such codes are not issued. Since July 2025 individuals and households use their
    personal number (Circular 86/2024/TT-BTC), which has no check digit.
    """
    if not isinstance(value, str):
        return False
    if is_personal_id(value):
        return True
    if not _TAX_CODE.fullmatch(value):
        return False
    digits = value.replace("-", "")
    if digits[2:9] == "0000000" or digits[10:] == "000":
        return False
    return digits[9] == tax_check_digit(digits[:9])


def tax_check_digit(nine: str) -> str | None:
    """Return the check digit of the first nine digits of a tax code; None: they are not issued."""
    remainder = sum(w * int(d) for w, d in zip(_WEIGHTS, nine, strict=True)) % 11
    return str(10 - remainder) if remainder else None
