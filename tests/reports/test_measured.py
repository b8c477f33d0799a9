"""Measured shares are shown with what they were taken from, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.reports import html, markdown
from conformance.reports.outline import outline

if TYPE_CHECKING:
    from conformance.reports import Run

MEASURED = {
    "found": 0.8611,
    "threshold": 0.5,
    "numerator": 31,
    "denominator": 36,
    "period": {"from": "2025-09-01", "to": "2025-09-27"},
}


@pytest.fixture
def measured(run: Any) -> Run:
    run.results["requirements"][0]["results"][0]["measured"] = MEASURED
    return run


@pytest.mark.parametrize(
    ("lang", "share", "day"), [("vi", "86,11 %", "01/09/2025"), ("en", "86.11 %", "2025-09-01")]
)
def test_the_numbers_are_there(measured: Run, lang: str, share: str, day: str) -> None:
    for said in (markdown.render(measured, lang=lang), html.render(measured, lang=lang)):
        assert share in said
        assert "50 %" in said
        assert "31/36" in said
        assert day in said


def test_without_a_period_a_dash_stands_there(measured: Any) -> None:
    entry = measured.results["requirements"][0]["results"][0]
    entry["measured"] = {**MEASURED, "period": None}
    (found,) = outline(measured.results, "en").measured
    assert found.period == ()
    assert "| 31/36 | — |" in markdown.render(measured, lang="en")


def test_where_nothing_was_measured_nothing_is_said(run: Run) -> None:
    assert outline(run.results, "vi").measured == ()
    assert "Chỉ số đo được" not in markdown.render(run)
    assert 'id="measured"' not in html.render(run)
