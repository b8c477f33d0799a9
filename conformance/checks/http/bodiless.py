"""Answers that end with their fields: 204, 205 and 304."""

from __future__ import annotations

from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_NO_CONTENT, _RESET_CONTENT, _NOT_MODIFIED = 204, 205, 304
BODILESS = frozenset({_NO_CONTENT, _RESET_CONTENT, _NOT_MODIFIED})
_DONE = frozenset({_NO_CONTENT, _RESET_CONTENT})
_NOTHING = Text(vi="không có byte nào sau phần tiêu đề", en="no byte after the headers")
_NOT_ASKED = Text(
    vi="thao tác không trả lời 204 hay 205", en="the operation answers neither 204 nor 205"
)


@law(catalogue="IOP-010", per="target", on="all", hostile=True)
def no_content_is_no_bytes(answer: Exchange) -> None:
    """An answer with the status 204, 205 or 304 ends with its headers.

    204 announces neither a length other than 0 nor a transfer coding; 205 has no body; after none
    of the three comes a byte. A 304 may tell the length that 200 would have. Bytes behind the
    headers of 204 and 304 are seen over a bare connection only: what came another way decides
    nothing, unless its headers already break the rule. HEAD is a question of its own. Whether
    another 2xx should have had a body is not judged: it may be empty (RFC 9110, sections 8.6,
    15.3.5, 15.3.6 and 15.4.5; RFC 9112, section 6.1).
    """
    if answer.status not in BODILESS or answer.request.method == "HEAD":
        raise NotApplicable(
            Text(vi="không phải 204, 205 hay 304", en="neither 204 nor 205 nor 304")
        )
    _ends_with_its_headers(answer)


@check(
    catalogue="IOP-010",
    per="operation",
    safety="write",
    requests=1,
    methods=["POST", "PUT", "PATCH", "DELETE"],
)
def writes_without_content_send_no_bytes(probe: Probe, operation: Operation) -> None:
    """A write that is answered 204 or 205 is answered without a byte of content.

    Where the first call was answered so, calls once more over a bare connection and reads on
    behind the headers: bytes there would be taken for the next answer (RFC 9110, sections 15.3.5
    and 15.3.6; RFC 9112, section 6.3).
    """
    if probe.baseline(operation).status not in _DONE:
        raise NotApplicable(_NOT_ASKED)
    answer = probe.call(operation, raw=True)
    if answer.status not in _DONE:
        raise (
            probe.why_no_success(operation, answer)
            if not answer.succeeded
            else NotApplicable(_NOT_ASKED)
        )
    _ends_with_its_headers(answer)


def _ends_with_its_headers(answer: Exchange) -> None:
    """Demand that nothing is announced and nothing comes behind the headers.

    Raises:
        NotTested: nothing is announced, and nobody looked for what comes all the same.
    """
    length = answer.header("Content-Length")
    if answer.status != _NOT_MODIFIED:
        require(
            not (length.isdecimal() and int(length)),
            expected=Text(
                vi=f"{answer.status} không báo độ dài nội dung",
                en=f"{answer.status} without a length of content",
            ),
            observed=f"Content-Length: {length}",
            by=answer,
        )
    if answer.status == _NO_CONTENT:
        coding = answer.header("Transfer-Encoding")
        require(
            not coding,
            expected=Text(vi="204 không có Transfer-Encoding", en="204 without Transfer-Encoding"),
            observed=f"Transfer-Encoding: {coding}",
            by=answer,
        )
    # A 205 is framed like any other answer, so its content is read however it came.
    require(not answer.has_body, expected=_NOTHING, observed=_bytes(answer), by=answer)
    if not answer.seen_to_its_end and answer.status != _RESET_CONTENT:
        raise NotTested(
            Reason.TOOL_MISSING,
            Text(
                vi="trả lời này không đi qua kết nối trần nên không thấy byte sau phần tiêu đề",
                en="it did not come over a bare connection, so bytes after the headers are not"
                " seen",
            ),
        )
    require(not answer.excess_bytes, expected=_NOTHING, observed=_bytes(answer), by=answer)


def _bytes(answer: Exchange) -> Text:
    count = answer.excess_bytes or len(answer.response.body if answer.response else b"")
    return Text(vi=f"{count} byte sau {answer.status}", en=f"{count} bytes after {answer.status}")
