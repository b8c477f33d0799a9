"""Words that a run makes up: what holds one is nobody's, and was handed over by this suite."""

from __future__ import annotations

import re

# In letters alone, because digits could look like somebody's number.
MADE_UP = re.compile(r"vnct[a-p]{8}")
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def made_up(digest: str) -> str:
    """Return the word that a run makes up out of a digest in hexadecimal digits."""
    return "vnct" + in_letters(digest[:8])


def in_letters(digest: str) -> str:
    """Return a digest in hexadecimal digits in letters: one in digits could look like a number."""
    return digest.translate(_LETTERS)


def holds_own_word(text: str) -> bool:
    """Whether a word of some run stands in a text."""
    return bool(MADE_UP.search(text))
