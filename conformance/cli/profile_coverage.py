"""`conformance profile coverage`: from norm to proof, and what is not asked, with its reason."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from conformance import norms, shipped, traceability
from conformance import profile as profiles
from conformance.cli.options import Words, speech_options
from conformance.cli.speech import console, machine_json
from conformance.errors import ExitCode, UsageError
from conformance.lint import norms as norms_lint
from conformance.selftest import known_variations
from conformance.text import Text
from conformance.traceability import Clause, Covered, Demand, Matrix

_ROLES = {
    traceability.RAISES: Text(vi="nâng mức", en="raises"),
    traceability.REPLACES: Text(vi="thay thế", en="replaces"),
}
_DECIDED = {
    traceability.ATTESTED: Text(vi="xác nhận", en="attested"),
    traceability.UNTESTED: Text(vi="không kiểm", en="not tested"),
}


@click.command(name="coverage")
@click.option(
    "--document",
    "wanted",
    type=Words(),
    default=(),
    metavar="ID[,ID]",
    help="chỉ các văn bản này · only these documents",
)
@click.option("--json", "as_json", is_flag=True, help="dạng JSON · as JSON")
@speech_options
def command(wanted: tuple[str, ...], as_json: bool, **given: Any) -> int:  # noqa: FBT001  # an option
    """Trace the shipped profiles: document, clause, requirement, check, fault.

    Exit 1 where the register leaves something unsaid or contradicts itself.
    """
    found = traceability.matrix(
        [profiles.read(name) for name in shipped.profile_ids()],
        norms.register(),
        known_variations(),
    )
    known = {each.norm.id for each in found.documents}
    unknown = sorted(set(wanted) - known)
    if unknown:
        raise UsageError(
            Text(vi=f"không có văn bản {unknown[0]!r}", en=f"no document {unknown[0]!r}"),
            mend=Text(
                vi="xem mã trong profiles/norms.yaml", en="see the ids in profiles/norms.yaml"
            ),
            place="--document",
        )
    findings = norms_lint.lint()
    shown = Matrix(tuple(d for d in found.documents if not wanted or d.norm.id in wanted))
    lang = given["lang"]
    if as_json:
        told = [{"place": place, "text": text.as_json()} for place, text in findings]
        machine_json({**shown.as_json(), "findings": told})
    else:
        out = console(no_color=given["no_color"])
        _print(out, shown, lang)
        for place, text in findings:
            out.print(f"{escape(place)}: {escape(text.into(lang))}", soft_wrap=True)
    return ExitCode.NOT_CONFORMANT if findings else ExitCode.OK


def _print(out: Console, found: Matrix, lang: str) -> None:
    for each in found.documents:
        if each.asked:
            _print_document(out, each, lang)
    unasked = [each for each in found.documents if not each.asked]
    if unasked:
        head = Text(vi="Văn bản không có yêu cầu nào", en="Documents without any requirement")
        out.print(f"\n[bold]{head.into(lang)}[/bold]")
        table = _table(2)
        for each in unasked:
            why = each.unasked.into(lang) if each.unasked else "—"
            table.add_row(escape(each.norm.id), escape(why))
            for clause in each.clauses:
                table.add_row("", _unasked_clause(clause, lang))
        out.print(table)
    out.print(f"\n{_totals(found).into(lang)}", soft_wrap=True)


def _print_document(out: Console, found: Covered, lang: str) -> None:
    number = escape(str(found.norm.entry.get("number", "")))
    title = escape(found.norm.title.into(lang))
    days = norms.span(found.norm.days).into(lang)
    out.print(f"\n[bold]{found.norm.id}[/bold] · {number} · {title}", soft_wrap=True)
    out.print(f"[dim]{days} · {found.norm.status}[/dim]")
    table = _table(3)
    for clause in found.clauses:
        if not clause.demands:
            continue
        for number_, demand in enumerate(clause.demands):
            shown = "" if number_ else escape(clause.clause or "—")
            table.add_row(shown, _requirement(demand, lang), _proof(demand, lang))
    out.print(table)
    for clause in found.clauses:
        if clause.why:
            out.print(f"  {_unasked_clause(clause, lang)}")


def _table(columns: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table


def _unasked_clause(clause: Clause, lang: str) -> str:
    why = clause.why.into(lang) if clause.why else ""
    return f"[dim]{escape(clause.clause or '—')}: {escape(why)}[/dim]"


def _requirement(demand: Demand, lang: str) -> str:
    role = f" ({_ROLES[demand.role].into(lang)})" if demand.role in _ROLES else ""
    days = norms.span(demand.days).into(lang)
    return f"{demand.id} {demand.level}\n[dim]{escape(demand.profile)}{role}\n{days}[/dim]"


def _proof(demand: Demand, lang: str) -> str:
    """Return how a demand is decided, and what proves that."""
    if demand.how is not None:
        by = f" ({demand.by})" if demand.by else ""
        return f"{_DECIDED[demand.decided].into(lang)}{by}: {escape(demand.how.into(lang))}"
    lines = []
    for each in demand.checks:
        faults = "?" if each.faults is None else ", ".join(each.faults) or "—"
        lines.append(f"{escape(each.check)}\n  [dim]← {escape(faults)}[/dim]")
    return "\n".join(lines)


def _totals(found: Matrix) -> Text:
    of = found.totals()
    return Text(
        vi=f"{of['documents']} văn bản, {of['documents_asked']} có yêu cầu;"
        f" {of['clauses_asked']} điều khoản có yêu cầu,"
        f" {of['clauses_unasked']} điều khoản được nêu lý do không có;"
        f" {of['requirements']} yêu cầu, {of['checks']} phép kiểm, {of['faults']} lỗi mẫu;"
        f" {of['attested']} yêu cầu do người xác nhận, {of['untested']} không kiểm được.",
        en=f"{of['documents']} documents, {of['documents_asked']} with requirements;"
        f" {of['clauses_asked']} clauses asked,"
        f" {of['clauses_unasked']} with the reason why not;"
        f" {of['requirements']} requirements, {of['checks']} checks, {of['faults']} faults;"
        f" {of['attested']} requirements attested, {of['untested']} not tested.",
    )
