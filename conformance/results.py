"""results.json: the findings of a run, summed up. A pure function, like every view of a record."""

from __future__ import annotations

import hashlib
import platform
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import Distribution, distributions
from typing import Any

from conformance import __version__, shell_lines, traffic
from conformance.collected import Evidence
from conformance.judge import Finding
from conformance.plan import Item, Plan
from conformance.profile import Profile, Requirement
from conformance.text import Text
from conformance.verdict import Reason, Verdict

SCHEMA = "conformance-results/1"
# A requirement takes the worst of its findings; a confirmed failure beats an error of ours.
WORST_FIRST = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.NOT_TESTED,
    Verdict.WAIVED,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)
IMPACTS = ("critical", "high", "medium", "low", "none")

HOW_TO_DECIDE = {
    Reason.NO_CREDENTIALS: Text(
        vi="khai báo một danh tính được phép trong `identities`",
        en="declare an identity that may in `identities`",
    ),
    Reason.NO_SECOND_IDENTITY: Text(
        vi="khai báo danh tính còn thiếu trong `identities`",
        en="declare the identity that is missing in `identities`",
    ),
    Reason.NO_TEST_DATA: Text(
        vi="thêm giá trị thử vào `examples` của tệp đích",
        en="add test values to `examples` of the target file",
    ),
    Reason.NO_MAPPING: Text(
        vi="khai báo điều còn thiếu trong tệp đích", en="declare what is missing in the target file"
    ),
    Reason.NOT_AUTHORISED: Text(
        vi="chạy trên môi trường thử nghiệm với `allow: [write]` và `authorisation`",
        en="run against a sandbox with `allow: [write]` and `authorisation`",
    ),
    Reason.THROTTLED: Text(
        vi="giảm `pace.requests_per_second` hoặc nới giới hạn cho máy kiểm thử",
        en="lower `pace.requests_per_second`, or lift the limit for the tester",
    ),
    Reason.BLOCKED: Text(
        vi="cho phép máy kiểm thử đi qua tường lửa", en="let the tester through the firewall"
    ),
    Reason.ATTESTATION: Text(
        vi="thêm xác nhận vào `attestations`", en="add an attestation to `attestations`"
    ),
    Reason.OUT_OF_BUDGET: Text(
        vi="tăng `pace.budget` hoặc `pace.total_seconds`",
        en="raise `pace.budget` or `pace.total_seconds`",
    ),
    Reason.REDACTED: Text(
        vi="chạy thêm trên môi trường thử nghiệm với `data: synthetic`",
        en="run against a sandbox with `data: synthetic` as well",
    ),
    Reason.UNREACHABLE: Text(
        vi="xem vì sao đích không trả lời (trong bằng chứng), rồi chạy lại",
        en="see in the evidence why the target did not answer, then run again",
    ),
    Reason.STOPPED: Text(
        vi="xoá tệp dừng (`pace.stop_file`) rồi chạy lại",
        en="remove the stop file (`pace.stop_file`), then run again",
    ),
    Reason.FLAKY: Text(
        vi="chạy lại; tìm nguyên nhân khiến hai lần hỏi giống nhau có trả lời khác nhau",
        en="run again; find out why two equal questions are answered differently",
    ),
}
# What is missing has a name, which only the outcome knows: an identity, a line to add.
_SAID_BY_THE_OUTCOME = frozenset({Reason.NO_SECOND_IDENTITY, Reason.NO_MAPPING})
_RUN_AGAIN = Text(vi="xem bằng chứng rồi chạy lại", en="look at the evidence and run again")


def lines(item: Item, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the `result` lines of the record for one item."""
    own = {"requirement": item.requirement.id, "level": item.level}
    if item.preset is not None:
        preset = item.preset
        return [
            {
                **own,
                "check": None,
                "unit": item.unit,
                "verdict": str(preset.verdict),
                "reason": str(preset.reason) if preset.reason else None,
                "because": preset.because.as_json(),
            }
        ]
    return [{**own, **finding.as_json()} for finding in findings]


def differences(
    recorded: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return where two lists of result lines differ, a sentence each."""
    before, after = _by_name(recorded), _by_name(now)
    found = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        said = " · ".join(name[:3])
        was = old["verdict"] if old else "—"
        is_now = new["verdict"] if new else "—"
        what = f"{was} → {is_now}" if was != is_now else f"{was}, other details"
        found.append(f"{said}: {what}")
    return found


def _by_name(
    lines_: Sequence[Mapping[str, Any]],
) -> dict[tuple[str, str, str, int], Mapping[str, Any]]:
    # A check may stand twice in a requirement, with other parameters: the n-th is the n-th.
    seen: Counter[tuple[str, str, str]] = Counter()
    named = {}
    for line in lines_:
        name = line["requirement"], line["unit"], str(line["check"])
        seen[name] += 1
        named[*name, seen[name]] = line
    return named


def assemble(
    plan: Plan,
    findings: Sequence[tuple[Item, Sequence[Finding]]],
    evidence: Evidence,
    header: Mapping[str, Any],
) -> dict[str, Any]:
    """Return results.json of a judged run."""
    by_requirement: dict[str, list[tuple[Item, Sequence[Finding]]]] = {}
    for item, found in findings:
        by_requirement.setdefault(item.requirement.id, []).append((item, found))
    entries = [
        _entry(requirement, by_requirement[requirement.id], plan, evidence)
        for requirement in plan.requirements()
    ]
    left_out = plan.left_out()
    verdict = verdict_of(entries, left_out)
    reasons = not_certifiable(plan, entries)
    asked = traffic.of(plan.scene.operations, evidence.exchanges)
    return {
        "schema": SCHEMA,
        "verdict": verdict,
        "exit_basis": _exit_basis(verdict, entries, plan),
        "certifiable": not reasons,
        "not_certifiable_because": reasons,
        "target": {
            "id": plan.target.id,
            "base_url": plan.target.base_url,
            "system": plan.target.system,
            "environment": plan.target.environment,
        },
        "profiles": [_profile(profile) for profile in plan.profiles],
        "contract": dict(header["contract"]),
        "mapping": plan.scene.mapping.as_json(),
        "started": header["started"],
        "finished": header["finished"],
        "as_of": plan.options.as_of.isoformat(),
        "seed": plan.options.seed,
        "tool": dict(header["tool"]),
        "counts": {level.lower(): counted(entries, level) for level in ("MUST", "SHOULD", "MAY")},
        "summary": _summary(entries, left_out),
        "depth": plan.options.depth.name,
        "traffic": asked.as_json(),
        "coverage": asked.coverage(),
        "open": _open(entries),
        "waivers": [
            {key: waiver[key] for key in ("requirement", "by", "basis", "date", "until")}
            for waiver in plan.target.waivers
        ],
        "attestations": [
            {**item.preset.attestation, "by": _who(item.preset.attestation["by"])}
            for item, _ in findings
            if item.preset is not None and item.preset.attestation is not None
        ],
        "requirements": entries,
    }


def tool() -> dict[str, str]:
    """Return what made a record: name, version, and the digest of everything installed."""
    installed = sorted(_named(distribution) for distribution in distributions())
    told = "\n".join([platform.python_version(), *dict.fromkeys(installed)])
    return {
        "name": "vnda-conformance",
        "version": __version__,
        "lock_digest": "sha256:" + hashlib.sha256(told.encode()).hexdigest(),
    }


def _named(distribution: Distribution) -> str:
    """Return the name and version of what is installed; parsing all of its metadata takes long."""
    head = (distribution.read_text("METADATA") or "").partition("\n\n")[0]
    found = (
        re.search(r"^Name: *(\S+)\s*$", head, re.MULTILINE),
        re.search(r"^Version: *(\S+)\s*$", head, re.MULTILINE),
    )
    if found[0] and found[1]:
        return f"{found[0][1]}=={found[1][1]}".lower()
    return f"{distribution.metadata['Name']}=={distribution.version}".lower()


def worst(verdicts: Iterable[str]) -> str:
    """Return the verdict that decides among several."""
    present = set(verdicts)
    return next(str(v) for v in WORST_FIRST if v in present)


def _entry(
    requirement: Requirement,
    judged: Sequence[tuple[Item, Sequence[Finding]]],
    plan: Plan,
    evidence: Evidence,
) -> dict[str, Any]:
    profile = next(p for p in plan.profiles if p.requirement(requirement.id) is not None)
    norm = profile.norms[requirement.norm["document"]]
    found = [finding for _, several in judged for finding in several]
    preset = next((item.preset for item, _ in judged if item.preset is not None), None)
    verdict = worst([str(f.verdict) for f in found] or [str(preset.verdict) if preset else "error"])
    telling = next((f for f in found if f.verdict == verdict), None)
    reason = telling.reason if telling else preset.reason if preset else None
    because = telling.because if telling else preset.because if preset else None
    attested = preset is not None and preset.attestation is not None
    return {
        "id": requirement.id,
        "level": judged[0][0].level,
        "impact": requirement.impact,
        "basis": requirement.basis,
        "group": requirement.group,
        "verdict": verdict,
        "reason": str(reason) if reason else None,
        "because": because.as_json() if because else None,
        "mode": "attested" if attested else "automatic",
        "title": requirement.text.as_json(),
        "rationale": requirement.rationale.as_json() if requirement.rationale else None,
        "mend": requirement.mend.as_json() if requirement.mend else None,
        "norm": {
            "document": norm.id,
            "clause": requirement.norm.get("clause"),
            "status": norm.status,
            "title": norm.title.as_json(),
        },
        "results": [_result(finding, evidence) for finding in found],
    }


def _result(finding: Finding, evidence: Evidence) -> dict[str, Any]:
    """Return one entry of `results`, each incident with a command that repeats it."""
    told = {**finding.as_json(), "curl": _curl(finding, evidence)}
    for incident in told.get("incidents", ()):
        exchange = evidence.get(incident["least"])
        incident["curl"] = None if exchange is None else shell_lines.repeating(exchange)
    return told


def verdict_of(entries: Sequence[Mapping[str, Any]], left_out: Sequence[str]) -> str:
    """Return the verdict of a profile: the word never softens.

    Args:
        entries: the requirements, as in results.json.
        left_out: the MUSTs that options kept out.
    """
    must = [entry["verdict"] for entry in entries if entry["level"] == "MUST"]
    if Verdict.FAIL in must:
        return "NONCONFORMANT"
    open_ = {Verdict.ERROR, Verdict.NOT_TESTED} & set(must)
    # What the caller left out, or what binds nobody on that day, shows nothing either.
    if open_ or left_out or not {Verdict.PASS, Verdict.WAIVED} & set(must):
        return "INCOMPLETE"
    return "CONFORMANT_WITH_WAIVERS" if Verdict.WAIVED in must else "CONFORMANT"


def _exit_basis(verdict: str, entries: Sequence[Mapping[str, Any]], plan: Plan) -> str:
    must = [entry for entry in entries if entry["level"] == "MUST"]
    if verdict == "NONCONFORMANT":
        return "failed"
    if any(entry["verdict"] == Verdict.ERROR for entry in entries):
        return "error"
    if verdict != "INCOMPLETE":
        return "conformant"
    # What the caller left out is open on purpose; what nobody is bound by is not.
    left = [entry for entry in must if entry["verdict"] == Verdict.NOT_TESTED]
    decided = any(entry["verdict"] in {Verdict.PASS, Verdict.WAIVED} for entry in entries)
    return "accepted_open" if decided and all(_accepted(e, plan) for e in left) else "open"


def _accepted(entry: Mapping[str, Any], plan: Plan) -> bool:
    """Whether every reason why a requirement is open was accepted beforehand, and still is."""
    accept = plan.target.accept_open
    if accept is None or plan.options.as_of > accept[1]:
        return False
    reasons = {r["reason"] for r in entry["results"] if r["verdict"] == Verdict.NOT_TESTED}
    return (reasons or {entry["reason"]}) <= accept[0]


def not_certifiable(plan: Plan, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return why no certificate may rest on a run, given the requirements that it came to."""
    reasons = []
    if plan.options.narrowed:
        reasons.append(
            Text(vi="kế hoạch đã bị thu hẹp bằng tuỳ chọn", en="the plan was narrowed by options")
        )
    if any(entry["verdict"] == Verdict.ERROR for entry in entries):
        reasons.append(
            Text(
                vi="bộ kiểm thử tự gặp lỗi ở một số yêu cầu",
                en="the suite itself failed on some requirement",
            )
        )
    if any(
        e["verdict"] in {Verdict.NOT_TESTED, Verdict.FAIL} for e in entries if e["level"] == "MUST"
    ):
        reasons.append(
            Text(
                vi="chưa phải mọi yêu cầu bắt buộc đều có kết luận và đạt",
                en="not every MUST is decided and met",
            )
        )
    if any(flaw.operation.startswith("/") for flaw in plan.scene.contract.flaws):
        reasons.append(
            Text(
                vi="đặc tả giao diện có đường dẫn không đọc được: không biết ở đó có thao tác nào",
                en="the contract has paths that cannot be read: what operations they have is"
                " not known",
            )
        )
    if plan.target.scheme != "https":
        reasons.append(
            Text(
                vi="không kết nối tới hệ thống qua TLS được xác minh",
                en="the target was not reached over verified TLS",
            )
        )
    foreign = {
        asked.check.id
        for item in plan.items
        for asked in item.asked
        if not asked.check.ask.__module__.startswith("conformance.checks.")
    }
    if foreign:
        named = ", ".join(sorted(foreign))
        reasons.append(
            Text(
                vi=f"có phép kiểm không thuộc bộ kiểm thử: {named}",
                en=f"checks that are not the suite's own: {named}",
            )
        )
    return [reason.as_json() for reason in reasons]


def counted(entries: Sequence[Mapping[str, Any]], level: str) -> dict[str, int]:
    """Return how many requirements of a level came to each verdict; attested passes apart."""
    counts = dict.fromkeys(
        ["pass", "attested", "fail", "not_applicable", "not_tested", "waived", "error"], 0
    )
    for entry in entries:
        if entry["level"] == level:
            attested = entry["mode"] == "attested" and entry["verdict"] == Verdict.PASS
            counts["attested" if attested else entry["verdict"]] += 1
    return counts


def _summary(entries: Sequence[Mapping[str, Any]], left_out: Sequence[str]) -> dict[str, int]:
    must = [entry for entry in entries if entry["level"] == "MUST"]
    undecided = {e["id"] for e in must if e["verdict"] in {Verdict.NOT_TESTED, Verdict.ERROR}}
    known = {entry["id"] for entry in must}
    return {
        "must_total": len(known | set(left_out)),
        "must_decided": len(known - undecided - set(left_out)),
        "must_failed": sum(entry["verdict"] == Verdict.FAIL for entry in must),
    }


def _open(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what could not be decided, MUSTs first, with the cheapest way to decide it."""
    found = []
    for entry in sorted(entries, key=lambda e: e["level"] != "MUST"):
        if entry["verdict"] == Verdict.NOT_TESTED:
            reason = Reason(entry["reason"])
            how = HOW_TO_DECIDE.get(reason, _RUN_AGAIN).as_json()
            if reason in _SAID_BY_THE_OUTCOME:
                how = entry["because"] or how
            found.append({"requirement": entry["id"], "reason": str(reason), "how": how})
    return found


def _who(by: Mapping[str, str]) -> str:
    organisation = f", {by['organisation']}" if by.get("organisation") else ""
    return f"{by['name']}{organisation} ({by['role']})"


def _profile(profile: Profile) -> dict[str, str]:
    return {"id": profile.id, "version": profile.version, "digest": profile.digest}


def _curl(finding: Finding, evidence: Evidence) -> str | None:
    """Return a command that repeats the exchange that shows a failure, without its secrets."""
    if finding.verdict != Verdict.FAIL or not finding.evidence:
        return None
    shown = [e for e in map(evidence.get, finding.evidence) if e is not None]
    told = next((e for e in shown if e.id == finding.by), None)
    if told is not None:
        return shell_lines.repeating(told)
    # An active check broke at the last thing it asked; before that it made sure of its ground.
    asked = [e for e in shown if e.attempt == 1 and e.case.startswith(finding.check)]
    # Of handshakes, which checks share, it is the last one that came about.
    asked = asked or [e for e in shown if e.attempt == 1 and e.accepted]
    return shell_lines.repeating(asked[-1] if asked else shown[0]) if shown else None
