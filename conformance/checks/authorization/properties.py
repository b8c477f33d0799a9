"""What the server assigns, no caller can."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from conformance import envelopes, packets, soap
from conformance.check import check, require
from conformance.contract import Contract, bodies
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_MOST = 5
# A server that refuses all of them together is strict: it need not prove it for each.
_ALONE = 3
_FAR = 7919


def _writes(_scene: Any, operation: Operation | None) -> bool:
    """Whether an operation keeps anything that it is sent: a query in a body does not."""
    return operation is None or not operation.reads


@check(
    catalogue="AUT-013",
    per="operation",
    requests=3 + _ALONE,
    safety="write",
    methods=["POST", "PUT", "PATCH"],
    guarded=True,
    contract=True,
    applies=_writes,
)
def privileged_members_are_ignored(probe: Probe, operation: Operation, contract: Contract) -> None:
    """A caller cannot set what the server assigns.

    Sends a request that succeeds, looks which members of the answer, at its top and in its
    envelope, the contract keeps from callers (`readOnly`, or not among the members of the
    request), and sends the request once more with other values for them, together and, where that
    is refused, some alone: none is taken over, and what is refused is refused while the request
    without them still succeeds (OWASP API3:2023; ASVS 5.0, 15.3.3). Values lie far from the next
    of a series. A query that is sent in a body (`x-safe`) sets nothing, and is not asked.
    """
    if operation.protocol == soap.PROTOCOL:
        raise NotApplicable(
            Text(
                vi="thông điệp SOAP không có thành phần JSON",
                en="a SOAP message has no members of JSON",
            )
        )
    control = probe.control(operation)
    place, before = _levels(control)
    assigned = _assigned(contract, operation, control) if before else {}
    others = {
        name: other
        for name, schema in assigned.items()
        if name in before and (other := _other(before[name], schema)) is not None
    }
    if not others:
        raise _nothing_assigned(readable=place is not None or not control.has_body)
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
    answer = unbroken(probe.call(operation, members=wished, wellformed=False))
    if not answer.succeeded:
        return None
    _, after = _levels(answer, set(wished))
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


def _levels(answer: Exchange, wished: Collection[str] = ()) -> tuple[str | None, Mapping[str, Any]]:
    """Return the member that is the envelope, if any, and the members at the top and in it."""
    sent = envelopes.sent_in(answer.request.body)
    kept = {name: value for name, value in sent.items() if name not in wished}
    place, whole = envelopes.level(answer.json(), kept), answer.json_object()
    return place, {**whole, **whole[place]} if place else whole


def _assigned(
    contract: Contract, operation: Operation, control: Exchange
) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of the members of a success that no caller may send.

    They are documented for a success and not for a request, or there only with `readOnly`. Where
    the contract lets nobody send what it does not name, undocumented ones are among them.

    Raises:
        NotApplicable: a request has no body.
        NotTested: the contract does not say what it holds.
    """
    if not operation.request_types:
        raise NotApplicable(
            Text(vi="yêu cầu không có nội dung", en="the request has no body to put them into")
        )
    asked = bodies.asked(operation, contract)
    if all(map(packets.is_xml, operation.request_types)):
        raise NotApplicable(
            Text(vi="nội dung yêu cầu là XML", en="the body of the request is XML, not JSON")
        )
    if not asked:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="đặc tả không nêu thành phần nào của nội dung yêu cầu: bổ sung lược đồ",
                en="the contract names no member of the request body: add its schema",
            ),
        )
    place, before = _levels(control)
    told: dict[str, Mapping[str, Any]] = {}
    if _is_closed(contract, operation):
        told |= dict.fromkeys(before, MappingProxyType({}))
    for schema in bodies.successes(operation, contract):
        members = contract.members(schema)
        told |= {**members, **(contract.members(members.get(place)) if place else {})}
    sent = envelopes.sent_in(control.request.body)
    return {
        name: schema
        for name, schema in told.items()
        if name not in {*asked, *sent} or asked.get(name, {}).get("readOnly") is True
    }


def _is_closed(contract: Contract, operation: Operation) -> bool:
    """Whether a request may hold nothing but the members that the contract names."""
    schemas = [
        contract.followed(content.get("schema"))
        for name, content in operation.request_types.items()
        if "json" in name.lower() and isinstance(content, Mapping)
    ]
    return any(schema.get("additionalProperties") is False for schema in schemas)


def _nothing_assigned(*, readable: bool) -> NotApplicable | NotTested:
    if not readable:
        return NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="không rõ đối tượng đã ghi nằm ở đâu trong câu trả lời: mô tả câu trả lời trong"
                " đặc tả, và trả về một đối tượng JSON",
                en="it is not clear where in the answer the written object stands: let the contract"
                " describe it, and answer one JSON object",
            ),
        )
    return NotApplicable(
        Text(
            vi="câu trả lời không có thành phần nào mà đặc tả dành riêng cho hệ thống ấn định",
            en="the answer has no member that the contract keeps for the server to assign",
        )
    )


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
