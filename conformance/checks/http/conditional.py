"""Conditional reads: what has not changed is not sent again, what has changed always is."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_NOT_MODIFIED = 304


@check(catalogue="IOP-017", per="operation", requests=4, methods=["GET"])
def changed_content_is_always_sent(probe: Probe, operation: Operation) -> None:
    """Who holds another version is sent the present one.

    Where answers carry an ETag, asks with If-None-Match and a tag that was never issued, alone and
    in a list: neither 304 nor a server error (RFC 9110, sections 13.1.2 and 15.4.5).
    """
    _has_tag(probe, operation)
    first, second = (f'"{probe.canary()}"' for _ in range(2))
    for held in (first, f"{second}, W/{first}"):
        answer = _asked_with(probe, operation, held)
        require(
            answer.status != _NOT_MODIFIED and answer.status < 500,
            expected=Text(
                vi="nội dung hiện tại, vì thẻ phiên bản được gửi là thẻ khác",
                en="the present content, because the tag sent is another one",
            ),
            observed=answer.status,
        )
        if not answer.succeeded:
            # Refused, perhaps for the condition alone: the operation itself must work.
            probe.control(operation)


@check(catalogue="IOP-017", per="operation", requests=5, methods=["GET"])
def known_content_is_not_sent_again(probe: Probe, operation: Operation) -> None:
    """Who holds the present version is not sent it again.

    Where answers carry an ETag, asks with If-None-Match and that tag, alone and in a list, and
    with `*`: 304 each time, as long as the tag stays the same. Tags are compared weakly, so a W/ in
    front changes nothing (RFC 9110, sections 13.1.2, 8.8.3.2 and 15.4.5).
    """
    _has_tag(probe, operation)
    tag = probe.control(operation).header("ETag")
    if not tag:
        raise _changing()
    for held in (tag, f'"{probe.canary()}", {tag}', "*"):
        answer = _asked_with(probe, operation, held, bare=held == tag)
        if answer.status != _NOT_MODIFIED and probe.control(operation).header("ETag") != tag:
            raise _changing()
        require(
            answer.status == _NOT_MODIFIED,
            expected=Text(vi="304, vì nội dung không đổi", en="304, because nothing has changed"),
            observed=Text(
                vi=f"trả lời {answer.status} cho If-None-Match: {held}",
                en=f"{answer.status} to If-None-Match: {held}",
            ),
        )


def _asked_with(probe: Probe, operation: Operation, held: str, *, bare: bool = False) -> Exchange:
    """Ask with a condition; over a bare connection, where one gets through, for another law.

    What follows the fields of a 304 is seen there only (`http.bodiless`).
    """
    # No contract has to list 304 or a precondition: what it says of answers is not asked here.
    condition = (("If-None-Match", held),)
    return (
        probe.call_bare(operation, headers=condition, wellformed=False)
        if bare
        else probe.call(operation, headers=condition, wellformed=False)
    )


def _has_tag(probe: Probe, operation: Operation) -> None:
    """Demand that an operation sends tags; without one there is nothing to hold."""
    answer = probe.baseline(operation)
    if not operation.succeeded(answer):
        # The reason why there is no success is the control's to tell.
        answer = probe.control(operation)
    if not answer.header("ETag"):
        raise NotApplicable(Text(vi="không gửi ETag", en="no ETag is sent"))


def _changing() -> NotTested:
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi="ETag đổi từ lần gọi này sang lần gọi khác", en="the ETag differs from call to call"
        ),
    )
