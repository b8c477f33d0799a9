"""`conformance rejudge`: every verdict again, from the evidence, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from conformance import engine, opening
from conformance.cli.options import Words, speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode
from conformance.text import Text


@click.command(name="rejudge")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN|BUNDLE")
@click.option(
    "--profile",
    "profiles",
    type=Words(),
    default=(),
    metavar="PROFILE[,PROFILE]",
    help="theo bộ yêu cầu khác · under other profiles",
)
@click.option("--as-of", metavar="DATE", help="theo ngày khác · as of another day")
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(run: Path, profiles: tuple[str, ...], as_of: str | None, **given: Any) -> int:
    """Judge a finished run, or a bundle, again; exit 0 only if every verdict agrees, 5 if not."""
    if not run.is_file():
        return _rejudged(run, profiles, as_of, given)
    from conformance.certificate import bundle  # noqa: PLC0415  # most rejudge a run directory

    with bundle.opened(run) as opened:
        return max(_rejudged(each, profiles, as_of, given) for each in opened.runs)


def _rejudged(
    run: Path, profiles: tuple[str, ...], as_of: str | None, given: dict[str, Any]
) -> int:
    day = opening.day(as_of) if as_of else None
    again = engine.rejudge(run, profile_names=profiles, as_of=day)
    differences = list(again.differences)
    if again.same_profiles:
        differences += engine.summary_differences(run, again.results)
    lang = given["lang"]
    if given["as_json"]:
        document = {"verdict": again.results["verdict"], "differences": differences}
        machine_json(document)
    else:
        out = console(no_color=given["no_color"])
        for line in differences:
            out.print(f"  {escape(line)}", soft_wrap=True)
        out.print(_conclusion(again, differences).into(lang), soft_wrap=True)
    return ExitCode.INVALID if differences and again.same_profiles else ExitCode.OK


def _conclusion(again: engine.Rejudgement, differences: list[str]) -> Text:
    verdict, count = again.results["verdict"], len(differences)
    if not again.same_profiles:
        return Text(
            vi=f"Theo bộ yêu cầu hoặc ngày đã chọn: {verdict}, {count} kết luận thay đổi.",
            en=f"Under the chosen profile or day: {verdict}, {count} verdicts change.",
        )
    if differences:
        return Text(
            vi=f"{count} kết luận KHÔNG khớp với bản ghi.",
            en=f"{count} verdicts do NOT agree with the record.",
        )
    return Text(
        vi=f"Mọi kết luận khớp với bằng chứng: {verdict}.",
        en=f"Every verdict agrees with the evidence: {verdict}.",
    )
