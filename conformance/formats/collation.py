"""The order of Vietnamese words, as far as everybody agrees on it."""

from __future__ import annotations

import unicodedata

# The alphabet of the language: letters with a mark of their own stand behind the plain one.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
# Marks that make a letter; the others are tones.
_OF_LETTERS = frozenset("\u0302\u0306\u031b")


def may_precede(before: str, after: str) -> bool:
    """Whether one text may stand before another in an order of Vietnamese.

    Only letters are compared. Tones are not, because dictionaries rank them in two ways, and
    neither are case, digits against letters, or punctuation. Whether a space counts is open too:
    a pair is out of order only if it is with and without spaces.
    """
    by_word = _words(before) <= _words(after)
    by_letter = _letters(before) <= _letters(after)
    return by_word or by_letter


def _words(text: str) -> list[list[int]]:
    return [_letters(word) for word in text.split()]


def _letters(text: str) -> list[int]:
    toneless = "".join(
        mark
        for mark in unicodedata.normalize("NFD", text.lower())
        if not unicodedata.combining(mark) or mark in _OF_LETTERS
    )
    return [_RANK[letter] for letter in unicodedata.normalize("NFC", toneless) if letter in _RANK]
