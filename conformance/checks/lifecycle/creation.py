"""Creation: what was created is there at once, and is what was sent."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from conformance.check import check, require
from conformance.checks.lifecycle import losses, resources, writing
from conformance.checks.lifecycle.resources import Resource
from conformance.checks.lifecycle.writing import Made
from conformance.contract import Contract, bodies
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.names import words
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_GONE = frozenset({404, 410})
_CREATED = 201
_KINDS = 4
# What an answer says of something that somebody has to approve first.
_PENDING = frozenset(
    {"pending", "queued", "scheduled", "submitted", "waiting", "awaiting", "draft", "cho", "nhap"}
)


def _creates(scene: Scene, operation: Operation) -> bool:
    found = resources.of(scene, operation)
    return found is not None and found.reader is not None


@check(
    catalogue="FUZ-010",
    per="operation",
    safety="write",
    # Of each kind one is created, the first perhaps twice, read, and read again where missing.
    requests=3 * _KINDS + 1,
    methods=["POST"],
    applies=_creates,
)
def what_was_created_is_there(probe: Probe, operation: Operation, contract: Contract) -> None:
    """What was created is there at once, as it was sent.

    Creates one with the example, and one for each other value of a member of the body that has a
    closed list of values, four in all; then reads each as who created it. Each is found, and shows
    what was sent. Which operation reads what this one creates, and by which value, is said by the
    target file (`{from: …, take: /…}`), a Location, a link of the contract, or a member of the
    answer called like the variable of the path or `id`; by a name alone nothing is believed to be
    missing unless another one is found by it. Kinds that are refused (4xx) are passed over. Not
    judged: what is created later (202) or waits for somebody's approval; members that are
    `writeOnly`, `readOnly` or secrets; a value that answer and read agree on although another was
    sent. No loss is another spelling of the same: composed letters, spaces, the case of codes and
    addresses, a number as a text, the same instant in another zone, another order of a list
    (RFC 9110, sections 9.3.3 and 15.3.2).
    """
    resource = resources.of(probe.scene, operation)
    assert resource is not None  # noqa: S101  # else it is not asked
    assert resource.reader is not None  # noqa: S101
    made = list(_all_kinds(probe, resource, contract))
    found = {one.answer.id: writing.read(probe, one) for one in made}
    missing = [one for one in made if found[one.answer.id].status in _GONE]
    # A copy that the reads are served from may need a moment.
    again = {one.answer.id: writing.read(probe, one) for one in missing}
    missing = [one for one in missing if again[one.answer.id].status in _GONE]
    read = [(one, again.get(one.answer.id, found[one.answer.id])) for one in made]
    succeeded = [(one, answer) for one, answer in read if answer.succeeded]
    if missing:
        _be_missing(missing[0], again[missing[0].answer.id], sure=bool(succeeded))
    for one, answer in read:
        if not answer.succeeded:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"đọc thứ vừa tạo nhận {answer.status}: không rõ nó có ở đó hay không",
                    en=f"reading what was created was answered {answer.status}, which does not tell"
                    " whether it is there",
                ),
            )
        losses.none_of(contract, operation, resource.reader, one.answer, answer)


def _all_kinds(probe: Probe, resource: Resource, contract: Contract) -> Iterator[Made]:
    pen = writing.Pen(probe, contract)
    yield writing.create(pen, resource)
    for members in _kinds(probe, resource.creator, contract):
        answer = pen.write(resource.creator, members)
        if answer.succeeded:
            writing.done(probe, resource.creator, answer)
            yield Made(resource, answer, resources.place(probe.scene, resource, answer))


def _kinds(probe: Probe, operation: Operation, contract: Contract) -> Iterator[dict[str, Any]]:
    """Yield what makes a thing of another kind: each value of a closed list but the example's."""
    schemas = bodies.asked(operation, contract)
    closed = {n: s["enum"] for n, s in schemas.items() if isinstance(s.get("enum"), list)}
    given = probe.example_body(operation) if closed else {}
    others = [
        {name: value}
        for name, values in closed.items()
        if name in given
        for value in values
        if value is not None and value != given[name]
    ]
    yield from others[: _KINDS - 1]


def _be_missing(made: Made, read: Exchange, *, sure: bool) -> None:
    """Fail, or raise why what cannot be read may be there all the same."""
    answer, resource = made.answer, made.resource
    assert resource.reader is not None  # noqa: S101  # it was read
    if not (made.place.sure or sure):
        raise resources.untold(resource, resource.reader)
    if answer.status != _CREATED and _is_pending(answer.shown_json()):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="trả lời cho thấy yêu cầu còn chờ duyệt",
                en="the answer says that the request waits for approval",
            ),
        )
    require(
        False,
        expected=Text(
            vi=f"đọc được thứ vừa tạo bằng {resource.reader.unit}",
            en=f"what was created to be read by {resource.reader.unit}",
        ),
        observed=Text(
            vi=f"{resource.creator.unit} → {answer.status}, sau đó đọc → {read.status}",
            en=f"{resource.creator.unit} → {answer.status}, then reading → {read.status}",
        ),
        by=read,
    )


def _is_pending(body: Any) -> bool:
    parts = body.values() if isinstance(body, dict) else ()
    said = [part for part in parts if isinstance(part, str) and len(part) < 40]  # a state
    return any(_PENDING & set(words(_without_marks(text)).split()) for text in said) or any(
        _is_pending(part) for part in parts if isinstance(part, dict)
    )


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
