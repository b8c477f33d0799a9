"""`conformance profile`: list, show, check and compare profiles, and what they cover."""

from __future__ import annotations

from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from conformance import profile as profiles
from conformance import shipped
from conformance.cli import profile_coverage, profile_diff
from conformance.cli.options import speech_options
from conformance.cli.speech import console
from conformance.errors import ExitCode
from conformance.lint import norms as norms_lint
from conformance.lint import profile as profile_lint
from conformance.text import Text


@click.group(name="profile")
def command() -> None:
    """Show, check and compare profiles."""


command.add_command(profile_coverage.command)
command.add_command(profile_diff.command)


@command.command(name="list")
@speech_options
def list_(**given: Any) -> int:
    """List the shipped profiles."""
    out = console(no_color=given["no_color"])
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for profile_id in shipped.profile_ids():
        found = profiles.read(profile_id)
        table.add_row(
            f"[bold]{found.id}[/bold]",
            found.version,
            str(len(found.requirements)),
            escape(found.title.into(given["lang"])),
        )
    out.print(table)
    return 0


@command.command()
@click.argument("profile")
@speech_options
def show(profile: str, **given: Any) -> int:
    """Show the requirements of a profile, inherited ones included."""
    found = profiles.read(profile)
    out = console(no_color=given["no_color"])
    title = escape(found.title.into(given["lang"]))
    out.print(f"[bold]{found.id}[/bold] {found.version} · {title}")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("ID", "", ""):
        table.add_column(head, no_wrap=bool(head))
    for requirement in found.requirements:
        decided = ", ".join(use.check for use in requirement.uses) or (
            "attested" if requirement.attested else "untested"
        )
        text = escape(requirement.text.into(given["lang"]))
        table.add_row(requirement.id, requirement.level, f"{text}\n[dim]{decided}[/dim]")
    out.print(table)
    return 0


@command.command()
@click.argument("profile")
@speech_options
def lint(profile: str, **given: Any) -> int:
    """Check a profile: shape, checks, parameters, norms, wording; `norms` is their register."""
    found = norms_lint.lint() if profile == "norms" else profile_lint.lint(profile)
    out = console(no_color=given["no_color"])
    for place, text in found:
        out.print(f"{escape(place)}: {escape(text.into(given['lang']))}", soft_wrap=True)
    if not found:
        out.print(Text(vi="Không có gì phải sửa.", en="Nothing to mend.").into(given["lang"]))
    return ExitCode.NOT_CONFORMANT if found else ExitCode.OK
