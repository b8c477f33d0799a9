"""Messages in XML and streams of events gone wrong: what is not data of the agency's file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.national_data_centre import bending
from conformance.sandbox.variations import NATIONAL_DATA_CENTRE, fault

_VERSIONS = "protocols.versions."
_EVENTS = "protocols.events."
_SAME = "records.representations.xml_says_what_json_says"
_READ_ALIKE = f"{_VERSIONS}xml_messages_are_read_as_json_ones"
_FIELD = "x-data-type"


def _field(agency: Agency, change: Callable[[str | None], str]) -> Agency:
    """Return an agency that takes another X-Data-Type for the one that was sent."""

    def reading(call: Call) -> Call:
        if call.asks not in {"ingestRecord", "ingestBatch"}:
            return call
        others = tuple(pair for pair in call.headers if pair[0] != _FIELD)
        return replace(call, headers=(*others, (_FIELD, change(call.first(_FIELD)))))

    return agency.reading(reading)


@fault(
    breaks=[f"{_VERSIONS}data_types_are_demanded"],
    also=["contract.generated.missing_headers_are_refused"],
    system=NATIONAL_DATA_CENTRE,
)
def data_type_not_demanded(agency: Agency) -> Agency:
    """A message without X-Data-Type is taken for one of the usual kind."""
    return _field(agency, lambda told: told or "CON_NGUOI")


@fault(
    breaks=[f"{_VERSIONS}data_types_are_demanded"],
    also=["contract.generated.invalid_input_is_refused"],
    system=NATIONAL_DATA_CENTRE,
)
def data_type_ignored(agency: Agency) -> Agency:
    """X-Data-Type has to be there, and nobody looks at what it says."""
    return _field(agency, lambda told: "CON_NGUOI" if told else "")


@fault(breaks=[_READ_ALIKE], system=NATIONAL_DATA_CENTRE)
def xml_messages_lose_their_marks(agency: Agency) -> Agency:
    """Vietnamese that came in XML is kept without its marks."""

    def plain(body: bytes) -> bytes:
        parts = unicodedata.normalize("NFD", body.decode("utf-8"))
        bare = "".join(c for c in parts if not unicodedata.combining(c))
        return bare.replace("Đ", "D").replace("đ", "d").encode()

    return bending.taking_xml(agency, plain)


@fault(breaks=[_READ_ALIKE], system=NATIONAL_DATA_CENTRE)
def xml_messages_lose_addresses(agency: Agency) -> Agency:
    """Of a message in XML the address is not kept."""
    drop = re.compile(rb"<DiaChiChiTiet>[^<]*</DiaChiChiTiet>")
    return bending.taking_xml(agency, lambda body: drop.sub(b"", body))


@fault(breaks=[_SAME], system=NATIONAL_DATA_CENTRE)
def xml_record_leaves_names_out(agency: Agency) -> Agency:
    """The name of a person stands in JSON and not in XML."""
    drop = re.compile(rb"<HoVaTen>[^<]*</HoVaTen>")
    return bending.telling_xml(agency, lambda body: drop.sub(b"", body))


@fault(breaks=[_SAME], system=NATIONAL_DATA_CENTRE)
def xml_record_with_a_document_type(agency: Agency) -> Agency:
    """A record in XML declares a document type."""
    return bending.telling_xml(
        agency, lambda body: body.replace(b"<Root>", b"<!DOCTYPE Root>\n<Root>", 1)
    )


@fault(breaks=[f"{_EVENTS}streams_are_streams_of_events"], system=NATIONAL_DATA_CENTRE)
def stream_of_bare_json(agency: Agency) -> Agency:
    """Events are sent as lines of JSON, without the word data in front."""
    bare = re.compile(rb"(?m)^(id|event|retry|): .*\n|^data: ")
    return bending.on_stream(agency, lambda body: bare.sub(b"", body))


@fault(
    breaks=[f"{_EVENTS}streams_are_streams_of_events"],
    also=["contract.answers.type_is_documented"],
    system=NATIONAL_DATA_CENTRE,
)
def stream_called_a_text(agency: Agency) -> Agency:
    """The stream says that it is plain text."""

    def hook(call: Call, made: Answer) -> Answer:
        streamed = call.asks == bending.STREAM and made.status == 200
        return made.with_field("Content-Type", "text/plain") if streamed else made

    return agency.bending_answers(hook)


@fault(
    breaks=[f"{_EVENTS}quiet_streams_are_kept_alive"],
    system=NATIONAL_DATA_CENTRE,
)
def stream_without_heartbeat(agency: Agency) -> Agency:
    """Where nothing happens nothing is sent at all."""
    return bending.on_stream(agency, lambda body: body if b"data:" in body else b"")


@fault(
    breaks=[f"{_EVENTS}quiet_streams_are_kept_alive"],
    system=NATIONAL_DATA_CENTRE,
)
def heartbeat_of_empty_lines(agency: Agency) -> Agency:
    """Where nothing happens empty lines are sent, which proxies may hold back."""
    return bending.on_stream(agency, lambda body: body if b"data:" in body else b"\n\n\n")
