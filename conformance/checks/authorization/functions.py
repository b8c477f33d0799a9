"""Functions of office are closed to those who do not hold it."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# From the least rights to the most: who may not is looked for in this order.
_BY_RIGHTS = ("citizen_a", "citizen_b", "official")


@check(catalogue="AUT-005", per="operation", requests=3, secured=True, privileged=True)
def privileged_functions_are_closed(probe: Probe, operation: Operation) -> None:
    """An operation for administrators is closed to everybody else.

    Calls a privileged operation (`x-vnda-privileged`, or `operations.privileged` of the target
    file) as somebody without the office, then as somebody with it: the first is refused, the
    second succeeds (OWASP API5:2023; ASVS 5.0, 8.2.1). Credentials that are refused as such (401)
    show nothing.
    """
    holder = probe.allowed(operation)
    others = [n for n in _BY_RIGHTS if n in probe.target.identities and n != holder]
    if not others:
        raise NotTested(
            Reason.NO_SECOND_IDENTITY,
            Text(
                vi="cần một danh tính không có đặc quyền, như citizen_a",
                en="it needs an identity without privileges, such as citizen_a",
            ),
        )
    answer = probe.call(operation, identity=others[0])
    if answer.status == 401 or answer.status >= 500:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{others[0]} được trả lời {answer.status}",
                en=f"{others[0]} was answered {answer.status}",
            ),
        )
    require(
        not answer.succeeded,
        expected=Text(
            vi="người không có đặc quyền bị từ chối: 403 hoặc 404",
            en="somebody without the privilege to be refused: 403 or 404",
        ),
        observed=f"{others[0]} → {answer.status}",
    )
    probe.control(operation)
