"""A large contract that nobody here wrote: `base` at `quick` on 250 operations, beside its target.

    python bench/large.py [--operations 250] [--depth quick] [--rate 1000] [--keep DIR]

The contract is GitHub's description of its interface, as the registry of npm ships it
(`@octokit/openapi`), cut to its first operations with all that they refer to. Prism mocks it on
loopback, installed as for `make test-real`; both need Node, and the network the first time. Where
they cannot be had, that is said and nothing is measured.

`conformance run` is a process of its own, with writing allowed. Values of parameters are those that
the contract shows, or such as fit; bodies are those that it shows. Prism answers from examples and
schemas alone and remembers nothing: what fails here is true of Prism, or of the contract, or is our
mistake, and is listed by kind to be looked at.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fuzzing import process

from conformance.target import DEFAULT_RATE

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "real"))
import installation  # noqa: E402  # what starts third-party servers is no part of the package
import serving  # noqa: E402  # the same
import targetfile  # noqa: E402  # the same
from trouble import RealServerError  # noqa: E402  # the same

PACKAGE, VERSION = "@octokit/openapi", "23.0.2"
DOCUMENT = "package/generated/api.github.com.json"
CACHE = ROOT / ".bench"
METHODS = ("get", "put", "post", "delete", "patch")
WALL_WANTED = 300.0
BUDGET = 200_000
SHOWN = 3
SUCCESSES = range(200, 300)  # RFC 9110, section 15.3


def main() -> int:
    """Measure and print; return 1 where the target is missed, 0 also where nothing can be had."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=250)
    parser.add_argument("--depth", default="quick")
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where the run is kept, to be looked at")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = wished.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            contract = _contract(wished.operations, folder)
            program = installation.node_modules() / "@stoplight" / "prism-cli" / "dist" / "index.js"
            mock = serving.Program(
                name="prism",
                folder=folder,
                command=lambda port: [
                    *(installation.node(), str(program), "mock", str(contract)),
                    *("-h", "127.0.0.1", "-p", str(port), "-v", "silent"),
                ],
                ready="/",
            )
            with serving.serving(mock) as (origin, pid):
                return _measure(origin, pid, contract, folder, wished)
        except (RealServerError, subprocess.CalledProcessError) as trouble:
            print(f"not measured: {trouble}")
            return 0


def _measure(
    origin: str, pid: int, contract: Path, folder: Path, wished: argparse.Namespace
) -> int:
    target = _target(origin, contract)
    words: list[str | Path] = [Path(sys.executable).with_name("conformance"), "run", "base"]
    words += ["--target", target, "--out", folder / "runs", "--seed", "1", "--json"]
    words += ["--depth", wished.depth, "--rate", str(wished.rate), "--budget", str(BUDGET)]
    words += ["--workers", str(wished.workers)]
    before = _cpu(pid)
    spent, said = process(words, folder)
    served = _cpu(pid) - before
    found = sorted(folder.glob("runs/*/*/results.json"))
    if not found:
        print(f"no results:\n{said[-3000:]}")
        return 1
    results = json.loads(found[-1].read_text("utf-8"))
    exchanges = list(_exchanges(found[-1].with_name("record.jsonl")))
    requests = len(exchanges)
    reached = {
        each["facts"].get("operation")
        for each in exchanges
        if each["response"] and each["response"]["status"] in SUCCESSES
    } - {None}
    generated = sum("generated" in each["facts"] for each in exchanges)
    print(f"{wished.operations} operations, {wished.depth}, {wished.rate:g} requests a second")
    print(f"  verdict             {results['verdict']}")
    print(f"  requests            {requests:8}, {generated} of them generated")
    print(f"  operations with 2xx {len(reached):8}")
    waited = sum(each["response"]["seconds"] for each in exchanges if each["response"])
    for name, seconds in (("ours", spent.cpu), ("the mock", served)):
        each = 1000 * seconds / requests
        print(f"  CPU of {name:12} {seconds:8.1f} s, {each:.2f} ms a request")
    print(f"  waiting for answers {waited:8.1f} s")
    print(f"  memory              {spent.memory:8.0f} MB")
    default = max(requests / DEFAULT_RATE, spent.wall)
    print(f"  at the default rate {default:8.0f} s at least ({DEFAULT_RATE:g} a second)")
    met = spent.wall <= WALL_WANTED
    word = "met" if met else "MISSED"
    print(f"  wall                {spent.wall:8.1f} s (at most {WALL_WANTED:g}: {word})")
    _tell(results)
    return 0 if met else 1


def _tell(results: Mapping[str, Any]) -> None:
    """Print what failed, by requirement and by what was seen."""
    print("what failed, by requirement, check and what was observed")
    for requirement in results["requirements"]:
        failed = [each for each in requirement["results"] if each["verdict"] == "fail"]
        if not failed:
            continue
        print(f"  {requirement['id']}: {len(failed)}")
        kinds = Counter((each["check"], _shortened(each["observed"])) for each in failed)
        for (check, observed), count in kinds.most_common(SHOWN):
            print(f"    {count:4}  {check}: {observed}")


def _shortened(said: Any) -> str:
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return text[:100]


def _exchanges(record: Path) -> Iterator[dict[str, Any]]:
    with record.open(encoding="utf-8") as lines:
        for line in lines:
            exchange = json.loads(line).get("exchange")
            if exchange is not None and exchange.get("request"):
                yield exchange


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that another process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / 100.0


# --- the contract ---------------------------------------------------------------------------------


def _contract(operations: int, folder: Path) -> Path:
    """Return the contract, cut to its first operations."""
    whole = json.loads(_document().read_text("utf-8"))
    whole["servers"] = [{"url": "/"}]
    paths: dict[str, Any] = {}
    count = 0
    for path, item in whole["paths"].items():
        kept = {}
        for key, value in item.items():
            if key in METHODS:
                if count >= operations:
                    continue
                count += 1
            kept[key] = value
        if any(key in METHODS for key in kept):
            paths[path] = kept
    whole["paths"] = paths
    whole.pop("webhooks", None)
    whole.pop("x-webhooks", None)
    whole["components"] = _referred(whole)
    cut = folder / "contract.json"
    cut.write_text(json.dumps(whole), "utf-8")
    return cut


def _document() -> Path:
    kept = CACHE / f"github-{VERSION}.json"
    if not kept.exists():
        CACHE.mkdir(exist_ok=True)
        installation.node()
        with tempfile.TemporaryDirectory() as name:
            words = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", name, "--silent"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
            (archive,) = Path(name).glob("*.tgz")
            with tarfile.open(archive) as packed:
                packed.extract(DOCUMENT, name, filter="data")
            shutil.move(Path(name) / DOCUMENT, kept)
    return kept


def _referred(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the components that the paths lead to."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [document["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/components/"):
                kind, name = reference.split("/")[2:4]
                if name not in found.setdefault(kind, {}):
                    found[kind][name] = document["components"][kind][name]
                    waiting.append(found[kind][name])
    return found


# --- the target file ------------------------------------------------------------------------------


def _target(origin: str, contract: Path) -> Path:
    document = json.loads(contract.read_text("utf-8"))
    examples: dict[str, dict[str, Any]] = {}
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                listed = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                examples[item[method]["operationId"]] = _values(document, listed)
    return targetfile.write(
        targetfile.Facts(
            name="github-mock",
            base_url=origin,
            contract=contract,
            examples=examples,
            public=tuple(examples),
        )
    )


def _values(document: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return values for what an operation requires and its contract does not show."""
    found: dict[str, Any] = {}
    for entry in listed:
        parameter = _followed(document, entry)
        if not parameter.get("required"):
            continue
        schema = _followed(document, parameter.get("schema", {}))
        if "example" in parameter or "examples" in parameter or "example" in schema:
            continue
        if schema.get("enum"):
            value = schema["enum"][0]
        elif "default" in schema:
            value = schema["default"]
        else:
            kind = schema.get("type")
            value = {"integer": 1, "number": 1, "boolean": True}.get(str(kind), "octocat")
        found[parameter["name"]] = value
    return found


def _followed(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        inside: Any = document
        for step in str(node["$ref"]).split("/")[1:]:
            inside = inside[step]
        node = inside
    return node


if __name__ == "__main__":
    sys.exit(main())
