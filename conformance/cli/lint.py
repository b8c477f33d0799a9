"""`conformance lint`: the quality of a contract document alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance import opening
from conformance.cli.options import speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode
from conformance.lint import contract as contract_lint
from conformance.lint.contract import Finding, Linted
from conformance.text import Text

_STYLES = {"MUST": "red", "SHOULD": "yellow", "MAY": "dim"}


@click.command(name="lint")
@click.argument("contract", metavar="CONTRACT")
@click.option(
    "--profile",
    default="base",
    envvar="CONFORMANCE_PROFILE",
    metavar="PROFILE",
    help="bộ yêu cầu · the profile (base)",
)
@click.option(
    "--level",
    type=click.Choice(["must", "should", "may"]),
    default="may",
    help="từ mức này trở lên · this level and above",
)
@click.option(
    "--as-of",
    envvar="CONFORMANCE_AS_OF",
    metavar="DATE",
    help="xét theo quy định có hiệu lực ngày này · norms in force on this day",
)
@click.option(
    "--before",
    metavar="CONTRACT",
    help="đặc tả trước đó, để tìm thay đổi làm hỏng bên gọi · the contract before this one",
)
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(contract: str, **given: Any) -> int:
    """Show what is wrong with a contract, a file or URL; no system is asked anything."""
    found = contract_lint.lint(
        contract,
        given["profile"],
        as_of=opening.day(given["as_of"]),
        level=given["level"].upper(),
        before=given["before"],
    )
    if given["as_json"]:
        machine_json(found.as_json())
    else:
        _tell(found, console(no_color=given["no_color"]), given["lang"])
    return ExitCode.NOT_CONFORMANT if found.findings else ExitCode.OK


def _tell(found: Linted, out: Console, lang: str) -> None:
    for finding in found.findings:
        for line in _lines(found, finding, lang):
            out.print(line, soft_wrap=True)
    for name, because in found.undecided:
        said = Text(vi="chưa kết luận", en="undecided").into(lang)
        out.print(f"[dim]{name} {said}: {escape(because.into(lang))}[/dim]", soft_wrap=True)
    places = sum(len(finding.offenders) for finding in found.findings)
    broken = len({finding.requirement for finding in found.findings})
    out.print(
        Text(
            vi=f"{found.requirements} yêu cầu được xét, {broken} không đạt, {places} chỗ cần sửa.",
            en=f"Requirements looked at: {found.requirements}; broken: {broken}; places: {places}.",
        ).into(lang)
    )


def _lines(found: Linted, finding: Finding, lang: str) -> Iterator[str]:
    style = _STYLES[finding.level]
    head = f"[bold {style}]{finding.level} {finding.requirement}[/bold {style}]"
    yield f"{head} {escape(finding.text.into(lang))}"
    for offender in finding.offenders:
        line = finding.lines.get(offender.pointer)
        # FILE:LINE as compilers write it, so that editors can jump there.
        at = f"{Path(found.contract)}:{line}: " if line else ""
        told = f"{at}{offender.pointer}: {offender.what.into(lang)}"
        yield f"  {escape(told)}"
