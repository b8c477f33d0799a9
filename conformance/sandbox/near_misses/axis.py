"""Messages and documents that look odd and are legal."""

from __future__ import annotations

import re
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.document_axis import bending
from conformance.sandbox.document_axis.bending import on_documents, overlooking, replacing
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import entities
from conformance.sandbox.variations import AXIS, near_miss

_XML = "formats.xml."
_EDXML = "protocols.edxml."
_MESSAGES = "protocols.messages."
_DELIVERIES = "protocols.deliveries."
_MARKUP = "injection.markup."


@near_miss(spares=[f"{_XML}xml_is_well_formed", f"{_XML}xml_says_that_it_is_utf8"], system=AXIS)
def documents_with_a_byte_order_mark(agency: Agency) -> Agency:
    """XML in UTF-8 may begin with a byte order mark (XML 1.0, section 4.3.3)."""
    return on_documents(agency, lambda body: b"\xef\xbb\xbf" + body)


@near_miss(spares=[f"{_XML}xml_says_that_it_is_utf8"], system=AXIS)
def documents_without_a_declaration(agency: Agency) -> Agency:
    """XML without a declaration is in UTF-8 (XML 1.0, section 4.3.3)."""
    return on_documents(agency, replacing(r"^<\?xml[^>]*\?>\s*", ""))


@near_miss(
    spares=[
        f"{_EDXML}documents_are_edxml",
        f"{_EDXML}a_document_has_one_sender_and_receivers",
        f"{_EDXML}the_manifest_names_every_attachment",
    ],
    system=AXIS,
)
def documents_under_another_prefix(agency: Agency) -> Agency:
    """A prefix stands for its namespace and for nothing else (Namespaces in XML, section 4)."""
    return on_documents(
        agency, lambda body: body.replace(b"edXML:", b"e:").replace(b"xmlns:edXML=", b"xmlns:e=")
    )


@near_miss(spares=[f"{_EDXML}agencies_have_codes_in_force"], system=AXIS)
def old_documents_keep_old_codes(agency: Agency) -> Agency:
    """A document of 2019 names agencies by the codes of its day."""
    older = replacing(r"(PromulgationDate>)\d{4}", r"\g<1>2019")
    coded = replacing(">H57.01</edXML:OrganId>", ">000.00.01.H57</edXML:OrganId>")
    return on_documents(agency, lambda body: coded(older(body)))


@near_miss(spares=[f"{_EDXML}agencies_have_codes_in_force"], system=AXIS)
def enterprises_receive_too(agency: Agency) -> Agency:
    """Enterprises have identifiers of another form (Decision 20/2020/QĐ-TTg, Article 5)."""
    return on_documents(agency, replacing(">G15</edXML:OrganId>", ">0100112437</edXML:OrganId>"))


@near_miss(spares=[f"{_EDXML}days_of_documents_exist"], system=AXIS)
def days_with_slashes(agency: Agency) -> Agency:
    """Software in use writes the day as 2026/10/01."""
    return on_documents(agency, replacing(r">(\d{4})-(\d\d)-(\d\d)<", r">\1/\2/\3<"))


@near_miss(spares=[f"{_EDXML}attachments_are_base64"], system=AXIS)
def contents_in_lines(agency: Agency) -> Agency:
    """Base64 may be broken into lines (RFC 2045, section 6.8)."""
    content = re.compile(rb"(?<=<ContentTransferEncoded>)[^<]+")

    def broken(body: bytes) -> bytes:
        return content.sub(lambda found: re.sub(rb"(.{76})", rb"\1\r\n", found[0]), body)

    return on_documents(agency, broken)


@near_miss(
    spares=[
        f"{_EDXML}the_manifest_names_every_attachment",
        f"{_EDXML}attachments_are_base64",
    ],
    system=AXIS,
)
def documents_without_attachments(agency: Agency) -> Agency:
    """A message may carry no file at all."""
    without = replacing("<AttachmentEncoded>.*</AttachmentEncoded>", "")
    unnamed = replacing("<edXML:Reference>.*</edXML:Reference>", "")
    return on_documents(agency, lambda body: unnamed(without(body)))


@near_miss(
    spares=[
        f"{_MARKUP}external_types_stay_outside",
        f"{_MARKUP}growing_entities_do_no_harm",
        f"{_MARKUP}entities_are_not_expanded",
    ],
    system=AXIS,
)
def types_overlooked_on_the_axis(agency: Agency) -> Agency:
    """A reader may overlook what a document declares, as long as it fetches and unfolds nothing."""
    return agency.reading(entities.overlooked)


@near_miss(
    spares=[
        f"{_MESSAGES}incomplete_envelopes_are_refused",
        f"{_MESSAGES}codes_out_of_force_are_refused",
        f"{_MESSAGES}impossible_days_are_refused",
        f"{_MESSAGES}unmatched_attachments_are_refused",
        f"{_MESSAGES}broken_contents_are_refused",
        f"{_MESSAGES}dangerous_archives_are_refused",
        f"{_MESSAGES}sealed_archives_are_refused",
        f"{_XML}broken_xml_is_refused",
        f"{_XML}other_namespaces_are_refused",
        f"{_XML}prefixes_do_not_matter",
    ],
    system=AXIS,
)
def messages_refused_with_422(agency: Agency) -> Agency:
    """A message that makes no sense may be refused with 422, too (RFC 9110, section 15.5.21)."""

    def hook(call: Call, made: Answer) -> Answer:
        refused = call.asks == bending.SEND and made.status == 400
        body = made.body.replace(b'"status": 400', b'"status": 422')
        return (
            Answer(422, made.headers, body.replace(b"Bad Request", b"Unprocessable Content"))
            if refused
            else made
        )

    return agency.bending_answers(hook)


@near_miss(spares=[f"{_MESSAGES}documents_arrive_once"], system=AXIS)
def sent_again_and_answered_alike(agency: Agency) -> Agency:
    """What is sent again may be answered as it was the first time, with the same number."""
    return overlooking(agency, "again")


@near_miss(spares=[f"{_DELIVERIES}parties_alone_read"], system=AXIS)
def outsiders_told_403(agency: Agency) -> Agency:
    """Whoever has no part in a document may be told so (RFC 9110, section 15.5.4)."""
    return agency.with_(others_status=403)


@near_miss(spares=[f"{_DELIVERIES}statuses_come_back"], system=AXIS)
def histories_begin_with_arrival(agency: Agency) -> Agency:
    """That a document arrived (01) is told by the axis itself."""

    def begun(told: dict[str, Any]) -> dict[str, Any]:
        steps = told["items"]
        arrived = [{**steps[0], "status": "01", "note": "Đã đến"}] if steps else []
        return {**told, "total": len(arrived + steps), "items": arrived + steps}

    return bending.on_history(agency, begun)


@near_miss(spares=[f"{_MESSAGES}senders_are_who_they_say"], system=AXIS)
def other_senders_told_nothing(agency: Agency) -> Agency:
    """A message in another's name may be refused as one that makes no sense (RFC 9110, 15.5.1)."""

    def hook(call: Call, made: Answer) -> Answer:
        if call.asks != bending.SEND or made.status != 403:
            return made
        body = made.body.replace(b'"status": 403', b'"status": 400')
        return Answer(400, made.headers, body.replace(b"Forbidden", b"Bad Request"))

    return agency.bending_answers(hook)


@near_miss(
    spares=[
        f"{_DELIVERIES}receivers_alone_tell",
        f"{_DELIVERIES}unknown_statuses_are_refused",
        f"{_DELIVERIES}finished_documents_stay_finished",
    ],
    system=AXIS,
)
def statuses_refused_as_conflicts(agency: Agency) -> Agency:
    """A status that cannot be may be refused with 409 each time (RFC 9110, section 15.5.10)."""

    def hook(call: Call, made: Answer) -> Answer:
        if call.asks != bending.TELL or made.status != 403:
            return made
        body = made.body.replace(b'"status": 403', b'"status": 409')
        return Answer(409, made.headers, body.replace(b"Forbidden", b"Conflict"))

    return agency.bending_answers(hook)


@near_miss(
    spares=[
        f"{_DELIVERIES}revoked_documents_say_so",
        f"{_DELIVERIES}replaced_documents_say_so",
        f"{_DELIVERIES}senders_alone_revoke",
    ],
    system=AXIS,
)
def histories_with_further_fields(agency: Agency) -> Agency:
    """What became of a document may be told with more than the contract names."""
    return bending.on_history(agency, lambda told: {**told, "ghiChu": "Theo sổ văn bản"})
