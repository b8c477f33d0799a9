"""Messages in XML and streams of events that look odd and are legal."""

from __future__ import annotations

import re

from conformance.sandbox.agency import Agency
from conformance.sandbox.national_data_centre import bending
from conformance.sandbox.variations import NATIONAL_DATA_CENTRE, near_miss

_EVENTS = "protocols.events."
_STREAMS = (
    f"{_EVENTS}streams_are_streams_of_events",
    f"{_EVENTS}events_have_ids_of_their_own",
    f"{_EVENTS}resuming_goes_on_where_it_was",
    f"{_EVENTS}quiet_streams_are_kept_alive",
)


@near_miss(spares=["records.representations.xml_says_what_json_says"], system=NATIONAL_DATA_CENTRE)
def xml_record_laid_out_for_readers(agency: Agency) -> Agency:
    """Line breaks between elements say nothing (XML 1.0, section 2.10)."""
    return bending.telling_xml(agency, lambda body: body.replace(b"><", b">\n  <"))


@near_miss(spares=_STREAMS, system=NATIONAL_DATA_CENTRE)
def stream_in_another_hand(agency: Agency) -> Agency:
    """CRLF, no space behind colons, an unknown field, a mark at the head: legal (HTML, 9.2.6)."""

    def written(body: bytes) -> bytes:
        close = re.sub(rb"(?m)^(id|event|data): ", rb"\1:", body)
        marked = b"\xef\xbb\xbf" + close.replace(b"event:", b"trace:abc\nevent:")
        return marked.replace(b"\n", b"\r\n")

    return bending.on_stream(agency, written)


@near_miss(spares=_STREAMS, system=NATIONAL_DATA_CENTRE)
def stream_of_several_lines(agency: Agency) -> Agency:
    """The data of an event may be several lines, and its id a text of any kind (HTML, 9.2.6)."""
    return bending.on_stream(agency, lambda body: body.replace(b'data: {"', b'data: {\ndata: "'))


@near_miss(
    spares=["protocols.versions.xml_messages_are_read_as_json_ones"], system=NATIONAL_DATA_CENTRE
)
def spaces_in_xml_messages_are_trimmed(agency: Agency) -> Agency:
    """Space between the elements of a message is nobody's content (XML 1.0, section 2.10)."""
    return bending.taking_xml(agency, lambda body: body.replace(b"><", b">\n <"))


@near_miss(
    spares=[
        "protocols.versions.data_types_are_demanded",
        "protocols.versions.announced_numbers_are_compared",
    ],
    system=NATIONAL_DATA_CENTRE,
)
def unknown_data_type_is_unprocessable(agency: Agency) -> Agency:
    """What is missing or unknown may be told with 422, too (RFC 9110, section 15.5.21)."""
    return bending.refusing_with(agency, 422)
