"""Repetition: what is put or deleted twice is as if it had been once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance import envelopes
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_GONE = frozenset({404, 410})


@check(catalogue="IOP-011", per="operation", safety="write", requests=8, methods=["PUT"])
def putting_twice_is_putting_once(probe: Probe, operation: Operation) -> None:
    """What is put twice is as if it had been put once.

    Puts the same content twice and reads after each: the members that were sent, at any depth and
    also where the answer puts them into an envelope, read the same. Whatever else differs may note
    the repetition, such as a time, a version, or a text made of the one that was sent, such as a
    salted password (RFC 9110, section 9.2.2).
    """
    answer = _done(probe.call(operation), operation)
    steady = _steady(probe, operation, answer)
    again = probe.call(operation)
    require(
        again.status < 500,
        expected=Text(vi="lần ghi thứ hai không gây lỗi", en="a second PUT that does not fail"),
        observed=again.status,
    )
    after = dict(_leaves(_read(probe, operation, answer).json_object()))
    for pointer, value in steady.items():
        require(
            after.get(pointer) == value,
            expected=Text(
                vi=f"{pointer} như sau lần ghi thứ nhất", en=f"{pointer} as after the first PUT"
            ),
            observed=f"{value} → {after.get(pointer)}",
            by=again,
        )


@check(catalogue="IOP-011", per="operation", safety="write", requests=4, methods=["DELETE"])
def deleting_twice_is_deleting_once(probe: Probe, operation: Operation) -> None:
    """What is deleted twice is as if it had been deleted once.

    Deletes what the target file names, twice: the second time nothing fails, whether it is told
    that it was done (2xx) or that there is nothing (404, 410), and what was gone is still gone
    (RFC 9110, section 9.2.2).
    """
    answer = _done(probe.call(operation), operation)
    gone = _is_gone(probe, operation, answer)
    again = probe.call(operation)
    require(
        again.status < 500,
        expected=Text(vi="lần xoá thứ hai không gây lỗi", en="a second DELETE that does not fail"),
        observed=again.status,
    )
    require(
        not gone or _is_gone(probe, operation, answer),
        expected=Text(
            vi="vẫn không còn sau lần xoá thứ hai", en="gone as before the second DELETE"
        ),
        observed=Text(vi="tồn tại trở lại", en="there again"),
        by=again,
    )


def _done(answer: Exchange, operation: Operation) -> Exchange:
    if not answer.succeeded:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"lần thứ nhất không thành công: {operation.unit} → {answer.status}",
                en=f"the first time did not succeed: {operation.unit} → {answer.status}",
            ),
        )
    return answer


def _steady(probe: Probe, operation: Operation, answer: Exchange) -> dict[str, object]:
    """Return what two readings agree to show of what was sent, by JSON pointer."""
    first, second = (_done(_read(probe, operation, answer), operation) for _ in range(2))
    once, again = (dict(_leaves(reading.json_object())) for reading in (first, second))
    written = envelopes.sent_in(answer.request.body)
    place = envelopes.level(first.json(), written)
    there = "" if not place else _step(place)
    steady = {
        there + pointer: once[there + pointer]
        for pointer, sent in (_leaves(written) if place is not None else ())
        if pointer and there + pointer in once and there + pointer in again
        if once[there + pointer] == again[there + pointer]
        if not _is_derived(once[there + pointer], sent)
    }
    if not steady:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="không đọc lại được thành phần nào đã gửi; thêm vào tệp đích"
                f" `examples: {{{operation.id}: {{body: …}}}}` có thành phần mà GET trả lại",
                en="no member that was sent can be read again; add to the target file"
                f" `examples: {{{operation.id}: {{body: …}}}}` with members that GET answers",
            ),
        )
    return steady


def _is_derived(read: object, sent: object) -> bool:
    """Whether a text was made of the one that was sent, perhaps of more: a salted password."""
    return isinstance(read, str) and isinstance(sent, str) and read != sent


def _leaves(node: object, pointer: str = "") -> Iterator[tuple[str, object]]:
    """Return what stands in nested objects by its JSON pointer; a list is one value."""
    if not isinstance(node, Mapping):
        yield pointer, node
        return
    for name, part in node.items():
        yield from _leaves(part, pointer + _step(name))


def _step(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _is_gone(probe: Probe, operation: Operation, answer: Exchange) -> bool:
    """Whether a read says that nothing is there; False where nobody can read it."""
    if _reader(probe, operation) is None:
        return False
    return _read(probe, operation, answer).status in _GONE


def _read(probe: Probe, operation: Operation, answer: Exchange) -> Exchange:
    reader = _reader(probe, operation)
    if reader is None:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"không có GET {operation.path} để đọc lại",
                en=f"there is no GET {operation.path} to read it again",
            ),
        )
    return probe.read_again(reader, answer.request.url, answer)


def _reader(probe: Probe, operation: Operation) -> Operation | None:
    reads = (o for o in probe.scene.operations if o.path == operation.path)
    return next((o for o in reads if o.method == "GET"), None)
