"""Safe methods: who only reads changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.formats.dates import moment
from conformance.paging import declared
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_WITNESSES = 2
_READS = 12
# What notes who read is changed by reading, as RFC 9110 says of logs.
_LOGS = ("access.list", "access.own.list")


@check(
    catalogue="IOP-012",
    per="target",
    requests=_READS + 4 * _WITNESSES,
    listing=True,
)
def reading_changes_nothing(probe: Probe) -> None:
    """Whoever reads leaves everything as it was.

    Reads the declared lists twice, calls every other safe operation, and reads the lists again:
    the same entries, with the same texts. What differs between the first two readings is left
    aside, and so are numbers, flags and times: they may count or note visits, which nobody asked
    for. A log of accesses (roles `access.list`, `access.own.list`) is there to note them, so it is
    no witness (RFC 9110, section 9.2.1).
    """
    roles = probe.scene.mapping.roles
    logs = {roles.get(role) for role in _LOGS}
    lists = [o for o in probe.scene.operations if o.listing and o.reads and o.unit not in logs]
    lists = lists[:_WITNESSES]
    reads = [o for o in probe.scene.operations if o.reads and o not in lists][:_READS] or lists
    if not lists:
        raise NotApplicable(
            Text(vi="không có danh sách để đối chiếu", en="no list to compare with")
        )
    _prepare(probe, reads)
    before = {o.unit: (_seen(probe, o), _seen(probe, o)) for o in lists}
    called = [answer for o in reads if (answer := _called(probe, o))]
    for operation in lists:
        first, second = before[operation.unit]
        volatile = {place for place, _, _ in _differences(first, second, "")}
        if {"/", declared(operation).items} & volatile:
            raise _restless(operation)
        after = _seen(probe, operation)
        moved = [
            place
            for place, was, is_now in _differences(second, after, "")
            if place not in volatile and not (_may_note_visits(was) and _may_note_visits(is_now))
        ]
        # Who changes the list may be somebody else: then it does not stand still now either.
        if moved and any(_differences(after, _seen(probe, operation), "")):
            raise _restless(operation)
        require(
            not moved,
            expected=Text(
                vi="danh sách không đổi sau khi chỉ đọc", en="the lists as they were before reading"
            ),
            observed=Text(
                vi=f"{operation.unit} đổi tại {', '.join(moved[:3])} sau {len(called)} lần đọc",
                en=f"{operation.unit} changed at {', '.join(moved[:3])} after {len(called)} reads",
            ),
        )
    if not called:
        raise NotTested(
            Reason.NO_TEST_DATA, Text(vi="không đọc được gì", en="nothing could be read")
        )


def _prepare(probe: Probe, reads: list[Operation]) -> None:
    """Have whatever the examples rest on made before, not between, the readings."""
    for operation in reads:
        try:
            probe.baseline(operation)
        except NotTested:
            continue


def _called(probe: Probe, operation: Operation) -> str | None:
    try:
        answer = probe.call(operation)
    except NotTested:
        return None
    return operation.unit if answer.succeeded else None


def _seen(probe: Probe, operation: Operation) -> Any:
    return probe.control(operation).json()


def _restless(operation: Operation) -> NotTested:
    return NotTested(
        Reason.FLAKY,
        Text(
            vi=f"{operation.unit} tự đổi giữa hai lần đọc",
            en=f"{operation.unit} changes by itself between two readings",
        ),
    )


def _may_note_visits(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and moment(value) is not None)


def _differences(one: Any, other: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield where two JSON values differ, and both; a list of another length as a whole."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(n for n in other if n not in one)]:
            if name not in one or name not in other:
                yield f"{place}/{name}", one.get(name), other.get(name)
            else:
                yield from _differences(one[name], other[name], f"{place}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, its) in enumerate(zip(one, other, strict=True)):
            yield from _differences(mine, its, f"{place}/{number}")
    elif one != other:
        yield place or "/", one, other
