"""Keys of repetition: the same request with the same key is carried out once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.check import check, require
from conformance.checks.lifecycle import resources, writing
from conformance.checks.lifecycle.writing import Made
from conformance.contract import Contract
from conformance.contract.operations import Operation, Parameter
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.questions import Question
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_NAMES = frozenset(
    {
        "idempotency-key", "x-idempotency-key", "idempotency-id", "x-idempotency-id",
        "idempotent-key", "x-idempotent-key",
    }
)  # fmt: skip
_UUID = 36


def _key(operation: Operation) -> Parameter | None:
    headers = (p for p in operation.parameters if p.place == "header")
    return next((p for p in headers if p.name.lower() in _NAMES), None)


def _takes_a_key(scene: Scene, operation: Operation) -> bool:
    return _key(operation) is not None and resources.of(scene, operation) is not None


@check(
    catalogue="IOP-034",
    per="operation",
    safety="write",
    # One refused text, the two that count, and a read of each.
    requests=5,
    methods=["POST"],
    applies=_takes_a_key,
)
def repeated_keys_create_once(probe: Probe, operation: Operation, contract: Contract) -> None:
    """The same request with the same idempotency key creates one thing, not two.

    Sends one request twice, byte for byte, with a fresh key in the header field that the contract
    has for it (`Idempotency-Key`, and the names before it, such as `X-Idempotency-Key`). The second
    is answered with the thing that the first one created, or refused (409, 422 or another 4xx);
    another identifier is a second thing. Where the answer does not tell what was created nothing
    can be told (OpenAPI 3.1, Parameter Object: the parameter does what the contract describes;
    draft-ietf-httpapi-idempotency-key-header-06, work in progress, section 2.6).
    """
    parameter, resource = _key(operation), resources.of(probe.scene, operation)
    assert parameter is not None  # noqa: S101  # else it is not asked
    assert resource is not None  # noqa: S101
    marked = writing.marked(probe, operation, contract, {})
    question = _with_key(probe, operation, parameter, marked)
    first = probe.send(question)
    if marked and writing.is_refusal(first):
        question = _with_key(probe, operation, parameter, {})
        first = probe.send(question)
    writing.done(probe, operation, first)
    one = resources.place(probe.scene, resource, first)
    again = probe.send(question)
    if writing.is_refusal(again):
        return
    if not again.succeeded:
        raise _undecided(again)
    other = resources.place(probe.scene, resource, again)
    if one.path != other.path and not one.sure:
        # What is only called an identifier may be one of the answer.
        both = [Made(resource, first, one), Made(resource, again, other)]
        if resource.reader is None or not all(writing.read(probe, m).succeeded for m in both):
            raise _undecided(again)
    require(
        one.path == other.path,
        expected=Text(
            vi="lần thứ hai được trả lời bằng thứ mà lần thứ nhất đã tạo",
            en="the second to be answered with what the first one created",
        ),
        observed=f"{one.path}, {other.path}",
        by=again,
    )


def _with_key(
    probe: Probe, operation: Operation, parameter: Parameter, members: dict[str, Any]
) -> Question:
    # A header that is required has to have a value to be formed with.
    key = _fresh(probe, parameter)
    who = probe.allowed(operation)
    formed = probe.form(operation, identity=who, values={parameter.name: key}, members=members)
    others = [pair for pair in formed.headers if pair[0].lower() != parameter.name.lower()]
    headers = (*others, (parameter.name, key))
    return replace(formed, headers=headers, operation=operation.unit)


def _fresh(probe: Probe, parameter: Parameter) -> str:
    """Return a UUID that is new in this run (RFC 9562), or what fits of its digits."""
    digits = "".join(probe.canary().removeprefix("vnct-") for _ in range(2))
    most = parameter.schema.get("maxLength", _UUID)
    if isinstance(most, int) and most < _UUID:
        return digits[:most]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _undecided(answer: Exchange) -> NotTested:
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"lần gửi thứ hai nhận {answer.status}: không rõ đã tạo thêm hay chưa",
            en=f"the second was answered {answer.status}, which does not tell whether another one"
            " was created",
        ),
    )
