"""Which bends of a good call are asked: some of every kind, the most telling ones first.

The same contract, seed and depth give the same cases, whatever was answered, in any order of
operations and in any process: what is chosen by chance is chosen by a source of its own for each
operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from random import Random

from conformance.contract import Contract
from conformance.generation import bends
from conformance.generation.bends import Bend, Spared
from conformance.generation.call import Call
from conformance.generation.depth import Depth
from conformance.generation.turns import in_turn


def chance(seed: int, unit: str) -> Random:
    """Return the source of chance of an operation."""
    # Seeded by a text: by its bytes, not by its hash, which differs between processes.
    return Random(f"{seed}:{unit}")  # noqa: S311  # to choose, not to hide


def cases(  # noqa: PLR0913, PLR0917  # each says something else of what is asked
    contract: Contract,
    model: Call,
    depth: Depth,
    seed: int,
    drafted: Mapping[str, Iterable[Bend]],
    spared: Spared = lambda _name: False,
) -> Iterator[Bend]:
    """Yield the calls to ask, no two of which are the same request.

    Args:
        contract: what the operation promises.
        model: a call that is known, or hoped, to be good.
        depth: how many of each kind.
        seed: of the run.
        drafted: further kinds, drafted elsewhere: `coverage`, `fuzzing`.
        spared: whether members and parameters of a name are left as they are, such as passwords.
    """
    random = chance(seed, model.operation.unit)
    kinds: dict[str, Iterator[Bend]] = {
        "example": bends.of_examples(contract, model),
        "negotiation": bends.of_negotiation(model),
        "together": _chained(
            bends.all_parameters(contract, model), bends.together(contract, model, spared)
        ),
        "body": bends.of_bodies(model),
        "parameter": _in_rounds(bends.of_parameters(contract, model, random, spared), random),
        "member": _in_rounds(bends.of_members(contract, model, random, spared), random),
        **{name: iter(drafts) for name, drafts in drafted.items()},
    }
    limited = [islice(_new(each), depth.shares[name]) for name, each in kinds.items()]
    asked = {_identity(model)}
    count = 0
    for bend in in_turn(*limited):
        identity = _identity(bend.call)
        # What the contract shows is told as such, though it is what all else departs from.
        if identity not in asked or bend.origin == "example":
            asked.add(identity)
            yield bend
            count += 1
            if count >= depth.cases:
                return


def _identity(call: Call) -> int:
    question = call.question("", None)
    return hash((question.url, question.headers, question.body))


def _new(found: Iterator[Bend]) -> Iterator[Bend]:
    """Yield each call of a kind once, so that its share is not spent on repetitions."""
    seen: set[int] = set()
    for bend in found:
        identity = _identity(bend.call)
        if identity not in seen:
            seen.add(identity)
            yield bend


def _chained(*parts: Iterator[Bend]) -> Iterator[Bend]:
    for part in parts:
        yield from part


def _in_rounds(places: Mapping[str, Iterator[Bend]], random: Random) -> Iterator[Bend]:
    """Yield one bend of each place, then the next of each; the seed says who begins."""
    names = list(places)
    start = random.randrange(len(names)) if names else 0
    waiting = [places[name] for name in (*names[start:], *names[:start])]
    yield from in_turn(*waiting)
