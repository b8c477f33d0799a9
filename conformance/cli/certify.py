"""`conformance certify`: a certificate or a declaration on runs that can be judged again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from conformance import documents, moments, target
from conformance.certificate import (
    acts,
    canonical,
    issuing,
    signers,
    statement,
    timestamps,
    trust,
)
from conformance.certificate.issuing import Commission
from conformance.certificate.registry import Registry, opened
from conformance.certificate.statement import Said
from conformance.certificate.trust import Trust
from conformance.cli.options import speech_options
from conformance.cli.speech import console, machine
from conformance.errors import DocumentError, UsageError
from conformance.text import Text

_FILE = click.Path(path_type=Path)
_MOST_SIGNERS, _LONGEST_WORDS = 2, 200


@click.command(name="certify")
@click.argument("runs", type=_FILE, metavar="RUN…", nargs=-1, required=True)
@click.option("--issuer", type=_FILE, required=True, metavar="FILE", help="bên cấp · the issuer")
@click.option(
    "--signer",
    "signer_files",
    type=_FILE,
    multiple=True,
    required=True,
    metavar="FILE",
    help="khoá ký, người quyết định trước · one or two, the decision-maker's first",
)
@click.option("--decided-by", metavar="NAME", help="người quyết định · who decided")
@click.option("--function", default="", metavar="TEXT", help="chức vụ · of who decided")
@click.option(
    "--evaluator", "evaluators", multiple=True, metavar="NAME", help="người đánh giá · evaluator"
)
@click.option("--attestations", type=_FILE, metavar="FILE", help="xác nhận đã ký · signed")
@click.option("--waivers", type=_FILE, metavar="FILE", help="miễn trừ đã ký · signed")
@click.option("--registry", "registry_folder", type=_FILE, metavar="DIR", help="sổ đăng ký")
@click.option("--trust", "trust_file", type=_FILE, metavar="FILE", help="tệp tin cậy · trust file")
@click.option("--tsa", metavar="URL", help="nơi cấp dấu thời gian · timestamping authority")
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=365,
    help="hiệu lực, số ngày · how long it holds, in days",
)
@click.option("--supersedes", metavar="ID", help="thay thế chứng nhận này · replaces this one")
@click.option("--because", default="", metavar="TEXT", help="vì sao thay thế · why it replaces")
@click.option("--no-pdf", is_flag=True, help="không làm bản PDF · no PDF")
@click.option("--dry-run", is_flag=True, help="chỉ in bản kê · print the statement only")
@click.option("--out", type=_FILE, metavar="DIR", help="thư mục mới · a new folder")
@speech_options
def command(runs: tuple[Path, ...], **given: Any) -> int:
    """Issue a certificate (a body) or a declaration (an agency) on finished runs."""
    if len(given["signer_files"]) > _MOST_SIGNERS:
        raise UsageError(
            Text(vi="tối đa hai người ký", en="two signers at most"),
            mend=Text(vi="bớt một --signer", en="leave one --signer out"),
        )
    for option in ("decided_by", "function", "because", "evaluators"):
        _plain(option, given[option])
    if bool(given["supersedes"]) != bool(given["because"]):
        raise UsageError(
            Text(
                vi="--supersedes và --because đi cùng nhau", en="--supersedes goes with --because"
            ),
            mend=Text(vi="nêu cả hai", en="name both"),
        )
    issuer = documents.read(given["issuer"])
    documents.conform(issuer, "issuer", place=str(given["issuer"]), error=DocumentError)
    with ExitStack() as stack:
        registry = None
        if given["registry_folder"] is not None:
            registry = stack.enter_context(opened(given["registry_folder"]))
        trusted = _trusted(given["trust_file"], registry)
        who = tuple(stack.enter_context(signers.opened(f)) for f in given["signer_files"])
        moment = moments.now()
        name = statement.new_id(issuer["id"], moment)
        said = Said(
            issuer,
            given["evaluators"],
            given["decided_by"] or _name(who[0], issuer["id"], trusted),
            given["function"] or "–",
            moment,
            given["days"],
            registry.origin if registry else None,
            not given["no_pdf"],
            (given["supersedes"], given["because"]) if given["supersedes"] else None,
        )
        wanted = Commission(
            runs,
            said,
            who,
            _later(given["attestations"], given["waivers"]),
            trusted,
            trusted.crls if trusted else (),
            (timestamps.authority(given["tsa"]), given["tsa"]) if given["tsa"] else None,
        )
        if given["dry_run"]:
            found, rests_on = issuing.examined(wanted)
            nothing = "sha256:" + "0" * 64
            machine(
                canonical.written(
                    statement.made(
                        name, found, rests_on, said, bundle=nothing, place=0 if registry else None
                    )
                ).decode()
            )
            return 0
        folder = issuing.issue(wanted, name, given["out"] or Path(name), registry)
        if registry is not None:
            registry.publish(moment)
    title = statement.TITLES[said.kind].into(given["lang"])
    out = console(no_color=given["no_color"])
    out.print(f"[bold green]{title}[/bold green] {escape(name)}", soft_wrap=True)
    out.print(f"{escape(str(folder))}", soft_wrap=True)
    return 0


def _plain(option: str, given: str | tuple[str, ...] | None) -> None:
    """Do nothing for words that a certificate can show.

    Raises:
        UsageError: they are too long, blank, or hold what is no text.
    """
    for words in (given,) if isinstance(given, str) else given or ():
        shown = words.isprintable() and len(words) <= _LONGEST_WORDS
        if not shown or (isinstance(given, tuple) and not words.strip()):
            raise UsageError(
                Text(vi="trống, quá dài hoặc có ký tự lạ", en="blank, too long, or not plain text"),
                mend=Text(vi="viết gọn, không xuống dòng", en="write it short, on one line"),
                place=f"--{option.replace('_', '-')}",
            )


def _trusted(path: Path | None, registry: Registry | None) -> Trust | None:
    if path is not None:
        return trust.read(path)
    return registry.trust if registry else None


def _name(signer: signers.Signer, issuer: str, trusted: Trust | None) -> str:
    """Return who the first signer is, as the trust file knows them."""
    known = trusted.issuers.get(issuer) if trusted else None
    person = known.person(trust.subject(signer.certificate)) if known else None
    if person is None:
        raise UsageError(
            Text(
                vi="tệp tin cậy không biết người ký này",
                en="the trust file does not know who signs",
            ),
            mend=Text(
                vi="nêu --trust hoặc --registry; người này phải có trong `people` của bên cấp",
                en="name --trust or --registry; they have to be among the issuer's `people`",
            ),
        )
    return person.name


def _later(attestations: Path | None, waivers: Path | None) -> dict[str, list[Any]]:
    given = {acts.ATTESTATION: attestations, acts.WAIVER: waivers}
    return {
        f"{kind}s": list(target.listed(path, f"{kind}s"))
        for kind, path in given.items()
        if path is not None
    }
