"""What schemathesis is asked for: examples, a sample of its coverage cases, fuzzed cases."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, repeat
from typing import Any

from conformance.generation.adapter.drafts import LOOKED_AT, Limits
from conformance.generation.adapter.drawing import drawn
from conformance.generation.adapter.libraries import Tools
from conformance.generation.turns import in_turn

# Drawn for each that is wanted: what is drawn twice, or was drafted already, is left out.
_DRAWN = 2
_TROUBLE = 200
_MODES = (("valid", "positive"), ("invalid", "negative"))


@dataclass
class Asked:
    """One asking for drafts: by what, what has been found, what time is left."""

    tools: Tools
    method: str
    path: str
    limits: Limits
    seed: int
    troubles: list[str]
    seen: set[tuple[object, ...]] = field(default_factory=set)
    left: float = 0.0
    end: float = 0.0
    cut: bool = False

    def __post_init__(self) -> None:
        self.left = self.limits.seconds

    @property
    def late(self) -> bool:
        """Whether the time is over; asked between cases."""
        self.cut = self.cut or time.monotonic() > self.end
        return self.cut

    def number(self, *words: str) -> int:
        """A number that depends on the seed, the operation and some words, in every process."""
        text = "\0".join((str(self.seed), self.method, self.path, *words))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

    def trouble(self, where: str, error: BaseException) -> None:
        """Note what the generator could not do, once."""
        first = next(iter(str(error).splitlines()), "")
        said = f"{where}: {type(error).__name__}: {first}"[:_TROUBLE]
        if said not in self.troubles:
            self.troubles.append(said)


# Takes a case, what it is meant to be and where it comes from; says whether more are wanted.
Keep = Callable[[Any, str, str], bool]
# Takes an operation of schemathesis, the asking, how many drafts at most, and what keeps them.
Stage = Callable[[Any, Asked, int, Keep], None]
# Coverage cases by what they are meant to be, where they are bent and how; then by what is bent.
_Strata = dict[tuple[str, str, str], dict[str, list[Any]]]


def examples(operation: Any, asked: Asked, limit: int, keep: Keep) -> None:
    """Keep what the contract itself gives as examples."""
    tools = asked.tools
    made = tools.ExamplesGenerator(
        operation=operation,
        override=tools.Override(),
        feedback=tools.NO_FEEDBACK,
        fill_missing=False,
    )
    for case in islice(made, LOOKED_AT * limit):
        if not keep(case, "valid", "examples"):
            break
    for error in made.controller.deferred_errors:
        asked.trouble("examples", error)


def coverage(operation: Any, asked: Asked, limit: int, keep: Keep) -> None:
    """Keep a sample of the coverage cases, evenly over what is bent."""
    tools = asked.tools
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    strata: _Strata = {}
    for meant, mode in _MODES:
        # A pass for each: the valid ones of a large schema would take all the room.
        made = tools.CoverageGenerator(
            operation=operation,
            generation_modes=[tools.GenerationMode(mode)],
            generation_config=config,
            auth_storage=None,
            override=tools.Override(),
            feedback=tools.NO_FEEDBACK,
            session=tools.GenerationSession(),
        )
        try:
            for case in islice(made, asked.limits.looked_at * limit // len(_MODES)):
                data = case.meta.phase.data
                bent = data.parameter_location
                stratum = meant, bent.value if bent else "", str(data.scenario.value)
                what = f"{data.parameter} {data.location} {data.description}"
                strata.setdefault(stratum, {}).setdefault(what, []).append(case)
                if asked.late:
                    break
        except Exception as error:  # noqa: BLE001 - the other mode may still be drafted
            asked.trouble(f"coverage, {meant}", error)
        for media_type in sorted(made.controller.unserializable_media_types):
            asked.trouble("coverage", ValueError(f"cannot write {media_type}"))
        for deferred in made.controller.deferred_errors:
            asked.trouble("coverage", deferred)
    for meant, case in _spread(asked, strata):
        if not keep(case, meant, "coverage"):
            break


def _spread(asked: Asked, strata: _Strata) -> Iterator[tuple[str, Any]]:
    """Yield every case: one of each stratum in turn, and in a stratum one of each thing bent."""
    queues = []
    for stratum, things in strata.items():
        names = sorted(things, key=partial(asked.number, *stratum))
        cases = in_turn(*(things[name] for name in names))
        queues.append(zip(repeat(stratum[0]), cases, strict=False))
    return in_turn(*queues)


def fuzzed(operation: Any, asked: Asked, limit: int, keep: Keep, *, meant: str) -> None:
    """Keep cases drawn at random that are meant to be valid, or invalid."""
    tools, mode = asked.tools, dict(_MODES)[meant]
    strategy = operation.as_strategy(
        generation_mode=tools.GenerationMode(mode), feedback=tools.NO_FEEDBACK
    )

    def one(case: Any) -> bool:
        return keep(case, meant, "fuzzing")

    try:
        drawn(tools, strategy, asked.number(mode), _DRAWN * limit, one)
    except tools.Unsatisfiable:
        # Of its many words these say what it was. An operation without input has nothing invalid.
        asked.trouble(f"fuzzing, {meant}", ValueError("no value was found"))
