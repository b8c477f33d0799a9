"""A portal whose packets are not what one-stop systems can rely on."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import bending
from conformance.sandbox.portal.bending import Dossier
from conformance.sandbox.variations import PORTAL, fault

_PACKETS = "protocols.qcvn120."
_DOSSIERS = "protocols.dossiers."
_SCHEMA = "contract.answers.body_matches_schema"
_STRANGERS = "identity.enforcement.declared_security_is_enforced"
_IMPOSTORS = "identity.enforcement.invalid_credentials_are_refused"
_SYNCHRONISED = f"{_DOSSIERS}synchronised_dossiers_come_back"


# --- the envelope ---------------------------------------------------------------------------------


@fault(breaks=[f"{_PACKETS}answers_are_packets"], also=[_SCHEMA], system=PORTAL)
def error_code_left_out(agency: Agency) -> Agency:
    """The catalogue of agencies is answered without an error code."""
    return agency.bending_values(
        bending.when_served(bending.AGENCIES, lambda packet: without(packet, "error_code"))
    )


@fault(breaks=[f"{_PACKETS}answers_are_packets"], also=[_SCHEMA], system=PORTAL)
def catalogue_is_a_bare_list(agency: Agency) -> Agency:
    """The list of procedures comes without its packet."""
    return agency.bending_values(
        bending.when_served(bending.PROCEDURES, lambda packet: packet["result"])
    )


@fault(breaks=[f"{_PACKETS}success_is_told_as_zero"], system=PORTAL)
def success_is_the_http_status(agency: Agency) -> Agency:
    """The error code of a success is the HTTP status."""
    return agency.bending_values(lambda _call, packet: {**packet, "error_code": "200"})


@fault(breaks=[f"{_PACKETS}success_is_told_as_zero"], system=PORTAL)
def success_is_a_word(agency: Agency) -> Agency:
    """One service says in a word that it succeeded."""
    return agency.bending_values(
        bending.when_served(bending.LOOK_UP, lambda packet: {**packet, "error_code": "SUCCESS"})
    )


@fault(
    breaks=[f"{_PACKETS}errors_are_packets"],
    also=[_SCHEMA, f"{_PACKETS}sessions_are_demanded", f"{_PACKETS}answers_are_packets"],
    system=PORTAL,
)
def errors_without_error_code(agency: Agency) -> Agency:
    """Errors are told in words only."""
    return agency.bending_problems(lambda _call, members: without(members, "error_code"))


@fault(breaks=[f"{_PACKETS}errors_are_packets"], system=PORTAL)
def unknown_service_gets_a_page(agency: Agency) -> Agency:
    """A packet for an unknown service is answered with a page."""
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return bending.on_unknown_services(
        agency, lambda _call: Answer(404, headers, PAGE.encode("utf-8"))
    )


@fault(
    breaks=["contract.answers.server_does_not_break"],
    also=[f"{_PACKETS}errors_are_packets"],
    system=PORTAL,
)
def unknown_service_breaks_the_portal(agency: Agency) -> Agency:
    """A packet for an unknown service ends in a server error."""
    headers = (("Content-Type", "text/plain"),)
    return bending.on_unknown_services(agency, lambda _call: Answer(500, headers, b"error\n"))


@fault(breaks=[f"{_PACKETS}unknown_services_are_refused"], system=PORTAL)
def unknown_service_succeeds(agency: Agency) -> Agency:
    """A packet for an unknown service is answered with success."""
    said = '{"error_code": "00", "message": "Thành công"}'
    return bending.on_unknown_services(agency, lambda _call: bending.packet(said))


@fault(breaks=[f"{_PACKETS}unknown_services_are_refused"], system=PORTAL)
def unknown_service_gets_a_result(agency: Agency) -> Agency:
    """A packet for an unknown service is told an error, and a list all the same."""
    said = '{"error_code": "02", "result": [{"MADONVI": "H57"}]}'
    return bending.on_unknown_services(agency, lambda _call: bending.packet(said))


# --- sessions -------------------------------------------------------------------------------------


@fault(breaks=[f"{_PACKETS}sessions_are_demanded", _STRANGERS, _IMPOSTORS], system=PORTAL)
def sessions_not_demanded(agency: Agency) -> Agency:
    """Packets are taken from anybody."""
    return agency.with_(session_demanded=lambda _service: False)


@fault(breaks=[f"{_PACKETS}sessions_are_demanded", _STRANGERS, _IMPOSTORS], system=PORTAL)
def one_catalogue_without_session(agency: Agency) -> Agency:
    """One service of seven forgets to look at the session."""
    return agency.with_(session_demanded=lambda service: service != bending.AGENCIES)


@fault(breaks=[f"{_PACKETS}sessions_are_demanded", _IMPOSTORS], system=PORTAL)
def any_session_accepted(agency: Agency) -> Agency:
    """It is looked at whether a session is there, but not at its value."""
    return agency.with_(session_checked=False)


@fault(
    breaks=[f"{_PACKETS}sessions_are_demanded", _STRANGERS],
    also=[_IMPOSTORS],
    system=PORTAL,
)
def refused_in_words_only(agency: Agency) -> Agency:
    """A packet without a session is told an error, and the result all the same."""

    def told(call: Call, packet: Any) -> Any:
        return packet if b"session" in (call.body or b"") else {**packet, "error_code": "01"}

    lenient = agency.with_(session_demanded=lambda service: service != bending.LOOK_UP)
    return lenient.bending_values(
        lambda call, packet: told(call, packet) if call.service == bending.LOOK_UP else packet
    )


# --- the two formats ------------------------------------------------------------------------------


@fault(breaks=[f"{_PACKETS}xml_is_answered_in_xml"], system=PORTAL)
def json_sent_for_xml(agency: Agency) -> Agency:
    """Who asks in XML is answered in JSON."""
    return agency.with_(speaks=("application/json",))


@fault(
    breaks=[f"{_PACKETS}xml_is_answered_in_xml"],
    also=["headers.media.content_type_is_true"],
    system=PORTAL,
)
def xml_joined_from_strings(agency: Agency) -> Agency:
    """Texts stand in XML as they are, so that the sign for and breaks it."""
    return bending.on_xml(
        agency, lambda body: body.replace(b"</packet>", b"<ghichu>A & B</ghichu></packet>")
    )


@fault(breaks=[f"{_PACKETS}xml_is_answered_in_xml"], system=PORTAL)
def xml_with_a_document_type(agency: Agency) -> Agency:
    """Answers in XML declare a document type."""
    return bending.on_xml(
        agency, lambda body: body.replace(b"<packet>", b"<!DOCTYPE packet>\n<packet>", 1)
    )


@fault(breaks=[f"{_PACKETS}xml_says_what_json_says"], system=PORTAL)
def xml_leaves_names_out(agency: Agency) -> Agency:
    """The name of the applicant stands in JSON and not in XML."""
    return bending.on_xml(agency, lambda body: re.sub(rb"<ChuHoSo>[^<]*</ChuHoSo>", b"", body))


@fault(breaks=[f"{_PACKETS}xml_says_what_json_says"], system=PORTAL)
def xml_without_marks(agency: Agency) -> Agency:
    """In XML Vietnamese loses its marks."""

    def plain(body: bytes) -> bytes:
        parts = unicodedata.normalize("NFD", body.decode("utf-8"))
        return "".join(c for c in parts if not unicodedata.combining(c)).encode("utf-8")

    return bending.on_xml(agency, plain)


# --- what dossiers say ----------------------------------------------------------------------------


@fault(breaks=[f"{_DOSSIERS}values_are_strings", _SCHEMA], system=PORTAL)
def kinds_are_numbers(agency: Agency) -> Agency:
    """The kind of applicant is a number in JSON."""
    return bending.on_finished_dossiers(agency, LoaiDoiTuong=1)


@fault(breaks=[f"{_DOSSIERS}values_are_strings", _SCHEMA], system=PORTAL)
def flags_are_booleans(agency: Agency) -> Agency:
    """Whether a paper was deleted is true or false in JSON."""
    paper = {"TepDinhKemId": "1", "TenTepDinhKem": "Tờ khai", "IsDeleted": False}
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "TaiLieuNop": [paper]})


@fault(
    breaks=[f"{_DOSSIERS}required_fields_are_there"],
    also=[_SCHEMA, _SYNCHRONISED],
    system=PORTAL,
)
def due_time_left_out(agency: Agency) -> Agency:
    """A dossier does not say when it is due."""
    return bending.on_dossiers(agency, lambda dossier: without(dossier, "NgayHenTra"))


@fault(breaks=[f"{_DOSSIERS}required_fields_are_there"], also=[_SCHEMA], system=PORTAL)
def address_left_out(agency: Agency) -> Agency:
    """The e-mail address, which not everybody has, is no field of any dossier."""
    return bending.on_dossiers(agency, lambda dossier: without(dossier, "Email"))


@fault(breaks=[f"{_DOSSIERS}times_are_packet_times"], system=PORTAL)
def step_on_an_impossible_day(agency: Agency) -> Agency:
    """A step began on the thirtieth of February."""
    return bending.on_steps(agency, NgayBatDau="20250230080000")


@fault(breaks=[f"{_DOSSIERS}times_are_packet_times"], also=[_SCHEMA], system=PORTAL)
def times_in_another_form(agency: Agency) -> Agency:
    """The time of submission is written as on the web."""
    return bending.on_dossiers(
        agency, lambda dossier: {**dossier, "NgayNopHoSo": "2025-07-01T09:00:00"}
    )


@fault(
    breaks=[f"{_DOSSIERS}statuses_are_known"],
    also=[_SCHEMA, _SYNCHRONISED],
    system=PORTAL,
)
def status_in_words(agency: Agency) -> Agency:
    """The status of a dossier is told in words."""
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "TrangThaiHoSo": "Đang xử lý"})


@fault(breaks=[f"{_DOSSIERS}statuses_are_known"], also=[_SCHEMA], system=PORTAL)
def step_status_beyond_the_list(agency: Agency) -> Agency:
    """A step has a status of the vendor's own."""
    return bending.on_steps(agency, TrangThai="11")


@fault(breaks=[f"{_DOSSIERS}times_agree_with_status"], system=PORTAL)
def handed_over_on_no_day(agency: Agency) -> Agency:
    """A result was handed over, and nobody knows when."""
    return bending.on_finished_dossiers(agency, NgayTra="")


@fault(breaks=[f"{_DOSSIERS}times_agree_with_status"], system=PORTAL)
def due_before_it_came(agency: Agency) -> Agency:
    """A dossier was due the day before it was received."""
    return bending.on_finished_dossiers(agency, NgayHenTra="20250630170000")


@fault(breaks=[f"{_DOSSIERS}codes_tell_the_day"], system=PORTAL)
def code_issued_again(agency: Agency) -> Agency:
    """A late dossier was given the code of a later day."""
    return bending.on_finished_dossiers(agency, MaHoSo="H57.01-250703-00001")


@fault(breaks=[f"{_DOSSIERS}codes_tell_the_day"], system=PORTAL)
def received_long_before_its_code(agency: Agency) -> Agency:
    """A dossier was received a year before its code was issued."""
    return bending.on_finished_dossiers(
        agency, NgayTiepNhan="20240701091500", NgayNopHoSo="20240701090000"
    )


@fault(breaks=[f"{_DOSSIERS}identities_are_no_placeholders"], system=PORTAL)
def identity_made_up(agency: Agency) -> Agency:
    """Who has no number is known by 000000001."""
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "MaDoiTuong": "000000001"})


@fault(breaks=[f"{_DOSSIERS}identities_are_no_placeholders"], system=PORTAL)
def identity_of_equal_digits(agency: Agency) -> Agency:
    """In the list of identities a number has twelve equal digits."""
    identity = {"LoaiDinhDanh": "1", "SoDinhDanh": "1" * 12}
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "DinhDanhCHS": [identity]})


@fault(breaks=[_SYNCHRONISED], system=PORTAL)
def statuses_rewritten(agency: Agency) -> Agency:
    """Whoever waits for papers, for money or was stopped is shown as settled."""

    def rewritten(dossier: Dossier) -> Dossier:
        waits = dossier["TrangThaiHoSo"] in {"5", "6", "8"}
        return {**dossier, "TrangThaiHoSo": "9"} if waits else dossier

    return bending.on_dossiers(agency, rewritten)


@fault(breaks=[_SYNCHRONISED], system=PORTAL)
def subject_cut_short(agency: Agency) -> Agency:
    """The subject of a dossier is kept to its twentieth letter."""
    return bending.on_dossiers(
        agency, lambda dossier: {**dossier, "TrichYeuHoSo": dossier["TrichYeuHoSo"][:20]}
    )


# --- dossiers that nobody knows -------------------------------------------------------------------


@fault(breaks=["protocols.updates.unknown_dossiers_are_not_updated"], system=PORTAL)
def updates_make_dossiers(agency: Agency) -> Agency:
    """An update of a dossier that is not known is said to be taken."""
    return bending.taking_anything(agency, "DongBoHoSoMC")


@fault(breaks=["protocols.updates.unknown_dossiers_are_not_updated"], system=PORTAL)
def updates_not_told_from_new_dossiers(agency: Agency) -> Agency:
    """Whether a dossier is known is not looked at: an update is a new dossier."""
    return bending.reading_packets(agency, lambda packet: {**packet, "isUpdating": "False"})


@fault(breaks=["protocols.updates.progress_of_unknown_dossiers_is_refused"], system=PORTAL)
def progress_of_nothing_is_taken(agency: Agency) -> Agency:
    """A step of a dossier that nobody knows is said to be taken."""
    return bending.taking_anything(agency, "CapNhatTienDoHoSoMC")


@fault(breaks=["protocols.updates.progress_of_unknown_dossiers_is_refused"], system=PORTAL)
def progress_refused_in_words_only(agency: Agency) -> Agency:
    """A step of a dossier that nobody knows is told an error, and that it was taken."""
    return bending.taking_anything(agency, "CapNhatTienDoHoSoMC", code="04")


# --- code lists, agencies, feedback ---------------------------------------------------------------


@fault(breaks=["records.codes.values_are_listed"], also=[_SCHEMA], system=PORTAL)
def channel_beyond_the_list(agency: Agency) -> Agency:
    """A dossier has a channel that no list knows."""
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "KenhThucHien": "9"})


@fault(breaks=["records.codes.values_are_listed"], system=PORTAL)
def kind_of_fee_beyond_the_list(agency: Agency) -> Agency:
    """A fee has a kind that no list knows."""
    fee = {"MaPhiLePhi": "LP01", "HinhThucThu": "1", "Gia": "10000", "LoaiPhiLePhi": "7"}
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "DanhSachLePhi": [fee]})


@fault(breaks=["records.codes.agencies_are_open"], system=PORTAL)
def closed_ministry_in_the_list(agency: Agency) -> Agency:
    """The list of agencies still has a ministry that was merged."""
    former = {"MADONVI": "G13", "TENDONVI": "Bộ Tài nguyên và Môi trường", "CAPDONVI": "Bộ"}
    return bending.with_entry(agency, bending.AGENCIES, former)


@fault(breaks=["records.presence.fields_are_told_when_due"], system=PORTAL)
def feedback_closed_without_an_answer(agency: Agency) -> Agency:
    """Feedback counts as answered, and nobody said anything."""
    return bending.on_feedback(agency, NoiDungTraLoi="", TrangThaiPAKN="3")


@fault(breaks=["records.order.times_come_in_order"], system=PORTAL)
def feedback_answered_before_it_came(agency: Agency) -> Agency:
    """Feedback was answered a year before it was sent."""
    return bending.on_feedback(agency, NgayTraLoi="20240901083000")


@fault(breaks=["records.sameness.keys_are_unique"], system=PORTAL)
def feedback_under_one_code(agency: Agency) -> Agency:
    """All feedback has one code."""
    return bending.on_feedback(agency, MaPAKN="PA-250901-0001")
