"""A state machine: what has ended stays ended."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# What refuses a move: the state, or that there is nothing left to move (RFC 9110, 15.5).
_REFUSALS = frozenset({400, 403, 404, 409, 410, 412, 422, 423})


@check(catalogue="DAT-007", per="operation", requests=6, safety="write")
def moves_that_are_not_allowed_are_refused(
    probe: Probe, operation: Operation, *, after: str = ""
) -> None:
    """What is not allowed in a state is refused in it.

    Makes sure that the operation works where it is allowed, then, on one and the same object, has
    the operation of the role `after` carried out and asks for this one again: it is refused. The
    norms list states more often than moves, so only moves out of an end are asked (the
    requirement's norm says what ends).
    """
    ending = probe.scene.operation(probe.scene.mapping.unit(after) or "")
    if ending is None or not probe.baseline(operation).succeeded:
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(
                vi=f"{operation.unit} không thành công ngay cả khi được phép",
                en=f"{operation.unit} does not succeed even where it is allowed",
            ),
        )
    probe.control(ending)
    answer = unbroken(probe.call(operation, wellformed=False))
    if not answer.succeeded and answer.status not in _REFUSALS:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"trả lời {answer.status}", en=f"answered {answer.status}"),
        )
    require(
        not answer.succeeded,
        expected=Text(
            vi=f"bị từ chối sau {ending.role or ending.unit}",
            en=f"to be refused after {ending.role or ending.unit}",
        ),
        observed=f"{operation.unit} → {answer.status}",
    )
