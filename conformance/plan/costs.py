"""What a plan costs the target: how many requests will leave at most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from conformance.checks.lifecycle import resources
from conformance.contract.operations import Operation
from conformance.generation import depth as depths
from conformance.generation.depth import MOST_REMOVALS, may_generate
from conformance.plan import Plan
from conformance.probe.scene import Scene

MOST_DELETIONS = 200


def at_most(plan: Plan) -> int:
    """Return how many requests will leave at most, reproductions apart."""
    total = 1 + sum(identity.logs_in for identity in plan.target.identities.values())
    # Where TLS may turn a stranger away, the first word may have to be said twice.
    total += any(operation.certified for operation in plan.scene.operations)
    total += plan.target.jwks_url is not None
    # What several checks of a unit share is paid once: as much as the dearest of them costs.
    cases: dict[tuple[str, str], int] = {}
    # Every GET is called once to see that the target is reached at the right address.
    called = {o.unit for o in plan.scene.operations if o.method == "GET"}
    for item in plan.items:
        operation = plan.scene.operation(item.unit)
        for asked in item.asked:
            if asked.preset is not None:
                continue
            if operation is not None:
                called.add(operation.unit)
            elif asked.check.kind == "law":
                called.update(o.unit for o in plan.scene.operations)
            if cost := asked.check.cost(asked.parameters):
                cost += len(_sources(plan.scene, operation, fresh=True))
                case = item.unit, asked.check.shares or asked.case
                cases[case] = max(cost, cases.get(case, 0))
    total += sum(cases.values()) + sum(generated(plan).values())
    for unit in list(called):
        called |= _sources(plan.scene, plan.scene.operation(unit), fresh=False)
    for unit in called:
        operation = plan.scene.operation(unit)
        if operation is not None:
            total += max(1, len(plan.scene.candidates(operation)))
            total += len(_sources(plan.scene, operation, fresh=True))
    return total + _deletions(plan, cases, called)


def _deletions(plan: Plan, cases: Mapping[tuple[str, str], int], called: Collection[str]) -> int:
    """Return how many deletions of what it created end a run at most.

    A case may create one with each request to a collection, else one that it takes a value from.
    """
    scene = plan.scene
    if not plan.target.permits("write"):
        return 0
    made = [(o, resources.of(scene, o)) for o in scene.operations if not o.reads]
    removable = {o.unit for o, resource in made if resource is not None and resource.remover}

    def created(unit: str, requests: int) -> int:
        operation = scene.operation(unit)
        if operation is not None and unit in removable and operation.method == "POST":
            return requests
        return bool(removable & {unit, *_sources(scene, operation, fresh=True)})

    total = sum(created(unit, cost) for (unit, _), cost in cases.items())
    return min(MOST_DELETIONS, total + sum(created(unit, 1) for unit in called))


def generated(plan: Plan) -> dict[str, int]:
    """Return how many generated requests each operation is asked at most, by its unit.

    Reproductions apart, and those by which a failing request is made smaller.
    """
    depth, found = plan.options.depth, {}
    for item in plan.items:
        operation = plan.scene.operation(item.unit)
        if operation is None or not any(a.check.generated and not a.preset for a in item.asked):
            continue
        if not may_generate(plan.scene, operation):
            continue
        # The good call, and where that is refused a plainer one; then what departs from it.
        found[item.unit] = 2 + depths.at_most(operation, depth)
        renewals = 0 if operation.reads else depths.MOST_RENEWALS
        found[item.unit] += renewals + (1 + renewals) * len(
            _sources(plan.scene, operation, fresh=True)
        )
        if operation.method == "DELETE":
            # Each call of it uses up what it is called on.
            found[item.unit] = 2 + MOST_REMOVALS * (
                1 + len(_sources(plan.scene, operation, fresh=True))
            )
    return found


def _sources(scene: Scene, operation: Operation | None, *, fresh: bool) -> set[str]:
    """Return the units whose answers an operation's examples take values from, in turn.

    Args:
        scene: where they are looked up.
        operation: the one that is called.
        fresh: those called anew for a case, rather than those whose baseline is shared.
    """
    found: set[str] = set()
    waiting = [operation]
    while waiting:
        current = waiting.pop()
        if current is None:
            continue
        for name in _references(scene.examples(current) or {}):
            source = scene.operation(name)
            if source is not None and source.unit not in found:
                found.add(source.unit)
                waiting.append(source)
    shared = operation is not None and operation.reads
    return set() if shared == fresh else found


def _references(examples: Mapping[str, Any]) -> Iterator[str]:
    """Return the operations that a set of examples takes values from."""
    body = examples.get("body")
    for value in (*examples.values(), *(body.values() if isinstance(body, Mapping) else ())):
        if isinstance(value, Mapping) and "from" in value:
            yield str(value["from"])
