"""`conformance report`: one view of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance import finished
from conformance.cli.files import save
from conformance.cli.options import speech_options
from conformance.cli.speech import machine
from conformance.reports import FORMATS, VIEWS


@click.command(name="report")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="html",
    help="dạng báo cáo · format",
)
@click.option("--view", type=click.Choice(VIEWS), default="technical", help="góc nhìn · view")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="tệp (mặc định: in ra) · default: standard output",
)
@speech_options
def command(run: Path, form: str, view: str, output: Path | None, **given: Any) -> int:
    """Render a report of a finished run, whose evidence is checked first."""
    text = FORMATS[form].render(finished.read(run), lang=given["lang"], view=view)
    if output is None:
        machine(text)
    else:
        save(output, text)
    return 0
