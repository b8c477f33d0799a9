"""In which order a plan is settled, and what of it may be settled at the same time.

First whatever only reads one operation: nothing that happens to one of them changes what another
answers, so units may be settled side by side. Then the rest, one item after the other: what
changes data, what asks of the whole target, what declares that it wants to be alone; at last what
ends sessions, and what is judged on all traffic.
"""

from __future__ import annotations

from conformance.contract.operations import SAFE_METHODS
from conformance.plan import Item, Plan


def side_by_side(plan: Plan) -> list[list[Item]]:
    """Return the items that may be settled together with those of other units, unit by unit."""
    groups: dict[str, list[Item]] = {}
    for item in plan.items:
        if _is_quiet(item, plan):
            groups.setdefault(item.unit, []).append(item)
    return list(groups.values())


def one_by_one(plan: Plan) -> list[Item]:
    """Return the items that want nothing else in flight, in the order in which they are settled."""
    return [item for item in plan.items if not _is_quiet(item, plan)]


def _is_quiet(item: Item, plan: Plan) -> bool:
    operation = plan.scene.operation(item.unit)
    if operation is None or item.late or operation.ends_session:
        return False
    reads = operation.method in SAFE_METHODS
    return reads and all(
        asked.check.safety == "read" and not asked.check.alone
        for asked in item.asked
        if asked.preset is None
    )
