"""Methods: what is not offered is refused properly, and HEAD is GET without a body."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Ask, Probe, answered
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_CANDIDATES = ("PATCH", "PUT", "DELETE")
_UNKNOWN = "VNCT"
_HEAD = "HEAD"
_UNDECLARED = "undeclared methods"


@check(
    catalogue="IOP-002",
    per="operation",
    safety="write",
    requests=2,
    shares=_UNDECLARED,
    once_per_path=True,
)
def refusals_name_what_is_allowed(probe: Probe, operation: Operation) -> None:
    """A refused method is told which methods are allowed.

    Sends a method that the path does not declare, and one that does not exist; an answer 405 has
    an Allow field, which may be empty (RFC 9110, sections 15.5.6 and 10.2.1).
    """
    refusals = [a for a in _undeclared(probe, operation) if a.status == 405]
    if not refusals:
        raise NotApplicable(Text(vi="không có trả lời 405", en="nothing was answered 405"))
    for answer in refusals:
        require(
            answer.header_all("Allow"),
            expected=Text(vi="405 kèm tiêu đề Allow", en="405 with an Allow field"),
            observed=Text(
                vi=f"405 cho {answer.request.method}, không có Allow",
                en=f"405 for {answer.request.method} without Allow",
            ),
            by=answer,
        )


@check(
    catalogue="IOP-002",
    per="operation",
    safety="write",
    requests=2,
    shares=_UNDECLARED,
    once_per_path=True,
)
def undeclared_methods_are_refused(probe: Probe, operation: Operation) -> None:
    """A method that the contract does not declare does not succeed (RFC 9110, section 9.1)."""
    for answer in _undeclared(probe, operation):
        require(
            not answer.succeeded,
            expected=Text(
                vi="phương thức không khai báo bị từ chối", en="an undeclared method to be refused"
            ),
            observed=f"{answer.request.method} → {answer.status}",
            by=answer,
        )


@check(catalogue="IOP-003", per="operation", requests=3, shares=_HEAD, methods=["GET"])
def head_mirrors_get(probe: Probe, operation: Operation) -> None:
    """HEAD tells what GET would tell.

    Sends GET and HEAD with the same headers and compares status, Content-Type and ETag; an ETag
    that also changes from GET to GET is not compared (RFC 9110, section 9.3.2).
    """
    get = probe.control(operation)
    head = _head(probe, operation)
    require(
        head.status == get.status,
        expected=Text(
            vi=f"HEAD trả lời {get.status} như GET", en=f"HEAD answered {get.status} like GET"
        ),
        observed=head.status,
    )
    require(
        not head.header("Content-Type") or head.media_type == get.media_type,
        expected=Text(vi="cùng Content-Type với GET", en="the Content-Type of GET"),
        observed=head.media_type,
    )
    if head.header("ETag") and head.header("ETag") != get.header("ETag"):
        steady = probe.control(operation).header("ETag") == get.header("ETag")
        require(
            not steady,
            expected=Text(vi="cùng ETag với GET", en="the ETag of GET"),
            observed=head.header("ETag"),
            by=head,
        )


@check(catalogue="IOP-003", per="operation", requests=1, shares=_HEAD, methods=["GET"])
def head_has_no_body(probe: Probe, operation: Operation) -> None:
    """The answer to HEAD ends with its headers.

    Sends HEAD over a bare connection and reads on: bytes after the headers would be taken for
    the next answer (RFC 9110, section 9.3.2; RFC 9112, section 6.3).
    """
    head = _bare_head(probe, operation)
    excess = head.excess_bytes
    require(
        excess == 0,
        expected=Text(vi="không có byte nào sau phần tiêu đề", en="no byte after the headers"),
        observed=Text(vi=f"{excess} byte", en=f"{excess} bytes"),
    )


@check(catalogue="SEC-009", per="target", safety="write", requests=2)
def trace_echoes_nothing(probe: Probe) -> None:
    """TRACE does not send a request back.

    Sends TRACE without credentials and with a canary in a header field, over a bare connection,
    to a path that GET answers. An answer 2xx that holds the canary, or is of type message/http,
    is an echo; another page is none (RFC 9110, section 9.3.8; ASVS 5.0, 13.4.4).
    """
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác GET", en="there is no GET operation"))
    probe.control(operation)
    canary = probe.canary()
    # Never with credentials: an echo would hand them on.
    answer = probe.call(
        operation,
        method="TRACE",
        identity=None,
        headers=(("X-Canary", canary),),
        raw=True,
        wellformed=False,
    )
    # The type first: it decides where the body was withheld, too.
    echoed = answer.succeeded and (
        answer.media_type == "message/http" or canary.encode() in answer.body
    )
    require(
        not echoed,
        expected=Text(vi="TRACE không trả lại yêu cầu", en="TRACE not to send the request back"),
        observed=Text(
            vi=f"{answer.status} kèm chính yêu cầu", en=f"{answer.status} with the request"
        ),
    )


def _bare_head(probe: Probe, operation: Operation) -> Exchange:
    """Ask HEAD over a bare connection, where what follows the headers is seen."""
    (outcome,) = probe.shared(_HEAD, lambda p: p.call(operation, method="HEAD", raw=True))
    return answered(outcome)


def _head(probe: Probe, operation: Operation) -> Exchange:
    try:
        return _bare_head(probe, operation)
    except NotTested as outcome:
        # Some proxies let no bare connection through; headers are seen without one.
        if outcome.reason is not Reason.TOOL_MISSING:
            raise
        return probe.call(operation, method="HEAD")


def _undeclared(probe: Probe, operation: Operation) -> list[Exchange]:
    declared = {o.method for o in probe.scene.operations if o.path == operation.path}
    # The mildest method first, and only one: nobody asked for anything to be deleted.
    methods = [*[m for m in _CANDIDATES if m not in declared][:1], _UNKNOWN]

    def asking(method: str) -> Ask:
        return lambda p: p.call(operation, method=method, wellformed=False)

    return [answered(o) for o in probe.shared(_UNDECLARED, *map(asking, methods))]
