"""`conformance selftest`: the suite proves itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from conformance import selftest
from conformance.cli.options import Words, speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode
from conformance.generation.depth import DEPTHS
from conformance.selftest import Outcome
from conformance.text import Text

MODES = ("kill", "spare", "clean")


@click.command(name="selftest")
@click.argument("systems", nargs=-1, metavar="[SYSTEM]…")
@click.option("--mode", type=click.Choice(MODES), help="mặc định: cả ba · default: all three")
@click.option("--jobs", type=click.IntRange(min=1), default=2, help="số lượt song song · at once")
@click.option(
    "--only",
    type=Words(),
    default=(),
    metavar="ID[,ID]",
    help="chỉ các lỗi mẫu này · only these variations",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="chỉ mỗi biến thể thứ N · each N-th variation only, for a quick look",
)
@click.option(
    "--narrow",
    is_flag=True,
    help="clean: mỗi biến thể chỉ hỏi điều nó gần phạm · ask each what it is near to",
)
@click.option(
    "--depth",
    type=click.Choice(list(DEPTHS)),
    help="mặc định: standard cho lỗi chỉ lộ ra khi sinh yêu cầu, còn lại quick · "
    "default: standard for what shows in generated traffic only, else quick",
)
@click.option("--list", "listing", is_flag=True, help="liệt kê lỗi mẫu · list the variations")
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(systems: tuple[str, ...], **given: Any) -> int:
    """Prove that each fault is caught and each near-miss spared."""
    lang = given["lang"]
    out = console(no_color=given["no_color"], quiet=given["as_json"])
    if given["listing"]:
        _listed(out, lang, as_json=given["as_json"])
        return 0
    outcomes: list[Outcome] = []
    for system in systems or selftest.systems(given["only"]) or [selftest.FIRST_SYSTEM]:
        for mode in [given["mode"]] if given["mode"] else MODES:
            with out.status(f"{system} · {mode}") as status:
                outcomes.append(
                    selftest.run(
                        system,
                        mode,
                        jobs=given["jobs"],
                        only=given["only"],
                        every=given["every"],
                        narrow=given["narrow"],
                        depth=given["depth"],
                        progress=_telling(status, system, mode),
                    )
                )
            out.print(_said(system, outcomes[-1], lang), soft_wrap=True)
    if given["as_json"]:
        documents = [outcome.as_json() for outcome in outcomes]
        only_one = documents[0] if len(documents) == 1 else documents
        machine_json(only_one)
    good = all(outcome.succeeded for outcome in outcomes)
    return ExitCode.OK if good else ExitCode.NOT_CONFORMANT


def _listed(out: Console, lang: str, *, as_json: bool) -> None:
    """Print the faults and near-misses, for people or for a program."""
    known = selftest.known_variations()
    if as_json:
        machine_json([_variation(each) for each in known])
        return
    described = "description" if lang == "en" else "description_vi"
    for each in known:
        out.print(f"[bold]{each['id']}[/bold] · {each['kind']} · {escape(each[described])}")


def _variation(each: Mapping[str, Any]) -> dict[str, Any]:
    told = {"vi": each["description_vi"], "en": each["description"]}
    kept = ("id", "kind", "system", "layer", "breaks", "also", "spares")
    return {**{key: each[key] for key in kept}, "description": told}


def _telling(status: Status, system: str, mode: str) -> Any:
    def tell(name: str) -> None:
        status.update(f"{system} · {mode} · {name}")

    return tell


def _said(system: str, outcome: Outcome, lang: str) -> str:
    mark = "[green]✓[/green]" if outcome.succeeded else "[red]✗[/red]"
    head = f"{mark} {system} · {outcome.mode}: "
    if outcome.mode == "clean":
        body = Text(
            vi=f"{outcome.clean} biến thể hợp lệ, {len(outcome.false_alarms)} báo động sai",
            en=f"{outcome.clean} legal variants, {len(outcome.false_alarms)} false alarms",
        )
    else:
        body = Text(
            vi=f"bắt được {outcome.killed}/{outcome.faults} lỗi mẫu",
            en=f"{outcome.killed} of {outcome.faults} faults killed",
        )
    lines = [head + body.into(lang)]
    for name, values in (
        ("survived", outcome.survived),
        ("undeclared", outcome.undeclared),
        ("stale", outcome.stale),
        ("false alarms", [f"{n}: {', '.join(r)}" for n, r in outcome.false_alarms.items()]),
        ("unproven", outcome.unproven),
    ):
        lines += [f"    {name}: {escape(str(value))}" for value in values]
    return "\n".join(lines)
