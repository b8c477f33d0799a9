"""One HTML file that needs nothing else: to read, to print, to put on file.

The page holds no script and may load nothing: its policy names the digest of its own style
sheet and forbids the rest, so even a mistake in escaping could not make it act.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance.reports import outline as parts
from conformance.reports import words
from conformance.reports.exchanges import Shown, show
from conformance.reports.hostile import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reports import Run
    from conformance.reports.outline import Outline
    from conformance.text import Text

_BODY = {"executive": 0, "technical": 4_000, "auditor": 20_000}
_VALUE = 2_000
_UNITS = 8
_INCIDENTS = 12
_NOTHING_CREATED: Mapping[str, Any] = {"count": 0, "orphans": []}
_EXCHANGES = 3  # of each cause, in the technical view; the auditor's view has all


def render(run: Run, *, lang: str = "vi", view: str = "technical") -> str:
    """Return the page in `lang`: `executive`, `technical` or `auditor`."""
    results = run.results
    body = parts.outline(results, lang)

    def shown(exchange_id: str) -> Shown | None:
        exchange = run.exchange(exchange_id)
        if exchange is None:
            return None
        return show(exchange, lang, base_url=results["target"]["base_url"], body_limit=_BODY[view])

    sheet = _sheet()
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            r=results,
            created=results.get("created") or _NOTHING_CREATED,
            o=body,
            lang=lang,
            view=view,
            w=words,
            t=partial(words.label, lang=lang),
            say=partial(_say, lang=lang),
            text=partial(_text, lang=lang),
            moment=partial(_moment, lang=lang),
            totals=parts.totals(results),
            verdicts=parts.VERDICTS,
            bars=_bars(results),
            sentence=words.sentence(results, lang),
            shown=shown,
            cited=_cited(results) if view == "auditor" else (),
            value_limit=_VALUE,
            unit_limit=_UNITS,
            exchange_limit=_EXCHANGES,
            incident_limit=_INCIDENTS,
            navigation=_navigation(body),
            sheet=Markup(sheet),  # noqa: S704 - our own file, no value of a run in it
            sheet_digest=b64encode(hashlib.sha256(sheet.encode()).digest()).decode(),
        )
    )


def _say(mapping: Mapping[str, Text], key: str | None, *, lang: str) -> str:
    return words.say(mapping, key, lang)


def _text(value: Any, *, lang: str) -> str:
    return words.phrase(value, lang)


def _moment(value: str, *, lang: str) -> str:
    return words.moment(value, lang)


def _navigation(body: Outline) -> tuple[tuple[str, int | None], ...]:
    """Return the sections that are there, with how much each holds."""
    sections: tuple[tuple[str, int | None, bool], ...] = (
        ("untested", len(body.untested), bool(body.untested)),
        ("tested", None, True),
        ("counts", None, True),
        ("findings", len(body.findings), True),
        ("observations", len(body.observations), bool(body.observations)),
        ("waived", len(body.waived), bool(body.waived)),
        ("errors", len(body.errors), bool(body.errors)),
        ("measured", len(body.measured), bool(body.measured)),
        ("open", len(body.open), True),
        ("passed", len(body.passed), True),
        ("attested", len(body.attested), bool(body.attested)),
        ("not_applicable", len(body.not_applicable), bool(body.not_applicable)),
        ("traffic", None, True),
        ("verify", None, True),
    )
    return tuple((name, number) for name, number, there in sections if there)


def _bars(results: Mapping[str, Any]) -> dict[str, list[tuple[str, float, float]]]:
    """Return for each level the parts of a bar of width 100: verdict, start, width."""
    bars: dict[str, list[tuple[str, float, float]]] = {}
    for level, row in parts.totals(results).items():
        whole, start = sum(row.values()), 0.0
        bars[level] = []
        for verdict, number in row.items():
            if number:
                width = 100 * number / whole
                bars[level].append((verdict, round(start, 3), round(width, 3)))
                start += width
    return bars


def _cited(results: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every exchange that some result rests on, once, in the order of the report."""
    return tuple(
        dict.fromkeys(
            exchange_id
            for requirement in results["requirements"]
            for result in requirement["results"]
            for exchange_id in (
                *result["evidence"],
                *(incident["least"] for incident in result.get("incidents", ())),
            )
        )
    )


@cache
def _sheet() -> str:
    return (files("conformance.reports") / "templates" / "report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever an expression yields goes through here: no value can be forgotten.
        finalize=lambda value: (
            visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
    environment.filters["shortened"] = shortened
    return environment
