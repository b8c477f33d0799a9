"""Fields of records: which belong together, what is looked at, and what is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from making import exchange

from conformance import fields
from conformance.checks.records import codes, order, people, presence, sameness, sums
from conformance.mapping import Mapped
from conformance.verdict import NotApplicable, NotTested, Violation


def answer(body: Any) -> Any:
    return exchange(body=json.dumps(body).encode())


def mapped(**places: str) -> Mapped:
    return Mapped(
        fields={name.replace("_", "."): ((None, place),) for name, place in places.items()}
    )


LIST = {
    "kyBaoCao": "2025",
    "items": [
        {"ma": "a", "nhan": "2025-07-01", "tra": "2025-07-08", "giayTo": [{"so": 1}, {"so": 2}]},
        {"ma": "b", "nhan": "2025-07-02", "chu": {"so": "000190000001"}},
    ],
}


def test_fields_of_one_object_come_together() -> None:
    held = mapped(code="/items/*/ma", due="/items/*/tra", owner="/items/*/chu/so").records(
        answer(LIST), ["code", "due", "owner"]
    )
    assert [(one.place, one.one("code"), one.one("due"), one.one("owner")) for one in held] == [
        ("/items/0", "a", "2025-07-08", None),
        ("/items/1", "b", None, "000190000001"),
    ]


def test_what_stands_inside_is_the_objects_and_what_stands_above_too() -> None:
    held = mapped(code="/items/*/ma", part="/items/*/giayTo/*/so", period="/kyBaoCao").records(
        answer(LIST), ["code", "part", "period"]
    )
    assert [one.values["part"] for one in held] == [[1, 2], []]
    assert [one.one("period") for one in held] == ["2025", "2025"]


def test_wildcards_of_any_depth_find_the_same_objects() -> None:
    exact = mapped(code="/items/*/ma", due="/items/*/tra").records(answer(LIST), ["code", "due"])
    loose = mapped(code="/**/ma", due="/**/tra").records(answer(LIST), ["code", "due"])
    assert exact == loose


def test_xml_is_read_as_packets_are() -> None:
    body = b"<r><items><item><ma>a</ma><tra>x</tra></item><item><ma>b</ma></item></items></r>"
    told = exchange(headers=(("Content-Type", "application/xml"),), body=body)
    held = mapped(code="/items/*/ma", due="/items/*/tra").records(told, ["code", "due"])
    assert [(one.one("code"), one.one("due")) for one in held] == [("a", "x"), ("b", None)]


@pytest.mark.parametrize(
    ("first", "then", "in_order"),
    [
        ("2025-07-01", "2025-07-01", True),
        ("2025-07-01T23:00:00+07:00", "2025-07-01", True),
        # The evening before in Greenwich is the same day in Viet Nam.
        ("2025-06-30T18:00:00Z", "2025-07-01", True),
        ("20250702080000", "2025-07-01", False),
        ("20250701080000", "2025-07-01T08:00:00", True),
        ("2025-07-01T08:00:01", "20250701080000", False),
    ],
)
def test_times_of_all_styles_are_compared(first: str, then: str, in_order: bool) -> None:  # noqa: FBT001  # a column of a table
    body = answer({"a": first, "b": then})
    if in_order:
        order.times_come_in_order(body, mapped(a="/a", b="/b"), first="a", then="b")
        return
    with pytest.raises(Violation):
        order.times_come_in_order(body, mapped(a="/a", b="/b"), first="a", then="b")


@pytest.mark.parametrize("value", ["", "01/07/2025", "2025-13-01", "20251301000000", "hôm nay"])
def test_what_is_no_time_is_judged_elsewhere(value: str) -> None:
    body = answer({"a": value, "b": "2025-07-01"})
    with pytest.raises(NotApplicable):
        order.times_come_in_order(body, mapped(a="/a", b="/b"), first="a", then="b")


def test_who_is_not_mapped_is_not_judged() -> None:
    with pytest.raises(NotTested, match="no_mapping"):
        order.times_come_in_order(answer({}), mapped(a="/a"), first="a", then="b")


@pytest.mark.parametrize(
    ("commune", "province", "holds"), [("19789", "46", True), ("19789", "48", False)]
)
def test_communes_stand_beside_their_province(commune: str, province: str, holds: bool) -> None:  # noqa: FBT001  # a column of a table
    body = answer({"xa": commune, "tinh": province})
    known = mapped(unit_commune="/xa", unit_province="/tinh")
    if holds:
        codes.communes_lie_in_their_province(body, known)
        return
    with pytest.raises(Violation) as raised:
        codes.communes_lie_in_their_province(body, known)
    assert "46" in raised.value.observed.vi


def test_what_a_closed_code_is_today_is_told() -> None:
    with pytest.raises(Violation) as raised:
        codes.provinces_are_of_today(answer({"tinh": "02"}), mapped(unit_province="/tinh"))
    assert "08" in raised.value.observed.en


def test_history_is_left_alone() -> None:
    body = answer({"items": [{"ma": "02", "den": "2025-06-30"}, {"ma": "46", "den": None}]})
    known = mapped(unit_province="/items/*/ma", unit_until="/items/*/den")
    codes.provinces_are_of_today(body, known, until="unit.until")
    with pytest.raises(Violation):
        codes.provinces_are_of_today(body, known)


@pytest.mark.parametrize("name", ["maHuyen", "MA_HUYEN", "quan-huyen", "District", "districtCode"])
def test_a_district_is_known_by_its_name(name: str) -> None:
    with pytest.raises(Violation) as raised:
        codes.districts_are_gone(answer({"a": [{name: "474"}]}))
    assert raised.value.observed.en == f"/a/0/{name}"
    codes.districts_are_gone(answer({"a": [{name: ""}, {name: None}, {name: []}]}))


def test_districts_are_no_part_of_other_words() -> None:
    codes.districts_are_gone(answer({"khuyenNghi": "x", "redistricting": "y", "maHuyetThong": "z"}))


@pytest.mark.parametrize("number", ["000000001", "000000000001", "111111111111", "123456789012"])
def test_numbers_that_stand_for_nobody(number: str) -> None:
    with pytest.raises(Violation) as raised:
        people.nobody_is_a_placeholder(answer({"so": number}), mapped(so="/so"), field="so")
    assert number not in raised.value.observed.en


def test_the_year_of_birth_is_in_the_number() -> None:
    known = mapped(personal_id="/so", birth="/sinh")
    fit = Mapped(fields={"personal_id": ((None, "/so"),), "birth": ((None, "/sinh"),)})
    assert known.fields["birth"] == fit.fields["birth"]
    right = answer({"so": "000190000001", "sinh": "1990-05-17"})
    people.numbers_tell_the_year_of_birth(right, fit)
    wrong = answer({"so": "000190000001", "sinh": "1991-05-17"})
    with pytest.raises(Violation):
        people.numbers_tell_the_year_of_birth(wrong, fit)


def test_what_is_due_in_a_state_is_there_and_not_before() -> None:
    known = mapped(state="/items/*/tt", day="/items/*/ngay")
    told = {"items": [{"tt": "10", "ngay": "2025-07-01"}, {"tt": "4", "ngay": ""}]}
    presence.fields_are_told_when_due(answer(told), known, field="day", when="state", of=("10",))
    presence.fields_are_kept_back_until_due(
        answer(told), known, field="day", when="state", of=("4",)
    )
    with pytest.raises(Violation):
        presence.fields_are_told_when_due(answer(told), known, field="day", when="state", of=("4",))
    with pytest.raises(Violation):
        presence.fields_are_kept_back_until_due(
            answer(told), known, field="day", when="state", of=("10",)
        )
    with pytest.raises(NotApplicable):
        presence.fields_are_told_when_due(answer(told), known, field="day", when="state", of=("9",))


def test_sums_and_counts() -> None:
    known = mapped(all="/tong", part="/items/*/so", how="/soLuong")
    told = {"tong": 3, "soLuong": 2, "items": [{"so": 1}, {"so": "2"}]}
    sums.parts_add_up(answer(told), known, whole="all", parts="part")
    sums.counts_are_true(answer(told), known, count="how", of="part")
    with pytest.raises(Violation):
        sums.parts_add_up(answer(told | {"tong": 4}), known, whole="all", parts="part")
    with pytest.raises(Violation):
        sums.counts_are_true(answer(told | {"soLuong": 3}), known, count="how", of="part")
    # Nothing is there, and so much is said.
    sums.counts_are_true(answer({"soLuong": 0, "items": []}), known, count="how", of="part")


def test_keys_and_results() -> None:
    known = mapped(key="/items/*/ma", out="/items/*/ra", sent="/items/*/vao/*/url")
    told = {"items": [{"ma": "1", "ra": "x", "vao": [{"url": "y"}]}, {"ma": "2"}]}
    sameness.keys_are_unique(answer(told), known, field="key")
    # A code is not the number that is written alike.
    sameness.keys_are_unique(answer({"items": [{"ma": "1"}, {"ma": 1}]}), known, field="key")
    with pytest.raises(Violation):
        sameness.keys_are_unique(answer({"items": [{"ma": "1"}] * 2}), known, field="key")
    known = mapped(out="/items/*/ra", sent="/items/*/vao/*/url")
    sameness.results_are_no_submissions(answer(told), known, result="out", submitted="sent")
    same = {"items": [{"ra": "y", "vao": [{"url": "x"}, {"url": "y"}]}]}
    with pytest.raises(Violation):
        sameness.results_are_no_submissions(answer(same), known, result="out", submitted="sent")


def test_truth_values_are_written_as_packets_have_them() -> None:
    assert [fields.plain(value) for value in (True, False, 1, "01")] == ["1", "0", "1", "01"]
