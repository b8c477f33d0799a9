"""Spyne: a SOAP service whose WSDL and XML Schema nobody here wrote."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import installation
import targetfile
import yaml
from serving import Program, Running, answer, client, free_port, serving

_SERVER = Path(__file__).resolve().parent / "soap" / "server.py"
# What a caller behind X-Road sends; Spyne was told of no header.
MESSAGE = """\
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:i="http://x-road.eu/xsd/identifiers">
  <s:Header>
    <x:client i:objectType="SUBSYSTEM"><i:xRoadInstance>VN</i:xRoadInstance>\
<i:memberClass>GOV</i:memberClass><i:memberCode>H57</i:memberCode></x:client>
    <x:id>0b4d5c9e-3a8f-4f2e-9a57-6c1f0e2d7b01</x:id>
    <x:protocolVersion>4.0</x:protocolVersion>
  </s:Header>
  <s:Body>
    <u:TraCuuDonViHanhChinh xmlns:u="urn:vnda:data-exchange:1">\
<u:ngayXet>2025-07-01</u:ngayXet><u:maXa>19789</u:maXa>\
</u:TraCuuDonViHanhChinh>
  </s:Body>
</s:Envelope>
"""


def python() -> Path:
    """Return the interpreter that has Spyne and zeep.

    Raises:
        InstallationError: they could not be installed.
    """
    return installation.environment("spyne") / "bin" / "python"


@contextlib.contextmanager
def running(folder: Path, validator: str = "lxml") -> Iterator[Running]:
    """Serve the look-up of communes, with a contract made of its WSDL, keeping all in `folder`.

    Args:
        folder: for its files and its log.
        validator: what Spyne validates messages with: `lxml`, `soft`, or nothing.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    server = Program(
        name="spyne",
        folder=folder,
        command=lambda port: [str(python()), str(_SERVER), str(port)],
        ready="/?wsdl",
        environment=lambda _: {"VALIDATOR": validator},
    )
    with serving(server) as (origin, pid), client() as session:
        wsdl = answer(session, "GET", f"{origin}/?wsdl").decode("utf-8")
        (folder / "units.xsd").write_text(_schema(wsdl), "utf-8")
        contract = folder / "spyne-openapi.yaml"
        contract.write_text(yaml.safe_dump(_contract(origin), allow_unicode=True), "utf-8")
        ours = f"127.0.0.1:{free_port()}"
        facts = targetfile.Facts(
            name="spyne",
            base_url=origin,
            contract=contract,
            examples={},
            public=("exchange#TraCuuDonViHanhChinh",),
            network={"collector": {"url": f"http://{ours}", "listen": ours}},
            more={"allow": ["read", "write", "intrusive"]},
        )
        yield Running(origin, targetfile.write(facts), contract, pid)


def _schema(wsdl: str) -> str:
    """Return the schema in a WSDL as a document of its own, with the prefixes declared outside."""
    (schema,) = re.findall(r"<xs:schema.*?</xs:schema>", wsdl, re.DOTALL)
    declared = dict(re.findall(r'xmlns:(xs|tns)="([^"]+)"', wsdl))
    told = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in declared.items())
    return str(schema).replace("<xs:schema", f"<xs:schema{told}", 1)


def _contract(origin: str) -> dict[str, object]:
    message = {"text/xml": {"schema": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Spyne", "version": "1.0.0"},
        "servers": [{"url": origin}],
        "paths": {
            "/": {
                "post": {
                    "operationId": "exchange",
                    "x-vnda-protocol": "soap",
                    "x-xsd": "units.xsd",
                    "x-vnda-services": {
                        "soap": "body",
                        "values": {"TraCuuDonViHanhChinh": {"safe": True, "example": MESSAGE}},
                    },
                    "requestBody": {"required": True, "content": message},
                    "responses": {
                        "200": {"description": "answer", "content": message},
                        "500": {"description": "fault", "content": message},
                    },
                }
            }
        },
    }
