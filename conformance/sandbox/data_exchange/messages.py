"""SOAP messages: from a message to the one that answers it (SOAP 1.1; X-Road 4.0, section 2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from conformance.sandbox import units
from conformance.sandbox.data_exchange import data
from conformance.sandbox.data_exchange.xml import Node, NotXMLError, leaf, read, written
from conformance.sandbox.demonstration import VIETNAM

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XROAD = "http://x-road.eu/xsd/xroad.xsd"
IDENTIFIERS = "http://x-road.eu/xsd/identifiers"
OWN = "urn:vnda:data-exchange:1"
MEDIA_TYPE = "text/xml"
_PREFIXES = {SOAP: "soapenv", XROAD: "xrd", IDENTIFIERS: "id", OWN: "dx"}
_PARTS = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode")
_IN_FORCE = date(2025, 7, 1)


class FaultError(Exception):
    """A message is not carried out.

    Attributes:
        code: who is to blame: `Client` or `Server`, with X-Road's own words behind it.
        words: what the caller can do about it, in Vietnamese.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True)
class Message:
    """A message as it was read: its header blocks and the one element of its body."""

    header: tuple[Node, ...]
    asked: Node

    def block(self, name: str) -> Node | None:
        """Return a header block of X-Road."""
        return next((n for n in self.header if n.namespace == XROAD and n.name == name), None)

    @property
    def client(self) -> str:
        """The identifier of the client; empty where there is none."""
        return _identifier(self.block("client"))

    @property
    def service(self) -> str:
        """The identifier of the service; empty where there is none."""
        return _identifier(self.block("service"))


def opened(body: bytes) -> Message:
    """Read a message.

    Raises:
        FaultError: it is none.
    """
    try:
        root = read(body)
    except NotXMLError:
        raise FaultError("Client", "Thông điệp không phải là XML hợp lệ.") from None
    if root.name != "Envelope":
        raise FaultError("Client", "Thông điệp phải là một SOAP Envelope.")
    if root.namespace != SOAP:
        raise FaultError("VersionMismatch", "Chỉ nhận SOAP 1.1.")
    parts = [part for part in root.children if part.namespace == SOAP]
    bodies = [part for part in parts if part.name == "Body"]
    if len(bodies) != 1 or len(bodies[0].children) != 1:
        raise FaultError("Client", "Body phải có đúng một phần tử.")
    header = next((part.children for part in parts if part.name == "Header"), ())
    return Message(header, bodies[0].children[0])


def demand_header(message: Message) -> None:
    """Demand what the protocol makes mandatory (X-Road 4.0, section 2.2, table 1).

    Raises:
        FaultError: a block is missing or does not fit.
    """
    for name in ("client", "service", "id", "protocolVersion"):
        if message.block(name) is None:
            raise FaultError("Client.MissingHeader", f"Thiếu phần tử đầu thông điệp xrd:{name}.")
    version = message.block("protocolVersion")
    if version is None or version.text != "4.0":
        raise FaultError("Client.BadRequest", "protocolVersion phải là 4.0.")
    if message.service.rpartition("/")[2] != message.asked.name:
        raise FaultError("Client.BadRequest", "serviceCode phải là tên phần tử trong Body.")


def answering(header: tuple[Node, ...], told: Node) -> bytes:
    """Write the message that answers, with its header blocks."""
    body = Node(SOAP, "Body", children=(told,))
    parts = (Node(SOAP, "Header", children=header), body) if header else (body,)
    return written(Node(SOAP, "Envelope", children=parts), _PREFIXES)


def fault(code: str, words: str) -> Node:
    """Return a fault (SOAP 1.1, section 4.4); its members belong to no namespace."""
    members = (leaf("", "faultcode", f"soapenv:{code}"), leaf("", "faultstring", words))
    return Node(SOAP, "Fault", children=members)


def _identifier(block: Node | None) -> str:
    told = [block.said(name) for name in _PARTS] if block else []
    return "/".join(part for part in told if part)


# --- the services ---------------------------------------------------------------------------------

_NAME = r"(?s).{1,500}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
SHAPES: Mapping[str, Mapping[str, str]] = {
    "TraCuuDonViHanhChinh": {"maXa": r"[0-9]{5}"},
    "TraCuuDoanhNghiep": {"maSoDoanhNghiep": r"[0-9]{10}(-[0-9]{3})?"},
    "XacMinhCongDan": {
        "soDinhDanh": r"[0-9]{12}",
        "hoTen": _NAME,
        "ngaySinh": _DAY,
        "mucDich": _NAME,
    },
}


def demand_shape(asked: Node) -> None:
    """Demand the elements of a service, in their order.

    Raises:
        FaultError: something is missing, too much, or does not fit.
    """
    shape = SHAPES[asked.name]
    names = [(part.namespace, part.name) for part in asked.children]
    fits = names == [(OWN, name) for name in shape] and asked.namespace == OWN
    fits = fits and not any(part.children for part in asked.children)
    texts = {part.name: part.text for part in asked.children}
    if not fits or not all(re.fullmatch(shape[name], text) for name, text in texts.items()):
        raise FaultError("Client.BadRequest", "Nội dung Body không đúng lược đồ của dịch vụ.")


def _unit(asked: Node) -> Node:
    code = asked.said("maXa")
    if code not in units.COMMUNES:
        raise FaultError("Client", "Không có đơn vị hành chính này.")
    told = {
        "maXa": code,
        "tenXa": units.COMMUNES[code],
        "maTinh": units.PROVINCE,
        "coHieuLucTu": _IN_FORCE.isoformat(),
    }
    return _response(asked, told)


def _enterprise(asked: Node) -> Node:
    found = data.ENTERPRISES.get(asked.said("maSoDoanhNghiep"))
    if found is None:
        raise FaultError("Client", "Không có doanh nghiệp này.")
    names = ("maSoDoanhNghiep", "tenDoanhNghiep", "diaChi", "tinhTrang")
    return _response(asked, {name: str(found[name]) for name in names})


def _citizen(asked: Node) -> Node:
    told = {
        "soDinhDanh": asked.said("soDinhDanh"),
        "khop": str(
            matches(asked.said("soDinhDanh"), asked.said("hoTen"), asked.said("ngaySinh"))
        ).lower(),
        "thoiDiem": datetime.now(tz=VIETNAM).isoformat(timespec="seconds"),
    }
    return _response(asked, told)


def matches(number: str, name: str, born: str) -> bool:
    """Whether name and date of birth are those of a personal number."""
    found = data.CITIZENS.get(number)
    return bool(found) and found["hoTen"] == name and found["ngaySinh"].isoformat() == born  # type: ignore[index]  # checked first


def _response(asked: Node, told: Mapping[str, str]) -> Node:
    children = tuple(leaf(OWN, name, text) for name, text in told.items())
    return Node(OWN, f"{asked.name}Response", children=children)


SERVICES: Mapping[str, Callable[[Node], Node]] = {
    "TraCuuDonViHanhChinh": _unit,
    "TraCuuDoanhNghiep": _enterprise,
    "XacMinhCongDan": _citizen,
}
