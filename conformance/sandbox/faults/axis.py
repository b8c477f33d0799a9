"""An axis whose documents agencies cannot rely on."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import in_json, in_members, reading_bodies
from conformance.sandbox.document_axis import bending
from conformance.sandbox.document_axis.bending import on_documents, overlooking, replacing
from conformance.sandbox.document_axis.envelope import NAMESPACE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import entities
from conformance.sandbox.variations import AXIS, fault

_XML = "formats.xml."
_EDXML = "protocols.edxml."
_MESSAGES = "protocols.messages."
_DELIVERIES = "protocols.deliveries."
_MARKUP = "injection.markup."
_BROKEN = "contract.answers.server_does_not_break"
_TRUE = "headers.media.content_type_is_true"


# --- XML ------------------------------------------------------------------------------------------


@fault(breaks=[f"{_XML}xml_is_well_formed"], system=AXIS)
def documents_with_a_type(agency: Agency) -> Agency:
    """Documents are handed out with a document type."""
    return on_documents(
        agency, lambda body: body.replace(b"<edXML ", b"<!DOCTYPE edXML>\n<edXML ", 1)
    )


@fault(breaks=[f"{_XML}xml_is_well_formed"], also=[_TRUE], system=AXIS)
def documents_joined_from_strings(agency: Agency) -> Agency:
    """A bare ampersand stands in the documents that are handed out."""
    return on_documents(
        agency, lambda body: body.replace(b"</edXML:Subject>", b" & </edXML:Subject>")
    )


@fault(breaks=[f"{_XML}xml_says_that_it_is_utf8"], system=AXIS)
def documents_in_another_encoding(agency: Agency) -> Agency:
    """Documents declare an encoding of Western Europe and are written in UTF-8."""
    return on_documents(agency, lambda body: body.replace(b'"UTF-8"', b'"ISO-8859-1"', 1))


@fault(breaks=[f"{_XML}broken_xml_is_refused"], system=AXIS)
def broken_xml_repaired(agency: Agency) -> Agency:
    """A lenient reader repairs bare ampersands and entities that nobody declared."""
    bare = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);|#)")
    return reading_bodies(agency, lambda body: bare.sub(b"&amp;", body), bending.SEND)


@fault(
    breaks=[f"{_XML}broken_xml_is_refused"],
    also=[_BROKEN, f"{_MARKUP}growing_entities_do_no_harm"],
    system=AXIS,
)
def broken_xml_breaks_the_axis(agency: Agency) -> Agency:
    """An error of the reader comes out as one of the server."""

    def hook(call: Call, made: Answer) -> Answer:
        unread = call.asks == bending.SEND and "không phải là XML".encode() in made.body
        return Answer(500, (("Content-Type", "text/plain"),), b"error\n") if unread else made

    return agency.bending_answers(hook)


@fault(breaks=[f"{_XML}other_namespaces_are_refused"], system=AXIS)
def any_namespace_taken(agency: Agency) -> Agency:
    """Names of elements are compared without their namespace, so every dialect is taken."""
    return overlooking(agency, "namespace")


@fault(breaks=[f"{_XML}prefixes_do_not_matter"], system=AXIS)
def prefix_looked_for(agency: Agency) -> Agency:
    """Elements are found by the prefix edXML, written out in the program."""

    def read(call: Call) -> Call:
        fits = b"<edXML:MessageHeader" in (call.body or b"") or call.asks != bending.SEND
        return call if fits else replace(call, body=b"<edXML/>")

    return agency.reading(read)


@fault(
    breaks=[f"{_MARKUP}external_entities_stay_outside", f"{_MARKUP}entities_are_not_expanded"],
    system=AXIS,
)
def entities_opened_on_the_axis(agency: Agency) -> Agency:
    """Whatever a message declares is opened and unfolded: files, addresses, words."""
    return agency.reading(lambda call: entities.unfolded(call, external=True))


@fault(breaks=[f"{_MARKUP}external_types_stay_outside"], system=AXIS)
def types_fetched(agency: Agency) -> Agency:
    """The document type that a message names is fetched before the message is read."""
    return agency.reading(entities.typed)


@fault(
    breaks=[f"{_MARKUP}growing_entities_do_no_harm"],
    also=[_BROKEN],
    system=AXIS,
)
def growing_entities_break_the_axis(agency: Agency) -> Agency:
    """Entities of entities fill the memory of the reader, which ends in a server error."""

    def hook(call: Call) -> Answer | None:
        grows = (call.body or b"").count(b"<!ENTITY") > 5
        return Answer(500, (("Content-Type", "text/plain"),), b"memory\n") if grows else None

    return agency.intercepting(hook)


# --- documents as they are handed out -------------------------------------------------------------


@fault(breaks=[f"{_EDXML}documents_are_edxml"], system=AXIS)
def dialect_of_a_province(agency: Agency) -> Agency:
    """Documents are handed out in the namespace of an older dialect."""
    return on_documents(
        agency, lambda body: body.replace(NAMESPACE.encode(), b"http://www.go.vn/eDoc")
    )


@fault(breaks=[f"{_EDXML}documents_are_edxml"], system=AXIS)
def header_under_another_name(agency: Agency) -> Agency:
    """The header has the name that an older dialect gives it."""
    return on_documents(agency, lambda body: body.replace(b"edXMLHeader>", b"EdXMLHeader>"))


@fault(breaks=[f"{_EDXML}a_document_has_one_sender_and_receivers"], system=AXIS)
def gateway_adds_itself(agency: Agency) -> Agency:
    """A gateway puts itself into the documents as a second sender."""
    added = r"<edXML:From><edXML:OrganId>H57</edXML:OrganId></edXML:From>\g<0>"
    return on_documents(agency, replacing("<edXML:From>", added))


@fault(breaks=[f"{_EDXML}a_document_has_one_sender_and_receivers"], system=AXIS)
def receivers_hidden(agency: Agency) -> Agency:
    """Documents do not say to whom they went."""
    return on_documents(agency, replacing("<edXML:To>.*</edXML:To>", ""))


@fault(breaks=[f"{_EDXML}agencies_have_codes_in_force"], system=AXIS)
def codes_of_2016(agency: Agency) -> Agency:
    """Senders are told by the codes that they had in the form of 2016."""
    return on_documents(
        agency, replacing(">H57.01</edXML:OrganId>", ">000.00.01.H57</edXML:OrganId>")
    )


@fault(breaks=[f"{_EDXML}agencies_have_codes_in_force"], system=AXIS)
def code_of_a_merged_ministry(agency: Agency) -> Agency:
    """Receivers are told by the code of a ministry that was merged."""
    return on_documents(agency, replacing(">G15</edXML:OrganId>", ">G14</edXML:OrganId>"))


@fault(breaks=[f"{_EDXML}days_of_documents_exist"], system=AXIS)
def days_in_another_order(agency: Agency) -> Agency:
    """The day of promulgation is written with the day first."""
    return on_documents(agency, replacing(r">(\d{4})-(\d\d)-(\d\d)<", r">\3/\2/\1<"))


@fault(breaks=[f"{_EDXML}the_manifest_names_every_attachment"], system=AXIS)
def attachments_left_behind(agency: Agency) -> Agency:
    """Documents arrive without what is attached to them."""
    return on_documents(agency, replacing("<AttachmentEncoded>.*</AttachmentEncoded>", ""))


@fault(breaks=[f"{_EDXML}the_manifest_names_every_attachment"], system=AXIS)
def attachments_renamed(agency: Agency) -> Agency:
    """Attachments are stored under names of the axis's own, which the manifest does not know."""
    return on_documents(agency, replacing("<ContentId>tep-1<", "<ContentId>luu-tru-1<"))


@fault(breaks=[f"{_EDXML}attachments_are_base64"], system=AXIS)
def contents_cut_short(agency: Agency) -> Agency:
    """The contents of attachments are cut to what a column of the database holds."""
    return on_documents(agency, replacing("(<ContentTransferEncoded>.{41})[^<]*<", r"\1<"))


# --- what is taken --------------------------------------------------------------------------------


@fault(breaks=[f"{_MESSAGES}incomplete_envelopes_are_refused"], system=AXIS)
def senders_not_counted(agency: Agency) -> Agency:
    """Of two senders the first is taken, and nobody minds that there is no receiver."""
    return overlooking(agency, "parties")


@fault(breaks=[f"{_MESSAGES}codes_out_of_force_are_refused"], system=AXIS)
def old_codes_taken(agency: Agency) -> Agency:
    """Codes of the form of 2016 are taken for new documents."""
    return overlooking(agency, "old-codes")


@fault(breaks=[f"{_MESSAGES}codes_out_of_force_are_refused"], system=AXIS)
def closed_codes_taken(agency: Agency) -> Agency:
    """Documents to ministries that were merged are taken, and nobody reads them."""
    return overlooking(agency, "closed-codes")


@fault(breaks=[f"{_MESSAGES}impossible_days_are_refused"], system=AXIS)
def any_day_taken(agency: Agency) -> Agency:
    """The day of promulgation is a text like any other."""
    return overlooking(agency, "days")


@fault(breaks=[f"{_MESSAGES}unmatched_attachments_are_refused"], system=AXIS)
def manifest_not_compared(agency: Agency) -> Agency:
    """Nobody compares the manifest with what is attached."""
    return overlooking(agency, "manifest")


@fault(breaks=[f"{_MESSAGES}broken_contents_are_refused"], system=AXIS)
def contents_not_decoded(agency: Agency) -> Agency:
    """Contents of attachments are handed on without a look."""
    return overlooking(agency, "base64")


@fault(breaks=[f"{_MESSAGES}dangerous_archives_are_refused"], system=AXIS)
def climbing_archives_taken(agency: Agency) -> Agency:
    """Names in archives may lead out of the folder."""
    return overlooking(agency, "slip")


@fault(breaks=[f"{_MESSAGES}dangerous_archives_are_refused"], system=AXIS)
def growing_archives_taken(agency: Agency) -> Agency:
    """Nobody asks how much an archive unpacks to."""
    return overlooking(agency, "bomb")


@fault(breaks=[f"{_MESSAGES}sealed_archives_are_refused"], system=AXIS)
def sealed_archives_taken(agency: Agency) -> Agency:
    """Archives that nobody can look into are handed on."""
    return overlooking(agency, "sealed")


@fault(breaks=[f"{_MESSAGES}senders_are_who_they_say"], system=AXIS)
def senders_not_compared(agency: Agency) -> Agency:
    """Whoever may send may send in anybody's name."""
    return overlooking(agency, "sender")


@fault(breaks=[f"{_MESSAGES}documents_arrive_once"], system=AXIS)
def documents_arrive_twice(agency: Agency) -> Agency:
    """What is sent again after a broken connection becomes a second document."""
    return overlooking(agency, "twice")


# --- what becomes of documents --------------------------------------------------------------------


@fault(
    breaks=[f"{_DELIVERIES}parties_alone_read"],
    also=["authorization.ownership.others_cannot_read"],
    system=AXIS,
)
def documents_open_to_all(agency: Agency) -> Agency:
    """Every agency on the axis can read every document whose number it knows."""
    return agency.with_(owner_forgotten_on=frozenset({bending.READ}))


@fault(
    breaks=[f"{_DELIVERIES}parties_alone_read"],
    also=["authorization.ownership.others_cannot_read"],
    system=AXIS,
)
def histories_open_to_all(agency: Agency) -> Agency:
    """Documents are closed, and what became of them is told to every agency."""
    return agency.with_(owner_forgotten_on=frozenset({bending.TOLD}))


@fault(breaks=[f"{_DELIVERIES}receivers_alone_tell"], system=AXIS)
def senders_tell_too(agency: Agency) -> Agency:
    """The sender of a document can tell that it was taken in."""
    return overlooking(agency, "teller")


@fault(breaks=[f"{_DELIVERIES}unknown_statuses_are_refused"], system=AXIS)
def statuses_of_one_digit(agency: Agency) -> Agency:
    """A status of one digit is taken for one of two."""
    change = in_json(in_members(lambda status: status.zfill(2), "status"))
    return reading_bodies(agency, change, bending.TELL)


@fault(breaks=[f"{_DELIVERIES}statuses_come_back"], system=AXIS)
def statuses_improved(agency: Agency) -> Agency:
    """Documents in process are shown as done."""
    change = in_members(lambda status: "06" if status == "05" else status, "status")
    return bending.on_history(agency, change)


@fault(breaks=[f"{_DELIVERIES}finished_documents_stay_finished"], system=AXIS)
def finished_documents_begin_again(agency: Agency) -> Agency:
    """Statuses are taken in any order."""
    return overlooking(agency, "moves")


@fault(
    breaks=[f"{_DELIVERIES}revoked_documents_say_so", f"{_DELIVERIES}replaced_documents_say_so"],
    system=AXIS,
)
def ends_not_noted(agency: Agency) -> Agency:
    """A revocation is delivered, and the document that it is about stays as it was."""
    return overlooking(agency, "revocation", "replacement")


@fault(breaks=[f"{_DELIVERIES}senders_alone_revoke"], system=AXIS)
def revoked_by_anybody(agency: Agency) -> Agency:
    """A document is found by its identifier alone, whoever revokes it."""
    return overlooking(agency, "owner")


# --- the same rules, broken in another place ------------------------------------------------------


@fault(breaks=[f"{_XML}other_namespaces_are_refused"], system=AXIS)
def namespaces_put_right(agency: Agency) -> Agency:
    """A gateway puts the right namespace in the place of any other."""
    declared = re.compile(rb'(xmlns(?::\w+)?=)"[^"]*"')
    right = b'\\1"' + NAMESPACE.encode() + b'"'
    return reading_bodies(agency, lambda body: declared.sub(right, body), bending.SEND)


@fault(breaks=[f"{_XML}prefixes_do_not_matter"], system=AXIS)
def root_looked_for_as_text(agency: Agency) -> Agency:
    """A message is known by its first letters, which a prefix changes."""

    def read(call: Call) -> Call:
        fits = b"<edXML" in (call.body or b"") or call.asks != bending.SEND
        return call if fits else replace(call, body=b"<edXML/>")

    return agency.reading(read)


@fault(
    breaks=[f"{_XML}xml_says_that_it_is_utf8"],
    also=["formats.text.text_is_utf8"],
    system=AXIS,
)
def documents_in_utf16(agency: Agency) -> Agency:
    """Documents are handed out in UTF-16."""
    bare = replacing(r"^<\?xml[^>]*\?>\s*", "")
    return on_documents(agency, lambda body: bare(body).decode().encode("utf-16"))


@fault(breaks=[f"{_MARKUP}external_types_stay_outside"], also=[_BROKEN], system=AXIS)
def missing_types_break_the_axis(agency: Agency) -> Agency:
    """A document type that cannot be fetched ends in a server error."""

    def hook(call: Call) -> Answer | None:
        missing = b" SYSTEM " in (entities.typed(call).body or b"").partition(b"[")[0]
        return Answer(500, (("Content-Type", "text/plain"),), b"type\n") if missing else None

    return agency.intercepting(hook).reading(entities.typed)


@fault(
    breaks=[f"{_MARKUP}growing_entities_do_no_harm", f"{_MARKUP}entities_are_not_expanded"],
    also=[_BROKEN],
    system=AXIS,
)
def unfolded_documents_break_the_axis(agency: Agency) -> Agency:
    """Words are unfolded, and what has grown too large ends in a server error."""

    def hook(call: Call, made: Answer) -> Answer:
        grown = len(call.body or b"") > 500_000
        return Answer(500, (("Content-Type", "text/plain"),), b"memory\n") if grown else made

    unfolding = agency.reading(lambda call: entities.unfolded(call, external=False))
    return unfolding.bending_answers(hook)


@fault(breaks=[f"{_EDXML}attachments_are_base64"], system=AXIS)
def contents_left_out(agency: Agency) -> Agency:
    """Attachments are named and there, and hold nothing."""
    return on_documents(agency, replacing("(<ContentTransferEncoded>)[^<]*<", r"\1<"))


@fault(breaks=[f"{_EDXML}days_of_documents_exist"], system=AXIS)
def days_left_out(agency: Agency) -> Agency:
    """Documents do not tell their day."""
    return on_documents(agency, replacing("(PromulgationDate>)[0-9-]+<", r"\1<"))


@fault(breaks=[f"{_MESSAGES}incomplete_envelopes_are_refused"], system=AXIS)
def identifiers_made_up(agency: Agency) -> Agency:
    """A message without an identifier is given one, which its sender does not know."""

    def change(body: bytes) -> bytes:
        number = uuid.uuid4().hex.encode()
        made = b"<edXML:DocumentId>%s</edXML:DocumentId></edXML:MessageHeader>" % number
        header = body.partition(b"</edXML:MessageHeader>")[0]
        known = b"DocumentId>" in header
        return body if known else body.replace(b"</edXML:MessageHeader>", made)

    return reading_bodies(agency, change, bending.SEND)


@fault(breaks=[f"{_MESSAGES}impossible_days_are_refused"], system=AXIS)
def days_rolled_over(agency: Agency) -> Agency:
    """The thirtieth of February is taken for the second of March."""
    return reading_bodies(
        agency, lambda body: body.replace(b"2025-02-30", b"2025-03-02"), bending.SEND
    )


@fault(breaks=[f"{_MESSAGES}unmatched_attachments_are_refused"], system=AXIS)
def surplus_attachments_taken(agency: Agency) -> Agency:
    """What the manifest names has to be there; what it does not may be there, too."""
    return overlooking(agency, "orphans")


@fault(breaks=[f"{_MESSAGES}broken_contents_are_refused"], system=AXIS)
def contents_repaired(agency: Agency) -> Agency:
    """Signs that base64 does not know are dropped from contents."""
    content = re.compile(rb"(?<=ContentTransferEncoded>)[^<]+")

    def change(body: bytes) -> bytes:
        return content.sub(lambda found: re.sub(rb"[^A-Za-z0-9+/=]", b"", found[0]), body)

    return reading_bodies(agency, change, bending.SEND)


@fault(breaks=[f"{_MESSAGES}sealed_archives_are_refused"], system=AXIS)
def archives_in_archives_taken(agency: Agency) -> Agency:
    """Archives in archives are handed on, and nobody looks into the inner ones."""
    return overlooking(agency, "nested")


@fault(breaks=[f"{_MESSAGES}senders_are_who_they_say"], system=AXIS)
def senders_corrected_in_silence(agency: Agency) -> Agency:
    """Whatever sender a message names, the axis writes one agency's code in its place."""
    sender = re.compile(rb"(From>\s*<edXML:OrganId>)[^<]*")
    right = rb"\g<1>H57.01"
    return reading_bodies(agency, lambda body: sender.sub(right, body), bending.SEND)


@fault(breaks=[f"{_MESSAGES}documents_arrive_once"], system=AXIS)
def documents_numbered_anew(agency: Agency) -> Agency:
    """The axis gives documents identifiers of its own and forgets the sender's."""
    named = re.compile(rb"(?<=DocumentId>)[^<]+(?=</edXML:DocumentId>\s*</edXML:MessageHeader>)")
    return reading_bodies(
        agency, lambda body: named.sub(uuid.uuid4().hex.encode(), body), bending.SEND
    )


@fault(breaks=[f"{_DELIVERIES}receivers_alone_tell"], system=AXIS)
def everybody_tells(agency: Agency) -> Agency:
    """Every agency can tell what became of every document."""
    return overlooking(agency, "teller").with_(owner_forgotten_on=frozenset({bending.TELL}))


@fault(breaks=[f"{_DELIVERIES}unknown_statuses_are_refused"], system=AXIS)
def statuses_beyond_the_list(agency: Agency) -> Agency:
    """A status that is not in the list counts as taken in."""
    known = frozenset({"01", "02", "03", "04", "05", "06", "13", "15", "16"})
    change = in_json(in_members(lambda status: status if status in known else "03", "status"))
    return reading_bodies(agency, change, bending.TELL)


@fault(
    breaks=[f"{_DELIVERIES}statuses_come_back"],
    also=["contract.answers.body_matches_schema"],
    system=AXIS,
)
def statuses_told_as_numbers(agency: Agency) -> Agency:
    """Statuses lose their leading zero."""
    return bending.on_history(agency, in_members(lambda status: status.lstrip("0"), "status"))


@fault(breaks=[f"{_DELIVERIES}finished_documents_stay_finished"], system=AXIS)
def finished_documents_taken_in_again(agency: Agency) -> Agency:
    """A document that is done can be taken in once more."""
    return overlooking(agency, "reopening")


@fault(breaks=[f"{_DELIVERIES}revoked_documents_say_so"], system=AXIS)
def revocations_not_noted(agency: Agency) -> Agency:
    """Replacements are noted, revocations are not."""
    return overlooking(agency, "revocation")


@fault(breaks=[f"{_DELIVERIES}replaced_documents_say_so"], system=AXIS)
def replacements_not_noted(agency: Agency) -> Agency:
    """Revocations are noted, replacements are not."""
    return overlooking(agency, "replacement")


@fault(breaks=[f"{_DELIVERIES}senders_alone_revoke"], system=AXIS)
def receivers_revoke_too(agency: Agency) -> Agency:
    """Whoever received a document can revoke it."""
    return overlooking(agency, "party")
