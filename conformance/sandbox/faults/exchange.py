"""A data exchange platform on which systems cannot rely."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from conformance.sandbox import demonstration
from conformance.sandbox.agency import Agency
from conformance.sandbox.data_exchange import bending
from conformance.sandbox.data_exchange.rules import new_id
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call, Headers
from conformance.sandbox.portal import entities
from conformance.sandbox.variations import EXCHANGE, fault

_SOAP, _XROAD = "protocols.soap.", "protocols.xroad."
_SHARING, _REGISTRY = "protocols.sharing.", "protocols.registry."
_OUTSIDE = "injection.markup.external_entities_stay_outside"
_WORDS = "injection.markup.entities_are_not_expanded"
_LEAKS = "http.leaks.errors_do_not_leak"
_HEADERS = "contract.answers.declared_headers_are_there"
_TYPE = "contract.answers.type_is_documented"
_TRACED = "X-Road-Request-Id"
_TRACE = """java.lang.NullPointerException: client
    at vn.example.exchange.Router.route(Router.java:112)
    at vn.example.exchange.Endpoint.receive(Endpoint.java:48)"""


# --- SOAP: envelopes and media types --------------------------------------------------------------


def _nothing(_asked: str | None) -> Headers:
    return ()


@fault(
    breaks=[f"{_SOAP}answers_are_envelopes"],
    system=EXCHANGE,
)
def envelope_of_another_namespace(agency: Agency) -> Agency:
    """Envelopes stand in a namespace that is neither SOAP 1.1's nor 1.2's."""
    return bending.on_messages(
        agency, lambda body: body.replace(b"schemas.xmlsoap.org/soap/envelope/", b"example.org/s/")
    )


@fault(breaks=[f"{_SOAP}answers_are_envelopes"], system=EXCHANGE)
def payload_without_an_envelope(agency: Agency) -> Agency:
    """A gateway unwraps messages: the payload comes without its envelope."""

    def bare(body: bytes) -> bytes:
        found = re.search(rb"<soapenv:Body>(.*)</soapenv:Body>", body, re.DOTALL)
        inner = (
            found[1].replace(b">", b' xmlns:dx="urn:vnda:data-exchange:1">', 1) if found else b""
        )
        return body if b"Fault" in body else inner

    return bending.on_messages(agency, bare)


@fault(breaks=[f"{_SOAP}answers_are_envelopes"], system=EXCHANGE)
def envelope_with_a_document_type(agency: Agency) -> Agency:
    """Answers declare a document type."""
    return bending.on_messages(
        agency, lambda body: body.replace(b"\n<soapenv", b"\n<!DOCTYPE Envelope>\n<soapenv", 1)
    )


@fault(
    breaks=[f"{_SOAP}answers_are_envelopes"],
    also=["headers.media.content_type_is_true"],
    system=EXCHANGE,
)
def marks_break_the_message(agency: Agency) -> Agency:
    """Texts are pasted into the answer, so that the sign for and breaks it."""
    return bending.on_messages(
        agency,
        lambda body: body.replace("Phường Thuận Hóa".encode(), "Phường A & Phường B".encode()),
    )


@fault(breaks=[f"{_SOAP}media_types_are_those_of_soap", _TYPE], system=EXCHANGE)
def messages_declared_as_plain_xml(agency: Agency) -> Agency:
    """Messages of SOAP 1.1 are declared application/xml."""
    return bending.on_soap(
        agency, lambda made: made.with_field("Content-Type", "application/xml; charset=utf-8")
    )


@fault(breaks=[f"{_SOAP}media_types_are_those_of_soap"], also=[_TYPE], system=EXCHANGE)
def messages_declared_as_a_later_soap(agency: Agency) -> Agency:
    """Messages of SOAP 1.1 are declared with the media type of SOAP 1.2."""
    return bending.on_soap(
        agency, lambda made: made.with_field("Content-Type", "application/soap+xml; charset=utf-8")
    )


# --- SOAP: errors ---------------------------------------------------------------------------------


@fault(breaks=[f"{_SOAP}errors_are_faults"], system=EXCHANGE)
def faults_with_status_200(agency: Agency) -> Agency:
    """Faults come with HTTP status 200."""
    return bending.ruled(agency, fault_status=200)


@fault(
    breaks=[f"{_SOAP}errors_are_faults"],
    also=[f"{_SHARING}refusals_give_a_reason"],
    system=EXCHANGE,
)
def faults_without_a_reason(agency: Agency) -> Agency:
    """Faults have a code and no reason."""
    return bending.ruled(agency, fault=lambda code, _words: (code, ""))


@fault(breaks=[f"{_SOAP}errors_are_faults"], system=EXCHANGE)
def faults_replaced_by_a_page(agency: Agency) -> Agency:
    """A gateway puts its own page in the place of faults."""
    html = (("Content-Type", "text/html; charset=utf-8"),)
    return bending.on_soap(
        agency,
        lambda made: Answer(500, html, PAGE.encode()) if made.status == 500 else made,
    )


@fault(breaks=[_LEAKS], system=EXCHANGE)
def faults_with_a_stack_trace(agency: Agency) -> Agency:
    """The reason of a fault is a stack trace."""
    return bending.ruled(agency, fault=lambda code, _words: (code, _TRACE))


@fault(breaks=[f"{_SOAP}unknown_services_are_refused"], system=EXCHANGE)
def unknown_messages_acknowledged(agency: Agency) -> Agency:
    """A message for a service that nobody knows is acknowledged."""
    return bending.ruled(agency, unknown_acknowledged=True)


@fault(breaks=[f"{_SOAP}unknown_services_are_refused"], system=EXCHANGE)
def messages_routed_by_what_they_hold(agency: Agency) -> Agency:
    """A message goes where its elements fit, whatever service it names."""

    def routed(call: Call) -> Call:
        body, fits = call.body or b"", b"TraCuuDonViHanhChinh"
        named = re.search(rb"<dx:([\w-]+)[^<>]*>\s*<dx:maXa>", body)
        if call.path != "/soap" or named is None:
            return call
        told = re.sub(rb"(?<=[:>])" + re.escape(named[1]) + rb"(?=[\s<>])", fits, body)
        return replace(call, body=told)

    return agency.reading(routed)


# --- SOAP: schemas --------------------------------------------------------------------------------


@fault(breaks=[f"{_SOAP}bodies_keep_their_schema"], system=EXCHANGE)
def dates_of_the_country_in_messages(agency: Agency) -> Agency:
    """A date stands in an answer as people write it, not as the schema says."""
    return bending.ruled(agency, answered=bending.told_otherwise("coHieuLucTu", "01/07/2025"))


@fault(breaks=[f"{_SOAP}bodies_keep_their_schema"], system=EXCHANGE)
def element_left_out_of_messages(agency: Agency) -> Agency:
    """An element that the schema demands is left out."""
    return bending.ruled(
        agency,
        answered=lambda told: replace(
            told, children=tuple(c for c in told.children if c.name != "tinhTrang")
        ),
    )


@fault(breaks=[f"{_SOAP}bodies_outside_the_schema_are_refused"], system=EXCHANGE)
def unknown_elements_overlooked(agency: Agency) -> Agency:
    """Elements that the schema does not know are skipped and what is missing is guessed."""

    def guessed(call: Call) -> Call:
        body = re.sub(rb"(</?dx:)vnct-[0-9a-f]+", rb"\1maXa", call.body or b"")
        named = {b"TraCuuDoanhNghiep>": b"maSoDoanhNghiep", b"XacMinhCongDan ": b"soDinhDanh"}
        for service, element in named.items():
            if b"<dx:" + service.strip(b"> ") in body:
                body = body.replace(b"dx:maXa", b"dx:" + element)
        return replace(call, body=body) if call.path == "/soap" else call

    return agency.reading(guessed)


@fault(breaks=[f"{_SOAP}bodies_outside_the_schema_are_refused"], system=EXCHANGE)
def whatever_comes_is_acknowledged(agency: Agency) -> Agency:
    """A message that breaks its schema is acknowledged, and put aside for somebody to look at."""

    def acknowledged(made: Answer) -> Answer:
        told = re.sub(
            r"<soapenv:Fault>.*không đúng lược đồ.*</soapenv:Fault>".encode(),
            b"<dx:DaTiepNhan/>",
            made.body,
        )
        return made if told == made.body else replace(made, status=200, body=told)

    return bending.on_soap(agency, acknowledged)


@fault(breaks=[f"{_SOAP}samples_keep_their_schema"], system=EXCHANGE)
def schema_of_another_version_published(agency: Agency) -> Agency:
    """The schema in the contract is newer than its examples, though both are read alike."""

    def published(document: dict[str, Any]) -> dict[str, Any]:
        operation = document["paths"]["/soap"]["post"]
        operation["x-xsd"] = operation["x-xsd"].replace(
            '<xs:element name="mucDich" type="Chuoi"/>',
            '<xs:element name="mucDich" type="Chuoi"/><xs:element name="canCu" type="Chuoi"/>',
        )
        return document

    return agency.with_(published=published)


@fault(
    breaks=[f"{_SOAP}samples_keep_their_schema"],
    also=[f"{_SOAP}bodies_keep_their_schema"],
    system=EXCHANGE,
)
def schema_without_namespaces_published(agency: Agency) -> Agency:
    """The schema in the contract puts elements into no namespace; messages have them in one."""

    def published(document: dict[str, Any]) -> dict[str, Any]:
        operation = document["paths"]["/soap"]["post"]
        operation["x-xsd"] = operation["x-xsd"].replace(' elementFormDefault="qualified"', "")
        return document

    return agency.with_(published=published)


# --- X-Road: headers that come back ---------------------------------------------------------------


@fault(breaks=[f"{_XROAD}soap_headers_come_back"], system=EXCHANGE)
def own_client_echoed(agency: Agency) -> Agency:
    """Every message is answered with the client of the provider's own configuration."""
    return bending.ruled(agency, echoed=bending.in_block("client", "memberCode", "BTC"))


@fault(breaks=[f"{_XROAD}soap_headers_come_back"], system=EXCHANGE)
def message_id_made_anew(agency: Agency) -> Agency:
    """The id of a message is not the one that was sent."""
    return bending.ruled(
        agency,
        echoed=lambda blocks: [
            replace(block, text="0") if block.name == "id" else block for block in blocks
        ],
    )


@fault(breaks=[f"{_XROAD}soap_headers_come_back"], system=EXCHANGE)
def headers_left_out_of_messages(agency: Agency) -> Agency:
    """Messages are answered without a header."""
    return bending.ruled(agency, echoed=lambda _blocks: ())


@fault(breaks=[f"{_XROAD}soap_headers_come_back"], system=EXCHANGE)
def headers_in_another_sequence(agency: Agency) -> Agency:
    """The header blocks come back in the order of the alphabet."""
    return bending.ruled(agency, echoed=lambda blocks: sorted(blocks, key=lambda b: b.name))


@fault(breaks=[f"{_XROAD}rest_headers_come_back"], system=EXCHANGE)
def rest_client_of_the_gateway(agency: Agency) -> Agency:
    """REST calls are answered with the subsystem of the gateway in front."""
    return bending.on_rest(
        agency,
        lambda made: (
            made.with_field("X-Road-Client", bending.MADE_UP_CLIENT)
            if made.has("X-Road-Client")
            else made
        ),
    )


@fault(breaks=[f"{_XROAD}rest_headers_come_back"], system=EXCHANGE)
def message_id_of_rest_not_returned(agency: Agency) -> Agency:
    """X-Road-Id is made anew for each answer."""
    return bending.ruled(
        agency,
        returned=lambda fields: tuple(
            (name, agency.exchange.trace_id() if name == "X-Road-Id" else value)
            for name, value in fields
        ),
    )


@fault(breaks=[f"{_XROAD}rest_headers_come_back"], system=EXCHANGE)
def service_of_another_provider_named(agency: Agency) -> Agency:
    """X-Road-Service names a service of another provider."""
    return bending.ruled(
        agency,
        returned=lambda fields: tuple(
            (name, "VN/GOV/BCA/khac/khac" if name == "X-Road-Service" else value)
            for name, value in fields
        ),
    )


# --- X-Road: refusals -----------------------------------------------------------------------------


@fault(breaks=[f"{_XROAD}unregistered_clients_are_refused"], system=EXCHANGE)
def any_rest_client_served(agency: Agency) -> Agency:
    """Whoever has a token is served, whatever client a REST call names."""
    return bending.ruled(agency, clients_checked=False)


@fault(breaks=[f"{_XROAD}unregistered_clients_are_refused"], system=EXCHANGE)
def any_soap_client_served(agency: Agency) -> Agency:
    """Whoever has a token is served, whatever client a SOAP message names."""
    return bending.ruled(agency, soap_clients_checked=False)


@fault(breaks=[f"{_XROAD}unknown_rest_services_are_refused"], system=EXCHANGE)
def unknown_services_fall_through(agency: Agency) -> Agency:
    """A call for a service that nobody registered falls through to a welcome page in JSON."""

    def hook(call: Call) -> Answer | None:
        unknown = call.path.startswith("/r1/") and call.template is None
        known = unknown and call.values_of("x-road-client") and call.values_of("authorization")
        welcome = b'{"message": "LGSP"}'
        fields = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
        return Answer(200, fields, welcome) if known else None

    return agency.intercepting(hook)


@fault(breaks=[f"{_XROAD}unknown_rest_services_are_refused"], system=EXCHANGE)
def unknown_services_with_status_200(agency: Agency) -> Agency:
    """That nobody registered a service is told with status 200."""

    def hook(call: Call, made: Answer) -> Answer:
        unknown = call.path.startswith("/r1/") and call.template is None
        known = unknown and call.values_of("x-road-client") and call.values_of("authorization")
        plain = made.with_field("Content-Type", "application/json")
        return replace(plain, status=200) if known and made.status == 404 else made

    return agency.bending_answers(hook)


@fault(breaks=[f"{_XROAD}errors_of_the_platform_are_told"], system=EXCHANGE)
def errors_without_the_field(agency: Agency) -> Agency:
    """Errors of the platform come without X-Road-Error."""
    return bending.on_rest(agency, lambda made: made.without("X-Road-Error"))


@fault(breaks=[f"{_XROAD}errors_of_the_platform_are_told"], system=EXCHANGE)
def errors_of_two_kinds(agency: Agency) -> Agency:
    """The body of an error names another kind than its field."""
    return bending.on_rest(
        agency,
        lambda made: (
            made.with_field("X-Road-Error", "Server.ClientProxy.NetworkError")
            if made.has("X-Road-Error")
            else made
        ),
    )


@fault(breaks=[f"{_REGISTRY}wrong_secrets_get_no_token"], system=EXCHANGE)
def tokens_for_an_id_alone(agency: Agency) -> Agency:
    """The token service looks at the id of a program and not at its secret."""

    def believed(call: Call) -> Call:
        form = dict(parse_qsl((call.body or b"").decode("utf-8", "replace")))
        client = next((c for c in demonstration.CLIENTS if c.id == form.get("client_id")), None)
        if call.path != "/oauth2/token" or client is None or "client_secret" not in form:
            return call
        told = urlencode({**form, "client_secret": client.secret or ""}).encode()
        return replace(call, body=told)

    return agency.reading(believed)


@fault(breaks=[f"{_REGISTRY}wrong_secrets_get_no_token"], system=EXCHANGE)
def token_refusals_in_an_envelope(agency: Agency) -> Agency:
    """The token service refuses with status 200 and a code in an envelope of its own."""

    def hook(call: Call, made: Answer) -> Answer:
        refused = call.path == "/oauth2/token" and made.status == 401
        told = b'{"success": false, "code": "AUTH_01", "data": null}'
        return replace(made, status=200, body=told) if refused else made

    return agency.bending_answers(hook)


# --- sharing --------------------------------------------------------------------------------------


@fault(
    breaks=[f"{_SHARING}answers_carry_a_trace_id"],
    also=["http.tracing.requests_get_an_id", f"{_XROAD}rest_headers_come_back", _HEADERS],
    system=EXCHANGE,
)
def answers_without_a_trace(agency: Agency) -> Agency:
    """No answer carries a trace id."""
    return bending.ruled(agency, trace_header=None).with_(request_id=_nothing)


@fault(breaks=[f"{_SHARING}answers_carry_a_trace_id"], system=EXCHANGE)
def messages_without_a_trace(agency: Agency) -> Agency:
    """REST calls carry a trace id, SOAP messages do not."""
    untold = agency.with_(request_id=_nothing)
    return bending.on_soap(untold, lambda made: made.without("X-Road-Request-Id"))


@fault(breaks=[f"{_SHARING}trace_ids_are_unique"], system=EXCHANGE)
def trace_id_made_at_start(agency: Agency) -> Agency:
    """The trace id was made once, when the gateway started."""
    return bending.ruled(agency, trace_id=lambda: "3f0c4b2e-7a61-4c1d-9e85-0d2b6a1f4cff")


@fault(
    breaks=[f"{_SHARING}trace_ids_are_unique"],
    also=[f"{_SHARING}calls_can_be_traced"],
    system=EXCHANGE,
)
def trace_id_of_what_is_called(agency: Agency) -> Agency:
    """The trace id is computed from the path, so that two calls of one service share it."""

    def hook(call: Call, made: Answer) -> Answer:
        same = str(uuid.uuid5(uuid.NAMESPACE_URL, call.path))
        return made.with_field(_TRACED, same) if made.has(_TRACED) else made

    return agency.bending_answers(hook)


@fault(breaks=[f"{_SHARING}calls_can_be_traced"], system=EXCHANGE)
def calls_not_logged(agency: Agency) -> Agency:
    """Calls get a trace id under which nothing was noted."""
    return bending.ruled(agency, traced=False)


@fault(breaks=[f"{_SHARING}calls_can_be_traced"], system=EXCHANGE)
def trace_id_of_the_gateway(agency: Agency) -> Agency:
    """A gateway puts an id of its own over the one under which the platform noted the call."""
    return agency.bending_answers(
        lambda _call, made: made.with_field(_TRACED, new_id()) if made.has(_TRACED) else made
    )


@fault(breaks=[f"{_SHARING}refusals_give_a_reason"], system=EXCHANGE)
def refusals_without_a_word(agency: Agency) -> Agency:
    """A refusal is a status in JSON and nothing else."""

    def silent(_call: Call, members: dict[str, Any]) -> dict[str, Any]:
        kept = {"status": members["status"], "title": " ", "detail": ""}
        return {**kept, **({"type": members["type"]} if "type" in members else {})}

    return agency.bending_problems(silent)


@fault(breaks=[f"{_SHARING}refusals_give_a_reason"], system=EXCHANGE)
def reasons_told_to_programs_only(agency: Agency) -> Agency:
    """The fault for who has no token leaves its reason empty; its detail has a number."""

    def numbered(made: Answer) -> Answer:
        if made.status != 401:
            return made
        told = re.sub(
            rb"<faultstring>[^<]*</faultstring>",
            b"<faultstring></faultstring><detail><ma>1401</ma></detail>",
            made.body,
        )
        return made.with_body(told)

    return bending.on_soap(agency, numbered)


# --- registry and batches -------------------------------------------------------------------------


@fault(breaks=[f"{_REGISTRY}what_answers_is_registered"], system=EXCHANGE)
def service_missing_from_the_registry(agency: Agency) -> Agency:
    """A service that answers is in no registry."""

    def shortened(told: dict[str, Any]) -> dict[str, Any]:
        items = [i for i in told["items"] if "/don-vi-hanh-chinh" not in i["maDichVu"]]
        return {**told, "items": items, "total": told["total"] - 1}

    return bending.on_operation(agency, "listServices", shortened)


@fault(breaks=[f"{_REGISTRY}what_answers_is_registered"], system=EXCHANGE)
def registry_of_the_trial(agency: Agency) -> Agency:
    """The registry was copied from the trial platform: its ids are of another instance."""

    def copied(told: dict[str, Any]) -> dict[str, Any]:
        items = [
            {**i, "maDichVu": i["maDichVu"].replace("VN/", "VN-TEST/", 1)} for i in told["items"]
        ]
        return {**told, "items": items}

    return bending.on_operation(agency, "listServices", copied)


@fault(breaks=[f"{_REGISTRY}descriptions_are_handed_out"], system=EXCHANGE)
def descriptions_without_paths(agency: Agency) -> Agency:
    """The description of a service has no path in it."""
    return bending.on_operation(agency, "getOpenAPI", lambda told: {**told, "paths": {}})


@fault(
    breaks=[f"{_REGISTRY}descriptions_are_handed_out"],
    also=["contract.answers.body_matches_schema"],
    system=EXCHANGE,
)
def descriptions_in_an_old_form(agency: Agency) -> Agency:
    """Descriptions are still in Swagger 2.0."""

    def old(told: dict[str, Any]) -> dict[str, Any]:
        return {"swagger": "2.0", **{k: v for k, v in told.items() if k != "openapi"}}

    return bending.on_operation(agency, "getOpenAPI", old)


@fault(
    breaks=[f"{_REGISTRY}batches_are_taken_in_whole"],
    also=["lifecycle.creation.what_was_created_is_there"],
    system=EXCHANGE,
)
def batches_cut_short(agency: Agency) -> Agency:
    """Of a batch only the first entry is kept."""

    def cut(told: dict[str, Any]) -> dict[str, Any]:
        return {**told, "yeuCau": told["yeuCau"][:1], "ketQua": told["ketQua"][:1]}

    return bending.on_operation(agency, "getBatch", cut)


@fault(
    breaks=[f"{_REGISTRY}batches_are_taken_in_whole"],
    also=[
        "contract.answers.body_matches_schema",
        "formats.declared.values_have_their_formats",
        "formats.identifiers.tax_codes_are_right",
        "lifecycle.creation.what_was_created_is_there",
    ],
    system=EXCHANGE,
)
def codes_of_batches_kept_as_numbers(agency: Agency) -> Agency:
    """A batch goes through a table of numbers: codes lose the zeros with which they begin."""

    def shorter(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        name = "maSoDoanhNghiep"
        return [{**entry, name: entry[name].lstrip("0")} for entry in entries]

    def kept(told: dict[str, Any]) -> dict[str, Any]:
        return {**told, "yeuCau": shorter(told["yeuCau"]), "ketQua": shorter(told["ketQua"])}

    return bending.on_operation(agency, "getBatch", kept)


# --- what a message declares ----------------------------------------------------------------------


@fault(breaks=[_OUTSIDE, _WORDS], system=EXCHANGE)
def entities_of_messages_opened(agency: Agency) -> Agency:
    """Whatever a SOAP message declares is opened and unfolded: files, addresses, words."""
    return agency.reading(lambda call: entities.unfolded(call, external=True))


@fault(breaks=[_WORDS], system=EXCHANGE)
def entities_of_messages_unfolded(agency: Agency) -> Agency:
    """Files stay closed; words that a SOAP message declares are unfolded."""
    return agency.reading(lambda call: entities.unfolded(call, external=False))
