"""A check asked once, by the engine or by the judge: what it raised is its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.check import Check
from conformance.errors import StorageError
from conformance.privacy.hidden import redacted
from conformance.trees import HIDDEN
from conformance.verdict import Outcome, Violation


def outcome(
    asked: Check, given: Mapping[str, Any], parameters: Mapping[str, Any]
) -> BaseException | None:
    """Ask a check once; return what came of it, None where it holds.

    Args:
        asked: the check.
        given: what it may look at, by the names of its arguments.
        parameters: what the profile sets.

    Raises:
        StorageError: what came of it cannot be kept; nor is the end of a process an outcome.
    """
    ask: Callable[..., None] = asked.ask
    try:
        ask(*(given[name] for name in asked.given), **parameters)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, StorageError):
        raise
    except Violation as violation:
        # Whoever shows a hidden value has judged its token, which is no value.
        return redacted() if HIDDEN.search(violation.observed.en) else _light(violation)
    except Outcome as outcome:
        return _light(outcome)
    except BaseException as outcome:  # noqa: BLE001  # exception groups are no Exception: a check must not end a run
        return outcome
    return None


def _light(outcome: Outcome) -> Outcome:
    """Return an outcome without the frames that it came through: it is kept as long as the run."""
    outcome.__context__ = outcome.__cause__ = None
    return outcome.with_traceback(None)
