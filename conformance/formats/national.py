"""Every national format by its name, for JSON Schema libraries, generated tests and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jsonschema import FormatChecker

from conformance.formats import contact, datestyles, organisations, people, procedures, units
from conformance.formats.format import Format

ALL: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for module in (people, organisations, units, procedures, contact, datestyles)
        for each in module.FORMATS
    }
)


def register(checker: FormatChecker, *, all_of_them: bool = False) -> FormatChecker:
    """Teach a format checker of `jsonschema` the national formats; return it.

    Args:
        checker: what is taught.
        all_of_them: also those whose rule is only remembered, which no verdict may rest on.
    """
    for name, accepts in predicates(all_of_them=all_of_them).items():
        checker.checks(name)(accepts)
    return checker


def predicates(*, all_of_them: bool = False) -> dict[str, Callable[[object], bool]]:
    """Return the tests of the formats by name, as `formats` of `jsonschema_rs` takes them.

    Args:
        all_of_them: also those whose rule is only remembered, which no verdict may rest on.
    """
    return {each.name: each.accepts for each in ALL.values() if all_of_them or each.asserted}
