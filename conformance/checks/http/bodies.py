"""What is sent in another form than the contract names is not taken."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance import advice
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_UNSUPPORTED = 415
_RANGES = frozenset({"*/*", "application/*"})


@dataclass(frozen=True)
class _Form:
    """A form that nobody announced: its media type, and the body; None for the true one."""

    media_type: str
    body: bytes | None = None


_INVENTED = _Form("application/vnct+x")
_XML = _Form("application/xml", b'<?xml version="1.0" encoding="UTF-8"?>\n<vnct/>\n')


@check(catalogue="IOP-007", per="target", safety="write", requests=3)
def unsupported_types_are_refused(probe: Probe) -> None:
    """A body of a media type that the contract does not name is refused.

    Sends the JSON body of one writing operation, which speaks for the target, under an invented
    media type, and an XML document as `application/xml`, where the contract names neither: 415,
    or another 4xx if the same request as the contract means it succeeds. 2xx says that a body was
    taken for what it is not. A redirection, or an error of the server, is no answer to this
    question; errors are judged elsewhere. The operation that is asked is the first with a JSON
    body whose first call succeeded with one, those that need no other object before them first: a
    request without content has no type that could be unsupported (RFC 9110, sections 8.3 and
    15.5.16).
    """
    operation = _asked_of(probe)
    doubtful: Exchange | None = None
    for form in _unnamed(operation):
        answer = probe.call(
            operation,
            headers=(("Content-Type", form.media_type),),
            body=form.body,
            wellformed=False,
        )
        require(
            not answer.succeeded,
            expected=Text(
                vi=f"415 (hoặc mã 4xx khác) cho nội dung kiểu {form.media_type}",
                en=f"415, or another 4xx, for a body of type {form.media_type}",
            ),
            observed=f"{operation.unit} → {answer.status}",
            by=answer,
        )
        unbroken(answer)
        if answer.status < 400:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"{operation.unit} chuyển hướng ({answer.status}): không rõ nhận hay không",
                    en=f"{operation.unit} redirects ({answer.status}), neither taking nor refusing",
                ),
            )
        if answer.status != _UNSUPPORTED:
            doubtful = answer
    if doubtful is not None:
        # It may have been refused for another reason, which then holds for the true body as well.
        probe.control(operation)


@check(catalogue="SEC-025", per="target", safety="write", requests=3)
def forms_of_foreign_pages_are_refused(probe: Probe) -> None:
    """A page of another site cannot make a browser change anything on its reader's behalf.

    Takes the first POST with a JSON body that succeeded for somebody whose credential browsers send
    by themselves: a cookie, a password of HTTP or a client certificate. Sends its body as a foreign
    page can without asking first (Fetch, CORS-safelisted fields): as `text/plain`, then without any
    type, from a foreign origin and without the fields that such a page cannot set. Broken where
    that succeeds: 415 refuses it, and so does any other 4xx if the true call succeeds (ASVS 5.0,
    3.5.2). Whether the cookie has SameSite is not looked at, which is a second wall. Nothing is
    asked where credentials go into a field of their own, such as access tokens.
    """
    operation = _sent_by_browsers(probe)
    refused = True
    for media_type in (*({"text/plain"} - set(operation.request_types)), ""):
        formed = probe.form(operation, identity=probe.allowed(operation))
        foreign = [("Accept", "*/*"), ("Origin", f"https://{probe.canary()}.example")]
        foreign += [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]
        foreign += [("Content-Type", media_type)] if media_type else []
        answer = probe.send(
            replace(formed, headers=tuple(foreign), operation=operation.unit, wellformed=False)
        )
        require(
            not operation.succeeded(answer),
            expected=Text(
                vi="415 (hoặc mã 4xx khác) cho nội dung mà trang lạ gửi được",
                en="415, or another 4xx, for a body that a foreign page can send",
            ),
            observed=f"{operation.unit}, {media_type or '—'} → {answer.status}",
            by=answer,
        )
        unbroken(answer)
        refused = refused and answer.status == _UNSUPPORTED
    if not refused:
        # It may have been refused for another reason, which then holds for the true call as well.
        probe.control(operation)


def _sent_by_browsers(probe: Probe) -> Operation:
    """Return the operation that a foreign page would call.

    Raises:
        NotApplicable: there is none, or browsers send no credential to it by themselves.
        NotTested: none of them can be called; the reason is that of the first.
    """
    why: NotTested | None = None
    for operation in probe.scene.operations:
        in_json = any("json" in name.lower() for name in operation.request_types)
        foreign = operation.method == "POST" and in_json and operation.closed
        if not foreign or operation.ends_session:
            continue
        try:
            answer = probe.baseline(operation)
            who = probe.target.identities.get(answer.identity or "")
            if who is None or not who.sent_by_browsers:
                continue
            if operation.succeeded(answer) and answer.request.body:
                return operation
            why = why or _why_not(probe, operation, answer)
        except NotTested as outcome:
            why = why or outcome
    raise why or NotApplicable(
        Text(
            vi="không thao tác POST nào mở bằng thông tin xác thực mà trình duyệt tự gửi",
            en="no POST is opened by a credential that browsers send by themselves",
        )
    )


def _asked_of(probe: Probe) -> Operation:
    """Return the operation that is asked.

    Raises:
        NotApplicable: none takes JSON and nothing else.
        NotTested: none of them can be called; the reason is that of the first.
    """
    takers = [
        o
        for o in probe.scene.operations
        if o.method in {"POST", "PUT", "PATCH"} and not o.ends_session and _unnamed(o)
    ]
    if not takers:
        raise NotApplicable(
            Text(
                vi="đặc tả giao diện không có thao tác ghi nào chỉ nhận JSON",
                en="the contract has no writing operation that takes JSON alone",
            )
        )
    # What is called with no object made for it costs one request, and logging in is no writing.
    takers.sort(key=lambda o: (o.public, "{" in o.path, o.method != "POST"))
    why: NotTested | None = None
    for operation in takers:
        try:
            answer = probe.baseline(operation)
            if operation.succeeded(answer) and answer.request.body:
                return operation
            why = why or _why_not(probe, operation, answer)
        except NotTested as outcome:
            why = why or outcome
    assert why is not None  # noqa: S101  # each that was left out told why
    raise why


def _why_not(probe: Probe, operation: Operation, answer: Exchange) -> NotTested:
    if not operation.succeeded(answer):
        return probe.why_no_success(operation, answer)
    line = advice.line("examples", operation.id, "{body: {…}}")
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"nội dung mẫu rỗng, không có gì để gửi dưới kiểu khác: thêm vào tệp đích {line}",
            en=f"the body is empty, nothing to send as another type: add to the target file {line}",
        ),
    )


def _unnamed(operation: Operation) -> list[_Form]:
    """Return the forms that an operation with a JSON body does not announce."""
    named = {name.partition(";")[0].strip().lower() for name in operation.request_types}
    if not any(name.endswith(("/json", "+json")) for name in named) or named & _RANGES:
        return []
    speaks_xml = any(name.endswith(("/xml", "+xml")) for name in named)
    return [_INVENTED] if speaks_xml else [_INVENTED, _XML]
