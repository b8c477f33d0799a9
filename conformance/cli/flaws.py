"""Parts of a contract that cannot be used: said before anything is asked of the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from conformance.contract.flaws import Flaw
from conformance.reports.hostile import one_line
from conformance.text import Text

_SHOWN = 8


def tell(flaws: Sequence[Flaw], out: Console, lang: str) -> None:
    """Print what cannot be used of a contract, each with its place; nothing where all can be."""
    if not flaws:
        return
    head = Text(
        vi=f"Đặc tả giao diện có {len(flaws)} chỗ không dùng được; phần còn lại vẫn được xét:",
        en=f"Parts of the contract cannot be used: {len(flaws)}. The rest is judged all the same.",
    )
    out.print(f"[yellow]![/yellow] {head.into(lang)}")
    for flaw in flaws[:_SHOWN]:
        whose = f"{flaw.operation}: " if flaw.operation else ""
        said = one_line(f"{whose}{flaw.what.into(lang)} ({flaw.place})")
        out.print(f"  {escape(said)}", soft_wrap=True)
    if len(flaws) > _SHOWN:
        out.print(f"  … +{len(flaws) - _SHOWN}")


def as_json(flaws: Sequence[Flaw]) -> list[dict[str, Any]]:
    """Return the shape that `--json` prints."""
    return [
        {"operation": flaw.operation or None, "place": flaw.place, "what": flaw.what.as_json()}
        for flaw in flaws
    ]
