"""Dossiers told to the portal that look odd and are legal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.faults.synchronised import each, settled, within
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

Packet = dict[str, Any]
_SHARE = "measures.shares.shares_reach_their_threshold"
_CODES = "records.codes."


@near_miss(spares=[f"{_CODES}communes_are_of_today"])
def dossiers_of_before_the_reorganisation(agency: Agency) -> Agency:
    """A dossier received before 1 July 2025 keeps the commune that there was (history is kept)."""

    def changed(item: Packet) -> Packet:
        if not item["MaHoSo"].endswith("00101"):
            return item
        times = {
            name: item[name] and f"202506{item[name][6:]}"
            for name in ("NgayNopHoSo", "NgayTiepNhan")
        }
        return {**item, **times, "MaXaTiepNhan": "19750", "MaXaChuHoSo": "19750"}

    return each(agency, changed)


@near_miss(spares=[f"{_CODES}districts_are_gone"])
def empty_member_of_the_district_in_packets(agency: Agency) -> Agency:
    """The member for the district of older software is still there, and empty."""
    return each(agency, lambda item: {**item, "MaHuyen": ""})


@near_miss(spares=["records.order.the_last_step_tells_the_state"])
def steps_told_newest_first(agency: Agency) -> Agency:
    """Steps may come in any order: their times tell which was the last."""
    return each(agency, lambda item: {**item, "DanhSachTienDo": item["DanhSachTienDo"][::-1]})


@near_miss(spares=["records.order.the_last_step_tells_the_state"])
def two_steps_in_one_second(agency: Agency) -> Agency:
    """A result may be handed over in the second in which it was settled."""

    def changed(item: Packet) -> Packet:
        steps = item["DanhSachTienDo"]
        if not settled(item):
            return item
        last = {**steps[-1], "ThoiDiemXuLy": steps[-2]["ThoiDiemXuLy"]}
        handed = {"NgayTra": item["NgayKetThucXuLy"]}
        return {**item, **handed, "DanhSachTienDo": [last, *steps[:-1]]}

    return each(agency, changed)


@near_miss(spares=["records.presence.fields_are_kept_back_until_due"])
def work_ended_without_a_result(agency: Agency) -> Agency:
    """A dossier that was refused, withdrawn or stopped may tell when the work on it ended."""
    ended = {"3", "7", "8"}
    return each(
        agency,
        lambda item: (
            {**item, "NgayKetThucXuLy": item["DanhSachTienDo"][-1]["ThoiDiemXuLy"]}
            if item["TrangThaiHoSo"] in ended
            else item
        ),
    )


@near_miss(spares=[f"{_CODES}values_say_something"])
def officers_with_their_title(agency: Agency) -> Agency:
    """A title before a name is no filler; an officer who is not known is left empty."""

    def changed(item: Packet) -> Packet:
        named = [
            {**step, "NguoiXuLy": f"Chuyên viên {step['NguoiXuLy']}" if number else ""}
            for number, step in enumerate(item["DanhSachTienDo"])
        ]
        return {**item, "DanhSachTienDo": named}

    return each(agency, changed)


@near_miss(spares=["records.sameness.values_differ_between_records"])
def databases_used_by_few(agency: Agency) -> Agency:
    """A handful of dossiers with the same database shows nothing: the others used none."""

    def changed(item: Packet) -> Packet:
        used = item["MaTTHC"] == "9.000014"
        return {**item, "DSKetNoiCSDL": [{"MaCSDL": "5"}] if used else []}

    return each(agency, changed)


@near_miss(spares=["records.sameness.results_are_no_submissions"])
def results_beside_submissions(agency: Agency) -> Agency:
    """Files of both kinds lie in one folder, and their names differ at the end only."""

    def changed(item: Packet) -> Packet:
        results = [
            {**one, "DuongDanTepTinKetQua": f"{item['TaiLieuNop'][0]['DuongDanTaiTepTin']}.kq"}
            for one in item["DanhSachGiayToKetQua"]
        ]
        return {**item, "DanhSachGiayToKetQua": results}

    return each(agency, changed)


@near_miss(spares=["records.people.nobody_is_a_placeholder"])
def applicants_without_numbers(agency: Agency) -> Agency:
    """Who has no number is sent without one."""
    return within(
        each(agency, lambda item: {**item, "MaDoiTuong": ""}), "DinhDanhCHS", SoDinhDanh=""
    )


@near_miss(spares=[_SHARE])
def online_procedures_are_free(agency: Agency) -> Agency:
    """Where filing online is free, the fee of nothing counts for no payment (policy of 0 đồng)."""

    def changed(item: Packet) -> Packet:
        if item["MaTTHC"] != "1.004222" or item["KenhThucHien"] != "2":
            return item
        fees = [{**one, "Gia": "0"} for one in item["DanhSachLePhi"]]
        return {**item, "DuocThanhToanTrucTuyen": "3", "DanhSachLePhi": fees}

    return each(agency, changed)


@near_miss(spares=[_SHARE])
def dossiers_settled_at_the_very_limit(agency: Agency) -> Agency:
    """What is settled in the second in which it is due is on time."""
    return each(
        agency,
        lambda item: (
            {**item, "NgayHenTra": item["NgayKetThucXuLy"]}
            if settled(item) and not item["MaHoSo"].endswith("00109")
            else item
        ),
    )


@near_miss(spares=["records.boundaries.any_commune_of_the_province_is_served"])
def other_communes_answered_without_the_object(agency: Agency) -> Agency:
    """A dossier of another commune is passed on to it, which a further member tells."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "createDossier" or value["maXa"] == "19789":
            return value
        return {**value, "chuyenDen": value["maXa"]}

    return agency.bending_values(hook)


@near_miss(spares=["records.states.moves_that_are_not_allowed_are_refused"])
def withdrawn_dossiers_not_to_be_found(agency: Agency) -> Agency:
    """An ended dossier may be gone for whoever wants to go on with it (RFC 9110, 15.5.5)."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks not in {"supplementDossier", "addProgress"} or made.status != 409:
            return made
        return replace(made, status=404, body=made.body.replace(b"409", b"404"))

    return agency.bending_answers(bend)


@near_miss(spares=[_SHARE], layer="breakthrough-phase")
def a_fifth_come_in_person(agency: Agency) -> Agency:
    """Some citizens come in person: what is left reaches the share to the dossier."""
    return each(
        agency,
        lambda item: {**item, "KenhThucHien": "1"} if item["MaHoSo"].endswith(_IN_PERSON) else item,
    )


_IN_PERSON = ("00105", "00110")


@near_miss(spares=[_SHARE, "records.codes.districts_are_gone"], layer="urgent-phase")
def communes_with_an_empty_district(agency: Agency) -> Agency:
    """The member for the district is still in the list of communes, and null."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listAdministrativeUnits":
            return value
        return {**value, "items": [{**item, "quanHuyen": None} for item in value["items"]]}

    return agency.bending_values(hook)
