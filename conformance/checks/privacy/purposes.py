"""Who asks for personal data says what for."""

from __future__ import annotations

from typing import Any

from conformance import sent
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.mapping import Mapped
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# What refuses a request for what is in it, or is not (RFC 9110, section 15.5).
_REFUSALS = frozenset({400, 403, 409, 422})


def has_a_body(_scene: Any, operation: Operation | None) -> bool:
    """Whether an operation is asked with a body, in which a field could stand."""
    return operation is None or bool(operation.request_types)


@check(
    catalogue="PRV-021",
    per="operation",
    requests=5,
    contract=True,
    applies=has_a_body,
)
def purposes_are_demanded(
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    stated: tuple[str, ...] = ("access.purpose", "access.ground"),
) -> None:
    """A query for personal data without a purpose, or without a ground, is refused.

    Sends the example, which has to succeed, then once without each of the fields in which the
    caller says what the data are wanted for and what allows it, and once with each of them empty:
    all of these are refused (Law 91/2025/QH15). Operations whose body has no such field are left
    alone.
    """
    scene = probe.scene
    known = sent.known(scene.contract, mapping, scene.operations, stated)
    body = probe.example_body(operation)
    places = {
        place: field
        for field in known
        for place in sent.find(scene.contract, mapping, operation, body, field)
    }
    if not places:
        raise NotApplicable(
            Text(
                vi="nội dung yêu cầu không có chỗ nêu mục đích hay căn cứ",
                en="the body has no place for a purpose or a ground",
            )
        )
    probe.control(operation)
    for place, field in list(places.items())[:2]:
        for said, asked in (
            (Text(vi="không có", en="without"), sent.without(body, place)),
            (Text(vi="để trống", en="with an empty"), sent.put(body, place, "")),
        ):
            answer = unbroken(probe.call(operation, body=asked, wellformed=False))
            if not answer.succeeded and answer.status not in _REFUSALS:
                raise NotTested(
                    Reason.INCONCLUSIVE,
                    Text(vi=f"trả lời {answer.status}", en=f"answered {answer.status}"),
                )
            require(
                not answer.succeeded,
                expected=Text(
                    vi="yêu cầu không nêu mục đích hoặc căn cứ bị từ chối",
                    en="a query without purpose or ground to be refused",
                ),
                observed=Text(
                    vi=f"{said.vi} {field} ({place}) → {answer.status}",
                    en=f"{said.en} {field} ({place}) → {answer.status}",
                ),
            )
