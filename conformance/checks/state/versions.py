"""Versions: who writes over a version that he has not seen is stopped."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract import Contract, texts
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason


@check(catalogue="IOP-018", per="operation", safety="write", requests=8, methods=["PUT", "PATCH"])
def outdated_versions_are_not_overwritten(
    probe: Probe, operation: Operation, contract: Contract
) -> None:
    """Nobody overwrites a change that he has not seen.

    Writes, reads the ETag, writes again, and writes something else with If-Match and the ETag from
    before the second write, and with one that was never issued: neither succeeds, 412 says why. A
    weak ETag matches nothing here, so it is refused as well. A success that changed nothing is no
    violation: it may tell that the same was done before. A redirection or an error of the server is
    no refusal and leaves the question open (RFC 9110, sections 13.1.1 and 15.5.13; RFC 6585,
    section 3).
    """
    seen = _version(probe, operation, _written(probe, operation, contract))
    present = _version(probe, operation, _written(probe, operation, contract))
    outdated = [seen] if seen != present else []
    for held in (*outdated, f'"{probe.canary()}"'):
        answer = _sent(probe, operation, contract, held)
        if answer.succeeded and _version(probe, operation, answer) == present:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi="lần ghi không thay đổi gì", en="the write changed nothing"),
            )
        if not answer.succeeded and not 400 <= answer.status < 500:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"{answer.status}: không rõ yêu cầu có bị từ chối hay không",
                    en=f"{answer.status} does not tell whether the request was refused",
                ),
            )
        require(
            not answer.succeeded,
            expected=Text(
                vi="412, vì phiên bản trong If-Match không phải phiên bản hiện tại",
                en="412, because the version in If-Match is not the present one",
            ),
            observed=answer.status,
            by=answer,
        )


def _written(probe: Probe, operation: Operation, contract: Contract) -> Exchange:
    answer = _sent(probe, operation, contract)
    if not answer.succeeded:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"không ghi được: {operation.unit} → {answer.status}",
                en=f"nothing could be written: {operation.unit} → {answer.status}",
            ),
        )
    return answer


def _sent(probe: Probe, operation: Operation, contract: Contract, held: str = "") -> Exchange:
    """Write something new where the contract leaves a text free, holding a version or none."""
    member = next(iter(texts.written(operation, contract)), None)
    return probe.call(
        operation,
        headers=(("If-Match", held),) if held else (),
        wellformed=not held,
        members={member: probe.canary()} if member else {},
    )


def _version(probe: Probe, operation: Operation, answer: Exchange) -> str:
    reads = (o for o in probe.scene.operations if o.path == operation.path)
    reader = next((o for o in reads if o.method == "GET"), None)
    if reader is None:
        raise NotApplicable(
            Text(vi="không có GET ở cùng đường dẫn", en="there is no GET at the same path")
        )
    tag = probe.read_again(reader, answer.request.url, answer).header("ETag")
    if not tag:
        raise NotApplicable(Text(vi="không gửi ETag", en="no ETag is sent"))
    return tag
