"""Markdown: short enough to post, and what a target sent is text, never markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from conformance.reports import markdown
from conformance.reports.hostile import cell

if TYPE_CHECKING:
    from conformance.reports import Run

TAGS = {"code", "/code", "details", "/details", "summary", "/summary", "sub", "/sub"}


@pytest.mark.parametrize("view", ["executive", "technical", "auditor"])
def test_only_our_own_tags_are_there(run: Run, view: str) -> None:
    document = markdown.render(run, view=view)
    assert set(re.findall(r"<([^>]*)>", document)) <= TAGS
    assert "![" not in document
    assert "](" not in document
    assert "@" not in document
    assert "://" not in document
    document.encode()


def test_every_row_of_a_table_has_as_many_cells_as_its_head(run: Run) -> None:
    for table in re.findall(r"(?:^\|.*\|\n?)+", markdown.render(run), re.MULTILINE):
        assert len({row.count("|") for row in table.strip().splitlines()}) == 1


def test_the_executive_view_leaves_the_details_out(run: Run) -> None:
    assert "<details>" not in markdown.render(run, view="executive")
    assert "<details>" in markdown.render(run)


def test_a_run_with_very_many_findings_still_fits_a_comment(run: Any) -> None:
    first = run.results["requirements"][1]
    run.results["requirements"] += [{**first, "id": f"BASE-AUT-{n}"} for n in range(100, 400)]
    document = markdown.render(run, lang="en")
    assert len(document) < 65_000
    assert "and 262 more" in document


@pytest.mark.parametrize(
    "value", ["a|b", "<b>", "[a](b)", "`x`", "*x*", "_x_", "@you", "#1", "a\nb", "\\|", "&lt;"]
)
def test_a_cell_holds_text_and_nothing_else(value: str) -> None:
    assert not re.search(r"[\\`*\[\]<>!|~@$\n]|#(?!\d+;)|&(?!#\d+;)|\b_|_\b", cell(value))


def test_an_ordinary_value_stays_readable() -> None:
    assert cell("GET /dossiers/{id}: 401, 403 (snake_case)") == (
        "GET /dossiers/{id}: 401, 403 (snake_case)"
    )
