"""Schemathesis and hypothesis, imported when they are needed, and taught the national formats."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any

from conformance.errors import UsageError
from conformance.formats.national import ALL
from conformance.text import Text

# What UTF-8 encodes: everything but surrogates (RFC 3629, section 3).
CHARACTERS = ((0, 0xD7FF), (0xE000, 0x10FFFF))
# Where they believe the target to be; nothing is sent there.
BASE = "http://localhost"

# What is used of them, by name.
Tools = SimpleNamespace


class ToolMissingError(UsageError):
    """What an extra of this distribution brings is not installed."""


@cache
def imported() -> Tools:
    """Import the libraries and teach them the national formats; once in a process."""
    try:
        import hypothesis  # noqa: PLC0415 - an extra, and a quarter of a second
        import schemathesis  # noqa: PLC0415 - the same
        from hypothesis import configuration, strategies  # noqa: PLC0415 - the same
        from hypothesis.internal import charmap  # noqa: PLC0415 - the same
        from hypothesis.internal.conjecture import providers  # noqa: PLC0415 - the same
        from hypothesis.internal.intervalsets import IntervalSet  # noqa: PLC0415 - the same
        from requests import PreparedRequest  # noqa: PLC0415 - the same
        from schemathesis.generation.coverage import GenerationSession  # noqa: PLC0415 - the same
        from schemathesis.generation.drivers import (  # noqa: PLC0415 - the same
            CoverageGenerator,
            ExamplesGenerator,
        )
        from schemathesis.generation.feedback import NO_FEEDBACK  # noqa: PLC0415 - the same
        from schemathesis.generation.overrides import Override  # noqa: PLC0415 - the same

    except ImportError as error:
        raise ToolMissingError(
            Text(
                vi=f"không tạo được yêu cầu thử từ hợp đồng: thiếu {error.name or 'schemathesis'}",
                en=f"no requests can be drafted from a contract: {error.name or 'schemathesis'} "
                "is missing",
            ),
            mend=Text(
                vi="cài đặt bằng: pip install 'vnda-conformance[generation]'",
                en="install it with: pip install 'vnda-conformance[generation]'",
            ),
        ) from error
    for name, each in ALL.items():
        schemathesis.openapi.format(name, _values(strategies, each.make))
    characters = IntervalSet(CHARACTERS), IntervalSet(())
    constants = type(providers.GLOBAL_CONSTANTS)()
    of_codec = charmap.intervals_from_codec
    return SimpleNamespace(
        charmap=charmap,
        # What it would find out in two seconds, by trying each, and write to the disk.
        codec=lambda name: characters if name == "utf-8" else of_codec(name),
        Config=schemathesis.Config,
        CoverageGenerator=CoverageGenerator,
        ExamplesGenerator=ExamplesGenerator,
        GenerationMode=schemathesis.GenerationMode,
        GenerationSession=GenerationSession,
        HealthCheck=hypothesis.HealthCheck,
        NO_FEEDBACK=NO_FEEDBACK,
        Override=Override,
        Phase=hypothesis.Phase,
        PreparedRequest=PreparedRequest,
        Unsatisfiable=hypothesis.errors.Unsatisfiable,
        Verbosity=hypothesis.Verbosity,
        configuration=configuration,
        format=schemathesis.openapi.format,
        from_dict=schemathesis.openapi.from_dict,
        given=hypothesis.given,
        providers=providers,
        constants=lambda: constants,
        # Ours for the whole process: the tables that it makes of constants are not cheap.
        cache=type(providers.CONSTANTS_CACHE)(1024),
        seed=hypothesis.seed,
        settings=hypothesis.settings,
        strategies=strategies,
    )


def _values(strategies: Any, make: Callable[[Random], str]) -> Any:
    # One draw for a value: `conformance.formats.strategies` draws every digit, which shrinks well
    # and costs fifty times as much; nothing is shrunk here.
    return strategies.integers(0, 2**32 - 1).map(
        lambda number: make(Random(number))  # noqa: S311 - not a secret
    )
