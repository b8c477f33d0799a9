"""Dossiers told to the portal that are not as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import without
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

Packet = dict[str, Any]
_LIST = "listPacketDossiers"
_CODES = "records.codes."
_ORDER = "records.order."
_DUE = "records.presence.fields_are_told_when_due"
_EARLY = "records.presence.fields_are_kept_back_until_due"
_SHARE = "measures.shares.shares_reach_their_threshold"
_SCHEMA = "contract.answers.body_matches_schema"
_FORMATS = "formats.declared.values_have_their_formats"
_STATE = f"{_ORDER}the_last_step_tells_the_state"
_IN_ORDER = f"{_ORDER}times_come_in_order"


def each(agency: Agency, change: Callable[[Packet], Packet]) -> Agency:
    """Return an agency that tells the portal other things of its dossiers."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != _LIST:
            return value
        return {**value, "items": [change(item) for item in value["items"]]}

    return agency.bending_values(hook)


def within(agency: Agency, member: str, **fields: Any) -> Agency:
    """Return an agency that tells other things of what its dossiers list."""
    return each(
        agency, lambda item: {**item, member: [{**part, **fields} for part in item[member]]}
    )


def settled(item: Packet) -> bool:
    """Whether a dossier's result was handed over."""
    return bool(item["TrangThaiHoSo"] == "10")


# --- codes ----------------------------------------------------------------------------------------


@fault(breaks=[f"{_CODES}communes_are_of_today"])
def dossiers_of_a_former_commune(agency: Agency) -> Agency:
    """New dossiers are received under the code of a commune that was merged."""
    return each(agency, lambda item: {**item, "MaXaTiepNhan": "19750"})


@fault(breaks=[f"{_CODES}districts_are_gone"])
def dossiers_still_tell_a_district(agency: Agency) -> Agency:
    """Each dossier still tells a district."""
    return each(agency, lambda item: {**item, "MaHuyen": "474"})


@fault(breaks=[f"{_CODES}communes_lie_in_their_province"])
def dossier_in_another_province(agency: Agency) -> Agency:
    """A new dossier stands under a province that its commune is not in."""
    return agency.bending_values(
        lambda call, value: (
            {**value, "maTinh": "48"} if call.asks in {"createDossier", "getDossier"} else value
        )
    )


@fault(breaks=[f"{_CODES}values_are_listed"], also=[_SCHEMA, _SHARE])
def channel_of_a_vendor(agency: Agency) -> Agency:
    """Dossiers filed online have a channel of the vendor's own."""
    return each(agency, lambda item: {**item, "KenhThucHien": "4"})


@fault(breaks=[f"{_CODES}values_are_listed"], also=[_SCHEMA])
def fee_of_an_unknown_kind(agency: Agency) -> Agency:
    """Fees have a kind that no list knows."""
    return within(agency, "DanhSachLePhi", LoaiPhiLePhi="9")


@fault(breaks=[f"{_CODES}agencies_are_open"], also=[_FORMATS])
def dossiers_of_a_closed_ministry(agency: Agency) -> Agency:
    """New dossiers are handled under the code of a ministry that was merged."""
    return agency.bending_values(
        lambda call, value: (
            {**value, "donViXuLy": "G13.01"}
            if call.asks in {"createDossier", "getDossier"}
            else value
        )
    )


@fault(breaks=["records.people.nobody_is_a_placeholder"])
def applicants_made_up_for_the_portal(agency: Agency) -> Agency:
    """Who has no number is sent as 000000001."""
    return each(agency, lambda item: {**item, "MaDoiTuong": "000000001"})


@fault(breaks=["records.people.nobody_is_a_placeholder"])
def identities_of_equal_digits_for_the_portal(agency: Agency) -> Agency:
    """In the list of identities every number has twelve equal digits."""
    return within(agency, "DinhDanhCHS", SoDinhDanh="9" * 12)


@fault(breaks=[f"{_CODES}values_say_something"])
def every_officer_is_a_title(agency: Agency) -> Agency:
    """Whoever did a step is called by a title."""
    return within(agency, "DanhSachTienDo", NguoiXuLy="Chuyên viên")


@fault(breaks=[f"{_CODES}values_say_something"])
def papers_are_called_attachments(agency: Agency) -> Agency:
    """Every paper that was handed in is called an attachment."""
    return within(agency, "TaiLieuNop", TenTepDinhKem="Dinhkem")


@fault(breaks=["records.sameness.values_differ_between_records"])
def one_database_for_every_dossier(agency: Agency) -> Agency:
    """The code of a database is written into the program."""
    return each(agency, lambda item: {**item, "DSKetNoiCSDL": [{"MaCSDL": "7"}]})


@fault(breaks=["records.sameness.values_differ_between_records"])
def one_pair_of_databases_for_every_dossier(agency: Agency) -> Agency:
    """Two codes are written into the program, in an order that changes."""

    def changed(item: Packet) -> Packet:
        codes = [{"MaCSDL": "1"}, {"MaCSDL": "7"}]
        return {**item, "DSKetNoiCSDL": codes[:: 1 if settled(item) else -1]}

    return each(agency, changed)


# --- states and times -----------------------------------------------------------------------------


@fault(breaks=[_STATE], also=[_DUE, _SHARE])
def waiting_dossiers_sent_as_settled(agency: Agency) -> Agency:
    """Whoever waits for papers, for money or was stopped is sent as settled."""
    return each(
        agency,
        lambda item: (
            {**item, "TrangThaiHoSo": "9"} if item["TrangThaiHoSo"] in {"5", "6", "8"} else item
        ),
    )


@fault(breaks=[_STATE])
def last_step_never_sent(agency: Agency) -> Agency:
    """The step in which the result was handed over is not reported."""
    return each(
        agency,
        lambda item: (
            {**item, "DanhSachTienDo": item["DanhSachTienDo"][:-1]} if settled(item) else item
        ),
    )


@fault(breaks=[_FORMATS])
def steps_on_impossible_days(agency: Agency) -> Agency:
    """A step was done on the thirtieth of February."""
    return within(agency, "DanhSachTienDo", NgayBatDau="20250230080000")


@fault(breaks=[_IN_ORDER], also=[_SHARE])
def due_before_it_was_received(agency: Agency) -> Agency:
    """Dossiers were due a year before they were received."""
    return each(
        agency,
        lambda item: {**item, "NgayHenTra": f"2024{item['NgayTiepNhan'][4:]}"},
    )


@fault(breaks=[_DUE], also=[_SHARE])
def nobody_noted_the_end(agency: Agency) -> Agency:
    """Settled dossiers do not tell when they were."""
    return each(agency, lambda item: {**item, "NgayKetThucXuLy": ""})


@fault(breaks=[_EARLY])
def ends_written_beforehand(agency: Agency) -> Agency:
    """A dossier tells when its result was handed over while it is worked on."""
    return each(agency, lambda item: {**item, "NgayTra": item["NgayTra"] or item["NgayHenTra"]})


@fault(breaks=[_EARLY])
def work_ended_while_it_goes_on(agency: Agency) -> Agency:
    """A dossier tells when the work ended while it goes on."""
    return each(
        agency,
        lambda item: {**item, "NgayKetThucXuLy": item["NgayKetThucXuLy"] or item["NgayHenTra"]},
    )


# --- results --------------------------------------------------------------------------------------


@fault(breaks=["records.sameness.results_are_no_submissions"])
def results_are_what_was_submitted(agency: Agency) -> Agency:
    """The file of the result is the first file that was handed in."""

    def changed(item: Packet) -> Packet:
        file = item["TaiLieuNop"][0]["DuongDanTaiTepTin"]
        results = [{**one, "DuongDanTepTinKetQua": file} for one in item["DanhSachGiayToKetQua"]]
        return {**item, "DanhSachGiayToKetQua": results}

    return each(agency, changed)


@fault(breaks=["records.sameness.results_are_no_submissions"])
def one_result_is_what_was_submitted(agency: Agency) -> Agency:
    """Behind a true result stands a file that was handed in."""

    def changed(item: Packet) -> Packet:
        file = item["TaiLieuNop"][-1]["DuongDanTaiTepTin"]
        further = {"TenGiayTo": "Giấy tờ kèm theo", "DuongDanTepTinKetQua": file}
        results = item["DanhSachGiayToKetQua"]
        return {**item, "DanhSachGiayToKetQua": [*results, further] if results else []}

    return each(agency, changed)


@fault(breaks=[_DUE, _SHARE])
def results_without_files(agency: Agency) -> Agency:
    """Results are named, and nobody can have them."""
    return within(agency, "DanhSachGiayToKetQua", DuongDanTepTinKetQua="")


# --- indicators -----------------------------------------------------------------------------------


@fault(breaks=[_SHARE])
def settled_behind_time(agency: Agency) -> Agency:
    """Most dossiers are settled after they were due."""

    def changed(item: Packet) -> Packet:
        late = {name: item[name] and f"2026{item[name][4:]}" for name in _ENDS}
        steps = [{**one, "ThoiDiemXuLy": _later(one)} for one in item["DanhSachTienDo"]]
        return {**item, **late, "DanhSachTienDo": steps}

    return each(agency, changed)


_ENDS = ("NgayKetThucXuLy", "NgayTra")


def _later(step: Packet) -> str:
    moved = step["TrangThai"] in {"9", "10"}
    return f"{'2026' if moved else '2025'}{step['ThoiDiemXuLy'][4:]}"


@fault(breaks=[_SHARE])
def papers_asked_for_again_and_again(agency: Agency) -> Agency:
    """Every dossier was sent back for papers twice."""
    twice = [{"HoSoBoSungId": "1"}, {"HoSoBoSungId": "2"}]
    return each(agency, lambda item: {**item, "DanhSachHoSoBoSung": twice})


@fault(breaks=[_SHARE])
def nearly_all_come_in_person(agency: Agency) -> Agency:
    """Dossiers are filed at the counter, and few procedures are ever filed online."""
    return each(agency, lambda item: {**item, "KenhThucHien": "1"})


@fault(breaks=[_SHARE])
def fees_sent_as_nothing(agency: Agency) -> Agency:
    """Every fee comes as nothing."""
    return within(agency, "DanhSachLePhi", Gia="0")


@fault(breaks=[_SHARE])
def fees_paid_in_cash(agency: Agency) -> Agency:
    """Nobody pays online."""
    return each(agency, lambda item: {**item, "DuocThanhToanTrucTuyen": "3"})


@fault(breaks=[_SHARE])
def nothing_is_digitised(agency: Agency) -> Agency:
    """Papers are kept in cupboards."""

    def changed(item: Packet) -> Packet:
        papers = [{**one, "DuongDanTaiTepTin": "", "DuocSoHoa": "0"} for one in item["TaiLieuNop"]]
        return {**item, "TaiLieuNop": papers, "HoSoCoThanhPhanSoHoa": "0"}

    return each(agency, changed)


@fault(breaks=[_SHARE])
def nobody_is_authenticated(agency: Agency) -> Agency:
    """Neither accounts nor data of the population database are used."""

    def changed(item: Packet) -> Packet:
        papers = [{**one, "DuocLayTuKhoDMQG": "0"} for one in item["TaiLieuNop"]]
        return {**item, "TaiLieuNop": papers, "TaiKhoanDuocXacThucVoiVNeID": "0"}

    return each(agency, changed)


# --- moves and places -----------------------------------------------------------------------------


@fault(breaks=["records.boundaries.any_commune_of_the_province_is_served"])
def only_the_own_commune_is_served(agency: Agency) -> Agency:
    """A dossier of another commune of the province is refused."""
    return refusing(agency, lambda commune: commune != "19789")


@fault(breaks=["records.boundaries.any_commune_of_the_province_is_served"])
def the_mountains_are_not_served(agency: Agency) -> Agency:
    """Dossiers of the last communes of the list are refused."""
    return refusing(agency, lambda commune: commune > "20150")


def refusing(agency: Agency, far: Callable[[str], bool]) -> Agency:
    """Return an agency that does not take dossiers of communes that are too far for it."""
    refused = b'{"type":"about:blank","title":"Bad Request","status":400}'

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != "createDossier" or made.status != 201:
            return made
        if not any(far(commune) for commune in _communes(made)):
            return made
        return Answer(400, (("Content-Type", "application/problem+json"),), refused)

    return agency.bending_answers(bend)


def _communes(made: Answer) -> list[str]:
    _, _, behind = made.body.decode("utf-8").partition('"maXa": "')
    return [behind[:5]] if behind else []


@fault(breaks=["records.states.moves_that_are_not_allowed_are_refused"])
def withdrawn_dossiers_take_papers(agency: Agency) -> Agency:
    """Papers are added to a dossier that was withdrawn."""
    return moving(agency, "supplementDossier")


@fault(breaks=["records.states.moves_that_are_not_allowed_are_refused"], also=[_SCHEMA])
def withdrawn_dossiers_go_on(agency: Agency) -> Agency:
    """A step is recorded for a dossier that was withdrawn."""
    return moving(agency, "addProgress")


def moving(agency: Agency, operation: str) -> Agency:
    """Return an agency that says yes to an operation whatever the state of the dossier."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != operation or made.status != 409:
            return made
        plain = [pair for pair in made.headers if pair[0] != "Content-Type"]
        fields = (("Content-Type", "application/json"), *plain)
        return replace(made, status=200, headers=fields, body=b"{}")

    return agency.bending_answers(bend)


@fault(breaks=["authorization.functions.privileged_functions_are_closed"])
def packets_open_to_citizens(agency: Agency) -> Agency:
    """Citizens may list what was synchronised of everybody."""
    return agency.with_(role_forgotten_on=frozenset({_LIST}))


@fault(breaks=[_SHARE], also=[_SCHEMA, _FORMATS], layer="urgent-phase")
def procedures_with_codes_of_their_own(agency: Agency) -> Agency:
    """A procedure of the list has a code of the province's own."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listProcedures":
            return value
        own = {"9.000021": "HUE-01"}
        items = [
            {**item, "maThuTuc": own.get(item["maThuTuc"], item["maThuTuc"])}
            for item in value["items"]
        ]
        return {**value, "items": items}

    return agency.bending_values(hook)


@fault(breaks=[f"{_CODES}districts_are_gone"], layer="urgent-phase")
def communes_still_tell_a_district(agency: Agency) -> Agency:
    """Each commune of the list still tells a district."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != "listAdministrativeUnits":
            return value
        return {**value, "items": [{**item, "quanHuyen": "474"} for item in value["items"]]}

    return agency.bending_values(hook)


@fault(breaks=[_SHARE], layer="breakthrough-phase")
def enterprises_come_in_person(agency: Agency) -> Agency:
    """Enterprises cannot file online."""
    return each(
        agency,
        lambda item: {**item, "KenhThucHien": "1"} if item["LoaiDoiTuong"] == "2" else item,
    )


@fault(breaks=[_SHARE], layer="breakthrough-phase")
def data_are_typed_again(agency: Agency) -> Agency:
    """No dossier uses an account or a database of the state."""
    return each(
        agency,
        lambda item: {**without(item, "DSKetNoiCSDL"), "TaiKhoanDuocXacThucVoiVNeID": "0"},
    )


@fault(
    breaks=["records.boundaries.any_commune_of_the_province_is_served"],
    layer="breakthrough-phase",
)
def boundaries_still_decide(agency: Agency) -> Agency:
    """Every commune takes the dossiers of its own people only."""
    return refusing(agency, lambda commune: commune != "19789")
