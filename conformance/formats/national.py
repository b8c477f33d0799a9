"""Every national format by its name, for JSON Schema libraries, generated tests and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from jsonschema import FormatChecker

from conformance.formats import (
    contact,
    coordinates,
    datestyles,
    organisations,
    people,
    procedures,
    texts,
    units,
)
from conformance.formats.format import ArrayFormat, Format

Accepts = Callable[[object], bool]
# Of texts.
ALL: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for module in (people, organisations, units, procedures, contact, datestyles, texts)
        for each in module.FORMATS
    }
)
# Of arrays.
POSITIONS: Mapping[str, ArrayFormat] = MappingProxyType(
    {each.name: each for each in coordinates.FORMATS}
)
EVERY: Mapping[str, Format | ArrayFormat] = MappingProxyType({**ALL, **POSITIONS})


def register(checker: FormatChecker, *, asserted_only: bool = False) -> FormatChecker:
    """Teach a format checker of `jsonschema` the national formats, of texts and of arrays.

    Args:
        checker: what is taught.
        asserted_only: leave out those whose rule is only remembered: they accept everything then,
            since no verdict may rest on them.

    Returns:
        The checker.
    """
    for name, accepts in every_predicate(asserted_only=asserted_only).items():
        checker.checks(name)(accepts)
    return checker


def predicates(*, asserted_only: bool = False) -> dict[str, Accepts]:
    """Return the tests of the formats of texts by name, as `formats` of `jsonschema_rs` takes them.

    It asks a format of texts only, so those of arrays would accept everything there: `keywords`.

    Args:
        asserted_only: leave out those whose rule is only remembered: they accept everything then,
            since no verdict may rest on them.
    """
    return {each.name: each.accepts for each in ALL.values() if each.asserted or not asserted_only}


def every_predicate(*, asserted_only: bool = False) -> dict[str, Accepts]:
    """Return the tests of all formats by name, for whoever asks a format of values of any type.

    Args:
        asserted_only: leave out those whose rule is only remembered: they accept everything then,
            since no verdict may rest on them.
    """
    return {
        each.name: each.accepts for each in EVERY.values() if each.asserted or not asserted_only
    }


def keywords(
    *, asserted_only: bool = False, others: Callable[[str], Accepts] | None = None
) -> dict[str, type]:
    """Return `format` as `keywords` of `jsonschema_rs` takes it: it asks values of any type.

    The keyword takes the place of the library's own, which asks texts only and would pass over
    every array.

    Args:
        asserted_only: leave out those whose rule is only remembered: they accept everything then,
            since no verdict may rest on them.
        others: gives the test of a format that is not national, such as
            `lambda name: validator_for({"format": name}, validate_formats=True).is_valid`;
            without it such formats are annotations, as they are by default.
    """
    known = every_predicate(asserted_only=asserted_only)

    class Asserted:
        """`format`, asserted."""

        def __init__(self, _parent: Any, name: str, _path: Any) -> None:
            accepts = known.get(name)
            self._accepts = others(name) if accepts is None and others else accepts
            self._name = name

        def validate(self, instance: object) -> None:
            """Raise a `ValueError` where a value is not of the format."""
            if self._accepts is not None and not self._accepts(instance):
                message = f"is not of the format {self._name}"
                raise ValueError(message)

    return {"format": Asserted}
