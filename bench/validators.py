"""Which validator judges bodies: what each costs, and where they disagree.

    python bench/validators.py [--depth standard]

The exam's agency (`tests/exam`) is asked with all its defects, so that many bodies are wrong, and
then mended. Each body that came is held against its schema by three: as a run does it (`Fitting`,
and where that is not satisfied jsonschema), by jsonschema alone, and by jsonschema-rs. National
formats are a law of their own.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from exam.serving import serving, write_target  # noqa: E402  # the exam is no part of the package

from conformance import engine, nesting, opening  # noqa: E402  # after the path is set
from conformance.contract import Contract, schemas  # noqa: E402  # the same
from conformance.contract.operations import Operation  # noqa: E402  # the same
from conformance.evidence import Exchange  # noqa: E402  # the same
from conformance.opening import Wishes  # noqa: E402  # the same
from conformance.privacy import shapes  # noqa: E402  # the same
from conformance.trees import integer  # noqa: E402  # the same

URN = "urn:contract"
RATE = 10_000.0


@dataclass(frozen=True)
class Body:
    """A body that came, and the place of its schema."""

    pointer: str
    content: bytes


def main() -> int:
    """Measure and print; 1 where validators disagree."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--depth", default="standard")
    depth = asked.parse_args().depth
    different = 0
    for defects in ("all", "none"):
        with tempfile.TemporaryDirectory() as name:
            contract, bodies = _asked(defects, depth, Path(name))
        print(f"\n{len(bodies)} bodies of an agency with {defects} of its defects")
        different += _compared(contract, bodies)
    return 1 if different else 0


def _compared(contract: Contract, bodies: list[Body]) -> int:
    judges: dict[str, Callable[[Body], bool]] = {
        "as a run does": lambda body: not contract.breaches(body.pointer, _exact(body), 1),
        "jsonschema alone": _alone(contract),
        "jsonschema-rs": _rust(contract),
    }
    said: dict[str, list[bool]] = {}
    for name, judge in judges.items():
        for body in {one.pointer: one for one in bodies}.values():
            judge(body)  # what is made once for each schema
        began = time.process_time()
        said[name] = [judge(body) for body in bodies]
        spent = (time.process_time() - began) / max(1, len(bodies))
        print(f"  {name:18} {spent * 1e6:8.1f} µs a body; {said[name].count(False)} do not fit")
    reading = time.process_time()
    for body in bodies:
        _exact(body)
    spent = (time.process_time() - reading) / max(1, len(bodies))
    print(f"  {'of which reading':18} {spent * 1e6:8.1f} µs (exact numbers)")
    first, *others = said.values()
    different = [i for i, fits in enumerate(first) if any(o[i] != fits for o in others)]
    print(f"  {len(different)} differences")
    for number in different[:10]:
        shown = {name: fits[number] for name, fits in said.items()}
        print(f"    {bodies[number].pointer}: {shown}: {bodies[number].content[:120]!r}")
    return len(different)


def _exact(body: Body) -> Any:
    text = body.content.decode("utf-8")
    return nesting.loads(text, parse_int=integer, parse_float=Decimal)


def _alone(contract: Contract) -> Callable[[Body], bool]:
    def judge(body: Body) -> bool:
        validator = contract._validators._validator(body.pointer, ("writeOnly",))  # noqa: SLF001  # it is what is measured
        return next(iter(schemas.problems(validator, _exact(body))), None) is None

    return judge


def _rust(contract: Contract) -> Callable[[Body], bool]:
    registry = jsonschema_rs.Registry([(URN, json.loads(json.dumps(contract.document)))])
    known: dict[str, Any] = {}

    def judge(body: Body) -> bool:
        if body.pointer not in known:
            known[body.pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{URN}#{quote(body.pointer)}"},
                registry=registry,
                validate_formats=True,
            )
        return bool(known[body.pointer].is_valid(json.loads(body.content)))

    return judge


def _asked(defects: str, depth: str, folder: Path) -> tuple[Contract, list[Body]]:
    with serving(defects, log=folder / "log") as served:
        target = write_target(served.base_url, folder)
        wishes = Wishes(target=str(target), seed=1, depth=depth, select=("BASE-FUZ-03",), rate=RATE)
        plan = opening.plan(("base",), wishes)
        session = engine.open_session(plan, folder / "runs")
        engine.run_all(session)
        contract = plan.scene.contract
        found = list(_bodies(session.evidence.exchanges, plan.scene.operation))
        session.close()
    return contract, found


def _bodies(
    exchanges: Iterable[Exchange], operation: Callable[[str], Operation | None]
) -> Iterator[Body]:
    for exchange in exchanges:
        called = operation(exchange.facts.get("operation", ""))
        if called is None or exchange.response is None or not exchange.is_json:
            continue
        pointer = shapes.pointer(called, exchange.status, exchange.media_type)
        if pointer is not None and _is_readable(exchange.response.body):
            yield Body(pointer, exchange.response.body)


def _is_readable(content: bytes) -> bool:
    try:
        nesting.loads(content)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
