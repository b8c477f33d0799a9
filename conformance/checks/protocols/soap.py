"""SOAP: envelopes and their media types, faults, bodies held against their XML Schema."""

from __future__ import annotations

import re
from typing import Any

from conformance import soap, xsd
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.privacy.hidden import redacted
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_BODY = re.compile(r"<(?:[\w.-]+:)?Body(?:\s[^<>]*)?>")
_FIRST = re.compile(r"<([\w.:-]+)")
_LEAF = re.compile(r"<([\w.:-]+)(?:\s[^<>]*)?>[^<>]*</\1>")
# With attachments or MTOM the message is a part of what is sent (X-Road 4.0, section 2.4).
_MULTIPART = "multipart/related"
# SOAP 1.1, section 6.2; SOAP 1.2 part 2, section 7.5.2.2: 400 where the sender is to blame.
_STATUSES = {"1.1": (500,), "1.2": (400, 500)}


def _any_soap(scene: Scene, _: object) -> bool:
    return any(operation.protocol == soap.PROTOCOL for operation in scene.operations)


def _has_schema(_: Scene, operation: Any) -> bool:
    return bool(operation.xsd)


@law(catalogue="FMT-030", per="operation", on="2xx", contract=True)
def answers_are_envelopes(answer: Exchange) -> None:
    """A SOAP message is answered with a SOAP message.

    The body of a successful answer is well-formed XML without a document type, its root is the
    Envelope of SOAP 1.1 or 1.2 in the right namespace, with one Body (SOAP 1.1, sections 3 and 4;
    SOAP 1.2 part 1, section 5).
    """
    _be_single(answer)
    require(
        _flaw(answer) is None,
        expected=Text(
            vi="một SOAP Envelope đúng cú pháp, đúng không gian tên, không có DOCTYPE",
            en="a well-formed SOAP envelope in its namespace, without a DOCTYPE",
        ),
        observed=_flaw(answer) or "",
    )


@law(catalogue="FMT-030", per="operation", on="2xx", contract=True)
def media_types_are_those_of_soap(answer: Exchange) -> None:
    """A message is declared as what it is.

    SOAP 1.1 travels as `text/xml`, SOAP 1.2 as `application/soap+xml` (SOAP 1.1, section 6; SOAP
    1.2 part 2, section 7.1.4).
    """
    _be_single(answer)
    message = soap.of(answer)
    if message is None:
        raise NotApplicable(Text(vi="không phải thông điệp SOAP", en="no SOAP message"))
    wanted = soap.MEDIA_TYPES[message.version]
    require(
        answer.media_type == wanted,
        expected=Text(
            vi=f"{wanted} cho SOAP {message.version}", en=f"{wanted} for SOAP {message.version}"
        ),
        observed=answer.media_type or Text(vi="không có kiểu nội dung", en="no media type"),
    )


@law(catalogue="FMT-029", per="operation", on="2xx", contract=True)
def bodies_keep_their_schema(answer: Exchange, operation: Operation) -> None:
    """What a message holds is what its XML Schema says.

    Holds the first element of the body of a success against the schema that the contract names
    (`x-xsd`); a fault has a schema of its own (XML Schema 1.0 part 1, section 5.2).
    """
    if not operation.xsd:
        raise NotApplicable(Text(vi="đặc tả không nêu x-xsd", en="the contract names no x-xsd"))
    _be_single(answer)
    message = soap.of(answer)
    if message is None or message.fault is not None:
        raise NotApplicable(Text(vi="không phải thông điệp trả lời", en="no message that answers"))
    if answer.body_is_hidden:
        raise redacted()
    found = xsd.breaches(operation.xsd, answer.body)
    require(
        not found,
        expected=Text(vi="nội dung Body đúng lược đồ XML", en="a body that keeps its XML Schema"),
        observed="; ".join(found),
    )


@check(catalogue="DOC-012", per="operation", requests=0, contract=True, applies=_has_schema)
def samples_keep_their_schema(probe: Probe, operation: Operation) -> None:
    """The example of a SOAP service keeps its own schema.

    Holds the message with which the service is called, from the contract or the target file,
    against `x-xsd` (XML Schema 1.0 part 1, section 5.2).
    """
    text, _ = _sample(probe, operation)
    try:
        found = xsd.breaches(operation.xsd, text.encode())
    except soap.NotSoapError as error:
        found = [str(error)]
    require(
        not found,
        expected=Text(
            vi="thông điệp mẫu đúng lược đồ XML", en="an example that keeps its XML Schema"
        ),
        observed="; ".join(found),
    )


@check(
    catalogue="FMT-029",
    per="operation",
    safety="write",
    requests=2,
    contract=True,
    applies=_has_schema,
)
def bodies_outside_the_schema_are_refused(probe: Probe, operation: Operation) -> None:
    """A message that its schema does not allow is refused.

    After the example, which has to succeed, sends it with one element under another name, which
    `x-xsd` does not allow: answered with success, the platform has looked at nothing (XML Schema
    1.0 part 1, section 5.2). Where the schema allows it nothing is asked, and a server error
    without a fault decides nothing.
    """
    text, question = _sample(probe, operation)
    probe.control(operation)
    renamed = _with_a_leaf_renamed(text, probe.canary())
    try:
        broken = bool(renamed and xsd.breaches(operation.xsd, renamed.encode()))
    except soap.NotSoapError:
        broken = False
    if not renamed or not broken:
        raise NotApplicable(
            Text(vi="lược đồ XML cho phép mọi phần tử", en="the XML Schema allows any element")
        )
    answer = probe.call(operation, headers=question, body=renamed.encode(), wellformed=False)
    _be_refused(
        operation,
        answer,
        Text(
            vi="thông điệp trái lược đồ XML bị từ chối",
            en="a refusal of a message that breaks its XML Schema",
        ),
    )


@check(
    catalogue="FMT-030",
    per="target",
    safety="write",
    requests=2,
    contract=True,
    applies=_any_soap,
)
def errors_are_faults(probe: Probe) -> None:
    """An error of a SOAP service is a SOAP Fault.

    Asks for a service that nobody could know, after one that succeeds. The answer is a message
    with a fault that has a code and a reason, with HTTP status 500 in SOAP 1.1, with 400 or 500 in
    SOAP 1.2 (SOAP 1.1, sections 4.4 and 6.2; SOAP 1.2 part 2, section 7.5.2.2; X-Road 4.0,
    section 2.5).
    """
    answer, operation = _of_an_unknown_service(probe)
    if operation.succeeded(answer):
        raise NotTested(
            Reason.INCONCLUSIVE, Text(vi="không có lỗi nào được báo", en="no error came about")
        )
    message = soap.of(answer)
    fault = message.fault if message else None
    require(
        message is not None and fault is not None,
        expected=Text(vi="một SOAP Fault", en="a SOAP Fault"),
        observed=f"{answer.status} {answer.media_type}",
    )
    assert message is not None and fault is not None  # noqa: S101, PT018  # required above
    require(
        fault.code and fault.reason,
        expected=Text(vi="Fault có mã lỗi và lý do", en="a fault with a code and a reason"),
        observed=Text(
            vi=f"mã lỗi: {bool(fault.code)}, lý do: {bool(fault.reason)}",
            en=f"code: {bool(fault.code)}, reason: {bool(fault.reason)}",
        ),
    )
    wanted = _STATUSES[message.version]
    named = ", ".join(map(str, wanted))
    require(
        answer.status in wanted,
        expected=Text(vi=f"mã trạng thái HTTP {named}", en=f"HTTP status {named}"),
        observed=answer.status,
    )


@check(
    catalogue="FMT-030",
    per="target",
    safety="write",
    requests=2,
    contract=True,
    applies=_any_soap,
)
def unknown_services_are_refused(probe: Probe) -> None:
    """A SOAP service that does not exist is not carried out.

    Asks for a service that nobody could know, after one that succeeds: it is not answered with
    success, and with a server error only where a fault tells why (SOAP 1.1, section 4.4.1).
    """
    answer, operation = _of_an_unknown_service(probe)
    _be_refused(
        operation,
        answer,
        Text(
            vi="dịch vụ không tồn tại bị từ chối", en="a refusal of a service that does not exist"
        ),
    )


def _be_refused(operation: Operation, answer: Exchange, expected: Text) -> None:
    """Do nothing where an answer refuses: SOAP 1.1 knows no 4xx, so a fault may come as 500.

    Raises:
        Violation: what was asked was done.
        NotTested: the server broke without a word of SOAP.
    """
    require(not operation.succeeded(answer), expected=expected, observed=answer.status)
    unbroken(answer, told=soap.of(answer) is not None)


def _of_an_unknown_service(probe: Probe) -> tuple[Exchange, Operation]:
    """Return the answer to a message for a service that nobody could know, after a control."""
    spoken = [o for o in probe.scene.operations if o.protocol == soap.PROTOCOL]
    operation = next((o for o in spoken if o.discriminator and o.reads), None)
    if operation is None or operation.discriminator is None:
        raise NotApplicable(
            Text(vi="không có dịch vụ SOAP chỉ đọc", en="there is no SOAP service that reads")
        )
    text, headers = _sample(probe, operation)
    probe.control(operation)
    word = probe.canary()
    renamed = _with_another_service(text, word)
    if operation.discriminator[0] == soap.ACTION:
        known = operation.discriminator[1]
        headers = tuple((name, value.replace(known, word)) for name, value in headers)
    answer = probe.call(operation, headers=headers, body=renamed.encode(), wellformed=False)
    return answer, operation


def _sample(probe: Probe, operation: Operation) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the message with which a service is called, and the fields that say what it is."""
    formed = probe.form(operation, identity=None)
    named = {"content-type", soap.ACTION.lower()}
    kept = tuple(pair for pair in formed.headers if pair[0].lower() in named)
    return formed.body.decode("utf-8", "replace"), kept


def _with_another_service(text: str, word: str) -> str:
    """Return a message whose body asks for something else."""
    body = _BODY.search(text)
    first = _FIRST.search(text, body.end()) if body else None
    name = first[1].rpartition(":")[2] if first else ""
    # Where a header block names the service too, as X-Road's does, it names the same.
    return _renamed(text, _FIRST, word).replace(f">{name}<", f">{word}<")


def _with_a_leaf_renamed(text: str, word: str) -> str:
    """Return a message in whose body one element has another name; empty where it has none."""
    return _renamed(text, _LEAF, word)


def _renamed(text: str, wanted: re.Pattern[str], word: str) -> str:
    body = _BODY.search(text)
    found = wanted.search(text, body.end()) if body else None
    if body is None or found is None:
        return ""
    head, inner, name = text[: body.end()], text[body.end() :], found[1]
    prefix, colon, _ = name.rpartition(":")
    other = rf"\g<1>{prefix}{colon}{word}"
    # One element and its end, or every element of this name: either way the name is not there.
    return head + re.sub(rf"(</?){re.escape(name)}(?=[\s/>])", other, inner)


def _be_single(answer: Exchange) -> None:
    if answer.media_type == _MULTIPART:
        raise NotApplicable(Text(vi="thông điệp có tệp đính kèm", en="a message with attachments"))


def _flaw(answer: Exchange) -> str | None:
    try:
        soap.read(answer.shown_body)
    except soap.NotSoapError as error:
        return str(error)
    return None
