"""Packets of the National Public Service Portal: envelope, errors, sessions, the two formats.

Names of members, codes and the log-in follow software in use: the tables of the norm could not be
read.
"""

from __future__ import annotations

from typing import Any

from conformance import packets
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.likeness import differing_names
from conformance.packets import JSON, XML
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import INVALID
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_REFUSALS = {
    None: Text(
        vi="gói tin báo lỗi, không kèm kết quả, khi không có phiên",
        en="a packet with an error and no result, where there is no session",
    ),
    INVALID: Text(
        vi="gói tin báo lỗi, không kèm kết quả, khi phiên là bịa ra",
        en="a packet with an error and no result, where the session is invented",
    ),
}
_NO_PACKET = Text(vi="không phải gói tin có error_code", en="no packet with an error_code")


@law(catalogue="FUZ-004", per="operation", on="2xx", contract=True)
def answers_are_packets(answer: Exchange) -> None:
    """An answer is a packet that says how it went.

    A successful HTTP answer is a JSON or XML object with `error_code`, a number or a text
    (QCVN 120:2019/BTTTT, in the form of the software in use).
    """
    if packets.is_xml(answer.media_type) and packets.flaw_of_xml(answer.body):
        raise NotApplicable(Text(vi="không phải XML đúng", en="not proper XML"))
    require(
        packets.error_code(packets.of(answer)) is not None,
        expected=Text(vi="gói tin có error_code", en="a packet with error_code"),
        observed=answer.media_type if packets.of(answer) is None else _NO_PACKET,
    )


@law(catalogue="FUZ-004", per="operation", on="baseline", contract=True)
def success_is_told_as_zero(answer: Exchange) -> None:
    """A packet that brings a result says 0 or "00".

    Both forms of success are in use; any other `error_code` beside a list of results leaves the
    reader with an error that is none (QCVN 120:2019/BTTTT, in the form of the software in use).
    """
    packet = packets.of(answer) if answer.succeeded else None
    code = packets.error_code(packet)
    # A list of results, not an object: that may be the details of an error.
    if code is None or not isinstance(packets.results(packet), list):
        raise NotApplicable(Text(vi="gói tin không mang kết quả", en="the packet brings no result"))
    require(
        code in packets.SUCCESS,
        expected=Text(vi='error_code là 0 hoặc "00"', en='an error_code of 0 or "00"'),
        observed=code,
    )


@check(catalogue="IOP-005", per="target", safety="write", requests=2, contract=True)
def errors_are_packets(probe: Probe) -> None:
    """An error is told as a packet.

    Sends a packet for a service that does not exist, in an open session; the answer, whatever its
    HTTP status below 500, is a packet whose `error_code` is neither 0 nor "00"
    (QCVN 120:2019/BTTTT, in the form of the software in use).
    """
    answer = _of_an_unknown_service(probe)
    code = packets.error_code(packets.of(answer))
    if code in packets.SUCCESS:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="không có lỗi nào được báo", en="no error came about"),
        )
    require(
        answer.status < 500 and code,
        expected=Text(vi="gói tin báo lỗi có error_code", en="a packet that names an error_code"),
        observed=f"{answer.status} {answer.media_type}",
    )


@check(catalogue="IOP-004", per="target", safety="write", requests=2, contract=True)
def unknown_services_are_refused(probe: Probe) -> None:
    """A service that does not exist is not carried out.

    Sends a packet for a service that nobody could know, in an open session, after one that
    succeeds: it is not answered with success, nor with a result (QCVN 120:2019/BTTTT, in the form
    of the software in use).
    """
    answer = _of_an_unknown_service(probe)
    packet = packets.of(answer)
    served = packets.is_success(packet) or packets.results(packet) is not None
    require(
        not (answer.succeeded and served),
        expected=Text(
            vi="dịch vụ không tồn tại bị từ chối", en="a refusal of a service that does not exist"
        ),
        observed=f"{answer.status}, error_code {packets.error_code(packet)}",
    )


@check(catalogue="AUT-001", per="operation", requests=3, secured=True, contract=True)
def sessions_are_demanded(probe: Probe, operation: Operation) -> None:
    """A packet without an open session is refused in a packet.

    Sends the packet of somebody who may without a session, then with one that nobody opened, then
    with the true one: the first two are answered with an `error_code` and no result, with HTTP
    status 200 or 401, the third succeeds (OWASP API2:2023).
    """
    for identity, expected in _REFUSALS.items():
        answer = unbroken(probe.call(operation, identity=identity))
        packet = packets.of(answer)
        require(
            packets.is_refusal(packet),
            expected=expected,
            observed=_with_a_result(answer)
            if packets.results(packet) is not None
            else f"{answer.status}, error_code {packets.error_code(packet)}",
        )
    probe.control(operation)


@check(catalogue="FMT-028", per="operation", requests=2, contract=True)
def xml_is_answered_in_xml(probe: Probe, operation: Operation) -> None:
    """Who asks in XML is answered in XML.

    Sends a packet in XML and accepts XML only, after the same in JSON: the answer says that it is
    XML, is well-formed, and declares no document type (XML 1.0, section 2.1; RFC 7303).
    """
    _is_read_in_xml(operation)
    probe.control(operation)
    answer = _in_xml(probe, operation)
    require(
        answer.succeeded and packets.is_xml(answer.media_type),
        expected=Text(vi="trả lời dạng XML", en="an answer in XML"),
        observed=f"{answer.status} {answer.media_type}",
    )
    flaw = packets.flaw_of_xml(answer.body)
    require(
        flaw is None,
        expected=Text(
            vi="XML đúng cú pháp, không có DOCTYPE", en="well-formed XML without a DOCTYPE"
        ),
        observed=flaw,
    )


@check(catalogue="FUZ-023", per="operation", requests=3, contract=True)
def xml_says_what_json_says(probe: Probe, operation: Operation) -> None:
    """The same packet says the same in JSON and in XML.

    Sends it twice in JSON and once in XML and compares the named texts of JSON, wherever they
    stand; what changes between the two is left out, and so are code and message of the answer
    (QCVN 120:2019/BTTTT allows both formats).
    """
    _is_read_in_xml(operation)
    first, again = (_told(probe.control(operation)) for _ in range(2))
    answer = _in_xml(probe, operation)
    if not operation.succeeded(answer) or not packets.is_xml(answer.media_type):
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi="không có trả lời dạng XML đọc được", en="no answer in XML that can be read"),
        )
    differing = differing_names(first, _told(answer), again)
    require(
        not differing,
        expected=Text(vi="XML và JSON cùng nội dung", en="the same content in XML and JSON"),
        observed=", ".join(sorted(differing)[:5]),
    )


def _of_an_unknown_service(probe: Probe) -> Exchange:
    """Return the answer to a packet for a service that nobody could know, after a control."""
    spoken = [o for o in probe.scene.operations if o.protocol == packets.PROTOCOL]
    known = next((o for o in spoken if o.discriminator and o.reads), None)
    if known is None or known.discriminator is None:
        raise NotApplicable(
            Text(vi="không có dịch vụ chỉ đọc", en="there is no service that reads")
        )
    probe.control(known)
    body = {**probe.example_body(known), known.discriminator[0]: probe.canary()}
    return probe.call(known, body=packets.written(body, JSON), wellformed=False)


def _with_a_result(answer: Exchange) -> Text:
    return Text(
        vi=f"{answer.status}, có kết quả kèm theo", en=f"{answer.status}, with a result beside it"
    )


def _is_read_in_xml(operation: Operation) -> None:
    if not operation.reads:
        raise NotApplicable(Text(vi="dịch vụ ghi dữ liệu", en="the service changes data"))
    if not any(packets.is_xml(name) for name in operation.request_types):
        raise NotApplicable(Text(vi="không khai báo XML", en="XML is not declared"))


def _in_xml(probe: Probe, operation: Operation) -> Exchange:
    body = packets.written(probe.example_body(operation), XML)
    return probe.call(operation, headers=(("Accept", XML), ("Content-Type", XML)), body=body)


def _told(answer: Exchange) -> Any:
    return packets.told(packets.of(answer) or {}, without=("error_code", "message", "session"))
