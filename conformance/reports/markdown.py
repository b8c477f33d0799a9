"""Markdown for a pull-request comment or a build summary: short, and safe to post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reports.hostile import cell, shortened
from conformance.reports.outline import VERDICTS, outline, totals
from conformance.reports.words import (
    BASES,
    CONCLUSIONS,
    IMPACTS,
    LEVELS,
    REASONS,
    STATUSES,
    label,
    moment,
    phrase,
    say,
    sentence,
)
from conformance.reports.words import VERDICTS as VERDICT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.reports import Run
    from conformance.reports.outline import Cause, Finding, Outline

# Hosting services refuse comments beyond some 65,000 characters: rows are few and short.
_ROWS = {"executive": 15, "technical": 40, "auditor": 200}
_VALUE = 200
_INCIDENTS, _FEW = 5, 20
_BRIEF = 80


def render(run: Run, *, lang: str = "vi", view: str = "technical") -> str:
    """Return the summary; `executive` leaves out how each finding was seen and is mended."""
    results, rows = run.results, _ROWS[view]
    parts = outline(results, lang)
    blocks = [
        *_head(results, lang),
        *_untested(parts, lang, rows),
        *_totals(results, lang),
        *_findings(parts, lang, rows, detailed=view != "executive"),
        *_measured(parts, lang, rows),
        *_open(parts, lang, rows),
        *_attested(parts, lang),
        *_created(results, lang, rows),
        *_foot(results, lang),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(results: Mapping[str, Any], lang: str) -> Iterator[str]:
    verdict, target = results["verdict"], results["target"]
    constant = f" — `{verdict}`" if lang == "vi" else ""
    yield f"## {say(CONCLUSIONS, verdict, lang)}{constant}"
    yield cell(sentence(results, lang))
    profiles = ", ".join(f"{cell(one['id'])} {cell(one['version'])}" for one in results["profiles"])
    yield (
        f"**{label('target', lang)}** {cell(target['id'])} · {_code(target['base_url'])} · "
        f"**{label('profile', lang)}** {profiles} · "
        f"**{label('as_of', lang)}** {cell(moment(results['as_of'], lang))}"
    )


def _untested(parts: Outline, lang: str, rows: int) -> Iterator[str]:
    if not parts.untested:
        return
    yield f"### {label('untested', lang)} ({len(parts.untested)})"
    yield label("untested_lead", lang)
    head = [label("operation", lang), label("why", lang)]
    shown = parts.untested[:rows]
    yield _table(head, [[_code(o["operation"]), cell(phrase(o["because"], lang))] for o in shown])
    if len(parts.untested) > rows:
        yield f"*{label('more', lang, n=len(parts.untested) - rows)}*"


def _totals(results: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"### {label('counts', lang)}"
    head = [label("level", lang), *(say(VERDICT_WORDS, one, lang) for one in VERDICTS)]
    rows = [
        [say(LEVELS, level, lang), *map(str, row.values()), str(sum(row.values()))]
        for level, row in totals(results).items()
    ]
    yield _table([*head, label("total", lang)], rows, numbers_from=1)


def _findings(parts: Outline, lang: str, rows: int, *, detailed: bool) -> Iterator[str]:
    sections = (
        ("findings", parts.findings),
        ("observations", parts.observations),
        ("waived", parts.waived),
        ("errors", parts.errors),
    )
    for name, found in sections:
        if not found:
            continue
        yield f"### {label(name, lang)} ({len(found)})"
        head = ("requirement", "norm", "observed", "seen_at")
        yield _table([label(one, lang) for one in head], [_row(one, lang) for one in found[:rows]])
        if len(found) > rows:
            yield f"*{label('more', lang, n=len(found) - rows)}*"
        if detailed:
            # Where there is much to say, each thing is said shortly.
            incidents = _INCIDENTS if len(found) <= _FEW else 0
            yield from (_detail(one, lang, incidents) for one in found[:rows])


def _row(finding: Finding, lang: str) -> list[str]:
    one, norm = finding.requirement, finding.requirement["norm"]
    causes = finding.causes
    units = [unit for cause in causes for unit in cause.units]
    more = f" {label('more', lang, n=len(units) - 1)}" if len(units) > 1 else ""
    return [
        (
            f"**{cell(one['id'])}** {cell(phrase(one['title'], lang))} "
            f"({say(LEVELS, one['level'], lang)}, {say(IMPACTS, one['impact'], lang).lower()})"
        ),
        (
            f"{cell(phrase(norm['title'], lang))}, {cell(norm['clause'])} "
            f"({cell(say(STATUSES, norm['status'], lang))})"
        ),
        _code(causes[0].observed) if causes and causes[0].observed else "—",
        f"{_code(units[0])}{more}" if units else "—",
    ]


def _detail(finding: Finding, lang: str, incidents: int) -> str:
    one = finding.requirement
    lines = [
        f"<details><summary>{cell(one['id'])}</summary>",
        "",
        f"- {label('basis', lang)}: {say(BASES, one['basis'], lang)}",
        *(_cause(cause, lang, incidents) for cause in finding.causes),
    ]
    if finding.waiver:
        waiver = finding.waiver
        said = f"{phrase(waiver['basis'], lang)}, {waiver['by']}, {label('until', lang)} "
        lines.append(f"- {label('waiver', lang)}: {cell(said + moment(waiver['until'], lang))}")
    if one["mend"]:
        lines.append(f"- {label('mend', lang)}: {cell(phrase(one['mend'], lang))}")
    return "\n".join([*lines, "", "</details>"])


def _cause(cause: Cause, lang: str, incidents: int) -> str:
    told = [
        f"  - {_code(one.place, _BRIEF)} · {_code(one.scenario, _BRIEF)} → {one.status}: "
        f"{_code(one.evidence, _BRIEF)}"
        for one in cause.incidents[:incidents]
    ]
    if told and len(cause.incidents) > incidents:
        told.append(f"  - *{label('more', lang, n=len(cause.incidents) - incidents)}*")
    return "\n".join([_cause_itself(cause, lang), *told])


def _cause_itself(cause: Cause, lang: str) -> str:
    return (
        f"- {label('check', lang)} {_code(cause.check)}: "
        f"{label('expected', lang).lower()} {_code(cause.expected or '—')}, "
        f"{label('observed', lang).lower()} {_code(cause.observed or '—')}; "
        f"{label('evidence', lang).lower()} {_code(', '.join(cause.evidence) or '—')}"
    )


def _measured(parts: Outline, lang: str, rows: int) -> Iterator[str]:
    if not parts.measured:
        return
    yield f"### {label('measured', lang)} ({len(parts.measured)})"
    head = ("requirement", "found", "threshold", "of_how_many", "period")
    yield _table(
        [label(one, lang) for one in head],
        [
            [
                f"**{cell(one.requirement['id'])}** {cell(phrase(one.requirement['title'], lang))}",
                f"{one.found} ({say(VERDICT_WORDS, 'pass' if one.reached else 'fail', lang)})",
                one.threshold,
                f"{one.numerator}/{one.denominator}",
                " – ".join(cell(moment(day, lang)) for day in one.period) or "—",
            ]
            for one in parts.measured[:rows]
        ],
    )
    if len(parts.measured) > rows:
        yield f"*{label('more', lang, n=len(parts.measured) - rows)}*"


def _open(parts: Outline, lang: str, rows: int) -> Iterator[str]:
    if not parts.open:
        return
    yield f"### {label('open', lang)} ({len(parts.open)})"
    yield _table(
        [label(one, lang) for one in ("requirement", "why", "how")],
        [
            [
                (
                    f"**{cell(one.requirement['id'])}** "
                    f"{cell(phrase(one.requirement['title'], lang))} "
                    f"({say(LEVELS, one.requirement['level'], lang)})"
                ),
                cell(say(REASONS, one.reason, lang)),
                cell(phrase(one.how, lang) or phrase(one.because, lang) or "—"),
            ]
            for one in parts.open[:rows]
        ],
    )
    if len(parts.open) > rows:
        yield f"*{label('more', lang, n=len(parts.open) - rows)}*"


def _attested(parts: Outline, lang: str) -> Iterator[str]:
    if not parts.attested:
        return
    yield f"### {label('attested', lang)} ({len(parts.attested)})"
    yield _table(
        [label(one, lang) for one in ("requirement", "by", "date", "valid_until")],
        [
            [
                f"**{cell(one['id'])}** {cell(phrase(one['title'], lang))}",
                cell(said["by"]) if said else "—",
                cell(moment(said["date"], lang)) if said else "—",
                cell(moment(said["until"], lang)) if said else "—",
            ]
            for one, said in parts.attested
        ],
    )


def _created(results: Mapping[str, Any], lang: str, rows: int) -> Iterator[str]:
    created = results.get("created")
    if not created or not created["count"]:
        return
    left = created["orphans"]
    said = label("made", lang, count=created["count"], removed=created["removed"], left=len(left))
    yield f"**{label('created', lang)}** {said}"
    if left:
        yield _table(
            [label("operation", lang), label("address", lang), label("why", lang)],
            [
                [_code(one["operation"]), _code(one["url"]), cell(phrase(one["why"], lang))]
                for one in left[:rows]
            ],
        )
        if len(left) > rows:
            yield f"*{label('more', lang, n=len(left) - rows)}*"


def _foot(results: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"{label('verify_text', lang)} `conformance rejudge RUN`"
    tool = results["tool"]
    yield (
        f"<sub>{cell(tool['name'])} {cell(tool['version'])} · "
        f"{cell(moment(results['finished'], lang))} · "
        f"{label('requests', lang)}: {results['traffic']['requests']} · "
        f"{label('not_a_certificate', lang)}</sub>"
    )


def _code(value: str, longest: int = _VALUE) -> str:
    return f"<code>{cell(shortened(value, longest))}</code>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int = 99) -> str:
    rule = ["---:" if column >= numbers_from else "---" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
