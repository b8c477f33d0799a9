"""Platforms that look wrong and exchange as they should."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.data_exchange import bending, messages
from conformance.sandbox.data_exchange.xml import Node
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import entities
from conformance.sandbox.variations import EXCHANGE, near_miss

_SOAP, _XROAD = "protocols.soap.", "protocols.xroad."
_SHARING, _REGISTRY = "protocols.sharing.", "protocols.registry."
_OUTSIDE = "injection.markup.external_entities_stay_outside"
_WORDS = "injection.markup.entities_are_not_expanded"
_ECHO = f"{_XROAD}soap_headers_come_back"


@near_miss(
    spares=[f"{_SOAP}answers_are_envelopes", _ECHO, f"{_SOAP}bodies_keep_their_schema"],
    system=EXCHANGE,
)
def prefixes_of_its_own(agency: Agency) -> Agency:
    """Messages use other prefixes; only namespaces matter (Namespaces in XML 1.0, section 4)."""

    def changed(body: bytes) -> bytes:
        for old, new in ((b"soapenv", b"S"), (b"xrd", b"x"), (b"dx", b"ns2"), (b"id:", b"ident:")):
            for before in (b"<", b"</", b"xmlns:", b" "):
                after = b"" if old.endswith(b":") else (b"=" if before == b"xmlns:" else b":")
                body = body.replace(before + old + after, before + new + after)
        return body.replace(b"xmlns:id=", b"xmlns:ident=").replace(b">soapenv:", b">S:")

    return bending.on_messages(agency, changed)


@near_miss(
    spares=[f"{_SOAP}answers_are_envelopes", _ECHO, f"{_SOAP}bodies_keep_their_schema"],
    system=EXCHANGE,
)
def messages_laid_out_for_readers(agency: Agency) -> Agency:
    """Line breaks and comments between elements say nothing (XML 1.0, sections 2.5 and 2.10)."""
    return bending.on_messages(
        agency,
        lambda body: body.replace(b"><soapenv:", b">\n  <!-- NDXP -->\n  <soapenv:").replace(
            b"><id:", b">\n      <id:"
        ),
    )


@near_miss(spares=[_ECHO], system=EXCHANGE)
def request_hash_added(agency: Agency) -> Agency:
    """The server adds requestHash to the blocks that came (X-Road 4.0, section 2.2)."""
    digest = Node(messages.XROAD, "requestHash", {("", "algorithmId"): "sha-512"}, text="QUJD")
    return bending.ruled(agency, echoed=lambda blocks: (*blocks, digest) if blocks else blocks)


@near_miss(spares=[f"{_SOAP}media_types_are_those_of_soap"], system=EXCHANGE)
def media_type_in_capitals(agency: Agency) -> Agency:
    """Media types are case-insensitive, and the charset is a parameter (RFC 9110, 8.3.1)."""
    return bending.on_soap(
        agency, lambda made: made.with_field("Content-Type", 'Text/XML;CHARSET="UTF-8"')
    )


@near_miss(
    spares=[f"{_SOAP}errors_are_faults", f"{_SOAP}unknown_services_are_refused"], system=EXCHANGE
)
def faults_with_details(agency: Agency) -> Agency:
    """A fault has an actor and a detail beside its code and reason (SOAP 1.1, section 4.4)."""
    extra = b"<faultactor>urn:vnda:ndxp</faultactor><detail><ma>E-404</ma></detail>"
    return bending.on_messages(
        agency, lambda body: body.replace(b"</soapenv:Fault>", extra + b"</soapenv:Fault>")
    )


@near_miss(
    spares=[f"{_SOAP}bodies_outside_the_schema_are_refused", f"{_SOAP}errors_are_faults"],
    system=EXCHANGE,
)
def faults_of_the_sender(agency: Agency) -> Agency:
    """Every fault has the code Server with words of its own, in English (SOAP 1.1, 4.4.1)."""
    return bending.ruled(agency, fault=lambda _code, _words: ("Server.Rejected", "Rejected."))


@near_miss(spares=[f"{_SOAP}bodies_keep_their_schema"], system=EXCHANGE)
def dates_with_an_offset(agency: Agency) -> Agency:
    """A date of XML Schema may carry an offset (XML Schema 1.0 part 2, section 3.2.9)."""
    return bending.ruled(agency, answered=bending.told_otherwise("coHieuLucTu", "2025-07-01+07:00"))


@near_miss(
    spares=[f"{_XROAD}rest_headers_come_back", f"{_XROAD}errors_of_the_platform_are_told"],
    system=EXCHANGE,
)
def fields_in_small_letters(agency: Agency) -> Agency:
    """Field names are case-insensitive (RFC 9110, section 5.1)."""

    def changed(made: Answer) -> Answer:
        fields = tuple(
            (name.lower() if name.startswith("X-Road") else name, v) for name, v in made.headers
        )
        return replace(made, headers=fields)

    return bending.on_rest(agency, changed)


@near_miss(
    spares=[
        f"{_XROAD}errors_of_the_platform_are_told",
        f"{_XROAD}unknown_rest_services_are_refused",
        f"{_XROAD}unregistered_clients_are_refused",
        f"{_SHARING}refusals_give_a_reason",
    ],
    system=EXCHANGE,
)
def errors_of_another_kind(agency: Agency) -> Agency:
    """The platform tells its errors with a kind and words of its own (X-Road REST 1.0, 4.6)."""
    return bending.ruled(
        agency,
        refused=lambda _kind, _words: ("Server.ClientProxy.ServiceFailed", "Không gọi được."),
    )


@near_miss(
    spares=[
        f"{_SHARING}answers_carry_a_trace_id",
        f"{_SHARING}trace_ids_are_unique",
        f"{_SHARING}calls_can_be_traced",
    ],
    system=EXCHANGE,
)
def trace_ids_told_twice(agency: Agency) -> Agency:
    """The trace id stands in a customary field too (W3C Trace Context leaves others alone)."""

    def hook(_call: Call, made: Answer) -> Answer:
        found = made.get("X-Road-Request-Id")
        return made.plus(("X-Request-Id", found)) if found else made

    return agency.bending_answers(hook)


@near_miss(spares=[f"{_SHARING}refusals_give_a_reason"], system=EXCHANGE)
def reasons_in_the_title(agency: Agency) -> Agency:
    """Problem documents have a title and no detail (RFC 9457, section 3.1.4)."""

    def brief(_call: Call, members: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in members.items() if k != "detail"}

    return agency.bending_problems(brief)


@near_miss(
    spares=[
        f"{_REGISTRY}what_answers_is_registered",
        f"{_REGISTRY}descriptions_are_handed_out",
        f"{_REGISTRY}batches_are_taken_in_whole",
    ],
    system=EXCHANGE,
)
def registry_with_more_in_it(agency: Agency) -> Agency:
    """The registry lists services of others, and answers have members of the platform's own."""
    more = {
        "maDichVu": "VN/GOV/BYT/y-te/tra-cuu-the",
        "tenDichVu": "Tra cứu thẻ bảo hiểm y tế",
        "coQuanCungCap": "Bộ Y tế",
        "giaoThuc": "SOAP",
    }

    def longer(call: Call, told: Any) -> Any:
        if call.asks == "getOpenAPI":
            return {**told, "x-phien-ban": "1"}
        wanted = dict(call.query).get("giaoThuc", "SOAP") == "SOAP"
        whole = call.asks == "listServices" and wanted and len(told["items"]) == told["total"]
        if not whole or told["page"] != 1 or len(told["items"]) >= told["size"]:
            return told
        return {**told, "items": [*told["items"], more], "total": told["total"] + 1}

    return agency.bending_values(longer)


@near_miss(spares=[f"{_REGISTRY}wrong_secrets_get_no_token"], system=EXCHANGE)
def wrong_secrets_called_a_bad_request(agency: Agency) -> Agency:
    """Who does not know a secret is refused with 400 (RFC 6749, section 5.2 allows 400 or 401)."""

    def hook(call: Call, made: Answer) -> Answer:
        refused = call.path == "/oauth2/token" and made.status == 401
        return replace(made, status=400).without("WWW-Authenticate") if refused else made

    return agency.bending_answers(hook)


@near_miss(spares=[_OUTSIDE, _WORDS], system=EXCHANGE)
def document_types_of_messages_overlooked(agency: Agency) -> Agency:
    """A document type is skipped and its entities stand for nothing (XML 1.0, section 4.4.3)."""
    return agency.reading(entities.overlooked)


@near_miss(spares=[_WORDS], system=EXCHANGE)
def empty_texts_served_too(agency: Agency) -> Agency:
    """An entity stands for nothing, and an empty text means the usual (XML 1.0, section 4.4.3)."""

    def filled(call: Call) -> Call:
        body = entities.overlooked(call).body or b""
        usual = body.replace(b"<dx:maXa></dx:maXa>", b"<dx:maXa>19789</dx:maXa>")
        return replace(call, body=usual) if call.path == "/soap" else call

    return agency.reading(filled)


@near_miss(spares=[f"{_SOAP}samples_keep_their_schema"], system=EXCHANGE)
def schema_with_optional_elements(agency: Agency) -> Agency:
    """The schema allows an element that the examples do without (minOccurs="0")."""

    def published(document: dict[str, Any]) -> dict[str, Any]:
        operation = document["paths"]["/soap"]["post"]
        element = '<xs:element name="mucDich" type="Chuoi"/>'
        optional = '<xs:element name="canCu" type="Chuoi" minOccurs="0"/>'
        operation["x-xsd"] = operation["x-xsd"].replace(element, element + optional)
        return document

    return agency.with_(published=published)
