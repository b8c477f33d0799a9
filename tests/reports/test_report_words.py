"""The wording: complete in both languages, composed, and all of it used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from importlib.resources import files

import pytest
from together import together

from conformance.reports import words
from conformance.text import Text

TABLES = {
    name: table
    for name, table in vars(words).items()
    if isinstance(table, Mapping) and not name.startswith("__")
}
ENTRIES: dict[str, Text] = {
    f"{name}.{key}": entry for name, table in TABLES.items() for key, entry in table.items()
}


@together("name", ENTRIES)
def test_each_wording_is_there_in_both_languages_and_composed(name: str) -> None:
    entry = ENTRIES[name]
    for wording in (entry.vi, entry.en):
        assert wording.strip() == wording != ""
        assert unicodedata.is_normalized("NFC", wording)
    assert _fields(entry.vi) == _fields(entry.en)


def _fields(wording: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", wording))


def test_every_label_is_asked_for_and_every_one_asked_for_is_there() -> None:
    package = files("conformance.reports")
    template = (package / "templates" / "report.html.j2").read_text("utf-8")
    modules = ("html", "junit", "markdown", "exchanges")
    code = "".join((package / f"{name}.py").read_text("utf-8") for name in modules)
    asked = set(re.findall(r'\bt\("(\w+)"[,)]', template)) | set(
        re.findall(r"""label\(["'](\w+)["']""", code)
    )
    assert asked <= set(words.LABELS)
    said = set(re.findall(r"""["'](\w+)["']""", template + code))
    unused = {key for key in words.LABELS if key not in said}
    assert {key for key in unused if not key.startswith("view_") and not key.endswith("_lead")} == (
        set()
    )


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("2026-11-21", "21/11/2026", "2026-11-21"),
        (
            "2026-11-21T17:15:00+07:00",
            "17:15:00 21/11/2026 UTC+07:00",
            "2026-11-21 17:15:00 UTC+07:00",
        ),
        ("2026-11-21T10:15:00Z", "10:15:00 21/11/2026 UTC", "2026-11-21 10:15:00 UTC"),
        ("2026-11-21T10:15:00", "10:15:00 21/11/2026", "2026-11-21 10:15:00"),
        ("hôm qua", "hôm qua", "hôm qua"),
    ],
)
def test_a_time_is_written_as_people_write_it(value: str, vi: str, en: str) -> None:
    assert words.moment(value, "vi") == vi
    assert words.moment(value, "en") == en
