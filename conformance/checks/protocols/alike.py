"""One content in two formats: named texts compared, without what changes by itself."""

from __future__ import annotations

from collections import Counter

Told = Counter[tuple[str, str]]


def differing_names(first: Told, other: Told, again: Told) -> set[str]:
    """Return the names of the first under which another format tells something else.

    Args:
        first: what was told in the one format, by name and text.
        other: what was told in the other.
        again: the first, asked again: what differs between the two is left out.
    """
    unsteady = {name for name, _ in (first - again) + (again - first)}
    # A name that only the other knows may be that of a list's elements, which JSON has none for.
    known = {name for name, _ in first}
    return {name for name, _ in (first - other) + (other - first)} & known - unsteady


def differing_texts(first: Told, other: Told, again: Told) -> int:
    """Return how many texts are told in one format alone, whatever their names.

    Args:
        first: what was told in the one format, by name and text.
        other: what was told in the other, between the first and the last.
        again: the first, asked again.
    """
    one, two, last = (
        Counter(text for _, text in told.elements()) for told in (first, other, again)
    )
    missing = (one & last) - two
    # What changes from answer to answer is another text in each.
    changing = sum((one - last).values())
    added = sum((two - (one | last)).values())
    return sum(missing.values()) + max(0, added - changing)
