"""The one place that knows schemathesis and hypothesis: requests drafted from a contract.

Both are extras and imported when a generator is made, never before. What is used of schemathesis is
public where it can be; what is not (`CoverageGenerator`, `ExamplesGenerator`, `GenerationSession`,
`Override`, `NO_FEEDBACK`, `generation_for`) is why its minor version is pinned. Of hypothesis we
reach into `configuration` and `providers`, in `isolation`. tests/unit/test_adapter.py holds all of
that.

`libraries` imports them, `preparing` reads a contract by them, `stages` asks for cases and
`drawing` for values, `reading` writes a case down as a draft, `isolation` holds them meanwhile.

Drafts are the same in every process and for every order of operations. Two things would undo that
and are shut out: hypothesis mixes the constants of whatever local modules are loaded into what it
draws, and looks for tables and settings in the folder where it was started.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from conformance.generation.adapter import reading
from conformance.generation.adapter.drafts import Draft, Limits
from conformance.generation.adapter.isolation import apart, ended
from conformance.generation.adapter.libraries import ToolMissingError, imported
from conformance.generation.adapter.preparing import loaded
from conformance.generation.adapter.stages import Asked, Stage, coverage, examples, fuzzed

__all__ = ["Draft", "Generator", "Limits", "ToolMissingError"]

# What a case may take beyond the budget of its operation before it is ended from outside.
GRACE = 2.0


class Generator:
    """Drafts requests to the operations of one contract; has a life, for the contract is read once.

    `troubles` and `cut` speak of the operation that was asked for last. `troubles` says in the
    generator's words what it could not do. `cut` says that time ended the drafting: what came after
    may differ from run to run.

    Args:
        document: a bundled OpenAPI document of version 2.0, 3.0, 3.1 or 3.2; it is not changed.
        seed: what fuzzing starts from. Coverage does not depend on it, the sample of it does.

    Raises:
        ToolMissingError: schemathesis is not installed.
        ContractError: schemathesis does not read the document.
    """

    def __init__(self, document: Mapping[str, Any], seed: int) -> None:
        self.troubles: list[str] = []
        self.cut = False
        self._tools = imported()
        self._seed = seed
        with apart(self._tools):
            self._schema = loaded(self._tools, document)

    def drafts(self, method: str, path: str, limits: Limits) -> Iterator[Draft]:
        """Draft requests to one operation, no two of them the same on the wire.

        Args:
            method: as in the request, in any case.
            path: as in the contract, with its `{names}`.
            limits: how much of it.

        Returns:
            Examples, then the coverage cases, fuzzed valid ones, fuzzed invalid ones. Each of these
            is drafted when it is asked for; an operation that cannot be drafted gives none.
        """
        self.troubles, self.cut = [], False
        return self._drafts(
            Asked(self._tools, method.upper(), path, limits, self._seed, self.troubles)
        )

    def _drafts(self, asked: Asked) -> Iterator[Draft]:
        stages: tuple[tuple[Stage, int], ...] = (
            (examples, asked.limits.examples),
            (coverage, asked.limits.coverage),
            (partial(fuzzed, meant="valid"), asked.limits.valid),
            (partial(fuzzed, meant="invalid"), asked.limits.invalid),
        )
        for stage, limit in stages:
            if limit <= 0 or asked.left <= 0:
                self.cut = self.cut or asked.left <= 0
                continue
            begun = time.monotonic()
            found: list[Draft] = []
            with apart(self._tools):
                work = partial(self._stage, asked, stage, limit, found)
                overdue = ended(asked.left + GRACE, work)
            asked.left -= time.monotonic() - begun
            self.cut = self.cut or asked.cut or overdue
            yield from found

    def _stage(self, asked: Asked, stage: Stage, limit: int, found: list[Draft]) -> None:
        def keep(case: Any, meant: str, origin: str) -> bool:
            """Keep a case as a draft; return whether more are wanted."""
            draft = self._draft(asked, case, meant, origin)
            if draft is not None and draft.wire not in asked.seen:
                asked.seen.add(draft.wire)
                found.append(draft)
            return len(found) < limit and not asked.late

        asked.end = time.monotonic() + asked.left
        try:
            operation = self._schema[asked.path][asked.method]
            stage(operation, asked, limit, keep)
        except Exception as error:  # noqa: BLE001 - whatever it does not understand of a contract
            asked.trouble("drafting", error)

    def _draft(self, asked: Asked, case: Any, meant: str, origin: str) -> Draft | None:
        if case.method.upper() != asked.method or case.path != asked.path:
            return None
        try:
            return reading.draft(self._tools, case, meant, origin)
        except Exception as error:  # noqa: BLE001 - one case that cannot be written down, others can
            asked.trouble(f"{origin}, {case.media_type or 'no body'}", error)
            return None
