"""`conformance profile diff`: two profiles, or one on two days, and what that changes for runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance import amendments, hindsight, opening
from conformance import profile as profiles
from conformance.amendments import Amendments, Change
from conformance.cli.options import speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode
from conformance.hindsight import Reviewed, Rules
from conformance.profile import Requirement
from conformance.reports import words
from conformance.text import Text

_AT_A_DAY = re.compile(r"(?P<profile>.+)@(?P<day>[^@/\\]+)", re.DOTALL)

_FIELDS = {
    "level": Text(vi="mức", en="level"),
    "impact": Text(vi="tác động", en="impact"),
    "basis": Text(vi="tính chất", en="basis"),
    "group": Text(vi="nhóm", en="group"),
    "norm": Text(vi="căn cứ", en="norm"),
    "checks": Text(vi="phép kiểm", en="checks"),
    "parameters": Text(vi="tham số", en="parameters"),
    "attested": Text(vi="xác nhận", en="attested"),
    "untested": Text(vi="không kiểm", en="not tested"),
    "where": Text(vi="môi trường", en="where"),
    "when": Text(vi="điều kiện", en="when"),
    "in_force": Text(vi="hiệu lực", en="in force"),
    "replaced_by": Text(vi="được thay thế bởi", en="replaced by"),
    "raised_because": Text(vi="căn cứ nâng mức", en="raised on"),
    "text": Text(vi="nội dung", en="text"),
    "rationale": Text(vi="lý do", en="rationale"),
    "mend": Text(vi="cách khắc phục", en="mend"),
}


@click.command(name="diff")
@click.argument("before", metavar="A[@DATE]")
@click.argument("after", metavar="B[@DATE]")
@click.option(
    "--runs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="các lượt chạy đã lưu sẽ đổi kết luận ra sao · what changes for stored runs",
)
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(before: str, after: str, runs: Path | None, as_json: bool, **given: Any) -> int:  # noqa: FBT001  # an option
    """Compare two profiles, by id or file, or one on two days: base@2026-06-30 base@2026-07-01.

    A day named on one side counts for both; without any, all that the profiles hold is compared,
    whatever its day. With --runs every stored run is judged by both, offline: exit 1 where one
    comes out worse, 5 where a record is not valid.
    """
    first, second = _rules(before), _rules(after)
    first, second = (
        Rules(first.profile, first.day or second.day),
        Rules(second.profile, second.day or first.day),
    )
    found = amendments.between(
        profiles.read(first.profile), profiles.read(second.profile), (first.day, second.day)
    )
    reviewed = list(hindsight.review(runs, first, second)) if runs else None
    lang = given["lang"]
    if as_json:
        document = {"before": _side(first), "after": _side(second), **found.as_json()}
        if reviewed is not None:
            document["runs"] = [each.as_json() for each in reviewed]
        machine_json(document)
    else:
        out = console(no_color=given["no_color"])
        out.print(f"[bold]{escape(_named(first))} → {escape(_named(second))}[/bold]")
        _print(out, found, lang)
        if reviewed is not None:
            _print_runs(out, reviewed, lang)
    return _exit_code(reviewed or [])


def _exit_code(reviewed: list[Reviewed]) -> int:
    if any(each.left_out == hindsight.INVALID for each in reviewed):
        return ExitCode.INVALID
    return ExitCode.NOT_CONFORMANT if any(each.worse for each in reviewed) else ExitCode.OK


def _rules(named: str) -> Rules:
    """Return a profile and its day; a file whose very name has an @ is meant as it is."""
    at = _AT_A_DAY.fullmatch(named)
    if at is None or Path(named).is_file():
        return Rules(named)
    return Rules(at["profile"], opening.day(at["day"]))


def _side(rules: Rules) -> dict[str, Any]:
    return {"profile": rules.profile, "as_of": rules.day.isoformat() if rules.day else None}


def _named(rules: Rules) -> str:
    return f"{rules.profile}@{rules.day}" if rules.day else rules.profile


def _print(out: Console, found: Amendments, lang: str) -> None:
    for head, requirements in (
        (Text(vi="Thêm", en="Added"), found.added),
        (Text(vi="Không còn", en="Removed"), found.removed),
    ):
        if requirements:
            out.print(f"\n[bold]{head.into(lang)} ({len(requirements)})[/bold]")
        for requirement in requirements:
            for line in _told(requirement, lang):
                out.print(line, soft_wrap=True)
    if found.changed:
        head = Text(vi="Thay đổi", en="Changed")
        out.print(f"\n[bold]{head.into(lang)} ({len(found.changed)})[/bold]")
    for name, changes in found.changed.items():
        out.print(f"  {name}")
        for change in changes:
            out.print(f"    {escape(_change(change, lang))}", soft_wrap=True)
    if not found.any:
        same = Text(vi="Hai bên yêu cầu như nhau.", en="Both ask the same.")
        out.print(same.into(lang))


def _told(requirement: Requirement, lang: str) -> Iterator[str]:
    level = words.say(words.LEVELS, requirement.level, lang)
    yield f"  {requirement.id} · {level} ({requirement.level})"
    yield f"    {escape(requirement.text.into(lang))}"
    yield f"    [dim]{escape(_value(dict(requirement.norm), lang))}[/dim]"


def _change(change: Change, lang: str) -> str:
    name = _FIELDS[change.field].into(lang)
    return f"{name}: {_value(change.before, lang)} → {_value(change.after, lang)}"


def _value(value: Any, lang: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        if set(value) == {"vi", "en"}:
            return str(value[lang])
        if "document" in value:
            cited = f"{value['document']} {value.get('clause') or ''}".strip()
            days = [value.get("from"), value.get("to")]
            return f"{cited} ({days[0] or '…'} – {days[1] or '…'})" if any(days) else cited
    if isinstance(value, list):
        return "; ".join(_value(each, lang) for each in value) or "—"
    return json.dumps(value, ensure_ascii=False)


def _print_runs(out: Console, reviewed: list[Reviewed], lang: str) -> None:
    changing = [each for each in reviewed if each.changes]
    head = Text(
        vi=f"{len(changing)} trong {len(reviewed)} lượt chạy đã lưu đổi kết luận",
        en=f"{len(changing)} of {len(reviewed)} stored runs change",
    )
    out.print(f"\n[bold]{head.into(lang)}[/bold]")
    for each in reviewed:
        if each.because is not None:
            out.print(f"  {escape(each.run)}: {escape(each.because.into(lang))}", soft_wrap=True)
        elif each.changes:
            out.print(f"  {escape(each.run)}: {each.before} → {each.after}", soft_wrap=True)
            for name, was, now in each.requirements:
                shown = [words.say(words.VERDICTS, verdict, lang) for verdict in (was, now)]
                out.print(f"    {name}: {shown[0]} → {shown[1]}", soft_wrap=True)
