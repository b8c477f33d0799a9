"""Many small cases in one test, where a test of its own for each costs more than what it asks."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Test = Callable[..., None]


def together(name: str, cases: Iterable[Any], *, ids: Callable[[Any], str] = str) -> Any:
    """Ask a test for each case, as `parametrize` does, but as one test that names all who fail."""

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        fixtures = [given for key, given in signature.parameters.items() if key != name]

        @functools.wraps(test)
        def whole(**given: Any) -> None:
            failed = []
            known = list(cases)
            for case in known:
                try:
                    test(**given, **{name: case})
                except Exception as error:  # noqa: BLE001  # the other cases are asked all the same
                    failed.append(f"{ids(case)}: {type(error).__name__}: {error}")
            if failed or not known:
                pytest.fail("\n".join([f"{len(failed)} of {len(known)} cases", *failed]))

        # What pytest looks for fixtures in: the case is none.
        whole.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return whole

    return decorate
