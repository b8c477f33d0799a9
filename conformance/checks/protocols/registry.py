"""What a platform has beside messages: its registry, descriptions, batches, the token service."""

from __future__ import annotations

from typing import Any

from conformance import paging
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import Question
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_LIST, _FIELD = "exchange.service.list", "exchange.service_id"
_DESCRIPTION, _BATCH = "exchange.description", "exchange.batch.send"
_PREFIX = "/r1/"
_FORM = "application/x-www-form-urlencoded"
# A service id has five parts: instance, class, member, subsystem, service.
_PARTS = 5


@check(catalogue="DAT-039", per="target", requests=6, contract=True)
def what_answers_is_registered(probe: Probe) -> None:
    """The registry lists the services that answer.

    Reads the registry (role `exchange.service.list`, field `exchange.service_id`) to its end and
    looks for each REST service of the contract that answers its example (X-Road metadata for REST,
    section 4).
    """
    registered = _registered(probe)
    missing = []
    for operation in _services(probe):
        service = "/".join(operation.path.removeprefix(_PREFIX).split("/")[:_PARTS])
        if service not in registered and operation.succeeded(probe.baseline(operation)):
            missing.append(service)
    require(
        not missing,
        expected=Text(
            vi="danh mục có mọi dịch vụ đang trả lời",
            en="every service that answers in the registry",
        ),
        observed=", ".join(missing),
    )


@check(catalogue="DAT-039", per="target", requests=6, contract=True)
def descriptions_are_handed_out(probe: Probe) -> None:
    """A service's description is handed out to who may call it.

    Calls the operation with the role `exchange.description`: its answer is an OpenAPI 3 document
    with at least one path (X-Road metadata for REST, section 5; Circular 13/2017/TT-BTTTT, Article
    5: whoever connects has the technical documentation).
    """
    operation = _in_role(probe, _DESCRIPTION)
    answer = probe.control(operation)
    body = answer.json_object()
    require(
        str(body.get("openapi", "")).startswith("3.") and bool(body.get("paths")),
        expected=Text(
            vi="tài liệu OpenAPI 3 có ít nhất một đường dẫn",
            en="an OpenAPI 3 document with at least one path",
        ),
        observed=", ".join(sorted(map(str, body))[:8]) or answer.media_type,
    )


@check(catalogue="DAT-040", per="target", safety="write", requests=2, contract=True)
def batches_are_taken_in_whole(probe: Probe) -> None:
    """A batch is taken in with everything that was in it.

    Sends the example of the operation with the role `exchange.batch.send` and reads what Location
    leads to: every text that was sent in its entries stands there again (Circular
    12/2025/TT-BKHCN, as published: data are taken in online and in batches).
    """
    operation = _in_role(probe, _BATCH)
    answer = probe.control(operation)
    place = answer.header("Location")
    if not place:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="trả lời không có Location", en="the answer has no Location"),
        )
    again = probe.read_again(None, place, answer)
    if not again.succeeded:
        raise probe.why_no_success(operation, again)
    lost = [text for text in _texts(probe.example_body(operation)) if not _holds(again, text)]
    require(
        not lost,
        expected=Text(vi="lô được nhận đủ mọi bản ghi", en="every entry of the batch taken in"),
        observed=Text(vi=f"thiếu {len(lost)} giá trị", en=f"{len(lost)} values are missing"),
    )


@check(catalogue="AUT-052", per="target", safety="intrusive", requests=2, secured=True)
def wrong_secrets_get_no_token(probe: Probe) -> None:
    """The token service gives no token to who does not know the program's secret.

    Asks for a token with the id of a program that the target file names (`client_credentials`) and
    an invented secret, once: it is refused with an `error`, and no token is there. The identity's
    own log-in shows that the service works (RFC 6749, sections 2.3.1, 4.4 and 5.2).
    """
    programs = [
        i
        for i in probe.target.identities.values()
        if i.scheme == "oauth2" and i.detail.get("grant") == "client_credentials"
    ]
    if not programs:
        raise NotApplicable(
            Text(vi="không danh tính nào dùng client_credentials", en="no identity uses this grant")
        )
    address = str(programs[0].detail["token_url"])
    told = (
        f"grant_type=client_credentials&client_id={programs[0].detail['client_id']}"
        f"&client_secret={probe.canary()}"
    )
    fields = (("Accept", "application/json"), ("Content-Type", _FORM))
    url = address if "://" in address else probe.target.base_url + address
    answer = unbroken(probe.send(Question("POST", url, fields, told.encode(), wellformed=False)))
    body = answer.json_object()
    require(
        not answer.succeeded and "access_token" not in body,
        expected=Text(vi="không cấp mã truy cập", en="no token to be issued"),
        observed=answer.status,
    )
    require(
        bool(body.get("error")),
        expected=Text(
            vi="lời từ chối có `error` theo RFC 6749", en="a refusal with the `error` of RFC 6749"
        ),
        observed=f"{answer.status} {answer.media_type}",
    )
    secured = next((o for o in probe.scene.operations if o.closed and o.reads), None)
    if secured is not None:
        probe.control(secured)


def _registered(probe: Probe) -> set[str]:
    operation = _in_role(probe, _LIST)
    if operation.listing is None:
        answer = probe.control(operation)
    else:
        size, most = operation.listing.size, paging.largest_size(operation)
        query = {size: str(most)} if size and most else {}
        found = paging.page(probe, operation, query)
        if found.total is not None and found.total > len(found.entries):
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi="danh mục dài hơn một trang", en="the registry is longer than one page"),
            )
        answer = found.exchange
    return {str(value) for _, value in probe.scene.mapping.values(answer, _FIELD)}


def _services(probe: Probe) -> list[Operation]:
    """Return the REST services of the contract whose identifier its path spells out."""
    found = []
    for operation in probe.scene.operations:
        steps = operation.path.removeprefix(_PREFIX).split("/")[:_PARTS]
        spelt = len(steps) == _PARTS and not any("{" in step for step in steps)
        if operation.path.startswith(_PREFIX) and spelt and operation.reads:
            found.append(operation)
    return found


def _in_role(probe: Probe, role: str) -> Operation:
    operation = probe.scene.operation(probe.scene.mapping.unit(role) or "")
    if operation is None:
        raise NotApplicable(Text(vi=f"không có thao tác {role}", en=f"no operation {role}"))
    return operation


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


def _holds(answer: Exchange, text: str) -> bool:
    return text in _texts(answer.json())
