"""A dialect renames, and loses nothing on the way there and back."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

import pytest

from conformance.sandbox import contract, variations
from conformance.sandbox.agency import Agency
from conformance.sandbox.dialects import Dialect, pascal, snake
from conformance.sandbox.messages import Answer, Call

TWINS = ("agency_in_snake_case", "agency_in_pascal_case", "agency_in_english")
CONTRACT = contract.read("procedure-system")


def dialect(name: str) -> Dialect:
    made = variations.every()[name].bend(Agency(contract=CONTRACT)).dialect
    assert made is not None
    return made


SNAKE = dialect("agency_in_snake_case")


@pytest.mark.parametrize(
    ("name", "in_snake", "in_pascal"),
    [
        ("maHoSo", "ma_ho_so", "MaHoSo"),
        ("items", "items", "Items"),
        ("listAuditEvents", "list_audit_events", "ListAuditEvents"),
        ("0", "0", "0"),
        ("", "", ""),
    ],
)
def test_names_in_other_cases(name: str, in_snake: str, in_pascal: str) -> None:
    assert (snake(name), pascal(name)) == (in_snake, in_pascal)


@pytest.mark.parametrize("name", TWINS)
def test_no_two_names_become_one(name: str) -> None:
    spoken = dialect(name)
    assert len(set(spoken.names.values())) == len(spoken.names)
    assert len(set(spoken.paths.values())) == len(spoken.paths)
    # A name of theirs that is another name of ours would be taken for it.
    assert not {k for k, v in spoken.names.items() if v in spoken.names and v != k}


@pytest.mark.parametrize("name", TWINS)
def test_values_come_back_as_they_were(name: str) -> None:
    spoken = dialect(name)
    value = {"maHoSo": "x", "chuHoSo": {"hoTen": "maHoSo"}, "boSung": [{"noiDung": None}], "z": 1.0}
    assert spoken.inward(spoken.outward(value)) == value


def test_a_call_is_understood() -> None:
    call = Call("POST", "/ho_so/X-1/rut_ho_so", (("trang_thai", "1"),), body=b'{"ly_do": "x"}')
    meant = SNAKE.call(call)
    assert (meant.path, meant.query) == ("/dossiers/X-1/withdrawal", (("trangThai", "1"),))
    assert json.loads(meant.body or b"") == {"lyDo": "x"}


def test_a_form_is_understood() -> None:
    form = (("content-type", "application/x-www-form-urlencoded"),)
    call = Call("POST", "/Phien", headers=form, body="Username=Đặng&Password=a%26b".encode())
    meant = dialect("agency_in_pascal_case").call(call)
    assert parse_qs((meant.body or b"").decode()) == {"username": ["Đặng"], "password": ["a&b"]}


def test_the_agencys_own_names_are_unknown_here() -> None:
    meant = SNAKE.call(Call("POST", "/dossiers", (("trangThai", "1"),), body=b'{"lyDo": "x"}'))
    assert CONTRACT.find(meant.path) is None
    assert meant.query == (("~trangThai", "1"),)
    assert json.loads(meant.body or b"") == {"~lyDo": "x"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"ly_do": 1, "ly_do": 2}',
        b'\xef\xbb\xbf{"ly_do": 1}',
        b'{"ly_do": "\\ud800"}',
        b"[" * 100_000,
        b"\xff",
    ],
    ids=range(7),
)
def test_what_is_for_the_agency_to_refuse_is_passed_on(body: bytes) -> None:
    assert SNAKE.call(Call("POST", "/ho_so", body=body)).body == body


def test_an_answer_names_places_in_this_dialect() -> None:
    problem = {"title": "x", "status": 400, "errors": [{"pointer": "/chuHoSo/hoTen", "detail": ""}]}
    made = SNAKE.answer(
        Answer(400, (("Location", "/base/dossiers/X-1"),), json.dumps(problem).encode())
    )
    assert made.get("Location") == "/base/ho_so/X-1"
    assert json.loads(made.body)["errors"][0]["pointer"] == "/chu_ho_so/ho_ten"


@pytest.mark.parametrize("name", TWINS)
def test_annotations_stay_or_go_as_a_whole(name: str) -> None:
    spoken = dialect(name)
    text = json.dumps(spoken.described(CONTRACT.document), default=str)
    # What is said of packets travels with their schemas, which nobody writes anew.
    own = re.sub(r'"x-vnda-field": "packet\.', "", text)
    assert ("x-vnda-" in own) == ('"vn-personal-id"' in own) == spoken.annotated


@pytest.mark.parametrize("name", TWINS)
def test_a_described_contract_is_renamed_throughout(name: str) -> None:
    spoken = dialect(name)
    document = spoken.described(CONTRACT.document)
    dossier = document["components"]["schemas"]["Dossier"]
    assert set(dossier["required"]) <= set(dossier["properties"])
    assert set(dossier["properties"]) <= set(spoken.own_names)
