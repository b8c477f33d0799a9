"""The document as the OpenAPI Specification wants it."""

from __future__ import annotations

import re
from collections import Counter

from conformance.check import check, require_none
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation, unreadable
from conformance.contract.validity import validity
from conformance.text import Text
from conformance.verdict import NotTested, Offender, Reason


@check(catalogue="DOC-001", per="target", requests=0, contract=True)
def document_is_valid(contract: Contract) -> None:
    """The contract is a valid document of the OpenAPI version that it names.

    Holds the document against the published JSON Schema of that version, its schemas against
    their dialect of JSON Schema, and follows every reference inside it (OpenAPI 3.1, Schema and
    Reference Object). References that lead outside are not fetched: with them alone the question
    stays open.
    """
    found = validity(contract)
    require_none(
        found.offenders,
        expected=Text(
            vi=f"tài liệu hợp lệ theo {contract.standard}",
            en=f"a valid document of {contract.standard}",
        ),
    )
    if found.outside:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{len(found.outside)} tham chiếu dẫn ra ngoài tài liệu, chưa đọc được",
                en=f"{len(found.outside)} references lead outside the document and were not read",
            ),
        )


@check(catalogue="DOC-010", per="target", requests=0, contract=True)
def operations_have_unique_ids(contract: Contract) -> None:
    """Every operation has an operationId of its own (OpenAPI 3.1, Operation Object)."""
    # Services behind one path are one operation of the document.
    wholes = {(o.method, o.path): o for o in contract.operations}.values()
    named = [(parts.of_operation(contract, o), o) for o in wholes]
    ids = Counter(str(part.object.get("operationId")) for part, _ in named)
    missing = [
        Offender(part.pointer, Text(vi="không có operationId", en="no operationId"))
        for part, _ in named
        if not part.object.get("operationId")
    ]
    repeated = [
        Offender(
            f"{part.pointer}/operationId",
            Text(vi=f"operationId {o.id} bị trùng", en=f"the operationId {o.id} stands twice"),
        )
        for part, o in named
        if part.object.get("operationId") and ids[str(part.object["operationId"])] > 1
    ]
    require_none(
        [*missing, *repeated],
        expected=Text(
            vi="mỗi thao tác có một operationId riêng", en="an operationId of its own everywhere"
        ),
    )


@check(catalogue="DOC-010", per="operation", requests=0, contract=True)
def path_parameters_are_declared(contract: Contract, operation: Operation) -> None:
    """The parameters of a path template and the declared path parameters are the same.

    Each `{name}` of the template is declared `in: path`, and nothing else is (OpenAPI 3.1, Path
    Templating and Parameter Object).
    """
    templated = set(re.findall(r"\{([^{}]+)\}", operation.path))
    declared = {
        str(part.object["name"]): part
        for part in parts.parameters(contract, operation)
        if part.object.get("in") == "path"
    }
    place = parts.of_operation(contract, operation).pointer
    all_read = parts.all_read(contract, operation, "parameters")
    # What is missing may stand behind a reference that cannot be followed.
    missing = sorted(templated - set(declared)) if all_read else []
    require_none(
        [
            Offender(place, Text(vi=f"chưa khai báo {{{n}}}", en=f"{{{n}}} is not declared"))
            for n in missing
        ]
        + [
            Offender(
                part.pointer, Text(vi=f"đường dẫn không có {{{n}}}", en=f"the path has no {{{n}}}")
            )
            for n, part in declared.items()
            if n not in templated
        ],
        expected=Text(
            vi="tham số của đường dẫn và phần khai báo khớp nhau",
            en="path template and declared path parameters that agree",
        ),
    )
    if not all_read and templated - set(declared):
        raise unreadable()
