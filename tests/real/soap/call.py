"""Calls the SOAP services of an exchange platform with zeep, which reads a WSDL made of a contract.

Reads where to call and as whom from its input, as JSON; writes what came of it.
"""

import json
import re
import sys
from pathlib import Path

import requests
import zeep
from zeep.transports import Transport

OWN = "urn:vnda:data-exchange:1"
XROAD, IDENTIFIERS = "http://x-road.eu/xsd/xroad.xsd", "http://x-road.eu/xsd/identifiers"
PARTS = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode")
# A service that the WSDL names and the platform does not know.
UNKNOWN = "TraCuuKhongCo"


def main() -> None:
    """Call three services, one of which does not exist."""
    told = json.load(sys.stdin)
    contract = requests.get(told["contract"], timeout=10).json()
    operation = contract["paths"]["/soap"]["post"]
    names = [*operation["x-vnda-services"]["values"], UNKNOWN]
    wsdl = Path(told["folder"]) / "exchange.wsdl"
    wsdl.write_text(_wsdl(operation["x-xsd"], names, told["base_url"] + "/soap"), "utf-8")
    session = requests.Session()
    token = session.post(
        told["token_url"],
        data={"grant_type": "client_credentials"},
        auth=tuple(told["client"]),
        timeout=10,
    ).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    client = zeep.Client(str(wsdl), transport=Transport(session=session))
    unit, header = _call(client, "GOV/BTC/danh-muc-dung-chung", names[0], maXa="19789")
    citizen, _ = _call(
        client,
        "GOV/BCA/csdl-dan-cu",
        "XacMinhCongDan",
        soDinhDanh="000190000001",
        hoTen="Nguyễn Thị Bình An",
        ngaySinh="1990-05-17",
        mucDich="Kiểm thử liên thông",
    )
    try:
        _call(client, "GOV/BTC/danh-muc-dung-chung", UNKNOWN, maXa="19789")
        fault = ""
    except zeep.exceptions.Fault as error:
        fault = error.message
    made = {"tenXa": unit.tenXa, "khop": citizen.khop, "fault": fault, "client": header}
    sys.stdout.write(json.dumps(made))


def _call(client: zeep.Client, provider: str, name: str, **values: str) -> tuple[object, str]:
    """Call a service; return what its body holds, and the subsystem that came back."""
    blocks = _blocks(provider, name)
    answer = client.service[name](_soapheaders=blocks, **values)
    return answer.body, answer.header.client.subsystemCode


def _blocks(provider: str, name: str) -> dict[str, object]:
    caller = ("VN", "GOV", "H57", "mot-cua")
    service = ("VN", *provider.split("/"), name)
    return {
        "client": _identifier(caller, "SUBSYSTEM"),
        "service": _identifier(service, "SERVICE"),
        "id": "0b4d5c9e-3a8f-4f2e-9a57-6c1f0e2d7b01",
        "protocolVersion": "4.0",
    }


def _identifier(parts: tuple[str, ...], kind: str) -> dict[str, str]:
    return {**dict(zip(PARTS, parts, strict=False)), "objectType": kind}


def _wsdl(schema: str, names: list[str], address: str) -> str:
    """Return a WSDL in the style that X-Road asks for: document/literal wrapped."""
    own = re.sub(r"^\s*<\?xml.*?\?>\s*", "", schema)
    unknown = re.search(
        r'<xs:element name="TraCuuDonViHanhChinh">.*?</xs:element>\s*(?=<xs:element)',
        own,
        re.DOTALL,
    )
    again = unknown[0].replace("TraCuuDonViHanhChinh", UNKNOWN) if unknown else ""
    answer = f'<xs:element name="{UNKNOWN}Response" type="xs:string"/>'
    own = own.replace("</xs:schema>", f"{again}{answer}</xs:schema>")
    parts = "".join(f'<xs:element name="{p}" type="xs:string" minOccurs="0"/>' for p in PARTS)
    identifiers = (
        f'<xs:schema targetNamespace="{IDENTIFIERS}" xmlns="{IDENTIFIERS}" '
        'elementFormDefault="qualified"><xs:attribute name="objectType" type="xs:string"/>'
        f'<xs:complexType name="Identifier"><xs:sequence>{parts}</xs:sequence>'
        '<xs:attribute ref="objectType"/></xs:complexType></xs:schema>'
    )
    blocks = "".join(
        f'<xs:element name="{name}" type="{kind}"/>'
        for name, kind in (
            *(("client", "i:Identifier"), ("service", "i:Identifier")),
            *(("id", "xs:string"), ("protocolVersion", "xs:string")),
        )
    )
    xroad = (
        f'<xs:schema targetNamespace="{XROAD}" xmlns:i="{IDENTIFIERS}" '
        f'elementFormDefault="qualified"><xs:import namespace="{IDENTIFIERS}"/>{blocks}</xs:schema>'
    )
    headers = ("client", "service", "id", "protocolVersion")
    messages = '<wsdl:message name="Header">'
    messages += "".join(f'<wsdl:part name="{h}" element="x:{h}"/>' for h in headers)
    messages += "</wsdl:message>"
    used = "".join(f'<soap:header message="t:Header" part="{h}" use="literal"/>' for h in headers)
    ports, bindings = "", ""
    for name in names:
        for kind in ("", "Response"):
            messages += (
                f'<wsdl:message name="{name}{kind}"><wsdl:part name="body" '
                f'element="t:{name}{kind}"/></wsdl:message>'
            )
        ports += (
            f'<wsdl:operation name="{name}"><wsdl:input message="t:{name}"/>'
            f'<wsdl:output message="t:{name}Response"/></wsdl:operation>'
        )
        body = f'{used}<soap:body use="literal"/>'
        bindings += (
            f'<wsdl:operation name="{name}"><soap:operation soapAction=""/>'
            f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>"
        )
    return f"""<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:t="{OWN}" xmlns:x="{XROAD}" targetNamespace="{OWN}">
  <wsdl:types>{identifiers}{xroad}{own}</wsdl:types>
  {messages}
  <wsdl:portType name="Exchange">{ports}</wsdl:portType>
  <wsdl:binding name="Exchange" type="t:Exchange">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    {bindings}
  </wsdl:binding>
  <wsdl:service name="Exchange"><wsdl:port name="Exchange" binding="t:Exchange">
    <soap:address location="{address}"/></wsdl:port></wsdl:service>
</wsdl:definitions>
"""


if __name__ == "__main__":
    main()
