"""Whether a value that is shown is the one that was sent, whatever a server may tidy.

No loss: spaces around and between words, another Unicode form, the case of what has no spaces
(e-mail addresses, codes), a number written otherwise, separators in a number of digits, the same
instant in another zone or without its fraction of a second, another order of a list, a number or
truth value as a text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from conformance.formats.dates import moment
from conformance.privacy.hidden import Hidden, redacted
from conformance.trees import TOKEN

_SEPARATORS = re.compile(r"[\s.\-()+/_]")
_FEWEST_DIGITS = 8
_SUBSCRIBER = 9


def kept(sent: Any, shown: Any) -> bool:
    """Whether a value that is shown holds all of what was sent.

    Raises:
        NotTested: the value is hidden, and may be the same in another spelling.
    """
    if isinstance(sent, Mapping) and isinstance(shown, Mapping):
        return all(name in shown and kept(part, shown[name]) for name, part in sent.items())
    if isinstance(sent, list) and isinstance(shown, list):
        return all(any(kept(part, one) for one in shown) for part in sent)
    concealed = isinstance(shown, Hidden) or (isinstance(sent, str) and TOKEN.search(sent))
    if not concealed:
        return _plain(sent, shown)
    if str(sent) != str(shown):
        raise redacted()
    return True


def is_nothing(value: Any) -> bool:
    """Whether a value says no more than one that is left out: null, and what is empty."""
    return value is None or (isinstance(value, str | list | dict) and len(value) == 0)


def letters(text: str) -> str:
    """Return a text without what a server may tidy: composed, each run of spaces one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _plain(sent: Any, shown: Any) -> bool:
    if isinstance(sent, bool) or isinstance(shown, bool):
        return str(sent).lower() == str(shown).lower()
    if is_nothing(sent):
        return is_nothing(shown)
    one, other = _number(sent), _number(shown)
    texts = isinstance(sent, str) and isinstance(shown, str)
    if one is not None and other is not None and not texts:
        return one == other or (not _whole(one) and math.isclose(one, other, rel_tol=1e-12))
    return _same_text(sent, shown) if texts else bool(sent == shown)


def _same_text(sent: str, shown: str) -> bool:
    one, other = letters(sent), letters(shown)
    if one == other or (" " not in one and one.casefold() == other.casefold()):
        return True
    return _same_moment(one, other) or _same_digits(one, other)


def _same_moment(one: str, other: str) -> bool:
    first, second = moment(one.upper()), moment(other.upper())
    if first is None or second is None:
        return False
    # A date alone and a time of that day are not compared: where the day begins is not said.
    return (len(one) > len("2026-01-01")) is (len(other) > len("2026-01-01")) and abs(
        first - second
    ) < 1


def _same_digits(one: str, other: str) -> bool:
    """Whether two texts are one number of digits with other separators, as of a telephone."""
    bare, told = _SEPARATORS.sub("", one), _SEPARATORS.sub("", other)
    if not (bare.isdecimal() and told.isdecimal()) or len(bare) < _FEWEST_DIGITS:
        return False
    return bare == told or (
        min(len(bare), len(told)) > _SUBSCRIBER and bare[-_SUBSCRIBER:] == told[-_SUBSCRIBER:]
    )


def _number(value: Any) -> Decimal | None:
    if isinstance(value, Hidden) or not isinstance(value, str | int | float):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _whole(value: Decimal) -> bool:
    return value == value.to_integral_value()
