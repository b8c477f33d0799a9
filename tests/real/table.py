"""Prints the table of runs of docs/explanation/real-systems.md: `python tests/real/table.py`."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import servers

from conformance import engine, opening
from conformance.opening import Wishes


def main(names: list[str]) -> int:
    """Run `base` against each server and print a row; all of them without a name."""
    print("| system | operations (answered 2xx) | requests | verdict | fail | open |")  # noqa: T201
    print("|---|---|---|---|---|---|")  # noqa: T201
    for name in names or servers.SERVERS:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(name, Path(folder)), flush=True)  # noqa: T201
    return 0


def _row(name: str, folder: Path) -> str:
    with servers.SERVERS[name](folder / "server") as running:
        depth = servers.DEPTHS.get(name, "standard")
        wishes = Wishes(
            target=str(running.target), rate=500, budget=servers.BUDGET, seed=1, depth=depth
        )
        plan = opening.plan(("base",), wishes)
        session = engine.open_session(plan, folder / "runs")
        for item in plan.items:
            session.run(item)
        results = session.finish()
    verdicts = Counter(entry["verdict"] for entry in results["requirements"])
    cells = (
        name,
        f"{results['traffic']['operations']} ({results['traffic']['operations_reached_2xx']})",
        results["traffic"]["requests"],
        results["verdict"],
        verdicts["fail"],
        verdicts["not_tested"],
    )
    lists = f"  fail: {_named(results, 'fail')}\n  open: {_named(results, 'not_tested')}"
    return f"| {' | '.join(map(str, cells))} |\n{lists}"


def _named(results: dict[str, Any], verdict: str) -> str:
    return " ".join(e["id"] for e in results["requirements"] if e["verdict"] == verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
