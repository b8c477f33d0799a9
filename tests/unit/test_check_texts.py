"""Every check and law of ours is explained in Vietnamese."""

import re
import unicodedata
from pathlib import Path

from together import together

from conformance import check, checks, documents

OURS = {
    name: found
    for name, found in check.every().items()
    if found.ask.__module__.startswith("conformance.checks.")
}
# The strict reader refuses an id that stands twice.
TEXTS = documents.read(Path(checks.__file__).with_name("vi.yaml"))


def test_each_check_has_a_text_and_each_text_a_check() -> None:
    assert set(TEXTS) == set(OURS)
    assert list(TEXTS) == sorted(TEXTS)


@together("name", OURS)
def test_each_text_is_composed_and_shown(name: str) -> None:
    text = TEXTS[name]
    assert unicodedata.is_normalized("NFC", text)
    assert text == " ".join(text.split())
    assert text.endswith(".")
    assert OURS[name].documentation("vi") == text


@together("name", OURS)
def test_both_languages_cite_the_same_sections(name: str) -> None:
    assert _sections(OURS[name].documentation("vi")) == _sections(OURS[name].documentation("en"))


def _sections(text: str) -> set[str]:
    """Return the documents and numbered sections that a text cites."""
    words = " ".join(text.split())
    return set(re.findall(r"RFC \d+|ASVS [\d.]+\d|UAX \d+|API\d+:\d+|\b\d+(?:\.\d+){1,2}\b", words))
