"""Packets that look odd and are legal."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import bending
from conformance.sandbox.portal.bending import Dossier
from conformance.sandbox.variations import PORTAL, near_miss

_PACKETS = "protocols.qcvn120."
_DOSSIERS = "protocols.dossiers."


@near_miss(
    spares=[f"{_PACKETS}answers_are_packets", f"{_PACKETS}success_is_told_as_zero"], system=PORTAL
)
def error_code_as_a_number(agency: Agency) -> Agency:
    """The number 0 and the text 00 both mean success in software in use."""

    def numbered(_call: Call, packet: Any) -> Any:
        return {**packet, "error_code": int(packet["error_code"])}

    return agency.bending_values(numbered).bending_problems(numbered)


@near_miss(
    spares=[f"{_PACKETS}errors_are_packets", f"{_PACKETS}unknown_services_are_refused"],
    system=PORTAL,
)
def errors_with_status_400(agency: Agency) -> Agency:
    """An error packet may come with a status that says so too (RFC 9110, section 15.5.1)."""
    return bending.errors_with_status(agency, 400)


@near_miss(spares=[f"{_PACKETS}sessions_are_demanded"], system=PORTAL)
def bad_session_with_status_401(agency: Agency) -> Agency:
    """A refused session may be told by the status as well (RFC 9110, section 15.5.2)."""
    challenge = ("WWW-Authenticate", 'Session realm="portal"')
    return bending.errors_with_status(agency, 401, challenge, only="Phiên".encode())


@near_miss(
    spares=[
        f"{_DOSSIERS}values_are_strings",
        f"{_DOSSIERS}times_are_packet_times",
        f"{_DOSSIERS}times_agree_with_status",
    ],
    system=PORTAL,
)
def unknown_values_are_null(agency: Agency) -> Agency:
    """What is not known is null: neither a number nor a wrong time."""
    optional = ("NgayTra", "NgayKetThucXuLy", "NgayTuChoi", "GhiChu", "Fax", "ThongTinKhac")

    def nulled(dossier: Dossier) -> Dossier:
        empty = {name: None for name in optional if dossier.get(name) == ""}
        return {**dossier, **empty}

    return bending.on_dossiers(agency, nulled)


@near_miss(
    spares=[
        f"{_DOSSIERS}required_fields_are_there",
        f"{_DOSSIERS}synchronised_dossiers_come_back",
        f"{_PACKETS}xml_says_what_json_says",
    ],
    system=PORTAL,
)
def dossiers_with_further_fields(agency: Agency) -> Agency:
    """Fields that nobody asked for may be there: practice has added ten to those of the norm."""
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "SoBienNhan": "BN-000123"})


@near_miss(
    spares=[f"{_PACKETS}xml_is_answered_in_xml", f"{_PACKETS}xml_says_what_json_says"],
    system=PORTAL,
)
def xml_laid_out_for_readers(agency: Agency) -> Agency:
    """Line breaks between elements say nothing (XML 1.0, section 2.10)."""
    return bending.on_xml(agency, lambda body: body.replace(b"><", b">\n  <"))


@near_miss(spares=[f"{_PACKETS}xml_is_answered_in_xml"], system=PORTAL)
def xml_named_in_capitals(agency: Agency) -> Agency:
    """The name of a media type has no case (RFC 9110, section 8.3.1)."""

    def capital(_call: Call, made: Answer) -> Answer:
        in_xml = "xml" in (made.get("Content-Type") or "")
        return made.with_field("Content-Type", "Application/XML;CHARSET=UTF-8") if in_xml else made

    return agency.bending_answers(capital)


@near_miss(spares=[f"{_DOSSIERS}codes_tell_the_day"], system=PORTAL)
def submitted_the_evening_before(agency: Agency) -> Agency:
    """A code may tell the day on which the dossier was submitted: it was received the day after."""
    return bending.on_finished_dossiers(
        agency,
        NgayNopHoSo="20250701200000",
        NgayTiepNhan="20250702080000",
        NgayKetThucXuLy="20250702110000",
        NgayTra="20250702150000",
    )


@near_miss(spares=[f"{_DOSSIERS}codes_tell_the_day"], system=PORTAL)
def serial_of_seven_digits(agency: Agency) -> Agency:
    """A serial number may have more digits than four."""
    return bending.on_finished_dossiers(agency, MaHoSo="H57.01-250701-0000001")


@near_miss(
    spares=[f"{_DOSSIERS}times_agree_with_status", f"{_DOSSIERS}statuses_are_known"],
    system=PORTAL,
)
def refused_dossier_never_due(agency: Agency) -> Agency:
    """A dossier that was not accepted is due at no time, though the work on it has ended."""
    return bending.on_finished_dossiers(
        agency, TrangThaiHoSo="3", NgayHenTra="", NgayTra="", NgayTuChoi="20250701121500"
    )


@near_miss(spares=[f"{_DOSSIERS}identities_are_no_placeholders"], system=PORTAL)
def applicant_known_by_a_passport(agency: Agency) -> Agency:
    """A foreigner has a passport, whose number may begin with zeros."""
    identity = {"LoaiDinhDanh": "3", "SoDinhDanh": "00000012"}
    return bending.on_finished_dossiers(
        agency, MaDoiTuong="00000012", SoGiayToChuHoSo="00000012", DinhDanhCHS=[identity]
    )


@near_miss(
    spares=[
        "protocols.updates.unknown_dossiers_are_not_updated",
        "protocols.updates.progress_of_unknown_dossiers_is_refused",
    ],
    system=PORTAL,
)
def unknown_dossiers_with_status_404(agency: Agency) -> Agency:
    """That there is no such dossier may be told by the status as well (RFC 9110, 15.5.5)."""
    return bending.errors_with_status(agency, 404, only="Không tìm thấy hồ sơ".encode())


@near_miss(spares=["records.codes.agencies_are_open"], system=PORTAL)
def department_of_a_province_in_the_list(agency: Agency) -> Agency:
    """A code of four levels is one like any other (Decision 20/2020/QĐ-TTg)."""
    further = {"MADONVI": "H57.01.02.03", "TENDONVI": "Phòng Hành chính", "CAPDONVI": "Phòng"}
    return bending.with_entry(agency, bending.AGENCIES, further)


@near_miss(
    spares=["records.presence.fields_are_told_when_due", "records.order.times_come_in_order"],
    system=PORTAL,
)
def feedback_answered_at_once(agency: Agency) -> Agency:
    """Feedback may be answered in the second in which it came, by somebody who knows."""
    return bending.on_feedback(
        agency,
        NgayGui="20250901083000",
        NgayTraLoi="20250901083000",
        NoiDungTraLoi="Đã chuyển bộ phận chuyên môn.",
        TrangThaiPAKN="3",
    )


@near_miss(spares=["records.codes.values_are_listed"], system=PORTAL)
def channel_not_known(agency: Agency) -> Agency:
    """Which channel it was may be unknown: the field is empty then."""
    return bending.on_dossiers(agency, lambda dossier: {**dossier, "KenhThucHien": ""})
