"""What stands in the place of a value that is not told: signs, or a word that says so."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[*•●·#]+|[xX]{4,}")
_WORDS = re.compile(
    r"\W{0,8}(?:redacted|hidden|masked|removed|filtered|đã che|đã ẩn|bị che|không hiển thị)\W{0,8}",
    re.IGNORECASE,
)


_OBSCURED = re.compile(r"[*•●·]{2,}|\w[*•●]|[*•●]\w|[#xX]{3,}")


def is_obscured(value: object) -> bool:
    """Whether signs stand in the place of a part of a text, or of all: `09****678`, `N*** A`."""
    return is_blanked(value) or (isinstance(value, str) and bool(_OBSCURED.search(value)))


def is_blanked(value: object) -> bool:
    """Whether a text only says that a value is not told: `********`, `[REDACTED]`."""
    return isinstance(value, str) and bool(_SIGNS.fullmatch(value) or _WORDS.fullmatch(value))
