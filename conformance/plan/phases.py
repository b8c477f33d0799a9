"""In which order a plan is settled, and what of it may be settled at the same time.

First whatever only reads one operation: nothing that happens to one of them changes what another
answers, so units may be settled side by side. Then, one item after the other, what changes data,
what asks of the whole target, and what declares that it wants to be alone; at last what ends
sessions, and what is judged on all traffic.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.contract.operations import SAFE_METHODS
from conformance.probe.scene import Scene

if TYPE_CHECKING:
    from conformance.plan import Item, Plan


class Phase(IntEnum):
    """A stretch of a run."""

    SIDE_BY_SIDE = 0
    ONE_BY_ONE = 1
    ENDING_SESSIONS = 2
    ON_ALL_TRAFFIC = 3


def of(item: Item, scene: Scene) -> Phase:
    """Return the phase in which an item is settled."""
    operation = scene.operation(item.unit)
    if item.late:
        return Phase.ON_ALL_TRAFFIC
    if operation is not None and operation.ends_session:
        return Phase.ENDING_SESSIONS
    if operation is not None and operation.method in SAFE_METHODS and _is_quiet(item):
        return Phase.SIDE_BY_SIDE
    return Phase.ONE_BY_ONE


def side_by_side(plan: Plan) -> list[list[Item]]:
    """Return the items that may be settled together with those of other units, unit by unit."""
    groups: dict[str, list[Item]] = {}
    for item in plan.items:
        if of(item, plan.scene) is Phase.SIDE_BY_SIDE:
            groups.setdefault(item.unit, []).append(item)
    return list(groups.values())


def one_by_one(plan: Plan) -> list[Item]:
    """Return the items that want nothing else in flight, in the order in which they are settled."""
    return [item for item in plan.items if of(item, plan.scene) is not Phase.SIDE_BY_SIDE]


def _is_quiet(item: Item) -> bool:
    return all(
        asked.check.safety == "read" and not asked.check.alone
        for asked in item.asked
        if asked.preset is None
    )
