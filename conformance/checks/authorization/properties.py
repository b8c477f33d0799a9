"""What the server assigns, no caller can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.check import check, require
from conformance.contract import Contract, Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_MOST = 10
_FAR = 7919


@check(
    catalogue="AUT-013",
    per="operation",
    requests=3,
    safety="write",
    methods=["POST", "PUT", "PATCH"],
    secured=True,
    contract=True,
)
def privileged_members_are_ignored(probe: Probe, operation: Operation, contract: Contract) -> None:
    """A caller cannot set what the server assigns.

    Sends a request that succeeds, looks which members of the answer the contract keeps from
    callers (`readOnly`, or not among the members of the request), and sends the request once more
    with other values for them: it is refused while the first still succeeds, or the values are not
    taken over (OWASP API3:2023; ASVS 5.0, 15.3.3).
    """
    control = probe.control(operation)
    assigned = _assigned(contract, operation)
    before = control.json_object()
    wished = {
        name: value
        for name, schema in assigned.items()
        if name in before and (value := _other(before[name], schema)) is not None
    }
    if not wished:
        raise NotApplicable(
            Text(
                vi="câu trả lời không có thành phần nào do hệ thống ấn định",
                en="the answer has no member that the server assigns",
            )
        )
    wished = dict(list(wished.items())[:_MOST])
    answer = probe.call(operation, members=wished, wellformed=False)
    if answer.status >= 500:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"máy chủ trả lời {answer.status}", en=f"the server answered {answer.status}"),
        )
    after = answer.json_object() if answer.succeeded else {}
    taken = [name for name, value in wished.items() if name in after and after[name] == value]
    require(
        not taken,
        expected=Text(
            vi="thành phần do hệ thống ấn định không nhận giá trị của người gọi",
            en="members that the server assigns not to take the caller's value",
        ),
        observed=", ".join(taken),
    )
    if not answer.succeeded:
        # Refused for these members, not because the same was asked for twice.
        probe.control(operation)
    elif not set(wished) & set(after):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="câu trả lời không cho thấy các thành phần này",
                en="the answer does not show these members",
            ),
        )


def _assigned(contract: Contract, operation: Operation) -> dict[str, Mapping[str, Any]]:
    """Return the members of a success that a request has not, or only with `readOnly`."""
    contents = (c for name, c in operation.request_types.items() if "json" in name.lower())
    asked = contract.members(dict(next(contents, {})).get("schema", {}))
    told: dict[str, Mapping[str, Any]] = {}
    for status, types in operation.responses.items():
        for pointer in types.values():
            if status[:1] == "2" and pointer is not None:
                told |= contract.members(contract.at(pointer))
    return {
        name: schema
        for name, schema in told.items()
        if name not in asked or asked[name].get("readOnly") is True
    }


def _other(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return another value of the same kind, one that the schema allows; None where none is."""
    choices = schema.get("enum")
    if isinstance(choices, list):
        return next((c for c in choices if c is not None and c != value), None)
    if isinstance(value, bool):
        return not value
    # Far from the next of a series, which the server would assign by itself.
    if isinstance(value, int):
        return value + _FAR
    if isinstance(value, str):
        for at, letter in enumerate(value):
            if letter.isascii() and letter.isalnum():
                other = {"9": "8", "z": "y", "Z": "Y"}.get(letter, chr(ord(letter) + 1))
                return value[:at] + other + value[at + 1 :]
    return None
