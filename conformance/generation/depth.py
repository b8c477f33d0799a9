"""How much is generated for one operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conformance.contract.operations import Operation
from conformance.probe.scene import Scene


def can_generate(operation: Operation) -> bool:
    """Whether requests can be made for an operation that nobody has looked at before.

    Not for one that ends sessions, nor for one that speaks in packets, which have schemas of their
    own.
    """
    speaks_packets = operation.protocol not in {None, "rest"}
    return not (operation.ends_session or speaks_packets or operation.broken is not None)


def may_generate(scene: Scene, operation: Operation) -> bool:
    """Whether they may be sent, too: to one that changes data only where that is permitted."""
    return can_generate(operation) and (operation.reads or scene.target.permits("write"))


def at_most(operation: Operation, depth: Depth) -> int:
    """Return how many cases an operation is asked at most at a depth, the good call apart."""
    shares = depth.shares
    places = sum(p.place in {"path", "query", "header"} for p in operation.parameters)
    body = bool(operation.request_types)
    found = min(shares["parameter"], _VALUES_OF_ONE * places) + shares["negotiation"]
    found += any(p.place == "query" for p in operation.parameters)
    if body:
        found += sum(shares[name] for name in ("example", "member", "body", "together"))
    if body or places:
        found += shares["coverage"] + shares["fuzzing"]
    return min(found, depth.cases)


@dataclass(frozen=True)
class Depth:
    """The most cases of each kind that an operation is asked, and of all kinds together.

    Attributes:
        name: `quick`, `standard` or `deep`.
        cases: of all kinds.
        shares: of each kind, so that no kind crowds out the others.
        seconds: how long the generator may think about one operation.
        minimising: how many requests may be spent on finding out which part of a request is to
            blame for what it did, over one operation.
    """

    name: str
    cases: int
    shares: Mapping[str, int]
    seconds: float
    minimising: int


def _depth(name: str, cases: int, minimising: int, seconds: float, **shares: int) -> Depth:
    return Depth(name, cases, MappingProxyType(shares), seconds, minimising)


DEPTHS: Mapping[str, Depth] = MappingProxyType(
    {
        each.name: each
        for each in (
            _depth(
                "quick", 20, 6, 5.0,
                example=2, parameter=8, body=3, together=3, negotiation=1, member=7,
                coverage=0, fuzzing=0,
            ),
            _depth(
                "standard", 110, 20, 20.0,
                example=4, parameter=48, body=15, together=24, negotiation=3, member=52,
                coverage=8, fuzzing=4,
            ),
            _depth(
                "deep", 600, 60, 120.0,
                example=4, parameter=250, body=20, together=30, negotiation=5, member=350,
                coverage=120, fuzzing=80,
            ),
        )
    }
)  # fmt: skip  # a table
STANDARD = DEPTHS["standard"]
# So many difficult values, about, there are for one parameter.
_VALUES_OF_ONE = 36
# Each call of a removal uses up what it is called on, so it is called less often.
MOST_REMOVALS = 8
# What a change has used up is had anew so often.
MOST_RENEWALS = 6
