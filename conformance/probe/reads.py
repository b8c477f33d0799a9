"""Which reading operations speak for a target, and for what strangers are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, TurnedAway

if TYPE_CHECKING:
    from conformance.probe import Probe

# A system has seldom more ways of securing; each costs every question about credentials.
_MAX_SCHEMES = 2


def first(probe: Probe) -> Operation | None:
    """Return a GET operation that speaks for the target as a whole; None if there is none.

    It is the first whose baseline is a success, those that need no credentials before others.

    Raises:
        NotTested: none of them can be called; the reason is that of the first.
    """
    found = [o for o in probe.scene.operations if o.method == "GET"]
    found.sort(key=lambda o: (o.secured, any(p.place == "path" for p in o.parameters)))
    return next(_answering(probe, found)) if found else None


def secured(probe: Probe) -> list[Operation]:
    """Return one closed GET operation for each way of securing, personal ones before others.

    Of each way it is the first whose baseline is a success: without one nothing that a
    stranger is refused could be told from what is not there.

    Raises:
        NotApplicable: neither contract nor target file closes a GET operation.
        NotTested: none of them can be called; the reason is that of the first.
    """
    closed = [o for o in probe.scene.operations if o.method == "GET" and o.closed]
    if not closed:
        raise NotApplicable(
            Text(
                vi="đặc tả giao diện không có thao tác GET nào cần xác thực",
                en="the contract has no GET operation that needs credentials",
            )
        )
    closed.sort(key=lambda o: (not o.personal, any(p.place == "path" for p in o.parameters)))
    found: dict[tuple[frozenset[str], ...], Operation] = {}
    open_: NotTested | None = None
    for operation in _answering(probe, closed):
        if operation.security in found:
            continue
        try:
            _be_closed(probe, operation)
        except NotTested as outcome:
            open_ = open_ or outcome
            continue
        found[operation.security] = operation
    if not found and open_ is not None:
        raise open_
    return list(found.values())[:_MAX_SCHEMES]


def _be_closed(probe: Probe, operation: Operation) -> None:
    """See that a stranger is refused, where the contract does not say that he is to be.

    Raises:
        NotTested: he is not, or it cannot be seen.
    """
    if operation.secured:
        return
    (stranger,) = probe.shared(
        f"a stranger: {operation.unit}", lambda p: p.call(operation, identity=None)
    )
    be_refused(stranger, operation)


def be_refused(stranger: Exchange | NotTested, operation: Operation) -> None:
    """See that a stranger was refused what only the target file closes.

    Raises:
        NotTested: he was not: whether he ought to be nobody has said. Or there is no answer.
    """
    if isinstance(stranger, TurnedAway):
        return
    if isinstance(stranger, NotTested):
        raise stranger
    if not operation.refused(stranger):
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"{operation.unit} trả lời cả người lạ, mà đặc tả giao diện không nói có được"
                " phép không: thêm `security` vào đặc tả, hoặc kê thao tác vào"
                " `operations: {public: […]}` của tệp đích",
                en=f"{operation.unit} answers strangers, and the contract does not say whether it"
                " may: add `security` to it, or list the operation in"
                " `operations: {public: […]}` of the target file",
            ),
        )


def _answering(probe: Probe, operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield the operations whose baseline is a success.

    Raises:
        NotTested: there is none; the reason is that of the first.
    """
    why: NotTested | None = None
    none = True
    for operation in operations:
        try:
            answer = probe.baseline(operation)
            good = operation.succeeded(answer)
        except NotTested as outcome:
            why = why or outcome
            continue
        if good:
            none = False
            yield operation
        else:
            why = why or probe.why_no_success(operation, answer)
    if none and why is not None:
        raise why
