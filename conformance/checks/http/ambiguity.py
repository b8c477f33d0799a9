"""Requests that two servers could read in two ways, written out byte by byte."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange, Headers
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import Question
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# A chunked body of nothing; as long as it is said to be, so that nobody is left with a rest of it.
_EMPTY = b"0\r\n\r\n"
_EXPECTED = Text(
    vi="400 (hoặc mã 4xx khác), hay kết nối bị đóng",
    en="400 (or another 4xx), or the connection closed",
)


@check(catalogue="SEC-019", per="target", requests=3)
def hosts_are_named_once(probe: Probe) -> None:
    """A request that names no host, or two, is refused.

    After a GET operation that succeeds, writes the same request out without Host, then with a
    second Host of an invented name behind the true one: 400 is due (RFC 9112, section 3.2); another
    4xx and a connection that is closed without an answer refuse as well. Broken where either
    succeeds: of two servers on the way each may believe another host. Servers that speak HTTP/1.0
    only are not asked.
    """
    operation = _control(probe)
    host = urlsplit(probe.target.base_url).netloc
    for said, hosts in (
        (Text(vi="không có Host", en="no Host"), ()),
        (Text(vi="hai Host", en="two Hosts"), (host, f"{probe.canary()}.example")),
    ):
        fields = tuple(("Host", name) for name in hosts)
        _be_refused(_answer(probe, operation, fields), said)


@check(catalogue="SEC-020", per="target", safety="intrusive", requests=4)
def ambiguous_lengths_are_refused(probe: Probe) -> None:
    """A request that tells its length in two ways is refused, or ends its connection.

    After a GET operation that succeeds, writes the same request out with two different
    Content-Length, and with white space between `Transfer-Encoding` and its colon: 400 is due
    (RFC 9112, sections 5.1 and 6.3). Then with Content-Length and Transfer-Encoding, and with
    another request behind it on the connection: it may be served, but the connection has to be
    closed (section 6.1), so the other is not answered. The bodies are as long as either way says,
    so no server is left with a rest of one that it could take for somebody's request. A connection
    that is closed without an answer refuses as well (ASVS 5.0, 4.2.1).
    """
    operation = _control(probe)
    url = probe.form(operation, identity=None).url
    parts = urlsplit(url)
    host = ("Host", parts.netloc)
    lengths = (host, ("Content-Length", "0"), ("Content-Length", "2"))
    # An empty line before the next request is overlooked (RFC 9112, section 2.2).
    _be_refused(
        _answer(probe, operation, lengths, b"\r\n"),
        Text(vi="hai Content-Length khác nhau", en="two different Content-Length"),
    )
    length = ("Content-Length", str(len(_EMPTY)))
    spaced = (host, length, ("Transfer-Encoding ", "chunked"))
    _be_refused(
        _answer(probe, operation, spaced, _EMPTY),
        Text(vi="khoảng trắng trước dấu hai chấm", en="white space before a colon"),
    )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    behind = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
    both = (host, length, ("Transfer-Encoding", "chunked"))
    answer = _answer(probe, operation, both, _EMPTY + behind)
    require(
        answer is None or not (answer.succeeded and answer.excess_bytes),
        expected=Text(
            vi="bị từ chối, hoặc kết nối đóng lại sau trả lời",
            en="a refusal, or the connection closed after the answer",
        ),
        observed=Text(
            vi="yêu cầu kế tiếp trên cùng kết nối vẫn được trả lời",
            en="the next request on the connection was answered",
        ),
    )


def _control(probe: Probe) -> Operation:
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác GET", en="there is no GET operation"))
    if (answer := probe.control(operation)).response and answer.response.http == "1.0":
        raise NotApplicable(Text(vi="máy chủ chỉ dùng HTTP/1.0", en="the server speaks HTTP/1.0"))
    return operation


def _answer(
    probe: Probe, operation: Operation, fields: Headers, body: bytes = b""
) -> Exchange | None:
    """Return the answer to a request with these fields and no others for its host and length.

    None where the connection was closed without one, while others are answered.

    Raises:
        NotTested: nothing came for another reason.
    """
    who = probe.allowed(operation)
    formed = probe.form(operation, identity=who)
    headers = (*fields, *formed.headers)
    question = Question(
        "GET", formed.url, headers, body, who, raw=True, wellformed=False, literal=True
    )
    try:
        return probe.send(question)
    except NotTested as outcome:
        last = probe.asked[-1] if probe.asked else None
        if outcome.reason is Reason.BLOCKED or (last and last.facts.get("unanswered")):
            return None
        raise


def _be_refused(answer: Exchange | None, said: Text) -> None:
    if answer is None:
        return
    require(
        not answer.succeeded,
        expected=_EXPECTED,
        observed=Text(vi=f"{said.vi} → {answer.status}", en=f"{said.en} → {answer.status}"),
        by=answer,
    )
    unbroken(answer, told=answer.status == 501)  # RFC 9110, section 15.6.2
    if answer.status < 400:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{said.vi}: chuyển hướng ({answer.status}), không rõ nhận hay từ chối",
                en=f"{said.en}: redirected ({answer.status}), neither taken nor refused",
            ),
        )
