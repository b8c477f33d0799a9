"""`conformance init`: write a commented target file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from conformance.cli.files import save
from conformance.cli.options import speech_options
from conformance.cli.speech import console
from conformance.errors import UsageError
from conformance.setup import beginning
from conformance.text import Text


@click.command(name="init")
@click.option("--contract", metavar="FILE|URL", help="đặc tả OpenAPI · the OpenAPI document")
@click.option("--base-url", metavar="URL", help="địa chỉ gốc · the base URL")
@click.option("--system", metavar="ID", help="mã hệ thống quốc gia · id of the national system")
@click.option("--profile", default="base", metavar="PROFILE", help="bộ yêu cầu · profile")
@click.option("--name", metavar="ID", help="tên của đích · name of the target")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("target.yaml"),
    metavar="FILE",
    help="tệp sẽ viết · file to write",
)
@click.option("--force", is_flag=True, help="ghi đè tệp đã có · overwrite")
@speech_options
def command(output: Path, **given: Any) -> int:
    """Write a target file from a contract: identities, examples to fill in, what stays open."""
    lang = given["lang"]
    if output.exists() and not given["force"]:
        raise UsageError(
            Text(vi="tệp đã có", en="the file exists"),
            mend=Text(
                vi="chọn tên khác bằng -o, hoặc --force", en="choose another with -o, or --force"
            ),
            place=str(output),
        )
    answers = beginning.Answers(
        contract=given["contract"] or _asked("contract", "openapi.yaml", lang, given),
        base_url=given["base_url"] or _asked("base_url", "https://localhost", lang, given),
        system=given["system"],
        profile=given["profile"],
        name=given["name"],
        folder=output.parent,
    )
    text = beginning.target_file(answers, lang)
    save(output, text)
    told = Text(
        vi=f"Đã viết {output}. Điền các chỗ có dấu “…”, rồi chạy:\n"
        f"  conformance plan {answers.profile} --target {output}\n"
        f"  conformance run {answers.profile} --target {output}",
        en=f"Wrote {output}. Fill in what is marked “…”, then run:\n"
        f"  conformance plan {answers.profile} --target {output}\n"
        f"  conformance run {answers.profile} --target {output}",
    )
    console(no_color=given["no_color"]).print(told.into(lang), soft_wrap=True)
    return 0


_QUESTIONS = {
    "contract": Text(vi="Tệp hoặc địa chỉ đặc tả OpenAPI", en="OpenAPI document: file or URL"),
    "base_url": Text(vi="Địa chỉ gốc của hệ thống", en="Base URL of the system"),
}


def _asked(key: str, default: str, lang: str, given: dict[str, Any]) -> str | None:
    """Ask on a terminal; work unattended otherwise, with what the contract itself says."""
    if given["system"] and key == "contract":
        return None
    if not sys.stdin.isatty():
        return None
    answer: str = click.prompt(_QUESTIONS[key].into(lang), default=default)
    return answer
