"""`conformance demo`: nothing to configure, nothing leaves this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.rule import Rule

from conformance import demo
from conformance.certificate import verification
from conformance.cli.explain import explain
from conformance.cli.options import speech_options
from conformance.cli.speech import console
from conformance.cli.summary import next_steps, summary
from conformance.cli.verify import show
from conformance.errors import ExitCode
from conformance.text import Text


@click.command(name="demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    metavar="DIR",
    help="nơi lưu kết quả · where runs are kept",
)
@speech_options
def command(out: Path, **given: Any) -> int:
    """Test the reference agency, then a faulty one, explain both, and certify one for show."""
    lang = given["lang"]
    screen = console(no_color=given["no_color"])
    good = True
    for shown in demo.run(out, lang):
        wanted = "CONFORMANT" if shown.fault is None else "NONCONFORMANT"
        good = good and shown.results["verdict"] == wanted and shown.agrees
        head = (
            Text(vi="Cơ quan mẫu, làm đúng", en="The reference agency, correct")
            if shown.fault is None
            else Text(
                vi=f"Cùng cơ quan, có lỗi {shown.fault}",
                en=f"The same agency with the fault {shown.fault}",
            )
        )
        screen.print(Rule(escape(head.into(lang))))
        if shown.fault is not None:
            for line in explain(shown.fault, lang):
                screen.print(line)
        screen.print(summary(shown.results, lang))
        screen.print(next_steps(shown.folder, lang), soft_wrap=True)
        agreed = Text(
            vi="Tính lại từ bằng chứng, không cần hệ thống: khớp."
            if shown.agrees
            else "Tính lại từ bằng chứng: KHÔNG khớp.",
            en="Judged again from the evidence, without the system: it agrees."
            if shown.agrees
            else "Judged again from the evidence: it does NOT agree.",
        )
        screen.print(agreed.into(lang))
    good = _certificate(out, screen, lang) and good
    return ExitCode.OK if good else ExitCode.INTERNAL


def _certificate(out: Path, screen: Console, lang: str) -> bool:
    """Show how a certificate is issued and verified, and return whether it is valid."""
    head = Text(
        vi="Một chứng nhận, bằng khoá diễn tập không có giá trị",
        en="A certificate, with rehearsal keys that are worth nothing",
    )
    screen.print(Rule(escape(head.into(lang))))
    made = demo.certify(out)
    if made is None:
        missing = Text(vi="chưa cài phần chứng nhận", en="the certificate extra is not installed")
        screen.print(missing.into(lang))
        return True
    show(made.steps, screen, lang)
    again = (
        f"conformance verify {made.folder} --trust {made.rehearsed}/trust.yaml"
        f" --status {made.rehearsed}/registry/public"
    )
    screen.print(escape(again), soft_wrap=True)
    return verification.overall(made.steps) is verification.Answer.VALID
