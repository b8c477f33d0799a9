"""Every fault and near-miss says in Vietnamese what it is."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import yaml
from together import together

from conformance.sandbox import variations

EVERY = variations.every()
TEXTS = variations.in_vietnamese()
FILE = Path(variations.__file__).with_name("vi.yaml")


def test_each_variation_has_a_text_and_each_text_a_variation() -> None:
    assert set(TEXTS) == set(EVERY)


def test_no_id_stands_twice() -> None:
    root = yaml.compose(FILE.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    ids = [key.value for key, _ in root.value]
    assert ids == sorted(set(ids))


@together("name", EVERY)
def test_each_text_is_a_composed_sentence_of_its_own(name: str) -> None:
    text = TEXTS[name]
    assert unicodedata.is_normalized("NFC", text)
    assert text == " ".join(text.split())
    assert text.endswith(".")
    assert text != EVERY[name].description


@together("name", EVERY)
def test_both_languages_cite_the_same(name: str) -> None:
    cited = re.compile(r"RFC \d+|UAX \d+|TCVN \d+|\b\d+(?:\.\d+)+\b|`[^`]*`|\b[1-5]\d\d\b")
    english = EVERY[name].description
    assert sorted(cited.findall(TEXTS[name])) == sorted(cited.findall(english))


def test_what_nobody_translated_is_told_in_english() -> None:
    added = replace(EVERY["allow_missing"], id="not_translated_yet")
    assert added.as_json()["description_vi"] == added.description
