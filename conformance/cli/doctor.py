"""`conformance doctor`: what would spoil a run, and which key of the target file mends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from conformance import opening
from conformance.cli import flaws
from conformance.cli.options import speech_options, target_options, wishes
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode
from conformance.plan import Plan
from conformance.reports.hostile import one_line
from conformance.setup import doctor
from conformance.setup.doctor import Examination
from conformance.text import Text


@click.command(name="doctor")
@click.argument("profiles", nargs=-1, metavar="[PROFILE…]")
@target_options
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(profiles: tuple[str, ...], **given: Any) -> int:
    """Look for what would spoil a run: address, identities, test data, mapping, clock."""
    wish = wishes(given)
    system = opening.load_target(wish.target).system
    plan = opening.plan(profiles or (system or "base",), wish)
    found = doctor.examine(plan)
    if given["as_json"]:
        machine_json(as_json(plan, found))
    else:
        _show(plan, found, given)
    return 0 if found.healthy else int(ExitCode.UNREACHABLE)


def as_json(plan: Plan, found: Examination) -> dict[str, Any]:
    """Return the examination as a document."""
    return {
        "healthy": found.healthy,
        "symptoms": [
            {
                "cause": symptom.cause,
                "key": symptom.key,
                "blocking": symptom.blocking,
                "what": symptom.what.as_json(),
                "mend": symptom.mend.as_json(),
            }
            for symptom in found.symptoms
        ],
        "contract_flaws": flaws.as_json(plan.scene.contract.flaws),
        "mapping": plan.scene.mapping.as_json(),
        "calls": [
            {
                "unit": called.unit,
                "identity": called.identity,
                "status": called.status,
                "why": called.why.as_json() if called.why else None,
            }
            for called in found.calls
        ],
    }


def _show(plan: Plan, found: Examination, given: dict[str, Any]) -> None:
    lang, out = given["lang"], console(no_color=given["no_color"])
    for head, rows in (
        (Text(vi="Lời gọi thử", en="Trial calls"), list(_calls(found, lang))),
        (Text(vi="Ánh xạ", en="Mapping"), list(_mapping(plan))),
    ):
        if rows:
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
            for row in rows:
                table.add_row(*(escape(one_line(cell)) for cell in row))
            out.print(f"[bold]{head.into(lang)}[/bold]")
            out.print(table)
    flaws.tell(plan.scene.contract.flaws, out, lang)
    for symptom in found.symptoms:
        mark = "[red]✗[/red]" if symptom.blocking else "[yellow]![/yellow]"
        what = escape(one_line(symptom.what.into(lang)))
        out.print(f"{mark} [bold]{escape(symptom.key)}[/bold]: {what}")
        out.print(f"  → {escape(one_line(symptom.mend.into(lang)))}", style="dim")
    if found.healthy:
        done = Text(vi="Sẵn sàng chạy kiểm thử.", en="Ready for a run.")
        out.print(f"[green]✓[/green] {done.into(lang)}")


def _calls(found: Examination, lang: str) -> Iterator[tuple[str, str, str]]:
    # Why a call was not made is told once, below, with the key that mends it.
    told = {symptom.what for symptom in found.symptoms}
    below = Text(vi="không gọi được, xem bên dưới", en="not called, see below")
    for called in found.calls:
        said = str(called.status)
        if called.why is not None:
            said = (below if called.why in told else called.why).into(lang)
        yield called.unit, called.identity or "—", said


def _mapping(plan: Plan) -> Iterator[tuple[str, str, str]]:
    mapping = plan.scene.mapping
    for role, unit in mapping.roles.items():
        yield role, unit or "none", mapping.sources.get(role, "")
    for name, places in mapping.fields.items():
        shown = ", ".join(dict.fromkeys(pointer for _, pointer in places)) or "none"
        yield name, shown, mapping.sources.get(name, "")
