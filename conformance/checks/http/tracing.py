"""Tracing a request through the systems that it passes."""

from __future__ import annotations

import re

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_KNOWN = re.compile(
    r"(?:request|correlation|trace|transaction|conversation|activity|operation|message)[-_]?id\Z"
    r"|\A(?:traceparent|traceresponse|cf-ray|x-amz-cf-id|x-azure-ref|x-cloud-trace-context)\Z",
    re.IGNORECASE,
)
_NOTHING = frozenset({"", "-", "0", "null", "none", "nil", "undefined", "unknown", "n/a"})
_SENT = ("X-Request-ID", "X-Correlation-ID")
# Too short, and of letters that are none of its; identifiers that stand for none; no version.
_BAD = (
    "00-zz",
    f"00-{'0' * 32}-{'0' * 16}-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)
_BLOCKED = frozenset({403, 406})


@check(catalogue="IOP-028", per="target", requests=1)
def requests_get_an_id(probe: Probe, *, names: tuple[str, ...] = ()) -> None:
    """The answer names an id by which the request is found again in the logs.

    Calls a read with X-Request-ID, X-Correlation-ID and a traceparent of its own. The answer
    repeats one of the three in some field, or has an id of its own in one of the given fields or
    of those that are known for it (X-Request-ID, X-Correlation-ID, traceresponse, …). Which of
    them, and whether it is the caller's, is left to the system: traceparent is a field of requests
    (Trace Context, section 3.2).
    """
    operation = _read(probe)
    digits = probe.canary().removeprefix("vnct-")
    # Some take none but a UUID (RFC 9562, section 5.4).
    word = f"{digits[:8]}-{digits[8:12]}-4{digits[1:4]}-8{digits[5:8]}-{digits[:12]}"
    trace = digits * 2
    sent = (*((name, word) for name in _SENT), ("traceparent", f"00-{trace}-{trace[:16]}-01"))
    answer = probe.call(operation, headers=sent)
    wanted = {name.lower() for name in names}
    found = [
        name
        for name, value in answer.headers
        if word in value
        or trace in value
        or (
            (name.lower() in wanted or _KNOWN.search(name))
            and value.strip().strip('"').lower() not in _NOTHING
        )
    ]
    if not found and not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    require(
        found,
        expected=Text(
            vi="trường mang mã của yêu cầu, như X-Request-ID",
            en="a field with the id of the request, such as X-Request-ID",
        ),
        observed=Text(vi="không có trường nào như vậy", en="no such field"),
    )


@check(catalogue="IOP-029", per="target", requests=len(_BAD) + 1)
def bad_trace_context_is_ignored(probe: Probe) -> None:
    """A trace context that cannot be read keeps nobody from being served.

    Calls a read with a traceparent that is cut off, with one whose ids are all zero, and with one
    of the version that is none: each is answered as if the field were not there. 403 and 406,
    which a firewall would say, leave the question open (Trace Context, sections 3.2.2 and 4.3).
    """
    operation = _read(probe)
    for bad in _BAD:
        answer = probe.call(operation, headers=(("traceparent", bad),))
        if operation.succeeded(answer):
            continue
        # Only now must it be told whether the operation works at all.
        probe.control(operation)
        if answer.status in _BLOCKED:
            raise NotTested(
                Reason.BLOCKED,
                Text(
                    vi=f"{answer.status} có thể là của tường lửa",
                    en=f"{answer.status} may be a firewall's",
                ),
            )
        require(
            answer.succeeded,
            expected=Text(vi="như khi không có traceparent", en="as without traceparent"),
            observed=f"traceparent: {bad} → {answer.status}",
            by=answer,
        )


def _read(probe: Probe) -> Operation:
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác đọc", en="there is no read operation"))
    return operation
