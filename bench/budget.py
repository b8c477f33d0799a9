"""How many requests `base` makes of a contract with twelve operations: prints it, judges nothing.

    python bench/budget.py

The contract is the reference agency's, cut to twelve operations; its data are synthetic, writing
is allowed, nothing intrusive is. What is generated, at `quick`, is told apart. A table tells which
checks send how much: what several share (the baseline, a handshake) stands once, under its own
name.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import requests
import yaml

from conformance import engine, opening, sandboxes
from conformance.opening import Wishes

OPERATIONS = 12
# What only reads; all of it, which has no target of its own, is printed beside it.
WANTED = 500
# Left out: the session, which only ends itself, and doubles of what others stand for.
LEFT_OUT = (
    "createSession",
    "deleteSession",
    "withdrawDossier",
    "addProgress",
    "listAuditEvents",
    "listAgencyLocations",
    "listPacketDossiers",
)
METHODS = ("get", "put", "post", "delete", "patch")
CHECKS_SHOWN = 20


def main() -> None:
    """Run twice and print."""
    with sandboxes.serving("procedure-system") as serving, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _measured(cut(serving.target, folder), folder)
        (folder / "reading").mkdir()
        few = cut(serving.target, folder / "reading", reading=True)
        _measured(few, folder / "reading", WANTED)


def _measured(target: Path, folder: Path, wanted: int | None = None) -> None:
    results, record = _run(target, folder / "runs")
    sent = _by_case(record)
    traffic = results["traffic"]
    total = traffic["requests"]
    generated = sum(traffic["generated"].values())
    most = "" if wanted is None else f" (at most {wanted})"
    print(
        f"{traffic['operations']} operations, {total - generated} requests{most},"
        f" and {generated} that were generated"
    )
    print(f"{traffic['by_method']}")
    print(f"{results['counts']}")
    for case, count in sent.most_common(CHECKS_SHOWN):
        print(f"  {count:4}  {case}")
    print(f"  {total - sum(c for _, c in sent.most_common(CHECKS_SHOWN)):4}  all others")


def cut(target: str, folder: Path, *, reading: bool = False) -> Path:
    """Store target file and contract of the sandbox with twelve operations; return the former.

    Args:
        target: the address of the sandbox's target file.
        folder: where both are stored.
        reading: whether nothing may be asked but what only reads.
    """
    left_out = set(LEFT_OUT)
    goal = yaml.safe_load(_read(target))
    contract = yaml.safe_load(_read(goal["contract"]))
    for path, item in list(contract["paths"].items()):
        for method in METHODS:
            if item.get(method, {}).get("operationId") in left_out:
                del item[method]
        if not any(method in item for method in METHODS):
            del contract["paths"][path]
    left = sum(method in item for item in contract["paths"].values() for method in METHODS)
    assert left == OPERATIONS, left  # noqa: S101  # else the figure would be of something else
    for group, names in list(goal["operations"].items()):
        goal["operations"][group] = [name for name in names if name not in left_out]
    goal["examples"] = {n: v for n, v in goal["examples"].items() if n not in left_out}
    # What is intrusive is asked of a sandbox that permits it, not of everybody.
    goal["allow"] = ["read"] if reading else ["read", "write"]
    goal["contract"] = "contract.yaml"
    (folder / "contract.yaml").write_text(yaml.safe_dump(contract, allow_unicode=True), "utf-8")
    made = folder / "target.yaml"
    made.write_text(yaml.safe_dump(goal, allow_unicode=True), "utf-8")
    return made


def _read(url: str) -> str:
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    return answer.content.decode()


def _run(target: Path, out: Path) -> tuple[dict[str, Any], Path]:
    plan = opening.plan(("base",), Wishes(target=str(target), seed=1))
    session = engine.open_session(plan, out)
    try:
        for item in plan.items:
            session.run(item)
        return session.finish(), session.folder / "record.jsonl"
    finally:
        session.close()


def _by_case(record: Path) -> Counter[str]:
    sent: Counter[str] = Counter()
    for line in record.read_text("utf-8").splitlines():
        exchange = json.loads(line).get("exchange")
        if exchange:
            sent[exchange["case"].partition("(")[0]] += 1
    return sent


if __name__ == "__main__":
    main()
