"""Codes in records are those of the lists that the same system publishes."""

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


@check(catalogue="DAT-035", per="operation", requests=2)
def codes_are_published(  # noqa: PLR0913  # which field, and which list it belongs to
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    field: str = "",
    by: str = "",
    named: str = "",
    code: str = "",
) -> None:
    """A code in a record is in the list that explains it.

    Takes the values of a field from the answer of an operation and reads the list `named` with the
    operation of the role `by`, whose path has one variable: each value is among the values of the
    field `code` there (which list explains which field is told by the requirement's norm).
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
    found = {place: plain(value) for place, value in mapping.values(answer, field) if value}
    if not found:
        raise absent(field)
    question = probe.form(reader, identity=probe.allowed(reader), values={names[0]: named})
    told = unbroken(probe.send(replace(question, operation=reader.unit)))
    codes = {plain(value) for _, value in mapping.values(told, code)} if told.succeeded else set()
    if not codes:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi=f"không đọc được danh mục {named}", en=f"the list {named} cannot be read"),
        )
    for place, value in found.items():
        require(
            value in codes,
            expected=Text(vi=f"một mã của danh mục {named}", en=f"a code of the list {named}"),
            observed=f"{place}: {value}",
        )
