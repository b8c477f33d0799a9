"""The agencies tell of one country: whom and what one of them names, another knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.sandbox import contract, demonstration, synchronised
from conformance.sandbox.declared import reading
from conformance.sandbox.demonstration import AGENCIES
from conformance.sandbox.portal import data as portal
from conformance.sandbox.systems import SYSTEMS

POPULATION = reading.every()["population"].collections["citizens"].records
CITIZENS = {str(citizen["SoDinhDanh"]): citizen for citizen in POPULATION}
UNITS = reading.every()["administrative-units"].collections
COMMUNES = {str(commune["maXa"]): str(commune["maTinh"]) for commune in UNITS["communes"].records}
PROCEDURES = {entry["maThuTuc"] for entry in demonstration.procedures()}


def packets() -> list[dict[str, Any]]:
    return [dict(packet) for packet in synchronised.dossiers()]


def _named(node: Any, name: str) -> Iterator[Any]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == name and value)
        for part in node.values():
            yield from _named(part, name)
    elif isinstance(node, list):
        for part in node:
            yield from _named(part, name)


def full_name(citizen: Any) -> str:
    name = citizen["HoVaTen"]
    return " ".join(name[part] for part in ("Ho", "ChuDem", "Ten") if name[part])


def test_whoever_submits_is_in_the_population_database() -> None:
    for applicant in (demonstration.APPLICANT_A, demonstration.APPLICANT_B):
        known = CITIZENS[applicant["soDinhDanh"]]
        assert full_name(known) == applicant["hoTen"]
        assert known["NgayThangNamSinh"]["NgayThangNam"] == applicant["ngaySinh"]
    for packet in packets():
        number = packet["SoGiayToChuHoSo"]
        if packet["LoaiDoiTuong"] == "1":
            assert full_name(CITIZENS[number]) == packet["ChuHoSo"]


def test_addresses_are_in_the_catalogue_of_units() -> None:
    for dossier in demonstration.dossiers():
        assert COMMUNES[dossier["maXa"]] == dossier["maTinh"]
    for citizen in POPULATION:
        for place in (citizen["ThuongTru"], citizen["NoiOHienTai"]):
            assert COMMUNES[place["MaPhuongXa"]] == place["MaTinhThanh"]
    for packet in packets():
        assert {*_named(packet, "MaXaChuHoSo"), *_named(packet, "MaXaTiepNhan")} <= set(COMMUNES)


def test_dossiers_are_about_procedures_that_there_are() -> None:
    assert {dossier["maThuTuc"] for dossier in demonstration.dossiers()} <= PROCEDURES
    assert {packet["MaTTHC"] for packet in packets()} <= PROCEDURES
    theirs = set(portal.procedures())
    assert theirs & PROCEDURES


def test_those_who_may_log_in_are_people_of_the_population_database() -> None:
    citizens = [p.personal_id for p in demonstration.PEOPLE if p.personal_id]
    assert citizens
    assert set(citizens) <= set(CITIZENS)


def test_agencies_have_codes_of_the_form_in_force() -> None:
    codes = [agency.organisation for agency in AGENCIES]
    assert demonstration.AGENCY in codes
    assert all(code and code[0].isalpha() for code in codes)


def test_every_system_has_a_contract_of_its_own() -> None:
    assert set(SYSTEMS) == set(contract.systems())
