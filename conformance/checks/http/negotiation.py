"""Content negotiation."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text

_FITTING = ("*/*", "application/json;q=0.5, */*;q=0.1")
_UNKNOWN = "application/vnct"


@check(catalogue="IOP-008", per="operation", requests=5, methods=["GET"])
def accept_never_breaks(probe: Probe, operation: Operation) -> None:
    """No Accept header breaks an operation.

    Sends two headers that fit any representation and one that fits none: the first two succeed,
    the third gets 406 or a default representation, both legal (RFC 9110, sections 12.5.1 and
    15.5.7).
    """
    for accept in _FITTING:
        answer = probe.call(operation, headers=(("Accept", accept),))
        if not answer.succeeded:
            # Only now must it be told whether the operation works at all.
            probe.control(operation)
        require(
            answer.succeeded,
            expected=Text(vi=f"2xx với Accept: {accept}", en=f"2xx with Accept: {accept}"),
            observed=answer.status,
        )
    answer = probe.call(operation, headers=(("Accept", _UNKNOWN),), wellformed=False)
    require(
        answer.status < 500,
        expected=Text(
            vi=f"406 hoặc 2xx với Accept: {_UNKNOWN}", en=f"406 or 2xx with Accept: {_UNKNOWN}"
        ),
        observed=answer.status,
    )
