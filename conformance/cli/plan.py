"""`conformance plan`: what would be asked; nothing is sent."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from conformance import opening
from conformance.cli import flaws
from conformance.cli.options import speech_options, target_options, wishes
from conformance.cli.speech import console, machine_json
from conformance.plan import Plan, costs
from conformance.reports import words
from conformance.text import Text
from conformance.verdict import Verdict


@click.command(name="plan")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE…")
@target_options
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(profiles: tuple[str, ...], **given: Any) -> int:
    """Show what would be asked, how much, and which MUSTs cannot be decided."""
    plan = opening.plan(profiles, wishes(given))
    lang = given["lang"]
    if given["as_json"]:
        machine_json(as_json(plan))
        return 0
    out = console(no_color=given["no_color"])
    out.print(
        Text(
            vi=f"{len(plan.requirements())} yêu cầu, {len(plan.items)} mục,"
            f" nhiều nhất {costs.at_most(plan)} yêu cầu HTTP (chưa kể lần lặp lại để xác nhận).",
            en=f"{len(plan.requirements())} requirements, {len(plan.items)} items,"
            f" at most {costs.at_most(plan)} HTTP requests (repetitions to confirm apart).",
        ).into(lang)
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in (
        Text(vi="Yêu cầu", en="Requirement"),
        Text(vi="Mức", en="Level"),
        Text(vi="Đơn vị", en="Units"),
        Text(vi="Tác động", en="Safety"),
        Text(vi="Biết trước", en="Known beforehand"),
    ):
        table.add_column(head.into(lang))
    for row in as_json(plan)["requirements"]:
        known = row["known"] or {}
        style = "yellow" if known.get("verdict") == Verdict.NOT_TESTED else "dim"
        said = words.say(words.VERDICTS, known.get("verdict"), lang) if known else ""
        because = escape((known.get("because") or {}).get(lang, ""))
        told = f"[{style}]{said}: {because}[/{style}]" if said else ""
        table.add_row(row["id"], row["level"], str(row["units"]), "/".join(row["safety"]), told)
    out.print(table)
    flaws.tell(plan.scene.contract.flaws, out, lang)
    return 0


def as_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as a document: per requirement its units, safety and what is known."""
    units = Counter(item.requirement.id for item in plan.items)
    rows: list[dict[str, Any]] = []
    for requirement in plan.requirements():
        items = [item for item in plan.items if item.requirement is requirement]
        presets = [item.preset for item in items if item.preset] + [
            asked.preset for item in items for asked in item.asked if asked.preset
        ]
        open_ones = [p for p in presets if p.verdict is Verdict.NOT_TESTED]
        known = next(iter(open_ones or presets), None)
        safety = sorted({asked.check.safety for item in items for asked in item.asked})
        rows.append(
            {
                "id": requirement.id,
                "level": items[0].level,
                "units": units[requirement.id],
                "safety": safety,
                "checks": sorted({asked.case for item in items for asked in item.asked}),
                "known": {
                    "verdict": str(known.verdict),
                    "reason": str(known.reason) if known.reason else None,
                    "because": known.because.as_json(),
                }
                if known
                else None,
            }
        )
    return {
        "requests_at_most": costs.at_most(plan),
        "items": len(plan.items),
        "contract_flaws": flaws.as_json(plan.scene.contract.flaws),
        "must_undecidable": [
            row["id"]
            for row in rows
            if row["level"] == "MUST" and (row["known"] or {}).get("verdict") == Verdict.NOT_TESTED
        ],
        "requirements": rows,
    }
