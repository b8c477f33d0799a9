"""`conformance attest`: drafts of what a run needs somebody's word for, and their signature."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml

from conformance import documents, target
from conformance.certificate import acts, drafts, signers
from conformance.cli.files import save
from conformance.cli.options import speech_options
from conformance.cli.speech import machine
from conformance.errors import UsageError
from conformance.text import Text


@click.command(name="attest")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.option(
    "--sign",
    "filled",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="bản nháp đã điền · the draft, filled in",
)
@click.option(
    "--signer",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="tệp khoá ký · the signer file",
)
@click.option(
    "--waivers",
    is_flag=True,
    help="miễn trừ thay vì xác nhận · waivers instead of attestations",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="tệp (mặc định: in ra) · default: standard output",
)
@speech_options
def command(
    run: Path,
    filled: Path | None,
    signer: Path | None,
    output: Path | None,
    *,
    waivers: bool,
    **_: Any,
) -> int:
    """Draft the attestations, or waivers, that a run needs; or sign what was filled in."""
    kind = acts.WAIVER if waivers else acts.ATTESTATION
    if filled is None:
        found = drafts.needed(run, date.today())[f"{kind}s"]  # noqa: DTZ011  # a legal date is the local one
    elif signer is None:
        raise UsageError(
            Text(vi="thiếu --signer", en="--signer is missing"),
            mend=Text(vi="nêu tệp khoá ký", en="name the signer file"),
        )
    else:
        found = _signed(kind, filled, signer)
    text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=100)
    if output is None:
        machine(text)
    else:
        save(output, text)
    return 0


def _signed(kind: str, filled: Path, signer: Path) -> list[dict[str, Any]]:
    listed = documents.read(filled)
    if not isinstance(listed, list) or not listed or not all(isinstance(e, dict) for e in listed):
        raise UsageError(
            Text(vi="không phải danh sách bản nháp", en="this is no list of drafts"),
            mend=Text(
                vi="soạn bằng `conformance attest RUN`", en="draft it: `conformance attest RUN`"
            ),
            place=str(filled),
        )
    made = [
        drafts.completed(each, filled.parent, f"{filled}: [{number}]")
        for number, each in enumerate(listed)
    ]
    target.shaped(made, f"{kind}s", f"{filled}")
    with signers.opened(signer) as opened:
        return [acts.signed(acts.Act(kind, each), opened) for each in made]
