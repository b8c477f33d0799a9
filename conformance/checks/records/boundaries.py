"""Boundaries inside a province decide nothing: what one commune may hand in, any other may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.check import check, require
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.formats import units
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_FORMAT = "vn-commune-code"
# What tells that the content was not taken (RFC 9110, 15.5; RFC 4918, 11.2).
_REFUSALS = frozenset({400, 403, 404, 409, 422})


@check(catalogue="DAT-010", per="operation", requests=3, safety="write")
def any_commune_of_the_province_is_served(
    probe: Probe, operation: Operation, contract: Contract
) -> None:
    """What is handed in from one commune is taken from any other of the same province.

    Takes the member of the request body to which the contract gives the format `vn-commune-code`.
    The example of the target file succeeds, and so does the same with the first and with the last
    commune of its province (Decision 19/2025/QĐ-TTg numbers the communes; that boundaries inside a
    province decide nothing is a target of Plan 02-KH/BCĐTW).
    """
    name = _commune(operation, contract)
    told = str(probe.example_body(operation).get(name, ""))
    home = units.commune(told)
    if home is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{name} trong dữ liệu mẫu không phải mã xã đang dùng",
                en=f"{name} in the test data is no code of a commune",
            ),
        )
    probe.control(operation)
    others = [code for code in units.communes_within(home.within) if code != told]
    for code in (others[0], others[-1]):
        answer = unbroken(probe.call(operation, members={name: code}))
        if not answer.succeeded and answer.status not in _REFUSALS:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi=f"trả lời {answer.status}", en=f"answered {answer.status}"),
            )
        require(
            answer.succeeded,
            expected=Text(
                vi=f"tiếp nhận từ mọi xã của tỉnh {home.within}, như từ xã {told}",
                en=f"to be taken from any commune of province {home.within}, as from {told}",
            ),
            observed=f"{name} = {code} → {answer.status}",
        )


def _commune(operation: Operation, contract: Contract) -> str:
    """Return the member of the request body that holds a commune.

    Raises:
        NotTested: the contract does not say which.
    """
    for media_type, content in operation.request_types.items():
        members = contract.members(content.get("schema")) if _is_json(media_type, content) else {}
        for name, schema in members.items():
            if contract.followed(schema).get("format") == _FORMAT:
                return name
    raise NotTested(
        Reason.NO_MAPPING,
        Text(
            vi="đặc tả không cho biết thành phần nào của yêu cầu là mã xã: ghi"
            f" `format: {_FORMAT}`",
            en="the contract does not say which member of the request is a commune: give it"
            f" `format: {_FORMAT}`",
        ),
    )


def _is_json(media_type: str, content: Any) -> bool:
    return "json" in media_type.lower() and isinstance(content, Mapping)
