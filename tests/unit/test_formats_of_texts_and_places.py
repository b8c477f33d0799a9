"""Vietnamese text and positions: what is refused, and what only looks as if it should be."""

from __future__ import annotations

import json
import math
import unicodedata
from random import Random
from typing import Any

import pytest
from making import contract, exchange

from conformance.checks.formats.declared import values_have_their_formats
from conformance.formats import legacy, positions, texts, units
from conformance.formats.coordinates import is_position, is_projected
from conformance.formats.positions import Zone
from conformance.formats.syllables import is_syllable
from conformance.formats.vietnamese import LETTERS
from conformance.privacy import hidden
from conformance.privacy.hidden import INTEGER, REAL
from conformance.verdict import NotTested, Reason, Violation


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Phường Hoà Cường, phường Hòa Cường",
        # Icelandic, Old English, a sound of English.
        "Guðrún Þórðardóttir, ÞÓRÐUR",
        "/ðə/ /ði/ /ðoʊ/",
        # Languages of the country; some letters have no composed form.
        "Čư M'gar, Buôn Ƀuôr, kơ\u0306, ŏ, ĕ, ñ, Bơhnar",
        # French, Portuguese, Swedish, Norwegian, all in Latin-1.
        "Le pays thaï où Loïc haït Caïn",
        "São João, Ação, Mª José, 1ª",
        "på så må då; poäng",
        "Vi må gå nå",
        # Units, marks, quotation.
        "5 µm × 3 µm, ½ N·m, «a» Windows® ©",
        "5 kΩ, α-tocopherol, ГОСТ 5781, Τ = 5",
        "Москва, Владимир; хорошо\u0301",
        "Ðakrông",  # of no word is it known what it should be
        "H\u00e5",
        "???",
    ],
)
def test_what_is_text(text: str) -> None:
    assert texts.is_text(text)


@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFD", "Hà Nội"),
        "Hà Nội".encode().decode("latin-1"),
        "H\ufffd Nội",
        "Ðà Nẵng",
        "\u0189ồng Nai",
        "tỉnh Ðăk Lăk",
        "\u00f0ường",
        "1/QÐ-TTg",
        "Нguyễn",
        "Кhông",
        "hоa",  # a Cyrillic o
        "Hå s¬ ®Êt ®ai",
        "cÊp giÊy phÐp",
        "Coäng hoøa xaõ hoäi",
        "COÄNG HOØA XAÕ HOÄI",
        "\ud83d",
    ],
)
def test_what_is_damaged(text: str) -> None:
    assert not texts.is_text(text)


def test_every_letter_is_made() -> None:
    random = Random(1)  # noqa: S311  # texts to test with, no secrets
    assert set("".join(texts.text(random) for _ in range(20_000))) >= LETTERS


def test_names_of_places_are_spelt_as_syllables_or_of_other_languages() -> None:
    names = {
        word
        for number in range(100_000)
        if (unit := units.commune(f"{number:05}"))
        for word in unit.name.replace("'", " ").replace("-", " ").split()
        if word.isalpha()
    }
    others = {word for word in names if not is_syllable(word)}
    assert len(names) > 1000
    assert len(others) < 0.1 * len(names)
    assert {"Đăk", "Krông", "Ea", "Kon"} <= others


SYLLABLES = (
    "hoà hòa quốc giường gìn giếng nghiêng khuya quýt quỳnh kỹ ký yêu ý quyển huynh Đặng UYÊN"
)
OTHERS = "ka cê ngiêng hac viêt đặnh zô fa ểể that að norður café crème"


def test_syllables() -> None:
    for word in SYLLABLES.split():
        assert is_syllable(word), word
        assert is_syllable(unicodedata.normalize("NFD", word)), word
    assert [word for word in OTHERS.split() if is_syllable(word)] == []


def test_words_are_told_by_what_they_should_be() -> None:
    assert legacy.look_alikes("Guðrún Ðà kΩ") == ["Ð"]
    assert legacy.look_alikes("12/QÐ-TTg, ÐT") == ["Ð"]


# --- positions ------------------------------------------------------------------------------------


# By PROJ 9 (cs2cs), from longitude and latitude of EPSG:4756.
@pytest.mark.parametrize(
    ("zone", "place", "metres"),
    [
        (Zone(104.75, 0.9999), (105.8342, 21.0278), (612_697.581, 2_326_304.827)),  # EPSG:9208
        (Zone(105.0, 0.9996), (105.8342, 21.0278), (586_683.642, 2_325_450.786)),  # EPSG:3405
        (Zone(111.0, 0.9996), (109.2, 13.78), (305_404.534, 1_524_123.882)),  # EPSG:3406
        (Zone(108.0, 0.9999), (107.2, 8.7), (411_968.404, 962_066.867)),  # EPSG:5898
        (Zone(105.0, 0.9996), (102.2, 22.4), (211_717.189, 2_479_788.191)),  # EPSG:3405
    ],
)
def test_metres_are_those_of_proj(
    zone: Zone, place: tuple[float, float], metres: tuple[float, float]
) -> None:
    assert positions.projected(*place, zone) == pytest.approx(metres, abs=3)


@pytest.mark.parametrize(
    "value", [[105, 21], [102, 6], [118.0, 24.0], [111.6, 16.5, 3], [111.9, 8.6, 1.5, 7]]
)
def test_positions(value: list[Any]) -> None:
    assert is_position(value)


@pytest.mark.parametrize(
    "value",
    [
        *([], [105], [21, 105], [0, 0], ["105", "21"], [True, 21], [None, 21], [[105, 21]]),
        *([105, math.nan], [105, 21, math.inf], [105, 21, "4"], [612_697.58, 2_326_304.83]),
    ],
)
def test_no_positions(value: list[Any]) -> None:
    assert not is_position(value)


@pytest.mark.parametrize(
    ("value", "narrow", "wide"),
    [
        ([500_000, 2_000_000], True, True),
        ([707_000.0, 2_227_000.0], True, True),  # Bạch Long Vĩ by the meridian of Hải Phòng
        ([211_717.19, 2_479_788.19], False, True),
        ([2_000_000, 500_000], False, False),
        ([18_500_000, 2_000_000], False, False),
        ([500_000, 12_000_000], False, False),
        ([105.8, 21.0], False, False),
        ([500_000, math.nan], False, False),
    ],
)
def test_projected_positions(value: list[Any], narrow: bool, wide: bool) -> None:  # noqa: FBT001  # a row
    assert is_projected(value, (250_000.0, 750_000.0)) is narrow
    assert is_projected(value, (165_000.0, 835_000.0)) is wide


# --- in answers -----------------------------------------------------------------------------------

DECLARED = contract(
    {
        "/x": {
            "get": {
                "operationId": "x",
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "name": {"type": "string", "format": "vn-text"},
                                        "place": {"type": "array", "format": "vn-position"},
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    }
)


def judged(body: dict[str, Any], tokens: dict[str, Any] | None = None) -> None:
    facts = {} if tokens is None else {"body_tokens": True, "tokens": tokens}
    shown = exchange(body=json.dumps(body).encode(), **facts)
    (operation,) = DECLARED.operations
    values_have_their_formats(shown, operation, DECLARED)


def test_answers_are_held_to_what_is_declared() -> None:
    judged({"name": "Đà Nẵng", "place": [108.2, 16.05]})
    judged({"name": "", "place": [108.2, 16.05, 4]})
    for wrong in ({"name": "Ðà Nẵng"}, {"place": [16.05, 108.2]}, {"place": ["108.2", "16.05"]}):
        with pytest.raises(Violation):
            judged(wrong)


def test_hidden_answers_are_held_to_what_the_door_noted() -> None:
    token = "~personal.aaaaaaaaaaaa~"  # stands for a name
    for name in ("Đà Nẵng", "plain"):
        judged({"name": token}, {token: hidden.facts_of_text(name)})
    for name in ("Ðà Nẵng", "Hå s¬ ®Êt ®ai", "12/QÐ-TTg"):
        with pytest.raises(Violation):
            judged({"name": token}, {token: hidden.facts_of_text(name)})
    # No array, so the format has nothing to say.
    judged({"place": token}, {token: hidden.facts_of_text("108.2, 16.05")})
    number = f"{REAL}aaaaaaaaaaaa~"
    with pytest.raises(NotTested):
        judged({"place": [number, 16.05]}, {number: hidden.facts_of_number("108.2")})


# --- hidden ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [INTEGER, REAL])
def test_a_hidden_number_is_never_measured(start: str) -> None:
    number = hidden.of(f"{start}aaaaaaaaaaaa~", {"type": "number", "length": 3})
    for value in ([number, 21.0], [105.0, number], [105.0, 21.0, number]):
        with pytest.raises(NotTested) as raised:
            is_position(value)
        assert raised.value.reason is Reason.REDACTED
    # Not by way of the float before it, which would take it for the nought that it holds.
    for pair in ((number, 21.0), (105.0, number)):
        with pytest.raises(NotTested):
            positions.VIET_NAM.holds(*pair)
