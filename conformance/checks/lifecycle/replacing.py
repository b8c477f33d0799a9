"""Replacement: what was written over something is what is read of it."""

from __future__ import annotations

from conformance.check import check
from conformance.checks.lifecycle import losses, resources, writing
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason


def _reader(scene: Scene, operation: Operation) -> Operation | None:
    reads = (o for o in scene.operations if o.path == operation.path and not o.discriminator)
    return next((o for o in reads if o.method == "GET"), None)


def _is_read(scene: Scene, operation: Operation) -> bool:
    return _reader(scene, operation) is not None


@check(
    catalogue="FUZ-011",
    per="operation",
    safety="write",
    # The thing and what replaces it, each perhaps twice, and a read.
    requests=5,
    methods=["PUT", "PATCH"],
    applies=_is_read,
)
def what_was_replaced_is_read(probe: Probe, operation: Operation, contract: Contract) -> None:
    """What was written over something is read afterwards: nothing of it is lost or changed.

    Replaces something, or changes it, and reads it at the same address: something that it creates
    for the purpose where the contract says how, else what the target file names. A member that was
    sent is lost where the answer to the write shows it and the read does not; or, where that answer
    has no content or the request needs the member, where the contract says that reads show it. It
    was changed where the answer still showed it as it was sent. Not judged: what is done later
    (202), members that are `writeOnly`, `readOnly` or secrets, and a value that answer and read
    agree on although another was sent, because it may be the server's to make. No loss is another
    spelling of the same: composed letters, spaces, the case of codes and addresses, a number as a
    text, the same instant in another zone, another order of a list (RFC 9110, section 9.3.4).
    """
    reader = _reader(probe.scene, operation)
    assert reader is not None  # noqa: S101  # else it is not asked
    resource = resources.creator_of(probe.scene, operation)
    pen, made = writing.Pen(probe, contract), None
    if resource is not None and resource.creator.method == "POST":
        made = writing.create(pen, resource)
    answer = writing.done(probe, operation, pen.write(operation, made=made))
    read = probe.read_again(reader, answer.request.url, answer, (("Cache-Control", "no-cache"),))
    if not read.succeeded:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"đọc lại sau khi ghi nhận {read.status}",
                en=f"reading after the write was answered {read.status}",
            ),
        )
    losses.none_of(contract, operation, reader, answer, read)
