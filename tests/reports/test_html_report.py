"""The page: well-formed, accessible, self-contained, and not to be abused."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from conformance.reports import VIEWS, html, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reports import Run

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Elements in order, and whether each end tag meets its start."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(document)
        self.close()
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *tags: str) -> Iterator[dict[str, str | None]]:
        return (attrs for tag, attrs in self.elements if tag in tags)


@pytest.fixture(params=[(lang, view) for lang in ("vi", "en") for view in VIEWS], ids="-".join)
def document(request: pytest.FixtureRequest, run: Run) -> str:
    lang, view = request.param
    return html.render(run, lang=lang, view=view)


def test_every_element_is_closed(document: str) -> None:
    assert Page(document).unbalanced == []


def test_ids_are_unique_and_links_lead_somewhere(document: str) -> None:
    page = Page(document)
    ids = Counter(attrs["id"] for _, attrs in page.elements if "id" in attrs)
    assert [name for name, times in ids.items() if times > 1] == []
    assert {str(attrs["href"]).removeprefix("#") for attrs in page.all("a")} <= set(ids)
    named = {attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs}
    assert named <= set(ids)


def test_nothing_is_loaded_and_nothing_can_act(document: str) -> None:
    page = Page(document)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "base", "embed"}
    for tag, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on") or name in {"style", "src"}]
        assert tag != "a" or str(attrs["href"]).startswith("#")
    assert "url(" not in document
    assert "@import" not in document


def test_the_policy_allows_the_style_sheet_and_nothing_else(document: str) -> None:
    (policy,) = (
        str(attrs["content"])
        for attrs in Page(document).all("meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    (sheet,) = re.findall(r"<style>(.*?)</style>", document, re.DOTALL)
    digest = b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_headings_do_not_skip_a_level_and_tables_have_headers(document: str) -> None:
    page = Page(document)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.all("th"))


def test_the_language_is_declared(run: Run) -> None:
    for lang in ("vi", "en"):
        (root,) = Page(html.render(run, lang=lang)).all("html")
        assert root["lang"] == lang


def test_hostile_values_are_shown_and_harmless(document: str) -> None:
    text = "".join(Page(document).text)
    assert '<script>alert("x")</script>' in text
    assert "\\u202egnp.exe" in text
    assert "{{ 7*7 }}" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\ud800-\udfff]", document)
    document.encode()


def test_the_verdict_is_in_vietnamese_and_as_its_constant(run: Run) -> None:
    text = " ".join(Page(html.render(run)).text)
    assert "KHÔNG ĐẠT CHUẨN" in text
    assert "NONCONFORMANT" in text


def test_law_and_scheme_are_told_apart(run: Run) -> None:
    page = html.render(run, lang="en")
    assert words.BASES["law"].en in page
    assert words.BASES["scheme"].en in page


@pytest.mark.parametrize(("view", "there"), [("executive", 0), ("technical", 1), ("auditor", 1)])
def test_a_view_shows_the_evidence_that_it_promises(run: Run, view: str, there: int) -> None:
    page = html.render(run, view=view)
    assert ("HTTP/1.1 404 Not Found" in page) == bool(there)
    assert ("curl -i" in page) == bool(there)
    assert (
        len([one for one in Page(page).all("article") if one.get("class") == "evidence"]) == 7
    ) == (view == "auditor")


def test_evidence_that_the_record_lacks_is_said_to_be_missing(run: Run) -> None:
    assert words.LABELS["missing"].vi in html.render(run, view="auditor")


def test_a_long_body_is_cut_and_says_so(run: Any) -> None:
    run.exchanges["u07.12"]["response"]["body"] = {"text": "x" * 50_000}
    page = html.render(run, lang="en")
    assert "x" * 4_001 not in page
    assert "46000 characters left out" in page


@pytest.mark.parametrize("verdict", list(words.CONCLUSIONS))
def test_each_verdict_has_its_page(run: Any, verdict: str) -> None:
    run.results["verdict"] = verdict
    assert words.CONCLUSIONS[verdict].vi in html.render(run)


def test_the_mapping_is_shown_as_a_target_file_says_it(run: Run) -> None:
    text = " ".join(Page(html.render(run, lang="en")).text)
    assert re.search(r"dossier\.applicant_id\s+/applicant/soDinhDanh\s", text)
    assert re.search(r"tax_code\s+none\s", text)


def test_a_run_without_contract_mapping_or_findings_has_a_page(run: Any) -> None:
    run.results |= {
        "contract": None,
        "mapping": {"roles": {}, "fields": {}},
        "requirements": [],
        "open": [],
        "not_certifiable_because": [],
        "counts": {"must": {}, "should": {}, "may": {}},
    }
    text = "".join(Page(html.render(run)).text)
    assert words.LABELS["findings_none"].vi in text
    assert words.LABELS["open_none"].vi in text


def test_colours_of_text_are_told_from_their_ground_in_both_themes() -> None:
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    sheet = (files("conformance.reports") / "templates" / "report.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]
    )
    for theme in (light, light | dark):
        for ink in ("ink", "soft", "link", "good", "bad", "open"):
            for ground in ("paper", "panel", "code"):
                assert _contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
        for tone in ("good", "bad", "open"):
            for ink in (tone, "ink", "soft"):
                assert _contrast(theme[ink], theme[f"{tone}-wash"]) >= 4.5, (ink, tone)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_template_engine_is_not_loaded_before_a_page_is_asked_for() -> None:
    program = "import sys, conformance.reports; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
