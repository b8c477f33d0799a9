"""The portal of the sandbox: sessions, services, both formats, the states of dossiers."""

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests
from sandbox_process import Running

from conformance.sandbox import contract, negotiation, variations
from conformance.sandbox.portal import data, representation

JSON, XML = "application/json", "application/xml"
DOSSIER = "H57.01-250702-00002"
SERVICES = contract.read(variations.PORTAL).document["paths"]["/integration"]["post"]
EXAMPLES = {
    name: service["example"] for name, service in SERVICES["x-vnda-services"]["values"].items()
}


@pytest.fixture(scope="module")
def everything() -> Iterator[Running]:
    running = Running("--all", system=variations.PORTAL)
    yield running
    assert running.stop() == 0


def opened(portal: Running, account: data.Account = data.PROVINCE) -> str:
    sent = {"username": account.username, "password": account.password}
    answer = portal.ask("POST", "/session", json=sent)
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.json()["session"])


def exchanged(portal: Running, packet: dict[str, Any], **more: Any) -> requests.Response:
    packet = {"session": opened(portal), **packet}
    return portal.ask("POST", "/integration", json=packet, **more)


def code(answer: requests.Response) -> str:
    return str(answer.json()["error_code"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_service_carries_out_its_example_again_and_again(sandbox: Running, name: str) -> None:
    for _ in range(2):
        answer = exchanged(sandbox, EXAMPLES[name])
        assert (answer.status_code, code(answer)) == (200, "00"), answer.text
        assert answer.json()["result"]
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_service_takes_and_answers_xml(sandbox: Running, name: str) -> None:
    packet = {"session": opened(sandbox), **EXAMPLES[name]}
    answer = sandbox.ask(
        "POST",
        "/integration",
        data=representation.written(packet),
        headers={"Content-Type": f"{XML}; charset=utf-8"},
    )
    assert answer.headers["Content-Type"].startswith(XML)
    root = ET.fromstring(answer.content)  # noqa: S314  # our own sandbox wrote it
    assert root.findtext("error_code") == "00", answer.text
    assert len(root.find("result") or ()) == len(
        exchanged(sandbox, EXAMPLES[name]).json()["result"]
    )


@pytest.mark.parametrize(
    ("accept", "sent", "got"),
    [
        (XML, JSON, XML),
        (JSON, XML, JSON),
        ("*/*", XML, XML),
        ("*/*", JSON, JSON),
        ("application/json;q=0.2, application/xml;q=0.3", JSON, XML),
        ("text/xml", JSON, XML),
        ("application/json, */*;q=0.5", XML, JSON),
        ("", XML, XML),
        ("text/csv", JSON, None),
        ("application/*;q=0", JSON, None),
    ],
)
def test_the_format_that_is_wanted(accept: str, sent: str, got: str | None) -> None:
    assert negotiation.wanted(accept, (JSON, XML), sent) == got


def test_what_is_in_no_format_is_refused(sandbox: Running) -> None:
    for headers, status in (
        ({"Accept": "text/csv", "Content-Type": JSON}, 406),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": JSON, "Content-Encoding": "gzip"}, 415),
    ):
        answer = sandbox.ask("POST", "/integration", data=b"{}", headers=headers)
        assert (answer.status_code, code(answer)) == (status, str(status))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<packet>",
        b"<packet><service>LayThuTuc</packet>",
        b'<!DOCTYPE packet [<!ENTITY a "b">]><packet><service>&a;</service></packet>',
        b'<!DOCTYPE packet SYSTEM "file:///etc/hostname"><packet/>',
        b"<a>" * 60 + b"</a>" * 60,
    ],
)
def test_xml_that_is_none_or_dangerous_is_refused_in_a_packet(
    sandbox: Running, body: bytes
) -> None:
    headers = {"Content-Type": XML, "Accept": JSON}
    answer = sandbox.ask("POST", "/integration", data=body, headers=headers)
    assert (answer.status_code, code(answer)) == (200, "03")


def test_a_session_is_needed_and_is_ones_own(sandbox: Running) -> None:
    packet = {"service": "TraCuuHoSo", "mahoso": DOSSIER}
    for session in ({}, {"session": "made-up-session"}, {"session": 7}):
        answer = sandbox.ask("POST", "/integration", json={**packet, **session})
        assert code(answer) == "01"
        assert "result" not in answer.json()
    ministry = {"session": opened(sandbox, data.MINISTRY)}
    assert code(sandbox.ask("POST", "/integration", json={**packet, **ministry})) == "04"
    assert code(exchanged(sandbox, {**packet, "madonvi": "G15"})) == "09"


def test_a_wrong_password_opens_nothing(sandbox: Running) -> None:
    for sent in ({"username": "tinh-hue", "password": "x"}, {"username": "x", "password": "x"}):
        answer = sandbox.ask("POST", "/session", json=sent)
        assert code(answer) == "07"
        assert "session" not in answer.json()
    assert code(sandbox.ask("POST", "/session", json={"username": "tinh-hue"})) == "03"


def test_addresses_and_methods_that_are_not_there(sandbox: Running) -> None:
    assert sandbox.ask("GET", "/nowhere").status_code == 404
    refused = sandbox.ask("GET", "/integration")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert code(refused) == "405"


def dossier(**changes: Any) -> dict[str, Any]:
    (item,) = EXAMPLES["DongBoHoSoMC"]["data"]
    packet = {**EXAMPLES["DongBoHoSoMC"], "isUpdating": changes.pop("updating", "False")}
    return {**packet, "data": [{**item, **changes}]}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, "00"),
        ({"MaHoSo": "H57.01-250704-00999", "updating": "True"}, "04"),
        ({"MaTTHC": "9.999999"}, "08"),
        ({"NgayTiepNhan": "20250230080000"}, "06"),
        ({"NgayHenTra": "20250703080000"}, "06"),
        ({"TrangThaiHoSo": "10"}, "06"),
        ({"NgayTra": "20250710080000"}, "06"),
        ({"TrangThaiHoSo": "11"}, "03"),
        ({"TrangThaiHoSo": 4}, "03"),
        ({"NgayTiepNhan": "2025-07-04"}, "03"),
        ({"NgayHenTra": ""}, "00"),
        ({"GhiChu": None}, "00"),
    ],
)
def test_dossiers_that_make_sense_are_taken_in(
    sandbox: Running, changes: dict[str, Any], error: str
) -> None:
    assert code(exchanged(sandbox, dossier(**changes))) == error


def test_a_dossier_moves_as_the_states_allow(sandbox: Running) -> None:
    mine = "H57.01-250704-00004"
    assert code(exchanged(sandbox, dossier())) == "00"

    def moved(state: str) -> str:
        (step,) = EXAMPLES["CapNhatTienDoHoSoMC"]["data"]
        packet = {**EXAMPLES["CapNhatTienDoHoSoMC"]}
        packet["data"] = [{**step, "MaHoSo": mine, "TrangThai": state}]
        return code(exchanged(sandbox, packet))

    assert [moved(state) for state in ("5", "9", "4", "9", "4", "10")] == [
        *("00", "05", "00", "00", "05", "00")
    ]
    (found,) = exchanged(sandbox, {"service": "TraCuuHoSo", "mahoso": mine}).json()["result"]
    assert found["TrangThaiHoSo"] == "10"
    assert re.fullmatch(r"\d{14}", found["NgayTra"])
    assert [step["TrangThai"] for step in found["DanhSachTienDo"]] == ["5", "4", "9", "10"]
    assert code(exchanged(sandbox, dossier(updating="True"))) == "05"


def test_one_dossier_that_makes_no_sense_keeps_all_out(sandbox: Running) -> None:
    (good,) = dossier(MaHoSo="H57.01-250704-00777")["data"]
    (bad,) = dossier(MaTTHC="9.999999")["data"]
    assert code(exchanged(sandbox, {**dossier(), "data": [good, bad]})) == "08"
    asked = {"service": "TraCuuHoSo", "mahoso": good["MaHoSo"]}
    assert code(exchanged(sandbox, asked)) == "04"


def test_the_dossiers_are_those_of_the_procedure_system() -> None:
    codes = [record["MaHoSo"] for record, _ in data.dossiers()]
    assert codes == ["H57.01-250701-00001", "H57.01-250702-00002", "H57.01-250703-00003"]


def test_every_variation_of_the_portal_is_served(sandbox: Running) -> None:
    for name in variations.of(variations.PORTAL):
        target = sandbox.target(name)
        assert target["target"] == f"sandbox-{variations.PORTAL}-{name}"
        login = target["identities"]["province"]["login"]
        assert login["body"]["password"].startswith("demo:")
        document = sandbox.ask("GET", target["contract"]).json()
        assert document["servers"] == [{"url": target["base_url"]}]
    strange = sandbox.ask("GET", "/~fault/allow_missing/target.yaml")
    assert (strange.status_code, json.loads(strange.content)["error_code"]) == (404, "404")
