"""Whether a system is there whenever it is called."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from conformance.availability import Calls
from conformance.check import Higher, check
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Violation

_BELIEVED = 2
_SHOWN = 50


@check(catalogue="OPS-002", per="target", requests=0)
def reads_are_answered_steadily(
    probe: Probe,
    calls: Sequence[Calls],
    *,
    share: Annotated[float, Higher] = 0.99,
    least: Annotated[int, Higher] = 10,
) -> None:
    """Whenever the run called a read that works, it was answered.

    Asks nothing: counts, over the whole run, the calls of reading operations as the contract
    means them, where the same request of the same identity succeeded at least once: a server
    that breaks on a forged token does so always, which others judge. Answered is whatever is no
    failure of the server, refusals too; 503 with Retry-After counts neither way.
    At least the given share is answered; one failure alone is not believed, and fewer calls
    than `least` decide nothing. Where calls were not answered at all, the fault may lie in the
    network between, so that silence leaves the question open; and so do 502, 503 and 504 where
    a proxy of ours carries plain HTTP and may have said them itself. Of more than 5,000 different
    requests a sample is counted, chosen by their digests. What never works, or not
    with certain values, is judged by the law about server errors (RFC 9110, section 15.6).
    """
    reads = {operation.unit for operation in probe.scene.operations if operation.reads}
    counted = [found for found in calls if found.operation in reads and found.succeeded]
    answered = sum(found.answered for found in counted)
    broken = sum(found.broken for found in counted)
    silent = sum(found.silent for found in counted)
    made = answered + broken + silent
    if made < least:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"chỉ có {made} lượt gọi thao tác đọc, cần ít nhất {least}",
                en=f"only {made} calls of reads were made; it takes {least}",
            ),
        )
    begun, ended = min(f.first for f in counted), max(f.last for f in counted)
    told = Text(
        vi=f"{answered} trong {made} lượt gọi được trả lời, {broken} lỗi máy chủ,"
        f" {silent} không có trả lời, từ {begun} đến {ended}",
        en=f"{answered} of {made} calls answered, {broken} server errors, {silent} without an"
        f" answer, from {begun} to {ended}",
    )
    probe.note(told)
    if answered >= share * made:
        return
    probe.asked.extend(islice((failure for f in counted for failure in f.failing), _SHOWN))
    through_us = probe.target.proxy is not None and probe.target.scheme == "http"
    if through_us or answered + silent >= share * made:
        raise NotTested(
            Reason.UNREACHABLE,
            Text(
                vi=f"có thể do mạng giữa bộ kiểm thử và đích: {told.vi}; chạy lại từ mạng khác",
                en=f"it may be the network between us: {told.en}; run again from another network",
            ),
        )
    if broken < _BELIEVED:
        raise NotTested(Reason.FLAKY, told)
    raise Violation(
        Text(
            vi=f"ít nhất {share:.0%} lượt gọi được trả lời",
            en=f"at least {share:.0%} of the calls answered",
        ),
        told,
    )
