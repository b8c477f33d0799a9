"""`conformance run`: the main job."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from conformance import engine, finished, opening
from conformance.cli import flaws
from conformance.cli.options import speech_options, target_options, wishes
from conformance.cli.speech import console, machine_json
from conformance.cli.summary import next_steps, summary
from conformance.engine import Session
from conformance.errors import ExitCode, StoppedError
from conformance.judge import Finding
from conformance.plan import Item
from conformance.text import Text
from conformance.verdict import Verdict


@click.command(name="run")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE…")
@target_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    metavar="DIR",
    envvar="CONFORMANCE_OUT",
    help="nơi lưu kết quả · where runs are kept",
)
@click.option(
    "--fail-on",
    type=click.Choice(["must", "should", "never"]),
    default="must",
    envvar="CONFORMANCE_FAIL_ON",
    help="mức khiến mã thoát là 1 · the level that exits 1",
)
@click.option(
    "--require",
    type=click.Choice(["conformant"]),
    envvar="CONFORMANCE_REQUIRE",
    help="chưa đủ căn cứ cũng là mã thoát 4 · INCOMPLETE exits 4 even where accepted",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1, max=64),
    default=1,
    envvar="CONFORMANCE_WORKERS",
    help="số thao tác đọc được hỏi cùng lúc · operations read at the same time",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="chạy tiếp lượt chạy dở trong thư mục này · go on with the unfinished run in this folder",
)
@click.option("--json", "as_json", is_flag=True, help="in results.json · print results.json")
@click.option("--quiet", "-q", is_flag=True, help="không in gì · print nothing")
@speech_options
def command(profiles: tuple[str, ...], **given: Any) -> int:
    """Test a system against profiles and write a run directory."""
    silent = given["quiet"] or given["as_json"]
    screen = console(no_color=given["no_color"], quiet=silent)
    resumed: Path | None = given["resume"]
    results = None if resumed is None else engine.complete(resumed)
    if resumed is None or results is None:
        resumed, results = _run(profiles, given, screen)
    finished.write_html(resumed, given["lang"])
    if given["as_json"]:
        machine_json(results)
    screen.print(summary(results, given["lang"]))
    screen.print(next_steps(resumed, given["lang"]), soft_wrap=True)
    return exit_code(results, fail_on=given["fail_on"], require=given["require"])


def _run(
    profiles: tuple[str, ...], given: dict[str, Any], screen: Console
) -> tuple[Path, dict[str, Any]]:
    """Return the folder and the results of a run, a new one or one that goes on."""
    wished, resumed = wishes(given), given["resume"]
    plan = opening.plan(profiles, opening.as_before(wished, resumed) if resumed else wished)
    flaws.tell(plan.scene.contract.flaws, screen, given["lang"])
    folders: list[Path] = []
    # As pipelines stop a job.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        session = engine.open_session(plan, given["out"], resumed=resumed, made=folders.append)
        try:
            _settle(session, screen, given["lang"], given["workers"])
            results = session.finish()
        finally:
            session.close()
    except KeyboardInterrupt:
        if not folders:
            raise
        raise _stopped(folders[0]) from None
    if session.halted is not None:
        # Plain, because it may quote what the target said.
        screen.print(session.halted.into(given["lang"]), style="yellow", markup=False)
    return session.folder, results


def _stopped(folder: Path) -> StoppedError:
    return StoppedError(
        Text(
            vi="đã dừng theo yêu cầu; lượt chạy dang dở không có kết luận",
            en="stopped as asked; an unfinished run has no verdict",
        ),
        mend=Text(
            vi=f"chạy tiếp: lặp lại lệnh này với `--resume {folder}`",
            en=f"to go on, give the same command with `--resume {folder}`",
        ),
    )


def exit_code(results: dict[str, Any], *, fail_on: str = "must", require: str | None = None) -> int:
    """Return the promised exit code of a run's results."""
    basis = results["exit_basis"]
    if basis == "error":
        return ExitCode.INTERNAL
    if fail_on == "should" and results["counts"]["should"]["fail"]:
        return ExitCode.NOT_CONFORMANT
    if basis == "failed":
        return ExitCode.OK if fail_on == "never" else ExitCode.NOT_CONFORMANT
    if basis == "open" or (basis == "accepted_open" and require == "conformant"):
        return ExitCode.INCOMPLETE
    return ExitCode.OK


def _settle(session: Session, screen: Console, lang: str, workers: int) -> None:
    asking = Text(vi="đang hỏi", en="asking").into(lang)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn(
            Text(
                vi="{task.fields[requests]} yêu cầu · {task.fields[failed]} không đạt",
                en="{task.fields[requests]} requests · {task.fields[failed]} failed",
            ).into(lang)
        ),
    )
    failed: set[str] = set()
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task(asking, total=len(session.plan.items), requests=0, failed=0)

        def told(item: Item, found: list[Finding]) -> None:
            if any(finding.verdict is Verdict.FAIL for finding in found):
                failed.add(item.requirement.id)
            progress.update(
                task,
                advance=1,
                requests=session.requests,
                failed=len(failed),
                description=f"{asking} {item.requirement.id}",
            )

        engine.run_all(session, workers=workers, told=told)
