"""Sharing of data: calls that can be traced, refusals with a reason, whatever the protocol."""

from __future__ import annotations

import re
from typing import Any

from conformance import soap
from conformance.check import check, law, require
from conformance.evidence import Exchange
from conformance.privacy.hidden import Hidden
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# Fields in use; the last is that of W3C Trace Context (section 3.2).
FIELDS = ("X-Road-Request-Id", "X-Request-Id", "X-Correlation-Id", "X-Trace-Id", "traceparent")
_TRACE = "sharing.trace.read"
# The trace id inside `traceparent`.
_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
# Where the customary forms of errors say why: RFC 9457, X-Road, RFC 6749, and plain JSON.
_REASONS = ("detail", "message", "title", "error_description", "error", "lyDo")
_REFUSALS = frozenset({400, 401, 403, 404, 409, 410, 422})


@law(catalogue="DAT-038", per="operation", on="baseline")
def answers_carry_a_trace_id(answer: Exchange, *, fields: tuple[str, ...] = FIELDS) -> None:
    """A call is answered with the id under which it can be traced.

    Looks for one of the fields that are in use for it (Decree 278/2025/NĐ-CP, Article 13, asks for
    monitoring that is continuous, public and traceable; which field carries the id it leaves open).
    """
    if not answer.response:
        raise NotApplicable(Text(vi="không có trả lời", en="no answer"))
    require(
        _trace_id(answer, fields),
        expected=Text(
            vi=f"có mã truy vết ({', '.join(fields)})", en=f"a trace id ({', '.join(fields)})"
        ),
        observed=Text(vi="không có", en="none"),
    )


@check(catalogue="DAT-038", per="target", requests=2)
def trace_ids_are_unique(probe: Probe, *, fields: tuple[str, ...] = FIELDS) -> None:
    """Each call has a trace id of its own.

    Calls one read twice: the ids under which the two are traced differ (Decree 278/2025/NĐ-CP,
    Article 13).
    """
    operation = _first(probe)
    first, again = (_trace_id(probe.control(operation), fields) for _ in range(2))
    if not first or not again:
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi="trả lời không có mã truy vết", en="the answers carry no trace id"),
        )
    require(
        first != again,
        expected=Text(vi="mã truy vết riêng cho từng lời gọi", en="a trace id for each call"),
        observed=first,
    )


@check(catalogue="DAT-038", per="target", requests=2, contract=True)
def calls_can_be_traced(probe: Probe, *, fields: tuple[str, ...] = FIELDS) -> None:
    """A call is found again by its trace id.

    Calls a read, takes the trace id of the answer and asks the operation with the role
    `sharing.trace.read` for it, as the same caller: it answers, and its answer has that id.
    Where that caller may not look calls up nothing is decided (Decree 278/2025/NĐ-CP, Article 13).
    """
    tracer = probe.scene.operation(probe.scene.mapping.unit(_TRACE) or "")
    places = [p.name for p in tracer.parameters if p.place == "path"] if tracer else []
    if tracer is None or len(places) != 1:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"thao tác {_TRACE} phải có đúng một tham số đường dẫn",
                en=f"the operation {_TRACE} has to have one parameter in its path",
            ),
        )
    control = probe.control(_first(probe, other_than=tracer.unit))
    trace_id = _trace_id(control, fields)
    if not trace_id:
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi="trả lời không có mã truy vết", en="the answer carries no trace id"),
        )
    asked = probe.form(tracer, identity=control.identity, values={places[0]: trace_id})
    answer = probe.send(asked)
    if unbroken(answer).status in {401, 403}:
        raise probe.why_no_success(tracer, answer)
    shown = answer.shown_body
    require(
        tracer.succeeded(answer) and (answer.body_is_hidden or trace_id.encode() in shown),
        expected=Text(
            vi="lời gọi vừa thực hiện được tra cứu lại theo mã truy vết",
            en="the call just made to be found by its trace id",
        ),
        observed=answer.status,
    )


@law(catalogue="DAT-037", per="target", on="errors")
def refusals_give_a_reason(answer: Exchange) -> None:
    """Who is refused is told why.

    Looks at refusals (400, 401, 403, 404, 409, 410, 422): the body has words for a reader, in a
    problem document, in a customary member of JSON, or in the reason of a SOAP Fault. Refusals
    without a body, such as those to HEAD, are not looked at (Decree 194/2025/NĐ-CP, Article 16,
    clause 2: a refusal states its reason and its ground).
    """
    method = answer.request.method
    if answer.status not in _REFUSALS or method == "HEAD" or not answer.has_body:
        raise NotApplicable(Text(vi="không phải lời từ chối", en="no refusal"))
    require(
        _reason(answer),
        expected=Text(vi="lời từ chối có nêu lý do", en="a refusal that gives a reason"),
        observed=f"{answer.status} {answer.media_type}",
    )


def _reason(answer: Exchange) -> bool:
    if answer.is_json:
        body: Any = answer.json()
        told = body if isinstance(body, dict) else {}
        inner = told.get("error")
        told = {**told, **inner} if isinstance(inner, dict) else told
        return any(_is_text(told.get(name)) for name in _REASONS)
    message = soap.of(answer) if answer.media_type.endswith("xml") else None
    if message is not None:
        return message.fault is not None and bool(message.fault.reason)
    return bool(answer.shown_body.strip())


def _is_text(value: object) -> bool:
    # An empty text is never hidden.
    return isinstance(value, str) and (isinstance(value, Hidden) or bool(value.strip()))


def _trace_id(answer: Exchange, fields: tuple[str, ...]) -> str:
    value = next((answer.header(name) for name in fields if answer.header(name)), "")
    found = _PARENT.fullmatch(value)
    return found[1] if found else value


def _first(probe: Probe, other_than: str = "") -> Any:
    """Return the read that speaks for the target, or another one."""
    found = probe.first_read()
    if found is None or found.unit == other_than:
        others = (o for o in probe.scene.operations if o.reads and o.unit != other_than)
        found = next(others, None)
    if found is None:
        raise NotApplicable(
            Text(vi="không có thao tác chỉ đọc", en="there is no operation that reads")
        )
    return found
