"""What a record refers to is there."""

from __future__ import annotations

from dataclasses import replace

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.fields import absent, plain
from conformance.mapping import Mapped
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_MOST = 3
_GONE = frozenset({404, 410})


@check(catalogue="DAT-008", per="operation", requests=1 + _MOST)
def references_lead_somewhere(
    probe: Probe, operation: Operation, mapping: Mapped, *, field: str = "", by: str = ""
) -> None:
    """What a record names can be looked up.

    Takes up to three values of a field from the answer of an operation and asks the operation of
    the role `by`, whose path has one variable, for each: it is there (the requirement's norm says
    what refers to what).
    """
    reader = probe.scene.operation(mapping.unit(by) or "")
    names = [p.name for p in reader.parameters if p.place == "path"] if reader else []
    if reader is None or len(names) != 1:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"{by} phải có đúng một biến đường dẫn", en=f"{by} must have one path variable"
            ),
        )
    answer = probe.control(operation)
    found = [plain(value) for _, value in mapping.values(answer, field) if value]
    if not found:
        raise absent(field)
    for value in list(dict.fromkeys(found))[:_MOST]:
        question = probe.form(reader, identity=probe.allowed(reader), values={names[0]: value})
        told = unbroken(probe.send(replace(question, operation=reader.unit)))
        if not told.succeeded and told.status not in _GONE:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi=f"{reader.unit}: {told.status}", en=f"{reader.unit}: {told.status}"),
            )
        require(
            told.succeeded,
            expected=Text(vi="mã được tham chiếu tra cứu được", en="what is named to be there"),
            observed=f"{value}: {told.status}",
        )
