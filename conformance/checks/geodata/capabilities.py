"""Older services of OGC (WMS, WFS, CSW, WMTS): what they say of themselves, and how they refuse."""

from __future__ import annotations

from conformance import xml_tree
from conformance.check import check, require
from conformance.contract.operations import Operation, Parameter
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_SERVICES = ("WFS", "WMS", "CSW", "WMTS", "WCS")
_CAPABILITIES = frozenset(
    {"Capabilities", "WFS_Capabilities", "WMS_Capabilities", "WMT_MS_Capabilities"}
)
_EXCEPTIONS = frozenset({"ExceptionReport", "ServiceExceptionReport"})


def _asks_for_a_service(_: object, operation: Operation | None) -> bool:
    return operation is not None and {"service", "request"} <= set(_names(operation))


@check(
    catalogue="OPN-015",
    per="operation",
    requests=2,
    methods=["GET"],
    applies=_asks_for_a_service,
)
def services_describe_themselves(probe: Probe, operation: Operation) -> None:
    """A service of OGC says what it has, and in which version; what it does not know it refuses.

    Asks operations with the query parameters `service` and `request` for `GetCapabilities`, of the
    service that the contract names: XML whose root is that of capabilities and tells a version.
    Then for a request that no service has: a report of exceptions, whatever the status (OGC 06-121,
    clauses 7.4 and 8).
    """
    names = _names(operation)
    service = _service(names["service"])
    if not service:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="đặc tả giao diện không cho biết dịch vụ nào (giá trị của service)",
                en="the contract does not tell which service it is (a value of `service`)",
            ),
        )
    asking = {names["service"].name: service}
    answer = probe.call(operation, query={**asking, names["request"].name: "GetCapabilities"})
    if not answer.succeeded:
        raise probe.why_no_success(operation, answer)
    root, version = _root(answer)
    require(
        root in _CAPABILITIES and bool(version),
        expected=Text(
            vi=f"tài liệu năng lực của {service}, có phiên bản",
            en=f"the capabilities of {service}, with a version",
        ),
        observed=f"<{root or answer.media_type} version={version!r}>",
    )
    refused = probe.call(
        operation,
        query={**asking, names["request"].name: probe.canary()},
        wellformed=False,
    )
    told, _ = _root(refused)
    require(
        told in _EXCEPTIONS,
        expected=Text(vi="báo cáo ngoại lệ của OGC", en="a report of exceptions as OGC has it"),
        observed=f"{refused.status} <{told or refused.media_type}>",
    )


def _names(operation: Operation) -> dict[str, Parameter]:
    """Return the query parameters by name in lower case: OGC reads names in either case."""
    return {p.name.lower(): p for p in operation.parameters if p.place == "query"}


def _service(parameter: Parameter) -> str:
    schema = parameter.schema
    told = [parameter.example, schema.get("const"), schema.get("default"), schema.get("example")]
    told += schema.get("enum", []) + schema.get("examples", [])
    return next((one for one in told if isinstance(one, str) and one.upper() in _SERVICES), "")


def _root(answer: Exchange) -> tuple[str, str]:
    """Return the local name of the root of an answer in XML, and its version; empty for others.

    Raises:
        NotTested: it is XML that cannot be read.
    """
    body = answer.body
    if not body or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "", ""
    root = xml_tree.read(body)
    if root is None:
        # That of WMS 1.1 declares a document type, which is not read.
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="không đọc được XML của trả lời", en="the XML of the answer was not read"),
        )
    return xml_tree.local(root), root.get("version") or ""
