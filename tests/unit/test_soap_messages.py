"""SOAP: messages as they are read, services as contracts name them, bodies and their schema."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import soap, xsd
from conformance.contract import bundle, load
from conformance.contract.operations import Operation
from conformance.door.guard import Guard
from conformance.probe.questions import Question
from conformance.probe.scene import Scene
from conformance.target import Target
from conformance.verdict import NotTested, Reason

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/>'
    '<s:Body><u:TraCuu xmlns:u="urn:x"><u:ma>1</u:ma></u:TraCuu></s:Body></s:Envelope>'
)
LATER = ENVELOPE.replace(
    "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
)
SCHEMA = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"'
    ' elementFormDefault="qualified"><xs:element name="TraCuu"><xs:complexType><xs:sequence>'
    '<xs:element name="ma" type="xs:integer"/></xs:sequence></xs:complexType></xs:element>'
    "</xs:schema>"
)


def contract(kind: str = "body", schema: str = SCHEMA, media_type: str = "text/xml") -> bytes:
    post = {
        "operationId": "exchange",
        "x-vnda-protocol": "soap",
        "x-xsd": schema,
        "x-vnda-services": {
            "soap": kind,
            "values": {"TraCuu": {"safe": True, "example": ENVELOPE}},
        },
        "requestBody": {"required": True, "content": {media_type: {}}},
        "responses": {"200": {"description": "answer"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/soap": {"post": post}},
    }
    return yaml.safe_dump(document).encode()


@pytest.mark.parametrize(("text", "version"), [(ENVELOPE, "1.1"), (LATER, "1.2")])
def test_both_versions_are_read(text: str, version: str) -> None:
    message = soap.read(text.encode())
    assert (message.version, message.named, message.fault) == (version, "TraCuu", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "<a/>",
        ENVELOPE.replace("schemas.xmlsoap.org/soap/envelope/", "example.org/"),
        ENVELOPE.replace("s:Body", "s:Other"),
        f"<!DOCTYPE a [<!ENTITY e 'x'>]>{ENVELOPE}",
        "<a>" * 500 + "</a>" * 500,
    ],
    ids=["nothing", "JSON", "no envelope", "namespace", "no body", "document type", "deep"],
)
def test_what_is_no_message_is_told_apart(text: str) -> None:
    with pytest.raises(soap.NotSoapError):
        soap.read(text.encode())


def test_faults_of_both_versions_are_read() -> None:
    inner = "<s:Fault><faultcode>s:Client</faultcode><faultstring>Sai</faultstring></s:Fault>"
    body = ENVELOPE[: ENVELOPE.index("<u:")] + inner + "</s:Body></s:Envelope>"
    assert soap.read(body.encode()).fault == soap.Fault("s:Client", "Sai")
    inner = (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code>"
        "<s:Reason><s:Text>Sai</s:Text></s:Reason></s:Fault>"
    )
    body = LATER[: LATER.index("<u:")] + inner + "</s:Body></s:Envelope>"
    assert soap.read(body.encode()).fault == soap.Fault("s:Sender", "Sai")
    # An element of that name in a namespace of its own is data.
    assert soap.read(ENVELOPE.replace("u:TraCuu", "u:Fault").encode()).fault is None


@pytest.mark.parametrize(("kind", "member"), [("body", soap.BODY), ("action", soap.ACTION)])
def test_each_service_is_an_operation(kind: str, member: str) -> None:
    (operation,) = load(contract(kind), "c.yaml").operations
    assert operation.unit == "POST /soap#TraCuu"
    assert operation.discriminator == (member, "TraCuu")
    assert operation.reads
    assert operation.xsd == SCHEMA


def test_a_schema_beside_the_contract_travels_with_it(tmp_path: Path) -> None:
    place = tmp_path / "contract.yaml"
    place.write_bytes(contract(schema="exchange.xsd"))
    (tmp_path / "exchange.xsd").write_text(SCHEMA, "utf-8")
    found = load(place.read_bytes(), str(place), bundle.Folder(place))
    assert found.operations[0].xsd == SCHEMA
    again = load(yaml.safe_dump(found.document).encode(), "record")
    assert again.operations[0].xsd == SCHEMA


@pytest.mark.parametrize("name", ["missing.xsd", "../outside.xsd"])
def test_a_schema_that_cannot_be_read_is_a_flaw(name: str, tmp_path: Path) -> None:
    (tmp_path / "outside.xsd").write_text(SCHEMA, "utf-8")
    place = tmp_path / "inner" / "contract.yaml"
    place.parent.mkdir()
    place.write_bytes(contract(schema=name))
    found = load(place.read_bytes(), str(place), bundle.Folder(place))
    assert found.operations[0].xsd == ""
    assert any("x-xsd" in flaw.place for flaw in found.flaws)


def question(operation: Operation, body: str, *actions: str, kind: str = "text/xml") -> Question:
    fields = (("Content-Type", kind), *((soap.ACTION, action) for action in actions))
    return Question(
        "POST", "http://127.0.0.1/soap", fields, body.encode(), operation=operation.unit
    )


@pytest.mark.parametrize(
    ("kind", "body", "actions", "safe"),
    [
        ("body", ENVELOPE, ['""'], True),
        ("body", ENVELOPE.replace("u:TraCuu", "u:Xoa"), ['""'], False),
        ("body", ENVELOPE.replace("</u:TraCuu>", "</u:TraCuu><u:Xoa xmlns:u='urn:x'/>"), [], False),
        ("body", f"<!DOCTYPE a>{ENVELOPE}", [], False),
        ("action", ENVELOPE, ['"TraCuu"'], True),
        ("action", ENVELOPE, ['"Xoa"'], False),
        ("action", ENVELOPE, ['"TraCuu"', '"Xoa"'], False),
        ("action", ENVELOPE, [], False),
    ],
)
def test_only_the_very_service_that_reads_counts_as_reading(
    kind: str, body: str, actions: list[str], *, safe: bool
) -> None:
    found = load(contract(kind), "c.yaml")
    target = Target(id="t", base_url="http://127.0.0.1")
    guard = Guard(Scene(target, found, found.operations, seed=1))
    assert guard.is_safe(question(found.operations[0], body, *actions)) is safe


def test_the_action_of_soap_1_2_stands_in_the_media_type() -> None:
    kind = soap.media_type("application/soap+xml; charset=utf-8", soap.ACTION, "TraCuu")
    assert kind == 'application/soap+xml; charset=utf-8; action="TraCuu"'
    assert soap.headers(kind, soap.ACTION, "TraCuu") == ()
    assert soap.asked_for(LATER.encode(), kind, [], soap.ACTION) == "TraCuu"
    assert soap.headers("text/xml", soap.BODY, "TraCuu") == ((soap.ACTION, '""'),)


def test_bodies_are_held_against_their_schema() -> None:
    assert xsd.breaches(SCHEMA, ENVELOPE.encode()) == []
    assert xsd.breaches(SCHEMA, ENVELOPE.replace(">1<", ">một<").encode())
    assert xsd.breaches(SCHEMA, ENVELOPE.replace("u:ma", "u:khac").encode())
    typed = ENVELOPE.replace(
        "<u:ma>",
        '<u:ma xmlns:k="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="k:int">',
    )
    assert xsd.breaches(SCHEMA, typed.encode()) == []


@pytest.mark.parametrize(
    "schema",
    [
        "<xs:schema",
        "<a/>",
        SCHEMA.replace(
            "<xs:element", '<xs:include schemaLocation="file:///etc/passwd"/><xs:element', 1
        ),
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>{SCHEMA}',
    ],
    ids=["broken", "no schema", "includes a file", "document type"],
)
def test_a_schema_that_cannot_be_used_decides_nothing(schema: str) -> None:
    with pytest.raises(NotTested) as outcome:
        xsd.breaches(schema, ENVELOPE.encode())
    assert outcome.value.reason is Reason.INCONCLUSIVE


def test_without_the_library_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "xmlschema":
            raise ImportError(name)
        return builtins.__import__(name, *rest, **more)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(NotTested) as outcome:
        xsd.breaches(SCHEMA + "<!-- not compiled before -->", ENVELOPE.encode())
    assert outcome.value.reason is Reason.TOOL_MISSING
