"""Every format tells the same numbers."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from conformance.reports import FORMATS, VIEWS
from conformance.reports.outline import LEVELS, VERDICTS, outline, totals

if TYPE_CHECKING:
    from conformance.reports import Run

Counts = dict[str, dict[str, int]]


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.counts: Counts = {level: {} for level in LEVELS}
        self._at: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "td" and said.get("data-level"):
            self._at = (str(said["data-level"]), str(said["data-verdict"]))

    def handle_data(self, data: str) -> None:
        if self._at:
            level, verdict = self._at
            self.counts[level][verdict] = int(data)
            self._at = None


def _in_html(document: str) -> Counts:
    page = _Cells()
    page.feed(document)
    return page.counts


def _in_junit(document: str) -> Counts:
    said = {
        one.get("name"): one.get("value")
        for one in ET.fromstring(document).iterfind("testsuite/properties/property")  # noqa: S314 - our own output
    }
    return {
        level: {
            verdict: int(str(said[f"counts.{level.lower()}.{verdict}"])) for verdict in VERDICTS
        }
        for level in LEVELS
    }


def _in_markdown(document: str) -> Counts:
    rows = re.findall(r"^\|([^|]+)((?:\| \d+ ){8})\|$", document, re.MULTILINE)
    numbers = [[int(cell) for cell in row.split("|")[1:]] for _, row in rows]
    assert [sum(row[:-1]) for row in numbers] == [row[-1] for row in numbers]
    return {
        level: dict(zip(VERDICTS, row, strict=False))
        for level, row in zip(LEVELS, numbers, strict=True)
    }


def _in_json(document: str) -> Counts:
    counts = json.loads(document)["counts"]
    return {level: {v: counts[level.lower()][v] for v in VERDICTS} for level in LEVELS}


READERS = {"html": _in_html, "junit": _in_junit, "md": _in_markdown, "json": _in_json}


def test_there_is_a_reader_for_each_format() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", FORMATS)
def test_totals_are_equal_in_all_formats(run: Run, name: str, lang: str, view: str) -> None:
    document = FORMATS[name].render(run, lang=lang, view=view)
    assert READERS[name](document) == totals(run.results)


def test_totals_are_the_requirements(run: Run) -> None:
    assert sum(sum(row.values()) for row in totals(run.results).values()) == len(
        run.results["requirements"]
    )


def test_the_parts_of_a_report_hold_each_requirement_once(run: Run) -> None:
    parts = outline(run.results, "vi")
    shown = [
        *(one.requirement["id"] for group in (parts.findings, parts.observations) for one in group),
        *(one.requirement["id"] for group in (parts.waived, parts.errors) for one in group),
        *(one.requirement["id"] for one in parts.open),
        *(one["id"] for one in (*parts.passed, *parts.not_applicable)),
        *(one["id"] for one, _ in parts.attested),
    ]
    assert sorted(shown) == sorted(one["id"] for one in run.results["requirements"])


def test_findings_come_by_impact(run: Run) -> None:
    found = outline(run.results, "en").findings
    assert [one.requirement["impact"] for one in found] == ["critical", "medium"]


def test_one_cause_is_one_finding_however_many_units_show_it(run: Run) -> None:
    (cause,) = outline(run.results, "en").findings[0].causes
    assert len(cause.units) == 10


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_a_pure_function_of_the_run(run: Run, name: str) -> None:
    before = json.dumps(run.results)
    assert FORMATS[name].render(run) == FORMATS[name].render(run)
    assert json.dumps(run.results) == before


@pytest.mark.parametrize("asked", [{"lang": "fr"}, {"view": "secret"}])
def test_an_unknown_language_or_view_is_refused(run: Run, asked: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is one of"):
        FORMATS["html"].render(run, **asked)
