"""Personal data that strangers are told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from making import SCHEMES, SECURED, answers, contract, exchange

from conformance.checks.privacy.exposure import strangers_see_no_personal_data
from conformance.evidence import Exchange
from conformance.verdict import NotApplicable, NotTested, Violation

NUMBER = "000190000001"
PATHS = {"/open": {"get": answers()}, "/closed": {"get": answers(security=SECURED)}}
OPEN, CLOSED = contract(PATHS, **SCHEMES).operations


def ask(answer: Exchange, **parameters: Any) -> None:
    strangers_see_no_personal_data(answer, OPEN, **parameters)


def told(value: Any) -> Exchange:
    return exchange(body=json.dumps(value, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "value",
    [
        {"soDinhDanh": NUMBER, "hoTen": "Nguyễn Thị Bình An"},
        {"items": [{"a": 1}, {"Số CCCD": NUMBER, "Họ Tên": "Nguyễn Thị Bình An"}]},
        {"personal_id": NUMBER, "birthDate": "1990-05-17"},
        {"cccd": NUMBER, "email": "a@example.com"},
        {"cccd": NUMBER, "soDienThoai": "+84900000001"},
        {"nguoi": {"canCuoc": {"so": NUMBER}, "ten": "Nguyễn An"}},
        {"ref": NUMBER, "namSinh": "1990"},
    ],
)
def test_a_personal_number_beside_something_of_a_person_is_found(value: Any) -> None:
    with pytest.raises(Violation) as raised:
        ask(told(value))
    # What was found must not be repeated in a report.
    assert NUMBER not in str(raised.value)
    assert "Nguyễn" not in str(raised.value)


@pytest.mark.parametrize(
    "value",
    [
        {"soDinhDanh": NUMBER},
        [{"soDinhDanh": NUMBER}, {"hoTen": "Nguyễn Thị Bình An"}],
        {"hoTen": "Nguyễn Thị Bình An", "email": "a@example.com", "soDienThoai": "0900000001"},
        {"ten": "Tờ Khai Cư Trú", "maVach": "036000291452"},
        {"hoTen": "Nguyễn Văn An", "luc": "202507010830"},
        {"hoTen": "Nguyễn Văn An", "soChungTu": "012345678901"},
        {"maDinhDanh": NUMBER, "tenCoQuan": "Sở Minh Họa"},
        {"maDinhDanh": "123456789012", "ten": "Trường Minh Họa"},
        {"soDinhDanh": "0001*****001", "hoTen": "Nguyễn An"},
        {"soDinhDanh": 190000001, "hoTen": "Nguyễn An"},
        {"ref": NUMBER, "namSinh": "1991"},
        {"cccd": "000370000001", "hoTen": "Nguyễn An"},
    ],
)
def test_one_datum_or_a_number_of_another_kind_is_none(value: Any) -> None:
    ask(told(value))


def test_members_that_may_be_published_are_left_out() -> None:
    ask(told({"soDinhDanh": NUMBER, "hoTen": "Nguyễn An"}), allowed=("hoTen",))


def test_what_somebody_known_is_told_is_no_matter_of_strangers() -> None:
    answer = replace(told({"soDinhDanh": NUMBER, "hoTen": "Nguyễn An"}), identity="citizen")
    with pytest.raises(NotApplicable):
        ask(answer)


def test_a_secured_operation_that_lets_strangers_in_is_another_question() -> None:
    answer = told({"soDinhDanh": NUMBER, "hoTen": "Nguyễn An"})
    with pytest.raises(NotApplicable):
        strangers_see_no_personal_data(answer, CLOSED)


def test_a_body_that_was_withheld_leaves_it_open() -> None:
    with pytest.raises(NotTested):
        ask(exchange(body=b"", body_withheld=True))
