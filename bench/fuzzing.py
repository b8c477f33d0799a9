"""Which known defects tools find, and at what cost: the exam of contract fuzzing.

    python bench/fuzzing.py [--seeds 1,2,3] [--seconds 120] [--only WORD]

The agency of `tests/exam` runs as a process of its own with all its defects; each tool is given its
contract and the credentials of two citizens. What a tool reports is matched with what the agency
wrote down of each request (`exam.matching`): a defect is found where a finding points to it. Then
the same on the mended agency, where each finding is a false alarm.

schemathesis is installed into `.bench/` as for `bench/peers.py`. It runs as it comes, then with a
budget of time, then with that budget and told to go on after failures. Of its failures all count
that it records, whether or not its closing report leaves them out as repetitions; how many defects
and false alarms are left in that report is told beside it. Its record (NDJSON) is part of its cost.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peers import ENVIRONMENT

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from exam import defects  # noqa: E402  # the exam is no part of the package
from exam.defects import Symptom  # noqa: E402  # the same
from exam.matching import MOST_REQUESTS, Asked, Finding, Matched, match  # noqa: E402  # the same
from exam.serving import Serving, serving, write_target  # noqa: E402  # the same
from exam.store import TOKENS  # noqa: E402  # the same

PEER, VERSION = "schemathesis>=4.32,<4.33", b" 4.32."
# What a check of schemathesis says, in the words of the exam.
SAYS = {
    "not_a_server_error": Symptom.SERVER_ERROR,
    "status_code_conformance": Symptom.STATUS,
    "content_type_conformance": Symptom.MEDIA_TYPE,
    "response_headers_conformance": Symptom.HEADER,
    "response_schema_conformance": Symptom.BODY,
    "negative_data_rejection": Symptom.ACCEPTED,
    "positive_data_acceptance": Symptom.REFUSED,
    "missing_required_header": Symptom.ACCEPTED,
    "unsupported_method": Symptom.METHOD,
    "allow_header_conformance": Symptom.HEADER,
    "use_after_free": Symptom.DELETED,
    "ensure_resource_availability": Symptom.UNAVAILABLE,
    "object_level_authorization": Symptom.OWNER,
    "ignored_auth": Symptom.OWNER,
    "max_response_time": Symptom.SLOW,
}
# What of `base` holds a system against its contract, lists and identities included.
OF_CONTRACTS = (
    "BASE-FUZ-*",
    "BASE-IOP-0*",
    "BASE-IOP-1*",
    "BASE-SEC-02",
    "BASE-AUT-08",
    "BASE-AUT-09",
)
# What a check of ours says, by the beginning of its id, in the words of the exam.
OUR_WORDS = {
    "contract.answers.server_does_not_break": Symptom.SERVER_ERROR,
    "contract.answers.status_is_documented": Symptom.STATUS,
    "contract.answers.type_is_documented": Symptom.MEDIA_TYPE,
    "contract.answers.body_matches_schema": Symptom.BODY,
    "contract.answers.declared_headers": Symptom.HEADER,
    "contract.generated.shown_input": Symptom.REFUSED,
    "contract.generated.answers_come_in_time": Symptom.SLOW,
    "contract.generated": Symptom.ACCEPTED,
    "lifecycle.echoes": Symptom.CHANGED,
    "http.negotiation": Symptom.ACCEPTED,
    "http.methods": Symptom.METHOD,
    "http.leaks": Symptom.LEAK,
    "http.queries": Symptom.ACCEPTED,
    "http.creation": Symptom.UNAVAILABLE,
    "lists.paging": Symptom.PAGING,
    "lists.filtering": Symptom.FILTER,
    "lists.sorting": Symptom.SORT,
    "state.repeating": Symptom.SERVER_ERROR,
    "state.storing": Symptom.CHANGED,
    "lifecycle.removal": Symptom.DELETED,
    "lifecycle.creation": Symptom.UNAVAILABLE,
    "lifecycle.keys": Symptom.REPEATED,
    "lifecycle.details": Symptom.LIST,
    "lifecycle": Symptom.CHANGED,
    "headers.media": Symptom.BODY,
    "authorization": Symptom.OWNER,
    "formats": Symptom.BODY,
    "": Symptom.STATUS,
}
_SHOWN = re.compile(r"^\d+\. Test Case ID: (\w+)$|^- (ST\d+) ", re.MULTILINE)
_GLANCE = 0.05
BROKEN = 500


@dataclass(frozen=True)
class Spent:
    """What a process took: seconds of CPU and of wall, megabytes at its largest."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Run:
    """One run of a tool against the agency.

    Attributes:
        findings: everything that it found.
        shown: those of them that its closing report shows.
        spent: what it took.
        trouble: what kept it from its work, in its own words; empty as a rule.
    """

    findings: Sequence[Finding]
    shown: Sequence[Finding]
    spent: Spent
    trouble: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the table: what a run came to."""

    tool: str
    seed: int
    run: Run
    matched: Matched
    shown: Matched


# A tool: given the served agency, a seed and an empty folder, it runs; None where it cannot.
Tool = Callable[[Serving, int, Path], Run | None]


def main() -> int:
    """Measure and print; 0 also where a tool cannot be had, which is said."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--seconds", type=int, default=120, help="the budget of time")
    parser.add_argument("--only", default="", help="tools whose name has this word")
    wished = parser.parse_args()
    seeds = [int(seed) for seed in wished.seeds.split(",")]
    tools = {name: tool for name, tool in _tools(wished.seconds).items() if wished.only in name}
    sound = len(defects.visible(defects.BY_ID))
    print(f"{len(defects.ALL)} defects, {sound} of them visible to one caller with the contract")
    print(_HEAD, flush=True)
    rows = [row for name, tool in tools.items() for seed in seeds for row in _row(name, tool, seed)]
    for name in dict.fromkeys(row.tool for row in rows):
        _tell(name, [row for row in rows if row.tool == name])
    print("\nThe mended agency: each finding is a false alarm")
    print(_HEAD, flush=True)
    for name, tool in tools.items():
        for row in _row(name, tool, seeds[0], "none"):
            _tell_alarms(row.matched)
    return 0


def _tools(seconds: int) -> dict[str, Tool]:
    """Return what is measured, by the name of its row.

    A tool runs as a process of its own (`process`) with what `exam.serving` serves, and tells its
    findings in the words of `Finding`.
    """
    budget = ["--max-time", str(seconds)]
    return {
        "ours, standard": _ours("standard"),
        "ours, quick": _ours("quick"),
        "st run": _schemathesis([]),
        f"st run {seconds} s": _schemathesis(budget),
        f"st run {seconds} s, going on": _schemathesis([*budget, "--continue-on-failure"]),
    }


_HEAD = (
    f"{'tool':26} {'seed':>4} {'found':>6} {'visible':>7} {'shown':>6} {'met':>4} {'alarms':>6}"
    f" {'shown':>6} {'requests':>8} {'CPU s':>7} {'wall s':>7} {'MB':>5}"
)


def _row(name: str, tool: Tool, seed: int, enabled: str = "all") -> Iterator[Row]:
    """Run a tool against a fresh agency, print its line and yield it; nothing where it cannot."""
    with tempfile.TemporaryDirectory() as made:
        folder, log = Path(made) / "tool", Path(made) / "log"
        folder.mkdir()
        with serving(enabled, log=log) as served:
            run = tool(served, seed, folder)
        if run is None:
            print(f"{name:26} {seed:4}  not measured")
            return
        row = Row(name, seed, run, match(run.findings, log), match(run.shown, log))
    found, spent = row.matched, run.spent
    print(
        f"{name:26} {seed:4} {len(found.found):6} {len(defects.visible(found.found)):7}"
        f" {len(row.shown.found):6} {len(found.met):4} {len(found.alarms):6}"
        f" {len(row.shown.alarms):6} {found.requests:8}"
        f" {spent.cpu:7.1f} {spent.wall:7.1f} {spent.memory:5.0f}",
        flush=True,
    )
    if run.trouble:
        print(f"  {run.trouble}")
    yield row


def _tell(name: str, rows: Sequence[Row]) -> None:
    counted = Counter(found for row in rows for found in row.matched.found)
    met = Counter(each for row in rows for each in row.matched.met)
    print(f"\n{name}: found, by how many of {len(rows)} seeds")
    _tell_names([f"{one.id} {counted[one.id]}" for one in defects.ALL if counted[one.id]])
    print(f"{name}: missed by all seeds, though met by a request")
    _tell_names([one.id for one in defects.ALL if not counted[one.id] and met[one.id]])
    print(f"{name}: never met")
    _tell_names([one.id for one in defects.ALL if not met[one.id]])
    for row in rows:
        print(f"{name}, seed {row.seed}: findings that point to no defect")
        _tell_alarms(row.matched)


def _tell_names(names: Sequence[str]) -> None:
    print(f"  {', '.join(names) or '-'}")


def _tell_alarms(matched: Matched) -> None:
    counted = Counter((alarm.kind, alarm.operation, alarm.status) for alarm in matched.alarms)
    for (kind, operation, status), count in counted.most_common():
        print(f"  {count:4}  {kind}: {operation}, {status}")


def process(words: Sequence[str | Path], folder: Path) -> tuple[Spent, str]:
    """Run a process to its end; return what it took and what it said."""
    out = folder / "said"
    began = time.perf_counter()
    with out.open("wb") as said:
        process = subprocess.Popen(words, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        largest = [0.0]
        watching = threading.Thread(target=_watch, args=(process.pid, largest), daemon=True)
        watching.start()
        # `wait4` tells of this process alone; its descendants it has waited for are included.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        watching.join()
    spent = Spent(used.ru_utime + used.ru_stime, wall, largest[0])
    return spent, out.read_text("utf-8", "replace")


def _watch(pid: int, largest: list[float]) -> None:
    """Keep the largest resident size of a process, in megabytes, until it has ended.

    `ru_maxrss` would begin with the size of this process, from which the other one is made.
    """
    while True:
        try:
            told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
        except OSError:
            return
        if told is None:  # it has ended and is not yet waited for
            return
        largest[0] = max(largest[0], int(told[1]) / 1024)
        time.sleep(_GLANCE)


def _ours(depth: str) -> Tool:
    def run(served: Serving, seed: int, folder: Path) -> Run | None:
        target = write_target(served.base_url, folder)
        words: list[str | Path] = [Path(sys.executable).with_name("conformance"), "run", "base"]
        words += ["--target", target, "--out", "runs", "--seed", str(seed), "--depth", depth]
        words += ["--select", ",".join(OF_CONTRACTS), "--json"]
        spent, said = process(words, folder)
        found = list(folder.glob("runs/*/*/results.json"))
        if not found:
            return Run((), (), spent, said[-2000:])
        findings = list(_findings(found[0].parent))
        return Run(findings, findings, spent)

    return run


def _findings(folder: Path) -> Iterator[Finding]:
    """Yield what a run of ours found: each incident of a failure, or the failure itself."""
    results = json.loads((folder / "results.json").read_text("utf-8"))
    asked: dict[str, dict[str, Any]] = {}
    with (folder / "record.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            exchange = json.loads(line).get("exchange")
            if exchange is not None:
                asked[exchange["id"]] = exchange
    for result in (r for each in results["requirements"] for r in each["results"]):
        if result["verdict"] != "fail":
            continue
        kind = _kind(result["check"])
        incidents = result.get("incidents") or []
        for incident in incidents:
            yield _told(kind, result, asked[incident["least"]], ())
        if not incidents or not any(i["exchange"] in result["evidence"][:1] for i in incidents):
            shown = [asked[name] for name in result["evidence"] if asked[name]["response"]]
            broken = [one for one in shown if one["response"]["status"] >= BROKEN]
            if broken and re.search(r"\b5\d\d\b", result["observed"]):
                # Whatever was asked for: what it tells of is an error of the server.
                yield _told(Symptom.SERVER_ERROR, result, broken[0], ())
            elif shown:
                yield _told(kind, result, shown[0], shown[1 : MOST_REQUESTS - 1])


def _kind(check: str) -> Symptom:
    return next(kind for name, kind in OUR_WORDS.items() if check.startswith(name))


def _told(
    kind: Symptom,
    result: dict[str, Any],
    exchange: dict[str, Any],
    others: Sequence[dict[str, Any]],
) -> Finding:
    request = exchange["request"]
    return Finding(
        operation=result["unit"],
        kind=kind,
        method=request["method"],
        url=request["url"],
        headers=dict(request["headers"]),
        body=_bytes(request["body"]),
        status=exchange["response"]["status"],
        text=f"{result['check']}: {result['observed']}",
        others=tuple(
            Asked(o["request"]["method"], o["request"]["url"], _bytes(o["request"]["body"]))
            for o in others
        ),
    )


def _bytes(body: dict[str, str]) -> bytes:
    return body["text"].encode() if "text" in body else base64.b64decode(body["base64"])


def _schemathesis(options: Sequence[str]) -> Tool:
    def run(served: Serving, seed: int, folder: Path) -> Run | None:
        tool = _installed()
        if tool is None:
            return None
        people = [
            {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
            for token, name in TOKENS.items()
        ]
        # JSON is YAML, which is what such a file is written in (Web Fuzzing Commons).
        (folder / "auth.yaml").write_text(json.dumps({"auth": people}), "utf-8")
        words: list[str | Path] = [tool, "run", f"{served.base_url}/openapi.json"]
        words += ["--url", served.base_url, "--auth-wfc", "auth.yaml", "--seed", str(seed)]
        words += ["--report-ndjson-path", "events.ndjson"]
        words += ["--output-sanitize", "false", "--no-color", *options]
        spent, said = process(words, folder)
        events = folder / "events.ndjson"
        if not events.exists():
            return Run((), (), spent, said[-2000:])
        everything = list(_failures(events))
        kept = set(_kept(said))
        shown = [finding for case, code, finding in everything if (case, code) in kept]
        # The process was asked to end by nobody: what it met on the way is part of the figure.
        trouble = re.findall(r"🚫 [A-Z].*: \d+", said)
        return Run([one for *_, one in everything], shown, spent, "; ".join(trouble))

    return run


def _failures(events: Path) -> Iterator[tuple[str, str, Finding]]:
    """Yield the failures that schemathesis records: the ids of case and failure, the finding."""
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for case, checks in recorder.get("checks", {}).items():
                asked = recorder["interactions"].get(case)
                for check in checks:
                    if check["status"] == "failure" and asked:
                        failure = check["failure_info"]["failure"]
                        yield case, failure["code"], _finding(check["name"], failure, asked)


def _finding(check: str, failure: dict[str, Any], asked: dict[str, Any]) -> Finding:
    request, response = asked["request"], asked.get("response") or {}
    body = request.get("body") or {}
    finding = Finding(
        operation=failure["operation"],
        kind=SAYS[check],
        method=request["method"],
        url=request["uri"],
        headers={name: ", ".join(values) for name, values in request["headers"].items()},
        body=base64.b64decode(body["$base64"]) if "$base64" in body else b"",
        status=response.get("status_code"),
        text=f"{failure['title']}: {failure['message']}",
    )
    # A time-out is recorded as a failure of whichever check looks at times.
    late = "timeout" in failure["type"].lower()
    return replace(finding, kind=Symptom.SLOW) if late else finding


def _kept(said: str) -> Iterator[tuple[str, str]]:
    """Yield the ids of case and failure that the closing report shows."""
    case = ""
    for named, code in _SHOWN.findall(said):
        if named:
            case = named
        elif case:
            yield case, code


def _installed() -> Path | None:
    tool = ENVIRONMENT / "bin" / "schemathesis"
    if not tool.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    elif VERSION in subprocess.run([tool, "--version"], check=True, capture_output=True).stdout:
        return tool
    pip: list[str | Path] = [ENVIRONMENT / "bin" / "pip", "install", "--quiet", PEER]
    return None if subprocess.run(pip, check=False).returncode else tool


if __name__ == "__main__":
    sys.exit(main())
