"""What `suspend`, `restore` and `revoke` share: an event into the registry, then published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from conformance import moments
from conformance.certificate import events, lives, signers
from conformance.certificate.events import Kind
from conformance.certificate.registry import opened
from conformance.cli.options import speech_options
from conformance.cli.speech import console
from conformance.text import Text


def made(
    name: str, kind: Kind, reasons: Sequence[str], done: Text, explained: str
) -> click.Command:
    """Return the command that makes an event of a kind happen.

    Args:
        name: of the command.
        kind: of the event.
        reasons: which words of `events.REASONS` it may give.
        done: what it tells when the registry has it.
        explained: its help.
    """

    @click.command(name=name, help=explained)
    @click.argument("certificate", metavar="ID")
    @click.option(
        "--registry",
        type=click.Path(path_type=Path),
        required=True,
        metavar="DIR",
        help="sổ đăng ký",
    )
    @click.option(
        "--signer", type=click.Path(path_type=Path), required=True, metavar="FILE", help="khoá ký"
    )
    @click.option("--reason", type=click.Choice(list(reasons)), default=reasons[0], help="lý do")
    @click.option("--note", default="", metavar="TEXT", help="ghi chú · a note")
    @speech_options
    def command(certificate: str, registry: Path, signer: Path, **given: Any) -> int:
        with opened(registry) as office, signers.opened(signer) as who:
            reason = {"reason": given["reason"], "note": given["note"]}
            number = lives.happen(office, kind, certificate, who, moments.now(), **reason)
            public = office.publish(moments.now())
        lang = given["lang"]
        out = console(no_color=given["no_color"])
        why = events.REASONS[given["reason"]].into(lang)
        out.print(f"{escape(certificate)}: {done.into(lang)} ({why}) · {number}", soft_wrap=True)
        out.print(escape(str(public)), soft_wrap=True)
        return 0

    return command
