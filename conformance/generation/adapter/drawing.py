"""Values drawn by hypothesis, decided by nothing but a seed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from conformance.generation.adapter.libraries import Tools


class _Enough(BaseException):
    """Ends a run of hypothesis that has drawn what is wanted."""


def drawn(tools: Tools, strategy: Any, seed: int, most: int, keep: Callable[[Any], bool]) -> None:
    """Draw values until there are enough.

    Nothing is left to the profile that is loaded, which differs where CI is seen. No deadline and
    no health check: how fast a machine is must not decide what is drafted. Without the phases that
    look for a smaller or a better case: nothing is sent here.
    """
    settings = tools.settings(
        max_examples=most,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(tools.Phase.generate,),
        suppress_health_check=list(tools.HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=tools.Verbosity.quiet,
        backend="hypothesis",
    )

    def one(value: Any) -> None:
        if not keep(value):
            raise _Enough

    with contextlib.suppress(_Enough):
        tools.seed(seed)(settings(tools.given(value=strategy)(one)))()
