"""The national formats: made, missed, told alike by two libraries, and dated."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from random import Random
from types import MappingProxyType
from typing import Any, cast

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from stdnum.vn import mst

from conformance.formats import legacy, national, organisations, positions, strategies, units
from conformance.formats.addresses import is_email
from conformance.formats.format import ArrayFormat, Format
from conformance.formats.vietnamese import LETTERS

ALL = pytest.mark.parametrize("each", national.EVERY.values(), ids=lambda each: each.name)
SOME = 2000


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # texts to test with, no secrets


@ALL
def test_what_is_made_is_right_and_what_is_missed_is_not(each: Format | ArrayFormat) -> None:
    random, holds = seeded(7), cast("Callable[[Any], bool]", each.holds)
    made = [each.make(random) for _ in range(SOME)]
    missed = [each.miss(random) for _ in range(SOME)]
    assert [value for value in (*made, *each.examples) if not holds(value)] == []
    assert [value for value in (*missed, *each.near_misses) if holds(value)] == []
    assert len(set(map(str, made))) > 30
    assert len(set(map(str, missed))) > 100


@ALL
def test_two_libraries_of_json_schema_say_the_same(each: Format | ArrayFormat) -> None:
    random = seeded(8)
    values = [maker(random) for maker in (each.make, each.miss) for _ in range(SOME // 4)]
    schema = {"format": each.name}
    one = Draft202012Validator(schema, format_checker=national.register(FormatChecker(())))
    by_format = jsonschema_rs.validator_for(
        schema, formats=national.predicates(), validate_formats=True
    )
    by_keyword = jsonschema_rs.validator_for(schema, keywords=national.keywords())
    for value in (*values, 1, None, {}, True):
        assert one.is_valid(value) is by_keyword.is_valid(value), value
        # It asks a format of texts only.
        if isinstance(each, Format):
            assert one.is_valid(value) is by_format.is_valid(value), value
    assert one.is_valid(1)
    assert one.is_valid(["x"]) is isinstance(each, Format)
    assert one.is_valid("x") is not isinstance(each, Format) or each.holds("x")


def test_the_keyword_leaves_other_formats_to_whom_it_is_told() -> None:
    def built_in(name: str) -> Callable[[object], bool]:
        return jsonschema_rs.validator_for({"format": name}, validate_formats=True).is_valid

    schema = {"format": "ipv4"}
    assert jsonschema_rs.validator_for(schema, keywords=national.keywords()).is_valid("x")
    keywords = national.keywords(others=built_in)
    assert not jsonschema_rs.validator_for(schema, keywords=keywords).is_valid("x")
    assert jsonschema_rs.validator_for(schema, keywords=keywords).is_valid("192.0.2.1")


@ALL
def test_it_says_what_it_rests_on_in_both_languages(each: Format | ArrayFormat) -> None:
    for text in (each.title, each.rule):
        assert text.vi != text.en
        assert unicodedata.is_normalized("NFC", text.vi)
    assert each.source
    # What is only remembered is held against nobody.
    asserted = national.every_predicate(asserted_only=True)
    assert (each.name in asserted) is (each.confidence != "recalled")
    assert each.name in national.every_predicate()
    told_by_others = re.search("dẫn lại|chưa đọc|chưa đối chiếu", each.source)
    assert each.confidence != "verified" or not told_by_others


@pytest.mark.parametrize("each", [f for f in national.EVERY.values() if not f.asserted])
def test_who_registers_formats_has_the_remembered_ones_tested_too(each: Format) -> None:
    def accepts(**how: bool) -> bool:
        checker = national.register(FormatChecker(()), **how)
        schema = {"format": each.name}
        return Draft202012Validator(schema, format_checker=checker).is_valid(each.near_misses[0])

    assert not accepts()
    assert accepts(asserted_only=True)


def test_without_hypothesis_the_extra_is_named() -> None:
    said = "import sys; sys.modules['hypothesis'] = None; import conformance.formats.strategies"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ImportError: " in done.stderr.splitlines()[-1]
    assert "'vnda-conformance[strategies]'" in done.stderr.splitlines()[-1]


@given(st.data())
def test_strategies_make_and_miss(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(national.EVERY)))
    assert national.EVERY[name].holds(data.draw(strategies.valid(name)))
    assert not national.EVERY[name].holds(data.draw(strategies.near_misses(name)))


def test_tax_codes_are_those_of_python_stdnum() -> None:
    tax, random = national.ALL["vn-tax-code"], seeded(9)
    for maker in (tax.make, tax.miss):
        for text in (maker(random) for _ in range(SOME)):
            if text.isascii() and text.replace("-", "").isalnum() and len(text) != 12:
                assert mst.is_valid(text) is tax.holds(text), text


def test_a_code_means_what_it_meant_on_its_day() -> None:
    before, since = date(2025, 6, 30), date(2025, 7, 1)
    assert [units.province("80", day).name for day in (before, since)] == [  # type: ignore[union-attr]  # both are there
        "Tỉnh Long An",
        "Tỉnh Tây Ninh",
    ]
    assert units.province("02", since) is None
    assert units.FORMER_PROVINCES["02"].became == ("08",)
    assert len(units.FORMER_PROVINCES) == 63
    found = [units.commune(f"{number:05}") for number in range(100_000)]
    communes = [unit for unit in found if unit]
    assert len(communes) == 3321
    assert {unit.within for unit in communes} == {
        code for code in (f"{number:02}" for number in range(100)) if units.province(code)
    }
    assert len({unit.within for unit in communes}) == 34
    former = [units.commune(code, before) for code in (f"{n:05}" for n in range(100_000))]
    known = [unit for unit in former if unit]
    assert len(known) == 10_033
    assert {unit.within for unit in known} == set(units.FORMER_PROVINCES)
    today = {unit.code for unit in communes}
    became = {code for unit in known for code in unit.became}
    assert became <= today
    # Islands that were districts without communes.
    assert len(today - became) == 5
    assert units.commune("00013") is None
    assert units.commune("00013", before).became == ("00004",)  # type: ignore[union-attr]  # it is there
    assert units.was_district_code("001")
    assert not units.was_district_code("000")


def test_a_closed_code_is_known_in_both_forms() -> None:
    assert organisations.closed_since("G14.02") == date(2025, 4, 14)
    assert organisations.closed_since("000.00.00.G14") == date(2025, 4, 14)
    assert organisations.closed_since("H02.01") is None
    told = MappingProxyType({"H02": date(2025, 7, 1)})
    assert organisations.closed_since("H02.01", told) == date(2025, 7, 1)
    # The form says nothing about the day: old data keep their codes.
    assert organisations.is_agency_code("G14.02")
    assert not organisations.is_open_agency_code("G14.02")


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        ((105.85, 21.03), "inside"),  # Hà Nội
        ((111.93, 8.65), "inside"),  # Trường Sa
        ((21.03, 105.85), "swapped"),
        ((587_000.0, 2_325_000.0), "projected"),
        ((2_325_000.0, 587_000.0), "projected"),
        ((2.35, 48.85), "elsewhere"),
        ((0.0, 0.0), "elsewhere"),
        ((105_850_000.0, 21_030_000.0), "nowhere"),
    ],
)
def test_a_pair_of_numbers_is_told_for_what_it_is(pair: tuple[float, float], kind: str) -> None:
    assert positions.kind(*pair) == kind


def test_positions_made_are_inside_and_those_missed_are_not() -> None:
    random = seeded(10)
    assert {positions.kind(*positions.position(random)) for _ in range(SOME)} == {"inside"}
    missed = {positions.kind(*positions.missed(random)) for _ in range(SOME)}
    assert missed == {"swapped", "projected", "elsewhere", "nowhere"}


def test_every_letter_of_tcvn3_stands_once() -> None:
    small = {letter for letter in LETTERS if letter.islower()}
    assert set(legacy.TCVN3.values()) == small | {"Đ"}
    assert len(legacy.TCVN3) == len(small) + 1
    assert legacy.from_tcvn3("Hå s¬ ®Êt ®ai") == "Hồ sơ đất đai"
    # One letter beyond ASCII tells nothing: many a word of another language has one.
    assert legacy.from_tcvn3("ViÖt Nam") is None
    assert legacy.from_tcvn3("日本") is None


def test_texts_of_vni_are_read() -> None:
    assert legacy.from_vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam") == (
        "Cộng hòa xã hội chủ nghĩa Việt Nam"
    )
    assert legacy.from_vni("Ñaëng Vaên Höng") == "Đặng Văn Hưng"
    assert legacy.from_vni("plain") is None


def test_letters_that_only_look_right_are_told() -> None:
    assert legacy.look_alikes("Ðà Nẵng") == ["Ð"]
    assert legacy.look_alikes("Нguyễn Văn А") == ["Н"]  # the last word has no other letter
    assert legacy.look_alikes("Đà Nẵng, Đắk Lắk") == []
    assert legacy.look_alikes("Москва") == []


@pytest.mark.parametrize(
    "address", ["a@b", "o'brien+x@mail.example", '"a b"@x.vn', "a@[192.0.2.1]", "a.b@x-y.vn"]
)
def test_mailboxes_of_rfc_5321(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    "address",
    ["@", "a@", "@b", "not mail@", "a b@x.vn", "a..b@x.vn", "a@-x.vn", "a@x.vn\n", "ă@x.vn"],
)
def test_what_is_no_mailbox(address: str) -> None:
    assert not is_email(address)
