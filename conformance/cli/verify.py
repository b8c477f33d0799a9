"""`conformance verify`: whether a certificate is what it says, step by step, from files alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance import moments
from conformance.certificate import issuing, signers, trust, verification
from conformance.certificate.registry import publication
from conformance.certificate.verification import Answer, Question, Step
from conformance.cli.options import speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode, UsageError
from conformance.text import Text

_MARKS = {
    Answer.VALID: ("[green]✓[/green]", Text(vi="hợp lệ", en="valid")),
    Answer.NOT_VALID: ("[bold red]✗[/bold red]", Text(vi="KHÔNG hợp lệ", en="NOT valid")),
    Answer.UNKNOWN: ("[yellow]?[/yellow]", Text(vi="không xác định", en="unknown")),
}
_NAMES = {
    "structure": Text(vi="Khuôn dạng", en="Structure"),
    "signatures": Text(vi="Chữ ký và vai trò", en="Signatures and roles"),
    "log": Text(vi="Có trong sổ", en="In the log"),
    "timestamp": Text(vi="Thời điểm ký", en="Timestamp"),
    "chain": Text(vi="Chứng thư lúc ký", en="Chain at the time"),
    "digests": Text(vi="Gói bằng chứng", en="Bundle"),
    "paper": Text(vi="Bản PDF", en="PDF"),
    "checkpoint": Text(vi="Sổ hiện nay", en="Registry of today"),
    "validity": Text(vi="Thời hạn", en="Validity"),
    "status": Text(vi="Trạng thái", en="Status"),
    "eligibility": Text(vi="Điều kiện cấp", en="Eligibility"),
    "rejudge": Text(vi="Tính lại kết luận", en="Rejudgement"),
}
_CERTIFICATE = Text(vi="Chứng nhận", en="The certificate")
_BUNDLE = Text(vi="Gói bằng chứng", en="The bundle")
_CODES = {
    Answer.VALID: ExitCode.OK,
    Answer.NOT_VALID: ExitCode.INVALID,
    Answer.UNKNOWN: ExitCode.INCOMPLETE,
}


@click.command(name="verify")
@click.argument("place", type=click.Path(path_type=Path), metavar="FILE|DIR")
@click.option(
    "--trust",
    "trust_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="tin cậy ai · whom to trust",
)
@click.option(
    "--status",
    metavar="DIR|URL",
    help="nơi công bố của sổ đăng ký · what the registry publishes",
)
@click.option("--at", metavar="TIME", help="xét vào lúc này · as of then, 2026-11-23[T10:00:00Z]")
@click.option("--rejudge", is_flag=True, help="tính lại mọi kết luận · recompute every verdict")
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(place: Path, **given: Any) -> int:
    """Verify a certificate: exit 0 only if every step is valid, 5 if one is not, 4 if unknown."""
    signers.be_installed()
    folder = place if place.is_dir() else place.parent
    if not place.exists():
        raise UsageError(
            Text(vi="không có chứng nhận ở đây", en="there is no certificate here"),
            mend=Text(vi="nêu thư mục của chứng nhận", en="name the folder of the certificate"),
            place=str(place),
        )
    if place.is_file() and place.suffix == ".tar":
        return _told(verification.verify_bundle(place), given)
    asked = Question(
        folder,
        trust.read(given["trust_file"]) if given["trust_file"] else None,
        _moment(given["at"]),
        publication.source(given["status"]) if given["status"] else None,
        given["rejudge"],
    )
    foreign = place.is_file() and place.name not in issuing.FILES
    if foreign or not (folder / issuing.ENVELOPE).exists():
        raise UsageError(
            Text(vi="không phải chứng nhận hay tệp của nó", en="no certificate, nor a file of one"),
            mend=Text(
                vi=f"nêu thư mục có {issuing.ENVELOPE}",
                en=f"name the folder with {issuing.ENVELOPE}",
            ),
            place=str(place),
        )
    return _told(verification.verify(asked), given)


def _told(steps: Sequence[Step], given: dict[str, Any]) -> int:
    found = verification.overall(steps)
    if given["as_json"]:
        machine_json({"answer": str(found), "steps": [step.as_json() for step in steps]})
    else:
        show(steps, console(no_color=given["no_color"]), given["lang"])
    return _CODES[found]


def show(steps: Sequence[Step], out: Console, lang: str) -> None:
    """Print each step, and what they come to."""
    found = verification.overall(steps)
    for step in steps:
        mark, word = _MARKS[step.answer]
        name = _NAMES[step.name].into(lang)
        because = escape(step.because.into(lang))
        out.print(f"{mark} [bold]{name}[/bold]: {word.into(lang)} · {because}", soft_wrap=True)
    mark, word = _MARKS[found]
    whole = (_CERTIFICATE if len(steps) > 1 else _BUNDLE).into(lang)
    out.print(f"\n{mark} [bold]{whole}: {word.into(lang)}[/bold]", soft_wrap=True)


def _moment(text: str | None) -> datetime:
    if text is None:
        return moments.now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            Text(vi=f"không phải thời điểm: {text!r}", en=f"not a point in time: {text!r}"),
            mend=Text(vi="viết dạng 2026-11-23T10:00:00Z", en="write it as 2026-11-23T10:00:00Z"),
            place="--at",
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
