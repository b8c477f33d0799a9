"""Figures for a very large contract on this machine: prints them, judges nothing.

    python bench/contracts.py

The document is of the size and shape of a national health standard's: 14 MB, 1,256 operations,
schemas that hold each other and themselves. Each form is loaded in a process of its own, so that
its peak of memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from conformance import contract as contracts
from conformance import plan, profile, target
from conformance.plan import Options

RESOURCES = 157
INTERACTIONS = 8  # 157 × 8 = 1,256 operations
WANTED_BYTES = 14_000_000


def main() -> None:
    """Make the document in both forms and measure each."""
    if len(sys.argv) > 1:
        _measure(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        document = _document()
        as_json, as_yaml = Path(folder, "large.json"), Path(folder, "large.yaml")
        as_json.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        with as_yaml.open("w", encoding="utf-8") as file:
            dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
            yaml.dump(document, file, Dumper=dumper, allow_unicode=True, sort_keys=False)
        for path in (as_json, as_yaml):
            subprocess.run([sys.executable, __file__, str(path)], check=True)


def _measure(path: Path) -> None:
    content = path.read_bytes()
    before = _peak()
    loaded, contract = _timed(lambda: contracts.load(content, path.name))
    print(f"{path.suffix[1:]}: {len(content) / 1e6:.1f} MB, {len(contract.operations)} operations")
    print(f"  load:              {loaded:7.2f} s")
    print(f"  digest:            {_timed(lambda: contract.digest)[0]:7.2f} s")
    print(f"  peak of memory:    {_peak():7.0f} MB ({before:.0f} MB before)")
    pointer = contract.operations[0].responses["200"]["application/json"] or ""
    body = _instance(12)
    for word in ("first", "second"):
        seconds, breaches = _timed(lambda: contract.breaches(pointer, body))
        print(f"  {word + ' validation:':<18} {seconds * 1000:7.1f} ms, {len(breaches)} breaches")
    goal = target.of(
        {"target": "t", "base_url": "http://127.0.0.1:9", "environment": "sandbox"}, place="bench"
    )
    base = profile.read("base")
    seconds, made = _timed(
        lambda: plan.make([base], goal, contract, Options(date(2026, 11, 21), seed=1))
    )
    print(f"  plan of base:      {seconds:7.2f} s, {len(made.items)} items")


def _document() -> dict[str, Any]:
    elements, text = 100, ""
    while len(text.encode()) < WANTED_BYTES:
        text = json.dumps(_of_size(elements), ensure_ascii=False)
        elements += 50
    # Read again, so that no part is shared: YAML would write shared parts as aliases.
    document: dict[str, Any] = json.loads(text)
    return document


def _of_size(elements: int) -> dict[str, Any]:
    told = "Nội dung của thành phần này theo tiêu chuẩn trao đổi dữ liệu."
    schemas: dict[str, Any] = {
        "Extension": {
            "type": "object",
            "properties": {
                "url": {"type": "string"},
                "extension": {"type": "array", "items": _to("Extension")},
                "valueDecimal": {"type": "number", "multipleOf": 0.01, "minimum": 0.1},
            },
        }
    }
    for number in range(RESOURCES):
        properties: dict[str, Any] = {
            f"element{index}": {
                "description": told,
                **(
                    _to("Extension")
                    if index % 3 == 0
                    else {"type": "string", "pattern": r"^[^\s]+$", "maxLength": 64}
                ),
            }
            for index in range(elements)
        }
        properties["contained"] = {
            "type": "array",
            "items": {
                "anyOf": [_to(f"Resource{(number + step) % RESOURCES}") for step in range(3)]
            },
        }
        schemas[f"Resource{number}"] = {"type": "object", "properties": properties}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Large", "version": "1"},
        "paths": _paths(told),
        "components": {"schemas": schemas},
    }


def _paths(told: str) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for number in range(RESOURCES):
        body = {"application/json": {"schema": _to(f"Resource{number}")}}
        answered = {"200": {"description": told, "content": body}, "404": {"description": told}}
        identified = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in ("id", "version")
        ]
        reading = {"description": told, "responses": answered}
        writing = {**reading, "requestBody": {"content": body}}
        base = f"/Resource{number}"
        items: dict[str, dict[str, Any]] = {
            base: {"get": reading, "post": writing},
            f"{base}/{{id}}": {
                "parameters": identified[:1],
                "get": reading,
                "put": writing,
                "patch": writing,
                "delete": reading,
            },
            f"{base}/{{id}}/_history": {"parameters": identified[:1], "get": reading},
            f"{base}/{{id}}/_history/{{version}}": {"parameters": identified, "get": reading},
        }
        paths |= items
    return paths


def _to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _instance(depth: int) -> dict[str, Any]:
    extension: dict[str, Any] = {"url": "x", "valueDecimal": Decimal("4.351")}
    for _ in range(depth):
        extension = {"url": "x", "extension": [extension]}
    return {"element0": extension, "element1": "a b", "contained": [{"element3": extension}]}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _peak() -> float:
    # Not getrusage: it counts the parent's peak too, for a process that was forked.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
