"""Functions of office are closed to those who do not hold it."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken, wants_a_better_log_in
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# From the least rights to the most: who may not is looked for in this order.
_CITIZENS = ("citizen_a", "citizen_b")
_BY_RIGHTS = (*_CITIZENS, "official")


@check(catalogue="AUT-005", per="operation", requests=3, guarded=True, privileged=True)
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
    _is_closed(probe, operation, others[0])
    probe.control(operation)


@check(
    catalogue="AUT-005",
    per="operation",
    requests=4,
    safety="write",
    guarded=True,
    needs=["citizen_a"],
)
def functions_of_office_are_closed(probe: Probe, operation: Operation) -> None:
    """What officials do with a dossier, citizens cannot do, not even with their own.

    Calls the operation as each citizen of the target file, of whom one may own what is changed,
    then as somebody who may: the citizens are refused and the last succeeds, which shows that
    nothing but the office stood in the way (OWASP API5:2023; ASVS 5.0, 8.2.1). Credentials that
    are refused as such (401) show nothing.
    """
    for citizen in _CITIZENS:
        if citizen in probe.target.identities:
            _is_closed(probe, operation, citizen)
    probe.control(operation)


def _is_closed(probe: Probe, operation: Operation, name: str) -> None:
    answer = unbroken(probe.call(operation, identity=name))
    lacking = operation.certified and probe.target.identities[name].certificate is None
    if lacking and not answer.succeeded:
        # It was the certificate that was missed, whatever the office.
        raise NotTested(
            Reason.NO_CREDENTIALS,
            Text(
                vi=f"thao tác đòi chứng thư của bên gọi mà {name} không có: thêm `mtls` vào"
                f" `identities.{name}`",
                en=f"the operation demands a client certificate, which {name} does not have: add"
                f" `mtls` to `identities.{name}`",
            ),
        )
    if answer.status == 401 and not wants_a_better_log_in(answer):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{name} được trả lời {answer.status}",
                en=f"{name} was answered {answer.status}",
            ),
        )
    require(
        not answer.succeeded,
        expected=Text(
            vi="người không có đặc quyền bị từ chối: 403 hoặc 404",
            en="somebody without the privilege to be refused: 403 or 404",
        ),
        observed=f"{name} → {answer.status}",
    )
