"""What was cancelled stays cancelled: under an old key nothing is found as current."""

from __future__ import annotations

from conformance import sent
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.fields import absent, is_empty, plain
from conformance.mapping import Mapped
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_MOST = 3
_NOT_THERE = frozenset({400, 404, 409, 410, 422})


@check(catalogue="DAT-033", per="operation", requests=2 + 2 * _MOST, contract=True)
def retired_keys_are_not_current(  # noqa: PLR0913  # where keys stand, old and new, and how it is told
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    key: str = "",
    retired: str = "",
    successor: str = "",
    by: str = "",
    tells: str = "",
) -> None:
    """A key that was cancelled is nobody's, and the one issued in its place is found.

    Reads the list of the role `by` and asks the operation for up to three of its cancelled keys,
    in the place of the one in the example's body: it refuses, or the field `tells`, which tells of
    a record or that something matches, is empty or says no. The keys issued in their place, where
    `successor` names them, are found (what a key is, and that it is not used again, is told by the
    requirement's norm).
    """
    register = probe.scene.operation(mapping.unit(by) or "")
    body = probe.example_body(operation)
    places = sent.find(probe.scene.contract, mapping, operation, body, key)
    texts = {place: value for place, value in places.items() if isinstance(value, str)}
    if not texts:
        raise NotApplicable(
            Text(vi=f"yêu cầu không nêu {key}", en=f"the request does not name one {key}")
        )
    probe.control(operation)
    if register is None:
        raise absent(by)
    answer = probe.control(register)
    place = next(iter(texts))
    old = _told(mapping, answer, retired)
    if not old:
        raise NotTested(
            Reason.NO_TEST_DATA, Text(vi="chưa có mã nào bị hủy", en="nothing was cancelled yet")
        )
    for number in old:
        told = unbroken(probe.call(operation, body=sent.put(body, place, number)))
        if not told.succeeded and told.status not in _NOT_THERE:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi=f"trả lời {told.status}", en=f"answered {told.status}"),
            )
        require(
            not (told.succeeded and _is_there(mapping, told, tells)),
            expected=Text(
                vi="mã đã hủy không còn hiệu lực", en="nothing to be found under a cancelled key"
            ),
            observed=f"{operation.unit} → {told.status}",
        )
    for number in _told(mapping, answer, successor) if successor else []:
        told = unbroken(probe.call(operation, body=sent.put(body, place, number)))
        require(
            told.succeeded,
            expected=Text(
                vi="tìm thấy theo mã được cấp lại", en="somebody to be found under the new key"
            ),
            observed=f"{operation.unit} → {told.status}",
        )


def _told(mapping: Mapped, answer: Exchange, field: str) -> list[str]:
    found = [plain(value) for _, value in mapping.values(answer, field) if not is_empty(value)]
    return list(dict.fromkeys(found))[:_MOST]


def _is_there(mapping: Mapped, answer: Exchange, tells: str) -> bool:
    return any(plain(value) not in {"", "0"} for _, value in mapping.values(answer, tells))
