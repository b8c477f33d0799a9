"""Whether a certificate or declaration may be issued at all: every reason against it, or none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.certificate import acts, statement
from conformance.certificate.acts import Act
from conformance.certificate.outcome import Outcome
from conformance.certificate.statement import Said
from conformance.certificate.trust import Trust
from conformance.moments import read as moment
from conformance.text import Text
from conformance.verdict import Verdict


def needed(outcome: Outcome) -> list[Act]:
    """Return the acts that the outcome rests on: those under its waived and attested verdicts."""
    waived = {entry["id"] for entry in outcome.entries if entry["verdict"] == Verdict.WAIVED}
    attested = {entry["id"] for entry in outcome.entries if entry["mode"] == "attested"}
    found: list[Act] = []
    for run in outcome.runs:
        for item in run.plan.items:
            waiver = run.plan.waiver(item) if item.requirement.id in waived else None
            said = item.preset.attestation if item.preset else None
            if waiver is not None:
                found.append(Act(acts.WAIVER, waiver))
            elif said is not None and item.requirement.id in attested:
                found.append(Act(acts.ATTESTATION, said))
    return [act for number, act in enumerate(found) if act not in found[:number]]


def hindrances(
    outcome: Outcome, rests_on: Sequence[Act], said: Said, trusted: Trust | None
) -> Iterator[Text]:
    """Yield why nothing may be issued on an outcome; nothing where something may.

    Args:
        outcome: what the runs came to.
        rests_on: the acts under it.
        said: what the issuer says.
        trusted: who may sign acts; None trusts nobody's.
    """
    yield from outcome.hindrances
    if outcome.verdict not in {"CONFORMANT", "CONFORMANT_WITH_WAIVERS"}:
        yield Text(vi=f"kết luận là {outcome.verdict}", en=f"the verdict is {outcome.verdict}")
    version = outcome.runs[0].plan.target.document.get("version")
    if version is None:
        yield Text(
            vi="tệp đích không nêu `version` của hệ thống",
            en="the target file does not say `version` of the system",
        )
    if said.kind == statement.CERTIFICATE:
        yield from _of_a_body(said, [act.said for act in rests_on if act.kind != acts.WAIVER])
    ended = max(moment(run.results["finished"]) for run in outcome.runs)
    if said.issued < ended:
        yield Text(
            vi="quyết định trước khi kiểm thử kết thúc",
            en="decided before the runs were finished",
        )
    for act in rests_on:
        if trusted is None:
            yield Text(
                vi=f"{act.kind} {act.requirement}: không có tệp tin cậy để xét chữ ký",
                en=f"{act.kind} {act.requirement}: no trust file to judge its signature by",
            )
        else:
            yield from acts.flaws(act, trusted, version, said.issued)


def _of_a_body(said: Said, attestations: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    yield from decided_alone(said, attestations)
    if said.origin is None:
        yield Text(
            vi="giấy chứng nhận phải vào sổ đăng ký", en="a certificate has to be in a registry"
        )


def decided_alone(said: Said, attestations: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Yield what is against a certificate in how it was decided (ISO/IEC 17065, 7.6).

    Who attests as an auditor has evaluated too, named as an evaluator or not.
    """
    if not said.evaluators:
        yield Text(vi="chưa nêu người đánh giá", en="no evaluator is named")
    auditors = [each["by"]["name"] for each in attestations if each["by"]["role"] == "auditor"]
    if _same(said.decided_by) in {_same(name) for name in (*said.evaluators, *auditors)}:
        yield Text(
            vi="người quyết định cũng là người đánh giá",
            en="who decides is one of those who evaluated",
        )


def _same(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
