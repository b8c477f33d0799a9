"""Services behind one path: from the contract to what leaves, live and in the record."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from loopback import Seen, recording

from conformance import contract as contracts
from conformance import engine, opening, packets, sandboxes, shipped
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.errors import UnreachableError
from conformance.evidence import Exchange, Request, Response
from conformance.opening import Wishes
from conformance.plan import costs
from conformance.sandboxes import Serving

SYSTEM = "public-service-portal"
PASSWORD = "demonstration-password-of-the-province"
SAFE = {
    *("LayDanhSachTTHC", "LayThuTuc", "LayDanhMucCoQuan", "LayDanhMucLinhVuc", "TraCuuHoSo"),
    *("LayDanhSachHoiDapGuiTuDVCQG", "LayTaiLieuPAKN"),
}
UNSAFE = {"DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraLoiPAKN"}
UNIT = "POST /integration#"


@pytest.fixture(scope="module")
def portal() -> Iterator[Serving]:
    with sandboxes.serving(SYSTEM, "--all") as serving:
        yield serving


@pytest.fixture(scope="module")
def contract() -> Contract:
    path = shipped.contract(SYSTEM)
    assert path is not None
    return contracts.load(path.read_bytes(), str(path))


def target_of(portal: Serving, folder: Path, **changes: Any) -> str:
    with requests.Session() as session:
        session.trust_env = False
        document = yaml.safe_load(session.get(portal.target, timeout=10).content)
    made = {key: value for key, value in {**document, **changes}.items() if value is not None}
    path = folder / "target.json"
    path.write_text(json.dumps(made, default=str), encoding="utf-8")
    return str(path)


def run(target: str, folder: Path, **more: Any) -> tuple[dict[str, Any], Path]:
    plan = opening.plan((SYSTEM,), Wishes(target=target, seed=3, rate=2000.0, **more))
    session = engine.open_session(plan, folder / "runs")
    try:
        for item in plan.items:
            session.run(item)
        assert session.requests <= costs.at_most(plan) * 2
        return session.finish(), session.folder
    finally:
        session.close()


def verdicts(results: dict[str, Any]) -> dict[str, str]:
    return {entry["id"]: entry["verdict"] for entry in results["requirements"]}


# --- the contract ---------------------------------------------------------------------------------


def test_each_service_is_an_operation_of_its_own(contract: Contract) -> None:
    services = {o.discriminator[1]: o for o in contract.operations if o.discriminator}
    assert set(services) == SAFE | UNSAFE
    assert {name for name, o in services.items() if o.reads} == SAFE
    assert {o.unit for o in services.values()} == {UNIT + name for name in services}
    assert contract.operation("exchangePacket#TraCuuHoSo") == services["TraCuuHoSo"]
    assert contract.operation("exchangePacket") is None
    assert services["TraCuuHoSo"].personal
    assert not services["LayThuTuc"].personal
    assert {o.protocol for o in contract.operations} == {packets.PROTOCOL}


def test_each_service_has_its_own_answer(contract: Contract) -> None:
    good = {"error_code": "00", "result": [{"MADONVI": "G01", "TENDONVI": "x", "CAPDONVI": "Bộ"}]}
    for name, breaks in (("LayDanhMucCoQuan", False), ("LayDanhMucLinhVuc", True)):
        operation = contract.operation(f"exchangePacket#{name}")
        assert operation is not None
        pointer = operation.responses["200"]["application/json"]
        assert bool(contract.breaches(str(pointer), good)) is breaks


def test_every_example_keeps_its_schema(contract: Contract) -> None:
    for operation in contract.operations:
        if operation.discriminator:
            place = operation.responses["200"]["application/json"]
            sent = str(place).removesuffix("/answer") + "/request"
            assert (
                contract.breaches(sent, operation.request_types["application/json"]["example"])
                == []
            )


def answered(status: int, body: bytes, media_type: str = "application/json") -> Exchange:
    response = Response(status, "", "1.1", (("Content-Type", media_type),), body, 0.1)
    request = Request("POST", "http://127.0.0.1:9/integration")
    return Exchange("u.1", "", "u", "c", 1, None, request, response)


@pytest.mark.parametrize(
    ("answer", "succeeded", "refused"),
    [
        (answered(200, b'{"error_code": 0}'), True, False),
        (answered(200, b'{"error_code": "01"}'), False, True),
        (answered(200, b'{"error_code": "01", "data": [1]}'), False, False),
        (answered(200, b'{"title": "Unauthorized"}'), False, True),
        (answered(200, b"<html></html>", "text/html"), False, False),
        (answered(401, b'{"error_code": "01"}'), False, True),
        (answered(500, b"{}"), False, True),
        (answered(200, b"<p><error_code>00</error_code></p>", "text/xml"), True, False),
    ],
)
def test_success_is_told_by_the_protocol(
    *, contract: Contract, answer: Exchange, succeeded: bool, refused: bool
) -> None:
    packet: Operation = contract.operations[1]
    assert (packet.succeeded(answer), packet.refused(answer)) == (succeeded, refused)
    rest = replace(packet, protocol="rest")
    assert rest.succeeded(answer) is (answer.status == 200)
    assert rest.refused(answer) is (answer.status != 200)


# --- what leaves ----------------------------------------------------------------------------------


def test_in_production_only_services_that_read_leave(portal: Serving, tmp_path: Path) -> None:
    def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        session = b', "session": "a-session-of-the-recorder"' if seen.path == "/session" else b""
        return 200, {"Content-Type": "application/json"}, b'{"error_code": "00"' + session + b"}"

    with recording(answer) as recorder:
        target = target_of(
            portal, tmp_path, base_url=recorder.base_url, environment="production", data="synthetic"
        )
        results, folder = run(target, tmp_path, contract=str(shipped.contract(SYSTEM)))
    posted = [seen for seen in recorder.seen if seen.method not in {"GET", "HEAD", "OPTIONS"}]
    logged_in = [seen for seen in posted if seen.path == "/session"]
    sent = [
        packets.parsed(s.body, s.header("Content-Type")[0]) for s in posted if s not in logged_in
    ]
    assert len(logged_in) == 1
    assert {(packet or {})["service"] for packet in sent} == SAFE
    known = "a-session-of-the-recorder"
    assert {known, None} <= {(packet or {}).get("session") for packet in sent}
    assert verdicts(results)["PORTAL-IOP-03"] == "not_tested"
    assert not engine.rejudge(folder).differences
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert known.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_the_portal_of_the_sandbox_conforms(portal: Serving, tmp_path: Path) -> None:
    results, folder = run(portal.target, tmp_path)
    found = verdicts(results)
    assert set(found.values()) == {"pass", "not_applicable"}
    own = {name: verdict for name, verdict in found.items() if name.startswith("PORTAL-")}
    assert set(own.values()) == {"pass"}
    assert (found["BASE-AUT-01"], found["BASE-AUT-02"]) == ("pass", "pass")
    assert found["BASE-IOP-01"] == "not_applicable"
    assert not engine.rejudge(folder).differences
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept


def test_who_cannot_log_in_is_told_so_and_tried_once(portal: Serving, tmp_path: Path) -> None:
    login = {
        "path": "/session",
        "body": {"username": "tinh-hue", "password": "demo:not-the-password"},
        "take": {"member": "/session"},
        "put": {"member": "session"},
    }
    target = target_of(portal, tmp_path, identities={"province": {"login": login}}, examples=None)
    with pytest.raises(UnreachableError) as error:
        run(target, tmp_path, select=("PORTAL-FMT-*", "BASE-AUT-*"))
    assert "identities.province" in error.value.into("vi")
    assert "not-the-password" not in str(error.value)
