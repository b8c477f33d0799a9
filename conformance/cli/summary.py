"""The closing words of a run: what was found, in terms that anybody understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from conformance.reports import words
from conformance.reports.hostile import one_line
from conformance.text import Text

_STYLES = {
    "CONFORMANT": "green",
    "CONFORMANT_WITH_WAIVERS": "yellow",
    "NONCONFORMANT": "red",
    "INCOMPLETE": "yellow",
}
_COLUMNS = ("pass", "attested", "fail", "not_tested", "not_applicable", "waived", "error")
_SHOWN = 8


def summary(results: Mapping[str, Any], lang: str) -> RenderableType:
    """Return the summary for a terminal."""
    verdict = results["verdict"]
    said = words.say(words.CONCLUSIONS, verdict, lang)
    title = said if lang == "en" else f"{said} · {verdict}"
    parts: list[RenderableType] = [
        Panel(
            escape(words.sentence(results, lang)),
            title=f"[bold]{escape(title)}[/bold]",
            border_style=_STYLES[verdict],
            padding=(1, 2),
        ),
        *_untested(results, lang),
        _counts(results, lang),
    ]
    failures = [r for r in results["requirements"] if r["verdict"] == "fail"]
    if failures:
        parts.append(_failures(failures, lang))
    if results["open"]:
        parts.append(_open(results["open"], lang))
    created = results.get("created")
    if created and created["count"]:
        numbers = {**created, "left": len(created["orphans"])}
        said = words.label("made", lang, **numbers)
        parts.append(f"\n{words.label('created', lang)}: {said}")
    return Group(*parts)


def _untested(results: Mapping[str, Any], lang: str) -> Iterator[RenderableType]:
    """Yield what no verdict speaks of: said first, for all else is about the rest."""
    found = [entry for entry in results.get("coverage", ()) if not entry["tested"]]
    if not found:
        return
    head = f"{words.label('untested', lang)} ({len(found)} / {len(results['coverage'])})"
    lines = [f"[yellow]{head}[/yellow]"]
    for entry in found[:_SHOWN]:
        why = escape(one_line(entry["because"][lang]))
        lines.append(f"  {escape(one_line(entry['operation']))} [dim]{why}[/dim]")
    if len(found) > _SHOWN:
        lines.append(f"  … +{len(found) - _SHOWN}")
    yield "\n".join([*lines, ""])


def _counts(results: Mapping[str, Any], lang: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for column in _COLUMNS:
        table.add_column(words.say(words.VERDICTS, column, lang), justify="right")
    for level, counts in results["counts"].items():
        if any(counts.values()):
            table.add_row(level.upper(), *(str(counts[c] or "·") for c in _COLUMNS))
    return table


def _failures(failures: list[Mapping[str, Any]], lang: str) -> Table:
    head = Text(vi="Không đạt", en="Failed").into(lang)
    table = Table(
        title=f"\n[bold]{head}[/bold]",
        title_justify="left",
        box=None,
        show_header=False,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    order = {"MUST": 0, "SHOULD": 1, "MAY": 2}
    for entry in sorted(failures, key=lambda e: order[e["level"]])[:_SHOWN]:
        finding = next(r for r in entry["results"] if r["verdict"] == "fail")
        suffix = "_vi" if lang == "vi" else ""
        expected, observed = finding[f"expected{suffix}"], finding[f"observed{suffix}"]
        said = Text(vi=f"cần {expected}; thấy {observed}", en=f"wanted {expected}; saw {observed}")
        style = "red" if entry["level"] == "MUST" else "yellow"
        table.add_row(
            f"[{style}]{entry['id']}[/{style}]",
            entry["level"],
            f"{escape(entry['title'][lang])}\n[dim]{escape(one_line(said.into(lang)))}[/dim]",
        )
    if len(failures) > _SHOWN:
        table.add_row("…", "", f"+{len(failures) - _SHOWN}")
    return table


def _open(entries: list[Mapping[str, Any]], lang: str) -> Table:
    head = Text(vi="Chưa đủ căn cứ, và cách rẻ nhất để có", en="Open, and the cheapest way on")
    table = Table(
        title=f"\n[bold]{head.into(lang)}[/bold]",
        title_justify="left",
        box=None,
        show_header=False,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    grouped: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        key = entry["reason"], entry["how"][lang]
        grouped.setdefault(key, []).append(entry["requirement"])
    for (reason, how), ids in grouped.items():
        shown = ", ".join(ids[:4]) + (f" +{len(ids) - 4}" if len(ids) > 4 else "")  # noqa: PLR2004  # a line
        table.add_row(shown, words.say(words.REASONS, reason, lang), escape(how))
    return table


def next_steps(folder: Path, lang: str) -> str:
    """Return where the report lies and how to verify the run, for a line that must not wrap."""
    report = Text(vi="Báo cáo", en="Report").into(lang)
    again = Text(vi="Kiểm lại", en="Verify").into(lang)
    return (
        f"\n{report}: {escape(str(folder / 'report.html'))}\n"
        f"{again}: conformance rejudge {escape(str(folder))}"
    )
