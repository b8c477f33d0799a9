"""Codes by which the world knows countries, currencies and languages.

Codes that were withdrawn count, since records of the past keep theirs. Upper and lower case are not
told apart: no two codes differ by it.

The codes in use of ISO 3166-1, ISO 4217 and ISO 639-1, and the former ones of ISO 3166-3, were read
from the tables of Debian's iso-codes as pycountry 26.2.16 carries them; former currencies (list
three of ISO 4217) and reserved codes, among them those of passports (ICAO Doc 9303, part 3), are
from general knowledge.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

_TABLES = files("conformance.formats") / "tables"
# Left to users by ISO 3166-1, 8.1.3: XK for Kosovo, XXA for the stateless in passports.
_OF_USERS = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ|AA[A-Z]|Q[M-Z][A-Z]|X[A-Z]{2}|ZZ[A-Z]|9[0-9]{2}")
# BCP 47, section 2.1, without the grandfathered tags.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
_SHORT, _LONGEST = 2, 35


def is_country(value: str) -> bool:
    """Whether a text is a code of a country, of today or of the past: letters or digits."""
    code = value.upper() if value.isascii() else ""
    return code in _known("country") or _OF_USERS.fullmatch(code) is not None


def is_currency(value: str) -> bool:
    """Whether a text is a code of a currency, of today or of the past: letters or digits."""
    return value.isascii() and value.upper() in _known("currency")


def is_language(value: str) -> bool:
    """Whether a text is a language tag whose first part, where it has two letters, is a language.

    Longer first parts are not looked up: nobody here has the list of eight thousand. Tags beyond
    35 signs, which RFC 5646, section 4.4.1 calls enough for all, are not looked at.
    """
    if len(value) > _LONGEST or _TAG.fullmatch(value) is None:
        return False
    first = value.partition("-")[0].lower()
    return len(first) != _SHORT or first in _known("language")


@cache
def _known(kind: str) -> frozenset[str]:
    with (_TABLES / "codes.csv").open(encoding="utf-8") as lines:
        return frozenset(line["code"] for line in csv.DictReader(lines) if line["of"] == kind)
