"""What the server assigns, no caller can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.check import check, require
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_MOST = 5
# A server that refuses all of them together is strict: it need not prove it for each.
_ALONE = 3
_FAR = 7919


@check(
    catalogue="AUT-013",
    per="operation",
    requests=3 + _ALONE,
    safety="write",
    methods=["POST", "PUT", "PATCH"],
    guarded=True,
    contract=True,
)
def privileged_members_are_ignored(probe: Probe, operation: Operation, contract: Contract) -> None:
    """A caller cannot set what the server assigns.

    Sends a request that succeeds, looks which members of the answer the contract keeps from
    callers (`readOnly`, or not among the members of the request), and sends the request once more
    with other values for them, together and, where that is refused, some alone: none is taken
    over, and what is refused is refused while the request without them still succeeds (OWASP
    API3:2023; ASVS 5.0, 15.3.3). Values lie far from the next of a series.
    """
    control = probe.control(operation)
    before = control.json_object()
    others = {
        name: other
        for name, schema in _assigned(contract, operation).items()
        if name in before and (other := _other(before[name], schema)) is not None
    }
    if not others:
        raise NotApplicable(
            Text(
                vi="câu trả lời không có thành phần nào do hệ thống ấn định",
                en="the answer has no member that the server assigns",
            )
        )
    # States and kinds first: there a caller gains most.
    wished = dict(sorted(others.items(), key=lambda pair: len(str(pair[1])))[:_MOST])
    shown = _sent(probe, operation, wished)
    if shown is None:
        for name, value in list(wished.items())[:_ALONE]:
            shown = _sent(probe, operation, {name: value}) or shown
        # Refused for these members, not because the same was asked for twice.
        probe.control(operation)
    elif not shown & set(wished):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="câu trả lời không cho thấy các thành phần này",
                en="the answer does not show these members",
            ),
        )


def _sent(probe: Probe, operation: Operation, wished: Mapping[str, Any]) -> set[str] | None:
    """Send a request with further members; return what the answer shows, None if it is refused.

    Raises:
        Violation: a value was taken over.
        NotTested: the server broke.
    """
    answer = probe.call(operation, members=wished, wellformed=False)
    if answer.status >= 500:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"máy chủ trả lời {answer.status}", en=f"the server answered {answer.status}"),
        )
    if not answer.succeeded:
        return None
    after = answer.json_object()
    taken = [name for name, value in wished.items() if name in after and after[name] == value]
    require(
        not taken,
        expected=Text(
            vi="thành phần do hệ thống ấn định không nhận giá trị của người gọi",
            en="members that the server assigns not to take the caller's value",
        ),
        observed=", ".join(taken),
    )
    return set(after)


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
