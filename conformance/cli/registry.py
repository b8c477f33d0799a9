"""`conformance registry`: make one, publish it, look into it, audit it, rehearse with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from conformance import moments
from conformance.certificate import entries
from conformance.certificate import registry as registries
from conformance.certificate.registry import audit
from conformance.cli.files import save
from conformance.cli.options import speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode
from conformance.text import Text

_FOLDER = click.Path(path_type=Path)


@click.group(name="registry")
def command() -> None:
    """Keep a registry of certificates."""


@command.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--origin", required=True, metavar="NAME", help="tên của sổ · its name")
@click.option("--signer", required=True, metavar="FILE", help="khoá của sổ · the registry's signer")
@click.option("--trust", required=True, metavar="FILE", help="tin cậy ai · whom it trusts")
@click.option(
    "--life",
    type=click.IntRange(1, 8784),
    default=48,
    metavar="HOURS",
    help="trạng thái công bố có giá trị bao lâu · how long what it publishes may be believed",
)
@speech_options
def init(folder: Path, origin: str, signer: str, trust: str, life: int, **given: Any) -> int:
    """Make an empty registry; files are named as seen from DIR."""
    registries.create(folder, origin, signer, trust, life)
    _say(given, Text(vi=f"đã lập sổ {origin}", en=f"made the registry {origin}"))
    return 0


@command.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@speech_options
def publish(folder: Path, **given: Any) -> int:
    """Sign checkpoint and status lists anew, which is due once in their life at least."""
    with registries.opened(folder) as office:
        public = office.publish(moments.now())
    _say(given, Text(vi=f"đã công bố: {public}", en=f"published: {public}"))
    return 0


@command.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.argument("certificate", metavar="[ID]", required=False)
@speech_options
def show(folder: Path, certificate: str | None, **_: Any) -> int:
    """Show every event, or those of one certificate, as JSON."""
    with registries.opened(folder) as office:
        told = [
            {"number": number, **entries.read(body, str(folder)).event}
            for number, body in office.log.entries(certificate)
        ]
    machine_json(told)
    return 0


@command.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.argument("certificate", metavar="ID")
@click.option("-o", "--output", type=_FOLDER, required=True, metavar="FILE", help="proof.json")
@speech_options
def prove(folder: Path, certificate: str, output: Path, **given: Any) -> int:
    """Write the proof that a certificate is in the log: for one whose proof was lost."""
    with registries.opened(folder) as office:
        save(output, office.proof(certificate, moments.now()))
    _say(given, Text(vi=f"đã ghi {output}", en=f"written: {output}"))
    return 0


@command.command(name="audit")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--since", type=_FOLDER, metavar="FILE", help="checkpoint cũ · an earlier checkpoint")
@speech_options
def audit_(folder: Path, since: Path | None, **given: Any) -> int:
    """Recompute the whole log: hashes, signatures, order of events; exit 5 if it is broken."""
    with registries.opened(folder) as office:
        wrong = audit.wrong(office, since)
    for each in wrong:
        _say(given, each)
    if not wrong:
        _say(given, Text(vi="sổ nguyên vẹn", en="the log is whole"))
    return ExitCode.INVALID if wrong else ExitCode.OK


@command.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@speech_options
def rehearse(folder: Path, **given: Any) -> int:
    """Make up keys, a body, an agency and a registry, to practise with on this machine."""
    from conformance.certificate import rehearsal  # noqa: PLC0415  # makes keys: for this alone

    rehearsal.make(folder)
    _say(given, Text(vi=f"bộ diễn tập: {folder}", en=f"to rehearse with: {folder}"))
    return 0


def _say(given: dict[str, Any], what: Text) -> None:
    console(no_color=given["no_color"]).print(escape(what.into(given["lang"])), soft_wrap=True)
