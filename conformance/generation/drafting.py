"""What another generator drafts, put into a call that is known to be good.

It draws every part of a request by itself: as a rule nothing is there under the path that it makes
up, and what it bends on purpose drowns in what it bends by chance. Only the part that it means is
taken; the others stay those of the good call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from conformance.contract import Contract
from conformance.errors import ConformanceError
from conformance.generation.adapter import Draft, Generator, Limits
from conformance.generation.bends import Bend
from conformance.generation.call import Body, Call, fits_a_segment
from conformance.generation.depth import Depth

# Most of what it enumerates is asked by our own bends already.
_LOOKED_AT = 6


class Drafting:
    """Drafts of the operations of a contract; none where schemathesis is not installed.

    Args:
        contract: what the operations promise.
        seed: of the run.
    """

    def __init__(self, contract: Contract, seed: int) -> None:
        self._contract = contract
        self._seed = seed
        # One for each thread: a generator speaks of one operation at a time.
        self._own = threading.local()

    def bends(self, model: Call, depth: Depth) -> Mapping[str, Iterator[Bend]]:
        """Return drafts by their kind: `coverage` and `fuzzing`.

        Args:
            model: the good call.
            depth: how many of each.
        """
        coverage, fuzzing = depth.shares["coverage"], depth.shares["fuzzing"]
        generator = self._generator() if coverage or fuzzing else None
        if generator is None:
            return {}
        valid = fuzzing - fuzzing // 3
        kinds = {
            # Each is drafted when it is asked for.
            "coverage": Limits(coverage, 0, 0, depth.seconds, 0, _LOOKED_AT),
            "fuzzing": Limits(0, valid, fuzzing - valid, depth.seconds, 0),
        }
        return {name: _drafted(generator, model, limits) for name, limits in kinds.items()}

    def _generator(self) -> Generator | None:
        if not hasattr(self._own, "generator"):
            try:
                self._own.generator = Generator(self._contract.document, self._seed)
            except ConformanceError:
                # The extra is not installed, or schemathesis does not read the document.
                self._own.generator = None
        found: Generator | None = self._own.generator
        return found


def _drafted(generator: Generator, model: Call, limits: Limits) -> Iterator[Bend]:
    operation = model.operation
    drafts = generator.drafts(operation.method, operation.path, limits)
    for draft in islice(drafts, limits.coverage + limits.valid + limits.invalid):
        call = _grafted(model, draft)
        if call is not None:
            yield Bend(draft.origin, _place(model, draft), draft.scenario, call)


def _place(model: Call, draft: Draft) -> str:
    """Return what a draft bends, as our own bends tell it."""
    if draft.location == "body":
        return f"body {draft.parameter or '/'}"
    named = {(p.place, p.name.lower()) for p in model.operation.parameters}
    if (draft.location, draft.parameter.lower()) in named:
        return f"{draft.location} {draft.parameter}"
    # It names members of a parameter that is written in JSON, and what it adds, alike.
    return draft.location or "request"


def _grafted(model: Call, draft: Draft) -> Call | None:
    """Return the good call with the part that a draft bends on purpose; all but the path for none.

    None where nothing of it can be taken.
    """
    body = None if draft.body is None else Body(draft.media_type, content=draft.body)
    call = model
    if draft.location == "path":
        usable = all(map(fits_a_segment, draft.path.values()))
        return replace(model, path={**model.path, **draft.path}) if usable else None
    if draft.location in {"query", ""}:
        call = replace(call, query=draft.query)
    if draft.location in {"header", ""}:
        for name, value in draft.headers:
            call = call.with_header(name, value) if value.isascii() else call
    if draft.location in {"body", ""} and (body is not None or model.body is not None):
        call = replace(call, body=body)
    return call
