"""The page that traces norms to proofs: docs/reference/coverage.md."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import norms, shipped, traceability
from conformance import profile as profiles
from conformance.selftest import known_variations
from conformance.text import Text
from conformance.traceability import Clause, Covered, Demand, Matrix

INTRODUCTION = """\
From norm to proof: each document of the register, its clauses, what the shipped profiles ask by \
them, the checks that decide it, and the faults of the sandbox that these checks catch. Below: \
documents and clauses by which nothing is asked, each with the reason that \
`profiles/norms.yaml` gives. The same on the terminal: `conformance profile coverage`."""


def page() -> str:
    """Return the page."""
    found = traceability.matrix(
        [profiles.read(name) for name in shipped.profile_ids()],
        norms.register(),
        known_variations(),
    )
    asked = [each for each in found.documents if each.asked]
    parts = ["# Coverage: from norm to proof", INTRODUCTION, totals(found)]
    for each in asked:
        parts += document(each)
    parts += ["## Clauses by which nothing is asked", clauses(found)]
    parts += ["## Documents on which nothing rests", documents(found)]
    return "\n\n".join(parts)


def totals(found: Matrix) -> str:
    """Return the table of totals."""
    rows = [f"| {name.replace('_', ' ')} | {count} |" for name, count in found.totals().items()]
    return "\n".join(["| what | how many |", "|---|---|", *rows])


def document(found: Covered) -> Iterator[str]:
    """Return the section of one document."""
    norm = found.norm
    yield f"## {norm.id}"
    yield f"{norm.entry['number']} · {both(norm.title)}"
    yield f"{norms.span(norm.days).en}; status of the source: {norm.status}."
    rows = [row(clause, demand) for clause in found.clauses for demand in clause.demands]
    heads = "| clause | requirement | profile | decided by | faults |"
    yield "\n".join([heads, "|---|---|---|---|---|", *rows])


def row(clause: Clause, demand: Demand) -> str:
    """Return the row of one requirement."""
    role = "" if demand.role == traceability.NORM else f" ({demand.role})"
    faults = sorted({fault for each in demand.checks for fault in each.faults or ()})
    if demand.how is None:
        decided = ", ".join(f"`{each.check}`" for each in demand.checks)
    else:
        by = f" by {demand.by}" if demand.by else ""
        decided = f"{demand.decided}{by}: {both(demand.how)}"
    cells = (
        clause.clause or "—",
        f"{demand.id} {demand.level}, {demand.basis}, {norms.span(demand.days).en}",
        f"{demand.profile}{role}",
        decided,
        ", ".join(f"`{fault}`" for fault in faults) or "—",
    )
    return _row(cells)


def clauses(found: Matrix) -> str:
    """Return the table of clauses by which nothing is asked."""
    rows = [
        _row((each.norm.id, clause.clause or "—", both(clause.why)))
        for each in found.documents
        for clause in each.clauses
        if clause.why is not None
    ]
    return "\n".join(["| document | clause | why |", "|---|---|---|", *rows])


def documents(found: Matrix) -> str:
    """Return the table of documents on which nothing rests."""
    rows = [
        _row((each.norm.id, both(each.norm.title), both(each.unasked) if each.unasked else "—"))
        for each in found.documents
        if not each.asked
    ]
    return "\n".join(["| document | title | why |", "|---|---|---|", *rows])


def both(text: Text) -> str:
    """Return a text in both languages, once where they are one."""
    return text.vi if text.vi == text.en else f"{text.vi} · {text.en}"


def _row(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"
