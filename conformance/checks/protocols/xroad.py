"""X-Road: who calls whom, in headers that come back; refusals of strangers to the exchange."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance import soap
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange, header_values
from conformance.privacy.hidden import redacted
from conformance.probe import Probe
from conformance.probe.forming import ACCEPT
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import Question
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

XROAD = "http://x-road.eu/xsd/xroad.xsd"
CLIENT, SERVICE, ID, ERROR = "X-Road-Client", "X-Road-Service", "X-Road-Id", "X-Road-Error"
REQUEST_ID = "X-Road-Request-Id"
# The server adds it to the answer (X-Road 4.0, section 2.2).
_ADDED = frozenset({"requestHash"})
_PREFIX = "/r1/"
_IN_CLIENT = re.compile(
    r"(<(?:[\w.-]+:)?client[\s>].*?<((?:[\w.-]+:)?memberCode)>)[^<]*(</\2>)", re.DOTALL
)


def _is_rest(_: Scene | None, operation: Any) -> bool:
    """Whether an operation is a REST call of X-Road: its contract declares X-Road-Client."""
    names = {p.name.lower() for p in operation.parameters if p.place == "header"}
    return CLIENT.lower() in names


def _is_exchange(scene: Scene, operation: Any) -> bool:
    return _is_rest(scene, operation) or operation.protocol == soap.PROTOCOL


def _any_rest(scene: Scene, _: object) -> bool:
    return any(_is_rest(scene, operation) for operation in scene.operations)


@law(catalogue="OPN-014", per="operation", on="2xx", contract=True)
def soap_headers_come_back(answer: Exchange) -> None:
    """A SOAP message is answered with the X-Road header blocks that it brought.

    `client`, `service`, `id`, `userId`, `issue`, `protocolVersion` and whatever else the request
    has in X-Road's namespace stand in the answer, in the same sequence and with the same values;
    prefixes do not matter, and `requestHash` is the server's (X-Road 4.0, section 2.2).
    """
    sent = _blocks(_read(answer.request.body))
    if not sent:
        raise NotApplicable(Text(vi="yêu cầu không có phần tử X-Road", en="no X-Road blocks sent"))
    message = soap.of(answer)
    if message is None:
        raise NotApplicable(Text(vi="không phải thông điệp SOAP", en="no SOAP message"))
    if answer.body_is_hidden:
        raise redacted()
    found = _blocks(message)
    named = {block[0]: block for block in found}
    differing = [block[0] for block in sent if named.get(block[0]) != block]
    require(
        not differing,
        expected=Text(
            vi="mọi phần tử đầu thông điệp X-Road được trả lại nguyên vẹn",
            en="every X-Road header block to come back unchanged",
        ),
        observed=", ".join(differing),
    )
    require(
        found == sent,
        expected=Text(
            vi="các phần tử đầu thông điệp X-Road giữ nguyên thứ tự",
            en="the X-Road header blocks in the sequence in which they came",
        ),
        observed=", ".join(block[0] for block in found),
    )


@check(catalogue="OPN-013", per="operation", requests=1, contract=True, applies=_is_rest)
def rest_headers_come_back(probe: Probe, operation: Operation) -> None:
    """A REST call is answered with its X-Road fields.

    Sends an X-Road-Id of its own: it comes back, and so does X-Road-Client; X-Road-Service names
    the service that was called, and X-Road-Request-Id is there (X-Road REST 1.0, section 4.3).
    """
    # In the form of a UUID, which X-Road recommends and contracts may demand.
    digits = "".join(probe.canary().rpartition("-")[2] for _ in range(2))
    word = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    answer = probe.call(operation, headers=((ID, word),))
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    asked = next(iter(header_values(answer.request.headers, CLIENT)), "")
    for name, wanted in ((ID, word), (CLIENT, asked)):
        require(
            answer.header(name) == wanted,
            expected=Text(vi=f"{name} như trong yêu cầu", en=f"{name} as in the request"),
            observed=answer.header(name) or Text(vi="không có", en="none"),
        )
    service, path = answer.header(SERVICE), urlsplit(answer.request.url).path
    called = unquote(path.partition(_PREFIX)[2])
    require(
        bool(service) and (called + "/").startswith(unquote(service).strip("/") + "/"),
        expected=Text(
            vi=f"{SERVICE} là dịch vụ được gọi", en=f"{SERVICE} to name the service that was called"
        ),
        observed=service or Text(vi="không có", en="none"),
    )
    require(
        answer.header(REQUEST_ID),
        expected=Text(vi=f"có {REQUEST_ID}", en=f"the field {REQUEST_ID}"),
        observed=Text(vi="không có", en="none"),
    )


@check(
    catalogue="OPN-013",
    per="operation",
    safety="write",
    requests=2,
    contract=True,
    applies=_is_exchange,
)
def unregistered_clients_are_refused(probe: Probe, operation: Operation) -> None:
    """A client that is not registered is refused, whatever token it shows.

    Sends the call of somebody who may, first as it is, then with a client whose member nobody
    registered: in X-Road-Client, or in the block `client` of a SOAP message. It is refused; a
    server error counts as a refusal only where it says that it is one of the platform, with
    X-Road-Error or a fault (X-Road REST 1.0, sections 4.1 and 4.6; X-Road 4.0, section 2.2).
    """
    if not _is_rest(None, operation):
        formed = probe.form(operation, identity=None).body.decode("utf-8", "replace")
        changed = _IN_CLIENT.sub(rf"\g<1>{probe.canary()}\g<3>", formed)
        if changed == formed:
            raise NotApplicable(
                Text(vi="thông điệp không có phần tử client", en="the message has no client block")
            )
        probe.control(operation)
        answer = probe.call(operation, body=changed.encode(), wellformed=False)
        told = not answer.succeeded and soap.of(answer) is not None
    else:
        control = probe.control(operation)
        known = next(iter(header_values(control.request.headers, CLIENT)), "")
        parts = [*known.split("/")[:2], *(probe.canary() for _ in known.split("/")[2:])]
        answer = probe.call(operation, headers=((CLIENT, "/".join(parts)),), wellformed=False)
        told = bool(answer.header(ERROR))
    require(
        not operation.succeeded(answer),
        expected=Text(
            vi="hệ thống gọi chưa đăng ký bị từ chối", en="a refusal of an unregistered client"
        ),
        observed=answer.status,
    )
    unbroken(answer, told=told)


@check(catalogue="OPN-013", per="target", requests=2, contract=True, applies=_any_rest)
def unknown_rest_services_are_refused(probe: Probe) -> None:
    """A REST service that nobody registered is not answered.

    Asks, as a client who may call another service, for one of the same instance that nobody could
    know: the answer is no success, and a server error only where X-Road-Error says that it is one
    of the platform (X-Road REST 1.0, section 4.6).
    """
    answer = _of_an_unknown_service(probe)
    require(
        not answer.succeeded,
        expected=Text(
            vi="dịch vụ không tồn tại bị từ chối", en="a refusal of a service that does not exist"
        ),
        observed=answer.status,
    )
    unbroken(answer, told=bool(answer.header(ERROR)))


@check(catalogue="OPN-013", per="target", requests=2, contract=True, applies=_any_rest)
def errors_of_the_platform_are_told(probe: Probe) -> None:
    """An error of the platform itself can be told from one of the provider.

    Asks for a service that nobody could know: the answer has X-Road-Error, says its media type,
    and in its JSON `type` repeats that field, with words for a reader in `message`; that it is a
    problem document too is legal (X-Road REST 1.0, sections 4.3 and 4.6).
    """
    answer = _of_an_unknown_service(probe)
    if answer.succeeded:
        raise NotTested(
            Reason.INCONCLUSIVE, Text(vi="không có lỗi nào được báo", en="no error came about")
        )
    told = answer.header(ERROR)
    require(
        told,
        expected=Text(vi=f"có {ERROR}", en=f"the field {ERROR}"),
        observed=Text(vi=f"{answer.status}, không có", en=f"{answer.status}, none"),
    )
    require(
        answer.is_json,
        expected=Text(vi="lỗi ở dạng JSON", en="an error in JSON"),
        observed=answer.media_type or Text(vi="không có kiểu nội dung", en="no media type"),
    )
    if answer.body_is_hidden:
        raise redacted()
    body: Mapping[str, Any] = answer.json_object()
    require(
        body.get("type") == told and isinstance(body.get("message"), str) and body["message"],
        expected=Text(
            vi=f"`type` bằng {ERROR} và có `message`",
            en=f"`type` equal to {ERROR}, and a `message`",
        ),
        observed=", ".join(sorted(map(str, body))[:8]),
    )


def _of_an_unknown_service(probe: Probe) -> Exchange:
    """Ask for a REST service that nobody could know, as a client who may ask for another."""
    called = [o for o in probe.scene.operations if _is_rest(probe.scene, o)]
    # The one with the fewest places to fill in.
    known = min(
        (o for o in called if o.method == "GET"), key=lambda o: o.path.count("{"), default=None
    )
    if known is None:
        raise NotApplicable(
            Text(vi="không có dịch vụ REST chỉ đọc", en="there is no REST service that reads")
        )
    control = probe.control(known)
    _, mark, rest = urlsplit(control.request.url).path.partition(_PREFIX)
    if not mark:
        raise NotApplicable(Text(vi="địa chỉ không theo /r1/", en="the address is not below /r1/"))
    place = "/".join([*rest.split("/")[:2], *(probe.canary() for _ in range(3))])
    origin = control.request.url.partition(_PREFIX)[0]
    fields = tuple((CLIENT, v) for v in header_values(control.request.headers, CLIENT))
    url = f"{origin}{_PREFIX}{place}"
    return probe.send(
        Question("GET", url, (ACCEPT, *fields), b"", control.identity, wellformed=False)
    )


_Block = tuple[Any, ...]


def _read(body: bytes) -> soap.Envelope | None:
    try:
        return soap.read(body)
    except soap.NotSoapError:
        return None


def _blocks(message: soap.Envelope | None) -> Sequence[_Block]:
    header = message.header if message else ()
    return [_form(b) for b in header if b.namespace == XROAD and b.name not in _ADDED]


def _form(element: soap.Element) -> _Block:
    """Return what has to come back of an element: all but prefixes and white space between."""
    attributes = tuple(sorted(element.attributes.items()))
    children = tuple(_form(child) for child in element.children)
    return element.name, element.namespace, attributes, element.text, children
